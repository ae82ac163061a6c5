#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""check_functions.py [ROOT]: a function of src/ is seen at a glance. None has more than 60 lines between its braces, or
goes more than four blocks deep."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
MOST_LINES, MOST_DEPTH = 60, 4
quiet = re.compile(r"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])'", re.S)
function = re.compile(r"^(?!typedef)[A-Za-z_][^;{}=]*?\b(\w+)\([^;{}]*\)\n\{\n(.*?)^\}", re.S | re.M)

bad, count = [], 0
for path in sorted((root / "src").rglob("*.c")):
    text = quiet.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), path.read_text())
    for found in function.finditer(text):
        name, body = found[1], found[2]
        depth = deepest = 0
        for brace in re.findall(r"[{}]", body):
            depth += 1 if brace == "{" else -1
            deepest = max(deepest, depth)
        count += 1
        lines = body.count("\n")
        where = f"{path.relative_to(root)}:{text.count(chr(10), 0, found.start()) + 1}: {name}"
        if lines > MOST_LINES:
            bad.append(f"{where} has {lines} lines; {MOST_LINES} at most")
        if deepest > MOST_DEPTH:
            bad.append(f"{where} goes {deepest} blocks deep; {MOST_DEPTH} at most")
print("\n".join(bad) if bad else f"{count} functions are in order")
sys.exit(1 if bad else 0)
