#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Writes the list of tested situations into docs/formats.md; tests/cli/footage.py holds it to the table.

tools/formats.py           writes it
tools/formats.py --check   exit status 1 when it is not up to date"""
import pathlib
import subprocess
import sys

SOURCE = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- footage -->\n", "\n<!-- footage ends -->"


def main():
    path = SOURCE / "docs/formats.md"
    text = path.read_text()
    before, rest = text.split(BEGIN)
    made = subprocess.run([sys.executable, SOURCE / "tests/cli/footage.py", "--markdown"], capture_output=True, text=True,
                          check=True).stdout.rstrip("\n")
    new = before + BEGIN + made + END + rest.split(END)[1]
    if "--check" in sys.argv[1:]:
        sys.exit(0 if new == text else "docs/formats.md is not up to date; run tools/formats.py")
    path.write_text(new)


main()
