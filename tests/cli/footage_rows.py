# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Rows of footage_table.py's table that need more than a line each."""
import fractions
import itertools
import json
import re
import struct
import subprocess
import zlib

import cli_harness
from footage_table import FLAT, LEFT, SIZE, depth_map, exr, flat, map_row, picture, png, row, scene, tone

FFMPEG = ["ffmpeg", "-v", "error", "-nostdin", "-y"]

# --- Sound that is encoded anew -------------------------------------------------------------------------------------
SOUND = "What comes along: sound, subtitles, timecode, chapters, tags"


def with_click(codec, at=0.7):
    """One loud sample-wide click, a time after the first picture."""
    def make(path):
        subprocess.run([*FFMPEG, *picture(1), "-f", "lavfi", "-t", "1", "-i", f"aevalsrc='if(between(t,{at},{at + 0.001}),1,0)':s=48000",
                        "-c:v", "libx264", "-bf", "0", "-c:a", codec, str(path)], check=True)
    return make


# FFmpeg puts plain samples into .mp4 since 6.1, and its 5.1 has Opus in .mkv 7 ms early.
for codec, ending, kept in (("libopus", "mov", "aac"), ("aac", "webm", "opus"), ("pcm_alaw", "mp4", "aac")):
    row(f"--encode-audio: {codec.replace('lib', '')} in .{ending} becomes {kept}, in time", with_click(codec), group=SOUND,
        file="in.mp4" if codec == "libopus" else "in.mkv", output=f"out.{ending}", codec="libx264" if ending != "webm" else None, flags=("--encode-audio",), same=False, sound=1,
        within=0.008, tags={"track 0": ("codec_name", kept)}, click=0.7)
# The encoder's delay before the first sample: by an edit list, by Matroska's CodecDelay, or not at all.
for codec, ending, into in (("libopus", "mp4", "mkv"), ("libopus", "mp4", "webm"), ("libopus", "mp4", "mp4"), ("aac", "mp4", "mkv"),
                            ("aac", "mkv", "mp4"), ("aac", "mkv", "mov"), ("libmp3lame", "mp4", "mkv"), ("libmp3lame", "mkv", "mov"),
                            ("ac3", "mp4", "mkv"), ("ac3", "mkv", "mp4")):
    row(f"{codec.replace('lib', '')} of .{ending} is in time in .{into}", with_click(codec), group=SOUND, file=f"in.{ending}",
        output=f"out.{into}", codec="libx264" if into != "webm" else None, same=False, sound=1, within=0.025,
        tags={"track 0": ("codec_name", codec.replace("libmp3lame", "mp3").replace("lib", ""))}, click=0.7)
