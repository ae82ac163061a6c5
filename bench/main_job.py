#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The main job's bars, as ratios in one run:

    bench/main_job.py build/src/cli/zdepth [--frames 150] [--long 3000]
    bench/main_job.py build/src/cli/zdepth --only-cached --frames 60 --real-time

1. `zdepth composite` of a 1080p clip with cached depth against `ffmpeg` overlaying the same still
   title with the same encoder settings; 2. with the embedded network and an empty cache against
   decoding and encoding alone; 3. peak memory, and whether it grows with the clip. The rounds are
   interleaved and medians compared, since the machine is shared. --only-cached prints every round of 1, by the clock and in
processor seconds of all threads; --real-time runs all under `chrt -r 1`."""
import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

parser = argparse.ArgumentParser()
parser.add_argument("zdepth")
parser.add_argument("--frames", type=int, default=120)
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--only-cached", action="store_true", help="1 alone, round by round")
parser.add_argument("--real-time", action="store_true", help="under chrt -r 1")
parser.add_argument("--only-memory", action="store_true", help="leave the timings out")
parser.add_argument("--long", type=int, default=0, help="frames of the long clip of the memory test; 0: left out")
options = parser.parse_args()
work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-bench-"))
ENCODER = ["-c:v", "libx264", "-crf", "16", "-preset", "medium", "-rc-lookahead", "8", "-pix_fmt", "yuv420p",
           "-threads", "4", "-x264-params", "sync-lookahead=0"]  # as encoder_defaults.c and encode.c have them
TITLE = ["--title", "ZDEPTH", "--size", "0.3"]


processor = []  # seconds of each command that was run


def run(*command, env=None):
    """Seconds and peak MiB of a command."""
    ahead = ["chrt", "-r", "1"] if options.real_time else []
    started = time.monotonic()
    process = subprocess.Popen(ahead + [str(c) for c in command], env={**os.environ, **(env or {})}, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    error = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"{command}: {error.decode()}")
    processor.append(usage.ru_utime + usage.ru_stime)
    return time.monotonic() - started, usage.ru_maxrss / 1024


def ffmpeg(*arguments):
    return run("ffmpeg", "-v", "error", "-nostdin", "-y", *arguments)


def make_clip(path, frames):
    """Moving detail and a near shape, so that encoder and matte have work to do."""
    ffmpeg("-f", "lavfi", "-i", "mandelbrot=size=1920x1080:rate=25:inner=mincol", "-f", "lavfi", "-i",
           "testsrc2=size=480x900:rate=25", "-filter_complex", "[0][1]overlay=x='700+200*sin(t)':y=180,noise=alls=4:allf=t",
           "-frames:v", frames, *ENCODER, path)


CACHE = {"ZD_CACHE": str(work / "cache")}


def make_inputs():
    clip, still = work / "clip.mp4", work / "title.png"
    make_clip(clip, options.frames)
    run(options.zdepth, "composite", clip, *TITLE, "-o", work / "warm.mp4", env=CACHE)
    ffmpeg("-f", "lavfi", "-i", "color=black@0:size=1920x1080,format=rgba", "-vf",
           "drawtext=text=ZDEPTH:fontsize=300:fontcolor=white:x=(w-tw)/2:y=(h-th)/2", "-frames:v", 1, still)
    return clip, still


def overlay_of(clip, still):
    return ffmpeg("-i", clip, "-i", still, "-filter_complex", "overlay=format=auto", *ENCODER, "-movflags", "+faststart",
                  work / "b.mp4")


def measure_cached():
    clip, still = make_inputs()
    ratios = []
    for _ in range(options.rounds):
        ours, peak = run(options.zdepth, "composite", clip, *TITLE, "-o", work / "a.mp4", env=CACHE)
        theirs, overlay_peak = overlay_of(clip, still)
        ratios.append((ours / theirs, processor[-2] / processor[-1]))
        print(f"zdepth {ours:6.2f} s, processor {processor[-2]:6.2f}, {peak:4.0f} MiB; overlay {theirs:6.2f} s, processor "
              f"{processor[-1]:6.2f}, {overlay_peak:4.0f} MiB; {ratios[-1][0]:.3f}, processor {ratios[-1][1]:.3f}", flush=True)
    for name, values in (("by the clock", [r[0] for r in ratios]), ("processor", [r[1] for r in ratios])):
        print(f"{name}: median {statistics.median(values):.3f}, {min(values):.3f} to {max(values):.3f}  (bar 1.15)")


def ratio_of(spent, ours, theirs):
    """By the clock and by processor time: medians of the rounds' ratios."""
    return [statistics.median(a[i] / b[i] for a, b in zip(spent[ours], spent[theirs])) for i in range(2)]


def measure_times():
    clip, still = make_inputs()
    spent = {"zdepth cached": [], "ffmpeg overlay": [], "zdepth from nothing": [], "decode and encode": []}
    peaks = {name: 0.0 for name in spent}
    for round_number in range(options.rounds):
        jobs = {"zdepth cached": lambda: run(options.zdepth, "composite", clip, *TITLE, "-o", work / "a.mp4", env=CACHE),
                "ffmpeg overlay": lambda: overlay_of(clip, still),
                "zdepth from nothing": lambda: run(options.zdepth, "composite", clip, *TITLE, "-o", work / "c.mp4",
                                                   env={"ZD_CACHE": str(work / f"empty{round_number}")}),
                "decode and encode": lambda: ffmpeg("-i", clip, *ENCODER, "-movflags", "+faststart", work / "d.mp4")}
        for name, job in jobs.items():
            seconds, peak = job()
            spent[name].append((seconds, processor[-1]))
            peaks[name] = max(peaks[name], peak)
    print(f"{'':22s} {'clock s':>8} {'processor s':>12} {'ms a frame':>11} {'MiB':>6}")
    for name, values in spent.items():
        clock, cpu = (statistics.median(v[i] for v in values) for i in range(2))
        print(f"{name:22s} {clock:8.2f} {cpu:12.2f} {1000 * cpu / options.frames:11.1f} {peaks[name]:6.0f}")
    for ours, theirs, bar in (("zdepth cached", "ffmpeg overlay", "1.15"), ("zdepth from nothing", "decode and encode", "3")):
        clock, cpu = ratio_of(spent, ours, theirs)
        print(f"{ours} / {theirs}: {clock:.3f} by the clock, {cpu:.3f} by processor time  (bar {bar})")
    print(f"peak memory, {options.frames} frames: {peaks['zdepth cached']:.0f} MiB  (bar 300)")


def measure_memory():
    """The long clip is the short one many times over, and its encoder the quickest: neither is what is asked about."""
    short_clip, long_clip = work / "short.mp4", work / "long.mp4"
    make_clip(short_clip, 300)
    ffmpeg("-stream_loop", -(-options.long // 300) - 1, "-i", short_clip, "-c", "copy", long_clip)
    peaks = [run(options.zdepth, "composite", path, *TITLE, "--cuts", "none", "--encoder-options", "preset=ultrafast",
                 "-o", work / "m.mp4", env=CACHE)[1] for path in (short_clip, long_clip)]
    print(f"peak memory, 300 frames {peaks[0]:.0f} MiB, {options.long} frames {peaks[1]:.0f} MiB: "
          f"{100 * (peaks[1] / peaks[0] - 1):+.1f} %  (bar 5 %)")


if options.only_cached:
    measure_cached()
elif not options.only_memory:
    measure_times()
if options.long:
    measure_memory()
subprocess.run(["rm", "-rf", work], check=False)
