#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The README's first command and the Debian packages are built with the same libraries: what tools/packages.txt lists to build with
and packaging/debian/control depends on. A library that one lacks is a part that is left out there without a word."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

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


def asked_for(*arguments):
    """What the installer asks apt for where nothing is installed."""
    with tempfile.TemporaryDirectory() as folder:
        for name, code in (("dpkg-query", "exit 1"), ("apt-cache", "exit 0"), ("sudo", 'exec "$@"'),
                           ("apt-get", f'[ "$1" != install ] || printf "%s\\n" "$@" >{folder}/asked')):
            program = pathlib.Path(folder, name)
            program.write_text(f"#!/bin/sh\n{code}\n")
            program.chmod(0o755)
        subprocess.run([TOP / "tools/install_packages.sh", *arguments], check=True, stdout=subprocess.DEVNULL,
                       env=dict(os.environ, PATH=f"{folder}:{os.environ['PATH']}"))
        return [word for word in pathlib.Path(folder, "asked").read_text().split()[1:] if not word.startswith("-")]


def names_in(text):
    return [line for line in text.splitlines() if line and not line.startswith("#")]


installs = asked_for("--build") == names_in(LISTED[0]) and asked_for() == names_in("".join(LISTED))
print("the installer asks for what is listed" if installs else "the installer asks for something else than is listed")
sys.exit(1 if listed != built or len(listed) < 10 or not installs else 0)
