#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""scene_hand.py STUDIO ZDEPTH: Flame's Z-Depth Map by hand, by keys and mouse under Xvfb.

Does all of "To add a z-depth map", both analyses, a region of interest, Create Map, handles, Z-snap,
links, undo and redo; then the saved scene is the one that the hand made, and the command line renders
the pixels of it that the Result view shows. Skipped by name where Xvfb is missing. See desk.py."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from desk import Desk, check, differs, need

studio, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
source = pathlib.Path(os.environ["ZD_SOURCE"])
need("the Studio's scene by hand")

# Where the page is in a window of 1280x760.
PICTURE = (5, 94, 919, 356)    # the Result view: left, top, width, height
SCHEMATIC = (5, 493, 919, 228)
COLUMN, ROW, WIDTH, HEIGHT, PORT = 146, 66, 128, 34, 9


def nodes_of(text):
    """Name to (kind, values) of a scene's text."""
    found = {}
    for kind, name, body in re.findall(r"^(\w+) (\w+) \{(.*?)\}", re.sub(r"#.*", "", text), re.M | re.S):
        if kind not in ("frame", "media", "anim"):
            found[name] = (kind, body)
    return found


def parent_of(nodes, name):
    kind, body = nodes[name]
    for key in ("camera",) if kind == "output" else ("parent", "on"):
        link = re.search(rf"\b{key} (\w+)", body)
        if link:
            return link.group(1)
    return None


def places(text):
    """Where the schematic draws each node, in the window's pixels: as zd_schematic.c lays them out."""
    nodes, x, y = nodes_of(text), {}, {}

    def place(name, level, left):
        right, first, last = left, None, left
        for child in nodes:
            if parent_of(nodes, child) == name:
                right = place(child, level + 1, right)
                first = x[child] if first is None else first
                last = x[child]
        x[name] = left if first is None else (first + last) / 2
        y[name] = level * ROW
        return max(right, left + COLUMN)

    left = 0
    for name in nodes:
        if parent_of(nodes, name) is None:
            left = place(name, 0, left)
    right, bottom = max(x.values()) + WIDTH, max(y.values()) + HEIGHT + PORT
    zoom = min(1.0, max(0.3, min((SCHEMATIC[2] - 24) / right, (SCHEMATIC[3] - 24) / bottom)))
    pan = (SCHEMATIC[0] + (SCHEMATIC[2] - right * zoom) / 2, SCHEMATIC[1] + (SCHEMATIC[3] - bottom * zoom) / 2)
    return {name: (pan[0] + (x[name] + WIDTH / 2) * zoom, pan[1] + (y[name] + HEIGHT / 2) * zoom, zoom) for name in nodes}


class Artist:
    """The desk, and the scene's text as the journal has it."""

    def __init__(self, desk, aspect):
        self.desk = desk
        width = min(PICTURE[2], PICTURE[3] * aspect)
        height = width / aspect
        self.picture = (PICTURE[0] + (PICTURE[2] - width) / 2, PICTURE[1] + (PICTURE[3] - height) / 2, width, height)

    def text(self):
        return self.desk.journal("zscene")

    def at(self, x, y):
        left, top, width, height = self.picture
        return left + x * width, top + y * height

    def is_chosen(self, name):
        """Whether the node is where the text says that it is, within the frame of a chosen one."""
        x, y, zoom = places(self.text() or self.start)[name]
        found = self.desk.patch(x - WIDTH / 4 * zoom, y - HEIGHT / 2 * zoom - 3, 6, 7)
        return any(abs(found[i] - 89) + abs(found[i + 1] - 204) + abs(found[i + 2] - 255) < 60 for i in range(0, len(found) - 2, 3))

    def node(self, name, button="1", times=1):
        """Chooses a node, and clicks it another way then. The layout may be late: a click is repeated."""
        for _ in range(10):
            x, y, _ = places(self.text() or self.start)[name]
            self.desk.click(x, y)
            if self.desk.wait_for(lambda: self.is_chosen(name), 3):
                break
        else:
            check(f"{name} can be chosen", False, self.text())
        if button != "1" or times != 1:
            time.sleep(0.5)  # no double click with the one that chose
            self.desk.click(x, y, button, times)

    def has(self, pattern):
        return re.search(pattern, self.text(), re.S) is not None

    def expect(self, what, pattern):
        check(what, self.desk.wait_for(lambda: self.has(pattern), 20), self.text())

    def pick(self, name, keys, what, pattern=None):
        """Picks from a node's menu by keys, again where the menu opened too late for them."""
        for _ in range(3):
            before = self.text()
            self.node(name, "3")
            self.desk.idle()
            self.desk.key(*keys)
            if pattern is None or self.desk.wait_for(lambda: self.has(pattern), 8) or self.text() != before:
                break
            self.desk.key("Escape", "Escape")
        check(what, pattern is None or self.has(pattern), self.text())


