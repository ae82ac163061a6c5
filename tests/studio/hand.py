#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""hand.py STUDIO ZDEPTH: a person at the Studio, by keys and mouse under Xvfb.

Does the steps of a title behind a person, of a selection box and of an effect on the background, by
GTK's own event path, saves the project, and renders it with the command line: the picture that the
Studio shows and the file must agree. Skipped by name where Xvfb or xdotool are missing.
With ZD_STUDIO_PICTURES=FOLDER the screenshots are kept there."""
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

studio, zdepth = (os.path.abspath(path) for path in sys.argv[1:3])
source = pathlib.Path(os.environ["ZD_SOURCE"])
needed = ["Xvfb", "xdotool", "import", "ffmpeg"]
missing = [name for name in needed if shutil.which(name) is None]
if missing:
    print(f"skipped: the Studio's hand needs {', '.join(missing)}")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

passed, failed = 0, []


def check(name, good, detail=""):
    global passed
    if good:
        passed += 1
    else:
        failed.append(f"{name} {detail}")
        print(f"FAILED: {name} {detail}")


class Desk:
    """A display and the Studio on it."""

    def __init__(self, folder):
        self.folder = folder
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24",
                                        "-nolisten", "tcp", "-ac", "-noreset"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:  # to its end of line, or the server dies of a broken pipe
            self.display = ":" + number.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.display, GDK_BACKEND="x11", GTK_A11Y="none",
                        GSK_RENDERER="cairo", XDG_CACHE_HOME=folder + "/xdg", XDG_DATA_HOME=folder + "/data",
                        XDG_CONFIG_HOME=folder + "/config", ZD_CACHE=folder + "/cache",
                        GSETTINGS_BACKEND="memory", G_DEBUG="fatal-criticals",
                        ZD_SAMPLE_FOLDER=str(source / "assets"), GTK_USE_PORTAL="0",
                        DBUS_SESSION_BUS_ADDRESS="disabled:")
        for _ in range(100):
            if self.tool("getdisplaygeometry"):
                break
            time.sleep(0.1)
        self.program = None  # no window manager: they keep Alt and the mouse to themselves

    def start(self, *arguments):
        log = open(self.folder + "/studio.log", "a")
        self.program = subprocess.Popen([studio, *arguments], env=self.env, stdout=log, stderr=log)
        for _ in range(300):
            found = self.tool("search", "--onlyvisible", "--pid", str(self.program.pid)).split()
            if found:
                self.window = found[-1]
                break
            if self.program.poll() is not None:
                raise SystemExit("the Studio ended: " + open(self.folder + "/studio.log").read())
            time.sleep(0.1)
        self.tool("windowsize", self.window, "1280", "760", "windowmove", self.window, "0", "0",
                  "windowfocus", self.window)
        time.sleep(0.5)

    def tool(self, *words):
        return subprocess.run(["xdotool", *words], env=self.env, capture_output=True, text=True,
                              timeout=60, check=False).stdout

    def key(self, *keys):
        for key in keys:
            self.tool("key", key)
            time.sleep(0.12)

    def type(self, text):
        self.tool("type", "--delay", "40", text)

    def click(self, x, y, button="1"):
        self.tool("mousemove", "--window", self.window, str(x), str(y), "click", button)
        time.sleep(0.15)

    def drag(self, x0, y0, x1, y1, modifier=None):
        steps = []
        for i in range(1, 5):
            steps += ["mousemove", "--window", self.window, str(x0 + (x1 - x0) * i // 4), str(y0 + (y1 - y0) * i // 4), "sleep", "0.06"]
        held = ["keydown", modifier] if modifier else []
        free = ["keyup", modifier] if modifier else []
        self.tool("mousemove", "--window", self.window, str(x0), str(y0), *held, "sleep", "0.1", "mousedown", "1", "sleep", "0.1", *steps,
                  "mouseup", "1", *free)
        time.sleep(0.2)

    def picture(self, name):
        path = f"{self.folder}/{name}.png"
        subprocess.run(["import", "-window", self.window, path], env=self.env, check=False, timeout=60)
        keep = os.environ.get("ZD_STUDIO_PICTURES")
        if keep:
            pathlib.Path(keep).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)
        return path

    def pixels(self, name):
        """The viewer's part of the window as RGB bytes."""
        path = self.picture(name)
        return subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", "crop=900:500:10:110", "-pix_fmt", "rgb24",
                               "-f", "rawvideo", "-"], capture_output=True, check=True).stdout

    def settle(self):
        """Waits until the window has looked the same for a while: analyses end late on busy machines."""
        last, same = None, 0
        for _ in range(80):
            time.sleep(0.4)
            now = self.pixels("settle")
            same = same + 1 if now == last else 0
            if same == 4:
                break
            last = now
        return now

    def journal(self):
        """The text of the project as it is now."""
        files = sorted(pathlib.Path(self.folder, "xdg/zdepth/studio").glob("*.journal.zdp"))
        return files[-1].read_text() if files else ""

    def stop(self):
        if self.program is not None:
            self.program.kill()
            self.program.wait()

    def close(self):
        self.stop()
        self.server.terminate()
        self.server.wait()


def differs(a, b, least=200):
    """Whether two pictures differ in at least so many bytes by more than a little."""
    return sum(abs(x - y) > 12 for x, y in zip(a, b)) >= least


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
    project = desk.journal()
    shown = desk.settle()
    check("still alive", desk.program.poll() is None, open(desk.folder + "/studio.log").read()[-400:])

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
    desk = Desk(folder)
    try:
        text, _ = hand(desk, clip)
        same_as_command_line(folder, text)
    finally:
        desk.close()
print(f"{passed} passed, {len(failed)} failed")
sys.exit(1 if failed else 0)
