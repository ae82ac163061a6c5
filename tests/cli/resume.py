#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Jobs that are interrupted or killed: what is said to be kept is kept, and nothing else is."""
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, Skip, finish, frames_md5, movie, ramp_map, run, zdepth

CLIP = movie("clip.mkv", size="322x182", frames=60, extra=("-c:v", "ffv1"))
MAP = ramp_map(size="322x182")
SCENE = pathlib.Path(os.environ.get("ZD_SOURCE", "")) / "docs" / "scenes" / "geometry.zscene"


def folder(name):
    path = WORK / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def pictures(where):
    return {p.name: (p.stat().st_mtime_ns, p.stat().st_ino, p.read_bytes()) for p in where.iterdir() if p.name[0] != "."}


def finished(where):
    return sum(name[0] != "." for name in os.listdir(where))


def hidden(where):
    return [p.name for p in where.iterdir() if p.name[0] == "."]


def broken_off(args, where, how, least=3):
    """Ends a run once it has finished a few pictures; gives those and what it said."""
    process = subprocess.Popen([ZDEPTH, *map(str, args)], stderr=subprocess.PIPE, text=True, env=ENV)
    while process.poll() is None and finished(where) < least:
        time.sleep(0.001)
    process.send_signal(how)
    said = process.communicate()[1]
    assert process.returncode in (130, -signal.SIGKILL), (process.returncode, said)
    return pictures(where), (said.strip().splitlines() or [""])[-1]


def goes_on(args, where, total, how):
    """The same command keeps every finished picture and makes the others as one run makes them."""
    before, said = broken_off(args, where, how)
    assert 0 < len(before) < total, len(before)
    assert hidden(where), "no ledger"
    result = zdepth(*args)
    assert result.returncode == 0, result.stderr
    after = pictures(where)
    kept = [name for name in before if after[name] == before[name]]
    # A kill may fall between a picture's name and its line in the ledger.
    assert len(after) == total and len(kept) >= len(before) - 1, (len(after), len(kept), len(before))
    assert f"{len(kept)} of" in result.stderr and "finished before" in result.stderr, result.stderr
    assert not hidden(where), hidden(where)
    return said, {name: content for name, (_, _, content) in after.items()}


def whole(args, where):
    result = zdepth(*args)
    assert result.returncode == 0 and "finished before" not in result.stderr, result.stderr
    return {name: content for name, (_, _, content) in pictures(where).items()}


def sequences_go_on():
    for verb, ending, how, more in (("composite", "png", signal.SIGKILL, ("--title", "ZD", "--at-depth", "12")),
                                    ("matte", "exr", signal.SIGINT, ()), ("depth", "exr", signal.SIGKILL, ()),
                                    ("filter", "tif", signal.SIGINT, ("--effect", "zfog=density=1")),
                                    ("view", "png", signal.SIGINT, ("--view", "matte"))):
        where, again = folder("part"), folder("whole")
        args = [verb, CLIP, "--depth-map", MAP, *more]
        said, pixels = goes_on([*args, "-o", where / f"o.%04d.{ending}"], where, 60, how)
        if how == signal.SIGINT:
            assert said == f"zdepth: interrupted; the same command keeps the finished pictures of '{where}/o.%04d.{ending}'", said
        assert pixels == whole([*args, "-o", again / f"o.%04d.{ending}"], again), (verb, how)


def another_job_keeps_nothing():
    where, again = folder("part"), folder("whole")
    output = where / "o.%04d.png"
    args = ["matte", CLIP, "--depth-map", MAP, "-o", output]
    for other in (("--feather", "2"), ("--select", "0.1,0.1,0.5,0.5"), ("--alone", "--frames", "0-58")):
        broken_off(args, where, signal.SIGINT)
        result = zdepth(*args, *other)
        assert result.returncode == 0 and "finished before" not in result.stderr, result.stderr
        assert not hidden(where)
        changed = {name: content for name, (_, _, content) in pictures(where).items()}
        assert changed == whole([*args[:-1], again / "o.%04d.png", *other], again), other
        folder("part"), folder("whole")
    broken_off(args, where, signal.SIGINT)
    stat = CLIP.stat()
    os.utime(CLIP, ns=(stat.st_atime_ns, stat.st_mtime_ns + 1))
    result = zdepth(*args)
    assert result.returncode == 0 and "finished before" not in result.stderr, result.stderr


def a_picture_that_was_changed_is_made_again():
    where, again = folder("part"), folder("whole")
    args = ["matte", CLIP, "--depth-map", MAP, "-o"]
    before, _ = broken_off([*args, where / "o.%04d.png"], where, signal.SIGKILL, least=6)
    names = sorted(before)
    (where / names[0]).write_bytes(b"mine")
    (where / names[1]).unlink()
    (where / names[2]).unlink()
    (where / names[2]).symlink_to(where / names[3])
    with open(where / hidden(where)[0] if hidden(where)[0].endswith("ledger") else where / hidden(where)[1], "a") as ledger:
        ledger.write("12 34")  # a line that was broken off
    assert zdepth(*args, where / "o.%04d.png").returncode == 0
    got = {name: content for name, (_, _, content) in pictures(where).items()}
    assert got == whole([*args, again / "o.%04d.png"], again)
    assert not (where / names[2]).is_symlink()


