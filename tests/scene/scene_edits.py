#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The verbs that edit a scene's file: the exact text before and after, what they tell, what they refuse; and
the schematic as a picture, in which nothing hides a label.

usage: scene_edits.py ZDEPTH CLI_TESTS"""
import json
import re
import sys

sys.path.insert(0, sys.argv[2])
from cli_harness import WORK, Skip, ffmpeg, finish, run, zdepth  # noqa: E402

# Unfinished on purpose: no camera, no output. Odd layout and comments are the artist's own.
BEFORE = """# Shot 12, take 3.
zscene 1
frame { size 64 48 }     # small

media   plate { front "plate.png" }   # [1]
media depth_b { front "z.png" }

surface card {
    media plate   # the plate
    shine 4
}
\tsurface other { media 2 }  # tab
normalmap bumps { on other media plate }
aov key { on card type normal }"""


def write(name="shot.zscene", text=BEFORE):
    path = WORK / name
    path.write_text(text)
    return path


def edit(*args, code=0, **kwargs):
    result = zdepth("scene", *args, cwd=WORK, **kwargs)
    if "built without" in result.stderr:
        raise Skip("built without scenes")
    assert result.returncode == code, (args, result)
    return result


def flame_add_map_z_depth_has_its_own_axis():
    path = write()
    result = edit("add-map", "shot.zscene", "card", "--analysis", "face")
    assert path.read_text() == BEFORE + """
axis card_z_axis { parent card }
zdepth card_z { parent card_z_axis on card media plate analysis face }
""", path.read_text()
    assert result.stdout == "shot.zscene: axis 'card_z_axis' is added\nshot.zscene: zdepth 'card_z' is added\n" \
        "shot.zscene: 'card_z' has the media [1] plate\n", result.stdout
    edit("add-map", "shot.zscene", "card", "--media", "2", "--quiet")
    assert path.read_text().endswith("axis card_z_axis2 { parent card }\n"
                                     "zdepth card_z2 { parent card_z_axis2 on card media depth_b }\n")
    edit("add-map", "shot.zscene", "other", "--type", "normalmap", "--file", "n.0%04d.exr")
    assert path.read_text().endswith('media n { front "n.0%04d.exr" }\nnormalmap other_normalmap { on other media n }\n')
    edit("add-map", "shot.zscene", "other", "--type", "aov")
    assert path.read_text().endswith("aov other_aov { on other }\n")


def flame_add_map_lies_on_geometry_too():
    """"The surface or 3D geometry to which you want to apply the z-depth": one without a media needs it named."""
    text = 'zscene 1\nmedia z { front "z.png" }\ngeometry ball { file "ball.obj" }\n'
    path = write("mesh.zscene", text)
    edit("add-map", "mesh.zscene", "ball", "--media", "1")
    assert path.read_text() == text + "axis ball_z_axis { parent ball }\nzdepth ball_z { parent ball_z_axis on ball media z }\n"


def a_scene_begins_with_footage():
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x54:rate=25", "-frames:v", 7, "-vf", "setsar=4/3", "-c:v", "ffv1", WORK / "a shot.mkv")
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=32x20", "-frames:v", 3, "-start_number", 11, WORK / "p.%03d.png")
    result = edit("init", "begun.zscene", "--file", "a shot.mkv")
    path = WORK / "begun.zscene"
    assert path.read_text() == (
        "zscene 1\nframe { size 96 54 aspect 1.3333333333333333 fps 25 range 1 7 }\n"
        'media a_shot { front "a shot.mkv" }\ncamera cam { }\nsurface card { media a_shot }\n'
        "output main { camera cam passes comp matte zdepth }\n"), path.read_text()
    assert "begun.zscene: 'card' has the media [1] a_shot\n" in result.stdout, result.stdout
    assert "nothing wrong" in edit("check", "begun.zscene").stdout
    # Work that is there stays.
    before = path.read_text() + "# mine\n"
    path.write_text(before)
    assert edit("init", "begun.zscene", "--file", "p.%03d.png", code=1).stderr == (
        "zdepth: the scene 'begun.zscene' is there already; -y replaces it, and zdepth scene apply-media begun.zscene NODE "
        "--file FILE shows other footage in it\n") and path.read_text() == before
    edit("init", "begun.zscene", "--file", "p.%03d.png", "-y")
    assert "frame { size 32 20 fps 24 range 11 13 }\nmedia p {" in path.read_text(), path.read_text()
    (WORK / "notes.txt").write_text("mine")
    for args, code, message in (
            (("init", "x.zscene"), 2, "usage: zdepth scene init SCENE --file FOOTAGE"),
            (("init", "notes.txt", "--file", "a shot.mkv", "-y"), None, "'notes.txt' is there and is not a scene"),
            (("init", "x.zscene", "--file", "lost.mkv"), 1, "cannot open 'lost.mkv': No such file or directory"),
            (("init", "x.zscene", "--file", "p.*.png"), 2,
             "--file 'p.*.png' is a sequence; a scene names it by a pattern such as plate.%04d.exr")):
        result = zdepth("scene", *args, cwd=WORK)
        assert result.returncode == code or code is None and result.returncode, (args, result)
        assert result.stderr.startswith(f"zdepth: {message}") and result.stderr.count("\n") == 1, (args, result.stderr)
    assert not (WORK / "x.zscene").exists() and (WORK / "notes.txt").read_text() == "mine"


def flame_create_map_adds_what_an_aov_needs():
    path = write()
    result = edit("create-map", "shot.zscene", "key", "--json")
    assert path.read_text() == BEFORE + """
