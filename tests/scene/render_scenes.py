#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Runs `zdepth scene` as people do: renders the scenes of the manual and the examples, reads a
rendered depth back as a map, snaps an axis, and looks at the messages of wrong use.

usage: render_scenes.py ZDEPTH SOURCE"""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

zdepth, source = sys.argv[1], pathlib.Path(sys.argv[2])
passed = failed = 0


def run(*args, folder=None, env=None):
    return subprocess.run([zdepth, "scene", *map(str, args)], capture_output=True, text=True,
                          cwd=folder, env=env)


def require(name, good, about=""):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {name}: {about}")


def is_picture(path):
    return path.exists() and path.stat().st_size > 1000


def main():
    work = pathlib.Path(tempfile.mkdtemp())
    scenes = sorted((source / "docs/scenes").glob("*.zscene"))
    examples = sorted((source / "examples/scene").glob("*.zscene"))
    require("there are scenes", len(scenes) == 10 and len(examples) == 3)
    first = run("render", scenes[0], "--node", "main", "-o", work / "first.png", "--quiet")
    if "no OpenGL" in first.stderr:
        print("skipped: " + first.stderr.strip())
        sys.exit(77)
    for scene in scenes + examples:
        out = work / (scene.stem + ".png")
        frames = ["--frames", "7"] if scene in examples else []
        result = run("render", scene, "--node", "main", "-o", out, "--quiet", *frames)
        require(scene.stem, result.returncode == 0 and is_picture(out), result.stderr)
    # All passes in one EXR per frame, which reads back as declared.
    shutil.copytree(source / "examples/scene", work / "copy")
    ball = work / "copy/ball_table.zscene"
    result = run("render", ball, "--frames", "3-4", "-o", "z.%04d.exr", "--quiet", folder=work)
    require("two EXR files", is_picture(work / "z.0003.exr") and is_picture(work / "z.0004.exr"),
            result.stderr)
    (work / "back.zscene").write_text(
        'zscene 1\nframe { size 640 360 range 3 4 }\ncamera cam { near 100 far 1900 }\n'
        'media z { front "z.%04d.exr:Z" }\nsurface card { }\naxis spot { position 1 2 3 } # kept\n'
        'zdepth map { on card media z range auto }\n'
        'output o { passes comp zdepth file "again.%04d.exr" }\n')
    result = run("render", "back.zscene", folder=work)
    require("declared depth", "absolute (declared: the file says 'planar,absolute')"
            in result.stderr and is_picture(work / "again.0004.exr"), result.stderr)
    result = run("zsnap", "back.zscene", "spot", "--map", "map", "--at", "100,300", "--frames",
                 "3", folder=work)
    text = (work / "back.zscene").read_text()
    require("zsnap", result.returncode == 0 and "axis spot { position -" in text and
            " } # kept\n" in text, result.stderr + text)
    result = run("print", ball)
    require("print", "    zdepth table_z [2]  normalized, displace, zpass\n" in result.stdout,
            result.stdout)
    result = run("print", ball, "--svg", work / "graph.svg")
    require("svg", (work / "graph.svg").read_text().startswith("<svg "))
    result = run("print", ball, "--canonical")
    (work / "canonical.zscene").write_text(result.stdout)
    require("canonical", run("print", work / "canonical.zscene", "--canonical").stdout ==
            result.stdout and len(result.stdout) > 500)
    # A movie of the beauty.
    result = run("render", examples[0], "--frames", "1-3", "-o", work / "m.mkv", "--quiet")
    require("movie", is_picture(work / "m.mkv"), result.stderr)
    # A map that the embedded network finds, seen from the side: the surface is not flat.
    for effect in (0, 100):
        (work / "found.zscene").write_text(
            f'zscene 1\nframe {{ size 320 180 }}\nmedia shot {{ front "{source}/assets/sample.mp4" }}\n'
            'camera cam { parent side position 0 0 auto near 100 far 2000 }\naxis side { rotation 0 20 0 }\n'
            'surface card { media shot size 320 180 cell_px 4 }\n'
            f'zdepth found {{ on card analysis global three_d yes effect {effect} }}\noutput o {{ camera cam }}\n')
        result = run("render", "found.zscene", "-o", f"found{effect}.png", "--quiet", folder=work)
        require("global analysis", is_picture(work / f"found{effect}.png"), result.stderr)
    require("analysed depth", (work / "found0.png").read_bytes() != (work / "found100.png").read_bytes())
    # Without the libraries of OpenGL: one line, no abort. An empty file stands for each.
    for names in (["libEGL.so.1"], ["libOpenGL.so.0", "libGL.so.1"]):
        (work / names[0]).mkdir()
        for name in names:
            (work / names[0] / name).write_bytes(b"")
        result = run("render", scenes[0], "--node", "main", "-o", work / "none.png",
                     env=os.environ | {"LD_LIBRARY_PATH": str(work / names[0])})
        require("without " + names[0], result.returncode == 1 and result.stderr.endswith(
            "no OpenGL 4.5 without a window system (EGL); install a graphics driver or Mesa's "
            "llvmpipe (libgl1-mesa-dri)\n") and result.stderr.count("\n") == 1,
            f"{result.returncode} {result.stderr}")
    # Wrong use: one line, non-zero, no file.
    for args, message in (
            (["render", ball, "-o", work / "one.png"],
             f"zdepth: '{work}/one.png' would be written 48 times; put a number pattern such as "
             "%04d into its name\n"),
            (["render", source / "docs/scenes/output.zscene", "-o", work / "x.png"],
             f"zdepth: {source}/docs/scenes/output.zscene has 2 outputs; say which one goes to "
             f"'{work}/x.png'\n"),
            (["check", work / "lost.zscene"], None),
            (["paint", ball], "zdepth: 'paint' is not known; there are init, render, check, print, "
             "add-map, create-map, apply-media, import, export and zsnap; did you mean print?\n"),
            (["zsnap", ball, "nobody", "--at", "1,2"],
             f"zdepth: {ball}: there is no axis 'nobody'\n")):
        result = run(*args)
        good = result.returncode != 0 and result.stderr.count("\n") == 1 and \
            (message is None or result.stderr == message)
        require(str(args[0]), good, result.stderr)
    (work / "bad.zscene").write_text('zscene 1\ncamera c { }\nmedia m { front "lost.png" }\n'
                                     'surface s { media m }\noutput o { file "n.png" }\n')
    result = run("render", "bad.zscene", folder=work)
    require("lost media", result.stderr.count("bad.zscene:3:11: media 'm'") == 1 and
            "lost.png" in result.stderr and not (work / "n.png").exists(), result.stderr)
    (work / "chan.zscene").write_text('zscene 1\ncamera c { }\nmedia m { front "z.0003.exr:Q" }\n'
                                      'surface s { media m }\noutput o { file "n.png" }\n')
    result = run("render", "chan.zscene", folder=work)
    require("lost channel", "has no channel 'Q'; it has A, B, G" in result.stderr, result.stderr)
    shutil.rmtree(work)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


main()
