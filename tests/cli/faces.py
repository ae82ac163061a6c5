#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Face analysis from the command line, on networks made here by hand, whose answers are known: a red cell of
16x16 is a face of 48 pixels about its middle, much green makes it none, blue hides its nose. With the published
networks and pictures of the shared folder, where they are, portraits have faces and rooms have none."""
import hashlib
import json
import os
import pathlib
import re
import struct
import subprocess

from cli_harness import WORK, Skip, ffmpeg, finish, frames_md5, run, zdepth
from face_networks import SOURCE, write_networks

SHARED = pathlib.Path(os.environ.get("ZD_SHARED") or SOURCE / "../shared")
NONE = {"ZD_MODELS": str(WORK / "none")}


NETWORKS = WORK / "networks.safetensors"
FACE = ("--face-model", NETWORKS)


def picture(name, *boxes, size="256x128", ground="black", frames=1):
    path = WORK / name
    draw = ",".join(f"drawbox={x}:{y}:{w}:{h}:{c}:fill" for x, y, w, h, c in boxes) or "null"
    ffmpeg("-f", "lavfi", "-i", f"color={ground}:size={size}:rate=12,format=rgb24,{draw}", "-frames:v", frames,
           *(("-c:v", "ffv1") if frames > 1 else ()), path)
    return path


def fails(result, text):
    assert result.returncode != 0 and result.stderr.strip().splitlines()[-1] == f"zdepth: {text}", result.stderr


def the_networks_are_named_when_they_are_not_there():
    source = picture("plain.png")
    fails(zdepth("face", source, "-o", WORK / "x.exr", "--face-model", "face-landmarks", env=NONE),
          "face analysis: model 'face-landmarks' is not installed; install it with: zdepth models install face-landmarks")
    model = SOURCE / "models/zdepth-embedded.safetensors"
    result = zdepth("face", source, "-o", WORK / "x.exr", "--face-model", model)
    assert "no operator list 'detector.arch'" not in result.stderr or result.returncode != 0
    assert f"model '{model}' is no face network; there are embedded-faces and, to be installed, face-landmarks" in result.stderr, result.stderr


def no_face_says_why_and_writes_nothing():
    tail = ("(1 frame looked at, the best is number 0); face analysis needs eyes, nose and mouth in view, frontal and "
            "close: choose another part (--region, a scene's roi), other frames, or global analysis")
    for name, ground, box, why in (
            ("black", "black", None, "no face is found"),
            ("green", "#008000", "#ff8000", "no face is found; what looks like one has no clear eyes, nose and mouth"),
            ("blue", "#000080", "#ff0080", "a face is there, but its nose is hidden")):
        source = picture(f"{name}.png", *([(96, 32, 32, 32, box)] if box else []), ground=ground)
        fails(zdepth("face", source, "-o", WORK / f"{name}.exr", *FACE), f"'{source}': {why} {tail}")
        assert not (WORK / f"{name}.exr").exists()


def a_face_is_laid_into_the_depth():
    source = picture("one.png", (96, 32, 32, 32, "red"))
    for name, args in (("face", ["face", source]), ("same", ["depth", source, "--analysis", "face"]),
                       ("flat", ["depth", source])):
        result = zdepth(*args, "-o", WORK / f"{name}.png", *(FACE if name != "flat" else ()))
        assert result.returncode == 0, result.stderr
    fails(zdepth("face", source, "-o", WORK / "x.png", "--analysis", "global", *FACE),
          "analysis global contradicts face; use zdepth depth for it")
    assert frames_md5(WORK / "face.png") == frames_md5(WORK / "same.png") != frames_md5(WORK / "flat.png")


def steepest(path):
    """The largest step between neighbours about the nose of `a_nose_is_no_edge`, in parts of the range."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", "crop=40:46:108:104,format=gray16le", "-f", "rawvideo", "-"],
                         capture_output=True, check=True).stdout
    values = struct.unpack(f"<{40 * 46}H", raw)
    return max(abs(values[y * 40 + x] - values[y * 40 + x + 1]) for y in range(46) for x in range(39)) / 65535


