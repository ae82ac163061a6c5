#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Plants single small mistakes in a module and counts how many its tests notice.

    tools/mutate.py MODULE... [--count N] [--seed S] [--minutes M] [--functions REGEX] [--files REGEX]
    tools/mutate.py --sample 300 --seed S [MODULE...]     the part of these modules in one sample of all the sources
    tools/mutate.py --sample 300 --seed S --report        its score by module, and what of it is not judged yet
    tools/mutate.py --changed [REVISION] [--minutes M]    functions that differ from a revision, or from main
    tools/mutate.py MODULE... --again                     those that nothing noticed, once more
    tools/mutate.py --listed                              mistakes of old that no test had noticed
    tools/mutate.py --report [MODULE...]                  what the ledger holds, without running
    tools/mutate.py --keep                                puts that into tools/mutants_ledger.txt, to go on elsewhere

All work is done in a copy of the sources with a build of its own (build-mutants/). All mutants of a run
are built at once, each asleep until the environment wakes it (tools/mutate_plant.py). Of the module's
tests (tools/mutants.txt) those that come by the mutant's function run, from the fastest on, until one
fails. What was found is kept in build-mutants/ledger.jsonl under the function's text, so that a run goes
on where another ended, and only what changed is tried again; tools/mutants_ledger.txt holds what was
found on other days. Mutants that change nothing anyone could see are listed in
tools/mutants_equivalent.txt, with the reason, and do not count.

A sample (--sample) is of all modules, of each by the square root of its number of mutants, so that small ones
are heard as well; a mutant that does not build gives its place to the next."""
import argparse
import collections
import hashlib
import itertools
import json
import math
import os
import pathlib
import re
import resource
import subprocess
import sys
import time

import mutants
import mutate_bench

SOURCE = pathlib.Path(__file__).resolve().parent.parent
KILLED = ("killed", "timeout")
RECENT = 20  # commits
A_MINUTE = 8  # mutants: more would take all of the time to build
# What the scores may not fall below, in percent; modules that have none here are told all the same.
BARS = {85: "core image media model", 75: "depth matte composite title scene project engine jobs cache", 65: "cli ofx frei0r"}
BAR = {module: bar for bar, modules in BARS.items() for module in modules.split()}


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


def base_of(revision):
    """The commit that a change began at: a revision that is named, where this branch left main, or some commits ago."""
    def git(*words):
        return subprocess.run(["git", *words], cwd=SOURCE, capture_output=True, text=True)

    if revision:
        return revision
    for main in ("main", "origin/main"):
        base = git("merge-base", "HEAD", main).stdout.strip()
        if base and git("diff", "--quiet", base, "--", "src").returncode:
            return base
    count = min(RECENT, int(git("rev-list", "--count", "--first-parent", "HEAD").stdout) - 1)
    print(f"mutate: the sources are those of main; the functions that the last {count} commits changed are taken")
    return f"HEAD~{count}"


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


def compiled(folder):
    """The sources that this machine's build compiles at all, as far as it is known."""
    for path in (folder / "tree/build/compile_commands.json", SOURCE / "build/compile_commands.json"):
        if path.exists():
            return {re.sub(r"^(\.\./)+", "", row["file"]) for row in json.loads(path.read_text())}
    return set()


