#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The README's first command and the Debian packages are built with the same libraries: what tools/packages.txt lists to build with
and packaging/debian/control depends on. A library that one lacks is a part that is left out there without a word."""
import pathlib
import re
import sys

TOP = pathlib.Path(__file__).resolve().parents[1]
LISTED = (TOP / "tools/packages.txt").read_text().split("# To test it:")
CONTROL = (TOP / "packaging/debian/control").read_text()


def libraries(text):
    return set(re.findall(r"\blib[a-z0-9.+-]+-dev\b|\bzlib1g-dev\b", text))


assert len(LISTED) == 2, "tools/packages.txt has lost the line '# To test it:'"
listed = libraries(LISTED[0])
built = libraries(CONTROL[CONTROL.index("Build-Depends:"):CONTROL.index("\nStandards-Version:")])
for name in sorted(listed ^ built):
    there, lacking = ("tools/packages.txt", "control") if name in listed else ("control", "tools/packages.txt")
    print(f"{name} is in {there} and not in {lacking}")
print(f"{len(listed & built)} libraries in both")
sys.exit(1 if listed != built or len(listed) < 10 else 0)
