#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""make_reference.py DOXYGEN FOLDER: the pages of libzdepth's headers. Fails where Doxygen finds a name without
a word about it, or a word about a name that is not there. `ninja -C build reference` makes them."""
import pathlib
import re
import subprocess
import sys

HEADERS = pathlib.Path(__file__).resolve().parent.parent / "include/zdepth"
SETTINGS = """PROJECT_NAME = libzdepth
PROJECT_NUMBER = {version}
OUTPUT_DIRECTORY = {folder}
INPUT = {folder}/headers
GENERATE_LATEX = NO
OPTIMIZE_OUTPUT_FOR_C = YES
TYPEDEF_HIDES_STRUCT = YES
JAVADOC_AUTOBRIEF = YES
ENABLE_PREPROCESSING = YES
MACRO_EXPANSION = YES
EXPAND_ONLY_PREDEF = YES
PREDEFINED = ZDEPTH_API= ZDEPTH_MUST_USE=
EXTRACT_STATIC = NO
SHOW_INCLUDE_FILES = NO
WARN_NO_PARAMDOC = NO
QUIET = YES
"""


def as_pages_want(text):
    """The headers' comments in the form that Doxygen takes: of files, structs, and of what stands in a line."""
    text = re.sub(r"(#define ZDEPTH_\w+_H\n\n)/\* ", r"\1/** \\file\n * ", text)
    text = re.sub(r"([;,{(] *|[\w)] +)/\* (?!----)(?=[^\n]*?\*/\n)", r"\1/**< ", text)
    return re.sub(r"^/\* ----.*\n", "", text, flags=re.M)


def main():
    folder = pathlib.Path(sys.argv[2]).resolve()
    (folder / "headers").mkdir(parents=True, exist_ok=True)
    for path in HEADERS.glob("*.h"):
        (folder / "headers" / path.name).write_text(as_pages_want(path.read_text()))
    numbers = re.findall(r"ZDEPTH_VERSION_[A-Z]+ (\d+)", (HEADERS / "zdepth.h").read_text())
    (folder / "Doxyfile").write_text(SETTINGS.format(folder=folder, version=".".join(numbers)))
    ran = subprocess.run([sys.argv[1], folder / "Doxyfile"], capture_output=True, text=True, check=False)
    # A member or a word of an enum may speak for itself; a function, a struct and an enum may not.
    wrong = [line for line in ran.stderr.splitlines() if "warning" in line and not re.search(r"\((variable|macro|enumvalue)", line)]
    print("\n".join(wrong) if wrong else f"{folder}/html/index.html")
    return 1 if wrong or ran.returncode != 0 else 0


sys.exit(main())
