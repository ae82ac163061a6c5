#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Layers that stand still or are seen twice (zfreeze, zclone): where a drawn square is, frame by frame."""
from cli_harness import WORK, ffmpeg, finish, run, zdepth
from track_pictures import middle, pictures

WIDTH, HEIGHT, FRAMES, RATE = 160, 90, 24, 25
SIDE = 16


def place(n):
    return 12 + 3 * n, 40  # its left upper corner


def draw():
    """A red square passes before a gray ramp, which brightens from frame to frame; the depth has it near."""
    over = "overlay=x='12+3*n':y=40:shortest=1:format=gbrp"
    for name, base, colour in (("walk.mkv", f"nullsrc=size={WIDTH}x{HEIGHT}:rate={RATE},format=gbrp,geq=r='60+X/4+N':g='60+X/4+N':b='60+X/4+N'", "0xff0000"),
                               ("walk_map.mkv", f"color=c=0x202020:size={WIDTH}x{HEIGHT}:rate={RATE},format=gbrp", "white")):
        ffmpeg("-f", "lavfi", "-i", base, "-f", "lavfi", "-i", f"color=c={colour}:size={SIDE}x{SIDE}:rate={RATE},format=gbrp", "-filter_complex",
               f"[0:v][1:v]{over}", "-frames:v", FRAMES, "-c:v", "ffv1", "-pix_fmt", "gbrp", WORK / name)


def made(effect, *flags):
    result = zdepth("filter", WORK / "walk.mkv", "--depth-map", WORK / "walk_map.mkv", "--cuts", "none", "--mode", "normalised", "--depth-in", "0.6",
                    "--no-cache", "--effect", effect, *flags, "-o", WORK / "out.mkv", "--codec", "ffv1")
    return result, pictures(WORK / "out.mkv", WIDTH, HEIGHT) if result.returncode == 0 else []


def red(picture, x, y):
    at = 3 * (y * WIDTH + x)
    return picture[at] - picture[at + 1]


def ground(n, x):
    return 60 + x // 4 + n


def it_stands_still():
    result, frames = made("zfreeze=at=0.32")  # frame 8
    assert result.returncode == 0 and len(frames) == FRAMES, result.stderr
    assert frames[:8] == WALK[:8]
    for n in range(8, FRAMES):
        x, y = place(8)
        assert red(frames[n], x + 8, y + 8) > 150, n
        for far in (0, 3, WIDTH - 2):  # what is behind goes on
            assert abs(frames[n][3 * (10 * WIDTH + far)] - ground(n, far)) <= 1, (n, far)
    for n in range(15, FRAMES):  # where it is now, nothing of it is left
        x, y = place(n)
        for dx in (-2, 0, SIDE // 2, SIDE - 1, SIDE + 1):
            assert abs(red(frames[n], x + dx, y + 8)) <= 3, (n, dx, red(frames[n], x + dx, y + 8))
            assert abs(frames[n][3 * ((y + 8) * WIDTH + x + dx)] - ground(n, x + dx)) < 12, (n, dx)
    part, picture = made("zfreeze=at=0.32", "--frames", "12-13")
    assert part.returncode == 0 and picture == frames[12:14]
    nothing, alone = made("zfreeze=at=0.32:opacity=0")
    assert nothing.returncode == 0 and abs(red(alone[20], place(8)[0] + 8, 48)) <= 3
    later, keyed = made("zfreeze=at='0=0.2:hold,0.6=0.52:hold'")
    assert later.returncode == 0 and red(keyed[10], place(5)[0] + 8, 48) > 150 and red(keyed[20], place(15)[0] + 8, 48) > 150


def it_is_seen_twice():
    result, frames = made("zclone=x=0.5:y=-0.2:delay=4")
    assert result.returncode == 0 and len(frames) == FRAMES, result.stderr
    assert frames[:4] == WALK[:4]
    for n in range(4, 20):
        x, y = place(n)
        assert red(frames[n], x + 8, y + 8) > 150, n
        x, y = place(n - 4)
        assert red(frames[n], x + 45 + 8, y - 18 + 8) > 150, n
        assert abs(red(frames[n], x + 45 - 4, y - 18 + 8)) <= 3, n
    behind, one = made("zclone=x=0:opacity=1:delay=3")
    before, other = made("zclone=x=0:opacity=1:delay=3:front=1")
    assert behind.returncode == before.returncode == 0 and one[10] != other[10]
    still, none = made("zclone=opacity=0")
    assert still.returncode == 0 and none == WALK
    part, picture = made("zclone=x=0.5:y=-0.2:delay=4", "--frames", "12-13")
    assert part.returncode == 0 and picture == frames[12:14]
    _, keyed = made("zclone=x='0=0.2,1=0.8'")
    assert middle(keyed[20], WALK[20], WIDTH, HEIGHT)[0] - place(20)[0] > middle(keyed[2], WALK[2], WIDTH, HEIGHT)[0] - place(2)[0] + 20


def what_cannot_be_is_said():
    for effect, flags, said in (("zfreeze=at=1", ("--no-mask-effects",), "zfreeze moves the layer inside the matte: it needs mask_effects"),
                                ("zfog,zclone", (), "zclone moves a layer of the footage and comes first in a chain, once"),
                                ("zclone=delay=49", (), "delay")):
        result, _ = made(effect, *flags)
        assert result.returncode == 2 and said in result.stderr, result.stderr
    result = zdepth("composite", WORK / "walk.mkv", "--depth-map", WORK / "walk_map.mkv", "--title", "A", "--effect", "zfreeze=at=0.2", "-o", WORK / "no.mkv")
    assert result.returncode != 0 and "zfreeze moves a layer that titles would stand behind" in result.stderr, result.stderr


draw()
WALK = pictures(WORK / "walk.mkv", WIDTH, HEIGHT)
for test in (it_stands_still, it_is_seen_twice, what_cannot_be_is_said):
    run(test)
finish()
