#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""clang-tidy over every source of a build folder, by .clang-tidy's rules: check_tidy.py BUILD [--whole]

Without --whole the checks that follow every way through a function (clang-analyzer) are left out: with
them it takes minutes. Exit status 77, skipped, where there is no clang-tidy, or not the one that the rules
were written for: others find other things."""
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys


VERSION = "14"  # Debian 12's
AT_ONCE = 8  # files of one process, which takes its time to begin


def sources(build):
    """The project's own C sources that are compiled, each once."""
    root = pathlib.Path(__file__).resolve().parent.parent / "src"
    found = set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = (pathlib.Path(entry["directory"]) / entry["file"]).resolve()
        if path.suffix == ".c" and root in path.parents:
            found.add(path)
    return sorted(found)


def main():
    build = pathlib.Path(sys.argv[1])
    if shutil.which("clang-tidy") is None:
        print("skipped: there is no clang-tidy")
        sys.exit(77)
    told = subprocess.run(["clang-tidy", "--version"], capture_output=True, text=True, check=True).stdout
    version = re.search(r"version (\d+)", told).group(1)
    if version != VERSION:
        print(f"skipped: clang-tidy is {version}, not {VERSION}")
        sys.exit(77)
    less = [] if "--whole" in sys.argv else ["--checks=-clang-analyzer-*"]

    def look(paths):
        return subprocess.run(["clang-tidy", "-p", str(build), "--quiet", *less, *map(str, paths)], capture_output=True,
                              text=True, check=False)

    files = sources(build)
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        runs = list(pool.map(look, (files[i:i + AT_ONCE] for i in range(0, len(files), AT_ONCE))))
    bad = [run.stdout for run in runs if run.returncode != 0]
    print("".join(bad) if bad else f"{len(files)} sources without a warning")
    sys.exit(1 if bad else 0)


main()
