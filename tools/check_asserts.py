#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Prints how much each module holds its callers and itself to, and fails below five a thousand lines of
.c: ZD_REQUIRE (in the Studio g_return_if_fail) at boundaries, assert for invariants, static_assert for
tables."""
import pathlib
import re
import sys

root = (pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent) / "src"
least = 5.0
kinds = {
    "required": re.compile(r"\b(?:ZD_REQUIRE|g_return_(?:val_)?if_fail)\s*\("),
    "asserted": re.compile(r"\bassert\s*\("),
    "static": re.compile(r"\b(?:_Static_assert|static_assert)\s*\("),
}
comment = re.compile(r"/\*.*?\*/", re.S)
low = []
print(f"{'module':10} {'lines':>6} {'required':>8} {'asserted':>8} {'static':>6} {'a 1,000':>8}")
for module in sorted(path for path in root.iterdir() if path.is_dir()):
    lines = 0
    found = dict.fromkeys(kinds, 0)
    for path in module.rglob("*.c"):
        text = path.read_text()
        lines += text.count("\n")
        for kind, pattern in kinds.items():
            found[kind] += len(pattern.findall(comment.sub("", text)))
    rate = 1000.0 * sum(found.values()) / lines if lines > 0 else least
    print(f"{module.name:10} {lines:6} {found['required']:8} {found['asserted']:8} {found['static']:6} {rate:8.1f}")
    if rate < least:
        low.append(module.name)
print(f"below {least:g}: {', '.join(low)}" if low else "asserts are in order")
sys.exit(1 if low else 0)
