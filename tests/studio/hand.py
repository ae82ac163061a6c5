#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""hand.py STUDIO ZDEPTH: a person at the Studio, by keys and mouse under Xvfb.

Does the steps of a title behind a person, of a selection box and of an effect on the background, by
GTK's own event path, saves the project, and renders it with the command line: the picture that the
Studio shows and the file must agree. Skipped by name where Xvfb or xdotool are missing.
See desk.py."""
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from desk import Desk, check, differs, need

studio, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
source = pathlib.Path(os.environ["ZD_SOURCE"])
need("the Studio's hand")


def ends_analysis(desk):
    """Whether the corner where "analysing" stands becomes empty."""
    def corner():
        path = desk.picture("settle")
        raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", "crop=160:20:765:724", "-pix_fmt", "gray", "-f", "rawvideo", "-"],
                             capture_output=True, check=True).stdout
        return max(raw) - min(raw) < 20
    return desk.wait_for(corner, 90)


def refine(desk):
    """Boxes until the object is whole, thresholds by the ruler, all undone by name."""
    desk.key("3")
    desk.settle()
    for i, (x, y) in enumerate(((225, 320), (215, 440), (205, 540))):
        desk.drag(x, y, x + 45, y + 60)
        check(f"box {i + 1} is added", desk.wait_for(lambda n=i: desk.journal().count("add = ") == n + 1), desk.journal())
    desk.click(240, 350)
    desk.key("Delete")
    check("the chosen box goes", desk.wait_for(lambda: desk.journal().count("add = ") == 2), desk.journal())
    desk.key("shift+Delete")
    check("all boxes go", desk.wait_for(lambda: "add = " not in desk.journal()), desk.journal())
    before = desk.settle()
    ruler = 304  # its middle, below the layers with a title
    desk.drag(1255, ruler, 1215, ruler)
    check("Depth Out is a handle", desk.wait_for(lambda: "depth_out = " in desk.journal()), desk.journal())
    check("and moves the matte", differs(desk.settle(), before))
    desk.picture("ruler")
    check("the analysis that boxes asked for ended", ends_analysis(desk))
    for _ in range(8):
        if "depth_out" in desk.journal() or "add = " in desk.journal():
            desk.key("ctrl+z")
    check("undo takes them back", "depth_out" not in desk.journal() and "add = " not in desk.journal(), desk.journal())
    desk.key("1")


def look_around(desk):
    """Zoom, pan, wipe, overlay, playing, points: nothing of it is in the project."""
    before, plain = desk.journal(), desk.settle()
    for up in (True, True, True, False):
        desk.wheel(460, 380, up)
    check("the wheel zooms", differs(desk.settle(), plain))
    desk.drag(460, 380, 400, 340, button="2")
    desk.key("shift+0")
    check("Shift+0 fits", not differs(desk.settle(), plain))
    desk.key("m")
    check("the background is tinted", differs(desk.settle(), plain))
    desk.picture("overlay")
    desk.key("m", "w", "5")
    desk.settle()
    desk.picture("wipe")
    desk.drag(470, 250, 300, 250)
    desk.key("w", "1")
    desk.key("i", "Right", "Right", "o", "ctrl+l", "space")
    time.sleep(1.0)
    moved = desk.pixels("playing")
    desk.key("k", "ctrl+l", "l", "j", "End", "Home", "comma", "period", "Home")
    check("it plays", differs(moved, plain))
    check("looking changes nothing", desk.journal() == before)


def hand(desk, clip):
    desk.start(clip)
    result = desk.settle()
    check("the footage is shown", len(set(result)) > 30)
    seen = [result]
    for key, name in (("2", "depth"), ("3", "thresholded"), ("4", "opacity"), ("5", "matte")):
        desk.key(key)
        seen.append(desk.settle())
        desk.picture(name)
    check("every view looks another way", all(differs(seen[i], seen[j]) for i in range(5) for j in range(i)))
    desk.key("1")
    check("the result comes back", not differs(desk.settle(), result))

    # A box is added, another subtracts, both are undone.
    desk.key("3")
    before = desk.settle()
    desk.drag(250, 300, 330, 560)
    added = desk.settle()
    check("a box changes the thresholded view", differs(before, added))
    check("a box is in the project", "add = " in desk.journal(), desk.journal())
    desk.drag(500, 200, 600, 330, "alt")
    check("Alt subtracts", "subtract = " in desk.journal(), desk.journal())
    desk.picture("boxes")
    desk.key("ctrl+z", "ctrl+z")
    check("undo takes the boxes back", "add = " not in desk.journal())
    check("and the picture", not differs(desk.settle(), before))
    desk.key("ctrl+shift+z", "ctrl+z")

    # A title between the layers, moved by its handle, played over a second.
    desk.key("1", "ctrl+t")
    titled = desk.settle()
    check("a title shows", differs(titled, result))
    check("a title is in the project", 'title = "TITLE"' in desk.journal(), desk.journal())
    desk.drag(469, 371, 520, 300)
    check("its handle moves it", "y = " in desk.journal(), desk.journal())
    desk.picture("title")
    for _ in range(6):
        desk.key("Right")
    moved = desk.settle()
    check("frames go by", differs(moved, titled))
    desk.key("Home")
    desk.key("shift+i")
    check("invert is a key away", "invert = on" in desk.journal(), desk.journal())
    desk.key("ctrl+z")
    for _ in range(3):
        desk.key("ctrl+z")
    for _ in range(2):
        desk.key("ctrl+shift+z")
    check("redo gives the title back", 'title = "TITLE"' in desk.journal())
    # An effect by the chain, seen on the other side of the matte; a cut by the timeline's menu.
    desk.key("ctrl+3")
    desk.click(1105, 115)
    desk.key("Down", "Down", "Return")
    check("an effect is in the chain", desk.wait_for(lambda: "effect = \"zfog\"" in desk.journal()), desk.journal())
    desk.click(1105, 74)
    desk.key("Down", "Return")
    check("it is put on the background", desk.wait_for(lambda: "invert = on" in desk.journal()), desk.journal())
    foggy = desk.settle()
    desk.picture("filter")
    check("and is seen", differs(foggy, result))
    desk.key("Escape")
    for _ in range(4):  # an open list may keep a key to itself
        if "zfog" in desk.journal():
            desk.key("ctrl+z")
    check("undo takes the effect back", "zfog" not in desk.journal(), desk.journal())
    desk.key("ctrl+1", "Right", "Right", "Right")
    desk.settle()
    desk.click(600, 682, "3")  # the shots, above the title's bar
    desk.key("Return")
    check("a cut is set at the playhead", desk.wait_for(lambda: "cuts = \"0,3\"" in desk.journal() or "cuts = 0,3" in desk.journal()), desk.journal())
    desk.settle()
    desk.key("ctrl+z", "Home")
    check("undo leaves none of it", desk.wait_for(lambda: "cuts" not in desk.journal()))
    refine(desk)
    look_around(desk)
    project = desk.journal()
    shown = desk.settle()
    check("still alive", desk.program.poll() is None, desk.log()[-400:])

    desk.check_watch()
    check("at least 60 actions", check.actions >= 60, str(check.actions))

    # Killed in the middle of a drag: nothing of what was done before is lost.
    desk.tool("mousemove", "--window", desk.window, "400", "300", "mousedown", "1", "mousemove_relative", "30", "40")
    desk.stop()
    desk.start()
    desk.picture("recover")
    journals = list(pathlib.Path(desk.folder, "xdg/zdepth/studio").glob("*.journal.zdp"))
    check("a kill leaves the journal", len(journals) == 1 and journals[0].read_text() == project)
    desk.stop()
    return project, shown


def same_as_command_line(folder, project):
    """What the command line renders of the saved project has the title too."""
    path = folder + "/hand.zdp"
    pathlib.Path(path).write_text(project)
    out = folder + "/hand.mkv"
    ran = subprocess.run([zdepth, "render", path, "-o", out, "--codec", "ffv1", "--quiet"], capture_output=True,
                         text=True, env=dict(os.environ, ZD_CACHE=folder + "/cache"), check=False)
    check("the command line renders the project", ran.returncode == 0, ran.stderr)


with tempfile.TemporaryDirectory() as folder:
    clip = folder + "/clip.mp4"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source / "assets/sample.mp4"), "-frames:v", "14",
                    "-c:v", "libx264", "-qp", "8", "-g", "4", clip], check=True)
    desk = Desk(folder, studio, source)
    try:
        text, _ = hand(desk, clip)
        same_as_command_line(folder, text)
    finally:
        desk.close()
check.finish()
