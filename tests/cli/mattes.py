#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Mattes of the automatic thresholds, of typed ones and of boxes, on a piece of the bundled sample."""
import json
import pathlib
import subprocess

from cli_harness import WORK, finish, run, zdepth

ROOT = pathlib.Path(__file__).resolve().parents[2]
SIZE = 480, 270
CLIP = WORK / "sample.mkv"
subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-i", ROOT / "assets/sample.mp4", "-frames:v", "10", "-vf",
                f"scale={SIZE[0]}:{SIZE[1]}", "-an", "-c:v", "ffv1", CLIP], check=True)


def matte(name, *more):
    out = WORK / f"{name}.mkv"
    result = zdepth("composite", CLIP, "--view", "matte", "-o", out, "--codec", "ffv1", *more)
    assert result.returncode == 0, result.stderr
    raw = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-i", out, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
                         check=True, capture_output=True).stdout
    assert len(raw) == 10 * SIZE[0] * SIZE[1]
    return raw


IS_IN = bytes(value > 127 for value in range(256))


def iou(a, b):
    one, two = (int.from_bytes(raw.translate(IS_IN), "big") for raw in (a, b))
    return (one & two).bit_count() / max((one | two).bit_count(), 1)


def shot():
    result = zdepth("info", "--json", CLIP)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)["shots"][0]


def typed_is_automatic():
    """Typing what info prints changes nothing, in either mode; nor does it jump from there."""
    automatic, found = matte("automatic"), shot()
    assert 0.02 < sum(x > 127 for x in automatic) / len(automatic) < 0.9
    depth_in = found["suggested_depth_in"]
    assert iou(matte("typed", "--depth-in", depth_in), automatic) >= 0.98
    normalised = (depth_in - found["furthest"]) / (found["nearest"] - found["furthest"])
    assert iou(matte("normalised", "--mode", "normalised", "--depth-in", f"{normalised:.4g}"), automatic) >= 0.98
    nudged = matte("nudged", "--mode", "normalised", "--depth-in", f"{normalised + 0.005:.4g}")
    assert iou(nudged, automatic) >= 0.9


def subject_is_its_own():
    """The subject's weight is kept when Depth In is typed, and acts alike for both."""
    depth_in = shot()["suggested_depth_in"]
    assert iou(matte("none", "--subject", "0"), matte("typed-none", "--subject", "0", "--depth-in", depth_in)) >= 0.98
    assert matte("default", "--depth-in", depth_in) == matte("given", "--subject", "0.66", "--depth-in", depth_in)
    assert iou(matte("none", "--subject", "0"), matte("automatic")) < 0.98


def the_finished_matte_is_measured():
    """Its own matte as the mask: the finished one meets it, the network's small planes do not wholly."""
    folder = WORK / "masks"
    folder.mkdir()
    cut = ["ffmpeg", "-v", "error", "-nostdin", "-y", "-i"]
    subprocess.run([*cut, CLIP, "-frames:v", "1", "-q:v", "1", folder / "one_0.jpg"], check=True)
    made = zdepth("matte", folder / "one_0.jpg", "-o", WORK / "one.png")
    assert made.returncode == 0, made.stderr
    subprocess.run([*cut, WORK / "one.png", "-vf", "format=gray,lutyuv=y=gt(val\\,127)*255", folder / "one_0.png"], check=True)
    (folder / "manifest.tsv").write_text("id\tsource\none_0\tdrawn\n")
    result = zdepth("bench", "quality", "--json", folder)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout.splitlines()[-1])
    assert found["masks"] == 1 and found["iou_matte"] >= 0.995 > found["iou_automatic"] > 0.7, found
    said = zdepth("bench", "quality", folder).stdout
    assert f"the finished matte {found['iou_matte']:.3f}\n" in said, said


def detail_has_its_own_place_in_the_cache():
    """Two scales change the matte's outline a little, and a cache that holds them spoils nothing."""
    cache = ("--cache", WORK / "detail-cache")
    plain = matte("plain", "--no-cache")
    fine = matte("fine", "--detail", "2x", *cache)
    assert matte("plain-cached", *cache) == plain == matte("off", "--detail", "off", *cache)
    assert 0.8 < iou(fine, plain) < 1 and matte("fine-again", "--detail", "2x", *cache) == fine
    result = zdepth("composite", CLIP, "--title", "A", "--detail", "2x", "--tiles", "-o", WORK / "no.mkv")
    assert result.returncode != 0 and "two scales and 2 tiles; choose one" in result.stderr, result.stderr


def explain_says_what_it_saw():
    result = zdepth("explain", "--json", CLIP)
    assert result.returncode == 0, result.stderr
    found = json.loads(result.stdout)["shots"][0]
    assert found["frame"] == 5 and 0 < found["subject"] < 0.5 and not found["boxes"], found
    words = zdepth("explain", CLIP, "--depth-in", "-1")
    assert "Raise --depth-in." in words.stdout, words.stdout
    words = zdepth("explain", CLIP, "--depth-in", "5")
    assert "Lower --depth-in" in words.stdout, words.stdout


