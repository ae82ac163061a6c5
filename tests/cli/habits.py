#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Mistakes and habits of the first hour: what people type who come from FFmpeg, mpv, ImageMagick or an
editor, each with the message and the exit status that it gets. 0: it works as it was meant."""
import os
import re
import subprocess

from cli_harness import ENV, WORK, ZDEPTH, ffmpeg, finish, frames_md5, movie, ramp_map, run, zdepth

CLIP = movie("walk.mkv", frames=4, rate=4, extra=("-c:v", "ffv1"))
MAP = ramp_map()
ffmpeg("-f", "lavfi", "-i", "color=red:s=20x10", "-frames:v", 1, WORK / "logo.png")
PROJECT = "zdepth project 1\n[source]\nfootage = \"walk.mkv\"\ndepth_map = \"ramp.png\"\n"
(WORK / "look.zdp").write_text(PROJECT + "[matte]\nmode = normalized\n[title]\ntitle = \"A\"\noutline_color = red\n"
                               "align = center\n")
(WORK / "two.zdp").write_text(PROJECT + "[title]\ntitle = \"A\"\n[title]\ntitle = \"B\"\n")
(WORK / "typo.zdp").write_text(PROJECT + "[matte]\nfethaer = 1\n")
(WORK / "section.zdp").write_text(PROJECT + "[mate]\n")
(WORK / "no.zdp").write_text("[source]\n")
(WORK / "percent.zdp").write_text(PROJECT + "[matte]\nsubject = 40%\n[title]\ntitle = \"A\"\nstart = 250ms\n")
(WORK / "notes.txt").write_text("my notes\n")
(WORK / "empty.mp4").write_text("")
(WORK / "old.mkv").write_bytes(b"an old result")
COUNT = 0


def written():
    """When what lies in the folder was written; the cache is made by whoever looks into it."""
    return {p: p.stat().st_mtime_ns for p in WORK.iterdir() if p.name != "cache"}


def case(args, code=0, message="", out="", env=None):
    """zdepth ARGS, a text, ends with `code`; `message` is found in what it says, `out` in what it prints."""
    def test():
        words = args if isinstance(args, list) else args.split()
        before = written()
        result = zdepth(*words, cwd=WORK, env=env)
        assert result.returncode == code, (result.returncode, result.stderr)
        assert re.search(message, result.stderr), f"'{result.stderr}' does not match '{message}'"
        assert re.search(out, result.stdout), f"'{result.stdout[:400]}' does not match '{out}'"
        if code == 2:
            lines = result.stderr.splitlines()
            assert len(lines) == 1 and lines[0].startswith("zdepth: "), result.stderr
            assert written() == before, "something was written"
    global COUNT
    COUNT += 1
    test.__name__ = str(args)[:90]
    run(test)


def title(flags, *rest, **more):
    """The same behind a title on the clip, with an output."""
    case(f"composite walk.mkv --depth-map ramp.png --title HI -o x.mkv {flags}", *rest, **more)


# Verbs.
case("compsite walk.mkv", 2, "there is no verb 'compsite'; did you mean zdepth composite\\?")
case("depht walk.mkv", 2, "did you mean zdepth depth\\?")
case("walk.mkv --title HI", 2, "'walk.mkv' is no verb; say what to do with it, such as: zdepth info walk.mkv")
case("dance", 2, "there is no verb 'dance' \\(see zdepth help\\)")
case("title walk.mkv", 2, "zdepth composite FOOTAGE --title TEXT")
case("convert a.mp4 b.mp4", 2, "there is no verb 'convert'; zdepth filter")
case("preview walk.mkv", 2, "zdepth view writes a movie to look at")
case("install v2-small", 2, "zdepth models install NAME")
case("--quiet version", 0, "^$", "^zdepth ")
case("--json version", 0, "^$", '"type": "result", "verb": "version"')
case("--threads 1 version", 0, "", "^zdepth ")
case("-V", 0, "", "^zdepth ")
case("--version", 0, "", "^zdepth ")
case("-version", 0, "", "^zdepth ")
case("--json --version", 0, "^$", '"verb": "version"')
case("-q -V", 0, "^$", "^zdepth ")
case("-h", 0, "", "Verbs")
case("-help", 0, "", "Verbs")
case("--help", 0, "", "Verbs")
case("composite -h", 0, "", "Usage: zdepth composite")
case("help compsite", 2, "no topic; did you mean zdepth help composite\\?")
case("help tims", 2, "did you mean zdepth help times\\?")
case("help colors", 0, "", "how colours are written")
case("help times", 0, "", "0:00:01:12")
case("help effects", 0, "", "zblur")
case("completion tcsh", 2, "'tcsh' is not known; there are bash, zsh and fish")
case("cache lst", 2, "there are list, clear and path; did you mean list\\?")
case("models instal v2-small", 2, "did you mean install\\?")
case("models info v2-smal", 2, "no model is called 'v2-smal'; did you mean v2-small\\?")
case("info walk.mkv --model v2-smal", 2, "no model is called 'v2-smal'; did you mean v2-small\\?")
case("models install", 2, "needs a model's name")
case("scene rendr a.zscene", 2, "there are init, render, check, print, add-map, create-map, apply-media, import, export and zsnap; did you mean render\\?")
case("composite", 2, "usage: zdepth composite FOOTAGE")
case("info walk.mkv other.mkv", 2, "'other.mkv' is one argument too many")

# Flags of other programs, and mistyped ones.
title("--titel X", 2, "there is no flag --titel; did you mean --title\\?")
title("--fethaer 1", 2, "did you mean --feather\\?")
title("--ouput y.mkv", 2, "did you mean --output\\?")
title("-title X", 2, "there is no flag -title; did you mean --title\\?")
title("-ss 1", 2, "write --from TIME")
title("-t 1", 2, "write --to TIME")
title("-crf 20", 2, "write --quality N")
title("--crf 20", 2, "write --quality N")
title("-c:v libx264", 2, "write --codec NAME")
title("-pix_fmt yuv420p", 2, "write --pixel-format NAME")
title("-vf hflip", 2, "write --effect GRAPH")
title("-an", 2, "write --no-audio")
title("--fontsize 40", 2, "write --size")
title("--text X", 2, "write --title TEXT")
title("--box 0,0,1,1", 2, "write --select X,Y,W,H@TIME")
title("--force", 2, "write -y")
title("-j 4", 2, "write --threads N")
title("--gpu", 2, "depth is found on the processor")
case("composite -i walk.mkv --title HI -o x.mkv", 2, "the footage is named without a flag")
title("--sepia 1", 2, "there is no flag --sepia \\(see zdepth help composite\\)")
title("-z", 2, "there is no flag -z")
case("info walk.mkv --title A", 2, "zdepth info does not use --title; zdepth composite does")
case("doctor --project p.zdp", 2, "zdepth doctor does not use --project")
case("info walk.mkv -n", 2, "does not use --no-clobber")
title("--transparency", 2, "zdepth composite does not use --transparency; zdepth filter does")

# Flags as they are written.
case("composite walk.mkv --depth-map ramp.png --title HI -ox.mkv", 0, "wrote x.mkv: 4 frames")
case("composite walk.mkv --depth-map ramp.png --title HI -o=x.mkv", 0, "wrote x.mkv")
title("-q", 0, "^$")
title("--quiet", 0, "^$")
title("-o y.mkv", 2, "--output is given twice, 'x.mkv' before")
case("composite walk.mkv --title -o x.mkv", 2, "--title needs a value, and '-o' is a flag; write --title=-o")
case("composite walk.mkv --title --size 0.2", 2, "--title needs a value, and '--size' is a flag")
case("composite walk.mkv --title", 2, "--title needs a value")
title("--no-audio", 0)
title("--audio=off", 0)
title("--no-audio=no", 2, "--no-audio takes no value; --no-audio or --audio=off")
title("--invert maybe", 2, "'maybe' is one argument too many")
title("--invert=maybe", 2, "--invert is 'maybe'; it must be on or off")
title("--cpu-mask foo", 2, "--cpu-mask is 'foo'; it must be a whole number")
title("--threads 0", 2, "--threads is '0'; it must be a whole number from 1 to 256")
title("--threads many", 2, "--threads is 'many'")
title("-n -y", 2, "-n keeps what is there and -y replaces it; give one of them")

# What is no file's name.
case("info pipe:0", 1, "cannot open 'pipe:0': No such file or directory; what comes down a pipe is called -\n")
case("info http://127.0.0.1/walk.mkv", 1, "addresses are not opened: save it to a file, or pipe it in as -\n")
case("info rtmp://127.0.0.1/walk", 1, "addresses are not opened")
case("info /dev/stdin", 1, "what comes down a pipe is called -\n")
case("composite walk.mkv --depth-map ramp.png --title HI -o pipe:1", 2, "cannot tell the format of 'pipe:1'.*; what goes down a pipe is called -, or -.mkv\n")
case("composite walk.mkv --depth-map ramp.png --title HI -o /dev/stdout", 2, "what goes down a pipe is called -, or -.mkv\n")
case("composite walk.mkv --depth-map ramp.png --title HI -o http://127.0.0.1/x.mkv", 1,
     "cannot write 'http://127.0.0.1/x.mkv': .*; addresses are not written to: name a file, or pipe - on\n")

# Both spellings.
if "DejaVu Sans:" in subprocess.run(["fc-list", ":family=DejaVu Sans", "family", "style"], capture_output=True, text=True).stdout:
    case(["composite", "walk.mkv", "--depth-map", "ramp.png", "--title", "HI", "--font", "DejaVu Snas", "-o", "x.mkv"], 0,
         "the font 'DejaVu Snas' is not installed; '.*' is used instead; did you mean DejaVu Sans\\?")
title("--color red --outline 5% --outline-color black@0.5")
title("--stabilize 0.5")
title("--align center")
title("--mode normalized --at-depth 0.5")
title("--depth-map-type meters", 0)
title("--Title", 2, "--Title needs a value")
case("composite --project look.zdp -o x.mkv", 0)
case("models install v2-small --accept-licence --from nowhere.safetensors", 1, "nowhere.safetensors")

# Choices, numbers, sizes, colours.
title("--align centrr", 2, "--align is 'centrr'; it must be one of left, centre, right; did you mean centre\\?")
title("--blend scren", 2, "did you mean screen\\?")
title("--animate-in fde", 2, "--animate-in is 'fde'.*did you mean fade\\?")
title("--feather soft", 2, "--feather is 'soft'; it must be a number from 0 to 2")
title("--feather 7", 2, "--feather is 7; it must be 0 to 2")
title("--opacity 50", 2, "--opacity is 50; it must be 0 to 1, or per cent: 50%")
title("--opacity 50%")
title("--size 40% --x 25%")
title("--size 40px --y 20px")
title("--outline 3px", 2, "--outline is '3px'; it must be a number")
title("--feather 1px --choke -1%")
case("depth walk.mkv --depth-size 140px -o x.mkv")
title("--select 10%,10%,50%,50%")
title("--select 16px,8px,80px,48px@1f")
title("--select 80x48+16+8")
title("--select 16,8,80,48", 2, "leaves the frame.*pixels are written 120px, per cent 40%")
title("--select 0.1,0.1,0.2", 2, "'0.1,0.1,0.2' is not a box")
title("--colour 0xff0000")
title("--colour ff0000")
title("--colour red@0.5")
title("--colour #f00")
title("--colour rde", 2, "--colour: 'rde' is not a colour.*did you mean red\\?")
case(["composite", "walk.mkv", "--title", "HI", "-o", "x.mkv", "--colour", ""], 2, "--colour: '' is not a colour")

# Times.
for time in ("0.25", "0.25s", "250ms", "1f", "f1", "0:00.25", "0:0:0.25", "0:00:00:01"):
    title(f"--start {time}")
title("--start 1,5", 2, "--start: '1,5' is not a time; write 1.5.*with a point, not a comma")
title("--start tomorrow", 2, "--start: 'tomorrow' is not a time; write 1.5, 500ms, 1:02.5, 36f or 0:00:01:12")
title("--start 0:00:00:09", 2, "no timecode at 4 frames a second")
title("--start -1", 2, "--start: '-1' is not a time")
title("--sheet s.png --sheet-time abc", 2, "--sheet-time: 'abc' is not a time")
title("--sheet s.png --sheet-time 2f")
title("--sheet s.png --sheet-time 99", 0, "99 s lies outside what is rendered; the last frame")
case("composite --start 1f --title HI walk.mkv --depth-map ramp.png -o x.mkv", 2, "--start belongs to a title")
case("composite --title HI --start 1f walk.mkv --depth-map ramp.png -o x.mkv")
case("render look.zdp --from 1f -o x.mkv")
title("--feather 0=0,0=1", 2, "--feather has two keys at 0 s")
title("--size 0=0.1,1=0.5", 2, "--size cannot change over time")

# Files.
case("composite walk.mp4 --title HI -o x.mkv", 1, "walk.mp4.*No such file")
case("composite empty.mp4 --title HI -o x.mkv", 1, "empty.mp4")
case("composite notes.txt --title HI -o x.mkv", 1, "notes.txt")
case("composite walk.mkv --title HI", 2, "no output is named; give one with -o")
case("composite walk.mkv -o x.mkv", 2, "there is nothing to composite; give --title TEXT or --insert FILE")
case("composite walk.mkv --title HI -o walk.mkv", 2, "is the input itself")
case("composite walk.mkv --title HI -o x.gif", 2, "known endings are .mp4")
case("look walk.mkv --depth-map ramp.png -o notes.txt", 2, "'notes.txt' is the name of no picture; the sheet is a picture, such as look.png")
title("--sheet x.mkv", 2, "--sheet 'x.mkv' is the output as well")
title("--sheet ./x.mkv", 2, "is the output as well")
title("--sheet ramp.png", 2, "--sheet 'ramp.png' is the depth map as well")
case("composite walk.mkv --depth-map ramp.png --insert logo.png -o x.mkv --sheet logo.png", 2, "is an insert as well")
case("depth walk.mkv --depth-map ramp.png -o no/such/d.%04d.png", 1, "No such file or directory; make the folder 'no/such' first")
case("depth walk.mkv --depth-map ramp.png -o d.png", 2, "holds one picture; give a name such as 'name.%04d.png'")
case("filter walk.mkv --depth-map ramp.png --transparency -o x.mp4", 1, "alpha")
case("composite walk.mkv --depth-map ramp.png --title HI -n -o old.mkv", 1, "'old.mkv' is there already, and -n keeps it")
case("init walk.mkv -o notes.txt", 2, "'notes.txt' is there and is not a project")
case("init walk.mkv --title A -o p.zdp", 0, "wrote p.zdp")
case("init walk.mkv --title B -o p.zdp", 1, "the project 'p.zdp' is there already; -y replaces it")
case("init walk.mkv --title B -o p.zdp -y", 0, "wrote p.zdp")
case("init walk.mkv -o p.mp4", 2, "is the name of a movie or picture")

# Projects.
case("render typo.zdp -o x.mkv", 1, "typo.zdp:6:1: 'fethaer' is not known in \\[matte\\]; did you mean feather\\?")
case("render section.zdp -o x.mkv", 1, "section.zdp:5:2: there is no section \\[mate\\]")
case("render no.zdp -o x.mkv", 1, "a project begins with the line 'zdepth project 1'")
case("render percent.zdp -o x.mkv", 0)
case("composite --project two.zdp --colour red -o x.mkv", 2, "belongs to one of the project's 2 titles")
case("composite --project look.zdp --colour blue -o x.mkv", 0)

# What cannot be meant.
title("--start 9", 0, "no title or insert is to be seen in the 4 frames")
title("--opacity 0", 0, "no title or insert is to be seen")
title("--mode normalised --depth-in 0.9 --depth-out 0.1", 0, "depth_in, 0.9, is nearer than depth_out, 0.1, so that nothing is foreground")
title("--depth-in 50", 0, "depth_in is 50, and all depths here are")
title("--mode normalised --at-depth 5", 2, "--at-depth is 5, and normalised depths go from 0, the furthest, to 1")
title("--mode normalised --at-depth 1.5", 0, "at_depth is 1.5, and all depths here are 0 to 1")
title("--depth-in -3", 0, "in 4 of 4 frames what was put in is hidden")
title("--fit fill", 2, "--fit is for inserted files, and 'HI' is a title")
case("composite walk.mkv --insert logo.png --colour red -o x.mkv", 2, "--colour is for titles, and 'logo.png' is a file")
case("cache list", 0, "ZD_CACHE_LIMIT is 'abc'; it must be a number", env={"ZD_CACHE_LIMIT": "abc"})

# Effects.
for effect, message in (("zblurr", "did you mean zblur\\?"), ("blur", "No such filter: 'blur'; did you mean zblur\\?"),
                        ("paint=brush=0.1", "did you mean zpaint\\?"),
                        ("zblur=radus=0.01", "zblur has no 'radus'")):
    case(f"filter walk.mkv --depth-map ramp.png --effect {effect} -o x.mkv", 2, message)
case("filter walk.mkv --depth-map ramp.png --effect gblur=20,zfog -o x.mkv", 2, "cannot be mixed")


def a_reader_that_has_enough_is_no_failure():
    out = subprocess.run(f"set -o pipefail; {ZDEPTH} help composite | head -1", shell=True, executable="/bin/bash",
                         capture_output=True, text=True, env=ENV)
    assert out.returncode == 0 and out.stderr == "", out


def an_old_result_stays_until_the_new_one_is_complete():
    assert (WORK / "old.mkv").read_bytes() == b"an old result"
    result = zdepth("composite", "walk.mkv", "--title", "A", "--depth-map", "nomap.png", "-o", "old.mkv", cwd=WORK)
    assert result.returncode == 1 and (WORK / "old.mkv").read_bytes() == b"an old result"


def times_and_sizes_agree():
    def made(*flags):
        result = zdepth("composite", CLIP, "--depth-map", MAP, "--title", "HI", "--codec", "ffv1", "-o", WORK / "t.mkv", *flags)
        assert result.returncode == 0, result.stderr
        return frames_md5(WORK / "t.mkv")
    for same in ((("--start", "0.25"), ("--start", "250ms"), ("--start", "1f"), ("--start", "0:00:00:01")),
                 (("--size", "0.25"), ("--size", "25%"), ("--size", "24px")),
                 (("--x", "0.25"), ("--x", "40px")),
                 (("--colour", "#ff0000"), ("--color", "red"), ("--colour", "0xFF0000"), ("--colour", "rgb(255,0,0)")),
                 (("--select", "0.1,0.25,0.5,0.5@1f"), ("--select", "10%,25%,50%,50%@0.25"),
                  ("--select", "80x48+16+24@250ms"))):
        assert len({tuple(made(*flags)) for flags in same}) == 1, same


run(a_reader_that_has_enough_is_no_failure)
run(an_old_result_stays_until_the_new_one_is_complete)
run(times_and_sizes_agree)
assert COUNT >= 120, COUNT
print(f"{COUNT} mistakes and habits")
finish()
