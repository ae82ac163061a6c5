#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How cost grows with resolution, length and inserts, beside FFmpeg's own work in the same run.

    bench/growth.py build/src/cli/zdepth --quick [--only composite]
    bench/growth.py build/src/cli/zdepth [--most 4320] [--long 10000] [--inserts 64]

--quick: 1080p and 8K only, few frames, lengths to 100 and inserts to 4: two minutes of one processor.
FFmpeg's own work grows too (its encoder's memory does), so "a pixel" is printed for what a job takes
beyond decoding and encoding as well. Processor time a frame of all threads, from two runs of different length so that the start falls out,
with the depth at hand; peak memory of the longer one. "a pixel" is against the same job at 1080p. x264
is set to ultrafast, so that the encoder is not all there is. "power" is the exponent of the straight line through the
logarithms of cost and pixels (or frames, or titles): 1 is straight growth, less is a part that does not grow."""
import argparse
import math
import os
import pathlib
import shutil
import subprocess
import tempfile

parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("--most", type=int, default=2160, help="largest height")
parser.add_argument("--long", type=int, default=0, help="frames of the longest clip; 0: lengths are left out")
parser.add_argument("--inserts", type=int, default=0, help="most inserts; 0: they are left out")
parser.add_argument("--small", action="store_true", help="every height from 96 to 720 by 36, composite only")
parser.add_argument("--only", default="", help="jobs whose names begin so")
parser.add_argument("--quick", action="store_true", help="the least that tells whether cost grows straight")
options = parser.parse_args()
if options.quick:
    options.most, options.long, options.inserts = 4320, 100, 4
work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-growth-"))
FAST = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"]
OURS = ["--encoder-options", "preset=ultrafast", "--quality", "20", "--quiet"]
SIZES = [(480, 270), (640, 360), (1280, 720), (1920, 1080), (3840, 2160), (7680, 4320)]
if options.quick:
    SIZES = [SIZES[3], SIZES[5]]


def run(*command):
    """Processor seconds and peak MiB."""
    process = subprocess.Popen([str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE, env={**os.environ, "ZD_CACHE": str(work / "cache")})
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: {error.decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ffmpeg(*arguments):
    return run("ffmpeg", "-v", "error", "-nostdin", "-y", *arguments)


def clip(width, height, frames):
    path = work / f"clip{width}x{height}_{frames}.mp4"
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", f"testsrc2=size={width}x{height}:rate=25", "-vf", "noise=alls=4:allf=t",
               "-frames:v", frames, *FAST, path)
    return path


def depth_map(width, height):
    """Something near in the middle: half the picture out of focus, edges for the matte."""
    path = work / f"map{width}x{height}.png"
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", f"nullsrc=size=480x270,format=gray16le,geq=lum='if(lt(hypot(X-240,Y-150),70),60000,"
               "Y*60)'", "-frames:v", 1, path)
    return path


def still(width, height):
    path = work / f"still{width}x{height}.png"
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", f"color=white@0.9:size={width // 2}x{height // 4},format=rgba", "-frames:v", 1, path)
    return path


def jobs(width, height):
    """What is measured: name and a function from a number of frames to a command."""
    def ours(verb, *more):
        return lambda n: [options.zdepth, verb, clip(width, height, n), "--depth-map", depth_map(width, height), *more,
                          *OURS, "-o", work / "o.mp4"]

    def theirs(*graph):
        return lambda n: ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", clip(width, height, n), *graph, *FAST,
                          work / "o.mp4"]
    return [("ffmpeg decode, encode", theirs()),
            ("ffmpeg overlay", theirs("-i", still(width, height), "-filter_complex", "overlay=W/4:H/3")),
            ("ffmpeg gblur", theirs("-vf", "gblur=sigma=5")),
            ("composite", ours("composite", "--title", "ZDEPTH", "--size", "0.3")),
            ("matte", ours("matte")), ("view", ours("view")),
            ("gblur", ours("filter", "--effect", "gblur=sigma=5")),
            ("zblur", ours("filter", "--effect", "zblur=focus=0.95:radius=0.015"))]


def power(points):
    """The exponent of a cost, of pairs of what grows and what it costs; least squares of logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)


