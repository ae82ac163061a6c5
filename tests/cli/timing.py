#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Which frame goes with which: ranges, frame rates, time stamps and the numbers of sequences."""
from cli_harness import WORK, ffmpeg, finish, frames_md5, run, zdepth

CLIP = WORK / "clip.mp4"
MAPS = WORK / "maps"  # one for each frame of the clip, no two alike
ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=30", "-frames:v", 24, "-pix_fmt", "yuv420p", CLIP)
MAPS.mkdir()
ffmpeg("-f", "lavfi", "-i", "nullsrc=size=96x64:rate=30,format=gray16le,geq=lum='X*400+N*1000'", "-frames:v", 24,
       MAPS / "m.%04d.png")
ffmpeg("-framerate", 30, "-i", MAPS / "m.%04d.png", "-c:v", "ffv1", "-pix_fmt", "gray16le", WORK / "maps.mkv")


def depth(name, maps, *more, clip=CLIP):
    """The digests of the depth of the clip's frames as supplied by a map."""
    out = WORK / name
    result = zdepth("depth", clip, "--depth-map", maps, "--depth-map-type", "nearness", "--furthest", "0", "--nearest", "1",
                    "--raw", "-o", out, *more)
    assert result.returncode == 0, result.stderr
    return frames_md5(out)


def a_sequence_of_maps_has_the_rate_of_the_footage():
    expected = frames_md5(WORK / "maps.mkv")
    assert len(set(expected)) == 24
    assert depth("from-movie.mkv", WORK / "maps.mkv") == expected
    assert depth("from-sequence.mkv", MAPS / "m.%04d.png") == expected


def maps_at_half_the_rate_stand_for_two_frames():
    halves = WORK / "halves.mkv"
    ffmpeg("-framerate", 15, "-i", MAPS / "m.%04d.png", "-frames:v", 12, "-c:v", "ffv1", halves)
    expected = [one for one in frames_md5(halves) for _ in range(2)]
    assert depth("from-halves.mkv", halves) == expected
    rounded = WORK / "rounded.mkv"
    ffmpeg("-i", CLIP, "-c", "copy", rounded)
    assert depth("from-halves.mkv", halves, clip=rounded) == expected


def a_range_takes_its_own_maps():
    expected = frames_md5(WORK / "maps.mkv")[10:15]
    for maps in (WORK / "maps.mkv", MAPS / "m.%04d.png"):
        assert depth("range.mkv", maps, "--frames", "10-14") == expected
        assert depth("time.mkv", maps, "--from", "f10", "--to", "f15") == expected


def a_map_that_ends_early_is_told_of():
    def told(maps, *more):
        result = zdepth("matte", CLIP, "--depth-map", maps, "-o", WORK / "early.mkv", *more)
        assert result.returncode == 0, result.stderr
        return [line for line in result.stderr.splitlines() if "is held" in line]
    short = WORK / "short.mkv"
    result = zdepth("depth", CLIP, "--depth-map", WORK / "maps.mkv", "--frames", "10-14", "-o", short)
    assert result.returncode == 0, result.stderr
    line = "zdepth: depth: the depth map '{}' has nothing for the footage from {} s on; its last map is held"
    assert told(short) == [line.format(short, "0.167")], told(short)
    assert told(short, "--frames", "10-14") == [line.format(short, "0.333")]
    assert told(WORK / "maps.mkv") == told(MAPS) == told(MAPS / "m.0001.png") == []


def frames_keep_their_numbers():
    twos = WORK / "twos"
    twos.mkdir()
    for n in range(0, 20, 2):
        (twos / f"f.{1001 + n}.png").symlink_to(MAPS / "m.0001.png")
    for verb, ending in (("matte", "png"), ("depth", "exr")):
        for footage, numbers in ((CLIP, range(3, 9)), (twos, range(1007, 1019, 2))):
            out = WORK / f"{verb}-{footage.stem}"
            out.mkdir()
            for part in ("3-5", "6-8"):
                result = zdepth(verb, footage, "--depth-map", MAPS, "--frames", part, "-o", out / f"o.%04d.{ending}")
                assert result.returncode == 0, result.stderr
            assert sorted(p.name for p in out.iterdir()) == [f"o.{n:04}.{ending}" for n in numbers], list(out.iterdir())


