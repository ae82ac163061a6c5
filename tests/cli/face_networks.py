# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Face networks made by hand, whose answers are known: a red cell of 16x16 is a face of 48 pixels about its middle,
much green makes it none, blue hides its nose. The same as in tests/unit/face/test_face_finder.c."""
import json
import math
import os
import pathlib
import re
import struct

SOURCE = pathlib.Path(os.environ.get("ZD_SOURCE", pathlib.Path(__file__).parents[2]))


def mean_face():
    text = (SOURCE / "src/face/face_mesh_table.c").read_text()
    body = text.split("zd_face_mean[ZD_FACE_POINTS * 3] = {")[1].split("}")[0]
    return [float(v) for v in re.findall(r"(-?[\d.]+)f", body)]


def landmarks(yaw_deg):
    """The mean face turned to the picture's right, as the network gives it: fractions of its square."""
    mean, points = mean_face(), []
    cos, sin = math.cos(math.radians(yaw_deg)), math.sin(math.radians(yaw_deg))
    for x, y, z in zip(mean[::3], mean[1::3], mean[2::3]):
        x, z = cos * x + sin * z, cos * z - sin * x
        points += [0.5 + x / 25.37, 0.5 - (y + 2.8785) / 25.37, -z / 25.37]
    return points


def write_networks(path, yaw_deg=0.0):
    cells_w = [60 / 64 if o == 0 and c == 0 else 0.0 for o in range(16) for c in range(3) for _ in range(64)]
    cells_b = [-20.0, 0, 0, -0.28768207] + [(-4 if k % 2 == 0 else 4) / 32 if not v else 0.0 for k in range(6) for v in range(2)]
    flags_w = [0, -20, 0, 0, 0, -2, 0, 0, -20, 0, 0, -2]
    tensors = {"cells.weight": ([16, 3, 8, 8], cells_w), "cells.bias": ([16], cells_b),
               "xyz.weight": ([1404, 3, 1, 1], [0.0] * 4212), "xyz.bias": ([1404], landmarks(yaw_deg)),
               "seen.weight": ([4, 3, 1, 1], flags_w), "seen.bias": ([4], [5, 4, 4, 4])}
    header = {"__metadata__": {
        "format": "zdepth-face", "version": "1", "mean": "0 0 0", "std": "1 1 1", "detector.decoder": "cells",
        "detector.arch": "input image c=3\nconv cells image k=8 s=8 p=0 o=16\nresult faces cells",
        "detector.short_side": "64", "detector.multiple": "64", "landmarks.short_side": "32", "landmarks.multiple": "32",
        "landmarks.arch": "input image c=3\ngap mean image\nconv xyz mean k=1 s=1 o=1404\nconv seen mean k=1 s=1 o=4\n"
                          "result points0 xyz\nresult flags0 seen"}}
    data = b""
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + 4 * len(values)]}
        data += struct.pack(f"<{len(values)}f", *values)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
