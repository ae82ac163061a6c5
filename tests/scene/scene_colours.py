#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Scenes whose media and outputs name spaces of an OpenColorIO configuration: a small one of our own, whose
numbers are computed here by hand. A build without OpenColorIO says so.

usage: scene_colours.py ZDEPTH CLI_TESTS"""
import os
import struct
import subprocess
import sys

sys.path.insert(0, sys.argv[2])
from exr_reader import attributes, channel  # noqa: E402
from cli_harness import WORK, ZDEPTH, Skip, ffmpeg, finish, run, zdepth  # noqa: E402

# From ACES2065-1 (AP0) to light of BT.709's primaries, whites adapted by Bradford's transform, and to AP1.
TO_BT709 = ((2.521686186743884, -1.1341309882397197, -0.38755519850416364),
            (-0.27647991422992185, 1.372719087668256, -0.09623917343833398),
            (-0.015378064966034175, -0.1529753358673986, 1.168353400833433))
TO_AP1 = ((1.4514393161456658, -0.2365107468937403, -0.21492856925192544),
          (-0.07655377339602065, 1.1762296998335728, -0.09967592643755217),
          (0.008316148425697719, -0.006032449791021028, 0.9977163013653233))
SIX = (200, 120, 40)  # the codes of the plate


def rows(matrix):
    return ", ".join(", ".join(f"{v!r}" for v in row) + ", 0" for row in matrix) + ", 0, 0, 0, 1"


CONFIG = f"""ocio_profile_version: 2
strictparsing: true
roles: {{aces_interchange: AP0, scene_linear: AP1, default: raw}}
file_rules:
  - !<Rule> {{name: Default, colorspace: default}}
displays:
  desk:
    - !<View> {{name: plain, colorspace: gamma 2}}
    - !<View> {{name: half, colorspace: half of it}}
colorspaces:
  - !<ColorSpace> {{name: AP0, aliases: [aces]}}
  - !<ColorSpace>
    name: AP1
    from_scene_reference: !<MatrixTransform> {{matrix: [{rows(TO_AP1)}]}}
  - !<ColorSpace>
    name: squared
    to_scene_reference: !<ExponentTransform> {{value: [2, 2, 2, 1]}}
  - !<ColorSpace>
    name: gamma 2
    from_scene_reference: !<GroupTransform>
      children:
        - !<MatrixTransform> {{matrix: [{rows(TO_BT709)}]}}
        - !<ExponentTransform> {{value: [2, 2, 2, 1], direction: inverse}}
  - !<ColorSpace>
    name: half of it
    from_scene_reference: !<MatrixTransform> {{matrix: [{rows([[0.5 * v for v in row] for row in TO_BT709])}]}}
  - !<ColorSpace> {{name: raw, isdata: true}}
"""


def times(matrix, colour):
    return [sum(m * c for m, c in zip(row, colour)) for row in matrix]


def light(code):
    v = code / 255
    return v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4


def scene(name, media="", output="", frame="ocio \"colours.ocio\"", surface=""):
    path = WORK / name
    path.write_text("zscene 1\nframe { size 16 8 %s }\ncamera cam { }\nmedia m { front \"plate.png\" %s }\n"
                    "surface s { media m %s }\noutput o { %s }\n" % (frame, media, surface, output))
    return path


def render(path, *args, env=None):
    return zdepth("scene", "render", path, *args, cwd=WORK, env={**os.environ, "OCIO": "", **(env or {})})


def good(path, *args, env=None):
    result = render(path, *args, env=env)
    assert result.returncode == 0, result.stderr
    return result


def refused(path, *args, env=None):
    result = render(path, *(() if "-o" in args else ("-o", "refused.exr")), *args, env=env)
    assert result.returncode != 0 and result.stderr.count("\n") == 1, result.stderr
    return result.stderr


def colour(name, layer=""):
    return [channel(WORK / name, layer + c)[4][8] for c in "RGB"]


def near(found, expected, most=2e-6):
    assert all(abs(a - b) <= most * max(1, abs(b)) for a, b in zip(found, expected)), (found, expected)


def codes(name):
    """The middle's, of 255."""
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", WORK / name, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt",
                          "rgb48le", "-"], capture_output=True, check=True).stdout
    return [v / 257 for v in struct.unpack_from("<3H", out, (4 * 16 + 8) * 6)]


