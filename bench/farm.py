#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What a farm's chunks cost beside one plain run, in processor time of this machine: farm.py ZDEPTH [FRAMES].

Two farms of one short clip, of 1 and of 8 chunks a phase, give what a frame costs and what a process costs; from
these the work of 10,000 frames in 100 chunks a phase follows. The bar is 3 % more than the plain run."""
import os
import pathlib
import resource
import subprocess
import sys
import tempfile

ZDEPTH = pathlib.Path(sys.argv[1]).resolve()
FRAMES = int(sys.argv[2]) if len(sys.argv) > 2 else 48
SOURCE = pathlib.Path(__file__).resolve().parents[1]
FILM, CHUNKS, BAR = 10000, 100, 1.03


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def cost(work, *args):
    before = spent()
    subprocess.run([ZDEPTH, *map(str, args)], check=True, cwd=work, env={**os.environ, "ZD_CACHE": str(work / "cache")},
                   stdout=subprocess.DEVNULL)
    return spent() - before


def main():
    with tempfile.TemporaryDirectory() as folder:
        work = pathlib.Path(folder)
        subprocess.run(["ffmpeg", "-v", "error", "-i", SOURCE / "assets/sample.mp4", "-frames:v", str(FRAMES), "-c:v", "libx264",
                        "-crf", "14", work / "clip.mp4"], check=True)
        cost(work, "init", "clip.mp4", "--title", "HELLO", "-o", "p.zdp", "--result", "out.mp4", "-q")
        plain = cost(work, "render", "p.zdp", "-q")
        farms = {}
        for chunks in (1, 8):
            farms[chunks] = cost(work, "farm", "plan", "p.zdp", "--chunks", chunks, "-o", f"d{chunks}", "-q")
            for chunk in range(2 * chunks + 1):
                farms[chunks] += cost(work, "farm", "run", f"d{chunks}", "--chunk", chunk, "-q")
            farms[chunks] += cost(work, "farm", "join", f"d{chunks}", "-q")
    process = max(0.0, (farms[8] - farms[1]) / 14)
    frame = (farms[1] - 5 * process) / FRAMES
    plain_frame = (plain - process) / FRAMES
    ratio = (frame * FILM + process * (2 * CHUNKS + 3)) / (plain_frame * FILM + process)
    print(f"farm: plain {1e3 * plain_frame:.1f} ms a frame, farm {1e3 * frame:.1f} ms, a process {1e3 * process:.0f} ms; "
          f"{FILM} frames in {CHUNKS} chunks cost {ratio:.3f} of a plain run (bar {BAR})")
    return 0 if ratio <= BAR else 1


sys.exit(main())
