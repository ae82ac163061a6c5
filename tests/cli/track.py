#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Inserts that belong to the scene: on a drawn wall that a camera moves before, with someone who passes, after a cut, in a
part of the clip as in the whole; on planes; coming out from behind someone; and what is said of all that."""
import json
import math
import random
import struct

import track_pictures
from cli_harness import WORK, ffmpeg, finish, run, zdepth
from track_pictures import png

WIDTH, HEIGHT, FRAMES = 320, 180, 120
BIG_W, BIG_H = 560, 320  # of the wall


def pictures(path):
    return track_pictures.pictures(path, WIDTH, HEIGHT)


def middle(picture, was):
    return track_pictures.middle(picture, was, WIDTH, HEIGHT)


def apply(h, x, y):
    x, y = x - WIDTH / 2, y - HEIGHT / 2
    w = h[6] * x + h[7] * y + h[8]
    return (h[0] * x + h[1] * y + h[2]) / w + WIDTH / 2, (h[3] * x + h[4] * y + h[5]) / w + HEIGHT / 2


# The camera pans, comes nearer, rolls, and goes round the wall: expressions of the frame's number for FFmpeg and for Python,
# which both know sin().
MOTION = {"zoom": "(1+0.16*sin(N/37))", "roll": "(0.07*sin(N/29))", "pan_x": "(30*sin(N/24))", "pan_y": "(14*sin(N/17))",
          "round_x": "(0.0005*sin(N/41))", "round_y": "(0.0004*sin(N/23))"}


def to_wall(n):
    """The map from a frame's pixels, from its middle, to the wall's."""
    m = {name: eval(text, {"sin": math.sin, "N": n}) for name, text in MOTION.items()}  # noqa: S307: ours
    top = [m["zoom"], -m["roll"], 0.0], [m["roll"], m["zoom"], 0.0]
    low = [m["round_x"], m["round_y"], 1.0]
    return [[a + (BIG_W / 2 + m["pan_x"]) * c for a, c in zip(top[0], low)], [a + (BIG_H / 2 + m["pan_y"]) * c for a, c in zip(top[1], low)], low]


def seen_at(frame):
    """The map from the first frame's pixels to those of a frame, by way of the wall; the way back by cofactors."""
    m = to_wall(frame)
    back = [[m[(c + 1) % 3][(r + 1) % 3] * m[(c + 2) % 3][(r + 2) % 3] - m[(c + 1) % 3][(r + 2) % 3] * m[(c + 2) % 3][(r + 1) % 3]
             for c in range(3)] for r in range(3)]
    return [sum(back[r][k] * to_wall(0)[k][c] for k in range(3)) for r in range(3) for c in range(3)]


