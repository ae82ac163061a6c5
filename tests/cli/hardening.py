#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What is installed is hardened: full RELRO, position independent, no executable stack, stack protector,
_FORTIFY_SOURCE, indirect branch tracking; and links nothing that docs/licences.md does not name.

hardening.py fortified|plain cet|no_cet BINARY..."""
import pathlib
import re
import subprocess
import sys

fortified, cet = sys.argv[1] == "fortified", sys.argv[2] == "cet"
LICENCES = (pathlib.Path(__file__).resolve().parents[2] / "docs/licences.md").read_text()
passed = failed = 0


def require(binary, what, good):
    global passed, failed
    passed, failed = passed + bool(good), failed + (not good)
    if not good:
        print(f"FAILED {binary}: {what}")


def readelf(*args):
    return subprocess.run(["readelf", "-W", *args], capture_output=True, text=True, check=True).stdout


for binary in sys.argv[3:]:
    headers, dynamic, symbols = readelf("-lh", binary), readelf("-d", binary), readelf("--dyn-syms", binary)
    require(binary, "it is not position independent", re.search(r"Type:\s+DYN", headers))
    require(binary, "it has no RELRO", "GNU_RELRO" in headers)
    require(binary, "its symbols are bound lazily", re.search(r"BIND_NOW|Flags:.*NOW", dynamic))
    stack = re.search(r"GNU_STACK.*", headers)
    require(binary, "its stack is executable", stack and not re.search(r"\bRWE\b", stack[0]))
    require(binary, "a segment is writable and executable", not re.search(r"LOAD.*\bRWE\b", headers))
    require(binary, "its text is relocated", "TEXTREL" not in dynamic)
    require(binary, "it searches libraries in folders of its own", not re.search(r"RPATH|RUNPATH", dynamic)
            or "/src/" in binary and "build" in binary)
    require(binary, "it has no stack protector", "__stack_chk_fail" in symbols)
    if fortified:
        require(binary, "it is not fortified", re.search(r"__(v?snprintf|memcpy|strcat|fread|read|memmove)_chk", symbols))
    if cet:
        marks = pathlib.Path(binary).read_bytes().count(b"\xf3\x0f\x1e\xfa")
        require(binary, f"only {marks} functions begin with endbr64", marks > 150)
    for library in re.findall(r"NEEDED.*\[(lib[^\]]+|ld-[^\]]+)\]", dynamic):
        name = re.sub(r"(-[0-9_.]+)?\.so.*", "", library)
        if re.match(r"lib([atu]+b?san|gcc_s|clang_rt)", name):
            continue  # of a build for tests
        require(binary, f"docs/licences.md does not tell of {library}", f"`{name}`" in LICENCES)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
