#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Flags through the whole program: they win over a project, and none is taken that does nothing."""
import pathlib
import os
import re

from cli_harness import WORK, Skip, finish, frames_md5, movie, ramp_map, run, zdepth

CLIP = movie("clip.mkv", frames=12, extra=("-c:v", "ffv1"))
MAP = ramp_map()
OWN = WORK / "finished.mkv"
PROJECT = WORK / "p.zdp"
assert zdepth("init", CLIP, "--depth-map", MAP, "--title", "ZD", "--at-depth", "12", "--codec", "ffv1", "-o", PROJECT,
              "--result", OWN).returncode == 0
assert zdepth("render", PROJECT).returncode == 0
WHOLE = frames_md5(OWN)
MARK = b"the finished movie"


def a_part_of_a_project_leaves_its_own_result_alone():
    OWN.write_bytes(MARK)
    for flags in (("--frames", "3-5", "-o", WORK / "preview.mkv", PROJECT), (PROJECT, "--frames", "3-5", "-o", WORK / "preview.mkv")):
        result = zdepth("render", *flags)
        assert result.returncode == 0 and f"wrote {WORK / 'preview.mkv'}: 3 frames" in result.stderr, result.stderr
        assert frames_md5(WORK / "preview.mkv") == WHOLE[3:6]
        assert OWN.read_bytes() == MARK
        (WORK / "preview.mkv").unlink()


def every_verb_writes_where_the_flag_says():
    OWN.write_bytes(MARK)
    for verb, more in (("composite", ()), ("filter", ("--effect", "hflip")), ("depth", ()), ("matte", ()),
                       ("view", ("--view", "matte"))):
        for flags in (("-o", "there.mkv", "--project", PROJECT), ("--project", PROJECT, "-o", "there.mkv")):
            result = zdepth(verb, *more, *flags, cwd=WORK)
            assert result.returncode == 0, result.stderr
            assert OWN.read_bytes() == MARK and len(frames_md5(WORK / "there.mkv")) == 12
            (WORK / "there.mkv").unlink()


def a_scene_writes_where_the_flag_says():
    scene = pathlib.Path(os.environ["ZD_SOURCE"]) / "docs" / "scenes" / "output.zscene"
    told = zdepth("scene", "check", scene)
    if "built without" in told.stderr:
        raise Skip("built without scenes")
    for action, flag, user in (("check", "--svg=a.svg", "print"), ("check", "--node=main", "render"),
                               ("print", "--at=1,1", "zsnap"), ("render", "--canonical", "print"),
                               ("zsnap", "--output=a.exr", "render"), ("print", "--model=x", "render")):
        result = zdepth("scene", action, scene, flag, cwd=WORK)
        name = flag.split("=")[0]
        assert result.returncode == 2, result
        assert result.stderr == f"zdepth: zdepth scene {action} does not use {name}; zdepth scene {user} does\n", result.stderr


def a_flag_without_use_is_wrong_usage():
    for args in (("composite", CLIP, "--title", "X", "--transparency"), ("matte", CLIP, "--title", "X"),
                 ("depth", CLIP, "--feather", "1"), ("info", CLIP, "--output", "x.mkv"), ("doctor", "--feather", "1")):
        result = zdepth(*args)
        assert result.returncode == 2 and f"zdepth: zdepth {args[0]} does not use --" in result.stderr, result


def what_matte_flags_change():
    """Every matte parameter that the matte verb takes changes a matte: none is taken in vain."""
    base = ("--depth-in", "0.5", "--mode", "normalised", "--no-auto-feather")
    def matte(*flags):
        result = zdepth("matte", CLIP, "--depth-map", MAP, "--frames", "0-0", *flags, "-o", WORK / "m.png")
        assert result.returncode == 0, result.stderr
        return frames_md5(WORK / "m.png")
    plain = matte(*base)
    for flags in (("--depth-in", "0.4"), ("--depth-out", "0.6"), ("--auto-feather",), ("--feather", "2"), ("--choke", "2"),
                  ("--invert",), ("--level-far", "0.4"), ("--level-near", "0.6"), ("--level-gamma", "2"),
                  ("--furthest", "-3"), ("--nearest", "5"), ("--preset", "background-as-mask")):
        assert matte(*base, *flags) != plain, flags
    assert matte("--depth-in", "0.5") != plain and matte("--select", "0.1,0.1,0.2,0.2") != matte()


def every_flag_named_in_a_text_exists():
    """Messages and help name flags; none of them may be one that nobody takes."""
    known = {"help", "version", "select", "deselect"}
    verbs = re.findall(r"^  ([a-z]+)  ", zdepth("help").stdout, re.M)
    assert "composite" in verbs and "scene" in verbs, verbs
    for verb in verbs:
        known |= set(re.findall(r"^\s*(?:-\w, )?--((?:no-)?[a-z][a-z0-9-]*)", zdepth("help", verb).stdout, re.M))
    known |= {name.replace("_", "-") for name in known}
    source = pathlib.Path(os.environ.get("ZD_SOURCE", pathlib.Path(__file__).resolve().parents[2])) / "src"
    others = {source / "cli/habits.c", source / "farm/farm_scripts.c"}  # flags of other programs
    for path in sorted(set(source.rglob("*.[ch]")) - others):
        code = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.S)
        for text in re.findall(r'"((?:[^"\\\n]|\\.)*)"', re.sub(r'"\s*\n\s*"', "", code)):
            for flag in re.findall(r"(?<![\w-])--([a-z][a-z0-9-]*[a-z0-9])(?![\w-])", text):
                plain = flag[3:] if flag.startswith("no-") else flag
                assert flag in known or plain in known, f"{path}: --{flag} is named and does not exist"
            assert "ask to " not in text, f"{path}: '{text}' does not say how"


for test in (every_flag_named_in_a_text_exists, a_part_of_a_project_leaves_its_own_result_alone, every_verb_writes_where_the_flag_says,
             a_scene_writes_where_the_flag_says, a_flag_without_use_is_wrong_usage, what_matte_flags_change):
    run(test)
finish()
