#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Makes the archive for Windows: make_zip.py PLUGIN PROGRAM INSTALLER README --root SOURCE --strip PROGRAM -o ZIP.

The same inputs give the same bytes. Texts get Windows' line ends. The notices of what MinGW links in are
those that its packages carry."""
import argparse
import pathlib
import subprocess
import tempfile
import zipfile

BUNDLE = "ZDepth.ofx.bundle/Contents"
NOTICES = ["/usr/share/doc/mingw-w64-x86-64-dev/copyright",
           "/usr/share/doc/gcc-mingw-w64-x86-64-posix/copyright"]


def stripped(strip, plugin):
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder) / "plugin"
        subprocess.run([*strip, "-o", out, plugin], check=True)
        return out.read_bytes()


def text(path):
    return path.read_text(encoding="utf-8").replace("\r\n", "\n").replace("\n", "\r\n").encode()


def main():
    options = argparse.ArgumentParser()
    for name in "plugin", "program", "installer", "readme":
        options.add_argument(name, type=pathlib.Path)
    options.add_argument("--root", type=pathlib.Path, required=True)
    options.add_argument("--strip", nargs="+", required=True)
    options.add_argument("-o", "--output", type=pathlib.Path, required=True)
    given = options.parse_args()
    notices = [pathlib.Path(name) for name in NOTICES if pathlib.Path(name).is_file()]
    if not notices:
        raise SystemExit(f"none of {', '.join(NOTICES)} is there: what is passed on needs MinGW's notices")
    files = {
        f"{BUNDLE}/Win64/ZDepth.ofx": stripped(given.strip, given.plugin),
        "zdepth.exe": stripped(given.strip, given.program),
        "install.cmd": text(given.installer),
        "README.txt": text(given.readme),
        "LICENSE.txt": text(given.root / "LICENSE"),
        "NOTICE.txt": text(given.root / "NOTICE"),
        "THIRD-PARTY.txt": b"\r\n\r\n".join(text(path) for path in notices),
    }
    for model in sorted((given.root / "models").glob("zdepth-*.safetensors")):
        files[f"{BUNDLE}/Resources/models/{model.name}"] = model.read_bytes()
    part = given.output.with_suffix(".part")
    with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files.items()):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)
    part.replace(given.output)


main()
