#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Every row of docs/scene.md's table of Flame's text names a test that is there and is run.

usage: flame_rows.py SOURCE"""
import pathlib
import re
import sys

source = pathlib.Path(sys.argv[1])
rows = re.findall(r"^\|[^|\n]+\|[^|\n]+\| (\w+) \|$", (source / "docs/scene.md").read_text(), re.M)
rows = [name for name in rows if re.match(r"(flame|check|test|scenes|no_face)_", name)]
tests = "\n".join(path.read_text() for path in [*(source / "tests/scene").glob("*.c"), *(source / "tests/scene").glob("*.py"),
                                               *(source / "tests/cli").glob("*.py")])
missing = [name for name in rows if not re.search(rf"(RUN\({name}\)|\b{name}\b[,)])", tests)]
print(f"{len(rows)} rows, {len(missing)} without a test" + "".join(f"\n  {name}" for name in missing))
sys.exit(1 if missing or len(rows) < 37 else 0)
