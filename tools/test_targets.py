#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What has to be built for some of a build folder's tests, as ninja's targets:

    test_targets.py BUILD [--suite SUITE]... [--no-suite SUITE]...

The words are those of `meson test`, others are ignored. So a build that runs a part of the tests, under
a sanitizer or in a hurry, compiles that part alone."""
import json
import os
import subprocess
import sys


def introspect(build, what):
    told = subprocess.run(["meson", "introspect", what, build], capture_output=True, text=True, check=True).stdout
    return json.loads(told)


def suites_of(words, flag):
    return {value for name, value in zip(words, words[1:]) if name == flag}


def is_chosen(test, wanted, unwanted):
    own = {suite.split(":")[-1] for suite in test["suite"]}
    return not own & unwanted and (not wanted or bool(own & wanted))


def main(build, words):
    wanted, unwanted = suites_of(words, "--suite"), suites_of(words, "--no-suite")
    needed = set()
    for test in introspect(build, "--tests"):
        if is_chosen(test, wanted, unwanted):
            needed |= set(test["depends"])
    found = set()
    for target in introspect(build, "--targets"):
        # Networks lie beside the programs that find them there, and nothing names them.
        if target["id"] in needed or (target["type"] == "custom" and "/src/models/" in target["filename"][0]):
            found |= {os.path.relpath(name, os.path.abspath(build)) for name in target["filename"]}
    print("\n".join(sorted(found)))


main(sys.argv[1], sys.argv[2:])
