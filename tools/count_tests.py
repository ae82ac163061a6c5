#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Adds up Meson's test logs: count_tests.py BROKEN_BUILDS LOG... A test program that prints
"N passed, N failed" counts with its N, any other counts as one; of a program that ran twice in
one build folder the later log counts. Ends with the plain line that continuous integration reads.

count_tests.py --by-the-clock LOG names the failed programs that work a display or a clock, or interrupt what runs."""
import json
import re
import sys

BY_THE_CLOCK = {"studio", "timing", "clock"}


def results(log):
    """(name, test) of each line of a log."""
    with open(log) as lines:
        for line in lines:
            test = json.loads(line)
            yield test["name"], test


def good(test):
    return test["result"] in ("OK", "EXPECTEDFAIL", "SKIP")


def by_the_clock(log):
    for name, test in results(log):
        suites, _, program = name.rpartition(" / ")
        if not good(test) and BY_THE_CLOCK & set(re.split(r"[:+ ]", suites) + [program]):
            print(program)


def count(test):
    """(passed, failed, skipped) of one program."""
    own = re.findall(r"^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$", test.get("stdout", ""), re.M)
    if own:
        passed, failed, skipped = (int(n or 0) for n in own[-1])
        return passed, failed or int(not good(test)), skipped
    return int(good(test) and test["result"] != "SKIP"), int(not good(test)), int(test["result"] == "SKIP")


def main(broken, logs):
    tests = {}
    for log in logs:
        folder = log.split("/")[0]
        for name, test in results(log):
            before = tests.get((folder, name))
            if before and not good(before) and good(test):
                print(f"passed at the second run only: {folder}: {name}")
            tests[folder, name] = test
    passed, failed, skipped = (sum(n) for n in zip((0, broken, 0), *map(count, tests.values())))
    for (folder, name), test in tests.items():
        if not good(test):
            print(f"failed: {folder}: {name}: {test['result']}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed or not passed else 0)


if __name__ == "__main__":
    if sys.argv[1] == "--by-the-clock":
        by_the_clock(sys.argv[2])
    else:
        main(int(sys.argv[1]), sys.argv[2:])
