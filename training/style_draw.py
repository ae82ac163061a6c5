#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""style_draw.py FOLDER: draws the pictures that the shipped styles are trained on.

oil.png is thick strokes of a bristle brush along a swirling field, ink.png a woodcut's hatching whose
lines grow with the tone, mosaic.png tiles with dark joints. All are drawn over an abstract scene of
smooth ground and hard-edged shapes, by random numbers of a fixed seed; there is nothing of anybody else's.
"""
import argparse
import pathlib

import cv2
import numpy as np

SIZE = 640


def smooth(rng, sigma, size=SIZE):
    """Noise without detail below sigma pixels, mean 0, deviation 1."""
    small = max(4, int(2 * size / sigma))
    field = cv2.resize(rng.standard_normal((small, small)).astype(np.float32), (size, size), interpolation=cv2.INTER_CUBIC)
    field = cv2.GaussianBlur(field, (0, 0), sigma / 3)
    return (field - field.mean()) / field.std()


def scene(rng, shapes=26):
    """Tone 0..1, and the number of the shape that each pixel is of."""
    tone = 0.5 + 0.22 * smooth(rng, 120)
    labels = np.zeros((SIZE, SIZE), np.int32)
    for number in range(1, shapes + 1):
        mask = np.zeros((SIZE, SIZE), np.uint8)
        middle = rng.uniform(0, SIZE, 2)
        if number % 2:
            axes = rng.uniform(20, 110, 2)
            cv2.ellipse(mask, tuple(middle.astype(int).tolist()), tuple(axes.astype(int).tolist()), float(rng.uniform(0, 180)), 0, 360, 1, -1)
        else:
            angles = np.sort(rng.uniform(0, 2 * np.pi, 5))
            points = middle + rng.uniform(40, 130, (5, 1)) * np.stack([np.cos(angles), np.sin(angles)], 1)
            cv2.fillPoly(mask, [points.astype(np.int32)], 1)
        inside = mask > 0
        tone[inside] = (rng.uniform(0.05, 0.95) + 0.1 * smooth(rng, 60))[inside]
        labels[inside] = number
    return np.clip(tone, 0, 1), labels


def ramp(tone, colours):
    """A palette by tone; colours from dark to light, RGB 0..1."""
    at = np.linspace(0, 1, len(colours))
    return np.stack([np.interp(tone, at, [c[i] for c in colours]) for i in range(3)], -1)


def oil(rng):
    tone, labels = scene(rng)
    warm = ramp(tone, [(0.05, 0.06, 0.16), (0.36, 0.12, 0.10), (0.78, 0.38, 0.12), (0.94, 0.72, 0.25), (0.99, 0.94, 0.76)])
    cold = ramp(tone, [(0.03, 0.05, 0.20), (0.07, 0.22, 0.48), (0.18, 0.48, 0.62), (0.52, 0.75, 0.72), (0.94, 0.96, 0.86)])
    side = 1 / (1 + np.exp(-3 * (smooth(rng, 90) + rng.normal(0, 0.8, labels.max() + 1)[labels])))
    colour = warm * side[..., None] + cold * (1 - side[..., None])
    angle = 2.2 * smooth(rng, 110) + 0.6 * smooth(rng, 40)
    canvas = (0.5 * colour + 0.1).astype(np.float32)
    for radius, length, count in ((9, 60, 1500), (6, 40, 4200), (3.5, 26, 5000)):
        for _ in range(count):
            at = rng.uniform(0, SIZE - 1, 2)
            base = colour[int(at[1]), int(at[0])] + rng.normal(0, 0.035, 3)
            points = [at]
            for _ in range(int(length / 4)):
                a = angle[int(points[-1][1]), int(points[-1][0])]
                points.append(np.clip(points[-1] + 4 * np.array([np.cos(a), np.sin(a)]), 0, SIZE - 1))
            points = np.array(points)
            way = np.gradient(points, axis=0)
            normal = np.stack([-way[:, 1], way[:, 0]], 1) / (np.linalg.norm(way, axis=1, keepdims=True) + 1e-6)
            for offset in np.arange(-radius, radius + 0.1, 1.6):
                light = 0.10 * np.sin(1.3 * offset + rng.uniform(0, 6)) * rng.uniform(0.3, 1) - 0.05 * abs(offset) / radius
                line = ((points + normal * offset) * 16).astype(np.int32)
                cv2.polylines(canvas, [line], False, np.clip(base + light, 0, 1).tolist(), 2, cv2.LINE_AA, 4)
    return canvas


def ink(rng):
    tone, labels = scene(rng)
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    turns = rng.uniform(-0.5, 0.5, labels.max() + 1)[labels] + 0.7
    bend = 7 * smooth(rng, 80)
    dark = np.zeros((SIZE, SIZE), np.float32)
    for turn, limit in ((0.0, 0.86), (1.25, 0.42)):
        across = x * np.sin(turns + turn) + y * np.cos(turns + turn) + bend
        wave = np.abs((across / 7.0) % 1.0 - 0.5) * 2
        width = np.clip((limit - tone) / limit, 0, 1) ** 0.8
        dark = np.maximum(dark, np.clip((width * 1.12 - wave) * 3.5 + 0.5, 0, 1) * (width > 0.02))
    edge = cv2.morphologyEx(labels.astype(np.float32), cv2.MORPH_GRADIENT, np.ones((3, 3))) > 0
    dark = np.maximum(dark, cv2.GaussianBlur(cv2.dilate(edge.astype(np.float32), np.ones((2, 2))), (0, 0), 0.7))
    dark = cv2.GaussianBlur(dark, (0, 0), 0.6)[..., None]
    paper = np.array([0.96, 0.92, 0.82]) + 0.012 * smooth(rng, 6)[..., None]
    return paper * (1 - dark) + np.array([0.09, 0.08, 0.12]) * dark


def mosaic(rng, cell=15.0):
    tone, labels = scene(rng)
    palettes = [[(0.10, 0.06, 0.20), (0.12, 0.30, 0.62), (0.30, 0.66, 0.82), (0.92, 0.96, 0.95)],
                [(0.16, 0.05, 0.07), (0.66, 0.14, 0.12), (0.95, 0.55, 0.22), (0.99, 0.92, 0.62)],
                [(0.05, 0.12, 0.10), (0.10, 0.42, 0.30), (0.55, 0.74, 0.30), (0.96, 0.96, 0.78)]]
    ramps = np.stack([ramp(tone, p) for p in palettes])
    pick = rng.integers(0, 3, labels.max() + 1)[labels]
    colour = np.take_along_axis(ramps, pick[None, ..., None], 0)[0]
    n = int(SIZE / cell) + 5
    centres = (np.stack(np.meshgrid(np.arange(n), np.arange(n)), -1) - 2 + rng.uniform(-0.28, 0.28, (n, n, 2)) + 0.5) * cell
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.float32)
    gx, gy = (x / cell).astype(int) + 2, (y / cell).astype(int) + 2
    near = np.full((3, SIZE, SIZE), 1e9)
    which = np.zeros((SIZE, SIZE, 2))
    for dy in (-2, -1, 0, 1, 2):
        for dx in (-2, -1, 0, 1, 2):
            c = centres[np.clip(gy + dy, 0, n - 1), np.clip(gx + dx, 0, n - 1)]
            d = np.hypot(c[..., 0] - x, c[..., 1] - y)
            first = d < near[0]
            near[1] = np.where(first, near[0], np.minimum(near[1], d))
            which[first] = c[first]
            near[0] = np.minimum(near[0], d)
    tile = np.clip(which, 0, SIZE - 1).astype(int)
    body = colour[tile[..., 1], tile[..., 0]] + 0.05 * np.sin(tile[..., :1] * 12.9 + tile[..., 1:] * 78.2)
    light = 0.09 * ((which[..., 0] - x) + (which[..., 1] - y)) / cell
    joint = np.clip((near[1] - near[0] - 1.2) / 1.6, 0, 1)[..., None]
    return (body + light[..., None]) * joint + np.array([0.10, 0.09, 0.09]) * (1 - joint)


STYLES = {"oil": oil, "ink": ink, "mosaic": mosaic}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--only", choices=STYLES, help="draw this one alone")
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for number, (name, draw) in enumerate(STYLES.items()):
        if args.only in (None, name):
            picture = np.clip(draw(np.random.default_rng(1 + number)), 0, 1)
            cv2.imwrite(str(args.folder / f"{name}.png"), (picture[..., ::-1] * 255 + 0.5).astype(np.uint8))


if __name__ == "__main__":
    main()
