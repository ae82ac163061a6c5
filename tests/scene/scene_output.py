#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What `zdepth scene` reads from files and writes into them, looked at pixel by pixel.

usage: scene_output.py ZDEPTH CLI_TESTS"""
import json
import os
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, sys.argv[2])
from exr_reader import attributes, channel  # noqa: E402
from cli_harness import WORK, Skip, ffmpeg, finish, run, zdepth  # noqa: E402

SHARED = pathlib.Path(os.environ.get("ZD_SHARED") or pathlib.Path(__file__).parents[2] / "../shared")
HEAD = "zscene 1\nframe { size 64 48 %s }\ncamera cam { near 10 far 510 }\n"


def scene(name, text, frame=""):
    path = WORK / name
    path.write_text(HEAD % frame + text)
    return path


def render(path, *args):
    """Renders in the scene's folder; one that fails has said why in one line."""
    return zdepth("scene", "render", path, *args, cwd=WORK)


def good(path, *args):
    result = render(path, *args)
    assert result.returncode == 0, result.stderr


def refused(path, *args):
    result = render(path, *args)
    assert result.returncode != 0 and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def pixels(name, frame=0, pix_fmt="rgba", size=4):
    """A picture's codes, as one list a pixel."""
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", WORK / name, "-vf", f"select=eq(n\\,{frame})",
                          "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", pix_fmt, "-"],
                         capture_output=True, check=True).stdout
    return [list(out[i:i + size]) for i in range(0, len(out), size)]


def aspect(name):
    return subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=sample_aspect_ratio", "-of",
                           "csv=p=0", WORK / name], capture_output=True, text=True, check=True).stdout.strip()


def middle(name, frame=0):
    return pixels(name, frame)[24 * 64 + 32]


def plain(name, colour, size="64x48", pix_fmt="rgb24"):
    ffmpeg("-f", "lavfi", "-i", f"color={colour}:size={size},format={pix_fmt}", "-frames:v", 1, WORK / name)


def counted_movie():
    """Eleven frames, each a gray of its own: 20, 40, ... 220."""
    path = WORK / "counted.mkv"
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", "nullsrc=size=64x48:rate=24,format=gray,geq=lum='20+N*20',format=gbrp",
               "-frames:v", 11, "-c:v", "ffv1", path)
    return path


def what_is_transparent_is_black_where_there_is_no_alpha():
    half = scene("half.zscene", "surface s { transparency 50 }\noutput o { }\n")
    for name, expected in (("half.png", [255, 255, 255, 128]), ("half.jpg", [188, 188, 188, 255]),
                           ("half.mp4", [188, 188, 188, 255])):
        good(half, "-o", name)
        assert all(abs(a - b) <= 2 for a, b in zip(middle(name), expected)), (name, middle(name))
    gone = scene("gone.zscene", "surface s { transparency 100 }\noutput o { }\n")
    good(gone, "-o", "gone.jpg")
    assert middle("gone.jpg") == [0, 0, 0, 255]


def walk():
    """Three frames in which a square comes nearer."""
    path = WORK / "walk.mkv"
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=24", "-frames:v", 3, "-c:v", "ffv1", path)
    return path


SEEN = ("axis side { rotation 0 15 0 }\ncamera own { near 10 far 510 }\n"
        "camera look { parent side position 0 0 auto }\nmedia m { front \"walk.mkv\" }\n"
        "surface s { media m lighting ambient cell_px 1 }\noutput o { camera look samples 4 }\n")


