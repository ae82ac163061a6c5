#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks that only src/cli/print.c prints what did not stand in the program's own text: terminals obey
control characters in names and messages. Help, manual and completion print constants, progress its own
words and the terminal's sequences."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
own = {"print.c", "help.c", "man.c", "completion.c", "progress.c"}
plain = {"frei0r_zdepth.c"}  # one line of ASCII alone: frei0r has no other way to tell
calls = re.compile(r"\b(v?f?printf|f?puts|v?dprintf|perror|psignal|g_print(err)?|write)\s*\(\s*(\w+)?")
bad = []
for path in sorted((root / "src").rglob("*.c")):
    if path.parent.name == "cli" and path.name in own or path.name in plain:
        continue
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = calls.search(re.sub(r'"(\\.|[^"\\])*"', '""', line))
        if found and not (found[1] == "write" and found[3] not in ("1", "2", "STDOUT_FILENO", "STDERR_FILENO")):
            bad.append(f"{path.relative_to(root)}:{number}: print with cli/print.h: {line.strip()}")
print("\n".join(bad) if bad else "printing is in order")
sys.exit(1 if bad else 0)
