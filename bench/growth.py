#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How cost grows with resolution, length and inserts, beside FFmpeg's own work in the same run.

    bench/growth.py build/src/cli/zdepth                       every part
    bench/growth.py build/src/cli/zdepth --quick               the least that tells whether cost grows straight
    bench/growth.py build/src/cli/zdepth --parts resolutions --sizes 1080,4320 --only composite,gblur --real-time

Parts, each alone in seconds to minutes of one processor:
  resolutions  processor ms a frame, peak MiB and cost a pixel against 1080p, from --sizes of lines
  heights      composite at --heights of lines: no height where fewer lines cost more
  lengths      composite at --length-lines of 100, 1,000 ... --long frames
  shots        composite at 360p of 600 frames with 1, 30 and 300 cuts, given
  inserts      composite at 1080p with 1, 4, 16 ... --inserts titles
  overlay      composite of cached 1080p against ffmpeg's overlay, both with the default encoder
  disk         what the depth cache holds of clips of different length, embedded network
  limit        a cache limit of half of what a clip takes: the most on disk at any moment, the second run

Processor time is of all threads, from two runs of different length so that the start falls out, with the depth at hand;
peak memory is the longer one's. --frames FEW,MANY sets their lengths. FFmpeg's own work grows too (its encoder's memory
does), so "a pixel" is printed for what a job takes beyond decoding and encoding as well. x264 is set to ultrafast but in
"overlay", so that the encoder is not all there is. "power" is the exponent of the straight line through the logarithms
of cost and pixels (or frames, or titles): 1 is straight growth, less is a part that does not grow. --real-time runs all
under `chrt -r 1`, for an honest clock on a machine that is shared. --work FOLDER keeps clips, the depth cache and every
figure that was measured: the same command again measures only what is left, so that the whole table can be made piece
by piece; the figures of a program that was built again are new ones."""
import argparse
import hashlib
import json
import math
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

PARTS = ["resolutions", "heights", "lengths", "shots", "inserts", "overlay", "disk", "limit"]


def numbers(text):
    return [int(word) for word in text.split(",") if word]


parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("--parts", default="", help=f"some of {','.join(PARTS)}")
parser.add_argument("--sizes", type=numbers, default=[270, 360, 720, 1080, 2160, 4320], help="lines, 16:9")
parser.add_argument("--heights", type=numbers, default=list(range(96, 721, 36)), help="lines of the part heights")
parser.add_argument("--frames", type=numbers, default=[], help="FEW,MANY frames of the two runs")
parser.add_argument("--long", type=int, default=10000, help="frames of the longest clip")
parser.add_argument("--length-lines", type=int, default=360, help="lines of the part lengths")
parser.add_argument("--inserts", type=int, default=64, help="most inserts")
parser.add_argument("--only", default="", help="jobs of the part resolutions whose names begin with one of these")
parser.add_argument("--quick", action="store_true", help="1080p and 8K, lengths to 100, inserts to 4, few heights")
parser.add_argument("--real-time", action="store_true", help="under chrt -r 1")
parser.add_argument("--work", type=pathlib.Path, help="where clips and figures are kept, and taken up again")
parser.add_argument("--frame-counts", type=numbers, default=[], help="frames of the part lengths, instead of 100 .. --long")
options = parser.parse_args()
if options.quick:
    options.sizes, options.heights, options.long, options.inserts = [1080, 4320], [404, 406, 674, 676], 100, 4
work = options.work or pathlib.Path(tempfile.mkdtemp(prefix="zdepth-growth-"))
work.mkdir(parents=True, exist_ok=True)
FIGURES = work / "figures.json"
figures = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
FAST = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "20", "-pix_fmt", "yuv420p"]
OURS = ["--encoder-options", "preset=ultrafast", "--quality", "20", "--quiet"]
DEFAULT = ["-c:v", "libx264", "-crf", "16", "-preset", "medium", "-rc-lookahead", "8", "-pix_fmt", "yuv420p",
           "-threads", "4", "-x264-params", "sync-lookahead=0"]  # as encoder_defaults.c and encode.c have them


def environment(more):
    return {**os.environ, "ZD_CACHE": str(work / "cache"), **more}


def start(command, more):
    ahead = ["chrt", "-r", "1"] if options.real_time else []
    return subprocess.Popen(ahead + [str(c) for c in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.PIPE, env=environment(more))


def program():
    """What a figure is of: the program's own bytes, which the front starts."""
    path = pathlib.Path(options.zdepth)
    path = path.with_name(path.name + "-run") if path.with_name(path.name + "-run").exists() else path
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


