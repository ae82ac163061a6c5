#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The front: what tells about the program starts at once and loads no library for media; the rest is
done by the whole program beside it."""
import os
import pathlib
import shutil
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, finish, movie, run, zdepth

LIMIT_MS = 15
TELLING = (["--version"], ["version"], ["help"], ["help", "composite"], ["composite", "--help"],
           ["completion", "bash"], ["completion", "zsh"], ["completion", "fish"], ["man"])
WHOLE = pathlib.Path(ZDEPTH).with_name("zdepth-run")


def quickest_ms(args):
    best = 1e9
    for _ in range(20):
        begun = time.monotonic()
        subprocess.run([ZDEPTH, *args], stdout=subprocess.DEVNULL, env=ENV, check=True)
        best = min(best, 1e3 * (time.monotonic() - begun))
    return best


def telling_starts_at_once():
    for args in TELLING:
        took = quickest_ms(args)
        assert took <= LIMIT_MS, f"{args} takes {took:.1f} ms"


def telling_loads_no_media():
    for args in TELLING:
        loaded = subprocess.run([ZDEPTH, *args], capture_output=True, text=True, check=True,
                                env={**ENV, "LD_DEBUG": "files"}).stderr
        assert "libc.so" in loaded or not loaded, loaded[:200]
        for name in ("libav", "libOpenEXR", "libpango", "libcurl", "libassimp"):
            assert name not in loaded, f"{args} loads {name}"


def both_tell_the_same():
    """They are built from the same files, and the manual is made by the front."""
    for args in TELLING:
        front, whole = (subprocess.run([program, *args], capture_output=True, text=True, check=True, env=ENV).stdout
                        for program in (ZDEPTH, WHOLE))
        assert front == whole and front, args


def what_is_typed_arrives():
    clip = movie("a clip with 'quotes' & blanks.mkv")
    result = zdepth("info", clip)
    assert result.returncode == 0 and clip.name in result.stdout, result
    assert zdepth("info", WORK / "none.mp4").returncode == 1
    assert zdepth("depth", clip, "--sepia").returncode == 2


def found_through_links_and_path():
    links = WORK / "links"
    links.mkdir()
    (links / "zd").symlink_to(pathlib.Path(ZDEPTH).resolve())
    for program, path in ((str(links / "zd"), os.environ["PATH"]), ("zd", f"{links}:{os.environ['PATH']}")):
        result = subprocess.run([program, "cache", "path"], capture_output=True, text=True, check=False,
                                env={**ENV, "PATH": path})
        assert result.returncode == 0 and result.stdout.strip() == ENV["ZD_CACHE"], result


def alone_it_says_so():
    alone = WORK / "alone"
    alone.mkdir()
    shutil.copy(ZDEPTH, alone / "zdepth")
    result = subprocess.run([alone / "zdepth", "cache", "path"], capture_output=True, text=True, check=False,
                            env=ENV)
    assert result.returncode == 1 and not result.stdout, result
    assert result.stderr == (f"zdepth: cannot start '{alone}/zdepth-run', the other half of this program: "
                             "No such file or directory; install both\n"), result.stderr
    assert subprocess.run([alone / "zdepth", "help"], capture_output=True, check=False, env=ENV).returncode == 0


for test in (telling_starts_at_once, telling_loads_no_media, both_tell_the_same, what_is_typed_arrives,
             found_through_links_and_path, alone_it_says_so):
    run(test)
finish()
