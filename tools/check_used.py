#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""check_used.py [ROOT]: what headers of src/ declare somebody calls. A function whose name stands nowhere but in its
declaration and its definition is dead, however well it is tested by nobody."""
import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
foreign = {"ofx_abi.h", "frei0r_abi.h", "frei0r_doors.h"}
comment = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
word = re.compile(r"\bzd_\w+")

inline = re.compile(r"^static inline [^;{]*?\b(zd_\w+)\(", re.M)
declared, found, told, whole = {}, collections.Counter(), collections.Counter(), set()  # whole: with their bodies in the header
for top in ("src", "tests", "bench", "packaging", "tools"):
    for path in sorted((root / top).rglob("*")):
        if path.suffix not in (".c", ".cc", ".h"):
            continue
        text = comment.sub(" ", path.read_text())
        found.update(word.findall(text))
        if top == "src" and path.suffix == ".h" and path.name not in foreign:
            for name in inline.findall(text):
                declared[name] = path.relative_to(root)
                whole.add(name)
            for name in re.findall(r"^(?!typedef)[^#\n]*\b(zd_\w+)\([^;{]*\)[^;{]*;", re.sub(r"\{[^{}]*\}", "", text), flags=re.M):
                declared[name] = path.relative_to(root)
                told[name] += 1
made = re.compile(r"^zd_\w+_get_type$|^zd_\w+_apply$|^zd_blend_\w+$")  # by macros: GObject's, ZD_EFFECT_DEFINE, the blends'
bad = [f"{path}: nobody calls {name}" for name, path in sorted(declared.items())
       if found[name] < (2 if name in whole else told[name] + 2) and not made.search(name)]
print("\n".join(bad) if bad else f"{len(declared)} functions are used")
sys.exit(1 if bad else 0)
