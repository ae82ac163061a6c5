#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks that headers compile: check_headers.py BUILD_FOLDER.

Each one alone as C17 and as C++17, and all of them together, so that any two can be included by one
file. Flags are those of the build's compile_commands.json."""
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
templates = {"kernel_body.h", "vectors_avx512.h", "curve_kernel.h"}  # made by whoever includes them


def folders(build):
    """The include folders of everything that is compiled from src/."""
    found = []
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if file.is_relative_to(root / "src"):
            for word in shlex.split(entry["command"]):
                if word.startswith("-I"):
                    folder = str(pathlib.Path(entry["directory"], word[2:]).resolve())
                    if folder not in found and not folder.endswith(".p"):
                        found.append(folder)
    return ["-I" + folder for folder in found]


LANGUAGES = {"C17": ("cc", "c", "-std=c17"), "C++17": ("c++", "c++", "-std=c++17")}


def check(headers, language, flags):
    compiler, kind, standard = LANGUAGES[language]
    with tempfile.NamedTemporaryFile("w", suffix="." + kind) as source:
        source.write("".join(f'#include "{header}"\n' for header in headers))
        source.flush()
        ran = subprocess.run([compiler, "-x", kind, standard, "-D_GNU_SOURCE", "-fsyntax-only", "-w",
                              *flags, source.name], capture_output=True, text=True, check=False)
    if ran.returncode == 0:
        return None
    what = headers[0] if len(headers) == 1 else "all headers in one file"
    lines = [line for line in ran.stderr.splitlines() if "error" in line]
    return f"{what} as {language}: {(lines or ran.stderr.splitlines() or ['?'])[0]}"


def main():
    flags = folders(pathlib.Path(sys.argv[1]))
    headers = []
    for folder in "include", "src":
        for path in sorted((root / folder).rglob("*.h")):
            if path.name not in templates:
                headers.append(str(path.relative_to(root / folder)))
    flags.append(f"-I{root / 'include'}")
    languages = [name for name, (compiler, _, _) in LANGUAGES.items() if shutil.which(compiler)]
    groups = [[header] for header in headers] + [headers, headers[::-1]]
    work = [(group, language) for group in groups for language in languages]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        bad = [line for line in pool.map(lambda item: check(*item, flags), work) if line]
    done = f"{len(headers)} headers compile alone and together as {' and '.join(languages)}"
    print("\n".join(bad) if bad else done)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