def add_a_map(artist):
    """The steps of "To add a z-depth map"."""
    desk = artist.desk
    artist.pick("card", ("Right", "Return"), "Add Map lays a map on the surface", r"zdepth card_z \{[^}]*on card[^}]*media plate")
    artist.expect("with its own axis, a child of the surface", r"axis card_z_axis \{ parent card \}")
    artist.node("card_z", times=2)
    desk.picture("scene_map")
    artist.pick("card_z", ("Right", "Down", "Return"), "Face Analysis is chosen", r"analysis face")
    desk.settle()
    desk.picture("scene_face")  # a face, or why there is none
    desk.key("ctrl+z")
    check("undo takes it back", desk.wait_for(lambda: "analysis" not in artist.text()))
    desk.settle()
    artist.pick("card_z", ("Right", "Down", "Down", "Return"), "Global Analysis is chosen", r"analysis global")


def region(artist):
    desk = artist.desk
    for _ in range(3):  # the menu may open too late for its keys
        artist.pick("card_z", ("Down", "Return"), "Draw Region of Interest")
        desk.drag(*artist.at(0.1, 0.1), *artist.at(0.8, 0.9))
        if desk.wait_for(lambda: artist.has(r"roi \d+"), 8):
            break
    artist.expect("a region is drawn in the picture", r"roi \d+ \d+ \d+ \d+")
    desk.settle()
    desk.picture("scene_region")
    numbers = [int(n) for n in re.search(r"roi (\d+) (\d+) (\d+) (\d+)", artist.text()).groups()]
    size = [int(n) for n in re.search(r"size (\d+) (\d+)", artist.text()).groups()]
    near = [abs(n / size[i % 2] - w) < 0.02 for i, (n, w) in enumerate(zip(numbers, (0.1, 0.1, 0.8, 0.9)))]
    check("it is where it was drawn", all(near), str(numbers))
    desk.key("ctrl+z")
    check("undo takes the region back", desk.wait_for(lambda: "roi" not in artist.text()))


def looks(artist):
    """Passes as views; orbit, pan, dolly, and back to the camera."""
    desk = artist.desk
    seen = [desk.settle()]
    for x in (131, 193, 266, 361, 453):
        desk.click(x, 72)
        seen.append(desk.changed(seen[-1]))
    desk.picture("scene_objects")
    check("every pass looks another way", all(differs(seen[i], seen[j]) for i in range(6) for j in range(i) if (i, j) != (5, 1)))
    desk.click(53, 72)
    flat = desk.changed(seen[-1])
    desk.drag(*artist.at(0.3, 0.5), *artist.at(0.5, 0.6), "alt")
    turned = desk.changed(flat)
    check("Alt-drag orbits", differs(turned, flat))
    desk.picture("scene_orbit")
    desk.drag(*artist.at(0.3, 0.5), *artist.at(0.4, 0.5), button="2")
    desk.wheel(*artist.at(0.5, 0.5), up=False)
    check("a middle drag pans, the wheel comes nearer", differs(desk.changed(turned), turned))
    before = artist.text()
    desk.click(553, 72)
    check("Camera looks through the camera again", desk.shows(flat))
    check("looking changes nothing in the scene", artist.text() == before)


def handles(artist):
    desk = artist.desk
    artist.node("card_axis")
    before = desk.settle()
    x, y = artist.at(0.5, 0.5)
    desk.drag(x + 40, y, x + 80, y)  # along the red arrow
    artist.expect("an arrow moves along its axis", r"axis card_axis \{ position \d[\d.]* 0 0 \}")
    check("the picture follows", differs(desk.changed(before), before))
    desk.key("ctrl+z")
    desk.wait_for(lambda: "position" not in artist.text())
    desk.settle()
    desk.drag(x, y, x - 50, y + 30)  # the middle: in the picture's plane
    artist.expect("the middle moves in the plane", r"axis card_axis \{ position -[\d.]+ -[\d.]+ -?0")
    desk.key("ctrl+z")
    check("undo brings it back", desk.wait_for(lambda: "position" not in artist.text()))
    desk.settle()


def z_snap(artist):
    """An axis is dragged onto the depth under the pointer."""
    desk = artist.desk
    bin_y = 737
    desk.click(38, bin_y, times=2)  # Axis
    artist.expect("the bin adds an axis", r"axis axis \{")
    desk.settle()
    x, y = artist.at(0.5, 0.5)
    desk.drag(x, y, *artist.at(0.35, 0.7), modifier="shift")
    artist.expect("Shift-drag snaps the axis to a depth", r"axis axis \{ position -[\d.]+ -[\d.]+ [\d.]*[1-9]")
    desk.picture("scene_snap")
    desk.settle()


