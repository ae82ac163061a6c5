#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Networks that tell more than nearness, and networks for video, with tiny weights from a formula."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time

from cli_harness import WORK, ffmpeg, finish, frames_md5, movie, run, zdepth

WRITER = sys.argv[2]
KILLS = 50
MONO, VIEWS, VIDEO = WORK / "mono.safetensors", WORK / "views.safetensors", WORK / "video.safetensors"
for kind, path in (("mono", MONO), ("views", VIEWS), ("video", VIDEO)):
    subprocess.run([WRITER, kind, path], check=True)
MODELS = WORK / "models"
MODELS.mkdir()
shutil.copy(MONO, MODELS / "da3-metric-large.safetensors")
PICTURE = WORK / "still.png"
ffmpeg("-f", "lavfi", "-i", "mandelbrot=size=160x96", "-frames:v", "1", PICTURE)


def made(verb, footage, out, *flags, env=None):
    result = zdepth(verb, footage, "-o", WORK / out, "--overwrite", *flags, env=env)
    assert result.returncode == 0, result.stderr
    return (WORK / out).read_bytes()


def refused(message, verb, *flags):
    result = zdepth(verb, PICTURE, "-o", WORK / "no.png", *flags)
    assert result.returncode != 0 and message in result.stderr, result.stderr
    assert not (WORK / "no.png").exists()


def views_of_what_networks_tell():
    sky = made("view", PICTURE, "sky.png", "--model", MONO, "--view", "sky")
    sure = made("view", PICTURE, "sure.png", "--model", VIEWS, "--view", "confidence")
    assert sky != sure and sky != made("view", PICTURE, "d.png", "--model", MONO, "--view", "depth")
    refused(f"'{VIEWS}' tells nothing of the sky; --model da3-mono-large and da3-metric-large do",
            "view", "--model", VIEWS, "--view", "sky")
    refused(f"'{MONO}' tells no confidence; --model da3-small and da3-base do",
            "view", "--model", MONO, "--view", "confidence")
    refused("'embedded' tells nothing of the sky", "view", "--view", "sky")


def an_exr_carries_what_was_told():
    """Back as a map it gives the same pictures, also from the cache and of a clip that is steadied."""
    for model, told, other in ((MONO, "sky", "confidence"), (VIEWS, "confidence", "sky")):
        exr = made("depth", PICTURE, f"{told}.exr", "--model", model)
        assert told.encode() in exr and other.encode() not in exr and b"nearness" in exr
        for verb, flags in (("matte", ()), ("view", ("--view", told)), ("view", ("--view", "depth"))):
            direct = made(verb, PICTURE, "direct.png", "--model", model, *flags)
            assert direct == made(verb, PICTURE, "again.png", "--model", model, *flags)
            assert direct == made(verb, PICTURE, "back.png", "--depth-map", WORK / f"{told}.exr", *flags), (verb, flags)
    clip = movie("short.mkv", size="96x64", frames=5)
    for name in ("once.mkv", "twice.mkv"):
        made("view", clip, name, "--model", MONO, "--view", "sky", "--codec", "ffv1")
    assert frames_md5(WORK / "once.mkv") == frames_md5(WORK / "twice.mkv")


def ends(*flags):
    result = zdepth("info", PICTURE, "--json", "--model", "da3-metric-large", *flags, env={"ZD_MODELS": str(MODELS)})
    assert result.returncode == 0, result.stderr
    said = json.loads(result.stdout.splitlines()[-1])
    assert said["depth_kind"] == "metres", said
    return [said["shots"][0][end] for end in ("furthest", "nearest")], result.stderr


