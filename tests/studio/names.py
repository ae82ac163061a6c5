#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""names.py STUDIO: everything that can be operated has a name for those who cannot see it.

Walks the tree that AT-SPI shows of the composite with a title, the filter with an effect, and a scene
with a Z-Depth Map's menu, under Xvfb and a bus of its own. Skipped by name where a part is missing."""
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time

OPERATED = ("push button", "toggle button", "text", "entry", "slider", "combo box", "switch", "check box", "spin button", "image", "list",
            "list item", "menu item", "page tab")
LAUNCHERS = ("/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher")


def own_name(name):
    """A name that somebody gave, not the class of a widget."""
    return "" if name.startswith(("Gtk", "Adw", "Zd")) else name


def walk(node, path, found, depth=0, carrier=""):
    """Adds (path, role, name) of what is operated. The button inside a named drop-down is named by it."""
    if node is None or depth > 40:
        return
    role, name = node.get_role_name(), node.get_name() or ""
    here = f"{path}/{name or role}"
    children = [node.get_child_at_index(i) for i in range(node.get_child_count())]
    if role in OPERATED:
        inner = [c.get_name() for c in children if c is not None and c.get_role_name() == "label"]
        is_inner = name in ("GtkToggleButton", "GtkMenuButton") and carrier
        found.append((here, role, carrier if is_inner else own_name(name), any(inner)))
    for child in children:
        walk(child, here, found, depth + 1, own_name(name))


def look(studio, file, seconds=6.0):
    """What is operated in a window that was opened with a file."""
    import gi
    gi.require_version("Atspi", "2.0")
    from gi.repository import Atspi
    program = subprocess.Popen([studio, file], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    found = []
    try:
        for _ in range(int(seconds * 10)):
            time.sleep(0.5)
            desktop = Atspi.get_desktop(0)
            for i in range(desktop.get_child_count()):
                app = desktop.get_child_at_index(i)
                if app is not None and "zdepth" in (app.get_name() or ""):
                    found = []
                    walk(app, "", found)
            if len(found) > 60:
                break
    finally:
        program.kill()
        program.wait()
    return found


def inside(studio, files):
    launcher = subprocess.Popen([next(p for p in LAUNCHERS if os.path.exists(p)), "--launch-immediately"], stdout=subprocess.DEVNULL,
                                stderr=subprocess.DEVNULL, start_new_session=True)
    time.sleep(1)
    passed, failed = 0, 0
    try:
        for file in files:
            found = look(studio, file)
            nameless = [(path, role) for path, role, name, has_label in found if not name and not has_label]
            good = len(found) > 60 and not nameless
            passed, failed = passed + good, failed + (not good)
            if not good:
                print(f"FAILED: {os.path.basename(file)}: {len(found)} controls, without a name:", *nameless[:20], sep="\n  ")
    finally:
        os.killpg(launcher.pid, signal.SIGKILL)  # with the bus that it started
    print(f"{passed} passed, {failed} failed")
    sys.exit(failed > 0)


def skip(why):
    print(f"skipped: the names of the Studio's controls need {why}")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)


def outside(studio):
    source = pathlib.Path(os.environ["ZD_SOURCE"])
    for tool in ("xvfb-run", "dbus-run-session", "ffmpeg"):
        if shutil.which(tool) is None:
            skip(tool)
    if not any(os.path.exists(p) for p in LAUNCHERS):
        skip("at-spi2-core")
    python = "/usr/bin/python3"
    if subprocess.run([python, "-c", "import gi; gi.require_version('Atspi', '2.0')"], capture_output=True, check=False).returncode != 0:
        skip("gir1.2-atspi-2.0 and python3-gi")
    with tempfile.TemporaryDirectory() as folder:
        clip = folder + "/clip.mp4"
        subprocess.run(["ffmpeg", "-v", "error", "-i", str(source / "assets/sample.mp4"), "-frames:v", "3", "-vf", "scale=320:-2", clip],
                       check=True)
        project = folder + "/job.zdp"
        pathlib.Path(project).write_text(f'zdepth project 1\n\n[source]\nfootage = "{clip}"\n\n[title]\ntitle = "A"\n\n[effect]\n'
                                         'effect = "zfog=density=2,zgrade"\n')
        env = dict(os.environ, GDK_BACKEND="x11", GTK_A11Y="atspi", GSK_RENDERER="cairo", XDG_CACHE_HOME=folder + "/cache",
                   XDG_DATA_HOME=folder + "/data", XDG_CONFIG_HOME=folder + "/config", ZD_CACHE=folder + "/depth",
                   GSETTINGS_BACKEND="memory", GTK_USE_PORTAL="0")
        env.pop("DBUS_SESSION_BUS_ADDRESS", None)
        ran = subprocess.run(["xvfb-run", "-a", "-s", "-screen 0 1280x900x24", "dbus-run-session", "--", python, os.path.abspath(__file__),
                              studio, project, str(source / "examples/scene/title_wall.zscene")], env=env, check=False, timeout=200,
                             stderr=subprocess.DEVNULL)
        sys.exit(ran.returncode)


if len(sys.argv) > 2:
    inside(os.path.abspath(sys.argv[1]), sys.argv[2:])
else:
    outside(os.path.abspath(sys.argv[1]))
