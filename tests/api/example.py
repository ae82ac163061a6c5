#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""example.py MATTES ZDEPTH: examples/c/mattes.c gives the pixels of the command line."""
import os
import pathlib
import subprocess
import sys
import tempfile

mattes, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
sample = pathlib.Path(os.environ["ZD_SOURCE"]) / "assets/sample.mp4"


def run(*command, **how):
    return subprocess.run(command, check=True, capture_output=True, **how).stdout


def pixels(path, form):
    return run("ffmpeg", "-v", "error", "-i", path, "-pix_fmt", form, "-f", "rawvideo", "-")


with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    os.environ["ZD_CACHE"] = folder + "/cache"
    run("ffmpeg", "-v", "error", "-i", sample, "-frames:v", "7", "-vf", "scale=326:182", "-c:v", "ffv1", "clip.mkv")
    run(mattes, "clip.mkv", "HELLO", "example.mkv")
    run(zdepth, "composite", "clip.mkv", "--title", "HELLO", "-o", "line.mkv")
    run(zdepth, "matte", "clip.mkv", "-o", "m%d.png")
    bad = []
    if pixels("example.mkv", "yuv420p") != pixels("line.mkv", "yuv420p"):
        bad.append("the composite differs from the command line's")
    for frame in (0, 3, 6):
        a = pathlib.Path(f"matte_{frame}.pgm").read_bytes().split(b"255\n", 1)[1]
        b = pixels(f"m{frame}.png", "gray16le")
        wide = [b[i] | b[i + 1] << 8 for i in range(0, len(b), 2)]
        if len(a) != len(wide) or any(abs(x * 257 - y) > 129 for x, y in zip(a, wide)):
            bad.append(f"matte {frame} differs from the command line's")
print("\n".join(bad) if bad else "the example gives the command line's pixels")
print(f"{3 - len(bad)} passed, {len(bad)} failed" if bad else "1 passed, 0 failed")
sys.exit(1 if bad else 0)