def texture(path, seed):
    generator = random.Random(seed)
    rough = [[generator.randrange(40, 215) for _ in range(BIG_W // 8 + 2)] for _ in range(BIG_H // 8 + 2)]
    data = bytearray()
    for y in range(BIG_H):
        for x in range(BIG_W):
            i, j, fx, fy = x // 8, y // 8, x % 8 / 8, y % 8 / 8
            value = ((rough[j][i] * (1 - fx) + rough[j][i + 1] * fx) * (1 - fy)
                     + (rough[j + 1][i] * (1 - fx) + rough[j + 1][i + 1] * fx) * fy)
            data += bytes((int(value),) * 3)
    png(path, BIG_W, BIG_H, 3, bytes(data))


def passing(n):
    """The left edge of someone, 44 pixels wide and 130 high, who walks by."""
    return -60 + 3.4 * n


def draw():
    """The wall alone, the wall with someone, her depth, and a square to be put in."""
    texture(WORK / "wall.png", 3)
    texture(WORK / "someone.png", 8)
    u, v = f"(X-{WIDTH // 2})", f"(Y-{HEIGHT // 2})"
    m = MOTION
    at = (f"st(0,1/(1+{m['round_x']}*{u}+{m['round_y']}*{v}));"
          f"p({BIG_W // 2}+{m['pan_x']}+({m['zoom']}*{u}-{m['roll']}*{v})*ld(0),{BIG_H // 2}+{m['pan_y']}+({m['zoom']}*{v}+{m['roll']}*{u})*ld(0))")
    ffmpeg("-i", WORK / "wall.png", "-filter_complex",
           f"[0:v]loop=loop={FRAMES - 1}:size=1,setpts=N/25/TB,format=gray,geq=lum='{at}',crop={WIDTH}:{HEIGHT}:0:0,format=gbrp,"
           "colorchannelmixer=rr=0.6:gg=0.9", "-frames:v", FRAMES, "-r", 25, "-c:v", "ffv1", WORK / "wall.mkv")
    walks = "overlay=x='-60+3.4*n':y=50:format=gbrp"
    ffmpeg("-i", WORK / "wall.mkv", "-loop", 1, "-r", 25, "-i", WORK / "someone.png", "-filter_complex",
           f"[1:v]crop=44:130:60:60[p];[0:v][p]{walks}:shortest=1,format=gbrp", "-frames:v", FRAMES, "-c:v", "ffv1", WORK / "passes.mkv")
    base = f"color=c=0x202020:size={WIDTH}x{HEIGHT}:rate=25"
    ffmpeg("-f", "lavfi", "-i", base, "-f", "lavfi", "-i", "color=c=white:size=44x130:rate=25", "-filter_complex",
           f"[0:v]format=gbrp[a];[1:v]format=gbrp[b];[a][b]{walks}:shortest=1,drawbox=0:178:2:2:color=black:t=fill,format=gray",
           "-frames:v", FRAMES, "-c:v", "ffv1", WORK / "passes_map.mkv")
    ffmpeg("-f", "lavfi", "-i", base, "-vf", "drawbox=0:176:4:4:color=black:t=fill,drawbox=8:176:4:4:color=white:t=fill,format=gray",
           "-frames:v", FRAMES, "-c:v", "ffv1", WORK / "wall_map.mkv")
    png(WORK / "square.png", 24, 24, 4, bytes((255, 0, 0, 255)) * 576)


FLAGS = ("--depth-in", "0.6", "--mode", "normalised", "--no-cache")
PLACE = ("--x", "0.5", "--y", "0.4", "--size", "0.1")


def made(footage, *flags, depth=None, frames=None):
    out = WORK / "out.mkv"
    range_ = ("--frames", frames) if frames else ()
    result = zdepth("composite", WORK / footage, "--depth-map", WORK / (depth or footage.replace(".mkv", "_map.mkv")), "--cuts", "none", *FLAGS,
                    *range_, "--insert", WORK / "square.png", *flags, "-o", out, "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    return pictures(out), result.stderr


def off(picture, was, frame, x=0.5, y=0.4):
    """How far the square is from where the camera's motion takes it."""
    want = apply(seen_at(frame), x * WIDTH - 0.5, y * HEIGHT - 0.5)
    found = middle(picture, was)
    return ((found[0] - 0.5 - want[0]) ** 2 + (found[1] - 0.5 - want[1]) ** 2) ** 0.5


def a_square_stays_on_the_wall():
    frames, told = made("wall.mkv", *PLACE, "--track", "wall")
    errors = [off(frames[n], WALL[n], n) for n in range(FRAMES)]
    print(f"  {max(errors):.3f} pixels at most over {FRAMES} frames")
    assert len(frames) == FRAMES and max(errors) < 0.5, errors
    assert "nothing to follow" not in told and "made out" not in told, told
    still, _ = made("wall.mkv", *PLACE)
    assert max(off(still[n], WALL[n], n) for n in range(FRAMES)) > 20  # else the test says nothing


def someone_passes():
    was = pictures(WORK / "passes.mkv")
    frames, _ = made("passes.mkv", *PLACE, "--track", "wall")
    free = [n for n in range(FRAMES) if not -40 < passing(n) + 22 - apply(seen_at(n), 160, 72)[0] < 40]
    errors = [off(frames[n], was[n], n) for n in free]
    print(f"  {max(errors):.3f} pixels at most in the {len(free)} frames in which it is not hidden")
    assert 60 < len(free) < FRAMES and max(errors) < 0.5, errors
    hidden = min(range(FRAMES), key=lambda n: abs(passing(n) + 22 - apply(seen_at(n), 160, 72)[0]))
    assert middle(frames[hidden], was[hidden])[2] < 40  # of 324 pixels


def a_range_is_as_in_the_whole():
    whole, _ = made("wall.mkv", *PLACE, "--track", "wall", "--start", "0.4")
    part, _ = made("wall.mkv", *PLACE, "--track", "wall", "--start", "0.4", frames="61-70")
    assert part == whole[61:71]
    assert whole[9] == WALL[9]


def what_is_remembered_is_the_same():
    """A second run takes the tracks from the cache, to the bit; of damaged ones nothing is taken."""
    def run_once(name, *flags):
        result = zdepth("composite", WORK / "wall.mkv", "--depth-map", WORK / "wall_map.mkv", "--cuts", "none", "--depth-in", "0.6", "--mode", "normalised",
                        "--frames", "0-19", "--insert", WORK / "square.png", *PLACE, "--track", "wall", "--reveal", "grow", "--animate-time", "0.2",
                        "--plane", "wall", *flags, "-o", WORK / name, "--codec", "ffv1")
        assert result.returncode == 0, result.stderr
        return pictures(WORK / name), "track: " in result.stderr
    entries = lambda: sorted((WORK / "cache").glob("*/*.track"))  # noqa: E731
    first, walked = run_once("once.mkv")
    kept, = entries()
    assert walked and run_once("again.mkv") == (first, False)
    assert run_once("other.mkv", "--opacity", "0.5")[1] is False and len(entries()) == 1  # the look is no part of it
    moved, walked = run_once("moved.mkv", "--x", "0.4")
    assert walked and moved != first and len(entries()) == 2
    data = kept.read_bytes()
    for damaged in (data[:-1], data[:40], data[:8 * 8] + struct.pack("<d", math.nan) + data[8 * 9:], b""):
        kept.write_bytes(damaged)
        assert run_once("again.mkv") == (first, True)


def keys_move_it_on_the_wall():
    frames, _ = made("wall.mkv", "--x", "0=0.4,4=0.6", "--y", "0.4", "--size", "0.1", "--track", "wall")
    for n in (0, 30, 75, 100):
        assert off(frames[n], WALL[n], n, x=0.4 + 0.2 * n / 100) < 0.75, n


def a_cut_begins_anew():
    ffmpeg("-i", WORK / "wall.mkv", "-i", WORK / "wall.mkv", "-filter_complex",
           "[0:v]trim=end_frame=20[a];[1:v]trim=start_frame=60:end_frame=80,setpts=PTS-STARTPTS,negate[b];[a][b]concat=n=2", "-c:v", "ffv1",
           WORK / "cut.mkv")
    result = zdepth("composite", WORK / "cut.mkv", "--depth-map", WORK / "cut_map.png", "--cuts", "20", *FLAGS, "--insert", WORK / "square.png",
                    *PLACE, "--track", "wall", "-o", WORK / "cut_out.mkv", "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    frames, was = pictures(WORK / "cut_out.mkv"), pictures(WORK / "cut.mkv")
    for n in (0, 20):
        x, y, _ = middle(frames[n], was[n])
        assert abs(x - 160) < 0.6 and abs(y - 72) < 0.6, (n, x, y)
    x, y, _ = middle(frames[39], was[39])
    assert abs(x - 160) + abs(y - 72) > 8


def what_cannot_be_followed_is_said():
    ffmpeg("-f", "lavfi", "-i", f"color=c=gray:size={WIDTH}x{HEIGHT}:rate=25", "-frames:v", 6, "-c:v", "ffv1", WORK / "gray.mkv")
    result = zdepth("composite", WORK / "gray.mkv", "--depth-map", WORK / "cut_map.png", "--cuts", "none", *FLAGS, "--insert", WORK / "square.png",
                    *PLACE, "--track", "wall", "-o", WORK / "gray_out.mkv", "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    assert result.stderr.count("is nothing to follow in frame 0: no texture that is not hidden; it stays where it is") == 1, result.stderr
    assert len(set(pictures(WORK / "gray_out.mkv"))) == 1


def explain_tells_how_sure_it_is():
    flags = ("--depth-map", WORK / "wall_map.mkv", "--cuts", "none", *FLAGS, "--insert", WORK / "square.png", *PLACE, "--track", "wall",
             "--plane", "wall", "--reveal", "rise")
    said = zdepth("explain", WORK / "wall.mkv", *flags)
    assert said.returncode == 0, said.stderr
    assert "It follows what is behind it: " in said.stdout and "It lies on a plane that is turned 0 degrees to the right and 0 up." in said.stdout, \
        said.stdout
    line = json.loads(zdepth("explain", "--json", WORK / "wall.mkv", *flags).stdout.splitlines()[-1])
    track, plane = line["inserts"][0]["track"], line["inserts"][0]["plane"]
    assert track["frames"] == FRAMES and track["held"] == 0 and track["agreement"] > 0.8 and track["error_px"] < 0.5, track
    assert abs(plane["right_deg"]) < 1 and abs(plane["up_deg"]) < 1 and plane["agreement"] > 0.95, plane
    assert line["inserts"][0]["hidden_at_first"] > 0.9


def it_lies_on_the_ground():
    """Depth that grows downwards is a floor: the square becomes flat, and wider in front than behind."""
    ramp = bytes(v for y in range(HEIGHT) for _ in range(WIDTH) for v in (int(255 * y / (HEIGHT - 1)),) * 3)
    png(WORK / "floor_map.png", WIDTH, HEIGHT, 3, ramp)
    png(WORK / "floor.png", WIDTH, HEIGHT, 3, bytes((40, 90, 120)) * (WIDTH * HEIGHT))
    result = zdepth("composite", WORK / "floor.png", "--depth-map", WORK / "floor_map.png", "--depth-in", "2", "--mode", "normalised", "--insert",
                    WORK / "square.png", "--x", "0.5", "--y", "0.6", "--size", "0.3", "--plane", "wall", "-o", WORK / "floor_out.png")
    assert result.returncode == 0, result.stderr
    picture, = pictures(WORK / "floor_out.png")
    rows = [sum(picture[(y * WIDTH + x) * 3] > 140 for x in range(WIDTH)) for y in range(HEIGHT)]
    seen = [y for y in range(HEIGHT) if rows[y] > 0]
    assert len(seen) < 40, len(seen)  # of 54
    assert rows[seen[-2]] > rows[seen[1]] + 6, (rows[seen[1]], rows[seen[-2]])
    assert rows[108] in range(50, 60), rows[108]  # as wide as it was, in its middle


def it_comes_out_from_behind_someone():
    """She stands in the middle: the square rises from behind her, and is at its place when the time is over."""
    base = f"color=c=0x305030:size={WIDTH}x{HEIGHT}:rate=25"
    ffmpeg("-f", "lavfi", "-i", base, "-vf", "noise=alls=12:allf=t,drawbox=130:80:60:100:color=0x806020:t=fill", "-frames:v", 20, "-c:v", "ffv1", "-pix_fmt",
           "gbrp", WORK / "stands.mkv")
    ffmpeg("-f", "lavfi", "-i", f"color=c=black:size={WIDTH}x{HEIGHT}:rate=25", "-vf", "drawbox=130:80:60:100:color=white:t=fill,format=gray",
           "-frames:v", 20, "-c:v", "ffv1", WORK / "stands_map.mkv")
    was = pictures(WORK / "stands.mkv")
    frames, _ = made("stands.mkv", "--x", "0.5", "--y", "0.25", "--size", "0.1", "--reveal", "rise", "--animate-time", "0.4")
    shown = [middle(frames[n], was[n]) for n in range(20)]
    assert shown[0][2] < 20, shown[0]
    assert all(a[1] == -1 or a[1] > b[1] - 0.01 for a, b in zip(shown[:10], shown[1:11])), shown
    assert abs(shown[12][1] - 45) < 0.6 and shown[12][2] > 310, shown[12]
    grown, _ = made("stands.mkv", "--x", "0.2", "--y", "0.25", "--size", "0.1", "--reveal", "grow", "--animate-time", "0.4")
    assert middle(grown[0], was[0])[2] < 20
    x, y, area = middle(grown[12], was[12])
    assert abs(x - 64) < 0.6 and abs(y - 45) < 0.6 and area > 310, (x, y, area)


def wrong_words_are_refused():
    for flag, word, words in (("--track", "floor", "off, wall, camera"), ("--plane", "ground", "screen, wall"),
                              ("--reveal", "down", "none, rise, slide-left, slide-right, grow")):
        result = zdepth("composite", WORK / "wall.mkv", "--title", "A", flag, word, "-o", WORK / "no.mkv")
        assert result.returncode == 2 and f"{flag} is '{word}'" in result.stderr and words in result.stderr, result.stderr


draw()
flat = bytearray(bytes((60, 60, 60)) * (WIDTH * HEIGHT))
flat[0:3], flat[3:6] = bytes(3), bytes((255, 255, 255))
png(WORK / "cut_map.png", WIDTH, HEIGHT, 3, bytes(flat))
WALL = pictures(WORK / "wall.mkv")
for test in (a_square_stays_on_the_wall, someone_passes, a_range_is_as_in_the_whole, what_is_remembered_is_the_same, keys_move_it_on_the_wall, a_cut_begins_anew,
             what_cannot_be_followed_is_said, explain_tells_how_sure_it_is, it_lies_on_the_ground, it_comes_out_from_behind_someone,
             wrong_words_are_refused):
    run(test)
finish()