def metres_follow_the_focal_length():
    near, told = ends("--focal", "35")
    assert "no focal length" not in told
    far, _ = ends("--focal", "70")
    assert all(abs(b / a - 2) < 1e-4 for a, b in zip(near, far)), (near, far)
    assert near[0] > near[1] > 0
    usual, told = ends()
    assert usual == near and told.count("no focal length is given: metres are for a lens of 35 mm") == 1, told
    exr = made("depth", PICTURE, "metres.exr", "--model", "da3-metric-large", "--focal", "50", env={"ZD_MODELS": str(MODELS)})
    assert b"metres" in exr and b"zdepthFocal" in exr
    for flags, focal in ((("--focal", "50"), "50 mm on a picture 36 mm long\n"),
                         ((), "35 mm on a picture 36 mm long, of the first frame\n")):
        told = zdepth("info", PICTURE, "--model", "da3-metric-large", *flags, env={"ZD_MODELS": str(MODELS)})
        assert f"focal length: {focal}" in told.stdout, told
    assert "focal length" not in zdepth("info", PICTURE).stdout


def a_cached_run_needs_no_network():
    """Its file is opened by the first frame that the cache does not know."""
    clip, model, cache = movie("known.mkv", size="96x64", frames=4), WORK / "away.safetensors", WORK / "cache-away"
    flags = ("--model", model, "--cache", cache, "--codec", "ffv1")
    shutil.copy(MONO, model)
    made("depth", clip, "known-1.mkv", *flags)
    model.rename(WORK / "elsewhere.safetensors")
    result = zdepth("depth", clip, "-o", WORK / "known-2.mkv", *flags)
    assert result.returncode == 0 and "away" not in result.stderr, result.stderr
    assert frames_md5(WORK / "known-1.mkv") == frames_md5(WORK / "known-2.mkv")
    for more in (("--no-cache",), ("--cache", WORK / "cache-empty"), ("--depth-size", "84")):
        result = zdepth("depth", clip, "-o", WORK / "no.mkv", *flags, *more)
        assert result.returncode != 0 and f"model file '{model}' does not exist" in result.stderr, (more, result.stderr)
        assert not (WORK / "no.mkv").exists()
    shutil.copy(VIEWS, model)  # another network under this name: nothing of the first counts
    other = made("view", PICTURE, "other.png", "--model", model, "--cache", cache, "--view", "confidence")
    assert other == made("view", PICTURE, "other-2.png", "--model", VIEWS, "--no-cache", "--view", "confidence")
    made("depth", clip, "known-3.mkv", *flags)
    assert frames_md5(WORK / "known-1.mkv") != frames_md5(WORK / "known-3.mkv")


def steadiness_is_measured():
    result = zdepth("bench", "time", "--json", "--model", VIEWS, "--depth-size", "56")
    assert result.returncode == 0, result.stderr
    clips = json.loads(result.stdout.splitlines()[-1])["clips"]
    assert [clip["clip"] for clip in clips] == ["drawn: walk", "drawn: pan"] and all(c["frames"] == 24 for c in clips)
    for clip in clips:
        assert all(0 < clip["stabilised"][key] < 100 and 0 < clip["as_given"][key] < 100 for key in ("opw", "tae", "wander")), clip
        assert clip["stabilised"]["opw"] < clip["as_given"]["opw"], clip
    footage = zdepth("bench", "time", movie("short.mkv", size="96x64", frames=5), "--model", VIDEO, "--depth-size", "56")
    assert footage.returncode == 0 and "short.mkv" in footage.stdout and " -  " in footage.stdout, footage
    assert "stabilised" in footage.stdout
    missing = zdepth("bench", "quality")
    assert missing.returncode != 0 and "no folder is given: zdepth bench quality FOLDER" in missing.stderr
    unknown = zdepth("bench", "tim")
    assert "there are quality and time" in unknown.stderr, unknown.stderr


def a_network_for_video_gets_outlines():
    """At twice its size, from the network for stills; both are in the cache."""
    clip = movie("short.mkv", size="96x64", frames=5)
    flags = ("--model", VIDEO, "--depth-size", "56", "--raw", "--codec", "ffv1")
    def size_of(name):
        probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
                                WORK / name], capture_output=True, text=True, check=True)
        return [int(side) for side in probe.stdout.strip().split(",")]
    made("depth", clip, "plain.mkv", *flags)
    made("depth", clip, "fused.mkv", *flags, "--detail", "2x")
    made("depth", clip, "again.mkv", *flags, "--detail", "2x")
    assert [2 * side for side in size_of("plain.mkv")] == size_of("fused.mkv")
    assert frames_md5(WORK / "fused.mkv") == frames_md5(WORK / "again.mkv")
    made("matte", clip, "part.mkv", *flags[:4], "--codec", "ffv1", "--detail", "2x", "--region", "0,0,0.5,1")
    assert len(frames_md5(WORK / "part.mkv")) == 5


