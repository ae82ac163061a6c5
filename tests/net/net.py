#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The net: some hundred small jobs through every verb and door, held to the truth in truth.txt.

    net.py --build FOLDER [--only REGEX] [--list]        compares; exit status 1 when a job differs
    net.py --build FOLDER --update "REASON"              writes what is new or differs as the truth
    net.py --build FOLDER --only NAME --save FOLDER [--against OTHER-BUILD]
                                                         keeps what the jobs wrote, of both builds

What is compared are decoded pixels, facts of streams, texts and what analyses say: never bytes of a
container, and no frames of codecs that lose something. jobs.txt tells how a job is written."""
import argparse
import concurrent.futures
import fcntl
import hashlib
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

import inputs
import pictures

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent
WRITES = ("composite", "filter", "view", "depth", "matte", "render")
SAMPLE = 8  # the quick part is every eighth job, and the first of each verb or door that these leave out


class Job:
    def __init__(self, name, text, needs):
        self.name, self.needs = name, needs
        self.steps = [step.strip() for step in text.split(";;")]


def read_jobs(path=HERE / "jobs.txt"):
    """name [needs]: step ;; step"""
    jobs, macros = [], {}
    for number, line in enumerate(path.read_text().splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("let "):
            name, value = line[4:].split("=", 1)
            macros[name.strip()] = expand(value.strip(), macros)
            continue
        found = re.fullmatch(r"([a-z0-9-]+)(?: \[([a-z]+)\])?: (.+)", line)
        if not found or any(job.name == found[1] for job in jobs):
            sys.exit(f"{path}:{number}: '{line[:40]}' is no new 'NAME: STEPS' or 'NAME [NEEDS]: STEPS'")
        jobs.append(Job(found[1], expand(found[3], macros), found[2]))
    return jobs


def expand(text, macros):
    return re.sub(r"\$([A-Z]+)", lambda m: macros[m[1]], text)


class Runner:
    def __init__(self, build, work, given):
        self.build, self.work, self.inputs = pathlib.Path(build).resolve(), work, given
        self.held = []  # files that the other process of a job still writes
        self.env = dict(os.environ, LC_ALL="C.UTF-8", ZD_SOURCE=str(SOURCE), HOME=str(work / "home"), TZ="UTC")
        # Whoever runs it may have a cache, networks, plug-ins, colour spaces and a terminal of their own.
        for name in list(self.env):
            if name.startswith("XDG_") or name in ("ZD_CACHE", "ZD_CACHE_LIMIT", "ZD_CONFIG", "ZD_MODELS", "ZD_MODEL_MIRROR",
                                                   "FREI0R_PATH", "OCIO", "OFX_PLUGIN_PATH", "COLUMNS", "LANGUAGE", "DISPLAY",
                                                   "WAYLAND_DISPLAY"):
                del self.env[name]

    def command(self, words, place):
        """A step's words as a command line, with an output where its verb wants one."""
        if words[0] == "net_host":
            return [self.build / "tests/net/net_host", self.build, *words[1:], "out.raw"]
        more = []
        if words[0] in WRITES and not {"-o", "--output"} & set(words) and words[0] != "render":
            more = ["-o", "out.mkv", "--codec", "ffv1"]
        if "--quiet" not in words and "--json" not in words:
            more.append("--quiet")
        return [self.build / "src/cli/zdepth", *words, *more]

    def step(self, text, place, log):
        text = re.sub(r"\{(\w*)\}", lambda m: str(SOURCE if m[1] == "source" else self.inputs), text)
        words = shlex.split(text)
        if words[0] == "count-cache":
            kinds = [p.suffix for p in (place.parent / (place.name + ".cache")).rglob("*") if p.is_file()]
            log.append("cache: " + " ".join(sorted(kinds)))
            return
        if words[0] == "spoil":
            self.spoil(words[1:], place)
            return
        if words[0] == "partial":  # as another process leaves it while it writes
            for shelf in filter(pathlib.Path.is_dir, (place / words[1]).iterdir()):
                if not any(entry.suffix == ".zdm" for entry in shelf.iterdir()):
                    continue  # where the others lie follows from times and numbers of files
                file = (shelf / ".half.part0123456789abcdef.exr").open("wb")
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(b"half")
                file.flush()
                self.held.append(file)
            return
        if words[0] == "list":
            log.append("\n".join(sorted(p.suffix or p.name for p in (place / words[1]).rglob("*") if p.is_file())))
            shutil.rmtree(place / words[1])
            return
        if words[0] in ("rm", "cp", "touch", "mkdir"):
            subprocess.run(words, cwd=place, check=True)
            return
        env = dict(self.env, ZD_CACHE=str(place.parent / (place.name + ".cache")))
        while re.match(r"[A-Z_]+=", words[0]):
            key, value = words.pop(0).split("=", 1)
            env[key] = value
        result = subprocess.run([str(c) for c in self.command(words, place)], cwd=place, env=env, capture_output=True,
                                text=True, stdin=subprocess.DEVNULL, timeout=300)
        log.append(result.stdout)
        said = [line for line in result.stderr.splitlines() if not line.startswith("{")]
        log.append(f"exit {result.returncode}: " + "\n".join(said))

    @staticmethod
    def spoil(words, place):
        """spoil ENDING OFFSET|WORD: changes one byte in each such file of the cache, counted from its end, or
        soon after the last place of a word."""
        for path in (place.parent / (place.name + ".cache")).rglob("*." + words[0]):
            data = bytearray(path.read_bytes())
            at = len(data) - int(words[1]) if words[1].isdigit() else data.rindex(words[1].encode()) + 40
            data[at] ^= 1
            path.write_bytes(data)

    def run(self, job):
        """The digests of what the job said and wrote: a list of name=digest."""
        place = self.work / "jobs" / job.name
        place.mkdir(parents=True)
        log = []
        for step in job.steps:
            self.step(step, place, log)

        def hide(text):
            text = text.replace(str(self.inputs), "WORK/in").replace(str(place), "HERE").replace(str(self.work), "WORK")
            return text.replace(str(SOURCE), "SOURCE").replace(str(self.build), "BUILD")

        said = hide("\n".join(log))
        (place / "said.txt").write_text(said)
        out = []
        for path in sorted(p for p in place.rglob("*") if p.is_file()):
            try:
                told = pictures.digest_of(path, hide)
            except (subprocess.CalledProcessError, ValueError, KeyError) as error:
                told = f"unreadable({type(error).__name__})"
            out.append(f"{path.relative_to(place)}={told}")
        return out


