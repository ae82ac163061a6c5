#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Makes the small pictures and the mesh that examples/scene/ needs: everything is a formula, cast
ray by ray. Run it from anywhere; it writes beside the scenes. Only Python's own library."""
import math
import pathlib
import struct
import zlib

OUT = pathlib.Path(__file__).resolve().parent.parent / "examples/scene"
W, H, FOCAL = 320, 180, 180 / 2 / math.tan(math.radians(20))
NEAR, FAR = 100.0, 1900.0


def write_png(name, rows, channels, depth):
    """rows: lists of numbers 0..1; filter 'up' of PNG, which suits smooth pictures."""
    top = 255 if depth == 8 else 65535
    size = channels * depth // 8
    before = bytes(len(rows[0]) * depth // 8)
    data = bytearray()
    for row in rows:
        codes = [min(top, max(0, int(v * top + 0.5))) for v in row]
        line = bytes(codes) if depth == 8 else struct.pack(">%dH" % len(codes), *codes)
        data.append(2)
        data += bytes((a - b) & 255 for a, b in zip(line, before))
        before = line

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    kind = {1: 0, 3: 2, 4: 6}[channels]
    head = struct.pack(">IIBBBBB", len(rows[0]) // channels, len(rows), depth, kind, 0, 0, 0)
    (OUT / name).write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) +
                             chunk(b"IDAT", zlib.compress(bytes(data), 9)) + chunk(b"IEND", b""))
    assert size > 0


def noise(x, y, seed=0):
    """Smooth value noise, 0..1."""
    def at(i, j):
        n = (i * 374761393 + j * 668265263 + seed * 974634777) & 0xffffffff
        n = (n ^ (n >> 13)) * 1274126177 & 0xffffffff
        return (n ^ (n >> 16)) / 4294967295

    i, j = math.floor(x), math.floor(y)
    u, v = x - i, y - j
    u, v = u * u * (3 - 2 * u), v * v * (3 - 2 * v)
    low = at(i, j) * (1 - u) + at(i + 1, j) * u
    high = at(i, j + 1) * (1 - u) + at(i + 1, j + 1) * u
    return low * (1 - v) + high * v


def cast(shade):
    """Colour and z of each pixel: shade(rx, ry) gives (r, g, b, z)."""
    picture, depth = [], []
    for y in range(H):
        colours, zs = [], []
        for x in range(W):
            r, g, b, z = shade((x + 0.5 - W / 2) / FOCAL, (H / 2 - y - 0.5) / FOCAL)
            colours += [round(max(0.0, v) ** (1 / 2.2) * 255) / 255 for v in (r, g, b)]
            zs.append((z - NEAR) / (FAR - NEAR))
        picture.append(colours)
        depth.append(zs)
    return picture, depth


# A medallion of stone: rings and petals in relief.
def medallion():
    picture, height = [], []
    for y in range(H):
        colours, hs = [], []
        for x in range(W):
            dx, dy = (x + 0.5 - W / 2) / 80, (y + 0.5 - H / 2) / 80
            r, a = math.hypot(dx, dy), math.atan2(dy, dx)
            h = 0.0
            if r < 1.0:
                petals = 0.5 + 0.5 * math.cos(8 * a)
                h = 0.35 + 0.5 * petals * math.exp(-((r - 0.52) / 0.2) ** 2)
                h += 0.6 * math.exp(-(r / 0.2) ** 2) + 0.35 * math.exp(-((r - 0.92) / 0.05) ** 2)
                h *= min(1.0, (1.0 - r) / 0.03)
            grain = noise(x / 9, y / 9, 1) * 0.6 + noise(x / 3, y / 3, 2) * 0.4
            stone = 0.5 + 0.16 * (grain - 0.5)
            tint = (1.0, 0.9, 0.75) if r < 1.0 else (0.62, 0.68, 0.78)
            colours += [round((stone * t) ** (1 / 2.2) * 255) / 255 for t in tint]
            hs.append(round(h / 1.6 * 2047) / 2047)
        picture.append(colours)
        height.append(hs)
    write_png("medallion.png", picture, 3, 8)
    write_png("medallion_height.png", height, 1, 16)