def media_come_from_their_space():
    good(scene("in.zscene", 'space "squared"'), "-o", "in.exr")
    near(colour("in.exr"), times(TO_BT709, [(c / 255) ** 2 for c in SIX]))
    head = attributes((WORK / "in.exr").read_bytes())[0]
    assert "chromaticities" in head and "zdepth:colourSpace" not in head  # BT.709's, as ever
    # An alias, one channel as gray, and a media that names none beside it.
    good(scene("alias.zscene", 'space "aces"'), "-o", "alias.exr")
    near(colour("alias.exr"), times(TO_BT709, [c / 255 for c in SIX]))
    path = scene("gray.zscene", 'space "squared"')
    path.write_text(path.read_text().replace('"plate.png"', '"plate.png:R"'))
    good(path, "-o", "gray.exr")
    near(colour("gray.exr"), [(SIX[0] / 255) ** 2] * 3, 1e-3)
    good(scene("plain.zscene", "", "space \"AP0\""), "-o", "plain.exr")
    near(times(TO_BT709, colour("plain.exr")), [light(c) for c in SIX], 1e-5)


def light_may_be_in_a_space_of_its_own():
    path = scene("work.zscene", 'space "squared"', "passes comp albedo diffuse specular",
                 'ocio "colours.ocio" working_space "AP1"', "colour 2 1 1")
    good(path, "-o", "work.exr")
    expected = times(TO_AP1, [(c / 255) ** 2 for c in SIX])
    expected[0] *= 2
    near(colour("work.exr"), expected)
    head = attributes((WORK / "work.exr").read_bytes())[0]
    assert "chromaticities" not in head and head["zdepth:colourSpace"] == ("string", b"AP1"), head
    # Its pictures are sRGB as ever, and plain media come in and go out as they were.
    good(scene("there.zscene", "", "", 'ocio "colours.ocio" working_space "AP1"'), "-o", "there.png")
    assert all(abs(a - b) <= 1 for a, b in zip(codes("there.png"), SIX)), codes("there.png")


def outputs_go_to_a_space_or_a_display():
    good(scene("out.zscene", "", 'space "AP0" passes comp albedo zdepth normals display "desk"'), "-o", "out.exr")
    near(times(TO_BT709, colour("out.exr")), [light(c) for c in SIX], 1e-5)
    near(colour("out.exr", "albedo."), colour("out.exr"))
    head = attributes((WORK / "out.exr").read_bytes())[0]
    assert "chromaticities" not in head and head["zdepth:colourSpace"] == ("string", b"AP0"), head
    for view, shown in (("", lambda v: v ** 0.5), (' view "plain"', lambda v: v ** 0.5), (' view "half"', lambda v: 0.5 * v)):
        path = scene("show.zscene", "", f'display "desk"{view}')
        for name in ("show.png", "show.mkv"):
            good(path, "-o", name, "-y")
            expected = [255 * shown(light(c)) for c in SIX]
            most = 0.5 if name == "show.png" else 4
            assert all(abs(a - b) <= most for a, b in zip(codes(name), expected)), (name, view, codes(name), expected)
    tags = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=color_transfer,color_primaries", "-of",
                           "csv=p=0", WORK / "show.mkv"], capture_output=True, text=True, check=True).stdout
    assert "bt709" not in tags, tags  # what a display is, nobody can tell


def the_configuration_is_the_flags_the_scenes_or_the_environments():
    path = scene("env.zscene", 'space "squared"', frame="")
    assert refused(path) == (f"zdepth: {path}:4:1: media 'm': colour spaces are named, and no OpenColorIO configuration "
                             "is: give the frame `ocio \"FILE\"`, or --ocio FILE, or set OCIO\n")
    for args, env in (((), {"OCIO": str(WORK / "colours.ocio")}), (("--ocio", "colours.ocio"), {"OCIO": "/nothing"})):
        good(path, "-o", "env.exr", "-y", *args, env=env)
        near(colour("env.exr"), times(TO_BT709, [(c / 255) ** 2 for c in SIX]))
    # The scene's own is found from the scene's folder, wherever the command runs, and is an input.
    result = zdepth("scene", "check", scene("in.zscene", 'space "squared"'), cwd="/")
    assert result.returncode == 0, result.stderr
    assert "the output" in refused(scene("in.zscene", 'space "squared"'), "-o", "colours.ocio")
    assert (WORK / "colours.ocio").read_text() == CONFIG
    # A scene that names no space has nothing of it, whatever the environment says.
    none = scene("none.zscene", frame="")
    good(none, "-o", "none1.exr")
    good(none, "-o", "none2.exr", env={"OCIO": "/nothing"})
    assert (WORK / "none1.exr").read_bytes() == (WORK / "none2.exr").read_bytes()