def need_fingerprints(jobs, runner):
    """What some jobs depend on beside the code: name -> text that must be the same."""
    def said(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, env=runner.env).stdout
        except FileNotFoundError:
            return "none"

    found = {}
    needs = {job.needs for job in jobs}
    if "fonts" in needs:
        text = "".join(said("fc-match", "-f", "%{file}", f) for f in ("Sans Bold", "Serif Italic"))
        files = said("fc-match", "-f", "%{file}\n", "Sans Bold") + said("fc-match", "-f", "%{file}", "Serif Italic")
        sums = [hashlib.sha256(pathlib.Path(f).read_bytes()).hexdigest() for f in files.split("\n") if os.path.exists(f)]
        versions = said("pkg-config", "--modversion", "pango", "cairo", "freetype2", "librsvg-2.0")
        found["fonts"] = pictures.digest(text, *sums, versions)
    if "gl" in needs:
        found["gl"] = pictures.digest("\n".join(line for line in said(str(runner.build / "src/cli/zdepth"), "doctor").splitlines()
                                                if "OpenGL" in line or "llvmpipe" in line))
    if "ffmpeg" in needs:  # times of sound that its tool decodes, what ProRes tells of colours, MPEG-2 as an input
        found["ffmpeg"] = pictures.digest(*re.findall(r"^ffmpeg version (\d+\.\d+)", said("ffmpeg", "-version")))
    for need, file in (("network", "zdepth-embedded"), ("styles", "zdepth-style")):
        weights = SOURCE / f"models/{file}.safetensors"
        if need in needs:
            found[need] = pictures.digest(weights.read_bytes() if weights.exists() else b"none")
    return found


def read_truth(path):
    truth, notes = {}, []
    for line in path.read_text().splitlines() if path.exists() else []:
        if line.startswith("#"):
            notes.append(line)
        elif line:
            name, rest = line.split(" ", 1)
            truth[name] = rest
    return truth, notes


def write_truth(path, truth, notes, jobs):
    order = ["@" + need for need in ("fonts", "gl", "ffmpeg", "network", "styles")] + [job.name for job in jobs]
    lines = notes + [f"{name} {truth[name]}" for name in order if name in truth]
    path.write_text("\n".join(lines) + "\n")


def choose(jobs, args):
    if args.only:
        jobs = [job for job in jobs if re.search(args.only, job.name)]
    if args.quick:
        taken = jobs[::SAMPLE]
        seen = {door for job in taken for door in doors(job)}
        for job in jobs:
            if doors(job) - seen:
                taken.append(job)
                seen |= doors(job)
        jobs = taken
    return jobs


def doors(job):
    """The verbs of a job, with the plug-in where a host of ours runs it and the view where one is named."""
    found = set()
    for step in job.steps:
        words = [w for w in step.split() if not re.match(r"[A-Z_]+=", w)]  # without the environment
        view = [w for flag, w in zip(words, words[1:]) if flag == "--view"]
        found.add(" ".join(words[:2] if words[0] == "net_host" else words[:1] + view))
    return found


