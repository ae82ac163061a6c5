#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Checks that the sources the OpenFX plug-in is made of compile for Windows, with MinGW's compiler.

Nothing is linked or run: tests/windows does that where Wine is. What the system gives is core/os.h, whose
POSIX half is left out; so is what needs a library that is not packaged for MinGW."""
import concurrent.futures
import os
import pathlib
import shutil
import subprocess
import sys

COMPILER = "x86_64-w64-mingw32-gcc"
MODULES = ["core", "image", "depth", "model", "models", "face", "matte", "composite", "project", "cache",
           "engine", "ofx"]
LEFT_OUT = {"os_posix.c", "os_folder_posix.c", "model_download.c", "model_install.c"}
root = pathlib.Path(__file__).resolve().parent.parent


def flags_of(path):
    flags = ["-msha", "-msse4.1"] if "sha256_ni" in path.stem else []
    flags += ["-mavx2", "-mfma"] if "avx" in path.stem or "vnni" in path.stem else []
    if "avx512" in path.stem or "vnni" in path.stem:
        flags += ["-mavx512f", "-mavx512bw", "-mavx512dq", "-mavx512vl"]
    return flags + (["-mavx512vnni"] if "vnni" in path.stem else [])


def check(path):
    ran = subprocess.run([COMPILER, "-std=c17", "-D_GNU_SOURCE", "-D_WIN32_WINNT=0x0A00",
                          "-DWIN32_LEAN_AND_MEAN", "-DNOMINMAX", "-Werror=implicit-function-declaration",
                          *flags_of(path), "-I", root / "src", "-fsyntax-only", path],
                         capture_output=True, text=True, check=False)
    return None if ran.returncode == 0 else next(
        (line for line in ran.stderr.splitlines() if "error" in line), ran.stderr)


if shutil.which(COMPILER) is None:
    print(f"{COMPILER} is not installed; not checked")
    sys.exit(77)
paths = [path for module in MODULES for path in sorted((root / "src" / module).rglob("*.c"))
         if path.name not in LEFT_OUT]
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    bad = [line for line in pool.map(check, paths) if line]
print("\n".join(bad) if bad else f"{len(paths)} sources compile for Windows")
sys.exit(1 if bad else 0)
