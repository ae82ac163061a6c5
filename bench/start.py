#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""How long the program takes to start, in turns with the whole one and with a program that does nothing: start.py FOLDER.

Processor time of `zdepth --version`, the front without media libraries, beside `zdepth-run --version`, which loads all of them."""
import pathlib
import resource
import statistics
import subprocess
import sys

FOLDER = pathlib.Path(sys.argv[1]).resolve()
PROGRAMS = {"zdepth": [FOLDER / "zdepth", "--version"], "zdepth-run": [FOLDER / "zdepth-run", "--version"], "true": ["true"]}


def spent():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


times = {name: [] for name in PROGRAMS}
for _ in range(10):
    for name, command in PROGRAMS.items():
        before = spent()
        subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
        times[name].append(spent() - before)
middle = {name: 1e3 * statistics.median(values) for name, values in times.items()}
print(f"start: zdepth {middle['zdepth']:.1f} ms, 1/{middle['zdepth-run'] / max(middle['zdepth'], 0.01):.0f} of the whole program's "
      f"{middle['zdepth-run']:.1f} ms; a program that does nothing {middle['true']:.1f} ms (processor time)")