def a_box_on_the_subject_keeps_her():
    """A box on the woman takes her depths and her probability; taking the ground away leaves her. On
    the ground the box means depth alone. info says what boxes made."""
    raw = matte("automatic")
    middle = raw[5 * SIZE[0] * SIZE[1]:6 * SIZE[0] * SIZE[1]]
    xs = [i % SIZE[0] for i, v in enumerate(middle) if v > 127]
    ys = [i // SIZE[0] for i, v in enumerate(middle) if v > 127]
    x, y = sorted(xs)[len(xs) // 2] / SIZE[0], sorted(ys)[len(ys) // 3] / SIZE[1]
    box = f"{x - 0.02:.3f},{y - 0.04:.3f},0.04,0.08"
    chosen = matte("box", "--select", box)
    assert iou(chosen, raw) >= 0.6, iou(chosen, raw)
    less = matte("less", "--select", box, "--deselect", "0.05,0.9,0.1,0.08")
    assert iou(less, raw) >= 0.6, iou(less, raw)
    result = zdepth("info", "--json", CLIP, "--select", box)
    found = json.loads(result.stdout)["shots"][0]
    assert found["selected_subject"] and found["selected_depth_out"] is None, found
    result = zdepth("info", "--json", CLIP, "--select", "0.05,0.9,0.1,0.08")
    assert not json.loads(result.stdout)["shots"][0]["selected_subject"]


def a_click_keeps_one_object():
    """--select-object with a click is --select with a small box and --nearest-only; in the frame's corner the
    box stays within; what is no point is refused as boxes are."""
    clicked = matte("clicked", "--select-object", "0.5,0.4")
    assert clicked == matte("boxed", "--select", "0.48,0.38,0.04,0.04", "--nearest-only")
    assert matte("corner", "--select-object", "100%,1") == matte("corner-box", "--select-object", "0.96,0.96,0.04,0.04")
    for text in ("0.5", "0.5,1.2", "0.1,0.1,0.2"):
        result = zdepth("matte", CLIP, "--select-object", text, "-o", WORK / "no.mkv")
        assert result.returncode == 2 and "is not a box" in result.stderr, result.stderr
    text = zdepth("help", "matte").stdout
    assert "--select-object X,Y[,W,H][@TIME]" in text, text


def hands_mend_it():
    """Shapes and supplied mattes, with whole halves whose truth is plain; a key moves; a bad one is told."""
    raw = matte("automatic")
    left = [i % SIZE[0] < SIZE[0] // 2 for i in range(SIZE[0] * SIZE[1])] * 10
    half = "-1,-1 0.5,-1 0.5,2 -1,2"
    held = matte("held", "--shape", f"holdout {half}")
    assert all(a == (255 if is_left else b) for a, b, is_left in zip(held, raw, left))
    gone = matte("gone", "--shape", f"garbage {half}; holdout {half}")
    assert all(a == (0 if is_left else b) for a, b, is_left in zip(gone, raw, left))
    moved = matte("moved", "--shape", "holdout @0 -3,-1 -2,-1 -2,2 -3,2 @0.1 -1,-1 2,-1 2,2 -1,2")
    frame = SIZE[0] * SIZE[1]
    assert moved[:frame] == raw[:frame] and set(moved[-frame:]) == {255}
    supplied = ("--matte-in", WORK / "held.mkv", "--matte-in-mode")
    assert matte("intersected", *supplied, "intersect") == raw
    assert matte("added", *supplied, "add") == held
    less = matte("subtracted", *supplied, "subtract")
    assert all(a == 0 for a, is_left in zip(less, left) if is_left)
    bad = zdepth("composite", CLIP, "--title", "A", "-o", WORK / "no.mkv", "--shape", "garbage 0,0 1,1")
    assert bad.returncode != 0 and "fewer than three points; write garbage or holdout" in bad.stderr, bad.stderr
    words = zdepth("explain", CLIP, "--shape", f"holdout {half}", *supplied, "add").stdout
    assert "garbage shapes 0, holdout shapes 1." in words and "mode add." in words, words


def a_hidden_title_is_told():
    hidden = zdepth("composite", CLIP, "--title", "MMMMMM", "-o", WORK / "hidden.mkv", "--depth-in", "9", "--shape",
                    "holdout 0.15,-1 2,-1 2,2 0.15,2", "--x", "0.3", "--size", "0.4")
    assert "of the title 'MMMMMM' " in hidden.stderr and "hides the rest: move it" in hidden.stderr, hidden.stderr
    clear = zdepth("composite", CLIP, "--title", "A", "-o", WORK / "clear.mkv", "--depth-in", "9")
    assert "shows" not in clear.stderr, clear.stderr


def explain_tells_how_much_of_a_title_shows():
    flags = ("--depth-in", "9", "--shape", "holdout 0.15,-1 2,-1 2,2 0.15,2", "--x", "0.3", "--size", "0.4")
    hidden = zdepth("explain", CLIP, "--title", "MMMMMM", *flags).stdout
    assert "Of the title 'MMMMMM' " in hidden and "The foreground hides the rest: move it" in hidden, hidden
    shares = json.loads(zdepth("explain", "--json", CLIP, "--title", "A", "--depth-in", "9", "--title", "B", "--end",
                               "0.01").stdout)["inserts"]
    assert [(i["name"], i["kind"], i["visible"]) for i in shares] == [("A", "title", 1), ("B", "title", -1)], shares
    clear = zdepth("explain", CLIP, "--title", "A", "--depth-in", "9").stdout
    assert "Of the title 'A' 100 % shows in the frames looked at.\n" in clear and "hides" not in clear, clear


for test in (hands_mend_it, a_hidden_title_is_told, explain_tells_how_much_of_a_title_shows, typed_is_automatic, subject_is_its_own, detail_has_its_own_place_in_the_cache,
             the_finished_matte_is_measured, explain_says_what_it_saw, a_box_on_the_subject_keeps_her, a_click_keeps_one_object):
    run(test)
finish()
