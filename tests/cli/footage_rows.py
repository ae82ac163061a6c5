# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of footage_table.py's table that need more than a line each."""
import subprocess

from footage_table import FLAT, LEFT, SIZE, depth_map, flat, map_row, picture, png, row, scene, tone

FFMPEG = ["ffmpeg", "-v", "error", "-nostdin", "-y"]

# --- Sound that is encoded anew -------------------------------------------------------------------------------------
SOUND = "What comes along: sound, subtitles, timecode, chapters, tags"


def with_click(codec, at=0.7):
    """One loud sample-wide click, a time after the first picture."""
    def make(path):
        subprocess.run([*FFMPEG, *picture(1), "-f", "lavfi", "-t", "1", "-i", f"aevalsrc='if(between(t,{at},{at + 0.001}),1,0)':s=48000",
                        "-c:v", "libx264", "-bf", "0", "-c:a", codec, str(path)], check=True)
    return make


for codec, ending, kept in (("libopus", "mov", "aac"), ("aac", "webm", "opus"), ("pcm_s16le", "mp4", "aac")):
    row(f"--encode-audio: {codec.replace('lib', '')} in .{ending} becomes {kept}, in time", with_click(codec), group=SOUND,
        output=f"out.{ending}", codec="libx264" if ending != "webm" else None, flags=("--encode-audio",), same=False, sound=1,
        within=0.008, tags={"track 0": ("codec_name", kept)}, click=0.7)
row("--encode-audio of a range begins with its first picture", with_click("pcm_s16le"), group=SOUND, output="out.mp4", codec="libx264",
    flags=("--encode-audio", "--frames", "12-24"), same=False, sound=1, frames=13, times=[n / 25 for n in range(13)],
    tags={"track 0": ("codec_name", "aac")}, click=0.22)
row("--encode-audio copies what can be copied", [*picture(0.4), *tone(), "-c:v", "libx264", "-c:a", "aac", "-shortest"], group=SOUND,
    file="in.mp4", output="out.mp4", codec="libx264", flags=("--encode-audio",), same=False)
row("--no-audio leaves the sound out", [*picture(0.4), *tone(), "-c:v", "libx264", "-c:a", "aac"], group=SOUND, flags=("--no-audio",),
    sound=0)

# --- Fields as whole pictures ---------------------------------------------------------------------------------------
FIELDS = "Interlaced footage"
WEAVE = ["-f", "lavfi", "-t", "1", "-i", f"testsrc2=size={SIZE}:rate=50", "-vf"]
for order in ("tff", "bff"):
    top = "top" if order == "tff" else "bottom"
    first = "interleave_top" if order == "tff" else "interleave_bottom"
    row(f"--deinterlace: {top} field first, as FFmpeg's bwdif makes it",
        [*WEAVE, f"tinterlace={first},setfield={order}", "-c:v", "libx264", "-qp", "0", "-flags", "+ildct+ilme", "-x264-params",
         f"{order}=1"], group=FIELDS, flags=("--deinterlace",), filters=f"bwdif=mode=send_frame:parity={order}:deint=all", frames=25,
        tags={"field_order": "progressive"})
row("--deinterlace of a range: the very frames of the whole",
    [*WEAVE, "tinterlace=interleave_top,setfield=tff", "-c:v", "libx264", "-qp", "0", "-flags", "+ildct+ilme", "-x264-params", "tff=1"],
    group=FIELDS, flags=("--deinterlace", "--frames", "10-15"), frames=6,
    filters="bwdif=mode=send_frame:parity=tff:deint=all,select='between(n,10,15)'", times=[n / 25 for n in range(6)])
row("--deinterlace of progressive footage changes nothing, and says so", [*picture(), "-c:v", "ffv1"], group=FIELDS,
    flags=("--deinterlace",), says="is not interlaced; --deinterlace changes nothing")

# --- Thresholds and modes -------------------------------------------------------------------------------------------
MAPS = "Depth maps: what has no depth is furthest, by one rule"
THRESHOLDS = "Thresholds and their scales"

map_row("half floats, R=G=B, as depth", depth_map(parts=[("", {c: scene() for c in "RGB"}, (0, 0))], half=True), group=MAPS)
map_row("half floats, R=G=B and alpha, as depth", depth_map(parts=[("", {**{c: scene() for c in "RGB"}, "A": flat(1.0)}, (0, 0))],
        half=True), group=MAPS)
for number, mode, says in (("5", "normalised", "normalised depths go from 0, the furthest, to 1"),
                           ("0=0.4,1=7", "normalised", "--depth-in is 7, and normalised depths"),
                           ("-3", "absolute", "depths here are distances in metres, above 0")):
    row(f"--depth-in {number} with --mode {mode} of metres is refused", depth_map(), group=THRESHOLDS, verb="matte", file="in.exr",
        output="out.png", flags=("--depth-map-type", "metres", "--mode", mode, f"--depth-in={number}"), status=2, says=says)
row("--depth-in 2 with --mode normalised: nothing is foreground, with a warning", depth_map(), group=THRESHOLDS, verb="matte",
    file="in.exr", output="out.png", flags=("--depth-map-type", "metres", "--mode", "normalised", "--depth-in", "2"),
    says="depth_in is 2, and all depths here are 0 to 1", matte={(8, 40): 0, (56, 40): 0})


def project_in_metres(path):
    depth_map()(path)
    path.with_name("p.zdp").write_text(f'zdepth project 1\n\n[source]\nfootage = "{FLAT}"\ndepth_map = "in.exr"\n'
                                       "depth_map_type = metres\n\n[matte]\ndepth_in = 5\nauto_feather = off\n")


row("--mode on a project converts its numbers", project_in_metres, group=THRESHOLDS, verb="matte", file="in.exr", output="out.png",
    flags=("--project", "@/p.zdp", "--mode", "normalised"), matte=LEFT)

# --- Letters --------------------------------------------------------------------------------------------------------
LETTERS = "Letters that fonts lack"
row("characters that no font has are named in a warning", [*picture(0.12), "-c:v", "ffv1"], group=LETTERS, flags=("--title", "A\U0010fffd"),
    same=False, says="no installed font has '\U0010fffd'")
row("a character that the font lacks comes from another", [*picture(0.12), "-c:v", "ffv1"], group=LETTERS,
    flags=("--title", "A\u2192", "--font", "DejaVu Sans"), same=False)