def run_until(jobs, runner, truth):
    """Jobs one by one up to the first that differs."""
    results = {}
    for job in jobs:
        results[job.name] = runner.run(job)
        if truth.get(job.name) != " ".join(results[job.name]):
            break
    return results


def run_all(jobs, build, folder, threads, given, first=None):
    given = pathlib.Path(given).resolve() if given else folder / "in"
    runner = Runner(build, folder, given)
    if not given.exists():
        inputs.Inputs(given).make()
    if first is not None:
        return runner, run_until(jobs, runner, first)
    with concurrent.futures.ThreadPoolExecutor(threads) as pool:
        results = dict(zip([job.name for job in jobs], pool.map(runner.run, jobs)))
    return runner, results


def differences(was, now):
    """The parts that are not the same, of two lists of name=digest."""
    old, new = dict(p.rsplit("=", 1) for p in was.split()), dict(p.rsplit("=", 1) for p in now.split())
    return [name for name in sorted(old | new) if old.get(name) != new.get(name)]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", required=True, help="the build folder to test")
    parser.add_argument("--only", help="jobs whose names match this")
    parser.add_argument("--quick", action="store_true", help=f"every {SAMPLE}th job and one of each verb, door and view: what the default suite runs")
    parser.add_argument("--inputs", metavar="FOLDER", help="keep the inputs here, and take those that are there")
    parser.add_argument("--first", action="store_true", help="stop at the first job that differs")
    parser.add_argument("--update", metavar="REASON", help="write what differs as the new truth")
    parser.add_argument("--save", help="keep what the jobs wrote in this folder")
    parser.add_argument("--against", help="with --save: the same jobs by another build")
    parser.add_argument("--truth", default=HERE / "truth.txt", type=pathlib.Path)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    jobs = choose(read_jobs(), args)
    if args.list:
        print("\n".join(f"{job.name}: {' ;; '.join(job.steps)}" for job in jobs))
        return 0
    started = time.monotonic()
    work = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-net-"))
    try:
        truth = read_truth(args.truth)[0] if args.first else None
        runner, results = run_all(jobs, args.build, work, args.jobs, args.inputs, truth)
        jobs = [job for job in jobs if job.name in results]
        status = compare(jobs, results, need_fingerprints(jobs, runner), args, time.monotonic() - started)
        if args.save:
            keep(work, pathlib.Path(args.save) / "now")
        if args.against:
            other = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-net-"))
            run_all(jobs, args.against, other, args.jobs, args.inputs)
            keep(other, pathlib.Path(args.save or ".") / "against")
            shutil.rmtree(other)
        return status
    finally:
        shutil.rmtree(work, ignore_errors=True)


def keep(work, target):
    shutil.copytree(work / "jobs", target, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.cache"))
    print(f"what the jobs wrote is in {target}")


def compare(jobs, results, found, args, seconds):
    truth, notes = read_truth(args.truth)
    skipped = {need for need, value in found.items() if truth.get("@" + need, value) != value} if not args.update else set()
    equal = other = unknown = left_out = 0
    changed = []
    for job in jobs:
        now = " ".join(results[job.name])
        if job.needs in skipped:
            left_out += 1
        elif job.name not in truth:
            unknown += 1
            changed.append(job.name)
            print(f"NEW {job.name}" if args.update else f"FAILED {job.name}: has no truth yet; --update \"REASON\" writes it")
        elif truth[job.name] != now:
            other += 1
            changed.append(job.name)
            print(f"{'CHANGED' if args.update else 'FAILED'} {job.name}: {', '.join(differences(truth[job.name], now))}"
                  f"\n    {' ;; '.join(job.steps)}")
        else:
            equal += 1
    for need in sorted(skipped):
        print(f"skipped: jobs that need the same {need} as the truth's; here it is another")
    if args.update:
        names = {job.name for job in read_jobs()}
        truth = {k: v for k, v in truth.items() if k in names or k[0] == "@"}
        truth.update({job.name: " ".join(results[job.name]) for job in jobs})
        truth.update({"@" + need: value for need, value in found.items()})
        notes.append(f"# {time.strftime('%Y-%m-%d')} {args.update}: {', '.join(changed) if len(changed) <= 12 else str(len(changed)) + ' jobs'}")
        write_truth(args.truth, truth, notes, read_jobs())
    print(f"{equal} passed, {other + unknown} failed" + (f", {left_out} skipped" if left_out else "") + f" ({seconds:.0f} s)")
    return 1 if other + unknown and not args.update else 0


if __name__ == "__main__":
    sys.exit(main())
