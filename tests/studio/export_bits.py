#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""export_bits.py EXPORT_ONE ZDEPTH: what the Studio exports has the bits that `zdepth render` makes of the
saved project, for a title between the layers and for an effect on the background: the frames of a lossless
movie (its container has a random number in it), and the files of a sequence."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

export_one, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
sample = pathlib.Path(os.environ["ZD_SOURCE"], "assets/sample.mp4")
if shutil.which("ffmpeg") is None:
    print("skipped: the Studio's exports are compared on a clip that ffmpeg makes")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

JOBS = {
    "title": '[title]\ntitle = "HELLO"\nsize = 0.3\nx = 0.4\n',
    "effect": '[effect]\neffect = "gblur=sigma=6"\n\n[matte]\ninvert = on\n',
}
PRESETS = {2: ("_{}.mkv", ["--codec", "ffv1"]), 3: ("_{}_%04d.png", [])}


def bits(path):
    """The frames of a movie, or the files of a sequence."""
    if "%" in path:
        files = sorted(pathlib.Path(path).parent.glob(pathlib.Path(path).name.replace("%04d", "*")))
        return [file.read_bytes() for file in files]
    return subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "framemd5", "-"], capture_output=True, check=False).stdout


passed, failed = 0, 0
with tempfile.TemporaryDirectory() as folder:
    clip = folder + "/clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(sample), "-frames:v", "5", "-vf", "scale=320:-2", "-an", "-c:v", "libx264", "-qp", "10",
                    clip], check=True)
    env = dict(os.environ, ZD_CACHE=folder + "/cache", XDG_CACHE_HOME=folder + "/xdg")
    for name, text in JOBS.items():
        project = f"{folder}/{name}.zdp"
        pathlib.Path(project).write_text(f'zdepth project 1\n\n[source]\nfootage = "{clip}"\n\n{text}')
        for preset, (ending, flags) in PRESETS.items():
            by_hand, by_line = (f"{folder}/{name}" + ending.format(who) for who in ("hand", "line"))
            one = subprocess.run([export_one, project, by_hand, str(preset)], env=env, capture_output=True, text=True, check=False)
            other = subprocess.run([zdepth, "render", project, "-o", by_line, "--quiet", *flags], env=env, capture_output=True, text=True,
                                   check=False)
            good = one.returncode == 0 and other.returncode == 0 and len(bits(by_hand)) > 4 and bits(by_hand) == bits(by_line)
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"FAILED: {name} with preset {preset}: {one.stdout}{one.stderr}{other.stderr}")
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
