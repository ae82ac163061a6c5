#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Bad input of every kind: one clear line, a non-zero exit status, nothing left behind."""
import re
import struct
import subprocess

from cli_harness import WORK, ZDEPTH, ENV, ffmpeg, finish, movie, ramp_map, run, zdepth

GOOD = movie("good.mp4")
MAP = ramp_map()
OUT = WORK / "out"
OUT.mkdir()


def made(name, data):
    path = WORK / name
    path.write_bytes(data)
    return path


def expect(name, args, message, status=1, output="out.mp4"):
    """Adds a test: zdepth ARGS fails with one line on stderr that matches `message`."""
    def test():
        before = sorted(p.name for p in OUT.iterdir())
        result = zdepth(*args)
        lines = result.stderr.strip().splitlines()
        assert result.returncode == status, f"exit status {result.returncode}: {result.stderr}"
        assert len(lines) == 1, f"{len(lines)} lines: {result.stderr}"
        assert re.search(message, lines[0]), f"'{lines[0]}' does not match '{message}'"
        assert lines[0].startswith("zdepth: "), lines[0]
        after = sorted(p.name for p in OUT.iterdir())
        assert before == after, f"left behind: {set(after) - set(before)}"
    test.__name__ = name
    run(test)


def composite(footage, *more, output="out.mp4", depth=MAP):
    return ["composite", footage, "--title", "HI", "--depth-map", depth, "-o", OUT / output, *more]


# The footage.
expect("no_such_file", composite(WORK / "nowhere.mp4"), "nowhere.mp4.*No such file")
expect("zero_bytes", composite(made("zero.mp4", b"")), "zero.mp4")
expect("text_named_mp4", composite(made("text.mp4", b"This is not a movie.\n" * 50)), "text.mp4")
expect("truncated_movie", composite(made("short.mp4", GOOD.read_bytes()[:3000])), "short.mp4")
expect("random_bytes", composite(made("noise.mkv", bytes((i * 7919 >> 3) & 255 for i in range(9999)))), "noise.mkv")
expect("folder_without_pictures", composite(WORK / "out"), "out")
expect("sound_only", composite(_sound := WORK / "sound.wav") if not ffmpeg(
    "-f", "lavfi", "-i", "sine=duration=0.2", WORK / "sound.wav") else [], "sound.wav")