row("--encode-audio of a range begins with its first picture", with_click("pcm_alaw"), group=SOUND, output="out.mp4", codec="libx264",
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

# --- EXR: overscan and deep pixels ----------------------------------------------------------------------------------
EXR = "EXR as renderers write it"


def wide(left=-3, top=-2, width=70, height=52, channels="RGB"):
    """A data window larger than the display window; each channel counts its pixels."""
    return {c: [[k + (x + left) / 256 + (y + top) / 4096 for x in range(width)] for y in range(height)]
            for k, c in enumerate(channels)}, (left, top)


def overscan(channels="RGB", half=False):
    def make(path):
        content, corner = wide(channels=channels)
        exr(path, [("", content, corner)], half=half)
    return make


def read_exr(path):
    """The data window and the channels of a file of ours: floats, ZIP of 16 lines."""
    data = path.read_bytes()
    at, head = 8, {}
    while data[at]:
        end = data.index(b"\0", at)
        kind_end = data.index(b"\0", end + 1)
        size = struct.unpack_from("<I", data, kind_end + 1)[0]
        head[data[at:end].decode()] = data[kind_end + 5:kind_end + 5 + size]
        at = kind_end + 5 + size
    window = struct.unpack("<4i", head["dataWindow"])
    names = [c.split(b"\0")[0].decode() for c in re.findall(rb"[A-Za-z.]+\0.{16}", head["channels"], re.S)]
    width, height = window[2] - window[0] + 1, window[3] - window[1] + 1
    rows = {name: [] for name in names}
    for offset in struct.unpack_from(f"<{(height + 15) // 16}Q", data, at + 1):
        y, size = struct.unpack_from("<ii", data, offset)
        lines = min(16, window[3] + 1 - y)
        raw = data[offset + 8:offset + 8 + size]
        if size < width * lines * 4 * len(names):
            packed, raw = bytearray(zlib.decompress(raw)), bytearray(width * lines * 4 * len(names))
            for i in range(1, len(packed)):
                packed[i] = (packed[i - 1] + packed[i] - 128) & 255
            half = (len(packed) + 1) // 2
            raw[0::2], raw[1::2] = packed[:half], packed[half:]
        for line in range(lines):
            for k, name in enumerate(sorted(names)):
                rows[name].append(struct.unpack_from(f"<{width}f", raw, (line * len(names) + k) * width * 4))
    return window, struct.unpack("<4i", head["displayWindow"]), rows


def keeps_overscan(channels="RGB"):
    def check(row, folder, output):
        window, display, rows = read_exr(output)
        content, (left, top) = wide(channels=channels)
        assert window == (left, top, left + 69, top + 51) and display == (0, 0, 63, 47), (window, display)
        worst = max(abs(a - b) for c in channels for one, other in zip(rows[c], content[c]) for a, b in zip(one, other))
        assert worst < 1e-6, f"the pixels differ by {worst}"
    return check


row("overscan of an EXR stays in an EXR", overscan(), group=EXR, file="in.exr", output="out.exr", codec=None, says=None,
    checks=keeps_overscan())
row("overscan stays with alpha", overscan("RGBA"), group=EXR, file="in.exr", output="out.exr", codec=None,
    checks=keeps_overscan("RGBA"))


def titled_overscan(row, folder, output):
    window, _, rows = read_exr(output)
    content, (left, top) = wide()
    inside = outside = 0
    for y in range(52):
        for x in range(70):
            is_in = 0 <= x + left < 64 and 0 <= y + top < 48
            changed = abs(rows["R"][y][x] - content["R"][y][x]) > 1e-4
            inside, outside = inside + (changed and is_in), outside + (changed and not is_in)
    assert window == (-3, -2, 66, 49) and inside > 500 and outside == 0, (window, inside, outside)


row("a title changes the picture and not the overscan", overscan(), group=EXR, file="in.exr", output="out.exr", codec=None,
    flags=("--title", "███", "--size", "0.9", "--at-depth", "1", "--mode", "normalised", "--depth-in", "1"), work=False,
    checks=titled_overscan)


def deep_exr(path, pixels, channels, compression=0):
    """Deep scan lines: pixels[y][x] is a list of samples, each a tuple of the channels' values, in the channels' order."""
    width, height = len(pixels[0]), len(pixels)

    def attribute(name, kind, content):
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(content)) + content

    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    names = sorted(channels)
    listed = b"".join(c.encode() + b"\0" + struct.pack("<IIii", 2, 0, 1, 1) for c in names) + b"\0"
    most = max(len(p) for line in pixels for p in line)
    head = (attribute(b"channels", b"chlist", listed) + attribute(b"compression", b"compression", bytes([compression])) +
            attribute(b"dataWindow", b"box2i", window) + attribute(b"displayWindow", b"box2i", window) +
            attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1)) +
            attribute(b"screenWindowCenter", b"v2f", bytes(8)) + attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1)) +
            attribute(b"type", b"string", b"deepscanline") + attribute(b"version", b"int", struct.pack("<i", 1)) +
            attribute(b"chunkCount", b"int", struct.pack("<i", height)) +
            attribute(b"maxSamplesPerPixel", b"int", struct.pack("<i", most)) + b"\0")

    def pack(raw):
        if compression == 0 or not raw:
            return raw
        sorted_bytes = bytearray(raw[0::2] + raw[1::2])
        for i in range(len(sorted_bytes) - 1, 0, -1):
            sorted_bytes[i] = (sorted_bytes[i] - sorted_bytes[i - 1] + 128) & 255
        packed = zlib.compress(bytes(sorted_bytes))
        return packed if len(packed) < len(raw) else raw

    chunks = []
    for y, line in enumerate(pixels):
        ends = list(itertools.accumulate(len(p) for p in line))
        table = pack(struct.pack(f"<{width}i", *ends))
        raw = b"".join(struct.pack("<f", s[channels.index(c)]) for c in names for p in line for s in p)
        data = pack(raw)
        chunks.append(struct.pack("<iQQQ", y, len(table), len(data), len(raw)) + table + data)
    out = struct.pack("<II", 20000630, 2 | 0x800) + head
    at = len(out) + 8 * len(chunks)
    offsets = b""
    for chunk in chunks:
        offsets += struct.pack("<Q", at)
        at += len(chunk)
    path.write_bytes(out + offsets + b"".join(chunks))


