#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Which lines and branches of the modules their own tests reach, by gcov. Told, not a bar: reached is not
tested, which tools/mutate.py measures.

    tools/coverage.py MODULE... [--functions] [--lines] [--folder DIR]

Builds with counters in build-cov/ only what the tests of tools/mutants.txt need (the net left out), runs
them, and prints a row a module. --functions names the functions that nothing reached, --lines every line."""
import argparse
import collections
import json
import os
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent


def suites():
    found = {}
    for line in (SOURCE / "tools/mutants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            module, names = line.split(":", 1)
            found[module] = [n for n in names.split() if not n.startswith("net:")]
    return found


def run_tests(build, names):
    if not (build / "build.ninja").exists():
        subprocess.run(["meson", "setup", str(build), str(SOURCE), "-Dbuildtype=debug", "-Doptimization=0",
                        "-Db_coverage=true"], check=True, stdout=subprocess.DEVNULL)
    told = json.loads(subprocess.run(["meson", "introspect", "--tests", str(build)], capture_output=True, check=True).stdout)
    tests = [t for t in told if t["name"] in names]
    programs = {os.path.relpath(w, build) for t in tests for w in t["cmd"] if w.startswith(str(build) + "/")}
    shipped = {f"src/models/{p.name}" for p in (SOURCE / "models").glob("zdepth-*.safetensors")}
    subprocess.run(["ninja", "-C", str(build), *sorted(programs | shipped)], check=True, stdout=subprocess.DEVNULL)
    for path in build.rglob("*.gcda"):
        path.unlink()
    for test in tests:
        done = subprocess.run(test["cmd"], cwd=build, env=dict(os.environ, **test["env"]), stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        if done.returncode not in (0, 77):
            print(f"coverage: the test '{test['name']}' fails here; what it reached counts", file=sys.stderr)


def read(build, modules):
    """path -> (lines: number -> count, branches: taken or not, functions: name -> count)."""
    lines, branches = collections.defaultdict(dict), collections.defaultdict(dict)
    functions = collections.defaultdict(dict)
    data = sorted(str(p) for p in (build / "src").rglob("*.gcno")
                  if p.relative_to(build).parts[1] in modules)
    for name in data:
        told = subprocess.run(["gcov", "--json-format", "--stdout", "--branch-probabilities", name], cwd=build,
                              capture_output=True, text=True).stdout
        for text in told.splitlines():
            for file in json.loads(text)["files"]:
                path = os.path.relpath(os.path.normpath(build / file["file"]), SOURCE)
                if not path.startswith("src/") or path.split("/")[1] not in modules:
                    continue
                for line in file["lines"]:
                    at = line["line_number"]
                    lines[path][at] = lines[path].get(at, 0) + line["count"]
                    for i, branch in enumerate(line["branches"]):
                        branches[path][at, i] = branches[path].get((at, i), 0) + branch["count"]
                for function in file["functions"]:
                    key = function["name"], function["start_line"]
                    functions[path][key] = functions[path].get(key, 0) + function["execution_count"]
    return lines, branches, functions


def share(counts):
    reached = sum(count > 0 for count in counts)
    return f"{100 * reached / len(counts):5.1f} % of {len(counts):5}" if counts else "    -"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+")
    parser.add_argument("--functions", action="store_true", help="name those that nothing reached")
    parser.add_argument("--lines", action="store_true", help="print every line that nothing reached")
    parser.add_argument("--folder", type=pathlib.Path, default=SOURCE / "build-cov")
    args = parser.parse_args()
    known, build = suites(), args.folder.resolve()
    wrong = [m for m in args.modules if m not in known]
    if wrong:
        sys.exit(f"coverage: tools/mutants.txt has no module '{wrong[0]}'")
    run_tests(build, {name for m in args.modules for name in known[m]})
    lines, branches, functions = read(build, set(args.modules))
    for module in args.modules:
        paths = [p for p in sorted(lines) if p.split("/")[1] == module]
        all_of = [[c for p in paths for c in table[p].values()] for table in (lines, branches, functions)]
        print(f"{module:10} lines {share(all_of[0])}, branches {share(all_of[1])}, functions {share(all_of[2])}")
        for path in paths:
            if args.functions:
                for (name, at), count in sorted(functions[path].items(), key=lambda f: f[0][1]):
                    print(f"  {path}:{at}: {name}" if count == 0 else "", end="\n" if count == 0 else "")
            if args.lines:
                text = (SOURCE / path).read_text().splitlines()
                for at, count in sorted(lines[path].items()):
                    if count == 0:
                        print(f"  {path}:{at}: {text[at - 1].strip()}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
