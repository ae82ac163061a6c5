#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A face is one unbroken surface through every door: `zdepth face`, `composite --analysis face`, a scene's relief.
Of each picture and door, within the face's outline: the largest step between neighbours beyond what the depth does on
both of its sides, in thousandths of the depth within the outline, and how many steps are larger than 100. A scene
tells how many of its pixels tear, too; composite shows depth in 256 steps, and how far it is from the verb's is told. Heads are drawn here and found by networks made here; portraits are of the
shared folder. What is told is held to face_surface.txt both ways: what becomes worse is a fault, and what becomes
better is written there, by ZD_UPDATE=1."""
import json
import math
import os
import pathlib
import struct
import subprocess
import sys

from cli_harness import WORK, Skip, ffmpeg, finish, run, zdepth
from face_networks import SOURCE, write_networks

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "scene"))
import exr_reader  # noqa: E402

SHARED = pathlib.Path(os.environ.get("ZD_SHARED") or SOURCE / "../shared")
FIGURES = pathlib.Path(__file__).with_name("face_surface.txt")
PORTRAITS = ("18f_017", "18f_124", "ropen_137")
SURE = 100  # thousandths: a step
told = {}


def pixels(path, width):
    """The rows of a picture, as one channel of 16 bits."""
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", "format=gray16le", "-f", "rawvideo", "-"],
                         capture_output=True, check=True).stdout
    values = struct.unpack(f"<{len(raw) // 2}H", raw)
    return [values[at:at + width] for at in range(0, len(values), width)]


def outline(box, rows):
    """The rows' pixels within nine tenths of the ellipse in a face's box: y to the first x and the one after the last."""
    width, height = len(rows[0]), len(rows)
    x, y = (box[0] + box[2] / 2) * width, (box[1] + box[3] / 2) * height
    a, b = 0.45 * box[2] * width, 0.45 * box[3] * height
    spans = {}
    for line in range(max(0, math.ceil(y - b)), min(height, math.floor(y + b))):
        half = a * math.sqrt(max(0.0, 1 - ((line + 0.5 - y) / b) ** 2))
        spans[line] = (max(1, math.ceil(x - half)), min(width - 2, math.floor(x + half)))
    return spans


def steps(values):
    """By how much each step between neighbours is larger than those on both of its sides."""
    changes = [abs(b - a) for a, b in zip(values, values[1:])]
    return [now - max(before, after) for before, now, after in zip(changes, changes[1:], changes[2:])]


def figures(box, rows):
    """(largest step, how many are sure), along rows and columns."""
    spans = outline(box, rows)
    within = sorted(v for y, (x0, x1) in spans.items() for v in rows[y][x0:x1])
    depth = within[-1 - len(within) // 50] - within[len(within) // 50]
    found = [s for y, (x0, x1) in spans.items() for s in steps(rows[y][x0:x1])]
    for x in range(min(a for a, _ in spans.values()), max(b for _, b in spans.values())):
        found += steps([rows[y][x] for y, (x0, x1) in sorted(spans.items()) if x0 <= x < x1])
    found = [1000 * s / depth for s in found]
    return round(max(found)), sum(s > SURE for s in found)


def made(result):
    assert result.returncode == 0, result.stderr
    return result


def through_face(name, source, flags):
    path = WORK / f"{name}.face.exr"
    face = json.loads(made(zdepth("face", source, "-o", path, "--json", *flags)).stdout.splitlines()[-1])["faces"][0]
    rows = exr_reader.channel(path, "Z")
    told[f"{name} face"] = figures(face["box"], rows)
    return face["box"], rows


def through_composite(name, source, flags, box, rows):
    """The largest difference from the verb's depth, whose scale is found by least squares."""
    path = WORK / f"{name}.composite.png"
    made(zdepth("composite", source, "--title", "A", "--analysis", "face", "--view", "depth", "-o", path, *flags))
    shown = pixels(path, len(rows[0]))
    pairs = [(rows[y][x], shown[y][x]) for y, (x0, x1) in outline(box, rows).items() for x in range(x0, x1)]
    mean_a, mean_b = (sum(p[i] for p in pairs) / len(pairs) for i in (0, 1))
    scale = sum((a - mean_a) * (b - mean_b) for a, b in pairs) / sum((b - mean_b) ** 2 for _, b in pairs)
    depth = max(a for a, _ in pairs) - min(a for a, _ in pairs)
    told[f"{name} composite"] = (round(1000 * max(abs(a - mean_a - scale * (b - mean_b)) for a, b in pairs) / depth),)