def deep_scene(compression=0):
    """Half a wall at 8 m; in front of it, out of order, a veil of 40 % at 4 m and a faint rim of 5 % at 1 m; right: a person at 2 m."""
    veil = [(0.4, 0.4, 0.2, 0.1, 4.0), (1.0, 0.1, 0.5, 0.9, 8.0), (0.05, 0.05, 0.05, 0.05, 1.0)]
    person = [(1.0, 0.1, 0.5, 0.9, 8.0), (1.0, 0.7, 0.6, 0.5, 2.0)]
    pixels = [[[] if y < 16 else veil if x < 32 else person for x in range(64)] for y in range(48)]
    return lambda path: deep_exr(path, pixels, ["A", "R", "G", "B", "Z"], compression)


def deep_colours(row, folder, output):
    _, _, rows = read_exr(output)
    for (x, y), wanted in {(8, 40): (0.05 + 0.95 * (0.4 + 0.6 * 0.1), 1.0), (56, 40): (0.7, 1.0), (8, 4): (0.0, 0.0)}.items():
        found = rows["R"][y][x], rows["A"][y][x]
        assert all(abs(a - b) < 1e-5 for a, b in zip(found, wanted)), f"{found} at {(x, y)}, not {wanted}"


for compression, name in ((0, "uncompressed"), (2, "ZIPS")):
    row(f"deep pixels, {name}, are laid over one another from front to back", deep_scene(compression), group=EXR, file="in.exr",
        output="out.exr", codec=None, checks=deep_colours)
map_row("deep pixels as a depth map: where half of the opacity is reached", deep_scene(2), group=EXR,
        matte={(8, 40): 0, (56, 40): 255, (8, 4): 0})


def cut_deep(path):
    deep_scene(2)(path)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 2, len(data) // 2 + 60):
        data[at] ^= 0xA5
    path.write_bytes(data)


row("a damaged deep EXR is refused", cut_deep, group=EXR, file="in.exr", output="out.exr", codec=None, status=1, says="is damaged")

# --- Pipes ----------------------------------------------------------------------------------------------------------
PIPES = "Pipes"


def through(*words, pipe_in=("-c", "copy", "-f", "nut"), pixels="rgb24"):
    """ffmpeg | zdepth - -o ... | ffmpeg: the frames that come out, and what was said."""
    def check(row, folder, output):
        source, kept = folder / row.file, folder / "kept"
        kept.mkdir()
        read = subprocess.Popen([*FFMPEG, "-i", source, *pipe_in, "-"], stdout=subprocess.PIPE)
        work = subprocess.run([cli_harness.ZDEPTH, "composite", "-", "--depth-map", FLAT, "--title", "X", "--opacity", "0", *words],
                              stdin=read.stdout, capture_output=True, cwd=folder, env={**cli_harness.ENV, "TMPDIR": str(kept)})
        read.stdout.close()
        assert read.wait() == 0 and work.returncode == 0, work.stderr
        output.write_bytes(work.stdout)
        found, wanted = (subprocess.run([*FFMPEG, "-i", p, "-map", "0:v", "-f", "framemd5", "-pix_fmt", pixels, "-"], capture_output=True,
                                        text=True, check=True).stdout.splitlines() for p in (output, source))
        digests = [[line.split(",")[-1] for line in lines if line[0] != "#"] for lines in (found, wanted)]
        assert digests[0] == digests[1] and len(digests[0]) == 10, f"{len(digests[0])} frames, other codes"
        assert re.search(rb"wrote -\S*: 10 frames", work.stderr), work.stderr
        assert not list(kept.iterdir()), "a file is left"
        if isinstance(row.sound, list):
            told = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_name", "-of", "csv=p=0", output],
                                  capture_output=True, text=True, check=True).stdout.split()
            assert told[1:] == row.sound, told
    return check


