#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The automatic matte of the sample's walking woman against her exact alpha:

    bench/matte/sample.py build/src/cli/zdepth build/tools/synth/zdepth-synth [--frames 0,20,40,60,80]
                          [--pictures DIR] [--flicker FIRST-LAST] [OPTION of zdepth composite...]

The sample is rendered, so its alpha is known to the last hair. The matte is that of the main job:
embedded network, automatic thresholds, all frames before and after counted for stabilisation. Errors
are sums of |matte - alpha| as shares of her area, within a band along her outline, since bushes and
ground may rightly stand in the foreground elsewhere, and in the rows of head and chest, where titles
go. A hard matte stands beside the soft one. --flicker takes consecutive frames instead: the mean change of
|matte - alpha| from frame to frame along her motion, within 8 pixels of her outline; in minutes."""
import argparse
import pathlib
import subprocess
import tempfile

import numpy as np

WIDTH, HEIGHT = 1280, 720
BAND = 32  # pixels on either side of the outline
ROWS = slice(190, 500)  # head and chest
ROOT = pathlib.Path(__file__).resolve().parents[2]

parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("synth")
parser.add_argument("--frames", default="0,20,40,60,80")
parser.add_argument("--flicker", metavar="FIRST-LAST")
parser.add_argument("--pictures", type=pathlib.Path, help="write too much in red, missing in blue there")
options, composite = parser.parse_known_args()
frames = [int(n) for n in options.frames.split(",")]
work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-bench-"))


def decoded(path, kind="gray16le"):
    """The pictures of a file, 0..1."""
    channels, dtype = (1, "<u2") if kind == "gray16le" else (3, "u1")
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "rawvideo", "-pix_fmt", kind, "-"],
                         check=True, capture_output=True).stdout
    return np.frombuffer(raw, dtype).reshape(-1, HEIGHT, WIDTH, channels).astype(np.float32) / np.iinfo(dtype).max


def alpha_of(frame):
    folder = work / f"alpha{frame}"
    subprocess.run([options.synth, "clip", "--out", work / "frames", "--alpha", folder, "--size", f"{WIDTH}x{HEIGHT}",
                    "--first", str(frame), "--frames", "1"], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    return decoded(next(folder.glob("*.png")))[0, ..., 0]


def mattes(*arguments):
    out = work / "matte.mkv"
    subprocess.run([options.zdepth, "composite", ROOT / "assets/sample.mp4", "--view", "matte", "--title", "ZDEPTH",
                    "--size", "0.3", "--quiet", "-o", out, *arguments], check=True)
    return decoded(out)[..., 0]


def spread(mask, reach):
    """Every pixel within `reach` rows and columns of the mask."""
    for axis in (0, 1):
        counts = np.cumsum(np.insert(np.pad(mask.astype(np.int32), [(reach, reach) if a == axis else (0, 0) for a in (0, 1)]),
                                     0, 0, axis=axis), axis=axis)
        upper, lower = np.split(np.take(counts, np.r_[2 * reach + 1:counts.shape[axis],
                                                      0:counts.shape[axis] - 2 * reach - 1], axis=axis), 2, axis=axis)
        mask = upper > lower
    return mask


def paint(path, matte, alpha):
    difference = matte - alpha
    picture = np.stack([alpha * 0.5 + difference.clip(0), alpha * 0.5, alpha * 0.5 + (-difference).clip(0)], 2)
    subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{WIDTH}x{HEIGHT}",
                    "-i", "-", path], input=(picture.clip(0, 1) * 255).astype(np.uint8).tobytes(), check=True)


def errors(matte, alpha):
    """Too much and missing, in the band and in the band's rows of head and chest, as shares of her area there."""
    band = spread(alpha > 0.02, BAND) & spread(alpha < 0.98, BAND)
    difference = np.where(band, matte - alpha, 0)
    return [part(difference[rows]).sum() / alpha[rows].sum()
            for rows in (slice(None), ROWS) for part in (lambda d: d.clip(0), lambda d: (-d).clip(0))]


def box(values, reach):
    """Sums over squares, the picture's border left as it is."""
    for axis in (0, 1):
        total = np.cumsum(values, axis=axis, dtype=np.float64)
        size = values.shape[axis]
        upper = np.minimum(np.arange(size) + reach, size - 1)
        lower = np.maximum(np.arange(size) - reach - 1, 0)
        values = np.take(total, upper, axis) - np.take(total, lower, axis)
    return values.astype(np.float32)


def places_before(now, before, reach=12):
    """Where each pixel of her alpha was a frame earlier: rows and columns."""
    best = np.full(now.shape, np.inf, np.float32)
    place = np.zeros((2, *now.shape), np.int64)
    for dy in range(-reach, reach + 1):
        for dx in range(-reach, reach + 1):
            cost = box(np.abs(now - np.roll(before, (-dy, -dx), (0, 1))), 7) + 0.05 * (abs(dy) + abs(dx))
            better = cost < best
            best[better] = cost[better]
            place[0][better] = dy
            place[1][better] = dx
    rows, columns = np.mgrid[0:now.shape[0], 0:now.shape[1]]
    return (rows + place[0]).clip(0, now.shape[0] - 1), (columns + place[1]).clip(0, now.shape[1] - 1)


def flicker(first, last):
    alphas = [alpha_of(n) for n in range(first, last + 1)]
    rows, columns = (np.flatnonzero(np.any([a > 0.02 for a in alphas], axis=(0, axis))) for axis in (2, 1))
    part = (slice(max(rows[0] - 40, 0), rows[-1] + 40), slice(max(columns[0] - 40, 0), columns[-1] + 40))
    alphas = [a[part] for a in alphas]
    places = [places_before(now, before) for before, now in zip(alphas, alphas[1:])]
    for name, arguments in (("frame by frame", ["--stabilise", "0"]), ("depth steadied", ["--no-steady-edges"]),
                            ("and its edges", [])):
        errors = [m[part] - a for m, a in zip(mattes(*arguments, *composite)[first:], alphas)]
        changes = [np.abs(now - before[place])[spread(a > 0.02, 8) & spread(a < 0.98, 8)].mean()
                   for before, now, place, a in zip(errors, errors[1:], places, alphas[1:])]
        print(f"{name:16} edge flicker {1000 * np.mean(changes):.1f}e-3")


if options.flicker:
    flicker(*map(int, options.flicker.split("-")))
    raise SystemExit
alphas = {n: alpha_of(n) for n in frames}
print(f"{'':14}{'whole outline':>22}{'head and chest':>22}")
print(f"{'':14}{'too much':>11}{'missing':>11}{'too much':>11}{'missing':>11}")
for name, arguments in (("hard", ["--no-auto-feather"]), ("soft", [])):
    clip = mattes(*arguments, *composite)
    table = np.array([errors(clip[n], alphas[n]) for n in frames])
    for n, row in zip(frames, table):
        print(f"{name:8}{n:5} " + "".join(f"{100 * e:10.1f}%" for e in row))
        if options.pictures and not arguments:
            options.pictures.mkdir(parents=True, exist_ok=True)
            paint(options.pictures / f"matte_{n:03}.png", clip[n], alphas[n])
    print(f"{name:8}{'all':>5} " + "".join(f"{100 * e:10.1f}%" for e in table.mean(0)))
