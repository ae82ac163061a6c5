#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""make_time_vectors.py [VECTORS]: TAE in plain numpy, for the numbers of test_time_score.c.

Written from the words of src/jobs/measure/time_score.h alone. Needs numpy. VECTORS is a folder with
vda_tiny_T5_70x98.safetensors: what a network of Video Depth Anything's shape made of five frames."""
import json
import pathlib
import sys

import numpy as np


def unit(name, count):
    """The formula of tests/model/formula.h: r in -1..1 of a name's stream."""
    state = 0xCBF29CE484222325
    for byte in name.encode():
        state = ((state ^ byte) * 0x100000001B3) & (2**64 - 1)
    z = (np.uint64(state) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    z = (z ^ z >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ z >> np.uint64(27)) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return 2.0 * ((z >> np.uint64(40)).astype(np.float64) / 2**24) - 1.0


def camera(t, width, height):
    yaw = 0.03 * t
    turn = np.array([[np.cos(yaw), 0, -np.sin(yaw)], [0, 1, 0], [np.sin(yaw), 0, np.cos(yaw)]])
    return (np.array([0.9 * width, 0.8 * height]), np.array([0.5 * width - 0.5, 0.5 * height - 0.5]), turn,
            np.array([0.02 * t, -0.01 * t, 0.03 * t]))


def tae(maps, truths, cameras):
    known = (truths > 1e-3) & (truths < 10)
    p, t = maps[known], 1 / truths[known]
    (scale, shift), *_ = np.linalg.lstsq(np.stack([p, np.ones_like(p)], 1), t, rcond=None)
    depth = np.clip(1 / np.clip(scale * maps + shift, 1e-3, None), 1e-3, 10)
    errors = []
    for i in range(len(maps) - 1):
        for a, b in ((i, i + 1), (i + 1, i)):
            errors.append(carried(depth[a], depth[b], cameras[a], cameras[b]))
    return 100 * np.mean(errors)


def carried(first, second, from_camera, to_camera):
    height, width = first.shape
    focal, centre, turn, place = from_camera
    y, x = np.mgrid[:height, :width]
    seen = np.stack([(x - centre[0]) / focal[0] * first, (y - centre[1]) / focal[1] * first, first], -1).reshape(-1, 3)
    world = (seen - place) @ turn  # the inverse of turn * p + place, for rows
    focal, centre, turn, place = to_camera
    point = world @ turn.T + place
    u = np.rint(focal[0] * point[:, 0] / point[:, 2] + centre[0])
    v = np.rint(focal[1] * point[:, 1] / point[:, 2] + centre[1])
    z = np.zeros_like(first)
    for i in np.flatnonzero((point[:, 2] > 0) & (u >= 0) & (u < width) & (v >= 0) & (v < height)):
        z[int(v[i]), int(u[i])] = point[i, 2]
    on = z > 0
    return np.mean(np.abs(second[on] - z[on]) / second[on])


def formula_clip(count, height, width):
    maps = np.stack([unit(f"map.{t}", height * width) for t in range(count)]).reshape(count, height, width)
    truths = np.stack([unit(f"truth.{t}", height * width) for t in range(count)]).reshape(count, height, width)
    maps, truths = np.float32(2 + 0.5 * maps), np.float32(3 + truths)
    truths[0, 0, :3] = 0, 11, np.inf
    return maps.astype(np.float64), truths.astype(np.float64)


def stored(folder):
    data = (pathlib.Path(folder) / "vda_tiny_T5_70x98.safetensors").read_bytes()
    size = int.from_bytes(data[:8], "little")
    entry = json.loads(data[8:8 + size])["depth"]
    begin, end = entry["data_offsets"]
    return np.frombuffer(data[8 + size + begin:8 + size + end], "<f4").reshape(entry["shape"]).astype(np.float64)


maps, truths = formula_clip(4, 13, 19)
print(f"formula: {tae(maps, truths, [camera(t, 19, 13) for t in range(4)]):.9f}")
if len(sys.argv) > 1:
    maps = stored(sys.argv[1])
    _, truths = formula_clip(5, 70, 98)
    print(f"VDA of 5 frames: {tae(maps, truths, [camera(t, 98, 70) for t in range(5)]):.9f}")
