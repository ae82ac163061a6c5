#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks the names that headers of src/ declare: each has one meaning and one module.

A name is declared once (a struct may be declared in a header and defined in the module's internal
one), begins with zd_ or ZD_, and its first word belongs to one module; see tools/names.txt."""
import collections
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
foreign = {"ofx_abi.h", "frei0r_abi.h", "frei0r_doors.h"}  # other people's names
templates = {"kernel_body.h", "kernel_winograd.h", "vectors_avx512.h", "curve_kernel.h"}  # made by whoever includes them


def code_of(text):
    text = re.sub(r"/\*.*?\*/", " ", text, flags=re.S)
    text = re.sub(r'"(\\.|[^"\\])*"', '""', text)
    macros = re.findall(r"^[ \t]*#[ \t]*define[ \t]+(\w+)", text, flags=re.M)
    return re.sub(r"^[ \t]*#(?:\\\n|[^\n])*", "", text, flags=re.M), macros


def at_file_level(text):
    """The text without what stands in braces, which become a semicolon."""
    out, depth = [], 0
    for character in text:
        depth += character == "{"
        if depth == 0:
            out.append(character)
        if character == "}":
            depth -= 1
            if depth == 0:
                out.append(";")
    return "".join(out)


def names_of(path):
    """Yields (name, kind) for everything that a header declares."""
    text, macros = code_of(path.read_text())
    yield from ((name, "macro") for name in macros if not name.endswith("_H"))
    for body in re.findall(r"\benum\s*\w*\s*\{([^}]*)\}", text):
        yield from ((name, "enum") for name in re.findall(r"(?:^|,)\s*([A-Za-z_]\w*)\b(?!\s*\()", body))
    yield from ((name, "struct") for name in re.findall(r"\b(?:struct|union|enum)\s+(\w+)\s*\{", text))
    yield from ((name, "struct") for name in re.findall(r"\btypedef\s+struct\s+(\w+)\s+\w+\s*;", text))
    text = at_file_level(text)
    yield from ((name, "type") for name in re.findall(r"\btypedef\s[^;]*?\(\*(\w+)\)\s*\(", text))
    for statement in text.split(";"):
        statement = re.sub(r"\b(?!__)[A-Z][A-Z0-9_]+\s*\([^()]*\)|ZD_PRINTF\s*\([^)]*\)|ZD_MUST_USE|__attribute__\s*\(\(.*?\)\)", "", statement)
        found = re.match(r"[^(=]*?\b(\w+)\s*\(", statement)
        if found and "typedef" not in statement:
            yield found[1], "function"
        found = re.match(r"\s*extern\s[^(=]*?\b(\w+)\s*(?:\[|$)", statement)
        if found:
            yield found[1], "variable"


def main():
    longer = {}
    for line in (root / "tools/names.txt").read_text().splitlines():
        if ":" in line and not line.startswith("#"):
            beginning, _, module = line.partition(":")
            longer[beginning.strip()] = module.strip()

    bad = []
    where = collections.defaultdict(set)
    owners = collections.defaultdict(lambda: collections.defaultdict(set))
    for path in sorted((root / "src").rglob("*.h")):
        if path.name in foreign | templates:
            continue
        module = path.relative_to(root / "src").parts[0]
        if module == "studio":
            continue  # a program of its own that sees the installed headers alone
        for name, kind in names_of(path):
            where[name].add((str(path.relative_to(root)), kind))
            words = name.lower().split("_")
            if words[0] == "zdepth" and module == "api":
                continue  # what stands behind a handle of the installed headers
            if words[0] != "zd" or len(words) < 2:
                bad.append(f"{path.relative_to(root)}: '{name}' does not begin with zd_ or ZD_")
                continue
            rest = "_".join(words[1:]) + "_"
            mine = max((b for b in longer if rest.startswith(b + "_")), key=len, default=None)
            if mine is None:
                owners[words[1]][module].add(name)
            elif longer[mine] != module:
                bad.append(f"{path.relative_to(root)}: '{name}': zd_{mine} belongs to {longer[mine]}")
    for name, places in sorted(where.items()):
        files = sorted({file for file, _ in places})
        internal = [file for file in files if "internal" in file]
        split_struct = {kind for _, kind in places} == {"struct"} and len(files) == 2 and internal
        if len(files) > 1 and not split_struct:
            bad.append(f"'{name}' is declared in {' and '.join(files)}")
    for word, modules in sorted(owners.items()):
        if len(modules) > 1:
            parts = [f"{module} ({', '.join(sorted(names)[:3])})" for module, names in modules.items()]
            bad.append(f"zd_{word}_ has several owners: {', '.join(parts)}")
    print("\n".join(bad) if bad else f"{len(where)} names, each with one meaning and one module")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