axis card_zdepth_axis {
    parent card
}
zdepth card_zdepth {
    parent card_zdepth_axis
    on card
    media plate
    analysis global
    bump yes
}
""", path.read_text()
    told = json.loads(result.stdout)
    assert (told["action"], told["scene"], told["changed"]) == ("create-map", "shot.zscene", True), told
    once = path.read_text()
    assert edit("create-map", "shot.zscene").stdout == "shot.zscene: nothing is missing\n"
    assert path.read_text() == once
    # A map that is there is only told to bump; two nodes are both served.
    flat = BEFORE + "\nzdepth z { on card media 2   # flat\n}\naov far { on other type distance }\n"
    path = write(text=flat)
    edit("create-map", "shot.zscene")
    text = path.read_text()
    assert "zdepth z { on card media 2   # flat\n    bump yes\n}" in text and "zdepth other_zdepth {" in text, text
    path = write(text=flat)
    edit("create-map", "shot.zscene", "far")
    assert "bump yes" not in path.read_text() and "zdepth other_zdepth {" in path.read_text()


def flame_apply_gives_another_media():
    path = write()
    result = edit("apply-media", "shot.zscene", "card", "--media", "2")
    assert path.read_text() == BEFORE.replace("media plate   # the plate", "media depth_b   # the plate")
    assert result.stdout == "shot.zscene: 'card' has the media [2] depth_b\n"
    edit("apply-media", "shot.zscene", "other", "--media", "plate")
    assert "\tsurface other { media plate }  # tab" in path.read_text()
    edit("apply-media", "shot.zscene", "bumps", "--file", "z.png")  # is there already
    assert path.read_text().count('"z.png"') == 1 and "{ on other media depth_b }" in path.read_text()


def flame_read_file_adds_a_media():
    path = write()
    edit("apply-media", "shot.zscene", "card", "--file", "12 new-shot.v2.%04d.exr:Z")
    assert path.read_text() == BEFORE.replace("media plate   # the", "media _2_new_shot   # the").replace(
        "_2_new", "12_new") + '\nmedia 12_new_shot { front "12 new-shot.v2.%04d.exr:Z" }\n', path.read_text()
    # Names that would be media's numbers are none; other folders' files keep their place.
    (WORK / "sub").mkdir(exist_ok=True)
    other = write("sub/shot.zscene")
    edit("apply-media", "sub/shot.zscene", "card", "--file", "sub/7.png")
    assert other.read_text().endswith('\nmedia media { front "7.png" }\n'), other.read_text()
    result = edit("apply-media", "sub/shot.zscene", "card", "--file", "8.png")
    assert "there is no file '8.png' yet; a render asks for it" in result.stderr, result.stderr
    (WORK / "9.exr").touch()
    for name in ("9.exr", "9.exr:Z"):
        assert edit("apply-media", "shot.zscene", "card", "--file", name).stderr == ""
    assert other.read_text().endswith(f'\nmedia media2 {{ front "{WORK.resolve()}/8.png" }}\n'), other.read_text()


def flame_z_snap_keeps_the_statement():
    ffmpeg("-f", "lavfi", "-i", "color=gray:size=64x48,format=gray16le", "-frames:v", 1, WORK / "z.png")
    text = ("zscene 1\nframe { size 64 48 } # f\ncamera c { near 10 far 510 }\nmedia z { front \"z.png\" }\n"
            "surface card { }\naxis za { parent card }\nzdepth zm { parent za on card media z range normalized }\n"
            "axis spot { rotation 0 0 5   # turned\n    zsnap zm   # live\n    zsnap_at 3 4 # here\n"
            "    scale 20 20 20 }\noutput o { }\n")
    path = write("snap.zscene", text)
    result = edit("zsnap", "snap.zscene", "spot", "--at", "48,12")
    number = r"(-?[0-9.]+)"
    place = re.search(rf"axis 'spot' is at {number} {number} {number} of the world", result.stdout)
    assert place, result.stdout
    written = re.search(rf"axis spot \{{ rotation 0 0 5   # turned\n       # live\n     # here\n    scale 20 20 20 "
                        rf"position {number} {number} {number} \}}", path.read_text())
    assert written, path.read_text()
    for i in (1, 2, 3):
        assert abs(float(place[i]) - float(written[i])) < 1e-5, (place[0], written[0])
    assert path.read_text().startswith(text[:text.index("axis spot")]) and path.read_text().endswith("\noutput o { }\n")
    # What renders afterwards sees the axis there, live or not.
    print_ = edit("print", "snap.zscene").stdout
    assert f"axis spot  at {float(place[1]):.6g} {float(place[2]):.6g} {float(place[3]):.6g}\n" in print_, print_


def edits_refuse_and_change_nothing():
    path = write()
    for args, message in (
            (("add-map", "shot.zscene"), "usage: zdepth scene add-map SCENE OBJECT [--type TYPE] [--media NAME|--file FILE] "
             "[--analysis TYPE]"),
            (("add-map", "shot.zscene", "nobody"), "shot.zscene: there is no node 'nobody'"),
            (("add-map", "shot.zscene", "key"), "a map lies on a surface or geometry; choose one instead of key"),
            (("add-map", "shot.zscene", "card", "--type", "depth"),
             "--type is 'depth'; it must be zdepth, normalmap or aov"),
            (("add-map", "shot.zscene", "card", "--type", "aov", "--analysis", "face"),
             "--analysis measures the depth of a zdepth map; leave it out of a --type aov"),
            (("add-map", "shot.zscene", "card", "--media", "3"), "shot.zscene: there is no media '3'"),
            (("add-map", "shot.zscene", "card", "--media", "1", "--file", "a.png"),
             "--media chooses a media of the scene and --file adds one; give one of them"),
            (("apply-media", "shot.zscene", "card"), "usage: zdepth scene apply-media SCENE NODE --media NAME|--file FILE"),
            (("apply-media", "shot.zscene", "key", "--media", "1"),
             "'key' shows no media; a surface, geometry, zdepth or normalmap does"),
            (("apply-media", "shot.zscene", "card", "--file", 'a"b.png'), "front cannot hold the character '\"' (0x22)"),
            (("create-map", "shot.zscene", "card"), "shot.zscene: there is no aov 'card'"),
            (("create-map", "shot.zscene", "--type", "aov"),
             "zdepth scene create-map does not use --type; zdepth scene add-map does")):
        result = edit(*args, code=2)
        assert result.stderr == f"zdepth: {message}\n" and result.stdout == "", (args, result.stderr)
        assert path.read_text() == BEFORE, args
    result = edit("add-map", "shot.zscene", "card", "--analysis", "nose", code=1)
    assert "shot.zscene:16:" in result.stderr and "nose" in result.stderr and path.read_text() == BEFORE, result.stderr
    white = write("white.zscene", "zscene 1\nsurface s { }\naov a { on s }\n")
    result = edit("create-map", "white.zscene", code=1)
    assert result.stderr == "zdepth: white.zscene:3:1: aov 'a' needs a depth map on 's', which has no media to analyse\n"
    assert white.read_text() == "zscene 1\nsurface s { }\naov a { on s }\n"
    none = write("none.zscene", "zscene 1\n")
    assert edit("create-map", "none.zscene", code=2).stderr == "zdepth: none.zscene: there is no aov node\n"
    assert none.read_text() == "zscene 1\n"


def boxes(svg):
    """Rectangles of nodes and of texts, the latter at least as wide as they are drawn."""
    nodes = [tuple(map(int, box)) for box in re.findall(r'<rect x="(\d+)" y="(\d+)" width="(\d+)" height="(\d+)"', svg)]
    texts = []
    for x, y, small, text in re.findall(r'<text x="(\d+)" y="(\d+)"([^>]*)>([^<]*)</text>', svg):
        letter, height = (6, 9) if "font-size" in small else (8, 13)
        texts.append((int(x), int(y) - height + 2, len(text.replace("&lt;", "<")) * letter, height, text))
    return nodes, texts


def apart(a, b):
    return a[0] + a[2] <= b[0] or b[0] + b[2] <= a[0] or a[1] + a[3] <= b[1] or b[1] + b[3] <= a[1]


def flame_schematic_shows_media_numbers():
    """[n] behind what uses a media, (created), and no label under another thing."""
    path = write(text=BEFORE + '\ncamera c { look_at card }\nsurface a_name_that_is_quite_long_for_a_box { parent card media 2 }\n'
                 "light sun { look_at other affects card other a_name_that_is_quite_long_for_a_box }\n"
                 "output o { camera c objects card other }\n")
    text = edit("print", "shot.zscene", "--svg", "g.svg").stdout + edit("print", "shot.zscene").stdout
    for line in ("media [1] plate", "media [2] depth_b", "surface card [1]", "surface other [2]", "normalmap bumps [1]",
                 "zdepth card_zdepth [1]  global analysis, displace, bump, zpass  (created)"):
        assert line in text, (line, text)
    svg = (WORK / "g.svg").read_text()
    nodes, texts = boxes(svg)
    labels = [text[4] for text in texts]
    for label in ("media plate [1]", "media depth_b [2]", "surface card [1]", "surface other [2]", "normalmap bumps [1]",
                  "surface a_name_that_is_quite_long_for_a_box [2]", "axis card_zdepth_axis (created)",
                  "zdepth card_zdepth [1] (created)", "aov key", "output o"):
        assert label in labels, (label, labels)
    assert len(nodes) == 12 and labels.count("affects") == 3 and labels.count("objects") == 2, (len(nodes), labels)
    for i, text in enumerate(texts):
        inside = [node for node in nodes if not apart(text, node)]
        own = [n for n in inside if n[0] <= text[0] and n[1] <= text[1] and text[0] + text[2] <= n[0] + n[2]
               and text[1] + text[3] <= n[1] + n[3]]
        assert inside == own and len(own) <= 1, (text, inside)
        assert all(apart(text, other) for other in texts[:i]), text
    width, height = map(int, re.search(r'width="(\d+)" height="(\d+)"', svg).groups())
    assert all(x + w <= width and y + h <= height for x, y, w, h, *_ in nodes + texts)
    assert path.read_text().count("created") == 0


for test in (a_scene_begins_with_footage, flame_add_map_z_depth_has_its_own_axis, flame_add_map_lies_on_geometry_too,
             flame_create_map_adds_what_an_aov_needs, flame_apply_gives_another_media, flame_read_file_adds_a_media, flame_z_snap_keeps_the_statement, edits_refuse_and_change_nothing,
             flame_schematic_shows_media_numbers):
    run(test)
finish()
