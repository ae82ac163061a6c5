#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""bars.py BARS: makes the clips that the Studio's bars are measured on, and measures. With ZD_STUDIO_SEEKS the
large one has ten minutes: a second of it over and over, which costs no encoding. See bars.c."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

sample = pathlib.Path(os.environ["ZD_SOURCE"], "assets/sample.mp4")
if shutil.which("ffmpeg") is None:
    print("skipped: the Studio's bars need ffmpeg")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)
with tempfile.TemporaryDirectory() as folder:
    clips = []
    for name, size, frames in (("720", "1280:720", 24), ("1080", "1920:1080", 24)):
        clips.append(f"{folder}/{name}.mp4")
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "-1", "-i", str(sample), "-frames:v", str(frames), "-vf", f"scale={size}",
                        "-an", "-c:v", "libx264", "-preset", "superfast", "-crf", "30", "-g", "12", clips[-1]], check=True)
    if os.environ.get("ZD_STUDIO_SEEKS"):
        subprocess.run(["ffmpeg", "-v", "error", "-stream_loop", "599", "-i", clips[1], "-c", "copy", f"{folder}/long.mp4"], check=True)
        clips[1] = f"{folder}/long.mp4"
    ran = subprocess.run([os.path.abspath(sys.argv[1]), *clips], check=False)
    leftover = ran.returncode
sys.exit(leftover)
