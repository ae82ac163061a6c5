#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Builds the wheel, installs it into a venv with numpy, and runs checks.py there: door.py LIBZDEPTH ZDEPTH.
Skips by name where no venv or no numpy can be had ($ZD_PYTHON_VENV names one that has them)."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

LIBRARY, ZDEPTH = (pathlib.Path(path).resolve() for path in sys.argv[1:3])
SOURCE = pathlib.Path(__file__).resolve().parents[2]
SKIPPED = 77


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def attempt(*command, **more):
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=240, **more)


def make_venv(work):
    given = os.environ.get("ZD_PYTHON_VENV")
    if given:
        return pathlib.Path(given) / "bin/python"
    if attempt(sys.executable, "-m", "venv", work / "venv").returncode != 0:
        skip("no venv can be made")
    python = work / "venv/bin/python"
    if attempt(python, "-m", "pip", "install", "-q", "numpy", "setuptools", "wheel").returncode != 0:
        skip("numpy cannot be had from PyPI")
    return python


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    python = make_venv(work)
    shutil.copytree(SOURCE / "python", work / "source")
    wheel = attempt(python, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", work, work / "source")
    assert wheel.returncode == 0, wheel.stderr
    found = list(work.glob("zdepth-*-py3-none-any.whl"))
    assert len(found) == 1, list(work.iterdir())
    placed = attempt(python, "-m", "pip", "install", "-q", "--no-deps", "--force-reinstall", "--target", work / "site", found[0])
    assert placed.returncode == 0, placed.stderr
    env = {**os.environ, "PYTHONPATH": str(work / "site"), "ZDEPTH_LIBRARY": str(LIBRARY), "ZD_CACHE": str(work / "cache")}
    sys.exit(subprocess.run([python, SOURCE / "tests/python/checks.py", ZDEPTH, work], env=env, cwd=work).returncode)
