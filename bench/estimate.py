#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How near --dry-run comes to what a job then takes: estimate.py ZDEPTH [--small] [JOB]...

Every kind of job over the sample (--small: 72 frames of it at 640x360), each tried and done with nothing remembered, then tried and done
again with its depth in the cache. The bar is 25 % either way, of the clock; processor time stands beside it, since a busy machine disturbs
the clock: start it there as chrt -r 1 bench/estimate.py ..."""
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1]
BAR = 0.25
JOBS = {
    "title": ["composite", "--title", "HELLO", "-o", "title.mp4"],
    "unsteadied": ["composite", "--title", "HELLO", "--stabilise", "0", "--codec", "ffv1", "-o", "title.mkv"],
    "cut-out": ["filter", "--transparency", "--from", "1", "-o", "person.mov"],
    "lens blur": ["filter", "--effect", "zblur=radius=0.02", "--preset", "background-as-mask", "-o", "blur.mp4"],
    "gray": ["filter", "--effect", "hue=s=0", "--preset", "background-as-mask", "-o", "gray.mp4"],
    "depth": ["depth", "-o", "depth.mkv"],
    "depth as EXR": ["depth", "--frames", "10-69", "-o", "depth.%04d.exr"],
    "matte": ["matte", "-o", "matte.mkv"],
    "view": ["view", "-o", "view.mp4"],
}


def used():
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def compare(zdepth, name, work, cache):
    """Estimated over measured: by the clock, and by the processor."""
    env = {**os.environ, "ZD_CACHE": cache, "ZD_CONFIG": "none"}
    verb, *rest = JOBS[name]
    command = [zdepth, verb, "clip.mp4", *rest, "-y"]
    tried = subprocess.run([*command, "--dry-run", "--json"], cwd=work, env=env, capture_output=True, text=True, check=True)
    told = json.loads(tried.stdout.splitlines()[-1])
    began, before = time.monotonic(), used()
    subprocess.run([*command, "-q"], cwd=work, env=env, check=True)
    seconds, spent = time.monotonic() - began, used() - before
    return told["estimated_s"] / seconds, told["estimated_processor_s"] / spent


def main():
    words = sys.argv[2:]
    is_small = "--small" in words
    zdepth = str(pathlib.Path(sys.argv[1]).resolve())
    sample = SOURCE / "assets/sample.mp4"
    worst = 0.0
    print("estimated of measured, the clock's and the processor's: with nothing remembered; with depth in the cache "
          f"(bar 1 +- {BAR})")
    with tempfile.TemporaryDirectory() as work:
        clip = pathlib.Path(work, "clip.mp4")
        if is_small:
            subprocess.run(["ffmpeg", "-v", "error", "-i", sample, "-frames:v", "72", "-vf", "scale=640:360", "-c:a", "copy", "-shortest",
                            clip], check=True)
        else:
            clip.symlink_to(sample)
        for name in [word for word in words if word != "--small"] or JOBS:
            cache = os.path.join(work, "cache of " + name)
            ratios = [compare(zdepth, name, work, cache) for _ in range(2)]
            worst = max(worst, *(abs(clock - 1.0) for clock, _ in ratios))
            print(f"{name}: " + "; ".join(f"{clock:.2f} {spent:.2f}" for clock, spent in ratios), flush=True)
    return 0 if worst <= BAR else 1


sys.exit(main())