def auto_says_what_it_takes_and_why():
    """A movie gets the network for video that is installed, a still the embedded one when nothing else is there."""
    folder = WORK / "installed"
    folder.mkdir()
    env = {"ZD_MODELS": str(folder)}
    clip = movie("auto.mkv", size="64x48", frames=4)
    flags = ("--model", "auto", "--depth-size", "56", "--no-cache", "--codec", "ffv1", "--overwrite")
    for name, footage, out, what in (("embedded", clip, "a.mkv", "movies"), ("vda-small", clip, "b.mkv", "movies"),
                                     ("embedded", PICTURE, "c.png", "stills")):
        if name != "embedded":
            shutil.copy(VIDEO, folder / f"{name}.safetensors")
        result = zdepth("depth", footage, "-o", WORK / out, *(flags if footage == clip else flags[:5] + flags[7:]), env=env)
        assert result.returncode == 0, result.stderr
        assert f"model auto: '{name}', the best that is installed for {what}" in result.stderr, result.stderr


def each_shot_begins_anew():
    """What a network for video says after a cut is what it says of the shot alone; without the cut it sees across."""
    clip = movie("shots.mkv", size="64x48", frames=50)
    alone = WORK / "alone.mkv"
    ffmpeg("-i", clip, "-vf", "trim=start_frame=13,setpts=PTS-STARTPTS", "-c:v", "ffv1", alone)
    flags = ("--model", VIDEO, "--depth-size", "56", "--raw", "--no-cache", "--codec", "ffv1")
    def maps(footage, cuts):
        made("depth", footage, "shots.depth.mkv", *flags, "--cuts", cuts)
        return frames_md5(WORK / "shots.depth.mkv")
    cut, shot, through = maps(clip, "0,13"), maps(alone, "none"), maps(clip, "none")
    assert len(cut) == 50 and len(shot) == 37
    assert cut[13:] == shot and through[13:] != shot and cut[:13] != through[:13]


def killed_at_any_moment_it_goes_on_with_the_same_bits():
    """A network for video: windows, key frames and what is cross-faded come from the cache, or anew."""
    clip = movie("film.mkv", size="64x48", frames=80)
    flags = ("--model", VIDEO, "--depth-size", "56", "--cuts", "none", "--codec", "ffv1")
    env = {"ZD_CACHE": str(WORK / "kept")}
    began = time.monotonic()
    made("depth", clip, "whole.mkv", *flags, env=env)
    took = time.monotonic() - began
    whole = frames_md5(WORK / "whole.mkv")
    chance = random.Random(15)
    kills = ended = 0
    shutil.rmtree(WORK / "kept")
    while kills < KILLS:
        out = WORK / "killed.mkv"
        job = subprocess.Popen([sys.argv[1], "depth", str(clip), "-o", str(out), "--overwrite", *map(str, flags)],
                               env={**os.environ, "ZD_CONFIG": "none", **env}, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
        try:
            job.wait(chance.uniform(0.02, took * 0.6))
        except subprocess.TimeoutExpired:
            job.send_signal(signal.SIGKILL)
            job.wait()
            kills += 1
            continue
        assert job.returncode == 0 and frames_md5(out) == whole
        ended += 1
        out.unlink()
        shutil.rmtree(WORK / "kept")
    made("depth", clip, "killed.mkv", *flags, env=env)
    assert frames_md5(WORK / "killed.mkv") == whole
    print(f"  {kills} kills, {ended} runs ended before theirs")


for test in (views_of_what_networks_tell, an_exr_carries_what_was_told, metres_follow_the_focal_length,
             a_cached_run_needs_no_network, steadiness_is_measured,
             a_network_for_video_gets_outlines, auto_says_what_it_takes_and_why, each_shot_begins_anew,
             killed_at_any_moment_it_goes_on_with_the_same_bits):
    run(test)
finish()