def flame_global_analysis_is_that_of_the_depth_verb():
    """One engine: the same cache, the same shots, steadied, the picture's edges. And our own depth
    files are read the right way round."""
    walk()
    keep = ("--cache", WORK / "depth")
    for name in ("own.%04d.exr", "own.%04d.png"):
        result = zdepth("depth", WORK / "walk.mkv", "-o", WORK / name, *keep, "--quiet")
        assert result.returncode == 0, result.stderr
    analysed = scene("analysed.zscene", SEEN + "zdepth z { on s media m analysis global three_d yes camera own }\n",
                     "range 1 3")
    good(analysed, "-o", "analysed.%04d.png", *keep)
    assert b"zdepthKind\0normalised" in (WORK / "own.0000.png").read_bytes()[:200]
    for ending, most in (("exr", 2), ("png", 2)):
        path = scene(f"own_{ending}.zscene", SEEN + f'media d {{ front "own.%04d.{ending}" offset 1 }}\n'
                     "zdepth z { on s media d range auto three_d yes camera own }\n", "range 1 3")
        result = render(path, "-o", f"own_{ending}_back.%04d.png")
        assert result.returncode == 0, result.stderr
        assert "range auto takes the map as nearness (declared: the file says '" in result.stderr, result.stderr
        assert "nobody can tell" not in result.stderr
        for frame in (1, 3):
            one, other = (pixels(f"{name}.{frame:04d}.png") for name in ("analysed", f"own_{ending}_back"))
            far = sum(max(abs(a - b) for a, b in zip(p, q)) > most for p, q in zip(one, other))
            assert far < len(one) // 100, (ending, frame, far)
    # A frame by itself is the frame of the sequence, and a picture that is no plain footage is measured too.
    good(analysed, "-o", "alone.png", "--frames", "3", *keep)
    assert pixels("alone.png") == pixels("analysed.0003.png")
    tagged = scene("tagged.zscene", SEEN.replace('"walk.mkv"', '"walk.mkv" colourspace srgb') +
                   "zdepth z { on s media m analysis global three_d yes camera own }\n")
    good(tagged, "-o", "tagged.png", *keep)
    unknown = scene("unknown.zscene", SEEN + "zdepth z { on s media m analysis global model nobody }\n")
    assert "nobody" in refused(unknown, "-o", "unknown.png", *keep)


def number(path, name):
    """A float attribute of an EXR."""
    return struct.unpack("<f", attributes(path.read_bytes())[0][name][1])[0]


def flicker(frames):
    """What changes from frame to frame, as the mean of its absolute, and where the most is: one number a pair."""
    pairs = list(zip(frames, frames[1:]))
    return [sum(abs(a - b) for a, b in zip(one, two)) / len(one) for one, two in pairs]


def flame_flicker_of_an_analysis_is_that_of_the_depth_verb():
    """The same nearness, in the same range, of every pixel of every frame: read back from the scene's Z pass, the
    scene's analysis flickers as the depth verb's files do, to five digits. What lies beyond the ends that the
    shot's range has is at them in a scene."""
    clip, count = WORK / "noisy.mkv", 8
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=24,noise=alls=24:allf=t", "-frames:v", count, "-c:v", "ffv1", clip)
    keep = ("--cache", WORK / "flicker")
    result = zdepth("depth", clip, "-o", WORK / "verb.%04d.exr", *keep, "--quiet")
    assert result.returncode == 0, result.stderr
    path = WORK / "flicker.zscene"
    path.write_text("zscene 1\nframe { size 96 64 range 1 %d }\ncamera cam { near 10 far 510 }\n"
                    "media m { front \"noisy.mkv\" }\nsurface s { media m }\n"
                    "zdepth z { on s media m analysis global analysis_depth 50 400 }\noutput o { passes zdepth }\n" % count)
    good(path, "-o", "scene.%04d.exr", *keep)
    verb, own = [], []
    for frame in range(count):
        source = WORK / f"verb.{frame:04d}.exr"
        far, near = number(source, "zdepthFurthest"), number(source, "zdepthNearest")
        verb.append([min(max((v - far) / (near - far), 0.0), 1.0) for row in channel(source, "Z") for v in row])
        own.append([(1 / z - 1 / 400) / (1 / 50 - 1 / 400) for row in channel(WORK / f"scene.{frame + 1:04d}.exr", "Z")
                    for z in row])
    apart = max(abs(a - b) for one, two in zip(verb, own) for a, b in zip(one, two))
    changes = list(zip(flicker(verb), flicker(own)))
    assert apart < 1e-6 and all(a > 1e-4 and abs(a - b) < 1e-5 * a for a, b in changes), (apart, changes)


