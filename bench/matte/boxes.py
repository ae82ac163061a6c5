#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""One box on real pictures: is the matte after it at least as good as the automatic one?

    bench/matte/boxes.py build/src/cli/zdepth FOLDER [--only PREFIX,...] [--count N] [OPTION of zdepth matte...]

FOLDER holds manifest.tsv (column id), ID.jpg and ID.png, a mask; pictures are taken evenly. The box is 5 % of the height in the
mask's middle: where the mask is thickest. IoU at a half of the finished matte, without and with the box; worse means by more than
.002. Two seconds of one core a picture."""
import argparse
import csv
import pathlib
import subprocess
import tempfile

import numpy as np

SIDE = 0.05  # of the height
WORSE = 0.002

parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("folder", type=pathlib.Path)
parser.add_argument("--only", default="", metavar="PREFIX,...")
parser.add_argument("--count", type=int, default=40)
options, flags = parser.parse_known_args()
work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-bench-"))


def gray(path):
    """A picture's brightness, 0..255."""
    size = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", path], check=True,
                          capture_output=True, text=True).stdout
    width, height = (int(n) for n in size.strip().split(",")[:2])
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"], check=True,
                         capture_output=True).stdout
    return np.frombuffer(raw, np.uint8)[:width * height].reshape(height, width)


def thickest(mask):
    """(row, column) of the middle of the largest square that fits into the mask."""
    side = np.zeros((mask.shape[0] + 1, mask.shape[1] + 1), np.int32)
    for y in range(mask.shape[0]):
        for x in np.flatnonzero(mask[y]):
            side[y + 1, x + 1] = 1 + min(side[y, x], side[y, x + 1], side[y + 1, x])
    y, x = np.unravel_index(int(side.argmax()), side.shape)
    half = side.max() / 2
    return y - half, x - half


def iou(picture, mask, *arguments):
    out = work / "matte.png"
    subprocess.run([options.zdepth, "matte", picture, "-o", out, "-y", "--quiet", "--cache", work / "cache", *arguments, *flags], check=True)
    inside = gray(out) > 127
    return (inside & mask).sum() / max((inside | mask).sum(), 1)


with open(options.folder / "manifest.tsv", newline="", encoding="utf-8") as f:
    names = [row["id"] for row in csv.DictReader(f, delimiter="\t") if row["id"].startswith(tuple(options.only.split(",")))]
names = [names[i * len(names) // options.count] for i in range(options.count)] if len(names) > options.count else names
found = []
for name in names:
    picture, mask = options.folder / f"{name}.jpg", gray(options.folder / f"{name}.png") > 127
    if not 0.005 < mask.mean() < 0.97:
        continue
    y, x = thickest(mask)
    height, width = mask.shape
    box = [max(0.0, x / width - SIDE / 2 * height / width), max(0.0, y / height - SIDE / 2)]
    text = ",".join(f"{v:.4f}" for v in (*box, min(SIDE * height / width, 1 - box[0]), min(SIDE, 1 - box[1])))
    found.append((iou(picture, mask), iou(picture, mask, "--select", text)))
    if found[-1][1] < found[-1][0] - WORSE:
        print(f"worse: {name} {found[-1][0]:.3f} -> {found[-1][1]:.3f}, --select {text}")
before, after = np.mean(found, 0)
good = sum(b >= a - WORSE for a, b in found)
print(f"{len(found)} pictures: IoU {before:.3f}, after one box {after:.3f}, no worse on {good}")
