#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How busy a command keeps a machine's cores: busy.py [--cores N] [--skip S] COMMAND...

Samples every thread's time on a processor, and its time spent waiting for one, while the command runs,
and prints both as shares of N cores over the run without its first and last S seconds. On a machine
that does nothing else the time run is the answer. Beside other work, what the N busiest threads ran and
waited is what they would have run alone, or a little less, since a thread that waits for another that
was put aside counts as idle; threads beside these N only fill what is left.
"""
import argparse
import os
import subprocess
import time

parser = argparse.ArgumentParser()
parser.add_argument("--cores", type=int, default=2)
parser.add_argument("--skip", type=float, default=2.0)
parser.add_argument("command", nargs=argparse.REMAINDER)
args = parser.parse_args()


def threads(pid):
    """Seconds run and waited of each thread that lives."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{task}/schedstat") as stat:
                run, wait, _ = stat.read().split()
            with open(f"/proc/{pid}/task/{task}/comm") as comm:
                found[task] = (int(run) * 1e-9, int(wait) * 1e-9, comm.read().strip())
        except (FileNotFoundError, ProcessLookupError):
            pass
    return found


process = subprocess.Popen(args.command, stdout=subprocess.DEVNULL)
samples = []
while process.poll() is None:
    samples.append((time.monotonic(), threads(process.pid)))
    time.sleep(0.1)
start, end = samples[0][0] + args.skip, samples[-1][0] - args.skip
inside = [s for s in samples if start <= s[0] <= end]
if process.returncode != 0 or len(inside) < 2:
    raise SystemExit(f"the command ended with {process.returncode} after {len(samples) / 10:.1f} s")
# Threads come and go, so the differences of neighbouring samples are added up.
run = 0.0
each = {}
for (_, before), (_, after) in zip(inside, inside[1:]):
    for task, (r, w, name) in after.items():
        if task in before:
            run += r - before[task][0]
            a, b, _ = each.get(task, (0.0, 0.0, name))
            each[task] = (a + r - before[task][0], b + w - before[task][1], name)
wall = inside[-1][0] - inside[0][0]
busiest = sorted(each.values(), key=lambda t: -t[0])
for r, w, name in busiest[:6]:
    print(f"  thread {name:16} ran {100 * r / wall:5.1f} %, waited {100 * w / wall:5.1f} %")
share = sum(r + w for r, w, _ in busiest[: args.cores]) / wall / args.cores
print(f"{wall:.1f} s: ran {100 * run / wall / args.cores:.1f} % of {args.cores} cores; the "
      f"{args.cores} busiest threads ran or waited for a core {100 * share:.1f} %")
