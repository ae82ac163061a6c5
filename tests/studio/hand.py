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
import re
import subprocess
import sys
import tempfile

from desk import Desk, check, differs, need

studio, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
source = pathlib.Path(os.environ["ZD_SOURCE"])
need("the Studio's hand")

PICK = (1081, 191)  # the button beside x, of the first effect
TRY_THE_SAMPLE = (640, 496)
ADD_TITLE = (1003, 158)
HIDE = (1120, 116)  # the switch of the title's row, in a window of 1280x760


def refine(desk):
    """Boxes until the object is whole, thresholds by the ruler, all undone by name."""
    desk.key("3")
    desk.settle()
    for i, (x, y) in enumerate(((225, 320), (215, 440), (205, 540))):
        desk.drag(x, y, x + 45, y + 60)
        desk.expect(f"box {i + 1} is added", lambda text, n=i: text.count("add = ") == n + 1)
    desk.click(240, 350)
    desk.key("Delete")
    desk.expect("the chosen box goes", lambda text: text.count("add = ") == 2)
    desk.key("shift+Delete")
    desk.expect("all boxes go", lambda text: "add = " not in text)
    before = desk.settle()
    desk.key("s")
    desk.click(240, 350)
    desk.expect("a click selects its object", lambda text: "nearest_only = on" in text and text.count("add = ") == 1)
    desk.key("ctrl+z")
    desk.expect("undo takes the object back", lambda text: "nearest_only" not in text and "add = " not in text)
    ruler = 304  # its middle, below the layers with a title
    desk.drag(1255, ruler, 1215, ruler)
    desk.expect("Depth Out is a handle", lambda text: "depth_out = " in text)
    check("and moves the matte", differs(desk.changed(before), before))
    desk.picture("ruler")
    check("the analysis that boxes asked for ended", desk.analysed())
    first = lambda text: "depth_out" not in text and "add = " not in text
    check("undo takes them back", desk.undo_until(lambda text: "depth_out" not in text) and desk.undo_until(first), desk.journal())
    desk.key("1")


def mend(desk):
    """A garbage matte by the pen: drawn, a point moved, keyed, removed."""
    desk.key("5")
    before = desk.settle()
    desk.key("p")
    for x, y in ((160, 180), (500, 180), (160, 610), (160, 180)):
        desk.click(x, y)
    desk.expect("the pen draws a garbage matte", lambda text: re.search(r'shape = "garbage 0\.\d+,0\.\d+ 0\.\d+,0\.\d+ [^@]*"', text))
    check("and what it holds is background", differs(desk.changed(before), before))
    desk.picture("shape")
    first = desk.journal()
    desk.drag(160, 610, 320, 600)
    desk.expect("a point is dragged", lambda text: "garbage" in text and text != first)
    desk.key("Right", "Right", "ctrl+k")
    desk.expect("the shape is keyed", lambda text: re.search(r"garbage @0 .* @0\.\d+ ", text))
    keyed = desk.journal()
    desk.click(500, 180)
    check("a click on a point changes nothing", desk.journal() == keyed)
    desk.key("Delete")
    desk.expect("the shape goes", lambda text: "shape" not in text)
    check("undo takes all of it back", desk.undo_until(lambda text: text == first) and
          desk.undo_until(lambda text: "shape" not in text), desk.journal())
    desk.key("Home", "1")


def write(desk):
    """A new title is typed at once, with letters that are shortcuts elsewhere."""
    for _ in range(4):  # the text's row comes a little later
        desk.type("T")
        if desk.wait_for(lambda: re.search('title = "T+"', desk.journal()), 4):
            break
    desk.type("alk")
    desk.expect("a title is typed", lambda text: re.search('title = "T+alk"', text))
    desk.key("Escape")


def find(desk, words, name):
    """Adds the first effect that words find; again where the list opened too late for them."""
    for _ in range(3):
        desk.idle()
        desk.click(1105, 115)
        desk.idle()
        desk.type(words)
        desk.idle()
        desk.key("Return")
        if desk.wait_for(lambda: name in desk.journal(), 10):
            break
        desk.key("Escape")


def pick(desk):
    """The place of a light by a click in the picture."""
    find(desk, "relight", "zrelight")
    desk.expect("an effect is found by its name", lambda text: "zrelight" in text)
    desk.settle()
    desk.click(*PICK)
    desk.click(640, 260)
    desk.expect("its place is picked in the picture", lambda text: re.search(r"zrelight=x=0\.\d+:y=0\.\d+", text))
    desk.picture("pick")
    check("undo takes the place back", desk.undo_until(lambda text: "zrelight=" not in text))
    check("and the effect", desk.undo_until(lambda text: "zrelight" not in text))


def shuttle(desk, plain):
    """J, K and L as hands know them: on, backwards, and steps while K is held."""
    desk.key("Home")
    desk.shows(plain)
    desk.key("l", "l")
    check("L goes on", desk.leaves(plain))
    desk.key("j")
    check("J goes back to the first frame", desk.shows(plain))
    desk.key("k")
    desk.key("Right", "Right")
    second = desk.changed(plain)
    desk.key("Home")
    desk.shows(plain)
    desk.tool("keydown", "k", "sleep", "0.2", "key", "l", "sleep", "0.2", "key", "l", "sleep", "0.2", "keyup", "k")
    check.actions += 2
    check("K and L are steps", desk.shows(second))
    desk.key("Home")


