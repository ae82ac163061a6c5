#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Torn edges on the measured disparity of real stereo pairs (../shared/data/eval, Middlebury), seen from where
the other camera stood: no gap is wider than what the nearer side uncovers, nothing is stretched across
one, and filled surfaces have no gap. Skipped without the data.

usage: scene_stereo.py ZDEPTH CLI_TESTS SHARED"""
import math
import pathlib
import struct
import subprocess
import sys

sys.path.insert(0, sys.argv[2])
from cli_harness import WORK, Skip, finish, run, zdepth  # noqa: E402
from exr_reader import channel  # noqa: E402

EVAL = pathlib.Path(sys.argv[3]) / "data/eval"
PAIRS = ("midd_Adirondack", "midd_Moebius")
NEAR = 20.0  # z is NEAR / value
WINDOW = 18  # an edge of the depth may lie so far from the picture's own
STEP = 1.0   # a smaller difference of disparity, pixels, is no step


def picture(path):
    probe = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", path],
                           capture_output=True, text=True, check=True).stdout.strip()
    width, height = map(int, probe.split(","))
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray16le", "-"],
                         capture_output=True, check=True).stdout
    return width, height, [struct.unpack_from(f"<{width}H", raw, 2 * y * width) for y in range(height)]


def seen_from_the_right(name, width, height, mode):
    """Disparity from the other camera, by row; 0 where there is nothing."""
    f = height / 2 / math.tan(math.radians(20))
    way = NEAR * 65535 / (64 * f)  # so that a point moves by its disparity
    scene = WORK / f"{name}_{mode}.zscene"
    scene.write_text(f'zscene 1\nframe {{ size {width} {height} }}\nmedia im {{ front "{EVAL / name}.jpg" }}\n'
                     f'media dz {{ front "{EVAL / name}.png" }}\ncamera left {{ near 1 far 100000 }}\n'
                     f"camera right {{ position {way} 0 auto near 1 far 100000 }}\n"
                     "surface s { media im lighting ambient cell_px 1 }\n"
                     f"zdepth z {{ on s media dz range inverse scale {NEAR} camera left three_d yes cut_mode {mode} }}\n"
                     "output o { camera right passes zdepth object_id }\n")
    out = WORK / f"{name}_{mode}.exr"
    result = zdepth("scene", "render", scene, "-o", out, "--quiet")
    if "built without" in result.stderr or "no OpenGL" in result.stderr:
        raise Skip(result.stderr.strip())
    assert result.returncode == 0, result.stderr
    z, there = channel(out, "Z"), channel(out, "object_id")
    return [[f * way / a if b else 0.0 for a, b in zip(*rows)] for rows in zip(z, there)]


def gaps(row):
    """Runs without anything between two pixels that have something."""
    begin = None
    for x in range(1, len(row)):
        if row[x] == 0.0 and row[x - 1] != 0.0:
            begin = x
        if row[x] != 0.0 and row[x - 1] == 0.0 and begin is not None:
            yield begin, x
            begin = None


def is_known(source, x0, x1):
    return all(source[x] > 0 for x in range(max(0, int(x0) - 2), min(len(source), int(x1) + 3)))


def holds(name, source):
    width, height, disparity = source
    torn = seen_from_the_right(name, width, height, "cut")
    filled = seen_from_the_right(name, width, height, "fill")
    widest = too_wide = stretched = holes = count = seen = pixels = 0
    for y in range(4, height - 4, 3):
        for begin, end in gaps(torn[y]):
            left, right = torn[y][begin - 1], torn[y][end]
            far = min(left, right)
            first, last = int(begin - 1 + far), int(end + right) + 1  # of the other picture's columns
            if begin < 2 or end > width - 2 or not is_known(disparity[y], first, last):
                continue
            # Through a slit, or beside a thin thing, the sides of a gap are not all that there is.
            between = [disparity[r][x] / 64 for r in (y - 2, y, y + 2)
                       for x in range(max(0, first - 2), min(width, last + 3)) if disparity[r][x] > 0]
            uncovered = max(between) - min(between)
            count += 1
            pixels += end - begin
            widest = max(widest, end - begin)
            too_wide += end - begin > uncovered + 2.0
            holes += sum(value == 0.0 for value in filled[y][begin:end])
        for x in range(WINDOW, width - WINDOW):
            d = torn[y][x]
            at = x + d
            if d == 0.0 or not WINDOW <= at < width - WINDOW or not is_known(disparity[y], at - 9, at + 9):
                continue
            seen += 1
            rows = disparity[y - 2], disparity[y], disparity[y + 2]
            near = min(abs(r[i] / 64 - d) for r in rows for i in range(int(at) - WINDOW + 1, int(at) + WINDOW))
            stretched += near > STEP
    print(f"{name}: {count} gaps, the widest {widest} px, {too_wide} wider than uncovered; {stretched} of {seen} pixels "
          f"stretched; {holes} of {pixels} uncovered pixels not filled")
    assert count > 100 and widest > 4, "the pair has steps"
    assert too_wide == 0 and stretched <= seen // 2000 and holes <= pixels // 100


def no_strip_is_longer_than_what_is_uncovered():
    if not EVAL.is_dir():
        raise Skip("no ../shared/data/eval")
    for name in PAIRS:
        holds(name, picture(EVAL / f"{name}.png"))


run(no_strip_is_longer_than_what_is_uncovered)
finish()