def what_does_not_fit_is_told_with_its_place():
    def said(*args, **kwargs):
        path = scene("bad.zscene", *args, **kwargs)
        return refused(path).removeprefix(f"zdepth: {path}:")

    own = f"'{WORK}/colours.ocio'"
    assert said('space "square"') == f"4:1: media 'm': {own} has no colour space 'square'; did you mean squared?\n"
    assert said('space "LogC"') == (f"4:1: media 'm': {own} has no colour space 'LogC'; it has AP0, AP1, squared, "
                                    "gamma 2, half of it, raw\n")
    assert said("", 'display "dask"') == f"6:1: output 'o': {own} has no display 'dask'; did you mean desk?\n"
    assert said("", 'display "desk" view "quarter"') == (
        f"6:1: output 'o': {own} has no view 'quarter' of the display desk; it has plain, half\n")
    assert said("", 'view "half"') == "6:1: output 'o' has a view and no display that it is of\n"
    assert said('space "AP0" colourspace srgb') == "4:1: media 'm' has a colourspace and a space; give one of them\n"
    assert said("", 'space "squared"') == (
        "6:1: output 'o': the space 'squared' is not linear; an EXR holds light, which is averaged and premultiplied "
        "(pictures and movies have `display`)\n")
    assert said("", frame='ocio "colours.ocio" working_space "gamma 2"') == (
        "2:1: frame: the working_space 'gamma 2' is not linear, and light is\n")
    assert "nothing.ocio" in said('space "AP0"', frame='ocio "nothing.ocio"')
    lonely = CONFIG.replace("aces_interchange: AP0, ", "")
    (WORK / "lonely.ocio").write_text(lonely)
    assert "give the frame a working_space, and each media a space" in said('space "AP0"', frame='ocio "lonely.ocio"')
    good(scene("lonely.zscene", 'space "AP0"', frame='ocio "lonely.ocio" working_space "AP1"'), "-o", "lonely.exr")
    near(colour("lonely.exr"), times(TO_AP1, [c / 255 for c in SIX]))
    assert "lonely.ocio" in refused(scene("lonely.zscene", 'space "AP0"', frame='ocio "lonely.ocio" working_space "AP1"'),
                                    "-o", "lonely.png")  # sRGB is not to be reached


def configurations_are_not_trusted():
    os.mkfifo(WORK / "pipe.ocio")
    for name, text in (("empty", ""), ("words", "this is none"), ("deep", "[" * 200000), ("cut", CONFIG[:700]),
                       ("pipe", None), ("huge", "ocio_profile_version: 2\n" + "a: &a [x, x, x, x]\n" * 20000),
                       ("file", CONFIG.replace("{name: raw, isdata: true}", "{name: lut, to_scene_reference: "
                                               "!<FileTransform> {src: /etc/passwd}}").replace("default: raw", "default: AP0"))):
        if text is not None:
            (WORK / f"{name}.ocio").write_text(text)
        space = "lut" if name == "file" else "AP0"
        said = refused(scene("odd.zscene", f'space "{space}"', frame=f'ocio "{name}.ocio"'))
        assert f"{name}.ocio" in said and "\x1b" not in said, (name, said)


(WORK / "colours.ocio").write_text(CONFIG)
ffmpeg("-f", "lavfi", "-i", "color=0x%02x%02x%02x:size=16x8,format=rgb24" % SIX, "-frames:v", 1, WORK / "plate.png")
probe = render(scene("probe.zscene", 'space "AP0"'), "-o", "probe.exr")
if "no OpenGL" in probe.stderr or "built without the 3D surface" in probe.stderr:
    print("skipped: " + probe.stderr.strip())
    sys.exit(77)


def without_it_scenes_are_refused_with_what_to_do():
    if "built without OpenColorIO" not in probe.stderr:
        raise Skip("this build has OpenColorIO")
    assert "libopencolorio-dev" in probe.stderr and probe.stderr.count("\n") == 1, probe.stderr
    good(scene("none.zscene", frame=""), "-o", "none.exr")


tests = (media_come_from_their_space, light_may_be_in_a_space_of_its_own, outputs_go_to_a_space_or_a_display,
         the_configuration_is_the_flags_the_scenes_or_the_environments, what_does_not_fit_is_told_with_its_place,
         configurations_are_not_trusted)
for test in (() if "built without OpenColorIO" in probe.stderr else tests) + (without_it_scenes_are_refused_with_what_to_do,):
    run(test)
finish()
