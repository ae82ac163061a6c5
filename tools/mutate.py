#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Plants single small mistakes in a module and counts how many its tests notice.

    tools/mutate.py MODULE... [--count N] [--seed S] [--minutes M] [--functions REGEX] [--files REGEX]
    tools/mutate.py --changed REVISION [--minutes M]      functions that differ from a revision
    tools/mutate.py --report [MODULE...]                  what the ledger holds, without running

All work is done in a copy of the sources with a build of its own (build-mutants/). A mutant is built
as far as a test needs it; the module's tests (tools/mutants.txt) run from the fastest to the slowest
until one fails. What was found is kept in build-mutants/ledger.jsonl under the function's text, so that
a run goes on where another ended, and only what changed is tried again. Mutants that change nothing
anyone could see are listed in tools/mutants_equivalent.txt, with the reason, and do not count."""
import argparse
import collections
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import time

import mutants

SOURCE = pathlib.Path(__file__).resolve().parent.parent
KILLED = ("killed", "timeout")


class Bench:
    """The copy of the sources, its build, and the tests that it can run."""

    def __init__(self, folder, jobs):
        self.folder, self.tree, self.build = folder, folder / "tree", folder / "tree" / "build"
        self.jobs, self.tests, self.seconds = jobs, {}, {}

    def copy(self):
        """Brings the copy up to date; files that are the same keep their times."""
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=SOURCE,
                               capture_output=True, check=True).stdout.decode().split("\0")
        names = {n for n in names if n and (SOURCE / n).is_file()}
        for name in names:
            target, data = self.tree / name, (SOURCE / name).read_bytes()
            if not target.exists() or target.read_bytes() != data:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                shutil.copymode(SOURCE / name, target)
        for path in self.tree.rglob("*"):
            if path.is_file() and self.build not in path.parents and str(path.relative_to(self.tree)) not in names:
                path.unlink()
        shared = (SOURCE / ".." / "shared").resolve()
        if shared.is_dir() and not (self.folder / "shared").exists():
            (self.folder / "shared").symlink_to(shared)

    def prepare(self):
        self.copy()
        if not (self.build / "build.ninja").exists():
            subprocess.run(["meson", "setup", str(self.build), str(self.tree), "-Dbuildtype=release"], check=True,
                           stdout=subprocess.DEVNULL)
        if self.ninja() != 0:
            sys.exit("mutate: the sources do not build as they are")
        told = json.loads(subprocess.run(["meson", "introspect", "--tests", str(self.build)], capture_output=True,
                                         check=True).stdout)
        self.tests = {test["name"]: test for test in told}

    def ninja(self, *targets):
        command = ["ninja", "-C", str(self.build), "-j", str(self.jobs), *targets]
        return subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode

    def command_of(self, name):
        """A test's command, the targets that it needs, and its environment. 'net:REGEX' is a part of the net."""
        if name.startswith("net:"):
            net = [sys.executable, str(self.tree / "tests/net/net.py"), "--build", str(self.build), "--first", "--inputs",
                   str(self.folder / "net-inputs"), "--only", name[4:]]
            parts = ["src/cli/zdepth", "tests/net/net_host", "src/ofx/ZDepth.ofx", "src/frei0r/zdepth.so", "src/frei0r/zdepth_mixer.so"]
            return net, parts, {}
        test = self.tests[name]
        inside = [os.path.relpath(word, self.build) for word in test["cmd"] if word.startswith(str(self.build) + "/")]
        targets = [word for word in inside if (self.build / word).is_file()]
        if "ofx" in name or "frei0r" in name or "src/cli/zdepth" in targets:
            targets += ["src/cli/zdepth", "src/ofx/ZDepth.ofx", "src/frei0r/zdepth.so", "src/frei0r/zdepth_mixer.so"]
        return test["cmd"], sorted(set(targets)), test["env"]

    def run(self, name, limit):
        """'passed', 'failed', 'invalid' (does not build) or 'timeout'."""
        command, targets, env = self.command_of(name)
        if targets and self.ninja(*targets) != 0:
            return "invalid"
        env = dict(os.environ, **env, MALLOC_PERTURB_="113")
        process = subprocess.Popen(command, cwd=self.build, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                   stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            status = process.wait(limit)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)
            process.wait()
            return "timeout"
        return "passed" if status in (0, 77) else "failed"

    def order(self, names):
        """The tests that pass as the sources are, fastest first."""
        good = []
        for name in names:
            if not name.startswith("net:") and name not in self.tests:
                print(f"mutate: there is no test '{name}' here; left out")
                continue
            if name not in self.seconds:
                started = time.monotonic()
                answer = self.run(name, 900)
                self.seconds[name] = time.monotonic() - started if answer == "passed" else None
                if answer != "passed":
                    print(f"mutate: the test '{name}' {answer} without a mistake; left out")
            if self.seconds[name] is not None:
                good.append(name)
        return sorted(good, key=lambda n: self.seconds[n])

    def judge(self, mutant, tests):
        """Plants, tests and takes back."""
        path = self.tree / mutant.path
        text = path.read_text()
        path.write_text(text[:mutant.start] + mutant.text + text[mutant.end:])
        try:
            for name in tests:
                answer = self.run(name, max(15.0, 6.0 * self.seconds[name]))
                if answer != "passed":
                    return {"failed": "killed"}.get(answer, answer), name
            return "survived", ""
        finally:
            path.write_text(text)