def a_nose_is_no_edge():
    """An edge of colour along a nose: a face is one surface, so the depth is not cut there. It was (0.059 a pixel)."""
    source = picture("nose.png", (96, 96, 64, 64, "red"), (128, 96, 32, 64, "#c00000"), size="256x256", ground="#200000")
    result = zdepth("face", source, "-o", WORK / "nose.z.png", *FACE)
    assert result.returncode == 0, result.stderr
    assert 0.005 < steepest(WORK / "nose.z.png") < 0.025, steepest(WORK / "nose.z.png")


def it_says_which_faces_it_found():
    """A face that is there in some frames, one that comes later, and one whose nose is hidden: places as --region
    takes them, how sure, and what is missing; the same from the cache."""
    first = picture("say1.mkv", (32, 64, 32, 32, "red"), frames=3)
    second = picture("say2.mkv", (32, 64, 32, 32, "red"), (192, 64, 32, 32, "red"), frames=4)
    source = WORK / "say.mkv"
    ffmpeg("-i", first, "-i", second, "-filter_complex", "concat=n=2:v=1", "-c:v", "ffv1", source)
    told = None
    for _ in range(2):
        result = zdepth("face", source, "-o", WORK / "say.depth.mkv", "-y", "--cuts", "0", *FACE)
        lines = result.stderr.splitlines()
        assert result.returncode == 0 and "2 faces fitted, in 7 of 7 frames:" in lines, result.stderr
        told = told or lines[lines.index("2 faces fitted, in 7 of 7 frames:"):]
        assert lines[-3:] == told and told[1].startswith("  1: 7 frames of 0-6, within 0."), lines
        assert told[2].startswith("  2: 4 frames of 3-6, within 0.") and told[2].endswith("100 % sure, looks at the camera")
    result = zdepth("face", source, "-o", WORK / "say.depth.mkv", "-y", "--cuts", "0", "--frames", "2-4", "--json", *FACE)
    made = json.loads(result.stdout)
    assert (made["frames_with_face"], [(f["first_frame"], f["last_frame"], f["frames"]) for f in made["faces"]]) == (
        3, [(2, 4, 3), (3, 4, 2)]), made
    box = made["faces"][1]["box"]
    assert abs(box[0] + box[2] / 2 - 208 / 256) < 0.01 and 0.1 < box[2] < 0.3 and made["faces"][1]["left_out"] is None, made
    assert min(made["faces"][1][part] for part in ("eyes", "nose", "mouth")) > 0.9, made
    result = zdepth("face", source, "-o", WORK / "part.mkv", "-y", *FACE, "--region", f"{box[0] - 0.1:.4f},0,{1.0999 - box[0]:.4f},1")
    assert "1 face fitted, in 4 of 7 frames:" in result.stderr, result.stderr
    result = zdepth("composite", source, "--title", "A", "--analysis", "face", "-o", WORK / "c.mkv", "-y", *FACE, "--quiet")
    assert result.returncode == 0 and "fitted" not in result.stderr, result.stderr
    quiet = zdepth("depth", source, "-o", WORK / "d.mkv", "-y", "--json")
    assert "faces" not in json.loads(quiet.stdout)


def what_is_hidden_is_said_of_each():
    source = picture("hid1.mkv", (96, 32, 32, 32, "red"), frames=2)
    hidden = picture("hid2.mkv", (96, 32, 32, 32, "#ff0080"), ground="#000080", frames=2)
    both = WORK / "hid.mkv"
    ffmpeg("-i", source, "-i", hidden, "-filter_complex", "concat=n=2:v=1", "-c:v", "ffv1", both)
    result = zdepth("face", both, "-o", WORK / "hid.depth.mkv", "--cuts", "0", *FACE)
    lines = result.stderr.splitlines()
    assert result.returncode == 0 and "1 face fitted, in 2 of 4 frames:" in lines, result.stderr
    assert lines[-1].startswith("  2: 2 frames of 2-3, within 0.") and lines[-1].endswith(
        "100 % sure; left out, its nose is hidden"), lines
    result = zdepth("face", both, "-o", WORK / "hid.depth.mkv", "-y", "--cuts", "0", "--json", *FACE)
    assert [f["left_out"] for f in json.loads(result.stdout)["faces"]] == [None, "nose_hidden"], result.stdout