TEN = [*picture(0.4), "-c:v", "ffv1"]
for form in ("yuv420p", "yuv444p", "yuv422p10le", "gbrp"):
    row(f"{form} from NUT to NUT (-)", [*TEN, "-pix_fmt", form], group=PIPES, sound=None,
        checks=through("-o", "-", pixels="rgb24" if form == "gbrp" else form))
row("from Y4M to Y4M (-.y4m)", [*TEN, "-pix_fmt", "yuv420p"], group=PIPES, sound=None,
    checks=through("-o", "-.y4m", pipe_in=("-f", "yuv4mpegpipe"), pixels="yuv420p"))
row("10-bit Y4M", [*TEN, "-pix_fmt", "yuv422p10le"], group=PIPES, sound=None,
    checks=through("-o", "-.y4m", pipe_in=("-strict", "-1", "-f", "yuv4mpegpipe"), pixels="yuv422p10le"))
row("sound goes along in NUT, as it is", [*picture(0.4), *tone(0.4), "-c:v", "ffv1", "-c:a", "aac"], group=PIPES, sound=["aac"],
    checks=through("-o", "-"))
row("Matroska down a pipe (-.mkv) with its codec", [*TEN, "-pix_fmt", "yuv420p"], group=PIPES, sound=None,
    checks=through("-o", "-.mkv", "--codec", "ffv1", pixels="yuv420p"))
row("pictures and .mp4 cannot go down a pipe", [*TEN], group=PIPES, output="-.mp4", verb="composite", status=2,
    says=r"'-.mp4' cannot go down a pipe; '-' \(NUT\), '-.y4m', '-.mkv' and '-.webm' can")
row("--json beside -o - is refused", [*TEN], group=PIPES, output="-", flags=("--json",), status=2, says="--json writes to the standard output")
row(".nut and .y4m are files as well", [*TEN], group=PIPES, output="out.nut", codec=None, tags={"codec_name": "rawvideo"})

# --- Alpha ----------------------------------------------------------------------------------------------------------
ALPHA = "Alpha"
HALF_CLEAR = ["-f", "lavfi", "-t", "0.2", "-i", f"color=0x808080:size={SIZE}:rate=25,format=rgba,colorchannelmixer=aa=0.5"]


def alpha_is(value, within=3):
    def check(row, folder, output):
        command = [*FFMPEG, *(["-c:v", "libvpx-vp9"] if output.suffix == ".webm" else []), "-i", output, "-vf", "alphaextract,format=gray",
                   "-frames:v", "1", "-f", "rawvideo", "-"]
        gray = subprocess.run(command, capture_output=True, check=True).stdout
        assert len(gray) == 64 * 48 and all(abs(g - value) <= within for g in gray), set(gray)
    return check


for codec, ending, more in (("libvpx-vp9", "webm", ("-pix_fmt", "yuva420p")), ("libvpx", "webm", ("-pix_fmt", "yuva420p", "-auto-alt-ref", "0")),
                            ("prores_ks", "mov", ("-profile:v", "4444", "-pix_fmt", "yuva444p10le")), ("qtrle", "mov", ("-pix_fmt", "argb")),
                            ("png", "mov", ("-pix_fmt", "rgba")), ("ffv1", "mkv", ("-pix_fmt", "yuva444p"))):
    row(f"alpha of {codec.replace('lib', '').replace('_ks', ' 4444')} in .{ending} goes into ProRes 4444", [*HALF_CLEAR, "-c:v", codec, *more],
        group=ALPHA, file=f"in.{ending}", output="out.mov", codec=None, needs=codec, checks=alpha_is(128))
