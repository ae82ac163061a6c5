#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Relative paths of a project are meant from its folder: it renders from anywhere, and goes on after it was moved
with its footage; init writes them so; projects of earlier versions are still understood."""
import re
import shutil

from cli_harness import WORK, finish, movie, ramp_map, run, zdepth

HOME = WORK / "shoot"
(HOME / "media").mkdir(parents=True)
(WORK / "elsewhere/deep").mkdir(parents=True)
shutil.copy(movie("walk.mkv", frames=3, extra=("-c:v", "ffv1")), HOME / "media/walk.mkv")
shutil.copy(ramp_map(), HOME / "media/map.png")
LINES = ('zdepth project 1\n[source]\nfootage = "media/walk.mkv"\ndepth_map = "media/map.png"\n[matte]\nmode = normalised\n'
         'depth_in = 0.5\n[title]\ntitle = "A"\n[insert]\ninsert = "media/map.png"\nsize = 0.1\n[output]\noutput = "out.mkv"\n')


def ok(*args, cwd):
    result = zdepth(*args, "-q", cwd=cwd)
    assert result.returncode == 0, result
    return result


def it_renders_from_anywhere():
    (HOME / "p.zdp").write_text(LINES)
    for cwd, name in ((HOME, "p.zdp"), (WORK, "shoot/p.zdp"), (WORK / "elsewhere/deep", "../../shoot/p.zdp"),
                      (WORK / "elsewhere", HOME / "p.zdp")):
        ok("render", name, cwd=cwd)
        (HOME / "out.mkv").unlink()
    assert not list((WORK / "elsewhere").rglob("*.mkv"))


def moved_with_its_footage_it_goes_on():
    shutil.copytree(HOME, WORK / "moved")
    ok("render", "moved/p.zdp", cwd=WORK)
    assert (WORK / "moved/out.mkv").exists()


def a_flag_is_meant_from_here():
    ok("render", "../shoot/p.zdp", "-o", "here.mkv", cwd=WORK / "elsewhere")
    assert (WORK / "elsewhere/here.mkv").exists()
    ok("composite", "../shoot/media/walk.mkv", "--project", "../shoot/p.zdp", "-o", "two.mkv", cwd=WORK / "elsewhere")
    assert (WORK / "elsewhere/two.mkv").exists()


def paths(project):
    return re.findall(r'(?m)^(?:footage|depth_map|insert|output) = "(.*)"', project.read_text())


def init_writes_them_from_the_projects_folder():
    job = ("--depth-map", "shoot/media/map.png", "--insert", "./shoot/media/map.png")
    ok("init", "shoot/media/walk.mkv", *job, "-o", "shoot/a.zdp", "--result", "a.mkv", cwd=WORK)
    assert paths(HOME / "a.zdp") == ["media/walk.mkv", "media/map.png", "media/map.png", "../a.mkv"], paths(HOME / "a.zdp")
    ok("render", "shoot/a.zdp", cwd=WORK)
    assert (WORK / "a.mkv").exists()
    ok("init", "../../shoot/media/walk.mkv", "--title", "B", "-o", "../b.zdp", "--result", HOME / "b.mkv", cwd=WORK / "elsewhere/deep")
    assert paths(WORK / "elsewhere/b.zdp") == ["../shoot/media/walk.mkv", str(HOME / "b.mkv")], paths(WORK / "elsewhere/b.zdp")
    ok("init", "shoot/media/walk.mkv", "--title", "C", "-o", "c.zdp", "--result", "c.mkv", cwd=WORK)
    assert paths(WORK / "c.zdp") == ["shoot/media/walk.mkv", "c.mkv"]
    ok("init", "--project", "shoot/p.zdp", "shoot/media/walk.mkv", "-o", "d.zdp", cwd=WORK)
    assert paths(WORK / "d.zdp")[:2] == ["shoot/media/walk.mkv", "shoot/media/map.png"], paths(WORK / "d.zdp")


def what_only_the_current_folder_has_is_found_there():
    (WORK / "old").mkdir()
    (WORK / "old/p.zdp").write_text('zdepth project 1\n[source]\nfootage = "shoot/media/walk.mkv"\n'
                                    'depth_map = "shoot/media/map.png"\n[title]\ntitle = "A"\n[output]\noutput = "old.mkv"\n')
    ok("render", "old/p.zdp", cwd=WORK)
    assert (WORK / "old/old.mkv").exists()


for test in (it_renders_from_anywhere, moved_with_its_footage_it_goes_on, a_flag_is_meant_from_here,
             init_writes_them_from_the_projects_folder, what_only_the_current_folder_has_is_found_there):
    run(test)
finish()