def flame_face_analysis_is_that_of_the_face_verb():
    """A portrait's head has the same shape by both, and another one than the whole picture's depth gives it."""
    portrait = SHARED / "data/matte/person_vik_058.jpg"
    if not portrait.exists():
        raise Skip("no pictures in the shared folder")
    ffmpeg("-i", portrait, "-frames:v", 1, WORK / "portrait.png")
    result = zdepth("face", WORK / "portrait.png", "-o", WORK / "portrait.exr", "--quiet")
    assert result.returncode == 0, result.stderr
    far, near = number(WORK / "portrait.exr", "zdepthFurthest"), number(WORK / "portrait.exr", "zdepthNearest")
    verb = [min(max((v - far) / (near - far), 0.0), 1.0) for row in channel(WORK / "portrait.exr", "Z") for v in row]
    own = {}
    for kind in ("face", "global"):
        path = WORK / f"portrait_{kind}.zscene"
        path.write_text("zscene 1\nframe { size 259 194 }\ncamera cam { near 10 far 510 }\nmedia m { front \"portrait.png\" }\n"
                        f"surface s {{ media m }}\nzdepth z {{ on s media m analysis {kind} analysis_depth 50 400 }}\n"
                        "output o { passes zdepth }\n")
        good(path, "-o", f"portrait_{kind}.exr")
        own[kind] = [(1 / z - 1 / 400) / (1 / 50 - 1 / 400) for row in channel(WORK / f"portrait_{kind}.exr", "Z") for z in row]
    apart = sorted(abs(a - b) for a, b in zip(verb, own["face"]))  # most on the steep rim of the head
    other = sum(abs(a - b) > 0.02 for a, b in zip(own["global"], own["face"])) / len(verb)
    assert len(verb) == len(own["face"]) and apart[len(verb) * 99 // 100] < 1e-6 and apart[-1] < 1e-4 and other > 0.02, (
        apart[-1], other)


def what_white_means_is_asked_where_nobody_can_tell():
    ffmpeg("-f", "lavfi", "-i", "nullsrc=size=64x48,format=gray,geq=lum='40+Y*4'", "-frames:v", 1, WORK / "grey.png")
    path = scene("grey.zscene", 'media d { front "grey.png" }\nsurface s { }\nzdepth z { on s media d range auto }\n'
                 "output o { }\n")
    result = render(path, "-o", "grey_out.png")
    assert result.returncode == 0 and "it may be normalized as well; say range normalized (black near) or range " \
        "nearness (white near)" in result.stderr, result.stderr


def exr_has_the_standards_camera():
    """A world point times worldToNDC is where the position pass shows it; in camera space z is its depth."""
    path = scene("camera.zscene", "axis t { position 4 -3 -30 rotation 9 21 0 }\nsurface s { parent t size 900 900 }\n"
                 "output o { camera c2 passes comp position zdepth cryptomatte }\n"
                 "camera c2 { position 30 12 240 rotation 3 7 2 focal 30 film_back 32 shift 0.12 -0.05 near 10 far 900 }\n",
                 "fps 23.976 aspect 1.25")
    good(path, "-o", "camera.exr")
    found, _ = attributes((WORK / "camera.exr").read_bytes())
    assert found["worldToCamera"][0] == found["worldToNDC"][0] == "m44f"
    camera, ndc = (struct.unpack("<16f", found[name][1]) for name in ("worldToCamera", "worldToNDC"))
    assert found["framesPerSecond"] == ("rational", struct.pack("<iI", 24000, 1001)), found["framesPerSecond"]
    white = struct.unpack("<8f", found["chromaticities"][1])
    assert found["chromaticities"][0] == "chromaticities" and abs(white[0] - 0.64) + abs(white[7] - 0.329) < 1e-6
    window, = struct.unpack("<f", found["screenWindowWidth"][1])
    centre = struct.unpack("<2f", found["screenWindowCenter"][1])
    assert abs(window - 32 / 30) < 1e-6 and abs(centre[0] - 0.12 * window) < 1e-6, (window, centre)
    # The axis of the camera: a point 100 before it has x = y = 0 in camera space and lies at the shifted centre.
    right, up, forward = ([camera[i * 4 + k] for i in range(3)] for k in range(3))
    eye = [30.0, 12.0, 240.0]
    for offset, expected in (((0, 0, 100), (0.38, 0.45)), ((window * 50, 0, 100), (0.88, 0.45))):
        p = [eye[i] + offset[0] * right[i] + offset[1] * up[i] + offset[2] * forward[i] for i in range(3)] + [1.0]
        seen = [sum(p[i] * camera[i * 4 + k] for i in range(4)) for k in range(4)]
        assert all(abs(seen[k] - offset[k]) < 1e-3 for k in range(3)) and seen[3] == 1.0, seen
        at = [sum(p[i] * ndc[i * 4 + k] for i in range(4)) for k in range(4)]
        assert abs(at[0] / at[3] - expected[0]) < 1e-5 and abs(at[1] / at[3] - expected[1]) < 1e-5, at
        assert abs(at[2] / at[3] - (900 * 100 - 9000) / 890 / 100) < 1e-5
    # Cryptomatte says what it is.
    keys = {name.split("/")[2]: value[1].decode() for name, value in found.items() if name.startswith("cryptomatte/")}
    assert keys["name"] == "CryptoObject" and keys["hash"] == "MurmurHash3_32" and keys["conversion"] == "uint32_to_float32"
    assert list(json.loads(keys["manifest"])) == ["s"], keys