def through_scene(name, source, flags, box, size, key):
    """The relief that is seen: Z of the extruded surface, and the pixels where it tears."""
    scene = WORK / f"{name}.zscene"
    scene.write_text("zscene 1\nframe { size %d %d fps 24 range 1 1 }\nmedia m { front \"%s\" }\ncamera c { }\nsurface s { media m }\n"
                     "axis a { parent s }\nzdepth z { parent a on s media m analysis face three_d yes cut_mode cut %s }\n"
                     "output o { camera c passes comp matte zdepth }\n" % (*size, source, key))
    path = WORK / f"{name}.scene.exr"
    result = zdepth("scene", "render", scene, "-o", path, *flags)
    if "no OpenGL" in result.stderr or "built without the 3D surface" in result.stderr:
        return
    made(result)
    rows, cover = exr_reader.channel(path, "Z"), exr_reader.channel(path, "matte")
    torn = sum(cover[y][x] < 0.5 for y, (x0, x1) in outline(box, rows).items() for x in range(x0, x1))
    told[f"{name} scene"] = (*figures(box, rows), torn)


def through_all(name, source, networks, by_key=False):
    flags = ("--face-model", networks) if networks else ()
    box, rows = through_face(name, source, flags)
    through_composite(name, source, flags, box, rows)
    size = (len(rows[0]), len(rows))
    through_scene(name, source, () if by_key else flags, box, size, f'face_model "{networks}"' if by_key else "")


def drawn_heads_are_whole():
    """Edges of colour along the nose and mouth, a fringe: as in a lit face, and no reason to cut it."""
    source = WORK / "head.png"
    boxes = ((72, 60, 112, 150, "#300000"), (96, 96, 64, 64, "red"), (128, 96, 32, 40, "#b00000"), (104, 100, 16, 8, "#900000"),
             (136, 100, 16, 8, "#700000"), (108, 146, 40, 8, "#800000"))
    ffmpeg("-f", "lavfi", "-i", "color=#101018:size=256x256,format=rgb24," +
           ",".join(f"drawbox={x}:{y}:{w}:{h}:{c}:fill" for x, y, w, h, c in boxes), "-frames:v", 1, source)
    for name, yaw in (("frontal", 0), ("right", 35), ("left", -35)):
        networks = WORK / f"{name}.safetensors"
        write_networks(networks, yaw)
        through_all(name, source, networks, by_key=name == "left")


def portraits_are_whole():
    folder = SHARED / "data/people"
    if not (folder / f"{PORTRAITS[0]}.jpg").exists():
        raise Skip("no portraits in the shared folder")
    for name in PORTRAITS:
        through_all(name, folder / f"{name}.jpg", None)


def figures_are_those_that_were_seen():
    lines = [line for line in FIGURES.read_text().splitlines() if line and not line.startswith("#")] if FIGURES.exists() else []
    known = {" ".join(line.split()[:2]): tuple(map(int, line.split()[2:])) for line in lines}
    if os.environ.get("ZD_UPDATE"):
        known.update(told)
        head = [line + "\n" for line in FIGURES.read_text().splitlines() if line.startswith("#")] if FIGURES.exists() else []
        FIGURES.write_text("".join(head) + "".join(f"{name} {' '.join(map(str, v))}\n" for name, v in known.items()))
    for name, now in told.items():
        before = known.get(name)
        assert before is not None, f"{name} {now} is not in {FIGURES.name}"
        for what, old, new in zip(("largest step", "steps", "torn pixels"), before, now):
            assert abs(new - old) <= max(3, old // 8), f"{name}: {what} {old}, now {new}; look, then ZD_UPDATE=1"


for test in (drawn_heads_are_whole, portraits_are_whole, figures_are_those_that_were_seen):
    run(test)
finish()