PROGRAM = program()


def kept_run(*command, **more):
    """As run, but once for all where --work is given."""
    words = [str(word).replace(str(work), "WORK") for word in command]
    key = " ".join([PROGRAM if words[0] == options.zdepth else "", *words, *(f"{k}={v}" for k, v in more.items())])
    if not options.work or key not in figures:
        figures[key] = run(*command, **more)
        if options.work:
            FIGURES.write_text(json.dumps(figures, indent=1))
    return figures[key]


def run(*command, **more):
    """Processor seconds and peak MiB."""
    process = start(command, more)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: {error.decode()}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def ffmpeg(*arguments):
    return run("ffmpeg", "-v", "error", "-nostdin", "-y", *arguments)


def width_of(height):
    return height * 16 // 9 // 2 * 2


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
    return {"ffmpeg decode, encode": theirs(),
            "ffmpeg overlay": theirs("-i", still(width, height), "-filter_complex", "overlay=W/4:H/3"),
            "ffmpeg gblur": theirs("-vf", "gblur=sigma=5"),
            "composite": ours("composite", "--title", "ZDEPTH", "--size", "0.3"),
            "matte": ours("matte"), "view": ours("view"),
            "gblur": ours("filter", "--effect", "gblur=sigma=5"),
            "gblur below a title": ours("composite", "--title", "ZDEPTH", "--size", "0.3", "--effect", "gblur=sigma=5"),
            "zblur": ours("filter", "--effect", "zblur=focus=0.95:radius=0.015")}


def power(points):
    """The exponent of a cost, of pairs of what grows and what it costs; least squares of logarithms."""
    xs, ys = [math.log(x) for x, _ in points], [math.log(max(y, 1e-9)) for _, y in points]
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / sum((x - mean_x) ** 2 for x in xs)


def frame_cost(command, few, many):
    if options.frames:
        few, many = options.frames
    first, _ = kept_run(*command(few))
    second, peak = kept_run(*command(many))
    return 1e3 * (second - first) / (many - few), peak


def print_per_pixel(per_pixel):
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


def resolutions():
    per_pixel = {}
    print(f"{'ms a frame':24}" + "".join(f"{h:>22}" for h in options.sizes))
    for name in jobs(1920, 1080):
        if not any(name.startswith(word) for word in options.only.split(",")):
            continue
        line = f"{name:24}"
        costs = {}
        for height in options.sizes:
            few, many = (2, 14) if height <= 1080 else (2, 6)
            width = width_of(height)
            cost, peak = frame_cost(jobs(width, height)[name], few, many)
            costs[height] = cost / (width * height)
            line += f"{cost:9.1f} ms {peak:5.0f} MiB"
        if len(costs) > 1:
            line += f"  power {power([(width_of(h) * h, c * width_of(h) * h) for h, c in costs.items()]):5.2f}"
        print(line, flush=True)
        per_pixel[name] = costs
    if 1080 in options.sizes:
        print_per_pixel(per_pixel)


def heights():
    """No height where fewer lines cost more."""
    print("\ncomposite, lines: ms a frame")
    most = 0.0
    for height in options.heights:
        cost, _ = frame_cost(jobs(width_of(height), height)["composite"], 2, 26)
        most = max(most, cost)
        print(f"{height:6} {cost:8.1f}" + (f"  {100 * (1 - cost / most):.0f} % below one of fewer lines" if cost < most
                                           else ""), flush=True)


def lengths():
    lines = options.length_lines
    print(f"\ncomposite at {lines} lines, frames: seconds, MiB", flush=True)
    points = []
    counts = options.frame_counts or [100 * 10 ** i for i in range(5) if 100 * 10 ** i <= options.long]
    for frames in counts:
        seconds, peak = kept_run(*jobs(width_of(lines), lines)["composite"](frames))
        print(f"{frames:8} {seconds:8.1f} {peak:8.0f}", flush=True)
        points.append((frames, seconds))
    if len(points) > 1:
        print(f"power {power(points):.2f}")


