#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A lens that follows: what stood at a place stays sharp, bit for bit, while it moves and comes nearer, in a
part of the clip as in the whole; and the focus is pulled from one thing to another."""
import random
import struct
import subprocess
import zlib

from cli_harness import WORK, finish, run, zdepth

WIDTH, HEIGHT, FRAMES = 160, 96, 16
LENS = "zblur=x=0.25:y=0.5:follow=1:range=0.06:radius=0.06"


def png(path, width, height, bits, rows):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = struct.pack(">IIBBBBB", width, height, bits, 2 if bits == 8 else 0, 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(b"\0" + r for r in rows), 1))
                     + chunk(b"IEND", b""))


def ball(frame):
    """Its middle, and its depth, which goes from 0.85 to 0.4."""
    return 40 + 5 * frame, 48, 0.85 - 0.03 * frame


def other(frame):
    """A thing that stands still at 0.6, above."""
    return 120, 16, 0.6


def inside(x, y, thing, radius=11):
    return (x - thing[0]) ** 2 + (y - thing[1]) ** 2 <= radius * radius


def noise(generator, width, height, bright):
    return [[bytes(bright + generator.randrange(100) for _ in range(3)) for _ in range(width)] for _ in range(height)]


def draw():
    generator = random.Random(7)
    wall, things = noise(generator, WIDTH, HEIGHT, 0), (noise(generator, 29, 29, 150), noise(generator, 29, 29, 90))
    shown = []
    (WORK / "shot").mkdir()
    (WORK / "map").mkdir()
    for frame in range(FRAMES):
        picture, depths = [list(row) for row in wall], [[1.0 if x < 4 else 0.1 for x in range(WIDTH)] for _ in range(HEIGHT)]
        for texture, thing in zip(things, (ball(frame), other(frame))):
            for y in range(29):
                for x in range(29):
                    at_x, at_y = thing[0] - 14 + x, thing[1] - 14 + y
                    if 0 <= at_x < WIDTH and 0 <= at_y < HEIGHT and inside(at_x, at_y, thing, 14):
                        picture[at_y][at_x] = texture[y][x]
                        depths[at_y][at_x] = thing[2]
        png(WORK / "shot" / f"f.{frame:04d}.png", WIDTH, HEIGHT, 8, [b"".join(row) for row in picture])
        png(WORK / "map" / f"m.{frame:04d}.png", WIDTH, HEIGHT, 16,
            [b"".join(struct.pack(">H", round(65535 * d)) for d in row) for row in depths])
        shown.append(b"".join(b"".join(row) for row in picture))
    return shown


def made(name, effect, *more):
    result = zdepth("filter", WORK / "shot" / "f.%04d.png", "--fps", "10", "--depth-map", WORK / "map" / "m.%04d.png", "--cuts", "none",
                    "--effect", effect, "--no-mask-effects", *more, "-o", WORK / name, "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", WORK / name, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                         capture_output=True, check=True).stdout
    size = WIDTH * HEIGHT * 3
    return [raw[i:i + size] for i in range(0, len(raw), size)]


def sharp(frames, i, thing, radius=9):
    """The part of a thing's pixels that keep their very codes."""
    at = [3 * (y * WIDTH + x) for y in range(HEIGHT) for x in range(WIDTH) if inside(x, y, thing, radius)]
    return sum(frames[i][k:k + 3] == WAS[i][k:k + 3] for k in at) / len(at)


def what_it_follows_stays_sharp():
    frames = made("follow.mkv", LENS)
    assert len(frames) == FRAMES
    for i in range(FRAMES):
        assert sharp(frames, i, ball(i)) == 1.0, (i, sharp(frames, i, ball(i)))
        assert sharp(frames, i, (140, 80)) < 0.2, i
        assert abs(ball(i)[2] - 0.6) < 0.1 or sharp(frames, i, other(i)) < 0.2, i
    fixed = made("fixed.mkv", LENS.replace(":follow=1", "").replace("x=0.25:y=0.5", "focus=0.85"))
    assert sharp(fixed, 0, ball(0)) == 1.0 and sharp(fixed, 15, ball(15)) < 0.2


def a_range_is_the_same_as_in_the_whole():
    whole, part = made("whole.mkv", LENS), made("part.mkv", LENS, "--frames", "9-11")
    assert part == whole[9:12]


def the_focus_is_pulled():
    """At 0.5 s the thing above is picked, and half a second later it is sharp."""
    frames = made("pull.mkv", "zblur=x='0=0.25,0.5=0.75':y='0=0.5,0.5=0.17':follow=1:pull=0.5:range=0.06:radius=0.06")
    assert sharp(frames, 3, ball(3)) == 1.0 and sharp(frames, 3, other(3)) < 0.2
    assert all(sharp(frames, i, other(i)) == 1.0 for i in range(10, FRAMES))
    assert sharp(frames, 15, ball(15)) < 0.2


def rack(name, more=""):
    return made(name, "zrack=x=0.25:y=0.5:to_x=0.75:to_y=0.17:start=0.5:length=0.5:range=0.06:radius=0.06" + more)


def a_rack_goes_from_one_thing_to_the_other():
    """It follows what was at the first place in the first frame, and half a second after the start the other is sharp."""
    frames = rack("rack.mkv")
    assert all(sharp(frames, i, ball(i)) == 1.0 for i in range(6))
    assert all(sharp(frames, i, other(i)) < 0.2 for i in range(5))
    assert all(sharp(frames, i, other(i)) == 1.0 for i in range(10, FRAMES)) and sharp(frames, 15, ball(15)) < 0.2
    assert made("rack_part.mkv", "zrack=x=0.25:y=0.5:to_x=0.75:to_y=0.17:start=0.5:length=0.5:range=0.06:radius=0.06",
                "--frames", "7-12") == frames[7:13]
    still = rack("rack_still.mkv", ":follow=0")  # the ball has left its place, where the wall is now
    assert sharp(still, 0, ball(0)) == 1.0 and sharp(still, 4, ball(4)) < 0.2 and sharp(still, 12, other(12)) == 1.0


WAS = draw()
for test in (what_it_follows_stays_sharp, a_range_is_the_same_as_in_the_whole, the_focus_is_pulled, a_rack_goes_from_one_thing_to_the_other):
    run(test)
finish()
