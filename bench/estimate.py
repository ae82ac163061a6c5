#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How near --dry-run comes to the time that a job then takes: estimate.py ZDEPTH [JOB]...

Seven kinds of jobs over the sample, each tried, then done; the bar is 25 % either way. Both sides are timed by the clock, so on a busy
machine start it as chrt -r 1 bench/estimate.py ..."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

ZDEPTH = pathlib.Path(sys.argv[1]).resolve()
SAMPLE = str(pathlib.Path(__file__).resolve().parents[1] / "assets/sample.mp4")
BAR = 0.25
TITLE = ["composite", SAMPLE, "--title", "HELLO"]
JOBS = {  # the last one finds its depth in the cache
    "title": [*TITLE, "-o", "title.mp4"],
    "unsteadied": [*TITLE, "--stabilise", "0", "--codec", "ffv1", "-o", "title.mkv"],
    "cut-out": ["filter", SAMPLE, "--transparency", "--from", "1", "-o", "person.mov"],
    "lens blur": ["filter", SAMPLE, "--effect", "zblur=radius=0.02", "--preset", "background-as-mask", "-o", "blur.mp4"],
    "depth as EXR": ["depth", SAMPLE, "--frames", "20-89", "-o", "depth.%04d.exr"],
    "view": ["view", SAMPLE, "-o", "view.mp4"],
    "title, remembered": [*TITLE, "-o", "again.mp4"],
}


def main():
    worst, told = 0.0, []
    with tempfile.TemporaryDirectory() as work:
        for name in sys.argv[2:] or JOBS:
            cache = os.path.join(work, "view" if "remembered" in name else name)
            env = {**os.environ, "ZD_CACHE": cache, "ZD_CONFIG": "none"}
            command = [str(ZDEPTH), *JOBS[name], "-y"]
            tried = subprocess.run([*command, "--dry-run", "--json"], cwd=work, env=env, capture_output=True, text=True, check=True)
            began = time.monotonic()
            subprocess.run([*command, "-q"], cwd=work, env=env, check=True)
            ratio = json.loads(tried.stdout.splitlines()[-1])["estimated_s"] / (time.monotonic() - began)
            worst = max(worst, abs(ratio - 1.0))
            told.append(f"{name} {ratio:.2f}")
    print(f"estimated of measured: {', '.join(told)} (bar 1 +- {BAR})")
    return 0 if worst <= BAR else 1


sys.exit(main())