def schematic(artist):
    """Nodes from the bin by drag, links by port, Create Map, removal."""
    desk = artist.desk
    bin_y = 737
    x, y, _ = places(artist.text())["card"]
    on_card = r"light light \{ parent card"
    desk.drop(399, bin_y, x, y, lambda: artist.has(on_card))  # Light, onto the card
    artist.expect("a light dragged onto a node hangs on it", on_card)
    artist.node("light")  # the layout is there
    at = places(artist.text())
    x, y, zoom = at["card_axis"]
    to = at["light"]
    desk.drag(x, y + HEIGHT / 2 * zoom, to[0], to[1])
    artist.expect("a drag from a port links", r"light light \{ parent card_axis")
    there = r"light light2 \{ position -\d[\d.]* \d"
    desk.drop(399, bin_y, *artist.at(0.25, 0.25), lambda: artist.has(there))
    artist.expect("a light dropped in the Result view stands there", there)
    artist.node("card")
    desk.click(724, bin_y, times=2)  # AOV
    artist.expect("a double click adds to the chosen surface", r"aov card_aov \{ on card")
    artist.node("card_z")
    desk.key("Delete")
    check("a map goes", desk.wait_for(lambda: "zdepth card_z {" not in artist.text()))
    artist.pick("card_aov", ("Return",), "Create Map makes the map that the AOV needs", r"zdepth card_zdepth \{[^}]*analysis global")
    desk.settle()
    desk.picture("scene_schematic")
    artist.node("card_aov")
    desk.key("Delete")
    check("an AOV goes alone", desk.wait_for(lambda: "card_aov" not in artist.text() and "card_zdepth" in artist.text()))


def history(artist):
    desk = artist.desk
    last = artist.text()
    steps = 0
    for _ in range(30):
        before = artist.text()
        if before == artist.start:
            break
        desk.key("ctrl+z")
        steps += desk.wait_for(lambda last=before: artist.text() != last, 5)
    check("all of it is undone", artist.text() == artist.start and steps >= 8, f"{steps}\n{artist.text()}")
    for _ in range(30):
        desk.key("ctrl+shift+z")
    check("and redone", desk.wait_for(lambda: artist.text() == last))


def same_as_command_line(artist, folder):
    """The command line renders the saved scene, and the Result view shows it."""
    path, out = folder + "/hand.zscene", folder + "/hand.png"
    pathlib.Path(path).write_text(artist.text())
    ran = subprocess.run([zdepth, "scene", "render", path, "-o", out, "--quiet"], capture_output=True, text=True, check=False)
    check("the command line renders the scene", ran.returncode == 0, ran.stderr)
    artist.desk.click(53, 72)
    artist.node("cam")
    artist.desk.settle()
    shot = artist.desk.picture("scene_result", needed=True)
    left, top, width, height = (round(v) for v in artist.picture)

    def pixels(file, crop):
        return subprocess.run(["ffmpeg", "-v", "error", "-i", file, "-vf", crop + "scale=80:45:flags=area", "-pix_fmt", "rgb24", "-f",
                               "rawvideo", "-"], capture_output=True, check=True).stdout

    a, b = pixels(shot, f"crop={width}:{height}:{left}:{top},"), pixels(out, "")
    off = sorted(abs(p - q) for p, q in zip(a, b))
    check("the same picture, but for the marks on it", off[len(off) * 9 // 10] <= 12, f"{off[len(off) * 9 // 10]}")


def hand(desk, picture, folder):
    desk.start(picture)
    shown = desk.opened()
    artist = Artist(desk, 16 / 9)
    desk.key("ctrl+3")
    desk.changed(shown)
    desk.picture("scene_new")
    artist.start = "surface card { parent card_axis media plate }\naxis card_axis { }\n"
    desk.click(231, 176)  # nothing: the picture
    add = places("camera cam { }\naxis card_axis { }\nsurface card { parent card_axis }\noutput main { camera cam }\n")["card"]
    desk.click(add[0], add[1])
    artist.start = "camera cam { }\naxis card_axis { }\nsurface card { parent card_axis }\noutput main { camera cam }\n"
    add_a_map(artist)
    for step in (region, looks, handles, z_snap, schematic):
        step(artist)
    # What there was before the first change is what remains of the text without what was added.
    artist.start = None
    undone = undo_text(artist)
    artist.start = undone
    history(artist)
    same_as_command_line(artist, folder)
    check("still alive", desk.program.poll() is None, desk.log()[-400:])
    desk.check_watch()
    check("nothing was complained about", "CRITICAL" not in desk.log() and "WARNING" not in desk.log(), desk.log()[-800:])
    check("at least 60 actions", check.actions >= 60, str(check.actions))


def undo_text(artist):
    """The text before everything: undo to the start, look, redo all."""
    whole, text = artist.text(), None
    while text != artist.text():  # until undo does nothing more
        text = artist.text()
        artist.desk.key(*["ctrl+z"] * 5)
        artist.desk.wait_for(lambda: artist.text() != text, 3)
    artist.desk.key(*["ctrl+shift+z"] * 30)
    check("redo brings all of it back", artist.desk.wait_for(lambda: artist.text() == whole), artist.text())
    check("the start holds no map", "zdepth card" not in text, text)
    return text


with tempfile.TemporaryDirectory() as folder:
    picture = folder + "/still.png"
    subprocess.run(["ffmpeg", "-v", "error", "-i", str(source / "assets/sample.mp4"), "-frames:v", "1", "-vf", "scale=640:360", picture],
                   check=True)
    desk = Desk(folder, studio, source)
    try:
        hand(desk, picture, folder)
    finally:
        desk.close()
check.finish()
