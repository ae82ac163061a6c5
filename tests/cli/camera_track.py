#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Inserts before a camera that a file tells of: where they are seen is worked out here anew, from the camera's numbers."""
import array
import math

from cli_harness import WORK, ffmpeg, finish, run, zdepth
from track_pictures import apply3, middle, pictures, png

WIDTH, HEIGHT, FRAMES = 320, 180, 120
ASPECT = WIDTH / HEIGHT
FIRST = 1001  # of the camera's file
FOV = 35.0
FOCAL = 0.5 / math.tan(math.radians(FOV / 2))  # in heights
DISTANCE = 6.0


def camera(n):
    """Place and angles about x, y and z: it goes round, comes nearer, rolls and shakes."""
    return ((1.6 * math.sin(n / 41), 0.3 * math.sin(n / 17), -1.2 * math.sin(n / 60)),
            (3.0 * math.sin(n / 23), 9.0 * math.sin(n / 29) + 2.0, 7.0 * math.sin(n / 31)))


def turn(angles):
    """Ry Rx Rz, from the camera's axes to the world's."""
    x, y, z = (math.radians(a) for a in angles)
    rz = [[math.cos(z), -math.sin(z), 0], [math.sin(z), math.cos(z), 0], [0, 0, 1]]
    rx = [[1, 0, 0], [0, math.cos(x), -math.sin(x)], [0, math.sin(x), math.cos(x)]]
    ry = [[math.cos(y), 0, math.sin(y)], [0, 1, 0], [-math.sin(y), 0, math.cos(y)]]
    times = lambda a, b: [[sum(a[i][k] * b[k][j] for k in range(3)) for j in range(3)] for i in range(3)]  # noqa: E731
    return times(ry, times(rx, rz))


def seen(n, x, y, placed=0, distance=DISTANCE):
    """Where in frame n the point is seen that stood at (x, y) of the frame it was placed in, in pixels."""
    place, angles = camera(placed)
    ray = [(x - 0.5) * ASPECT / FOCAL * distance, (0.5 - y) / FOCAL * distance, -distance]
    point = [a + b for a, b in zip(place, apply3(turn(angles), ray))]
    place, angles = camera(n)
    back = [list(column) for column in zip(*turn(angles))]
    px, py, pz = apply3(back, [a - b for a, b in zip(point, place)])
    return WIDTH * (0.5 + FOCAL * px / -pz / ASPECT), HEIGHT * (0.5 + FOCAL * py / pz)


def write_files():
    ffmpeg("-f", "lavfi", "-i", f"color=c=0x506050:size={WIDTH}x{HEIGHT}:rate=25", "-frames:v", FRAMES, "-c:v", "ffv1", "-pix_fmt", "gbrp",
           WORK / "plate.mkv")
    png(WORK / "square.png", 24, 24, 4, bytes((255, 0, 0, 255)) * 576)
    flat = bytearray(bytes((60, 60, 60)) * (WIDTH * HEIGHT))
    flat[0:3], flat[3:6] = bytes(3), bytes((255, 255, 255))
    png(WORK / "map.png", WIDTH, HEIGHT, 3, bytes(flat))
    header = f"Pf\n{WIDTH} {HEIGHT}\n-1.0\n".encode()
    (WORK / "metres.pfm").write_bytes(header + array.array("f", [2.0, 20.0] + [DISTANCE] * (WIDTH * HEIGHT - 2)).tobytes())
    poses = [camera(n) for n in range(FRAMES)]
    lines = [" ".join(f"{v:.12g}" for v in (FIRST + n, *place, *angles, FOV)) for n, (place, angles) in enumerate(poses)]
    (WORK / "camera.chan").write_text("# a camera\n" + "\n".join(lines) + "\n")
    (WORK / "pans.chan").write_text("\n".join(f"{n} 1 2 3 0 {0.1 * n:.6g} 0 {FOV}" for n in range(FRAMES)) + "\n")
    curve = lambda k, i: "{curve " + f"x{FIRST} " + " ".join(f"{p[k][i]:.12g}" for p in poses) + "}"  # noqa: E731
    curves = lambda k: "{" + " ".join(curve(k, i) for i in range(3)) + "}"  # noqa: E731
    (WORK / "camera.nk").write_text(f"Camera2 {{\n rot_order ZXY\n translate {curves(0)}\n rotate {curves(1)}\n focal {24.576 * FOCAL / ASPECT:.12g}\n"
                                    " haperture 24.576\n name Plate\n}\n")


PLACE = ("--x", "0.55", "--y", "0.45", "--size", "0.1")


def command(*flags, depth="map.png", cached=False, frames=None):
    more = (*(() if cached else ("--no-cache",)), *(("--frames", frames) if frames else ()))
    return zdepth("composite", WORK / "plate.mkv", "--depth-map", WORK / depth, "--cuts", "none", "--depth-in", "0.9", "--mode", "normalised",
                  *more, "--insert", WORK / "square.png", *PLACE, *flags, "-o", WORK / "out.mkv", "--codec", "ffv1")


def made(*flags, **how):
    result = command(*flags, **how)
    assert result.returncode == 0, result.stderr
    return pictures(WORK / "out.mkv", WIDTH, HEIGHT)