row("alpha of ProRes 4444 goes into .webm", [*HALF_CLEAR, "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"], group=ALPHA,
    file="in.mov", output="out.webm", says="keeps 8 bits", checks=alpha_is(128))
row("alpha that .mp4 cannot hold is left out with a warning", [*HALF_CLEAR, "-c:v", "qtrle", "-pix_fmt", "argb"], group=ALPHA, file="in.mov",
    output="out.mp4", codec=None, same=False, says="cannot hold the footage's alpha; it is left out")


def layered(sei):
    """H.265 with a second layer, as Apple writes alpha: each slice again in layer 1."""
    def make(path):
        raw = subprocess.run([*FFMPEG, *picture(), "-c:v", "libx265", "-bf", "0", "-x265-params", "log-level=none:info=0", "-pix_fmt",
                              "yuv420p", "-f", "hevc", "-"], capture_output=True, check=True).stdout
        out = b""
        for unit in raw.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1")[1:]:
            out += b"\0\0\0\1" + unit
            if unit[0] >> 1 & 63 < 32:
                out += b"\0\0\0\1" + bytes([unit[0] & 0xfe, 8 | unit[1] & 7]) + unit[2:]
            elif unit[0] >> 1 & 63 == 34 and sei:
                out += b"\0\0\0\1" + bytes([39 << 1, 9, 165, 2, 0x10, 0x10, 0x80])
        stream = path.with_suffix(".hevc")
        stream.write_bytes(out)
        subprocess.run([*FFMPEG, "-framerate", "25", "-f", "hevc", "-i", str(stream), "-c", "copy", str(path)], check=True)
    return make


for sei, says in ((True, "its alpha in a second layer"), (False, r"a second layer \(alpha, or a second eye\)")):
    row(f"H.265 with {'alpha' if sei else 'another layer'}: its picture is read, and what is left out is told", layered(sei), group=ALPHA,
        file="in.mov", output="out.mkv", says=says, within=0.3)

# --- What HDR footage says of its light -----------------------------------------------------------------------------
LIGHT = ["-c:v", "libx265", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc",
         "-x265-params", "log-level=error:hdr10=1:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)"
         ":max-cll=1000,400"]


def says_light(row, folder, output):
    told = json.loads(subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-of", "json", output], capture_output=True, text=True,
                                     check=True).stdout)["streams"][0]["side_data_list"]
    level = next(t for t in told if t["side_data_type"].startswith("Content light"))
    light = next(t for t in told if t["side_data_type"].startswith("Mastering"))
    assert (level["max_content"], level["max_average"]) == (1000, 400), level
    numbers = [fractions.Fraction(light[k]) for k in ("red_x", "green_y", "blue_x", "min_luminance", "max_luminance")]
    assert numbers == [fractions.Fraction(n) for n in ("0.68", "0.69", "0.15", "0.005", "1000")], numbers


for ending, codec in (("mp4", None), ("mov", None), ("mkv", "ffv1"), ("webm", None)):
    row(f"mastering display and light level stay in .{ending}", [*picture(0.12), *LIGHT], output=f"out.{ending}", codec=codec,
        group="What comes along: sound, subtitles, timecode, chapters, tags", checks=says_light)

# --- Animations -----------------------------------------------------------------------------------------------------
COUNTS = "Counts, covers and names"
row("an animated PNG: the last frame's delay stays", [*picture(0.2), "-f", "apng", "-final_delay", "54/100"], group=COUNTS, file="in.png",
    output="out.mp4", codec=None, same=False, tags={"duration": "0.700000"})


