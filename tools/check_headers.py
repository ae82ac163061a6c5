#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks that headers compile: check_headers.py BUILD_FOLDER.

Each one alone as C17, those of include/ alone as C++17 too, and all of them together as both, in either
order, so that any two can be included by one file. A header that a source of the build includes before
anything else was compiled alone there. Flags are those of the build's compile_commands.json. What passed
is remembered in the build folder with a hash of everything that it includes from here, so only what
changed is compiled."""
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

root = pathlib.Path(__file__).resolve().parent.parent
templates = {"kernel_body.h", "kernel_winograd.h", "vectors_avx512.h", "curve_kernel.h",  # made by whoever includes them
             "os_win32.h"}  # Windows' own; the test mingw compiles it


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


def headers_that_come_first(build):
    """What the build's C sources include before anything else, by the words of #include."""
    found = set()
    for entry in json.loads((build / "compile_commands.json").read_text()):
        file = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if file.suffix == ".c" and file.is_relative_to(root / "src"):
            code = re.sub(r"/\*.*?\*/", "", file.read_text(), flags=re.S)
            first = re.match(r'\s*#\s*include "([^"]+)"', code)
            found |= {first[1]} if first else set()
    return found


def text_of(header):
    for folder in "src", "include":
        if (root / folder / header).is_file():
            return (root / folder / header).read_text()
    return ""


def hash_of(headers, flags):
    """A hash of the headers and all that they include from here, and of how they are compiled."""
    digest, seen, line = hashlib.sha256(" ".join(flags).encode()), set(), list(headers)
    while line:
        header = line.pop(0)
        if header not in seen:
            seen.add(header)
            text = text_of(header)
            digest.update(f"{header}\n{text}".encode())
            line += re.findall(r'^\s*#\s*include "([^"]+)"', text, flags=re.M)
    return digest.hexdigest()


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
    build = pathlib.Path(sys.argv[1])
    memory = build / "checked_headers.json"
    known = set(json.loads(memory.read_text())) if memory.is_file() else set()
    flags = folders(build)
    headers = []
    for folder in "include", "src":
        for path in sorted((root / folder).rglob("*.h")):
            if path.name not in templates:
                headers.append(str(path.relative_to(root / folder)))
    flags.append(f"-I{root / 'include'}")
    languages = [name for name, (compiler, _, _) in LANGUAGES.items() if shutil.which(compiler)]
    proven = headers_that_come_first(build)
    public = {header for header in headers if (root / "include" / header).is_file()}
    work = [([header], "C17") for header in headers if header not in proven]
    work += [([header], "C++17") for header in headers if header in public]
    work += [(group, language) for group in (headers, headers[::-1]) for language in LANGUAGES]
    keys = {language + hash_of(group, flags): (group, language) for group, language in work if language in languages}
    work = [(key, item) for key, item in keys.items() if key not in known]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda each: check(*each[1], flags), work))
    bad = [line for line in results if line]
    passed = {key for (key, _), line in zip(work, results) if not line}
    memory.write_text(json.dumps(sorted((known & keys.keys()) | passed)))
    done = f"{len(headers)} headers compile alone and together as {' and '.join(languages)}"
    print("\n".join(bad) if bad else done)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