def a_ledger_of_somebody_else_is_left_alone():
    where = folder("part")
    ledger = where / ".o.#04d.png.ledger"
    target = where / "target"
    args = ["matte", CLIP, "--depth-map", MAP, "--frames", "0-3", "-o", where / "o.%04d.png"]
    for content in ("my notes\n", "zdepth\n"):
        ledger.write_text(content)
        assert zdepth(*args).returncode == 0
        assert ledger.read_text() == content
        ledger.unlink()
    target.write_text("precious")
    ledger.symlink_to(target)
    assert zdepth(*args).returncode == 0
    assert target.read_text() == "precious" and ledger.is_symlink()


def a_range_of_the_job_keeps_what_the_whole_has_finished():
    where = folder("part")
    args = ["matte", CLIP, "--depth-map", MAP, "-o", where / "o.%04d.png"]
    before, _ = broken_off(args, where, signal.SIGINT, least=5)
    result = zdepth(*args, "--frames", "2-7")
    after = pictures(where)
    assert result.returncode == 0 and all(after[name] == before[name] for name in list(before)), result.stderr


def movies_say_that_they_begin_anew():
    where = folder("movie")
    for flags, depth in ((("--depth-map", MAP), ""), (("--depth-size", "112"), "; depth found so far is in the cache"),
                         (("--depth-size", "112", "--no-cache"), "")):
        process = subprocess.Popen([ZDEPTH, "matte", CLIP, *map(str, flags), "-o", where / "o.mkv"], env=ENV,
                                   stderr=subprocess.PIPE, text=True)
        while process.poll() is None and not hidden(where):
            time.sleep(0.001)
        time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        said = process.communicate()[1].strip().splitlines()[-1]
        assert process.returncode == 130 and not hidden(where) and not pictures(where)
        assert said == f"zdepth: interrupted; the same command writes '{where}/o.mkv' anew{depth}", said


def scenes_go_on():
    if zdepth("scene", "render", SCENE, "-o", WORK / "one.png").returncode != 0:
        raise Skip("no scenes can be rendered here")
    where, again = folder("scene"), folder("scene-whole")
    for ending, how in (("exr", signal.SIGINT), ("png", signal.SIGKILL)):
        folder("scene"), folder("scene-whole")
        args = ["scene", "render", SCENE, "--frames", "1-8", "-o"]
        said, pixels = goes_on([*args, where / f"s.%04d.{ending}"], where, 8, how)
        if how == signal.SIGINT:
            assert said == "zdepth: interrupted; the same command keeps the finished frames and makes the others", said
        assert pixels == whole([*args, again / f"s.%04d.{ending}"], again), (ending, how)
    folder("scene")
    process = subprocess.Popen([ZDEPTH, *map(str, args), where / "s.mkv"], env=ENV, stderr=subprocess.PIPE, text=True)
    while process.poll() is None and not hidden(where):
        time.sleep(0.001)
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1]
    assert process.returncode == 130 and not hidden(where), said
    assert said.strip().splitlines()[-1] == "zdepth: interrupted; the same command begins anew", said
    assert "8 of 8" not in said, said


def a_dry_run_stores_nothing_and_knows_what_is_remembered():
    """What is not in the cache is analysed in both; then the job's own analysis is remembered, and its stage is gone."""
    cache, scratch = folder("dry cache"), folder("dry scratch")
    env = {"ZD_CACHE": str(cache), "TMPDIR": str(scratch)}
    job = ["composite", CLIP, "--title", "HI", "--depth-size", "112", "--codec", "ffv1", "-o", WORK / "dry.mkv"]

    def tried():
        result = zdepth(*job, "--dry-run", "--json", env=env)
        assert result.returncode == 0, result.stderr
        told = json.loads(result.stdout.splitlines()[-1])
        assert not (WORK / "dry.mkv").exists() and not list(scratch.iterdir()), list(scratch.iterdir())
        assert told["frames"] == 60 and told["estimated_s"] > 0 and told["estimated_bytes"] > 1000, told
        return [stage["stage"] for stage in told["stages"]]
    assert tried() == ["depth", "composite"]
    assert not list(cache.rglob("*.zdm")), "a trial was stored"
    assert zdepth(*job, env=env).returncode == 0
    (WORK / "dry.mkv").unlink()
    kept = sorted(cache.rglob("*.zdm"))
    assert tried() == ["composite"] and sorted(cache.rglob("*.zdm")) == kept


for test in (a_dry_run_stores_nothing_and_knows_what_is_remembered, sequences_go_on, another_job_keeps_nothing, a_picture_that_was_changed_is_made_again,
             a_ledger_of_somebody_else_is_left_alone, a_range_of_the_job_keeps_what_the_whole_has_finished,
             movies_say_that_they_begin_anew, scenes_go_on):
    run(test)
finish()
