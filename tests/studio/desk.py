# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A display with the Studio on it, for tests that work by keys and mouse. With
ZD_STUDIO_PICTURES=FOLDER the screenshots are kept there.

What is shown is read from the display's own memory (Xvfb -fbdir): a test looks at the window some hundred
times while it waits, and a screenshot by a program of its own costs most of a second of a processor."""
import mmap
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import time


def need(what):
    """Ends the test as skipped where a tool is missing."""
    missing = [name for name in ["Xvfb", "xdotool", "ffmpeg"] if shutil.which(name) is None]
    if missing:
        print(f"skipped: {what} needs {', '.join(missing)}")
        print("0 passed, 0 failed, 1 skipped")
        sys.exit(0)


class Checks:
    """Counts what holds and says what does not."""

    def __init__(self):
        self.passed = 0
        self.failed = []
        self.actions = 0

    def __call__(self, name, good, detail=""):
        if good:
            self.passed += 1
        else:
            self.failed.append(name)
            print(f"FAILED: {name} {detail}", flush=True)

    def finish(self):
        print(f"{self.passed} passed, {len(self.failed)} failed")
        sys.exit(1 if self.failed else 0)


check = Checks()


class Screen:
    """The picture of a display, in the XWD file that Xvfb keeps mapped: XWDFile.h of X11, version 7."""

    def __init__(self, path):
        with open(path, "rb") as file:
            self.data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        head = struct.unpack_from(">25I", self.data)
        header, version, low_first, bits, self.row, colours = head[0], head[1], head[7] == 0, head[11], head[12], head[19]
        if version != 7 or not low_first or bits != 32:
            raise SystemExit(f"the display's memory is of another kind: {head}")
        self.start = header + 12 * colours

    def rgb(self, x, y, width, height):
        """A rectangle as RGB bytes; stored are blue, green, red and one more."""
        first = self.start + y * self.row + 4 * x
        stored = b"".join(self.data[at:at + 4 * width] for at in range(first, first + height * self.row, self.row))
        found = bytearray(3 * width * height)
        for i in range(3):
            found[i::3] = stored[2 - i::4]
        return bytes(found)


class Desk:
    """A display and the Studio on it."""

    def __init__(self, folder, studio, source):
        self.folder = folder
        self.studio = studio
        read, write = os.pipe()
        self.server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x900x24",
                                        "-fbdir", folder, "-nocursor", "-nolisten", "tcp", "-ac", "-noreset"], pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as number:  # to its end of line, or the server dies of a broken pipe
            self.display = ":" + number.readline().strip()
        self.env = dict(os.environ, DISPLAY=self.display, GDK_BACKEND="x11", GTK_A11Y="none",
                        GSK_RENDERER="cairo", XDG_CACHE_HOME=folder + "/xdg", XDG_DATA_HOME=folder + "/data",
                        XDG_CONFIG_HOME=folder + "/config", ZD_CACHE=folder + "/cache",
                        GSETTINGS_BACKEND="memory", G_DEBUG="fatal-criticals",
                        ZD_STUDIO_WATCH=folder + "/watch", GTK_USE_PORTAL="0",
                        DBUS_SESSION_BUS_ADDRESS="disabled:")
        for _ in range(100):
            if self.tool("getdisplaygeometry"):
                break
            time.sleep(0.1)
        self.screen = Screen(folder + "/Xvfb_screen0")
        self.program = None  # no window manager: they keep Alt and the mouse to themselves

    def start(self, *arguments):
        log = open(self.folder + "/studio.log", "a")
        self.program = subprocess.Popen([self.studio, *arguments], env=self.env, stdout=log, stderr=log)
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
            check.actions += 1
            self.tool("key", key)
            time.sleep(0.12)

    def type(self, text):
        check.actions += 1
        self.tool("type", "--delay", "40", text)

    def click(self, x, y, button="1", times=1):
        check.actions += 1
        self.tool("mousemove", "--window", self.window, str(int(x)), str(int(y)), "sleep", "0.05", *["click", button] * times)
        time.sleep(0.15)

    def wheel(self, x, y, up=True):
        self.click(x, y, "4" if up else "5")

    def drag(self, x0, y0, x1, y1, modifier=None, button="1", hold="0.06"):
        check.actions += 1
        x0, y0, x1, y1 = int(x0), int(y0), int(x1), int(y1)
        steps = []
        for i in range(1, 5):
            steps += ["mousemove", "--window", self.window, str(x0 + (x1 - x0) * i // 4), str(y0 + (y1 - y0) * i // 4), "sleep", hold]
        held = ["keydown", modifier] if modifier else []
        free = ["keyup", modifier] if modifier else []
        self.tool("mousemove", "--window", self.window, str(x0), str(y0), *held, "sleep", "0.1", "mousedown", button, "sleep", "0.1", *steps,
                  "mouseup", button, *free)
        time.sleep(0.2)

    def drop(self, x0, y0, x1, y1, test):
        """Drags something to be dropped, which takes the toolkit some turns to begin, until it has come."""
        for hold in ("0.2", "0.6", "1.5"):
            self.drag(x0, y0, x1, y1, hold=hold)
            if self.wait_for(test, 8):
                return

    def picture(self, name, needed=False):
        """The window as a file, where one is needed or pictures are kept."""
        keep = os.environ.get("ZD_STUDIO_PICTURES")
        path = f"{keep or self.folder}/{name}.png"
        if keep or needed:
            pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
            subprocess.run(["ffmpeg", "-v", "error", "-y", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", "1280x760", "-i", "-",
                            "-frames:v", "1", path], input=self.screen.rgb(0, 0, 1280, 760), check=True)
        return path

    def pixels(self):
        """The viewer's part of the window as RGB bytes."""
        return self.screen.rgb(10, 110, 900, 500)

    def work(self):
        """The processor's time that the Studio and its display have had, in ticks; None while a thread of them runs or
        wants to: on a busy machine a picture may stay the same for long and yet be on its way."""
        ticks = 0
        for pid in (self.program.pid, self.server.pid):
            try:
                for path in pathlib.Path(f"/proc/{pid}/task").glob("*/stat"):
                    state, *numbers = path.read_text().rpartition(")")[2].split()
                    if state in "RD":
                        return None
                    ticks += int(numbers[10]) + int(numbers[11])
            except OSError:  # a thread that ended meanwhile
                return None
        return ticks

    def settle(self):
        """Waits until the window has looked the same and nothing worked for a while; gives the picture."""
        last, done, same = None, None, 0
        for _ in range(200):
            time.sleep(0.3)
            now, work = self.pixels(), self.work()
            still = now == last and None not in (work, done) and work - done <= 2
            same = same + 1 if still else 0
            if same == 4:
                break
            last, done = now, work
        return now

    def idle(self):
        """Waits until nothing worked for a while: a click has done all that it does. A caret may blink."""
        done, quiet = None, 0
        for _ in range(200):
            time.sleep(0.2)
            work = self.work()
            quiet = quiet + 1 if None not in (work, done) and work - done <= 2 else 0
            if quiet == 3:
                break
            done = work

    def leaves(self, picture, seconds=60):
        """Waits until the viewer differs from a picture; tells whether it does."""
        return self.wait_for(lambda: differs(self.pixels(), picture), seconds)

    def shows(self, picture, seconds=60):
        """Waits until the viewer shows a picture; tells whether it does."""
        return self.wait_for(lambda: not differs(self.pixels(), picture), seconds)

    def changed(self, before):
        """Waits until the viewer differs from a picture, then until it settles; gives it."""
        self.leaves(before)
        return self.settle()

    def patch(self, x, y, width, height):
        """A part of the window as RGB bytes."""
        return self.screen.rgb(int(x), int(y), int(width), int(height))

    def opened(self):
        """Waits until footage is shown and analysed; gives the picture."""
        check("the footage is shown", self.wait_for(lambda: len(set(self.patch(300, 200, 200, 200))) > 100, 180))
        check("and analysed", self.analysed())
        return self.settle()

    def analysed(self):
        """Whether the corner where "analysing" stands becomes empty."""
        def is_empty():
            corner = self.patch(765, 724, 160, 20)
            return max(corner) - min(corner) < 20
        return self.wait_for(is_empty, 240)

    def undo_until(self, test):
        """Undoes step by step until something holds of the journal; tells whether it does."""
        for _ in range(12):
            before = self.journal()
            if test(before):
                return True
            self.key("ctrl+z")
            self.wait_for(lambda last=before: self.journal() != last, 5)
        return test(self.journal())

    def expect(self, what, test, seconds=20):
        """Checks that something comes to hold of the journal."""
        check(what, self.wait_for(lambda: test(self.journal()), seconds), self.journal())

    def journal(self, ending="zdp"):
        """The text of the project, or scene, as it is now."""
        files = sorted(pathlib.Path(self.folder, "xdg/zdepth/studio").glob(f"*.journal.{ending}"))
        return files[-1].read_text() if files else ""

    def wait_for(self, test, seconds=20):
        """Waits until something holds; tells whether it does."""
        for _ in range(int(seconds / 0.2)):
            if test():
                return True
            time.sleep(0.2)
        return test()

    def check_watch(self):
        """GTK's thread was never kept busy by us: what the Studio's own watch wrote down."""
        text = pathlib.Path(self.folder, "watch").read_text()
        print("the thread of GTK:", text.strip())
        check("no turn of GTK's thread above 50 ms", " 0 above 50 ms" in text, text)

    def log(self):
        return open(self.folder + "/studio.log").read()

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
    count = 0
    for i in range(0, len(a), 2700):  # a row of the viewer
        if a[i:i + 2700] != b[i:i + 2700]:
            count += sum(abs(x - y) > 12 for x, y in zip(a[i:i + 2700], b[i:i + 2700]))
            if count >= least:
                return True
    return False