def animated_webp(path):
    """Five frames of 200 ms, but the last for 540, put together from stills."""
    frames = b""
    for number in range(5):
        one = path.with_name(f"one{number}.webp")
        subprocess.run([*FFMPEG, *picture(1, rate=5), "-vf", f"select='eq(n,{number})'", "-frames:v", "1", "-c:v", "libwebp", "-lossless",
                        "1", "-pix_fmt", "bgra", str(one)], check=True)
        place = bytes(6) + (63).to_bytes(3, "little") + (47).to_bytes(3, "little")
        content = place + (540 if number == 4 else 200).to_bytes(3, "little") + b"\2" + one.read_bytes()[12:]
        frames += b"ANMF" + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
    body = b"WEBPVP8X" + struct.pack("<I", 10) + bytes([2, 0, 0, 0, 63, 0, 0, 47, 0, 0]) + b"ANIM" + struct.pack("<IIH", 6, 0, 0) + frames
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


WEBP = {"group": COUNTS, "file": "in.webp", "needs": "libwebp", "unless": "which this FFmpeg does not decode"}
row("an animated WebP: the last frame's delay stays", animated_webp, **WEBP, output="out.mp4", codec=None, same=False, reference=False,
    frames=5, times=[n / 5 for n in range(5)], tags={"duration": "1.340000"})
row("an animated WebP is read frame by frame", animated_webp, **WEBP, checks=lambda row, folder, output: is_test_picture(output, 0))
row("a range of an animated WebP", animated_webp, **WEBP, flags=("--frames", "2-4"),
    checks=lambda row, folder, output: is_test_picture(output, 2))
row("what an animated WebP is, is told", animated_webp, **WEBP, verb="info", prints=r"movie, webp in webp, 64x48, rgb24.*\n.*5 frames, 1\.340 s")


def is_test_picture(output, first):
    """The frames are the test picture's, from one on."""
    raw = [subprocess.run([*FFMPEG, *source, "-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                          capture_output=True, check=True).stdout
           for source in (("-i", output), (*picture(1, rate=5), "-vf", f"format=bgra,select='gte(n,{first})'"))]
    assert len(raw[0]) == len(raw[1]) == (5 - first) * 64 * 48 * 3, (len(raw[0]), len(raw[1]))
    assert max(abs(a - b) for a, b in zip(*raw)) <= 2
row("a cover beside a movie is not the movie", lambda p: movie_with_cover(p), group=COUNTS, file="in.mp4", output="out.mp4", codec="libx264",
    same=False, reference=False, frames=5, times=[n / 25 for n in range(5)])


def movie_with_cover(path):
    cover = path.with_name("cover.png")
    subprocess.run([*FFMPEG, *picture(size="320x240"), "-frames:v", "1", str(cover)], check=True)
    subprocess.run([*FFMPEG, *picture(), "-i", str(cover), "-map", "1", "-map", "0", "-c:v:0", "png", "-disposition:v:0", "attached_pic",
                    "-c:v:1", "libx264", str(path)], check=True)

# --- Colour profiles, and maps of the sensor ------------------------------------------------------------------------
PHOTOGRAPHS = "Photographs"


def profile(gamma=1.0):
    """An ICC profile of sRGB's primaries with another curve."""
    def number(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(map(number, values))

    text = b"text\0\0\0\0free\0\0\0\0"
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256)) + b"\0\0"
    words = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(8 + 67 + 3)
    tags = [(b"desc", words), (b"cprt", text), (b"wtpt", xyz(0.9642, 1.0, 0.8249)), (b"rXYZ", xyz(0.4360, 0.2225, 0.0139)),
            (b"gXYZ", xyz(0.3851, 0.7169, 0.0971)), (b"bXYZ", xyz(0.1431, 0.0606, 0.7141)), (b"rTRC", curve), (b"gTRC", curve),
            (b"bTRC", curve)]
    at, table, data = 132 + 12 * len(tags), struct.pack(">I", len(tags)), b""
    for name, content in tags:
        content += bytes(-len(content) % 4)
        table += name + struct.pack(">II", at + len(data), len(content))
        data += content
    head = struct.pack(">I", at + len(data)) + bytes(4) + struct.pack(">I", 0x02400000) + b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    head += number(0.9642) + number(1.0) + number(0.8249)
    return head + bytes(128 - len(head)) + table + data


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def profiled(path):
    """A gray RGB picture of 128 with the profile."""
    rows = (b"\0" + bytes([128]) * 192) * 48
    if path.suffix == ".jpg":
        subprocess.run([*FFMPEG, "-f", "lavfi", "-i", f"color=0x808080:size={SIZE}", "-frames:v", "1", str(path)], check=True)
        data, content = path.read_bytes(), b"ICC_PROFILE\0\1\1" + profile()
        path.write_bytes(data[:2] + b"\xff\xe2" + struct.pack(">H", len(content) + 2) + content + data[2:])
        return
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 64, 48, 8, 2, 0, 0, 0)) +
                     chunk(b"iCCP", b"test\0\0" + zlib.compress(profile())) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def keeps_profile(row, folder, output):
    data = output.read_bytes()
    if output.suffix == ".jpg":
        assert profile() in data, "no profile in the JPEG"
        return
    at = data.index(b"iCCP")
    length = struct.unpack_from(">I", data, at - 4)[0]
    content = data[at + 4:at + 4 + length]
    assert zlib.decompress(content[content.index(b"\0") + 2:]) == profile(), "another profile in the PNG"