def look_around(desk):
    """Zoom, pan, wipe, overlay, playing, points: nothing of it is in the project."""
    before, plain = desk.journal(), desk.settle()
    for up in (True, True, True, False):
        desk.wheel(460, 380, up)
    check("the wheel zooms", differs(desk.changed(plain), plain))
    desk.drag(460, 380, 400, 340, button="2")
    desk.key("shift+0")
    check("Shift+0 fits", desk.shows(plain))
    desk.key("m")
    check("the background is tinted", differs(desk.changed(plain), plain))
    desk.picture("overlay")
    desk.key("m", "w", "5")
    desk.settle()
    desk.picture("wipe")
    desk.drag(470, 250, 300, 250)
    desk.key("w", "1")
    shuttle(desk, plain)
    desk.key("i", "Right", "Right", "o", "ctrl+l", "space")
    check("it plays", desk.leaves(plain))
    desk.key("k", "ctrl+l", "shift+Right", "shift+Left", "End", "Home", "comma", "period", "Home")
    check("looking changes nothing", desk.journal() == before)


def hand(desk, clip):
    desk.start(clip)
    result = desk.opened()
    seen = [result]
    for key, name in (("2", "depth"), ("3", "thresholded"), ("4", "opacity"), ("5", "matte")):
        desk.key(key)
        seen.append(desk.changed(seen[-1]))
        desk.picture(name)
    check("every view looks another way", all(differs(seen[i], seen[j]) for i in range(5) for j in range(i)))
    desk.key("1")
    check("the result comes back", desk.shows(result))

    # A box is added, another subtracts, both are undone.
    desk.key("3")
    before = desk.changed(result)
    desk.drag(250, 300, 330, 560)
    check("a box changes the thresholded view", differs(before, desk.changed(before)))
    desk.expect("a box is in the project", lambda text: "add = " in text)
    desk.drag(500, 200, 600, 330, "alt")
    desk.expect("Alt subtracts", lambda text: "subtract = " in text)
    desk.picture("boxes")
    desk.key("ctrl+z", "ctrl+z")
    desk.expect("undo takes the boxes back", lambda text: "add = " not in text)
    check("and the picture", desk.shows(before))
    desk.key("ctrl+shift+z", "ctrl+z")

    # A title between the layers, moved by its handle, played over a second.
    desk.key("1", "ctrl+t")
    desk.expect("a title is in the project", lambda text: 'title = "TITLE"' in text)
    write(desk)
    titled = desk.changed(result)
    check("a title shows", differs(titled, result))
    desk.drag(469, 371, 520, 300)
    desk.expect("its handle moves it", lambda text: "y = " in text)
    moved = desk.changed(titled)
    desk.click(*HIDE)
    desk.expect("a title is hidden", lambda text: "hide = on" in text)
    check("and leaves the picture", differs(desk.changed(moved), moved))
    desk.picture("hidden")
    desk.click(*HIDE)
    desk.expect("and shown again", lambda text: "hide" not in text)
    check("where it was", desk.shows(moved))
    titled = moved
    desk.picture("title")
    for _ in range(6):
        desk.key("Right")
    check("frames go by", differs(desk.changed(titled), titled))
    desk.key("Home")
    desk.key("shift+i")
    desk.expect("invert is a key away", lambda text: "invert = on" in text)
    for _ in range(4):
        desk.key("ctrl+z")
    for _ in range(2):
        desk.key("ctrl+shift+z")
    desk.expect("redo gives the title back", lambda text: re.search('title = "T+alk"', text))
    # An effect by the chain, seen on the other side of the matte; a cut by the timeline's menu.
    desk.idle()
    desk.key("ctrl+2")
    find(desk, "fog", "zfog")
    desk.expect("an effect is in the chain", lambda text: "effect = \"zfog\"" in text)
    desk.click(1105, 74)
    desk.key("Down", "Return")
    desk.expect("it is put on the background", lambda text: "invert = on" in text)
    foggy = desk.changed(result)
    desk.picture("filter")
    check("and is seen", differs(foggy, result))
    desk.key("Escape")  # an open list may keep a key to itself
    check("undo takes the effect back", desk.undo_until(lambda text: "zfog" not in text), desk.journal())
    pick(desk)
    desk.key("ctrl+1", "k", "Home", "Right", "Right", "Right")  # words typed before a list opened may have played
    desk.settle()
    desk.click(600, 682, "3")  # the shots, above the title's bar
    desk.key("Return")
    desk.expect("a cut is set at the playhead", lambda text: "cuts = \"0,3\"" in text or "cuts = 0,3" in text)
    desk.settle()
    desk.key("ctrl+z", "Home")
    desk.expect("undo leaves none of it", lambda text: "cuts" not in text)
    refine(desk)
    mend(desk)
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
with tempfile.TemporaryDirectory() as folder:  # of somebody who never opened anything
    desk = Desk(folder, studio, source)
    try:
        desk.start()
        desk.click(*TRY_THE_SAMPLE)
        for _ in range(10):  # the panel comes when the clip is open
            desk.click(*ADD_TITLE)
            if desk.wait_for(desk.journal, 3):
                break
        desk.expect("the first page's sample opens, beside a program that is not installed", lambda text: "assets/sample.mp4" in text)
    finally:
        desk.close()
check.finish()