def frame_cost(command, few, many):
    first, _ = run(*command(few))
    second, peak = run(*command(many))
    return 1e3 * (second - first) / (many - few), peak


def resolutions():
    per_pixel = {}
    print(f"{'ms a frame':24}" + "".join(f"{h:>22}" for _, h in SIZES if h <= options.most))
    for index in range(len(jobs(*SIZES[0]))):
        name = jobs(*SIZES[0])[index][0]
        if not name.startswith(options.only):
            continue
        line = f"{name:24}"
        costs = {}
        for width, height in SIZES:
            if height > options.most:
                continue
            few, many = (2, 14) if height <= 1080 else (2, 6)
            cost, peak = frame_cost(jobs(width, height)[index][1], few, many)
            costs[height] = cost / (width * height)
            line += f"{cost:9.1f} ms {peak:5.0f} MiB"
        pixels = {height: width * height for width, height in SIZES}
        line += f"  power {power([(pixels[h], cost * pixels[h]) for h, cost in costs.items()]):5.2f}"
        print(line, flush=True)
        per_pixel[name] = costs
    print(f"\n{'a pixel, 1080p = 1':24}")
    for name, costs in per_pixel.items():
        print(f"{name:24}" + "".join(f"{cost / costs[1080]:22.2f}" for cost in costs.values()))
    plain = per_pixel.get("ffmpeg decode, encode")
    if plain is not None:
        print(f"{'beyond decode, encode':24}")
        for name, costs in per_pixel.items():
            if not name.startswith("ffmpeg"):
                own = {height: cost - plain[height] for height, cost in costs.items()}
                print(f"{name:24}" + "".join(f"{cost / own[1080]:22.2f}" for cost in own.values()))


def heights():
    """No height where fewer lines cost more."""
    print("\ncomposite, lines: ms a frame")
    for height in range(96, 721, 36):
        cost, _ = frame_cost(jobs(height * 16 // 9 // 2 * 2, height)[3][1], 2, 26)
        print(f"{height:6} {cost:8.1f}", flush=True)


def lengths():
    print("\ncomposite at 360p, frames: seconds, MiB")
    frames = 100
    points = []
    while frames <= options.long:
        seconds, peak = run(*jobs(640, 360)[3][1](frames))
        print(f"{frames:8} {seconds:8.1f} {peak:8.0f}", flush=True)
        points.append((frames, seconds))
        frames *= 10
    if len(points) > 1:
        print(f"power {power(points):.2f}")


def disk():
    """What the cache holds after clips of different length, the embedded network."""
    print("\ncache, frames: bytes a frame")
    for frames in (10, 40):
        shutil.rmtree(work / "cache", ignore_errors=True)
        run(options.zdepth, "depth", clip(640, 360, frames), "-o", work / "d.mkv", "--codec", "ffv1", "--quiet", "--overwrite")
        total = sum(path.stat().st_size for path in (work / "cache").rglob("*") if path.is_file())
        print(f"{frames:8} {total / frames:12.0f}", flush=True)


def inserts():
    print("\ncomposite at 1080p, titles: ms a frame, MiB")
    count = 1
    while count <= options.inserts:
        titles = [word for i in range(count)
                  for word in ("--title", f"T{i}", "--size", "0.05", "--x", (i % 8) / 8, "--y", (i // 8) / 8)]
        cost, peak = frame_cost(lambda n: [options.zdepth, "composite", clip(1920, 1080, n), "--depth-map",
                                           depth_map(1920, 1080), *titles, *OURS, "-o", work / "o.mp4"], 2, 14)
        print(f"{count:8} {cost:8.1f} {peak:8.0f}", flush=True)
        count *= 4


resolutions()
if options.small:
    heights()
if options.long:
    lengths()
if options.inserts:
    inserts()
disk()
shutil.rmtree(work)