def exr_of_parts(path, parts, width, height):
    """An EXR of several parts: names and their channels' values, each constant."""
    def attribute(name, kind, data):
        return f"{name}\0{kind}\0".encode() + struct.pack("<i", len(data)) + data

    head, body = b"", b""
    for name, channels in parts:
        listed = b"".join(c.encode() + b"\0" + struct.pack("<iB3xii", 2, 0, 1, 1) for c in sorted(channels)) + b"\0"
        box = struct.pack("<4i", 0, 0, width - 1, height - 1)
        head += (attribute("channels", "chlist", listed) + attribute("compression", "compression", b"\0") +
                 attribute("dataWindow", "box2i", box) + attribute("displayWindow", "box2i", box) +
                 attribute("lineOrder", "lineOrder", b"\0") +
                 attribute("pixelAspectRatio", "float", struct.pack("<f", 1)) +
                 attribute("screenWindowCenter", "v2f", struct.pack("<2f", 0, 0)) +
                 attribute("screenWindowWidth", "float", struct.pack("<f", 1)) +
                 attribute("name", "string", name.encode()) + attribute("type", "string", b"scanlineimage") +
                 attribute("chunkCount", "int", struct.pack("<i", height)) + b"\0")
    head = struct.pack("<ii", 20000630, 2 | 0x1000) + head + b"\0"
    start, table = len(head) + 8 * height * len(parts), b""
    for number, (name, channels) in enumerate(parts):
        for y in range(height):
            row = b"".join(struct.pack("<f", channels[c]) * width for c in sorted(channels))
            table += struct.pack("<q", start + len(body))
            body += struct.pack("<iii", number, y, len(row)) + row
    path.write_bytes(head + table + body)


def parts_and_names_with_colons_are_found():
    """Depth is found in whatever part it is; parts may be named; a file may have ':' in its name."""
    exr_of_parts(WORK / "parts.exr", [("rgb", {"R": .2, "G": .2, "B": .2}), ("depth", {"Z": 260.0})], 64, 48)
    exr_of_parts(WORK / "my z:v1.exr", [("depth", {"Z": 260.0})], 64, 48)
    plate = "axis f { position 0 0 -188 }\nsurface back { parent f size 900 900 colour 1 0 0 }\n"
    for name in ("parts.exr", "parts.exr:Z", "parts.exr:depth.Z", "parts.exr:depth", "my z:v1.exr", "my z:v1.exr:Z"):
        # The camera stands 65.9 before the card: the map's 260 lies behind the plate at 254 when it is read.
        path = scene("parts.zscene", f'media z {{ front "{name}" }}\nsurface s {{ colour 0 1 0 }}\n' + plate +
                     "zdepth m { on s media z range absolute }\noutput o { }\n")
        good(path, "-o", "parts.png")
        assert middle("parts.png")[:3] == [255, 0, 0], (name, middle("parts.png"))
    said = refused(scene("lost.zscene", 'media z { front "parts.exr:Q" }\nsurface s { media z }\noutput o { }\n'),
                   "-o", "lost.png")
    assert "has no channel 'Q'; it has rgb.B, rgb.G, rgb.R, depth.Z" in said, said


