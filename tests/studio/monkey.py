#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""monkey.py STUDIO [ACTIONS] [SEED]: a monkey at the Studio, under Xvfb with G_DEBUG=fatal-warnings.

Keys, clicks, drags and wheels at random places of the composite, the filter and the scene; then nothing
was complained about, the Studio is still there, and undo goes back to the first state. Worth most with a
Studio that was built with -Db_sanitize=address,undefined. The same seed does the same. See desk.py."""
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import time

from desk import Desk, check, need

studio = os.path.abspath(sys.argv[1])
actions = int(sys.argv[2]) if len(sys.argv) > 2 else 100
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 17
source = pathlib.Path(os.environ["ZD_SOURCE"])
need("the Studio's monkey")

# All but what opens windows of files, which a monkey would fill the disk from.
KEYS = ["1", "2", "3", "4", "5", "6", "w", "ctrl+t", "Delete", "shift+Delete", "shift+i", "space", "Left", "Right", "Home", "End", "i",
        "o", "j", "k", "l", "s", "ctrl+z", "ctrl+z", "ctrl+shift+z", "Tab", "shift+Tab", "Return", "Escape", "Down", "Up", "shift+0", "shift+1",
        "ctrl+1", "ctrl+2", "ctrl+3", "7", "minus", "period"]


def place(dice):
    """Anywhere but the header, whose first button opens files, whose last closes the window."""
    return dice.randint(8, 1272), dice.randint(58, 752)


def one(dice):
    """One action as xdotool's words."""
    x, y = place(dice)
    to = ["mousemove", "--window", "WINDOW", str(x), str(y)]
    kind = dice.random()
    if kind < 0.35:
        return ["key", dice.choice(KEYS)]
    if kind < 0.6:
        return to + ["click", dice.choice(["1", "1", "1", "3", "2"])]
    if kind < 0.7:
        return to + ["click", dice.choice(["4", "5"])]
    x2, y2 = place(dice)
    held = dice.choice([None, None, "alt", "shift", "ctrl"])
    steps = []
    for i in range(1, 4):
        steps += ["mousemove", "--window", "WINDOW", str(x + (x2 - x) * i // 3), str(y + (y2 - y) * i // 3), "sleep", "0.02"]
    button = dice.choice(["1", "1", "1", "2"])
    down, up = (["keydown", held], ["keyup", held]) if held else ([], [])
    return to + down + ["mousedown", button, "sleep", "0.02"] + steps + ["mouseup", button] + up


def undo_all(desk, ending, workspace, first):
    desk.key("Escape", "Escape", workspace)
    desk.click(400, 300)
    for _ in range(40):
        if desk.journal(ending).split("\n", 1)[-1] == first.split("\n", 1)[-1]:
            return True
        desk.tool("key", "--delay", "15", *["ctrl+z"] * 25)
        time.sleep(0.3)
    return False


def run(desk, clip):
    dice = random.Random(seed)
    desk.start(clip)
    for _ in range(20):  # until the footage is there
        desk.key("ctrl+t")
        if desk.wait_for(lambda: "TITLE" in desk.journal(), 2):
            break
    desk.tool("key", "--delay", "100", *["ctrl+z"] * 20)
    desk.wait_for(lambda: "TITLE" not in desk.journal(), 5)
    project = desk.journal()
    check("there is a first project", "footage" in project and "TITLE" not in project, project)
    for at in range(0, actions, 5):
        words = []
        for _ in range(5):
            words += [desk.window if word == "WINDOW" else word for word in one(dice)] + ["sleep", "0.03"]
        desk.tool(*words)
        check.actions += 5
        if desk.program.poll() is not None:
            check(f"alive after {at + 5} actions of seed {seed}, it ended with {desk.program.returncode}", False, desk.log()[-3000:])
            return
    desk.tool("keyup", "alt", "keyup", "shift", "keyup", "ctrl")
    time.sleep(1)
    check("still alive", desk.program.poll() is None, desk.log()[-3000:])
    desk.picture("monkey")
    check("undo goes back to the first project", undo_all(desk, "zdp", "ctrl+1", project), desk.journal())
    check("alive after all undo", desk.program.poll() is None, desk.log()[-3000:])
    bad = [line for line in desk.log().splitlines() if re.search("WARNING|CRITICAL|ERROR", line) and not line.startswith("MESA: ")]
    check("no warning", not bad, "\n".join(bad[:10]))


with tempfile.TemporaryDirectory() as folder:
    clip = folder + "/clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source / "assets/sample.mp4"), "-frames:v", "6", "-vf", "scale=480:-2", "-c:v",
                    "libx264", "-qp", "12", clip], check=True)
    desk = Desk(folder, studio, source)
    desk.env["G_DEBUG"] = "fatal-warnings"
    desk.env["ASAN_OPTIONS"] = "detect_leaks=0:abort_on_error=1"
    try:
        run(desk, clip)
    finally:
        desk.close()
check.finish()
