#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""check_paths.py [ROOT]: the files of this project that documents and comments name are there.

A path is looked for from the root and as the end of any file's path; NAME in it stands for any word (see
docs/architecture.md, "Where to add"). Links of documents lead to a file, and to a heading that it has."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent
not_ours = re.compile(r"(^|/)(build|\.|__pycache__)")
foreign = {"pthread.h", "XWDFile.h", "slurm.sh", "task.sh"}  # the system's; what the farm writes
endings = r"(?:c|h|cc|py|sh|md|ui|build)"
file_name = re.compile(rf"(?<![\w/.~$*{{}}<>:-])((?:\.\./)*(?:[A-Za-z0-9_-]+/)*[A-Za-z0-9]\w*(?:[.-]\w+)*\.{endings})"
                       r"(?![\w/.*-]*[\w/*])")
says = {  # the parts of a file in which it speaks of others
    ".md": re.compile(r"`[^`\n]+`"),
    ".c": re.compile(r"/\*.*?\*/|(?<!:)//[^\n]*", re.S),
    ".py": re.compile(r"^[ \t]*#[^\n]*|\"\"\".*?\"\"\"", re.M | re.S),
}
says |= {".h": says[".c"], ".cc": says[".c"], ".build": says[".py"], ".sh": says[".py"]}
link = re.compile(r"\]\(([^()\s]+)\)")


def is_there(name, files, ends):
    name = re.sub(r"^(\.\./)+", "", name)
    if "NAME" in name:
        pattern = re.compile(r"(?:.*/)?" + re.escape(name).replace("NAME", r"\w+"))
        return any(pattern.fullmatch(file) for file in files)
    return name in ends


def headings(path):
    """The anchors that GitHub gives a document's headings."""
    text = re.sub(r"^```.*?^```", "", path.read_text(), flags=re.M | re.S)
    for heading in re.findall(r"^#+ (.*)$", text, flags=re.M):
        yield re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def wrong_link(path, target):
    if re.match(r"[a-z]+:", target):
        return False
    file, _, heading = target.partition("#")
    to = (path.parent / file) if file else path
    return not to.exists() or (heading != "" and heading not in headings(to))


def main():
    files = [str(path.relative_to(root)) for path in sorted(root.rglob("*"))]
    files = [name for name in files if not not_ours.search(name)]
    ends = {name.split("/", i)[-1] for name in files for i in range(name.count("/") + 1)}
    bad, said = [], 0
    for name in files:
        path = root / name
        if path.suffix not in says or not path.is_file():
            continue
        text = path.read_text()
        for part in says[path.suffix].finditer(text):
            for found in file_name.finditer(part[0]):
                said += 1
                if found[1].split("/")[-1] not in foreign and not is_there(found[1], files, ends):
                    line = text.count("\n", 0, part.start() + found.start()) + 1
                    bad.append(f"{name}:{line}: there is no {found[1]}")
        for found in link.finditer(text) if path.suffix == ".md" else []:
            said += 1
            if wrong_link(path, found[1]):
                bad.append(f"{name}:{text.count(chr(10), 0, found.start()) + 1}: leads nowhere: {found[1]}")
    print("\n".join(bad) if bad else f"{said} names of files, each is there")
    return 1 if bad else 0


sys.exit(main())