def pixel_is(value, within=1):
    def check(row, folder, output):
        raw = subprocess.run([*FFMPEG, "-i", output, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
        assert all(abs(v - value) <= within for v in raw[3000:3003]), tuple(raw[3000:3003])
    return check


for source, output in (("png", "png"), ("png", "jpg"), ("jpg", "png"), ("jpg", "jpg")):
    row(f"a colour profile stays from .{source} to .{output}", profiled, group=PHOTOGRAPHS, file=f"in.{source}", output=f"out.{output}",
        checks=keeps_profile)
row("a colour profile is used where the output holds none", profiled, group=PHOTOGRAPHS, file="in.png", output="out.tif",
    checks=pixel_is(188), unless="does not get")


def sensor_map(path):
    """A photograph to be turned by 90 degrees, and a map of it as the sensor saw it: white at the left."""
    subprocess.run([*FFMPEG, *picture(), "-frames:v", "1", str(path)], check=True)
    data, content = path.read_bytes(), b"Exif\0\0" + b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + struct.pack("<HHI", 6, 0, 0)
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[2:])
    path.with_name(FLAT).write_bytes(png(64, 48, (bytes([220]) * 32 + bytes([30]) * 32) * 48))


def white_on_top(row, folder, output):
    gray = subprocess.run([*FFMPEG, "-i", output, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    assert len(gray) == 48 * 64 and gray[8 * 48 + 24] > 250 and gray[56 * 48 + 24] < 5, (len(gray), gray[8 * 48 + 24], gray[56 * 48 + 24])


row("a map of the sensor is turned with the photograph", sensor_map, group=MAPS, file="in.jpg", output="out.png", verb="view",
    flags=("--view", "matte", "--mode", "normalised", "--depth-in", "0.5", "--no-auto-feather"), says="it is turned by 90 degrees like the picture",
    checks=white_on_top)


def is_16_bit(row, folder, output):
    data = output.read_bytes()
    assert data[24] == 16 and data[25] == 0, f"{data[24]} bit, kind {data[25]}"


row("depth as .png has 16 bit", depth_map(), group="Float pictures out", verb="depth", file="in.exr", output="out.png",
    flags=("--depth-map-type", "metres"), checks=is_16_bit)


def project_with_title(path):
    subprocess.run([*FFMPEG, *picture(0.12), "-c:v", "ffv1", str(path)], check=True)
    path.with_name("p.zdp").write_text(f'zdepth project 1\n\n[source]\nfootage = "in.mkv"\ndepth_map = "{FLAT}"\n\n[title]\ntitle = "X"\n'
                                       "opacity = 0\n")


row("view --view none of a project with a title shows the result", project_with_title, group=THRESHOLDS, verb="view",
    flags=("--project", "@/p.zdp", "--view", "none"))