def no_input_and_no_output_is_written_over():
    plain("src.png", "red")
    plain("src.1.png", "red")
    kept = (WORK / "src.png").read_bytes()
    itself = "zdepth: the output '%s' is the input itself; give it another name\n"
    card = 'surface s { media b }\noutput o { }\n'
    for text in ('media b { front "src.png" }\n', 'media b { front "src.png:R" }\n',
                 'media b { matte "src.png" }\n'):
        assert refused(scene("over.zscene", text + card), "-o", "src.png") == itself % "src.png"
    assert refused(scene("mesh.zscene", 'geometry g { file "src.png" }\noutput o { }\n'), "-o",
                   "src.png") == itself % "src.png"
    assert refused(scene("one.zscene", 'media b { front "src.1.png" }\n' + card), "-o",
                   "src.%d.png") == itself % "src.1.png"
    assert refused(scene("all.zscene", 'media b { front "src.%d.png" }\n' + card), "-o",
                   "src.%d.png") == (
        f"zdepth: the output 'src.%d.png' would write over frame 1 of the input '{WORK}/src.%d.png'; "
        "give it another name or folder\n")
    (WORK / "src.exr").write_bytes(b"not read before the check")
    assert refused(scene("exr.zscene", 'media b { front "src.exr" }\n' + card), "-o",
                   WORK / "src.exr") == itself % (WORK / "src.exr")
    twice = scene("twice.zscene", 'surface s { }\noutput a { file "x.png" }\noutput b { file "x.png" }\n')
    assert refused(twice) == f"zdepth: {twice}: the outputs 'a' and 'b' both go to 'x.png'\n"
    assert not (WORK / "x.png").exists() and (WORK / "src.png").read_bytes() == kept


def past_its_end_a_movie_shows_its_last_frame():
    counted_movie()
    scene("end.zscene",
          'media a { front "counted.mkv" }\nmedia b { front "counted.mkv" offset %d }\n'
          'axis l { position -16 0 0 }\naxis r { position 16 0 0 }\n'
          'surface sa { parent l media a size 32 48 }\nsurface sb { parent r media b size 32 48 }\n'
          'output o { }\n')
    for offset, frames, expected in ((-20, "1-3", (220, 220, 220)), (-9, "1-3", (200, 220, 220)),
                                     (-100000, "9-11", (220, 220, 220)), (100, "2-2", (20,))):
        text = (WORK / "end.zscene").read_text()
        (WORK / "end2.zscene").write_text(text.replace("%d", str(offset)))
        good("end2.zscene", "--frames", frames, "-o", "end.%d.png")
        for i, right in enumerate(expected):
            number = int(frames.split("-")[0]) + i
            shown = pixels(f"end.{number}.png")
            assert abs(shown[24 * 64 + 8][0] - 20 * number) <= 1, (offset, number, shown[24 * 64 + 8])
            assert abs(shown[24 * 64 + 56][0] - right) <= 1, (offset, number, shown[24 * 64 + 56])


def analysed_ranges_are_a_map_s_own_and_the_same_in_every_chunk():
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=24", "-vf", "fade=out:0:3", "-frames:v", 3, "-c:v", "ffv1",
           "-pix_fmt", "gbrp", WORK / "moving.mkv")
    path = scene("range.zscene",
                 'media m { front "moving.mkv" }\naxis far { position 5000 0 0 }\n'
                 'surface l { parent far media m }\nsurface r { media m }\n'
                 'zdepth zl { on l analysis global analysis_depth 20 40 roi 0 0 20 48 }\n'
                 'zdepth zr { on r analysis global analysis_depth 20 40 roi 20 0 64 48 }\n'
                 'output both { passes comp zdepth file "both.%d.exr" }\n'
                 'output alone { objects r passes comp zdepth file "alone.%d.exr" }\n', "range 1 3")
    good(path)
    for frame in (1, 2, 3):
        both = (WORK / f"both.{frame}.exr").read_bytes()
        assert both == (WORK / f"alone.{frame}.exr").read_bytes(), f"the ranges of two maps, frame {frame}"
        good(path, "--node", "alone", "--frames", frame, "-o", "chunk.%d.exr")
        assert both == (WORK / f"chunk.{frame}.exr").read_bytes(), f"frame {frame} by itself"
    plain("late.2.png", "gray", pix_fmt="gray")
    late = scene("late.zscene", 'media m { front "late.%d.png" }\nsurface s { }\n'
                 'zdepth z { on s media m range auto }\noutput o { }\n')
    assert refused(late, "--frames", 2, "-o", "n.png").startswith(
        f"zdepth: the range of 'z' is learnt on frame 1, where the scene's range begins: {late}:4:11: media 'm': ")


