#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Everything is timed on the clip: a range of it is what the whole shows there, bit for bit."""
import json

from cli_harness import WORK, ffmpeg, finish, frames_md5, ramp_map, run, zdepth

LOSSLESS = ("--codec", "ffv1")
SMALL = ("--depth-size", "112")  # what is looked at is the time, whatever the depth is worth
CUT, COUNT = 14, 26  # the second shot begins at frame 14


def two_shots(name, rate, *more):
    """Two moving shots of a size that no block divides, with time stamps of their own."""
    path = WORK / name
    source = f"size=162x94:rate={rate}"
    ffmpeg("-f", "lavfi", "-i", f"testsrc2={source}", "-f", "lavfi", "-i", f"mandelbrot={source}", "-filter_complex",
           f"[0:v]trim=end_frame={CUT},format=yuv420p[a];[1:v]trim=end_frame={COUNT - CUT},format=yuv420p[b];[a][b]concat",
           "-c:v", "ffv1", *more, path)
    return path


LATE = two_shots("late.mkv", "24000/1001", "-output_ts_offset", "7.3")
ODD = two_shots("odd.mov", "25/2")
STREAM = two_shots("late.ts", "30", "-c:v", "libx264", "-qp", 0, "-g", 5, "-output_ts_offset", "7.3")
RANGES = ("5-5", "12-16", "25-25")
runs = 0


def rendered(verb, clip, *flags, cache="shared", told=""):
    """The digests of the frames that a verb writes."""
    global runs
    runs += 1
    out = WORK / f"out{runs}.mkv"
    where = ["--no-cache"] if cache is None else ["--cache", WORK / f"cache-{cache}"]
    small = () if "--depth-map" in flags else SMALL
    result = zdepth(verb, clip, "-o", out, *where, *LOSSLESS, *small, *flags)
    assert result.returncode == 0, result.stderr
    assert told in result.stderr, result.stderr
    return frames_md5(out)


def same_as_whole(verb, clip, *flags, ranges=RANGES, cache="shared"):
    whole = rendered(verb, clip, *flags, cache=cache)
    assert len(whole) == COUNT
    for frames in ranges:
        first, last = map(int, frames.split("-"))
        part = rendered(verb, clip, *flags, "--frames", frames, cache=cache)
        assert part == whole[first:last + 1], (verb, clip.name, flags, frames)
    return whole


def a_frame_alone_is_that_frame_of_the_whole():
    """Steadied depth, found thresholds, found cuts: nothing depends on the range."""
    for clip in (LATE, ODD, STREAM):
        whole = same_as_whole("matte", clip)
        assert len(set(whole)) == COUNT, clip.name


def also_when_the_range_comes_first():
    whole = rendered("matte", LATE, cache=None)
    for i, frames in enumerate(("20-20", "3-16")):
        first, last = map(int, frames.split("-"))
        for cache in (None, f"first{i}", f"first{i}", "growing"):
            part = rendered("matte", LATE, "--frames", frames, cache=cache)
            assert part == whole[first:last + 1], (frames, cache)
    assert rendered("matte", LATE, cache="growing") == whole
    assert rendered("matte", LATE, "--from", "f15", "--to", "f18", cache="growing") == whole[15:18]
    assert rendered("matte", LATE, "--from", "f15", cache="growing") == whole[15:]


def only_the_shot_of_the_range_is_analysed():
    rendered("matte", ODD, "--frames", "20-20", cache="one-shot")
    maps = [p for p in (WORK / "cache-one-shot").rglob("*") if p.is_file() and p.suffix == ".zdm"]
    assert len(maps) == COUNT - CUT, len(maps)


def listed_cuts_are_frames_of_the_clip():
    for cuts in ("0,9,17", "17,9", "none", "9,4000"):
        same_as_whole("matte", LATE, "--cuts", cuts, ranges=("8-10", "17-17", "25-25"), cache="cuts")
    assert rendered("matte", LATE, "--cuts", "0,9,17", "--frames", "17-17", cache=None) == rendered(
        "matte", LATE, "--cuts", "0,9,17", cache="cuts")[17:18]


def titles_keys_and_animations_are_timed_on_the_clip():
    flags = ("--title", "ZD", "--start", "0.2", "--end", "0.9", "--animate-in", "slide-left", "--animate-out", "fade",
             "--animate-time", "0.3", "--x", "0=0.3,1s=0.7:smooth", "--depth-in", "0=0.2,1s=0.9", "--mode", "normalised")
    for clip in (LATE, ODD, STREAM):
        whole = same_as_whole("composite", clip, *flags)
        assert whole[0] == frames_md5(clip)[0] and len(set(whole)) == COUNT