# A brick wall that runs from the left front to the right back, over a floor.
def wall_shade(rx, ry):
    floor = -150 / ry if ry < 0 else 1e9
    wall = 620 / (1 - 0.8 * rx)  # z = 620 + 0.8 X
    z = min(floor, wall, 1890)
    light = min(1.0, 520 / z + 0.15)
    if z == floor:
        tile = (math.floor(rx * z / 90) + math.floor(z / 90)) % 2
        base = (0.20, 0.19, 0.18) if tile else (0.33, 0.31, 0.28)
        return tuple(v * light for v in base) + (z,)
    u, v = z * math.hypot(1, 1 / 0.8) / 60, ry * z / 26
    row = math.floor(v)
    u += 0.5 * (row % 2)
    joint = u - math.floor(u) < 0.06 or v - row < 0.12
    tone = 0.75 + 0.5 * noise(math.floor(u), row, 5)
    base = (0.22, 0.21, 0.20) if joint else (0.42 * tone, 0.17 * tone, 0.11 * tone)
    return tuple(c * light for c in base) + (z + (14 if joint else 0),)


# A table with a block on it.
def table_shade(rx, ry):
    best, colour = 1500.0, (0.13, 0.16, 0.20)
    colour = tuple(c * (0.8 + 0.5 * (ry + 0.3)) for c in colour)
    if ry < 0:
        z = -110 / ry
        if z < 980:
            grain = noise(rx * z / 6, z / 90, 7)
            best, colour = z, (0.36 + 0.14 * grain, 0.21 + 0.09 * grain, 0.10 + 0.04 * grain)
    for face in ("front", "top", "side"):
        if face == "front":
            z = 560.0
        elif face == "top":
            z = -20 / ry if ry < 0 else 1e9
        else:
            z = 40 / rx if rx > 1e-9 else 1e9
        x, y = rx * z, ry * z
        inside = {"front": 40 <= x <= 170 and -110 <= y <= -20,
                  "top": 40 <= x <= 170 and 560 <= z <= 660,
                  "side": -110 <= y <= -20 and 560 <= z <= 660}[face]
        if inside and z < best:
            tone = {"front": 0.8, "top": 1.15, "side": 0.5}[face]
            best, colour = z, (0.20 * tone, 0.42 * tone, 0.40 * tone)
    return colour + (best,)


FONT = {"Z": ("11111", "00001", "00010", "00100", "01000", "10000", "11111"),
        "D": ("11110", "10001", "10001", "10001", "10001", "10001", "11110"),
        "E": ("11111", "10000", "10000", "11110", "10000", "10000", "11111"),
        "P": ("11110", "10001", "10001", "11110", "10000", "10000", "10000"),
        "T": ("11111", "00100", "00100", "00100", "00100", "00100", "00100"),
        "H": ("10001", "10001", "10001", "11111", "10001", "10001", "10001")}


def title(text="ZDEPTH", cell=8):
    width, height = (6 * len(text) + 1) * cell, 9 * cell
    rows = []
    for y in range(height):
        row = []
        for x in range(width):
            i, j = x // cell - 1, y // cell - 1
            on = 0 <= i < 6 * len(text) - 1 and 0 <= j < 7 and i % 6 < 5 and \
                FONT[text[i // 6]][j][i % 6] == "1"
            row += [1.0, 0.83, 0.30, 1.0 if on else 0.0]
        rows.append(row)
    write_png("title.png", rows, 4, 8)


# Tiles of four slopes each, as a normal map in tangent space.
def tiles():
    rows = []
    for y in range(72):
        row = []
        for x in range(128):
            u, v = (x % 16 + 0.5) / 8 - 1, 1 - (y % 16 + 0.5) / 8
            nx, ny = (u / abs(u), 0) if abs(u) > abs(v) else (0, v / abs(v))
            n = math.hypot(nx * 0.6, ny * 0.6, 1)
            row += [0.5 + 0.3 * nx / n, 0.5 + 0.3 * ny / n, 0.5 + 0.5 / n]
        rows.append(row)
    write_png("tiles_normal.png", rows, 3, 8)


def ball(across=32, down=16):
    lines = ["# a ball of radius 1"]
    for j in range(down + 1):
        for i in range(across + 1):
            a, b = 2 * math.pi * i / across, math.pi * j / down
            lines.append("v %.5f %.5f %.5f" % (math.sin(b) * math.sin(a), math.cos(b),
                                               math.sin(b) * math.cos(a)))
    for j in range(down):
        for i in range(across):
            a = j * (across + 1) + i + 1
            b = a + across + 1
            lines.append("f %d %d %d %d" % (a, b, b + 1, a + 1))
    (OUT / "ball.obj").write_text("\n".join(lines) + "\n")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    medallion()
    for name, shade in (("wall", wall_shade), ("table", table_shade)):
        picture, depth = cast(shade)
        write_png(name + ".png", picture, 3, 8)
        write_png(name + "_z.png", depth, 1, 16)
    title()
    tiles()
    ball()


main()
