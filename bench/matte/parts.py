#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How much of the sample's outline error comes from where: exact planes are put in for the network's, one after the other.

    bench/matte/parts.py build/src/cli/zdepth build/tools/synth/zdepth-synth [--frames 20,60] [OPTION of zdepth matte...]

Each frame is a still here: `zdepth depth` writes what the network saw into an EXR (192 rows), whose depth or probability of the
subject is replaced by the exact one, and `zdepth matte --depth-map` makes the soft matte. The measure is that of sample.py: errors
within 32 pixels of her outline, as shares of her area. Needs numpy and OpenEXR (PyPI). Two minutes of one core."""
import argparse
import pathlib
import subprocess
import tempfile

import numpy as np
import OpenEXR

WIDTH, HEIGHT, BAND = 1280, 720, 32
DEPTH_SCALE = 32768.0  # of zdepth-synth's inverse metres
ROOT = pathlib.Path(__file__).resolve().parents[2]

parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("synth")
parser.add_argument("--frames", default="20,60")
parser.add_argument("--exact", type=pathlib.Path, help="a folder with alpha/NNNNNN.png and depth/NNNNNN.png made before")
options, flags = parser.parse_known_args()
work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-bench-"))


def run(*command):
    subprocess.run([str(c) for c in command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def gray(path):
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "rawvideo", "-pix_fmt", "gray16le", "-"], check=True,
                         capture_output=True).stdout
    return np.frombuffer(raw, "<u2").reshape(HEIGHT, WIDTH).astype(np.float32)


def shrunk(plane, shape):
    """Means over the boxes of a smaller grid."""
    for axis, size in enumerate(shape):
        edges = np.linspace(0, plane.shape[axis], size + 1)
        total = np.concatenate([np.zeros_like(plane.take([0], axis), np.float64), np.cumsum(plane, axis, dtype=np.float64)], axis)
        low = np.floor(edges).astype(int)
        after = np.minimum(low + 1, plane.shape[axis])
        part = (edges - low).reshape([-1 if a == axis else 1 for a in (0, 1)])
        at = total.take(low, axis) * (1 - part) + total.take(after, axis) * part
        plane = np.diff(at, axis=axis) / (edges[1] - edges[0])
    return plane.astype(np.float32)


def enlarged(plane):
    """Bilinear, to the picture's size."""
    for axis, size in enumerate((HEIGHT, WIDTH)):
        at = ((np.arange(size) + 0.5) * plane.shape[axis] / size - 0.5).clip(0, plane.shape[axis] - 1)
        low = np.minimum(at.astype(int), plane.shape[axis] - 2)
        part = (at - low).reshape([-1 if a == axis else 1 for a in (0, 1)])
        plane = plane.take(low, axis) * (1 - part) + plane.take(low + 1, axis) * part
    return plane


def spread(mask, reach):
    """Every pixel within `reach` rows and columns of the mask."""
    for axis in (0, 1):
        total = np.cumsum(np.pad(mask.astype(np.int32), [(reach + 1, reach) if a == axis else (0, 0) for a in (0, 1)]), axis=axis)
        size = mask.shape[axis]
        mask = total.take(np.arange(size) + 2 * reach + 1, axis) > total.take(np.arange(size), axis)
    return mask


class Frame:
    """One frame: the picture, what the network saw of it, and the truth."""

    def __init__(self, number):
        self.number = number
        self.picture = work / f"{number}.png"
        run("ffmpeg", "-v", "error", "-y", "-i", ROOT / "assets/sample.mp4", "-vf", f"select=eq(n\\,{number})", "-frames:v", "1", self.picture)
        exact = options.exact
        if exact is None:
            exact = work
            run(options.synth, "clip", "--out", work / "frames", "--alpha", work / "alpha", "--depth", work / "depth", "--size",
                f"{WIDTH}x{HEIGHT}", "--first", number, "--frames", 1)
        self.alpha = gray(exact / "alpha" / f"{number:06d}.png") / 65535
        self.depth = gray(exact / "depth" / f"{number:06d}.png") / DEPTH_SCALE
        seen = work / "seen.exr"
        run(options.zdepth, "depth", self.picture, "--detail", "off", "--quiet", "-y", "-o", seen)
        part = next(p for p in OpenEXR.File(str(seen), separate_channels=True).parts if p.name() == "zdepthSeen")
        self.near, self.subject = (part.channels[c].pixels.copy() for c in ("Z", "subject"))
        self.header = {k: v for k, v in part.header.items() if k.startswith("zdepth")}

    def matte(self, near, subject):
        """The program's soft matte with these planes in place of what the network saw."""
        ends = np.percentile(near, (0.5, 99.5))
        header = self.header | {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION, "name": "zdepthSeen",
                                "zdepthFurthest": float(ends[0]), "zdepthNearest": float(ends[1])}
        planes = {k: np.ascontiguousarray(v, np.float32) for k, v in (("Z", near), ("subject", subject)) if v is not None}
        OpenEXR.File(header, planes).write(str(work / "given.exr"))
        run(options.zdepth, "matte", self.picture, "--depth-map", work / "given.exr", "--quiet", "-y", "-o", work / "matte.png", *flags)
        return gray(work / "matte.png") / 65535

    def cases(self):
        """(name, matte), the network's planes first."""
        shape = self.near.shape
        small, alpha = shrunk(self.depth, shape), shrunk(self.alpha, shape)
        yield "network's depth and probability", self.matte(self.near, self.subject)
        yield "network's depth, exact probability", self.matte(self.near, alpha)
        yield "exact depth, network's probability", self.matte(small, self.subject)
        yield "exact depth and probability, 192 rows", self.matte(small, alpha)
        double = (2 * shape[0], 2 * shape[1])
        yield "exact depth and probability, 384 rows", self.matte(shrunk(self.depth, double), shrunk(self.alpha, double))
        yield "exact depth and probability, 720 rows", self.matte(self.depth, self.alpha)
        yield "exact alpha for both, 192 rows", self.matte(alpha, alpha)
        yield "no engine: exact alpha, 192 rows, enlarged", enlarged(alpha)
        yield "no engine: the same, cut at a half", (enlarged(alpha) > 0.5).astype(np.float32)
        yield "no engine: exact alpha cut at a half", (self.alpha > 0.5).astype(np.float32)

    def errors(self, matte):
        band = spread(self.alpha > 0.02, BAND) & spread(self.alpha < 0.98, BAND)
        difference = np.where(band, matte - self.alpha, 0)
        return np.array([difference.clip(0).sum(), (-difference).clip(0).sum()]) / self.alpha.sum()


table = {}
for frame in (Frame(int(n)) for n in options.frames.split(",")):
    for name, matte in frame.cases():
        table.setdefault(name, []).append(frame.errors(matte))
print(f"{'outline error, % of her area':44}{'too much':>10}{'missing':>10}{'both':>10}")
for name, rows in table.items():
    much, missing = 100 * np.mean(rows, 0)
    print(f"{name:44}{much:10.1f}{missing:10.1f}{much + missing:10.1f}")
