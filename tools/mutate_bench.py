# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The copy of the sources in which mutants are planted, its build, and the tests that judge them there."""
import json
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import mutate_plant

PLUGINS = ["src/ofx/ZDepth.ofx", "src/frei0r/zdepth.so", "src/frei0r/zdepth_mixer.so", "src/files/zdepth-files.so"]
DOORS = ["src/cli/zdepth", "src/cli/zdepth-run", *PLUGINS]


class Test:
    """One program, or one job of the net: what it takes and which functions it comes by."""

    def __init__(self, name):
        self.name, self.seconds, self.wall, self.reached = name, 0.0, 0.0, set()


class Bench:
    def __init__(self, source, folder, jobs):
        self.source, self.folder, self.jobs = source, folder, jobs
        self.tree, self.build = folder / "tree", folder / "tree" / "build"
        self.known, self.net, self.net_jobs, self.truth, self.planted = {}, None, {}, {}, set()

    # The copy

    def copy(self):
        """Brings the copy up to date; files that are the same keep their times."""
        names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=self.source,
                               capture_output=True, check=True).stdout.decode().split("\0")
        names = {n for n in names if n and (self.source / n).is_file()}
        for name in names - self.planted:
            self.write(name, (self.source / name).read_bytes())
            shutil.copymode(self.source / name, self.tree / name)
        for path in self.tree.rglob("*"):
            if path.is_file() and self.build not in path.parents and str(path.relative_to(self.tree)) not in names:
                path.unlink()
        shared = (self.source / ".." / "shared").resolve()
        if shared.is_dir() and not (self.folder / "shared").exists():
            (self.folder / "shared").symlink_to(shared)

    def write(self, name, data):
        target = self.tree / name
        if not target.exists() or target.read_bytes() != data:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)

    def ninja(self, targets):
        """'' when it builds, or what the tools said."""
        done = subprocess.run(["ninja", "-C", str(self.build), "-k", "0", "-j", str(self.jobs), *targets],
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        return done.stdout if done.returncode else ""

    def prepare(self):
        if not (self.build / "build.ninja").exists():
            subprocess.run(["meson", "setup", str(self.build), str(self.tree), "-Dbuildtype=release"], check=True,
                           stdout=subprocess.DEVNULL)
        said = self.ninja(["build.ninja"])
        told = subprocess.run(["meson", "introspect", "--tests", str(self.build)], capture_output=True, check=True).stdout
        self.known = {test["name"]: test for test in json.loads(told)}
        return said

    def plant(self, mutants, names):
        """Builds the tests named, with all of these (number -> mutant) in them; the numbers that do not build."""
        bad, plain = set(), set()
        texts = {m.path: m.source for m in mutants.values()}
        self.planted = set(texts)
        self.copy()
        for _ in range(12):
            for path, text in texts.items():
                inside = [(n, m) for n, m in mutants.items() if m.path == path and n not in bad]
                self.write(path, mutate_plant.planted(path, text, inside, path not in plain).encode())
            self.prepare()
            said = self.ninja(self.targets_of(names))
            if not said:
                return bad
            numbers, files = mutate_plant.blamed(said)
            again = files & plain
            bad |= numbers | {n for n, m in mutants.items() if m.path in again}
            if not numbers and not files - plain and not again:
                break
            plain |= files
        sys.exit("mutate: the sources do not build:\n" + said[-3000:])

    def targets_of(self, names):
        found = {f"src/models/{path.name}" for path in (self.tree / "models").glob("zdepth-*.safetensors")}
        for name in names:
            if name.startswith("net:"):
                found |= {*DOORS, "tests/net/net_host"}
            elif name in self.known:
                words = [os.path.relpath(w, self.build) for w in self.known[name]["cmd"] if w.startswith(str(self.build) + "/")]
                found |= {w for w in words if not w.endswith(".py") and not w.startswith("..")  # what is not a source
                          and not (self.build / w).is_dir()}
                # Plug-ins load others when they are asked to; some tests are given the folder that they lie in.
                found |= {*PLUGINS} if {*PLUGINS} & {*words} else {p for p in PLUGINS if os.path.dirname(p) in words}
                found |= {*DOORS} if {"cli", "ofx", "frei0r", "api"} & {s.split(":")[-1] for s in self.known[name]["suite"]} else set()
        return sorted(found)

    # The tests

    def jobs_of(self, pattern):
        """The jobs of the net whose names match, as 'net:NAME'."""
        if self.net is None:
            sys.path.insert(0, str(self.tree / "tests/net"))
            import net
            self.net, given = net, self.folder / "net-inputs"
            if not given.exists():
                net.inputs.Inputs(given).make()
            self.net_jobs = {job.name: job for job in net.read_jobs()}
            self.truth = net.read_truth(self.tree / "tests/net/truth.txt")[0]
        return [f"net:{name}" for name in self.net_jobs if self.net.re.search(pattern, name)]

    def run(self, name, env, seconds=0.0, wall=900.0):
        """'passed', 'failed' or 'timeout': of the processor, so that a busy machine decides nothing."""
        limit = int(max(4.0, 8.0 * seconds)) if seconds else 600
        try:
            if name.startswith("net:"):
                return "passed" if self.run_job(name[4:], env, limit) else "failed"
            return self.run_program(self.known[name], env, limit, max(120.0, 40.0 * wall))
        except subprocess.TimeoutExpired:
            return "timeout"

    def run_program(self, test, env, limit, wall):
        process = subprocess.Popen(test["cmd"], cwd=self.build, env=dict(os.environ, **test["env"], **env), stdout=subprocess.DEVNULL,
                                   stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL, process_group=0,
                                   preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1)))
        try:
            status = process.wait(wall)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        return "passed" if status in (0, 77) else "timeout" if status == -signal.SIGXCPU else "failed"

    def run_job(self, name, env, limit):
        with tempfile.TemporaryDirectory(prefix="zdepth-net-") as work:
            runner = self.net.Runner(self.build, pathlib.Path(work), (self.folder / "net-inputs").resolve())
            runner.env.update(env)
            runner.env["ZD_SOURCE"] = str(self.tree)
            plain = runner.command
            runner.command = lambda words, place: ["prlimit", f"--cpu={limit}", *plain(words, place)]
            return " ".join(runner.run(self.net_jobs[name])) == self.truth.get(name)

    def measure(self, name):
        """The test as it is without a mistake: None if it does not pass."""
        test = Test(name)
        with tempfile.NamedTemporaryFile(prefix="zdepth-reached-") as reached:
            before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
            answer = self.run(name, {"ZD_MUTANT": "0", "ZD_MUTANT_REACHED": reached.name})
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            test.seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            test.wall = time.monotonic() - started
            test.reached = set(pathlib.Path(reached.name).read_text().split("\n"))
        if answer != "passed":
            print(f"mutate: the test '{name}' {answer} without a mistake; left out", flush=True)
            return None
        return test

    def judge(self, number, mutant, tests, most):
        """Which test notices: ('killed' or 'timeout', its name), or ('survived', how many came by)."""
        place, spent, came = f"{mutant.path}|{mutant.place.name}", 0.0, 0
        for test in tests:
            if not mutant.place.is_table and place not in test.reached:
                continue
            came, spent = came + 1, spent + test.seconds
            if came > 1 and spent > most:
                return "survived", f"{came - 1} came by, others cost too much"
            answer = self.run(test.name, {"ZD_MUTANT": str(number), "MALLOC_PERTURB_": "113"}, test.seconds, test.wall)
            if answer != "passed":
                return {"failed": "killed"}.get(answer, answer), test.name
        return "survived", f"{came} came by" if not mutant.place.is_table else "a table"

    def judge_table(self, mutant, tests, most):
        """A mutant of data: built by itself, and taken back."""
        text = (self.tree / mutant.path).read_text()
        at = text.index(mutant.source[mutant.place.start:mutant.place.end])  # others may stand before it
        changed = text[:at + mutant.start - mutant.place.start] + mutant.text + text[at + mutant.end - mutant.place.start:]
        (self.tree / mutant.path).write_text(changed)
        try:
            if self.ninja(self.targets_of([t.name for t in tests])):
                return "invalid", ""
            return self.judge(0, mutant, tests, most)
        finally:
            (self.tree / mutant.path).write_text(text)