def the_region_limits_the_search():
    source = picture("two.png", (32, 64, 32, 32, "red"), (192, 64, 32, 32, "red"))
    result = zdepth("face", source, "-o", WORK / "two.exr", *FACE)
    assert result.returncode == 0, result.stderr
    result = zdepth("face", source, "-o", WORK / "middle.exr", "--region", "0.3,0,0.4,1", *FACE)
    assert result.returncode != 0 and "no face is found" in result.stderr, result.stderr


def all_doors_take_it():
    source = picture("walk.mkv", (96, 32, 32, 32, "red"), frames=4)
    for verb, more in (("matte", ()), ("filter", ("--effect", "hue=s=0")), ("view", ("--view", "depth")),
                       ("composite", ("--title", "A"))):
        result = zdepth(verb, source, "-o", WORK / f"{verb}.mkv", "--analysis", "face", *FACE, *more)
        assert result.returncode == 0, (verb, result.stderr)


def the_second_run_is_the_first():
    source = picture("walk2.mkv", (96, 32, 32, 32, "red"), frames=5)
    seen = []
    for name, more in (("a", ()), ("b", ()), ("c", ("--no-cache",))):
        result = zdepth("face", source, "-o", WORK / f"{name}.mkv", *FACE, *more)
        assert result.returncode == 0, result.stderr
        seen.append(frames_md5(WORK / f"{name}.mkv"))
    assert seen[0] == seen[1] == seen[2]


def nothing_crosses_a_cut():
    first = picture("first.mkv", (32, 64, 32, 32, "red"), frames=5)
    second = picture("second.mkv", (96, 32, 32, 32, "red"), (192, 64, 32, 32, "red"), frames=6)
    both = WORK / "both.mkv"
    ffmpeg("-i", first, "-i", second, "-filter_complex", "concat=n=2:v=1", "-c:v", "ffv1", both)
    for name in ("first", "second", "both"):
        result = zdepth("face", WORK / f"{name}.mkv", "-o", WORK / f"{name}.depth.mkv", *FACE,
                        *(("--cuts", "0,5") if name == "both" else ()))
        assert result.returncode == 0, result.stderr
    alone = frames_md5(WORK / "first.depth.mkv") + frames_md5(WORK / "second.depth.mkv")
    assert frames_md5(WORK / "both.depth.mkv") == alone


def scenes_take_the_same_networks():
    """--face-model, and a map's own face_model before it; of footage, and of media measured picture by picture."""
    picture("one.png", (96, 32, 32, 32, "red"))

    def render(media="", key="", *flags):
        scene = WORK / "networks.zscene"
        scene.write_text('zscene 1\nframe { size 256 128 fps 12 range 1 1 }\nmedia m { front "one.png" %s }\n'
                         "surface s { media m }\nzdepth z { on s analysis face %s }\ncamera c { }\noutput o { camera c }\n"
                         % (media, key))
        return zdepth("scene", "render", scene, "-o", WORK / "networks.%04d.exr", "-y", *flags, env=NONE)

    result = render()
    if "no OpenGL" in result.stderr or "built without the 3D surface" in result.stderr:
        raise Skip(result.stderr.strip())
    for media in ("", "colourspace scene_linear"):
        assert "no face is found" in render(media).stderr
        for result in (render(media, "", *FACE), render(media, f'face_model "{NETWORKS}"'),
                       render(media, f'face_model "{NETWORKS}"', "--face-model", "embedded-faces")):
            assert result.returncode == 0, result.stderr
        result = render(media, "face_model face-landmarks", *FACE)
        assert "face analysis: model 'face-landmarks' is not installed; install it with: zdepth models install " \
               "face-landmarks" in result.stderr, result.stderr
    fails(zdepth("scene", "check", WORK / "networks.zscene", *FACE),
          "zdepth scene check does not use --face-model; zdepth scene render does")