def read_suites():
    """Which tests judge a module, from tools/mutants.txt: MODULE: TEST..."""
    suites = {}
    for line in (SOURCE / "tools/mutants.txt").read_text().splitlines():
        if line and not line.startswith("#"):
            module, names = line.split(":", 1)
            suites[module] = names.split()
    return suites


def read_equivalents():
    """PATH: FUNCTION: KIND: OLD -> NEW | reason. The same words in the same function mean the same."""
    path, found = SOURCE / "tools/mutants_equivalent.txt", {}
    for line in path.read_text().splitlines() if path.exists() else []:
        if line and not line.startswith("#"):
            mutant, reason = line.rsplit(" | ", 1)
            found[mutant.strip()] = reason
    return found


def without_line(shown):
    path, _, rest = shown.split(":", 2)
    return f"{path}:{rest}"


def changed_lines(revision):
    """path -> the lines that differ from a revision."""
    text = subprocess.run(["git", "diff", "-U0", revision, "--", "src"], cwd=SOURCE, capture_output=True, text=True,
                          check=True).stdout
    found, path = collections.defaultdict(set), None
    for line in text.splitlines():
        if line.startswith("+++ b/"):
            path = line[6:]
        match = re.match(r"@@ -\S+ \+(\d+)(?:,(\d+))? @@", line)
        if match and path:
            found[path] |= set(range(int(match[1]), int(match[1]) + int(match[2] or 1)))
    return found


def collect(args):
    """All mutants asked for, with their keys: module -> list."""
    lines = changed_lines(args.changed) if args.changed else None
    found = collections.defaultdict(list)
    for path in sorted((SOURCE / "src").rglob("*.c")):
        name = str(path.relative_to(SOURCE))
        module = name.split("/")[1]
        if (args.modules and module not in args.modules) or (lines is not None and name not in lines):
            continue
        if args.files and not re.search(args.files, name):
            continue
        text = path.read_text()
        for mutant in mutants.mutants_of(name, text):
            place = mutant.place
            first = text.count("\n", 0, place.start) + 1
            inside = range(first, text.count("\n", 0, place.end) + 2)
            if lines is not None and not lines[name] & set(inside):
                continue
            if not args.functions or re.search(args.functions, place.name):
                mutant.id = mutant.key(text[place.start:place.end])
                found[module].append(mutant)
    for module, made in found.items():
        random.Random(f"{args.seed} {module}").shuffle(made)
        found[module] = made[:args.count] if args.count else made
    return found


class Ledger:
    def __init__(self, path):
        self.path, self.rows = path, {}
        for line in path.read_text().splitlines() if path.exists() else []:
            row = json.loads(line)
            self.rows[row["id"]] = row

    def put(self, mutant, module, answer, test):
        row = {"id": mutant.id, "module": module, "shown": mutant.shown(), "answer": answer, "test": test}
        self.rows[mutant.id] = row
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a") as out:
            out.write(json.dumps(row) + "\n")


def report(found, ledger, equivalents, seed):
    """The score of each module and the mutants that nothing noticed."""
    total = collections.Counter()
    for module in sorted(found):
        count, survivors = collections.Counter(), []
        for mutant in found[module]:
            row = ledger.rows.get(mutant.id)
            if row is None:
                continue
            answer = "equivalent" if without_line(mutant.shown()) in equivalents else row["answer"]
            count[answer] += 1
            if answer == "survived":
                survivors.append(mutant.shown())
        for line in sorted(survivors):
            print(f"  survived  {line}")
        print(score(module, count, seed))
        total += count
    if len(found) > 1:
        print(score("all", total, seed))
    return total


def score(name, count, seed):
    killed = sum(count[k] for k in KILLED)
    counted = killed + count["survived"]
    share = f"{100 * killed / counted:.0f} %" if counted else "-"
    return (f"{name}: {share} ({killed} of {counted} noticed; {count['equivalent']} equivalent, {count['invalid']} that do "
            f"not build; seed {seed})")


def work(args, found, ledger, equivalents):
    bench = Bench(pathlib.Path(args.folder).resolve(), args.jobs)
    bench.prepare()
    suites, deadline = read_suites(), time.monotonic() + 60 * args.minutes if args.minutes else None
    for module in sorted(found):
        todo = [m for m in found[module] if m.id not in ledger.rows and without_line(m.shown()) not in equivalents]
        tests = bench.order(suites.get(module, [])) if todo else []
        for number, mutant in enumerate(todo, 1):
            if deadline and time.monotonic() > deadline:
                return
            answer, test = bench.judge(mutant, tests)
            ledger.put(mutant, module, answer, test)
            if args.verbose or answer == "survived":
                print(f"{module} {number}/{len(todo)} {answer} {test}: {mutant.shown()}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--count", type=int, default=0, help="mutants a module, sampled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--changed", metavar="REVISION")
    parser.add_argument("--functions", metavar="REGEX")
    parser.add_argument("--files", metavar="REGEX")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--folder", default=SOURCE / "build-mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    found, equivalents = collect(args), read_equivalents()
    if not found:
        print("mutate: there is no mutant to make here")
        return 0
    print(f"{sum(map(len, found.values()))} mutants of {', '.join(sorted(found))}; seed {args.seed}", flush=True)
    ledger = Ledger(pathlib.Path(args.folder) / "ledger.jsonl")
    if not args.report:
        work(args, found, ledger, equivalents)
    report(found, ledger, equivalents, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
