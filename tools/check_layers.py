#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks that src/MODULE includes only the modules that tools/layers.txt allows it."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
allowed = {}
for line in (root / "tools/layers.txt").read_text().splitlines():
    if ":" in line and not line.startswith("#"):
        name, _, others = line.partition(":")
        allowed[name.strip()] = set(others.split())

bad = []
for path in sorted((root / "src").rglob("*.[ch]")):
    module = path.relative_to(root / "src").parts[0]
    if module not in allowed:
        bad.append(f"{path.relative_to(root)}: module '{module}' is not in tools/layers.txt")
        continue
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include "([a-z0-9_]+)/', line)
        if found and found[1] != module and found[1] not in allowed[module]:
            bad.append(f"{path.relative_to(root)}:{number}: {module} may not include {found[1]}/")
print("\n".join(bad) if bad else "layers are in order")
sys.exit(1 if bad else 0)