def shots():
    print("\ncomposite at 360p, 600 frames, shots: seconds, MiB", flush=True)
    for count in (1, 30, 300):
        cuts = ",".join(str(i * 600 // count) for i in range(count))
        seconds, peak = kept_run(*jobs(640, 360)["composite"](600), "--cuts", cuts)
        print(f"{count:8} {seconds:8.1f} {peak:8.0f}", flush=True)


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


def overlay():
    """The main job beside ffmpeg's: the same still title, the same encoder and threads, depth at hand."""
    few, many = options.frames or (4, 34)
    picture = work / "title.png"
    ffmpeg("-f", "lavfi", "-i", "color=black@0:size=1920x1080,format=rgba", "-vf",
           "drawtext=text=ZDEPTH:fontsize=300:fontcolor=white:x=(w-tw)/2:y=(h-th)/2", "-frames:v", 1, picture)
    costs = {}
    for name, graph in (("composite", None), ("overlay", "overlay=format=auto"), ("overlay in yuv420p", "overlay=format=yuv420")):
        def command(n, graph=graph):
            source = clip(1920, 1080, n)
            if graph is None:
                return [options.zdepth, "composite", source, "--title", "ZDEPTH", "--size", "0.3", "--quiet", "--overwrite", "-o",
                        work / "o.mp4"]
            return ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", source, "-i", picture, "-filter_complex", graph,
                    *DEFAULT, work / "o.mp4"]
        if graph is None:  # the depth comes into the cache
            run(*command(few))
            run(*command(many))
        start, _ = run(*command(few))
        whole, peak = run(*command(many))
        costs[name] = 1e3 * (whole - start) / (many - few), whole, peak
    print(f"\ncomposite and ffmpeg's overlay at 1080p, the default encoder, {many} frames: ms a frame, s with the start, MiB; "
          "ours in theirs (bar 1.15, 300 MiB)")
    for name, (cost, whole, peak) in costs.items():
        print(f"{name:20} {cost:8.1f} {whole:8.2f} {peak:8.0f}   {costs['composite'][0] / cost:.2f} "
              f"{costs['composite'][1] / whole:.2f}")


def depth_run(frames, **more):
    return [options.zdepth, "depth", clip(640, 360, frames), "-o", work / "d.mkv", "--quiet", "--overwrite"], more


def cache_bytes(name="cache"):
    total = 0
    for path in (work / name).rglob("*"):
        try:
            total += path.stat().st_size if path.is_file() else 0
        except FileNotFoundError:  # a run beside us made room
            pass
    return total


def disk():
    """What the cache holds after clips of different length, the embedded network."""
    print("\ncache, frames: bytes a frame")
    for frames in (10, 40):
        shutil.rmtree(work / "cache", ignore_errors=True)
        command, more = depth_run(frames)
        run(*command, **more)
        print(f"{frames:8} {cache_bytes() / frames:12.0f}", flush=True)


def limit():
    """A clip of twice the limit: what is on disk while it runs, and what the second run is spared."""
    frames = 30
    command, more = depth_run(frames)
    cold, _ = run(*command, ZD_CACHE=str(work / "whole"))
    warm, _ = run(*command, ZD_CACHE=str(work / "whole"))
    a_frame = cache_bytes("whole") / frames
    most = a_frame * frames / 2
    more = {"ZD_CACHE": str(work / "half"), "ZD_CACHE_LIMIT": f"{most / 2 ** 30:.9f}"}
    process = start(command, more)
    peak = 0
    while process.poll() is None:
        peak = max(peak, cache_bytes("half"))
        time.sleep(0.02)
    first, _ = run(*command, **{**more, "ZD_CACHE": str(work / "half2")})
    second, _ = run(*command, **{**more, "ZD_CACHE": str(work / "half2")})
    print("\ndepth of a clip that is twice the cache's limit, embedded network")
    print(f"most on disk     {peak / most:6.2f} of the limit, {(peak - most) / a_frame:+.2f} frames (bar: at most one)")
    print(f"the second run   {100 * (1 - second / first):6.0f} % less than the first (bar 35 %); all of it in the cache "
          f"{100 * (1 - warm / cold):.0f} %")


wanted = options.parts.split(",") if options.parts else PARTS
for part in wanted:
    if part not in PARTS:
        parser.error(f"there is no part '{part}'; those there are: {', '.join(PARTS)}")
for part in PARTS:
    if part in wanted:
        globals()[part]()
if not options.work:
    shutil.rmtree(work)