def listed():
    """The mistakes of tools/mutants_listed.txt: module -> list."""
    found = collections.defaultdict(list)
    for line in (SOURCE / "tools/mutants_listed.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        path, function, old, new, what = line.split(" | ")
        text = (SOURCE / path).read_text()
        places = [p for p in mutants.places_of(text) if p.name == function and text[p.start:p.end].count(old) == 1]
        if len(places) != 1:
            sys.exit(f"tools/mutants_listed.txt: {path} has no {function} with one '{old}'")
        start = text.index(old, places[0].start)
        mutant = mutants.Mutant(path, places[0], what, start, start + len(old), old, new, text.count("\n", 0, start) + 1)
        mutant.id, mutant.source = mutant.key(text[places[0].start:places[0].end]), text
        found[path.split("/")[1]].append(mutant)
    return found


def collect(args):
    """All mutants asked for, with their keys: module -> list."""
    lines = changed_lines(base_of(args.changed)) if args.changed is not None else None
    built = compiled(pathlib.Path(args.folder))
    found = collections.defaultdict(list)
    for path in sorted((SOURCE / "src").rglob("*.c")):
        name = str(path.relative_to(SOURCE))
        module = name.split("/")[1]
        if (args.modules and module not in args.modules and not args.sample) or (lines is not None and name not in lines) or (built and name not in built):
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
                mutant.id, mutant.source = mutant.key(text[place.start:place.end]), text
                found[module].append(mutant)
    for module, made in found.items():
        made.sort(key=lambda m: digest(args.seed, m))
        found[module] = made[:args.count] if args.count else made
    return in_time(found, args) if args.minutes and not args.sample else found


def every_mutant():
    """All mutants of all sources, each with its function's text."""
    for path in sorted((SOURCE / "src").rglob("*.c")):
        text = path.read_text()
        for mutant in mutants.mutants_of(str(path.relative_to(SOURCE)), text):
            body = text[mutant.place.start:mutant.place.end]
            mutant.id = mutant.key(body)
            yield mutant, body


def in_time(found, args):
    """Of all modules together as many as there is time to build and to judge."""
    every = sorted(((m, module) for module, made in found.items() for m in made), key=lambda pair: digest(args.seed, pair[0]))
    out = collections.defaultdict(list)
    for mutant, module in every[:int(A_MINUTE * args.minutes)]:
        out[module].append(mutant)
    return out


def digest(seed, mutant):
    """By digests, so that the sample stays while other functions come and go."""
    return hashlib.sha256(f"{seed} {mutant.id}".encode()).digest()


def shares_of(found, count):
    """How many mutants of a sample are of each module."""
    weights = {module: math.sqrt(len(made)) for module, made in sorted(found.items())}
    exact = {module: count * weight / sum(weights.values()) for module, weight in weights.items()}
    shares = {module: int(part) for module, part in exact.items()}
    for module in sorted(exact, key=lambda m: shares[m] - exact[m])[:count - sum(shares.values())]:
        shares[module] += 1
    return shares


def sampled(made, share, ledger, bad=frozenset(), spare=0):
    """The first of a module that build, as far as it is known, and some more in case that others do not."""
    known = (m for m in made if ledger.rows.get(m.id, {}).get("answer") != "invalid" and m.id not in bad)
    return list(itertools.islice(known, share + spare))


class Ledger:
    def __init__(self, path, kept):
        self.path, self.kept, self.rows = path, kept, {}
        for line in kept.read_text().splitlines() if kept.exists() else []:
            if not line.startswith("#"):
                name, module, answer, test, shown = line.split(" | ", 4)
                self.rows[name] = {"id": name, "module": module, "shown": shown, "answer": answer, "test": test}
        for line in path.read_text().splitlines() if path.exists() else []:
            row = json.loads(line)
            self.rows[row["id"]] = row

    def keep(self):
        """Writes down what is known of the sources as they are: a file that moved takes its rows along."""
        here = {}
        gone = {path for path in (row["shown"].split(":")[0] for row in self.rows.values()) if not (SOURCE / path).exists()}
        for mutant, body in every_mutant():
            old = [mutant.key(body, path) for path in gone if pathlib.Path(path).name == pathlib.Path(mutant.path).name]
            for name in [mutant.id, *old]:
                if name in self.rows:
                    here.setdefault(mutant.id, dict(self.rows[name], id=mutant.id, shown=mutant.shown()))
        self.rows = here
        rows = sorted(self.rows.values(), key=lambda row: (row["module"], without_line(row["shown"]), row["id"]))
        head = [line for line in self.kept.read_text().splitlines() if line.startswith("#")]
        lines = [" | ".join(row[key] for key in ("id", "module", "answer", "test", "shown")) for row in rows]
        self.kept.write_text("\n".join(head + lines) + "\n")
        print(f"{len(rows)} mutants are written down in {self.kept.name}")

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
            row = ledger.rows.get(mutant.id, {"answer": "missing"})
            answer = "equivalent" if without_line(mutant.shown()) in equivalents else row["answer"]
            count[answer] += 1
            count["unreached"] += answer == "survived" and row["test"].startswith("0 came by")
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
    bar = f", bar {BAR[name]} %" if name in BAR else ""
    missing = f", {count['missing']} NOT JUDGED" if count["missing"] else ""
    return (f"{name}: {share}{bar} ({killed} of {counted} noticed; {count['unreached']} that no test run comes by, {count['equivalent']} equivalent, {count['invalid']} that do "
            f"not build{missing}; seed {seed})")


def number(found, ledger, equivalents, again):
    """The mutants that are to be tried, numbered: number -> mutant, with its module in it."""
    out = {}
    for module in sorted(found):
        for mutant in found[module]:
            row = ledger.rows.get(mutant.id)
            due = row["answer"] == "survived" if again and row else row is None
            if due and without_line(mutant.shown()) not in equivalents:
                mutant.module = module
                out[int(mutant.id[:7], 16) + 1] = mutant  # the same in every run, for the compiler's cache
    return out


def sample(args, names):
    """Some of the net's jobs, or all."""
    return sorted(names, key=lambda n: hashlib.sha256(f"{args.seed} {n}".encode()).digest())[:args.net or None]


def work(args, found, ledger, equivalents):
    numbered, suites = number(found, ledger, equivalents, args.again), read_suites()
    if not numbered:
        return
    bench = mutate_bench.Bench(SOURCE, pathlib.Path(args.folder).resolve(), args.jobs)
    bench.copy()
    bench.prepare()
    begun = time.monotonic()
    named = {}
    for module in {m.module for m in numbered.values()}:
        words = [w for w in suites.get(module, []) if not args.without or not re.match(args.without, w)]
        names = [n for w in words for n in (sample(args, bench.jobs_of(w[4:])) if w.startswith("net:") else [w])]
        named[module] = [n for n in names if n.startswith("net:") or n in bench.known]
    # The first of each module, then the second: where time ends, each has its fast ones.
    order = list(dict.fromkeys(n for row in itertools.zip_longest(*named.values()) for n in row if n))
    if args.minutes:  # what has to be built once in any case does not count
        bench.ninja(bench.targets_of(order))
        begun = time.monotonic()
    switched = {n: m for n, m in numbered.items() if not m.place.is_table}
    bad = bench.plant(switched, order)
    print(f"built; {len(bad)} do not; {processor():.0f} s of the processor", flush=True)
    if args.sample:  # those that were planted as spare ones are judged where others do not build
        dead = {numbered[n].id for n in bad}
        wanted = {m.id for module, made in found.items() for m in sampled(made, args.shares[module], ledger, dead)}
        numbered = {n: m for n, m in numbered.items() if m.id in wanted or n in bad}
    measured = measure_all(args, bench, order, begun)
    print(f"{len(measured)} tests take {sum(t.seconds for t in measured.values() if t):.0f} s of the processor", flush=True)
    for test in sorted(filter(None, measured.values()), key=lambda t: -t.seconds)[:5]:
        print(f"  {test.name} {test.seconds:.1f} s", flush=True)
    tests = {m: sorted((measured[n] for n in names if measured.get(n)), key=lambda t: t.seconds) for m, names in named.items()}
    judge_all(args, bench, numbered, bad, tests, ledger, begun)


def processor():
    """What this run has used so far, in seconds."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_CHILDREN, resource.RUSAGE_SELF)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def measure_all(args, bench, order, begun):
    """The tests as tools/mutants.txt lists them, the fast ones first; half of the time that is given has to be left."""
    measured = {}
    for name in order:
        if args.minutes and time.monotonic() - begun > 30 * args.minutes:
            print(f"{len(order) - len(measured)} tests are left out, there is no time to measure them", flush=True)
            args.is_short = True
            break
        measured[name] = bench.measure(name)
    return measured


def judge_all(args, bench, numbered, bad, tests, ledger, begun):
    deadline = begun + 60 * args.minutes if args.minutes else None
    # Tables last: each is built for itself, and what is built then is no judge of the others.
    in_order = sorted(numbered.items(), key=lambda item: item[1].place.is_table)
    for i, (n, mutant) in enumerate(in_order, 1):
        if deadline and time.monotonic() > deadline:
            return
        if n in bad:
            answer, test = "invalid", ""
        elif mutant.place.is_table:
            answer, test = bench.judge_table(mutant, tests[mutant.module], args.most)
        else:
            answer, test = bench.judge(n, mutant, tests[mutant.module], args.most)
        if args.is_short and test.startswith("0 came by"):
            print(f"{i}/{len(numbered)} not judged, no test that was measured comes by: {mutant.shown()}", flush=True)
            continue
        ledger.put(mutant, mutant.module, answer, test)
        if args.verbose or answer == "survived":
            print(f"{i}/{len(numbered)} {answer} ({test}): {mutant.shown()}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*")
    parser.add_argument("--count", type=int, default=0, help="mutants a module, sampled")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=0)
    parser.add_argument("--sample", type=int, default=0, metavar="N", help="N mutants of all modules that build")
    parser.add_argument("--changed", metavar="REVISION", nargs="?", const="")
    parser.add_argument("--listed", action="store_true", help="those of tools/mutants_listed.txt")
    parser.add_argument("--functions", metavar="REGEX")
    parser.add_argument("--files", metavar="REGEX")
    parser.add_argument("--again", action="store_true", help="try those again that nothing noticed")
    parser.add_argument("--without", metavar="REGEX", help="judge without these tests; --again judges the survivors by all")
    parser.add_argument("--net", type=int, default=0, metavar="N", help="at most so many jobs of the net a module, sampled")
    parser.add_argument("--most", type=float, default=20.0, metavar="SECONDS", help="of the processor for one mutant")
    parser.add_argument("--report", action="store_true")
    parser.add_argument("--keep", action="store_true", help="write what is known into tools/mutants_ledger.txt")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--folder", default=SOURCE / "build-mutants")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 2)
    args = parser.parse_args()
    if args.minutes and not args.net:
        args.net = 4
    args.is_short = False  # whether tests were left out for want of time
    begun = time.monotonic()
    ledger = Ledger(pathlib.Path(args.folder) / "ledger.jsonl", SOURCE / "tools/mutants_ledger.txt")
    if args.keep:
        ledger.keep()
        return 0
    found, equivalents = listed() if args.listed else collect(args), read_equivalents()
    if args.sample:
        args.shares = shares_of(found, args.sample)
        every = {m: made for m, made in found.items() if not args.modules or m in args.modules}
        found = {m: sampled(made, args.shares[m], ledger, spare=2 + args.shares[m] // 3) for m, made in every.items()}
    if not found:
        print("mutate: there is no mutant to make here")
        return 0
    print(f"{sum(map(len, found.values()))} mutants of {', '.join(sorted(found))}; seed {args.seed}", flush=True)
    if not args.report:
        work(args, found, ledger, equivalents)
        print(f"{time.monotonic() - begun:.0f} s, {processor():.0f} s of the processor")
    if args.sample:
        found = {m: sampled(made, args.shares[m], ledger) for m, made in every.items()}
    report(found, ledger, equivalents, args.seed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
