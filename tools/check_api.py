#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""check_api.py LIBRARY [ROOT]: what libzdepth promises, and what it shows. Each function and type of include/zdepth has
a comment of its own; the library exports these functions, under one version, and nothing else."""
import pathlib
import re
import shutil
import subprocess
import sys

library = sys.argv[1]
root = pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else pathlib.Path(__file__).resolve().parent.parent
declaration = re.compile(r"ZDEPTH_API\b[^;{]*?\b(zdepth_\w+)\s*\(|^(?:typedef\s+|(?=enum \{))(?:struct|enum|\w+ \(\*)\s*(\w*)", re.M)

bad, declared = [], set()
for path in sorted((root / "include/zdepth").glob("*.h")):
    text = path.read_text()
    for found in declaration.finditer(re.sub(r"^[ \t]*#[^\n]*", lambda m: " " * len(m[0]), text, flags=re.M)):
        declared |= {found[1]} - {None}
        before = text[:found.start()].rstrip()
        comment = before[before.rfind("/*"):]
        if not (before.endswith("*/") and comment.startswith("/**")):
            bad.append(f"{path.name}:{text.count(chr(10), 0, found.start()) + 1}: {found[1] or found[2] or 'enum'} has no comment")
if shutil.which("nm"):
    said = subprocess.run(["nm", "-D", "--defined-only", library], capture_output=True, text=True, check=True).stdout
    shown = {line.split()[-1].split("@")[0] for line in said.splitlines() if " A " not in line}
    bad += [f"{name} is declared, and the library has none" for name in sorted(declared - shown)]
    bad += [f"{name} leaves the library, and no header declares it" for name in sorted(shown - declared)]
    bad += [f"{line} has no version" for line in said.splitlines() if " T " in line and "@@ZDEPTH_0" not in line]
print("\n".join(bad) if bad else f"{len(declared)} functions, each with its comment")
sys.exit(1 if bad else 0)