def scenes_say_where_there_is_no_face():
    picture("card.png")
    scene = WORK / "face.zscene"
    scene.write_text('zscene 1\nframe { size 64 32 fps 12 range 1 1 }\nmedia m { front "card.png" }\nsurface s { media m }\n'
                     "zdepth z { on s analysis face }\ncamera c { }\noutput o { camera c passes comp }\n")
    result = zdepth("scene", "render", scene, "--output", WORK / "scene.png", env=NONE)
    if "OpenGL" in result.stderr or "EGL" in result.stderr:
        raise Skip("no OpenGL here")
    fails(result, f"{scene}:5:1: 'z': '{WORK}/card.png': no face is found (1 frame looked at, the best is number 0); face "
                  "analysis needs eyes, nose and mouth in view, frontal and close: choose another part "
                  "(--region, a scene's roi), other frames, or global analysis")


def install_wants_the_published_files():
    folder = WORK / "parts"
    folder.mkdir()
    env = {"ZD_MODELS": str(WORK / "models")}
    path = folder / "face_detection_short_range.tflite"
    result = zdepth("models", "install", "face-landmarks", "--from", folder, env=env)
    fails(result, f"installing model 'face-landmarks': '{path}': cannot open '{path}': No such file or directory")
    path.write_bytes(b"not it")
    sha = hashlib.sha256(b"not it").hexdigest()
    fails(zdepth("models", "install", "face-landmarks", "--from", folder, env=env),
          f"installing model 'face-landmarks': '{path}': its SHA-256 is {sha}, expected "
          "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633")


def our_own_networks_find_portraits():
    data = SHARED / "data"
    if not (data / "matte/person_vik_058.jpg").exists():
        raise Skip("no pictures in the shared folder")
    for name, has in (("matte/person_vik_058", True), ("people/18f_000", True), ("photos/alexbg_bg_1", False),
                      ("eval/7scenes_0000", False)):
        result = zdepth("face", data / f"{name}.jpg", "-o", WORK / "own.png", env=NONE)
        assert (result.returncode == 0) == has, (name, result.stderr)
        (WORK / "own.png").unlink(missing_ok=True)


def the_published_networks_find_portraits():
    data = SHARED / "data"
    if not (data / "face/mediapipe_face_landmark_2021-10.tflite").exists():
        raise Skip("no published networks in the shared folder")
    folder = WORK / "published"
    folder.mkdir()
    for ours, theirs in (("face_detection_short_range", "mediapipe_face_detection_short_range"),
                         ("face_landmark", "mediapipe_face_landmark_2021-10")):
        (folder / f"{ours}.tflite").symlink_to(data / f"face/{theirs}.tflite")
    env = {"ZD_MODELS": str(WORK / "models2")}
    result = zdepth("models", "install", "face-landmarks", "--from", folder, env=env)
    assert result.returncode == 0 and "use it with: --analysis face" in result.stdout + result.stderr, result.stdout
    result = zdepth("models", "info", "face-landmarks", env=env)
    assert result.returncode == 0 and "Apache-2.0" in result.stdout, result.stderr
    assert zdepth("models", "verify", "face-landmarks", env=env).returncode == 0
    for name, has in (("matte/person_vik_058", True), ("people/18f_000", True), ("people/jup_044", True),
                      ("photos/alexbg_bg_1", False), ("eval/7scenes_0000", False)):
        result = zdepth("face", data / f"{name}.jpg", "-o", WORK / "published.png", "--face-model", "face-landmarks", env=env)
        assert (result.returncode == 0) == has, (name, result.stderr)
        (WORK / "published.png").unlink(missing_ok=True)


write_networks(NETWORKS)
for test in (the_networks_are_named_when_they_are_not_there, no_face_says_why_and_writes_nothing,
             a_face_is_laid_into_the_depth, a_nose_is_no_edge, it_says_which_faces_it_found, what_is_hidden_is_said_of_each,
             the_region_limits_the_search, all_doors_take_it,
             the_second_run_is_the_first, nothing_crosses_a_cut,
             scenes_take_the_same_networks, scenes_say_where_there_is_no_face, install_wants_the_published_files,
             our_own_networks_find_portraits, the_published_networks_find_portraits):
    run(test)
finish()
