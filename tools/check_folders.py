#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""check_folders.py [ROOT]: a folder can be seen at a glance. None holds more than 30 files of .c side by side
or, where tests are not, more than 4,500 lines in them: a module that grows beyond gets inner folders. Prints the fullest ones."""
import pathlib
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
MOST_FILES, MOST_LINES = 30, 4500

found = []
for top in ("src", "tests", "tools", "bench", "examples"):
    for folder in [root / top, *sorted((root / top).rglob("*"))]:
        sources = sorted(folder.glob("*.c")) if folder.is_dir() else []
        if sources:
            lines = sum(path.read_text().count("\n") for path in sources)
            found.append((lines, len(sources), str(folder.relative_to(root))))
bad = []
for lines, files, name in sorted(found, key=lambda row: row[2]):
    if files > MOST_FILES:
        bad.append(f"{name}: {files} files of .c side by side, {MOST_FILES} at most: give it an inner folder")
    if lines > MOST_LINES and not name.startswith("tests"):
        bad.append(f"{name}: {lines} lines of .c side by side, {MOST_LINES} at most: give it an inner folder")
for lines, files, name in sorted(found, reverse=True)[:8]:
    print(f"{name:24} {files:3} files {lines:6} lines")
print("\n".join(bad) if bad else f"{len(found)} folders are in order")
sys.exit(1 if bad else 0)