def a_moving_insert_is_timed_on_the_clip():
    insert = WORK / "insert.mkv"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=40x30:rate=15", "-frames:v", 12, "-c:v", "ffv1", insert)
    same_as_whole("composite", ODD, "--insert", insert, "--start", "f4", "--at-depth", "0.5", "--mode", "normalised")


def a_box_outside_the_range_counts():
    """Of the same shot, before and after the range; one of another shot changes nothing."""
    plain = rendered("matte", LATE)
    for box, changed in (("0.7,0.1,0.2,0.2@f16", range(CUT, COUNT)), ("0.1,0.6,0.2,0.3@f24", range(CUT, COUNT)),
                         ("0.7,0.1,0.2,0.2@f0", range(CUT)), ("0.7,0.1,0.2,0.2@f13", range(CUT))):
        whole = same_as_whole("matte", LATE, "--select", box, ranges=("12-16",))
        assert rendered("matte", LATE, "--select", box, "--frames", "20-21", cache=f"box{box}") == whole[20:22]
        assert [i for i in range(COUNT) if whole[i] != plain[i]] == list(changed), box
    told = "the selection box 1 is at 99 s, and"
    assert rendered("matte", LATE, "--select", "0.5,0.4,0.2,0.3@99s", told=told) == plain


def the_nearest_object_is_the_one_that_was_followed():
    same_as_whole("matte", ODD, "--nearest-only", "--depth-in", "0.4", "--mode", "normalised")


def effects_and_views_too():
    same_as_whole("filter", LATE, "--effect", "zblur=focus=0.9:radius=0.02", ranges=("12-16",))
    same_as_whole("filter", LATE, "--effect", "zfog=density=2", "--preset", "background-as-mask", ranges=("12-16",))
    same_as_whole("view", ODD, "--view", "thresholded", ranges=("12-16", "25-25"))
    same_as_whole("depth", ODD, "--raw", ranges=("12-16", "25-25"))


def a_graph_with_a_memory_has_it_in_a_range():
    for graph in ("hue=H=2*t", "hue=H=n/3", "tmix=frames=5", "negate=enable='gt(n,12)'", "fade=in:0:20",
                  "atadenoise=s=5", "deflicker=size=5", "gblur=sigma=2"):
        same_as_whole("filter", ODD, "--effect", graph, "--depth-in", "-1", "--mode", "normalised",
                      ranges=("12-16",))


def alone_is_quick_and_says_so():
    told = "the range is taken as a clip of its own (--alone)"
    part = rendered("matte", LATE, "--alone", "--frames", "20-21", cache="alone", told=told)
    assert len(part) == 2 and part != rendered("matte", LATE)[20:22]
    maps = [p for p in (WORK / "cache-alone").rglob("*") if p.suffix == ".zdm"]
    assert len(maps) == 2, len(maps)
    flags = ("--title", "A", "--start", "f4", "--end", "f20", "--depth-map", ramp_map(size="162x94"), "--at-depth", "12")
    whole = rendered("composite", LATE, *flags)
    assert rendered("composite", LATE, *flags, "--alone", "--frames", "19-20") == whole[19:21]
    assert rendered("matte", LATE, "--alone") == rendered("matte", LATE)


def info_tells_the_shots_of_a_range():
    told = json.loads(zdepth("info", LATE, "--json", *SMALL, "--cache", WORK / "cache-shared").stdout)["shots"]
    part = json.loads(zdepth("info", LATE, "--json", *SMALL, "--no-cache", "--frames", "20-21").stdout)["shots"]
    assert len(told) == 2 and part == told[1:], (told, part)


def a_sheet_shows_a_moment_of_the_clip():
    flags = ("--title", "A", "--sheet-time", str(20 * 1001 / 24000))
    rendered("composite", LATE, *flags, "--sheet", WORK / "whole.png")
    rendered("composite", LATE, *flags, "--sheet", WORK / "part.png", "--frames", "18-22")
    assert frames_md5(WORK / "whole.png") == frames_md5(WORK / "part.png")


for test in (a_frame_alone_is_that_frame_of_the_whole, also_when_the_range_comes_first,
             only_the_shot_of_the_range_is_analysed, listed_cuts_are_frames_of_the_clip,
             titles_keys_and_animations_are_timed_on_the_clip, a_moving_insert_is_timed_on_the_clip,
             a_box_outside_the_range_counts, the_nearest_object_is_the_one_that_was_followed,
             effects_and_views_too, a_graph_with_a_memory_has_it_in_a_range, alone_is_quick_and_says_so,
             info_tells_the_shots_of_a_range, a_sheet_shows_a_moment_of_the_clip):
    run(test)
finish()
