#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Many clips by one project: killed at any time the same command ends right; what is done is skipped; what
changed is done again; pause, watch, reports."""
import ctypes
import json
import os
import random
import shutil
import signal
import struct
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, finish, frames_md5, movie, ramp_map, run, zdepth

CLIPS = WORK / "clips"
CLIPS.mkdir()
MAP = ramp_map()
SOURCES = ("testsrc2", "testsrc", "smptebars", "rgbtestsrc")
for i in range(20):
    made = movie(f"c{i % 4}-{4 + i % 3}.mkv", frames=4 + i % 3, source=SOURCES[i % 4], extra=("-c:v", "ffv1"))
    shutil.copy(made, CLIPS / f"clip {i:02}.mkv")
PRESET = WORK / "look.zdp"
assert zdepth("init", made, "--depth-map", MAP, "--title", "{name}", "--at-depth", "0.4", "--mode", "normalised", "-o",
              PRESET, "--codec", "ffv1").returncode == 0
OUT = WORK / "done"
BATCH = ["batch", CLIPS, "--preset", PRESET, "-o", OUT, "--ending", ".mkv"]


def start():
    return subprocess.Popen([ZDEPTH, *map(str, BATCH), "--quiet"], env=ENV, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def plain(clip):
    out = WORK / "plain.mkv"
    result = zdepth("composite", clip, "--depth-map", MAP, "--title", clip.stem, "--at-depth", "0.4", "--mode", "normalised",
                    "--codec", "ffv1", "-o", out)
    assert result.returncode == 0, result.stderr
    return frames_md5(out)


def a_dry_run_tells_of_all_and_writes_nothing():
    result = zdepth(*BATCH, "--dry-run", "--json", "-q")
    assert result.returncode == 0 and not OUT.exists(), result
    told = json.loads(result.stdout)
    each = told["each"]
    assert told["dry_run"] and told["clips"] == len(each) == 20 and told["done_before"] == told["failing"] == 0, told
    assert [c["clip"] for c in each] == sorted(map(str, CLIPS.iterdir())) and {c["state"] for c in each} == {"waiting"}
    assert [c["frames"] for c in each] == [4 + i % 3 for i in range(20)] and told["frames"] == sum(c["frames"] for c in each)
    assert abs(told["estimated_s"] - sum(c["estimated_s"] for c in each)) < 1e-6 and min(c["estimated_s"] for c in each) > 0
    assert told["tried_frames"] < 2 * 2 * 20, "clips alike are not all tried"


def what_a_dry_run_told_was_so():
    made = sum(p.stat().st_size for p in OUT.glob("*.mkv"))
    told = json.loads(zdepth(*BATCH[:4], "-o", WORK / "elsewhere", "--ending", ".mkv", "--dry-run", "--json", "-q").stdout)
    assert abs(told["estimated_bytes"] / made - 1) < 0.5, (told["estimated_bytes"], made)
    told = json.loads(zdepth(*BATCH, "--dry-run", "--json", "-q").stdout)
    assert told["done_before"] == 20 and told["frames"] == told["estimated_s"] == told["tried_frames"] == 0, told
    assert {c["state"] for c in told["each"]} == {"done before"}


def killed_five_times_it_ends_right():
    chance = random.Random(11)
    for _ in range(5):
        batch = start()
        time.sleep(chance.uniform(0.3, 1.6))
        batch.kill()
        batch.wait()
    result = zdepth(*BATCH, "--json")
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["clips"] == told["done"] == 20 and told["verb"] == "batch", told
    for clip in sorted(CLIPS.iterdir())[::5]:
        assert frames_md5(OUT / f"{clip.stem}.mkv") == plain(clip), clip
    left = [p.name for p in OUT.iterdir() if p.name != "batch" and not p.name.startswith("clip")]
    assert len(list(OUT.glob("clip*.mkv"))) == 20 and not left, left


def what_is_done_is_skipped_and_what_changed_is_not():
    before = {p: p.stat().st_mtime_ns for p in OUT.glob("*.mkv")}
    told = json.loads(zdepth(*BATCH, "--json").stdout)
    assert told["done_before"] == 20 and {p: p.stat().st_mtime_ns for p in OUT.glob("*.mkv")} == before
    (OUT / "clip 03.mkv").write_bytes(b"damaged")
    os.utime(CLIPS / "clip 05.mkv", (1, 1))
    told = json.loads(zdepth(*BATCH, "--json").stdout)
    assert told["done_before"] == 18 and told["done"] == 20, told
    assert frames_md5(OUT / "clip 03.mkv") == plain(CLIPS / "clip 03.mkv")


def the_report_shows_every_clip():
    report = json.loads((OUT / "batch/report.json").read_text())
    assert report["v"] == 1 and len(report["clips"]) == 20 and {c["state"] for c in report["clips"]} <= {"done", "done before"}
    page = (OUT / "batch/report.html").read_text()
    assert page.count("<tr") == 20 and 'src="clip%2007.png"' in page
    assert (OUT / "batch/clip 07.png").stat().st_size > 1000


def one_bad_clip_stops_no_other():
    some = WORK / "list.txt"
    (WORK / "bad.mkv").write_text("no movie")
    some.write_text("# a list\nclips/clip 01.mkv\nbad.mkv\nclips/clip 02.mkv\n")
    result = zdepth("batch", some, "--preset", PRESET, "-o", WORK / "listed", "--ending", ".mkv")
    assert result.returncode == 1 and "1 of 3 clips failed" in result.stderr and "bad.mkv" in result.stderr, result
    assert len(list((WORK / "listed").glob("clip*.mkv"))) == 2
    states = [c["state"] for c in json.loads((WORK / "listed/batch/report.json").read_text())["clips"]]
    assert states == ["done", "failed", "done"], states


def it_waits_while_it_is_paused():
    shutil.rmtree(OUT)
    (OUT / "batch").mkdir(parents=True)
    assert zdepth("batch", "--pause", "-o", OUT).returncode == 0
    batch = start()
    time.sleep(1.2)
    assert batch.poll() is None and not list(OUT.glob("clip*.mkv"))
    assert b"another batch works in" in subprocess.run([ZDEPTH, *map(str, BATCH)], env=ENV, capture_output=True).stderr
    assert zdepth("batch", "--resume", "-o", OUT).returncode == 0
    while not list(OUT.glob("batch/*.done")) and batch.poll() is None:
        time.sleep(0.1)
    batch.send_signal(signal.SIGINT)
    assert batch.wait(60) in (130, 0) and list(OUT.glob("clip*.mkv"))


def a_folder_is_watched():
    inbox, out = WORK / "inbox", WORK / "watched"
    inbox.mkdir()
    watch = subprocess.Popen([ZDEPTH, "batch", inbox, "--preset", PRESET, "-o", out, "--ending", ".mkv", "--watch", "-q"],
                             env=ENV, stderr=subprocess.PIPE)
    time.sleep(0.5)
    shutil.copy(CLIPS / "clip 04.mkv", inbox / "new.mkv")
    end = time.monotonic() + 60
    while not (out / "batch/new.done").exists() and time.monotonic() < end:
        time.sleep(0.2)
    watch.send_signal(signal.SIGINT)
    assert watch.wait(60) == 130 and (out / "new.mkv").exists() and b"goes on watching" in watch.stderr.read()


def no_result_takes_the_place_of_a_clip():
    """Of walk.mkv and walk.mov in one folder the result of one has the name of the other."""
    both = WORK / "both"
    both.mkdir()
    shutil.copy(CLIPS / "clip 01.mkv", both / "walk.mkv")
    shutil.copy(CLIPS / "clip 02.mkv", both / "walk.mov")
    (WORK / "some.txt").write_text("both/walk.mov\n")
    before = {p.name: p.read_bytes() for p in both.iterdir()}
    for source, named in ((both, both), ("some.txt", "both/walk.mov")):
        result = zdepth("batch", source, "--preset", PRESET, "-o", both / ".", "--ending", ".mkv", cwd=WORK)
        assert result.returncode == 2, result
        assert f"'{named}' is among the results, which could replace it; give another folder with -o" in result.stderr, result
        assert {p.name: p.read_bytes() for p in both.iterdir() if p.is_file()} == before


def a_folder_or_list_without_a_clip_is_refused():
    """Nothing to do is a wrong name in most cases, and is not told as success. --watch waits for clips."""
    (WORK / "none").mkdir()
    (WORK / "none/notes.txt").write_text("no movie\n")
    (WORK / "none.txt").write_text("# nothing yet\n\n")
    for source, message in (("none", "the folder 'none' holds no movie (.mp4, .mov, .mkv and the like); name the one with the clips, or "
                                     "wait for them with --watch"),
                            ("none.txt", "the list 'none.txt' names no clip; write one path a line into it")):
        for more in ((), ("--dry-run",), ("--json",)):
            result = zdepth("batch", source, "--preset", PRESET, "-o", "nowhere", *more, cwd=WORK)
            said = json.loads(result.stdout + result.stderr)["error"] if more == ("--json",) else result.stderr.strip()
            assert result.returncode == 2 and said.removeprefix("zdepth: ") == message, result
    assert not (WORK / "nowhere").exists()
    work = subprocess.Popen([ZDEPTH, "batch", "none", "--preset", PRESET, "-o", "nowhere", "--watch", "-q"], cwd=WORK, env=ENV, stderr=subprocess.DEVNULL)
    try:
        wait = time.monotonic() + 60
        while not (WORK / "nowhere/batch/report.json").exists():
            assert work.poll() is None and time.monotonic() < wait
            time.sleep(0.05)
    finally:
        work.terminate()
        work.wait()


def what_names_the_clips_is_read_once():
    """Twice would be two answers where clips come and go meanwhile, and twice the time on a slow disk."""
    libc, is_opened, is_closed = ctypes.CDLL(None, use_errno=True), 0x20, 0x10  # equal events in a row are told once
    (WORK / "once.txt").write_text(f"{CLIPS}/clip 01.mkv\n")
    for source in (CLIPS, WORK / "once.txt"):
        for more in ((), ("--dry-run",)):
            watch = libc.inotify_init1(os.O_NONBLOCK)
            assert watch >= 0 and libc.inotify_add_watch(watch, os.fsencode(source), is_opened | is_closed) >= 0, ctypes.get_errno()
            result = zdepth("batch", source, "--preset", PRESET, "-o", WORK / "once", "--ending", ".mkv", "-q", *more)
            assert result.returncode == 0, result
            told, opened = os.read(watch, 65536), 0
            os.close(watch)
            while told:
                _, event, _, length = struct.unpack_from("iIII", told)
                opened += length == 0 and event & is_opened != 0  # the folder itself, none of its files
                told = told[16 + length:]
            assert opened == 1, (source, more, opened)


def wrong_usage_is_told():
    for words, message in ((("batch",), "usage: zdepth batch"), (("batch", CLIPS), "--preset names the project"),
                           (("batch", CLIPS, "--preset", PRESET, "--ending", "mkv"), "--ending is 'mkv'")):
        result = zdepth(*words, cwd=WORK)
        assert result.returncode == 2 and message in result.stderr, result


for test in (a_dry_run_tells_of_all_and_writes_nothing, killed_five_times_it_ends_right, what_a_dry_run_told_was_so, what_is_done_is_skipped_and_what_changed_is_not,
             the_report_shows_every_clip, one_bad_clip_stops_no_other, it_waits_while_it_is_paused, a_folder_is_watched,
             no_result_takes_the_place_of_a_clip, a_folder_or_list_without_a_clip_is_refused,
             what_names_the_clips_is_read_once, wrong_usage_is_told):
    run(test)
finish()
