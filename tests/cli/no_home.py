#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Every verb without a home, as cron, systemd and containers run it, and with one that cannot be written; installed programs that find what
comes with them beside themselves, wherever they are put; no path of the source tree in what is installed.

no_home.py ZDEPTH BINARY..."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

from cli_harness import WORK, ZDEPTH, Skip, finish, movie, ramp_map, run

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CLIP = movie("clip.mkv", frames=2)
MAP = ramp_map()
BARE = {k: v for k, v in os.environ.items()
        if k not in ("HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "ZD_CACHE", "ZD_MODELS", "ZD_SOURCE")}
OFF = "no folder for the depth cache: neither $ZD_CACHE, $XDG_CACHE_HOME nor $HOME is set; choose one with --cache"


def copy_program(folder):
    for name in ("zdepth", "zdepth-run"):
        shutil.copy(pathlib.Path(ZDEPTH).with_name(name), folder / name)


def zdepth(*args, program=ZDEPTH, env=(), **kwargs):
    return subprocess.run([program, *map(str, args)], capture_output=True, text=True, env={**BARE, **dict(env)}, timeout=300,
                          cwd=WORK, **kwargs)


PROJECT = WORK / "p.zdp"
PROJECT.write_text(f'zdepth project 1\n[source]\nfootage = "{CLIP}"\n[depth]\ndepth_size = 112\n[title]\ntitle = "A"\n[output]\noutput = "r.mkv"\n')
(WORK / "list.txt").write_text("clip.mkv\n")
SCENE = SOURCE / "docs/scenes/media.zscene"
RUNS = {
    "composite": ["composite", CLIP, "--title", "A", "-o", "c.mkv"],
    "filter": ["filter", CLIP, "--effect", "zfog", "-o", "f.mkv"],
    "depth": ["depth", CLIP, "-o", "d.mkv"],
    "matte": ["matte", CLIP, "-o", "m.mkv"],
    "view": ["view", CLIP, "-o", "v.mkv"],
    "tour": ["tour", CLIP, "-o", "t.tour"],
    "look": ["look", CLIP, "-o", "look.png"],
    "info": ["info", CLIP],
    "explain": ["explain", CLIP],
    "init": ["init", CLIP, "--title", "A", "-o", "i.zdp"],
    "render": ["render", PROJECT],
    "batch": ["batch", "list.txt", "--preset", PROJECT, "-o", "batched", "--ending", ".mkv"],
    "farm": ["farm", "plan", PROJECT, "--chunks", "2", "-o", "p.farm"],
    "face": ["face", CLIP, "-o", "face.%04d.exr"],
    "scene": ["scene", "check", SCENE],
    "studio": ["studio", CLIP],
    "models": ["models", "list"],
    "cache": ["cache", "list"],
    "doctor": ["doctor"],
    "bench": ["bench", "quality"],
    "help": ["help"],
    "man": ["man"],
    "completion": ["completion", "bash"],
    "version": ["version"],
}
NETWORK = ("composite", "filter", "depth", "matte", "view", "look", "info", "explain", "render")
for verb in NETWORK[:-1]:  # where files lie is looked at, not what depth is worth
    RUNS[verb] += ["--depth-size", "112"]


SEALED = {"HOME": "/dev/null"}  # nothing can be made in it, not even by root
SEALED_OFF = "the depth cache (choose another with --cache): cannot make the folder '/dev/null/.cache': Not a directory; "


def every_verb_is_tried():
    listed = set(re.findall(r"(?m)^\.SS zdepth ([a-z]+)", zdepth("man").stdout))
    assert listed == set(RUNS), listed ^ set(RUNS)


ended = {}  # how each verb ended without a home


def verb_runs(name):
    def test():
        result = zdepth(*RUNS[name])
        ended[name] = result.returncode
        if name == "cache":
            assert result.returncode == 1 and result.stderr == f"zdepth: {OFF}\n", result
        elif name == "face":  # the clip shows none
            assert result.returncode == 1 and "no face is found" in result.stderr, result
        elif name == "studio":  # a program beside this one once it is installed, which wants a display
            assert result.returncode == 1 and "HOME" not in result.stderr, result
        elif name == "bench":
            assert result.returncode in (1, 2) and "HOME" not in result.stderr, result
        else:
            assert result.returncode == 0, result
        if name in NETWORK:
            assert result.stderr.count(OFF) == 1, result.stderr
        assert not pathlib.Path("/tmp/.cache/zdepth").exists()
    test.__name__ = f"{name}_without_home"
    run(test)


def verb_runs_in_a_sealed_home(name):
    def test():
        args = [*RUNS[name], "-y"] if name in ("tour", "init") else RUNS[name]
        result = zdepth(*args, env=SEALED)
        assert result.returncode == (0 if name == "cache" else ended[name]), result
        told = result.stderr.count(SEALED_OFF)
        assert told == (1 if name in NETWORK or name == "cache" else told) and told <= 1, result.stderr
    test.__name__ = f"{name}_in_a_sealed_home"
    run(test)


def a_sealed_home_is_told_of_once():
    said = f"zdepth: cache: {SEALED_OFF}nothing is kept\n"
    place = "/dev/null/.cache/zdepth/depth"
    result = zdepth("cache", "list", env=SEALED)
    assert result.stderr == said and result.stdout.startswith(f"{place}\n  0 depth maps, 0.0 MiB of at most"), result
    result = zdepth("cache", "path", env=SEALED)
    assert result.returncode == 0 and (result.stdout, result.stderr) == (f"{place}\n", said), result
    result = zdepth("cache", "clear", env=SEALED)
    assert result.returncode == 0 and result.stdout == "removed 0 depth maps, 0.0 MiB\n", result
    result = zdepth("depth", CLIP, "-o", "dry.mkv", "--dry-run", env=SEALED)
    assert result.returncode == 0 and result.stderr.count(SEALED_OFF) == 1, result
    (WORK / "two.txt").write_text(f"{CLIP}\n{shutil.copy(CLIP, WORK / 'second.mkv')}\n")
    result = zdepth("batch", "two.txt", "--preset", PROJECT, "-o", "sealed", "--ending", ".mkv", env=SEALED)
    assert result.returncode == 0 and result.stderr.count(SEALED_OFF) == 1, result


def a_cache_that_is_named_is_used():
    result = zdepth("depth", CLIP, "--cache", WORK / "named", "-o", "n.mkv")
    assert result.returncode == 0 and "cache" not in result.stderr, result
    assert zdepth("cache", "path", "--cache", WORK / "named").stdout == f"{WORK / 'named'}\n"
    result = zdepth("depth", CLIP, "--no-cache", "-o", "o.mkv")
    assert result.returncode == 0 and "cache" not in result.stderr, result


def scenes_are_edited():
    scene = WORK / "edit.zscene"
    (WORK / "b.png").write_bytes(b"")  # it is there; edits do not read it
    scene.write_text('zscene 1\nmedia m { front "a.png" }\nsurface s { media m }\naov a { on s }\n')
    for args in (("add-map", scene, "s"), ("create-map", scene), ("apply-media", scene, "s", "--file", "b.png")):
        result = zdepth("scene", *args)
        assert result.returncode == 0 and result.stderr == "" or "built without" in result.stderr, result


def models_folder_is_asked_for_where_it_is_needed():
    result = zdepth("info", CLIP, "--model", "v2-small")
    assert result.returncode == 1 and "neither $ZD_MODELS, $XDG_DATA_HOME nor $HOME is set" in result.stderr, result
    assert zdepth("models", "info", "embedded").returncode == 0


def networks_are_found_beside_the_program():
    """As after meson install, in a bundle's way, and in a folder of its own."""
    for i, (program, models) in enumerate((("bin", "share/zdepth/models"), ("app", "app/models"),
                                           ("Contents/Linux-x86-64", "Contents/Resources/models"))):
        root = WORK / f"place{i}"
        (root / program).mkdir(parents=True)
        (root / models).mkdir(parents=True)
        copy_program(root / program)
        for file in (SOURCE / "models").glob("zdepth-embedded*.safetensors"):
            shutil.copy(file, root / models)
        linked = WORK / f"linked{i}"
        linked.symlink_to(root / program / "zdepth")
        for name in (root / program / "zdepth", linked):
            result = zdepth("models", "path", "embedded", program=name)
            assert result.stdout == f"{root / models}/zdepth-embedded.safetensors\n", (name, result)


def a_lost_program_says_what_is_missing():
    alone = WORK / "alone/deep/down"
    alone.mkdir(parents=True)
    copy_program(alone)
    result = zdepth("models", "path", "embedded", program=alone / "zdepth")
    installed = result.returncode == 0 and "/zdepth/models/" in result.stdout
    assert installed or "comes with the program and is not where it should be" in result.stderr, result


def binaries_hold_no_source_path():
    for binary in [ZDEPTH, *sys.argv[2:]]:
        if b".debug_info" in pathlib.Path(binary).read_bytes():
            raise Skip("the build has debug information, which names its sources")
        assert str(SOURCE).encode() not in pathlib.Path(binary).read_bytes(), f"{binary} holds {SOURCE}"


run(every_verb_is_tried)
for verb in RUNS:
    verb_runs(verb)
    verb_runs_in_a_sealed_home(verb)
for one in (a_sealed_home_is_told_of_once, a_cache_that_is_named_is_used, scenes_are_edited, models_folder_is_asked_for_where_it_is_needed,
            networks_are_found_beside_the_program, a_lost_program_says_what_is_missing, binaries_hold_no_source_path):
    run(one)
finish()