def copied(name, clip, *more):
    """The digests of a lossless copy: an insert that cannot be seen changes no code."""
    out = WORK / name
    result = zdepth("composite", clip, "--depth-map", MAPS / "m.0001.png", "--title", "A", "--opacity", "0",
                    "--no-cache", "--codec", "ffv1", "-o", out, *more)
    assert result.returncode == 0, result.stderr
    return frames_md5(out)


def a_stream_that_begins_between_key_frames_has_the_same_ranges():
    whole, cut = WORK / "whole.ts", WORK / "cut.ts"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=96x64:rate=30", "-frames:v", 150, "-g", 50, "-sc_threshold", 0,
           "-bf", 0, "-pix_fmt", "yuv420p", whole)
    data = whole.read_bytes()
    cut.write_bytes(data[len(data) // 188 // 5 * 188:])
    every = copied("every.mkv", cut)
    assert len(every) == 100 and len(set(every)) == 100, len(every)
    assert copied("part.mkv", cut, "--frames", "60-69") == every[60:70]
    assert copied("time.mkv", cut, "--from", "2", "--to", "2.5") == every[60:75]


def inserted(name, footage, insert, *more):
    out = WORK / name
    result = zdepth("composite", footage, "--depth-map", MAPS / "m.0001.png", "--insert", insert, "--fit", "stretch",
                    "--mode", "normalised", "--depth-in", "2", "--codec", "ffv1", "-o", out, *more)
    assert result.returncode == 0, result.stderr
    return frames_md5(out)


def an_insert_shows_every_frame_over_any_time_stamps():
    """Matroska rounds times to milliseconds, MP4 does not, and a transport stream begins later than 0."""
    frames = WORK / "insert.%02d.png"
    ffmpeg("-f", "lavfi", "-i", "testsrc=size=96x64:rate=24", "-frames:v", 24, frames)
    source = ("-framerate", 24, "-i", frames, "-pix_fmt", "yuv420p")
    for name in ("insert.mkv", "insert.mp4"):
        ffmpeg(*source, "-c:v", "libx264", "-qp", 0, WORK / name)
    ffmpeg(*source, "-c:v", "libx264", "-qp", 0, "-muxdelay", 0.9, WORK / "insert.ts")
    ffmpeg("-framerate", 12, "-i", frames, "-frames:v", 8, "-c:v", "ffv1", WORK / "half.mkv")
    for name in ("gray.mkv", "gray.mp4"):
        ffmpeg("-f", "lavfi", "-i", "color=gray:size=96x64:rate=24", "-frames:v", 24, "-pix_fmt", "yuv420p", WORK / name)
    expected = inserted("i0.mkv", WORK / "gray.mp4", WORK / "insert.mp4")
    assert len(set(expected)) == 24
    blank = inserted("blank.mkv", WORK / "gray.mp4", WORK / "insert.mp4", "--start", "5")[0]
    for footage in (WORK / "gray.mkv", WORK / "gray.mp4"):
        for name in ("insert.mkv", "insert.ts"):
            assert inserted("i1.mkv", footage, WORK / name) == expected, (footage, name)
        shown = inserted("i2.mkv", footage, frames)
        assert len(set(shown)) == 24, (footage, len(set(shown)))
        late = inserted("i3.mkv", footage, frames, "--start", "f6")
        assert late == [blank] * 6 + shown[:18], footage
        half = inserted("i4.mkv", footage, WORK / "half.mkv")
        assert half[0:16:2] == half[1:16:2] and len(set(half[:16])) == 8, footage
        assert half[16:] == [blank] * 8, footage


for test in (a_sequence_of_maps_has_the_rate_of_the_footage, maps_at_half_the_rate_stand_for_two_frames,
             a_range_takes_its_own_maps, a_map_that_ends_early_is_told_of, frames_keep_their_numbers,
             a_stream_that_begins_between_key_frames_has_the_same_ranges,
             an_insert_shows_every_frame_over_any_time_stamps):
    run(test)
finish()