expect("empty_pattern", composite(WORK / "none.%04d.png"), "none.%04d.png")
expect("empty_glob", composite(str(WORK / "none*.png")), "none")
expect("broken_png", composite(made("broken.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 40)), "broken.png")
expect("broken_exr", composite(made("broken.exr", b"\x76\x2f\x31\x01" + b"\2" * 60)), "broken.exr")
expect("folder_of_no_permission_name", composite("/proc/1/mem"), "/proc/1/mem")
expect("device", composite("/dev/null"), "/dev/null")

# The range.
expect("range_outside", composite(GOOD, "--frames", "100-200"), "100|range|frames", 2)
expect("range_backwards", composite(GOOD, "--frames", "9-3"), "frames is '9-3'; write A-B", 2)
expect("range_words", composite(GOOD, "--frames", "some"), "frames is 'some'; write A-B", 2)
expect("from_after_to", composite(GOOD, "--from", "2", "--to", "1"), r"to \(1 s\) is not after from \(2 s\)", 2)
expect("frames_and_from", composite(GOOD, "--frames", "1-2", "--from", "0"), "frames contradicts from", 2)

# The output.
expect("no_output", ["composite", GOOD, "--title", "X", "--depth-map", MAP], "no output is named; give one with -o", 2)
expect("output_is_input", ["composite", GOOD, "--title", "X", "--depth-map", MAP, "-o", GOOD], "is the input itself", 2)
FRAMES = WORK / "frames"
FRAMES.mkdir()
for ending in ("png", "exr"):
    ffmpeg("-i", GOOD, "-start_number", 1001, FRAMES / f"f.%04d.{ending}")
expect("output_is_a_frame", composite(FRAMES / "f.%04d.png", "--frames", "4", output=FRAMES / "f.1005.png"),
       "would write over frame 1005 of the input", 2)
expect("output_is_all_frames", composite(FRAMES / "f.%04d.png", output="../frames/f.%04d.png"),
       "would write over frame 1001 of the input", 2)
expect("depth_is_all_frames", ["depth", FRAMES / "f.%04d.exr", "--depth-map", MAP, "-o", OUT / "../frames/f.%04d.exr"],
       "would write over frame 1001 of the input", 2)
expect("output_is_the_map", ["depth", GOOD, "--depth-map", FRAMES / "f.%04d.png", "-o", FRAMES / "../frames/f.%04d.png"],
       "would write over frame 1001 of the input", 2)
expect("output_is_the_insert", ["composite", GOOD, "--depth-map", MAP, "--insert", FRAMES / "f.1003.png",
                                "-o", FRAMES / "f.1003.png"], "is the input itself", 2)
expect("unknown_ending", composite(GOOD, output="out.xyz"), "xyz", 2)
expect("no_ending", composite(GOOD, output="result"), "result", 2)
expect("output_folder_missing", composite(GOOD, output="no/such/out.mp4"), "no/such")
expect("output_in_proc", ["composite", GOOD, "--title", "X", "--depth-map", MAP, "-o", "/proc/out.mp4"], "/proc")
expect("unknown_codec", composite(GOOD, "--codec", "vhs"), "vhs")
expect("unknown_pixel_format", composite(GOOD, "--pixel-format", "yuv9"), "yuv9", 2)
expect("bad_encoder_options", composite(GOOD, "--encoder-options", "warp=9"), "warp", 2)
expect("alpha_in_mp4", ["filter", GOOD, "--transparency", "--depth-map", MAP, "-o", OUT / "a.mp4"], "alpha")

for ending in ["png", "exr"]:
    expect(f"many_frames_in_one_{ending}", ["depth", GOOD, "--depth-map", MAP, "--quiet", "-o", OUT / f"one.{ending}"],
           f"one.{ending}' holds one picture; give a name such as 'name.%04d.{ending}' for a sequence", 2)
    expect(f"depth_{ending}_in_no_folder", ["depth", GOOD, "-o", OUT / f"no/such/d.%d.{ending}"],
           f"cannot write '.*no/such/d.0.{ending}': No such file or directory")

expect("sheet_time", composite(GOOD, "--sheet", OUT / "sheet.png", "--sheet-time", "abc"),
       "--sheet-time: 'abc' is not a time; write 1.5, 500ms, 1:02.5, 36f or 0:00:01:12", 2)
for name, message, code in [
        ("sheet.gif", "cannot tell the format of '.*sheet.gif' from its name; known endings are .*", 2),
        ("no/such/sheet.png", "cannot write '.*no/such/sheet.png': No such file or directory", 1)]:
    expect(f"sheet_{name}", composite(GOOD, "--sheet", OUT / name), message, code)

# The depth.
expect("map_missing", composite(GOOD, depth=WORK / "nomap.png"), "nomap.png.*No such file")
expect("map_is_text", composite(GOOD, depth=made("map.png", b"hello")), "map.png")
expect("map_pfm_truncated", composite(GOOD, depth=made("t.pfm", b"Pf\n10 10\n-1.0\n" + b"\0" * 20)), "t.pfm")
expect("map_pfm_huge", composite(GOOD, depth=made("h.pfm", b"Pf\n99999999 99999999\n-1.0\n")), "h.pfm")
expect("map_channel_missing", composite(GOOD, "--depth-map-channel", "Q", depth=MAP), "Q|channel", 2)
expect("model_missing", ["composite", GOOD, "--title", "X", "--model", "v2-small", "-o", OUT / "a.mp4"],
       "zdepth models install v2-small")
expect("model_unknown", ["composite", GOOD, "--title", "X", "--model", "v9-huge", "-o", OUT / "a.mp4"], "v9-huge", 2)
expect("model_not_safetensors", ["composite", GOOD, "--title", "X", "--model", made("w.safetensors", b"\xff" * 64),
                                 "-o", OUT / "a.mp4"], "w.safetensors")
expect("model_empty", ["composite", GOOD, "--title", "X", "--model", made("e.safetensors", b""), "-o", OUT / "a.mp4"],
       "e.safetensors")
huge = struct.pack("<Q", 1 << 60) + b"{}"
expect("model_hostile_header", ["composite", GOOD, "--title", "X", "--model", made("x.safetensors", huge),
                                "-o", OUT / "a.mp4"], "x.safetensors")
for cuts in ["foo;bar", "", "4,", ",4", "4;9", "-3", "4,x", "4 9", "Auto"]:
    expect(f"cuts_{cuts}", composite(GOOD, "--cuts", cuts),
           f"cuts is '{cuts}'; write auto, none, or frame numbers such as 0,48,131$", 2)
expect("region_outside", ["depth", GOOD, "--region", "0.5,0.5,0.9,0.9", "-o", OUT / "a.mkv"], "region '0.5,0.5,0.9,0.9'", 2)
expect("region_words", ["depth", GOOD, "--region", "left", "-o", OUT / "a.mkv"], "region is 'left'; write X,Y,W,H", 2)

# Flags.
expect("nothing_to_do", ["composite", GOOD, "--depth-map", MAP, "-o", OUT / "a.mp4"],
       "nothing to composite; give --title TEXT or --insert FILE", 2)
expect("filter_nothing", ["filter", GOOD, "--depth-map", MAP, "-o", OUT / "a.mp4"], "nothing to do; give --effect", 2)
expect("contradiction", ["filter", GOOD, "--effect", "hue=s=0", "--transparency", "-o", OUT / "a.mov"],
       "transparency contradicts effect", 2)
expect("unknown_flag", composite(GOOD, "--sepia", "1"), "there is no flag --sepia", 2)
expect("flag_of_another_verb", ["info", GOOD, "--title", "A"], "zdepth info does not use --title; zdepth composite does", 2)
expect("missing_value", ["composite", GOOD, "--title"], "--title needs a value", 2)
expect("bad_number", composite(GOOD, "--feather", "soft"), "feather is 'soft'; it must be a number from 0 to 2", 2)
expect("out_of_range", composite(GOOD, "--feather", "7"), "feather is 7; it must be 0 to 2", 2)
expect("bad_choice", composite(GOOD, "--mode", "metric"), "mode is 'metric'; it must be one of", 2)
expect("bad_key", composite(GOOD, "--feather", "0=1,0=2"), "feather has two keys at 0 s", 2)
expect("bad_box", composite(GOOD, "--select", "1,2,3"), "'1,2,3' is not a box", 2)
expect("box_outside", composite(GOOD, "--select", "0.9,0,0.2,0.1"), "leaves the frame", 2)
expect("insert_flag_alone", ["composite", GOOD, "--font", "Sans", "-o", OUT / "a.mp4"],
       "--font belongs to a title or an insert", 2)
expect("bad_colour", composite(GOOD, "--colour", "reddish"), "reddish", 2)
expect("bad_effect", ["filter", GOOD, "--effect", "warpdrive=9", "--depth-map", MAP, "-o", OUT / "a.mp4"], "warpdrive", 2)
for name, effect in (("fewer", "framestep=2"), ("more", "fps=24")):
    expect(f"effect_of_{name}_frames", ["filter", GOOD, "--effect", effect, "--depth-map", MAP, "--quiet", "-o",
                                        OUT / "a.mp4"], f"the effect makes {name} frames than it gets")
expect("bad_builtin", ["filter", GOOD, "--effect", "zblur=radius=9", "--depth-map", MAP, "-o", OUT / "a.mp4"],
       "zblur: radius is '9'; it must be 0 to 0.1", 2)
expect("bad_builtin_name", ["filter", GOOD, "--effect", "zblur=size=9", "--depth-map", MAP, "-o", OUT / "a.mp4"],
       r"zblur has no 'size' \(see zdepth help effects\)$", 2)
expect("insert_missing", ["composite", GOOD, "--insert", WORK / "no.png", "--depth-map", MAP, "-o", OUT / "a.mp4"],
       "no.png.*No such file")
expect("bad_threads", ["info", GOOD, "--threads", "0"], "--threads is '0'", 2)
expect("unknown_verb_help", ["help", "dance"], "there is no verb 'dance' and no topic", 2)
expect("two_clips", ["info", GOOD, GOOD], "one argument too many", 2)

# Projects.
expect("project_missing", ["render", WORK / "no.zdp"], "no.zdp.*No such file")
expect("project_named_as_movie", ["init", GOOD, "-o", OUT / "p.mp4"],
       r"p.mp4' is the name of a movie or picture; -o names the project file, --result what rendering it writes$", 2)
expect("project_bad_line", ["render", made("bad.zdp", b"zdepth project 1\n[matte]\nfether = 1\n")],
       "bad.zdp:3:1: 'fether' is not known in \\[matte\\]; did you mean feather?")
expect("project_binary", ["render", made("bin.zdp", b"zdepth project 1\n\0\0")], "bin.zdp' is not a text file")
expect("project_without_footage", ["render", made("nof.zdp", b"zdepth project 1\n[title]\ntitle = \"A\"\n")],
       "no output is named|no footage is named")


def depth_of_plates_is_not_written_over_them():
    plates = WORK / "plates"
    plates.mkdir()
    assert zdepth("matte", GOOD, "--depth-map", MAP, "--frames", "1-3", "-o", plates / "s.%04d.exr").returncode == 0
    before = {p.name: p.read_bytes() for p in plates.iterdir()}
    for output, message in [(plates / "s.%04d.exr", "is the input itself; give it another name"),
                            (f"{WORK}/./plates/s.%04d.exr", "would write over frame 1 of the input")]:
        result = zdepth("depth", plates / "s.%04d.exr", "--depth-map", MAP, "--quiet", "-o", output)
        assert result.returncode == 2 and message in result.stderr, result
    assert all((plates / name).read_bytes() == data for name, data in before.items())


def unknown_verb():
    result = zdepth("dance")
    assert result.returncode == 2 and "there is no verb 'dance'" in result.stderr


def full_disk():
    result = subprocess.run([ZDEPTH, "help"], stdout=open("/dev/full", "w"), stderr=subprocess.PIPE, text=True, env=ENV)
    assert result.returncode == 1 and "cannot write the output: No space left on device" in result.stderr, result


run(depth_of_plates_is_not_written_over_them)
run(unknown_verb)
run(full_disk)
finish()
