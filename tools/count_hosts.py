#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Counts what docs/hosts.md says in figures: count_hosts.py [--update].

Out of the descriptors that the plug-in's tests hold it to, the frei0r plug-ins' source of the editors'
entries (tests/editors holds those against the plug-ins), and the list of what runs under Wine. Also checks
that every host's heading carries a mark, and that no mark is used that is not explained, and that Nuke's
toolsets set parameters that there are."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
BEGIN, END = "<!-- counts begin -->\n", "<!-- counts end -->\n"
EFFECTS = [("Z-Depth", "filter"), ("Z-Depth Compositor", "compositor")]


def descriptor(name, version):
    path = root / "tests/ofx" / f"descriptor_{name}{'' if version == 1 else '_2'}.txt"
    text = path.read_text()
    kinds = re.findall(r"^OfxParamType(\w+) (\w+)$", text, flags=re.M)
    clips = re.findall(r"^clip (\w+)$", text, flags=re.M)
    shown = {name: kind for kind, name in kinds if kind not in ("Group", "Page")}
    return clips, shown


def counts():
    lines = ["| effect | version | clips | controls | of them buttons |", "|---|---|---|---|---|"]
    for label, name in EFFECTS:
        for version in 1, 2:
            clips, shown = descriptor(name, version)
            buttons = sum(kind == "PushButton" for kind in shown.values())
            lines.append(f"| {label} | {version} | {', '.join(clips)} | {len(shown)} | {buttons} |")
    return "\n" + "\n".join(lines) + "\n\n"


def marks(text):
    known = set(re.findall(r"^\| \*\*\[(\w+)\]\*\* \|", text, flags=re.M))
    bad = [f"no mark [{mark}] is explained" for mark in sorted(
        set(re.findall(r"\[(checked|wine|mock|form|unchecked|[a-z]+)\](?!\()", text)) - known)]
    start = text.index("## A title behind a person")
    for heading in re.findall(r"^### (.+)$", text[start:], flags=re.M):
        if not re.search(r"\[(" + "|".join(sorted(known)) + r")\]$", heading):
            bad.append(f"the heading '{heading}' says not what it was tried in")
    return bad


def toolsets():
    bad = []
    for path in sorted((root / "packaging/editors/nuke").glob("*.nk")):
        for name, body in re.findall(r"^OFXorg\.zdepth\.(\w+)_v2 \{\n(.*?)^\}", path.read_text(),
                                     flags=re.M | re.S):
            shown = descriptor("compositor" if name == "ZDepthCompositor" else "filter", 2)[1]
            knobs = re.findall(r"^ (\w+) ", body, flags=re.M)
            bad += [f"{path.name}: the plug-in has no '{knob}'" for knob in knobs
                    if knob not in shown and knob not in ("inputs", "name", "label")]
            if not knobs:
                bad.append(f"{path.name}: it sets nothing")
    return bad


def named_tests(text):
    """Every test that the page names is there."""
    sources = "".join(path.read_text() for path in (root / "tests/ofx").glob("*.c"))
    return [f"there is no {name} in tests/ofx" for name in re.findall(r"\btest_\w+\b(?!\.c)", text[text.index("## Twelve checks"):])
            if f"{name}(void)" not in sources]


def main():
    path = root / "docs/hosts.md"
    text = path.read_text()
    before, _, rest = text.partition(BEGIN)
    old, _, after = rest.partition(END)
    new = counts()
    if "--update" in sys.argv:
        path.write_text(before + BEGIN + new + END + after)
        old = new
    bad = marks(text) + toolsets() + named_tests(text)
    if old != new:
        bad.append("docs/hosts.md has other figures: tools/count_hosts.py --update")
    print("\n".join(bad) if bad else "docs/hosts.md says what is there")
    sys.exit(bool(bad))


main()