def off(picture, n, want):
    x, y, total = middle(picture, PLATE[n], WIDTH, HEIGHT)
    assert total > 150, (n, total)
    return math.hypot(x - want[0], y - want[1])


def it_stands_still_in_the_world():
    frames = made("--track", WORK / "camera.chan", "--track-distance", DISTANCE)
    errors = [off(frames[n], n, seen(n, 0.55, 0.45)) for n in range(FRAMES)]
    print(f"  {max(errors):.3f} pixels at most over {FRAMES} frames")
    assert len(frames) == FRAMES and max(errors) < 0.5, errors
    ways = [seen(n, 0.55, 0.45) for n in range(FRAMES)]
    assert max(x for x, _ in ways) - min(x for x, _ in ways) > 40 and max(y for _, y in ways) - min(y for _, y in ways) > 8
    script = made("--track", WORK / "camera.nk", "--track-distance", DISTANCE)
    assert max(abs(a - b) for f, g in zip(frames, script) for a, b in zip(f, g)) <= 1
    named = made("--track", "camera", "--track-camera", WORK / "camera.chan", "--track-camera-first", FIRST, "--track-distance", DISTANCE)
    assert named == frames
    part = made("--track", WORK / "camera.chan", "--track-distance", DISTANCE, frames="61-70")
    assert part == frames[61:71]


def it_is_placed_at_a_moment():
    frames = made("--track", WORK / "camera.chan", "--track-distance", DISTANCE, "--track-time", "f60", frames="20-100")
    for n in range(20, 101, 8):
        assert off(frames[n - 20], n, seen(n, 0.55, 0.45, placed=60)) < 0.5, n
    assert off(frames[40], 60, (0.55 * WIDTH, 0.45 * HEIGHT)) < 0.1
    early = made("--track", WORK / "camera.chan", "--track-distance", DISTANCE, "--track-time", "f60", frames="20-40")
    assert early == frames[:21]  # the moment lies behind the range
    late = made("--track", WORK / "camera.chan", "--track-distance", DISTANCE, "--track-time", "f10", "--start", "f60", frames="50-70")
    assert late[9] == PLATE[59] and off(late[10], 60, seen(60, 0.55, 0.45, placed=10)) < 0.5


def metres_tell_the_distance():
    frames = made("--track", WORK / "camera.chan", "--depth-map-type", "metres", depth="metres.pfm", frames="0-40")
    assert max(off(frames[n], n, seen(n, 0.55, 0.45)) for n in range(0, 41, 5)) < 0.5
    turned = made("--track", WORK / "pans.chan", frames="0-40")  # all distances look alike
    assert off(turned[40], 40, (0.55 * WIDTH, 0.45 * HEIGHT)) > 10
    assert turned == made("--track", WORK / "pans.chan", "--track-distance", 77, frames="0-40")


def what_is_remembered_is_the_same():
    flags = ("--track", WORK / "camera.chan", "--track-distance", DISTANCE, "--track-time", "f9")
    first = made(*flags, cached=True, frames="0-30")
    assert made(*flags, cached=True, frames="0-30") == first and len(list((WORK / "cache").glob("*/*.track"))) == 1
    (WORK / "other.chan").write_bytes((WORK / "pans.chan").read_bytes())
    assert made("--track", WORK / "other.chan", *flags[2:], cached=True, frames="0-30") != first
    (WORK / "other.chan").write_bytes((WORK / "camera.chan").read_bytes())
    assert made("--track", WORK / "other.chan", *flags[2:], cached=True, frames="0-30") == first  # the file's bytes count


def what_cannot_be_is_said():
    for name, text in (("short.chan", "1 2 3\n"), ("empty.chan", "# none\n"), ("none.nk", "Blur {\n size 3\n}\n"),
                       ("far.chan", "1 1e200 0 0 0 0 0 40\n")):
        (WORK / name).write_text(text)
    for flags, said in ((("--track", WORK / "camera.chan"), "track_distance"),
                        (("--track", "camera"), "track = camera needs the camera's file as track_camera"),
                        (("--track", WORK / "short.chan"), "short.chan:1: a line of a .chan file is FRAME"),
                        (("--track", WORK / "empty.chan"), "empty.chan' holds no frame"),
                        (("--track", WORK / "none.nk"), "none.nk' holds no camera that can be read"),
                        (("--track", WORK / "far.chan"), "far.chan' is damaged: at frame 1"),
                        (("--track", WORK / "absent.chan"), "absent.chan"),
                        (("--track-camera", WORK / "square.png"), "square.png' cannot be read as a camera")):
        result = command(*flags)
        lines = [line for line in result.stderr.splitlines() if line.startswith("zdepth: ")]
        assert result.returncode != 0 and said in result.stderr and len(lines) == 1, (flags, result.stderr)
        assert not (WORK / "out.mkv").exists() or (WORK / "out.mkv").unlink() is None


write_files()
PLATE = pictures(WORK / "plate.mkv", WIDTH, HEIGHT)
for test in (it_stands_still_in_the_world, it_is_placed_at_a_moment, metres_tell_the_distance, what_is_remembered_is_the_same, what_cannot_be_is_said):
    run(test)
finish()