def the_shape_of_pixels_is_written():
    wide = scene("wide.zscene", "surface s { }\noutput o { }\n", "aspect 2")
    good(wide, "-o", "wide.exr")
    name = b"pixelAspectRatio\0float\0\4\0\0\0"
    header = (WORK / "wide.exr").read_bytes()
    at = header.index(name) + len(name)
    assert struct.unpack("<f", header[at:at + 4]) == (2.0,)
    for name in ("wide.mp4", "wide.mkv", "wide.png"):
        good(wide, "-o", name)
        assert aspect(name) == "2:1", (name, aspect(name))
    good(scene("narrow.zscene", "surface s { }\noutput o { }\n", "aspect 0.9091"), "-o", "narrow.mkv")
    assert aspect("narrow.mkv") == "9091:10000", aspect("narrow.mkv")


def a_channel_of_a_front_is_light():
    plain("grey.png", "gray")
    for front, expected in (('"grey.png"', 128), ('"grey.png:R"', 128),
                            ('"grey.png:R" colourspace scene_linear', 188),
                            ('"grey.png:G" colourspace srgb', 128)):
        good(scene("channel.zscene", f"media m {{ front {front} }}\nsurface s {{ media m }}\noutput o {{ }}\n"),
             "-o", "channel.png")
        assert abs(middle("channel.png")[0] - expected) <= 1, (front, middle("channel.png"))
    plain("clear.png", "gray@0.5", pix_fmt="rgba")
    good(scene("alpha.zscene", 'media m { front "clear.png:A" }\nsurface s { media m }\noutput o { }\n'), "-o", "alpha.png")
    assert abs(middle("alpha.png")[0] - 188) <= 1, middle("alpha.png")
    half = scene("half.zscene", "surface s { colour 0.5 0.5 0.5 }\noutput o { }\n")
    good(half, "-o", "half.exr")
    for words, expected in (("", 188), (" colourspace srgb", 128)):
        good(scene("exr.zscene", f'media m {{ front "half.exr:R"{words} }}\nsurface s {{ media m }}\noutput o {{ }}\n'),
             "-o", "exr.png")
        assert abs(middle("exr.png")[0] - expected) <= 1, (words, middle("exr.png"))
    good(scene("matte.zscene", 'media m { matte "grey.png:R" }\nsurface s { media m }\noutput o { }\n'), "-o", "matte.png")
    assert abs(middle("matte.png")[3] - 128) <= 1, middle("matte.png")


def numbers_out_of_reach_are_refused():
    card = scene("card.zscene", "surface s { }\noutput o { }\n")
    for text in ("-99999999999999999999", "1-99999999999999999999", "-100000001", "5-4", "x"):
        assert refused(card, f"--frames={text}", "-o", "n.png") == (
            f"zdepth: --frames is '{text}'; it must be a frame or FIRST-LAST\n")
    small = scene("small.zscene", "media a { size 0.5 0.5 }\nsurface s { media a }\noutput o { }\n")
    assert refused(small, "-o", "n.png") == (
        f"zdepth: {small}:4:11: media 'a' has a size of 0.5x0.5; sides are whole numbers up to 16384\n")


result = render(scene("first.zscene", "output o { }\n"), "-o", "first.png")
if "no OpenGL" in result.stderr:
    print("skipped: " + result.stderr.strip())
    sys.exit(77)
for test in (exr_has_the_standards_camera, what_is_transparent_is_black_where_there_is_no_alpha,
             no_input_and_no_output_is_written_over,
             past_its_end_a_movie_shows_its_last_frame,
             flame_global_analysis_is_that_of_the_depth_verb, flame_flicker_of_an_analysis_is_that_of_the_depth_verb,
             flame_face_analysis_is_that_of_the_face_verb,
             what_white_means_is_asked_where_nobody_can_tell,
             parts_and_names_with_colons_are_found,
             analysed_ranges_are_a_map_s_own_and_the_same_in_every_chunk,
             the_shape_of_pixels_is_written, a_channel_of_a_front_is_light, numbers_out_of_reach_are_refused):
    run(test)
finish()
