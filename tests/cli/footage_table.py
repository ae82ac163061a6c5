# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The table of footage.py: situations, how a file for each is made, and what is right. More of them stand in
footage_rows.py."""
import dataclasses
import struct
import subprocess
import typing
import zlib

ROWS = []
SIZE = "64x48"


@dataclasses.dataclass
class Row:
    situation: str  # as docs/formats.md says it
    make: typing.Any  # arguments of ffmpeg before the file's name, or a function of the path
    file: str = "in.mkv"
    output: str = "out.mkv"
    flags: tuple = ()  # of zdepth
    verb: str = "composite"
    codec: typing.Optional[str] = "ffv1"
    status: int = 0
    says: typing.Optional[str] = None  # the one line besides progress; None: there is none
    prints: typing.Optional[str] = None  # what stdout holds, of verbs that write no file
    same: bool = True  # the very codes, as plain FFmpeg decodes them
    pixels: typing.Optional[str] = None  # compared in this pixel format
    frames: typing.Optional[int] = None
    times: typing.Optional[list] = None  # in seconds from the first; None: those of the input
    within: float = 0.0011  # how far the times may be off: containers round to milliseconds
    sound: typing.Any = "same"  # "same", a number of tracks, or None
    filters: str = ""  # by which plain FFmpeg brings the input into what is expected
    extract: str = ""  # by which what comes out is compared
    reference: bool = True  # plain FFmpeg reads the input
    needs: str = ""  # an encoder of FFmpeg's
    unless: str = ""  # what zdepth says where it is built without a library: the row is skipped
    map_size: str = SIZE  # of the depth map
    matte: typing.Optional[dict] = None  # of places (x, y): what the matte is there, 0 to 255
    colours: dict = dataclasses.field(default_factory=dict)  # of (frame, x, y): the codes there
    colour_format: str = "rgb24"  # or "gray10le": the luma
    floats: tuple = ()  # the least and largest value of a file of floats
    tolerance: int = 3
    writes: typing.Optional[list] = None  # the files of a sequence
    tags: dict = dataclasses.field(default_factory=dict)
    work: bool = True  # an invisible title is put in
    checks: typing.Any = None  # a function of the row, its folder and the output that does the rest
    click: typing.Optional[float] = None  # seconds from the first picture to a click in the sound
    group: str = ""

    def command(self, source, output):
        if self.verb == "info":
            return ["info", "--media", source, *self.flags]
        if self.verb in ("matte", "depth"):  # the file is a map of a gray picture
            return [self.verb, FLAT, "--depth-map", source, *self.flags, "-o", output]
        work = ["--title", "X", "--opacity", "0"] if self.verb == "composite" and self.work else []
        codec = ["--codec", self.codec] if self.codec and output.suffix in (".mkv", ".mov", ".mp4") else []
        return [self.verb, source, "--depth-map", FLAT, *work, *codec, *self.flags, "-o", output]


FLAT = "map.png"  # a depth map beside each file; made by footage.py


def row(situation, make, group=None, **kwargs):
    ROWS.append(Row(situation, make, group=group or GROUP, **kwargs))


def picture(seconds=0.2, rate=25, size=SIZE, source="testsrc2"):
    return ["-f", "lavfi", "-t", str(seconds), "-i", f"{source}=size={size}:rate={rate}"]


def tagged(primaries, transfer, matrix, range="tv"):
    """Tags on the pictures: those of the encoder's options are the pictures' again since FFmpeg 7."""
    return ["-vf", f"setparams=color_primaries={primaries}:color_trc={transfer}:colorspace={matrix}:range={range}"]


def tone(seconds=0.5, frequency=440):
    return ["-f", "lavfi", "-t", str(seconds), "-i", f"sine=frequency={frequency}:sample_rate=48000"]


def png(width, height, gray):
    """An 8-bit gray PNG."""
    rows = b"".join(b"\0" + gray[y * width:(y + 1) * width] for y in range(height))
    out = b"\x89PNG\r\n\x1a\n"
    for name, content in ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        out += struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
    return out


def markdown():
    lines = []
    for group in dict.fromkeys(r.group for r in ROWS):
        lines += ["", f"**{group}**", ""]
        lines += [f"- {r.situation}" for r in ROWS if r.group == group]
    return "\n".join(lines).strip()


# --- Damage and joins -----------------------------------------------------------------------------------------------
GROUP = "Damage and joined recordings"


def transport(path, seconds=1.0, extra=()):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(seconds), *extra, "-c:v", "mpeg2video", "-g", "8",
                    "-f", "mpegts", str(path)], check=True)
    return path.read_bytes()


def lost_packets(path):
    """Three of the 188-byte packets of a transport stream are missing in the middle."""
    data = transport(path)
    at = len(data) // 188 // 2 * 188
    path.write_bytes(data[:at] + data[at + 3 * 188:])


def joined(path):
    """A recording appended to another: the clock starts again."""
    data = transport(path, 0.6)
    path.write_bytes(data + data)


def wrapped(path):
    """The 33-bit clock wraps between two recordings."""
    first = transport(path, 0.6)
    second = transport(path, 0.6, ("-output_ts_offset", "95000"))
    path.write_bytes(second + first)


def changed_byte(path):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(1), "-c:v", "libx264", "-g", "5", "-bf", "0",
                    "-x264-params", "slices=1", str(path)], check=True)
    data = bytearray(path.read_bytes())
    for at in range(len(data) // 3, len(data) // 3 + 40):
        data[at] ^= 0x5A
    path.write_bytes(data)


def doubled_times(path):
    """Every second time is that of the frame before."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(0.4), "-c:v", "mpeg4", "-bf", "0", "-bsf:v",
                    "setts=ts=floor(N/2)*80", "-enc_time_base", "1/1000", str(path)], check=True)


def cut(path):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(1), "-c:v", "libx264", "-g", "5", "-movflags",
                    "faststart", str(path)], check=True)
    data = path.read_bytes()
    path.write_bytes(data[:len(data) * 7 // 10])


DAMAGED = r"is damaged at frame \d+ \(\d\.\d+ s\); what can be read is shown"
JOINED = r"(is damaged|has times that do not go on) at frame \d+ \(\d\.\d+ s\)"
TIMES = r"has times that do not go on at frame \d+ \(\d\.\d+ s\)"
STEADY = [n / 25 for n in range(30)]
row("a transport stream that lost packets goes on, with one warning", lost_packets, file="in.ts", says=DAMAGED, sound=None)
row("changed bytes inside an H.264 movie: it goes on, with one warning", changed_byte, file="in.mp4", says=DAMAGED,
    same=False, sound=None)
row("--strict refuses a transport stream that lost packets", lost_packets, file="in.ts", flags=("--strict",), status=1,
    says="is damaged: only its first .* leave out --strict")
row("two recordings joined: the second goes on where the first ends", joined, file="in.ts", says=JOINED, times=STEADY,
    sound=None)
row("the clock of a transport stream wraps", wrapped, file="in.ts", says=JOINED, times=STEADY,
    within=0.005, sound=None)
row("two frames at one time: the second is a tick later", doubled_times, says=TIMES, sound=None,
    times=[0, .001, .08, .081, .16, .161, .24, .241, .32, .321])
row("a movie that is cut off is refused", cut, file="in.mp4", status=1,
    says="is cut off: only its first .* take what is there with --no-strict")
row("--no-strict takes what is there of it", cut, file="in.mp4", flags=("--no-strict",), says="is cut off at frame", sound=None)

# --- Tags and tracks ------------------------------------------------------------------------------------------------
GROUP = "What comes along: sound, subtitles, timecode, chapters, tags"

TITLE = ("-metadata", "title=Shot 12", "-metadata", "creation_time=2024-05-05T10:00:00Z")
for ending, codec in (("mov", "prores_ks"), ("mp4", "libx264"), ("mkv", "ffv1")):
    row(f".{ending}: timecode, title and time of creation stay",
        [*picture(), "-c:v", codec, *TITLE, "-timecode", "01:00:10:05"], file=f"in.{ending}", output=f"out.{ending}",
        codec=codec, flags=("--quality", "0") if codec == "libx264" else (), same=codec == "ffv1",
        tags={"timecode": "01:00:10:05", "title": "Shot 12", "creation_time": "2024-05-05T10:00:00.000000Z"})
row("a range begins with its own timecode", [*picture(0.4), "-c:v", "prores_ks", "-timecode", "01:00:10:23"],
    file="in.mov", output="out.mov", codec="prores_ks", flags=("--frames", "3-6"), same=False, frames=4,
    times=[0, .04, .08, .12], tags={"timecode": "01:00:11:01"})


def chapters(path):
    notes = path.with_suffix(".txt")
    notes.write_text(";FFMETADATA1\n" + "".join(
        f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={a}\nEND={b}\ntitle={t}\n" for a, b, t in ((0, 200, "One"), (200, 400, "Two"))))
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(0.4), "-i", str(notes), "-map_chapters", "1",
                    "-c:v", "libx264", str(path)], check=True)


for ending in ("mp4", "mov", "mkv"):
    row(f".{ending}: chapters stay", chapters, file=f"in.{ending}", output=f"out.{ending}", codec="libx264", same=False,
        tags={"chapters": [("0.000000", "0.200000", "One"), ("0.200000", "0.400000", "Two")]})


def subtitled(codec):
    def make(path):
        words = path.with_suffix(".srt")
        words.write_text("1\n00:00:00,000 --> 00:00:00,150\nHello\n")
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(), "-i", str(words), "-map", "0", "-map", "1",
                        "-c:v", "libx264", "-c:s", codec, "-metadata:s:s:0", "language=ger", str(path)], check=True)
    return make


row(".mkv: subtitles stay, with their language", subtitled("srt"), tags={"track 0": ("codec_name", "subrip", "language", "ger")})
row(".mp4: subtitles stay, with their language", subtitled("mov_text"), file="in.mp4", output="out.mp4", codec="libx264",
    same=False, tags={"track 0": ("codec_name", "mov_text", "language", "ger")})
row("subtitles that the container cannot hold are left out with a warning", subtitled("srt"), output="out.mov",
    codec="libx264", same=False, says=r"subtitle track 1 of .* \(subrip\) cannot be copied into mov and is left out")

for codec, ending in (("aac", "mp4"), ("aac", "mov"), ("aac", "mkv"), ("libmp3lame", "mp4"), ("pcm_s16le", "mov"),
                      ("pcm_s24le", "mkv"), ("flac", "mkv"), ("libopus", "mkv"), ("libvorbis", "mkv"), ("ac3", "mkv"),
                      ("alac", "mov")):
    row(f".{ending}: {codec.replace('lib', '')} sound stays, packet by packet",
        [*picture(0.4), *tone(), "-c:v", "libx264", "-c:a", codec, "-shortest"], file=f"in.{ending}",
        output=f"out.{ending}", codec="libx264", same=False)
row("Opus in .mov, which holds none, is left out with a warning",
    [*picture(), *tone(), "-c:v", "libx264", "-c:a", "libopus"], output="out.mov", codec="libx264", same=False, sound=0,
    says=r"audio track 1 of .* \(opus\) cannot be copied into mov and is left out")
row("AAC in .webm, which holds none, is left out with a warning",
    [*picture(), *tone(), "-c:v", "libx264", "-c:a", "aac"], output="out.webm", same=False, sound=0,
    says=r"audio track 1 of .* \(aac\) cannot be copied into webm and is left out")
row("two tracks: languages, names and the default stay",
    [*picture(), *tone(), *tone(frequency=880), "-map", "0", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a", "aac",
     "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra", "-disposition:a:0", "0",
     "-disposition:a:1", "default"],
    tags={"track 0": ("language", "eng", "default", 0), "track 1": ("language", "fra", "default", 1)})


def trimmed(path):
    """An edit list hides the beginning of the sound, as cameras and phones write it."""
    whole = path.with_name("whole.mp4")
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(1), *tone(1), "-c:v", "libx264", "-g", "5", "-bf", "0",
                    "-c:a", "aac", str(whole)], check=True)
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-ss", "0.5", "-i", str(whole), "-c", "copy", str(path)],
                   check=True)


row("sound that an edit list hides stays hidden", trimmed, file="in.mp4", sound=1, tags={"track 0": ("start_time", "0.000000")})

# --- Stills ---------------------------------------------------------------------------------------------------------
GROUP = "Photographs"


def exif(orientation):
    return b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0" + struct.pack("<HHI", orientation, 0, 0)


def still(path, *more):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(), "-frames:v", "1", *more, str(path)], check=True)
    return path.read_bytes()


def turned_png(path, orientation=6):
    data = still(path)
    chunk = b"eXIf" + exif(orientation)
    path.write_bytes(data[:33] + struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk)) + data[33:])


def turned_webp(path, orientation=6):
    data = still(path, "-c:v", "libwebp", "-lossless", "1")
    content = exif(orientation)
    vp8x = b"VP8X" + struct.pack("<I", 10) + bytes([8, 0, 0, 0, 63, 0, 0, 47, 0, 0])
    body = b"WEBP" + vp8x + data[12:] + b"EXIF" + struct.pack("<I", len(content)) + content
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def tiff(path, pixels, width, height, bits, kind, orientation=1):
    """A TIFF of one strip: kind 1 for whole numbers, 3 for floats."""
    samples = len(pixels) * 8 // (width * height * bits)
    tags = [(256, 3, width), (257, 3, height), (258, 3, bits), (259, 3, 1), (262, 3, 2 if samples == 3 else 1),
            (273, 4, 8), (274, 3, orientation), (277, 3, samples), (278, 3, height), (279, 4, len(pixels)), (339, 3, kind)]
    if samples == 3:
        place = 8 + len(pixels)
        pixels += struct.pack("<3H3H", *[bits] * 3, *[kind] * 3)
        tags[2], tags[10] = (258, -3, place), (339, -3, place + 6)
    out = b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + struct.pack("<H", len(tags))
    for tag, kind_of, value in tags:
        out += struct.pack("<HHII", tag, abs(kind_of), samples if kind_of < 0 else 1, value)
    path.write_bytes(out + b"\0\0\0\0")


def turned_tiff(orientation):
    def make(path):
        raw = subprocess.run(["ffmpeg", "-v", "error", *picture(), "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"],
                             capture_output=True, check=True).stdout
        tiff(path, raw, 64, 48, 8, 1, orientation)
    return make


TURNS = {1: "null", 2: "hflip", 3: "hflip,vflip", 4: "vflip", 5: "transpose=0", 6: "transpose=1", 7: "transpose=3",
         8: "transpose=2"}
for orientation, turn in TURNS.items():
    row(f"orientation {orientation} of a TIFF", turned_tiff(orientation), file="in.tif", output="out.png", filters=turn,
        says="turned by 90|turned by 270" if orientation > 4 else None)
row("orientation of a PNG (eXIf)", turned_png, file="in.png", output="out.png", filters="transpose=1", says="turned by 90")
row("orientation of a WebP", turned_webp, file="in.webp", output="out.png", filters="transpose=1", says="turned by 90",
    pixels="rgb24")
row("orientation of a JPEG", lambda p: turned_jpeg(p), file="in.jpg", output="out.png", filters="", same=False,
    says="turned by 90", tags={"width": 48, "height": 64})


def turned_jpeg(path):
    data = still(path)
    content = b"Exif\0\0" + exif(6)
    path.write_bytes(data[:2] + b"\xff\xe1" + struct.pack(">H", len(content) + 2) + content + data[2:])


def heic(path):
    """One picture in H.265 in the least boxes that make it a HEIC."""
    raw = subprocess.run(["ffmpeg", "-v", "error", *picture(), "-frames:v", "1", "-c:v", "libx265", "-x265-params",
                          "log-level=none:info=0", "-pix_fmt", "yuv420p", "-f", "hevc", "-"], capture_output=True, check=True).stdout
    units = [u.rstrip(b"\0") for u in raw.replace(b"\0\0\0\1", b"\0\0\1").split(b"\0\0\1") if u]
    heads = {kind: next(u for u in units if u[0] >> 1 & 63 == kind) for kind in (32, 33, 34)}
    slices = b"".join(struct.pack(">I", len(u)) + u for u in units if u[0] >> 1 & 63 < 32)

    def box(name, content):
        return struct.pack(">I", len(content) + 8) + name + content

    sps = heads[33]
    config = bytes([1]) + sps[3:15] + bytes([0xf0, 0, 0xfc, 0xfd, 0xf8, 0xf8, 0, 0, 0x0f, 3])
    for kind, unit in heads.items():
        config += bytes([0x80 | kind, 0, 1]) + struct.pack(">H", len(unit)) + unit
    ispe = box(b"ispe", struct.pack(">III", 0, 64, 48))
    iprp = box(b"iprp", box(b"ipco", box(b"hvcC", config) + ispe) + box(b"ipma", struct.pack(">IIHBBB", 0, 1, 1, 2, 0x81, 2)))
    head = box(b"ftyp", b"heic\0\0\0\0mif1heic")

    def meta(offset):
        infe = box(b"infe", b"\2\0\0\0" + struct.pack(">HH", 1, 0) + b"hvc1" + b"\0")
        return box(b"meta", b"\0\0\0\0" + box(b"hdlr", bytes(8) + b"pict" + bytes(13)) + box(b"pitm", bytes(4) + b"\0\1") +
                   box(b"iloc", struct.pack(">IBBHHHHII", 0, 0x44, 0, 1, 1, 0, 1, offset, len(slices))) +
                   box(b"iinf", bytes(4) + b"\0\1" + infe) + iprp)

    body = head + meta(0)
    path.write_bytes(head + meta(len(body) + 8) + box(b"mdat", slices))


row("a HEIC photograph, where libheif is there", heic, file="in.heic", output="out.png", same=False, reference=False,
    frames=1, unless="this build reads none")

# --- Codecs, chroma and depth ---------------------------------------------------------------------------------------
GROUP = "Lossless is lossless: the footage's own chroma and depth"

for form in ("yuv420p", "yuv422p", "yuv444p", "yuv411p", "yuv420p10le", "yuv422p10le", "yuv444p10le", "yuv422p12le",
             "gbrp10le"):
    row(f"{form} in FFV1 stays {form}, the very codes", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", form],
        tags={"pix_fmt": form})
for form in ("gray", "gray10le"):
    row(f"{form}: luma keeps the very codes, with chroma for what is put in", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", form],
        extract="extractplanes=y")
for form, kept in (("uyvy422", "yuv422p"), ("yuyv422", "yuv422p")):
    row(f"packed {form} becomes {kept}, the very codes", [*picture(0.12), "-c:v", "rawvideo", "-pix_fmt", form],
        file="in.avi", pixels=kept, tags={"pix_fmt": kept})
row("10-bit v210 of a capture card", [*picture(0.12), "-c:v", "v210", "-pix_fmt", "yuv422p10le"], file="in.mov",
    tags={"pix_fmt": "yuv422p10le"})
row("10-bit PQ footage in FFV1: the very codes", [*picture(0.12), *tagged("bt2020", "smpte2084", "bt2020nc"), "-c:v", "libx265",
    "-pix_fmt", "yuv420p10le", "-x265-params", "log-level=error"],
    tags={"pix_fmt": "yuv420p10le", "color_transfer": "smpte2084"})
for codec, form, extra in (("ffvhuff", "yuv422p10le", ()), ("huffyuv", "yuv422p", ()), ("utvideo", "yuv444p", ()),
                           ("libx264", "yuv422p", ("--quality", "0")), ("libx264", "yuv444p", ("--encoder-options", "qp=0"))):
    row(f"lossless {codec} of {form}{' with ' + ' '.join(extra) if extra else ''}", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", form],
        codec=codec, flags=extra, tags={"pix_fmt": form})
for codec, form, kept in (("prores_ks", "yuv444p10le", "yuv444p10le"), ("prores_ks", "yuv420p", "yuv422p10le"),
                          ("dnxhd", "yuv422p10le", "yuv422p10le"), ("dnxhd", "yuv444p10le", "yuv444p10le"),
                          ("dnxhd", "yuv422p", "yuv422p")):
    row(f"{codec.replace('_ks', '').replace('dnxhd', 'dnxhr')} of {form} is {kept}",
        [*picture(0.12, size="256x128"), "-c:v", "ffv1", "-pix_fmt", form], output="out.mov", codec=codec, same=False,
        map_size="256x128", tags={"pix_fmt": "yuv444p12le" if codec == "prores_ks" and "444" in kept else kept})
for ending in ("mp4", "mov", "mkv"):
    row(f"10-bit footage stays 10-bit in .{ending}", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", "yuv422p10le"],
        output=f"out.{ending}", codec=None, same=False, tags={"codec_name": "hevc", "pix_fmt": "yuv420p10le"})
row("10-bit footage stays 10-bit in .webm", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", "yuv422p10le"], output="out.webm",
    codec=None, same=False, tags={"codec_name": "vp9", "pix_fmt": "yuv420p10le"})
row("8 bits of 10-bit footage, asked for, is told", [*picture(0.12), "-c:v", "ffv1", "-pix_fmt", "yuv422p10le"],
    output="out.mp4", codec="libx264", flags=("--pixel-format", "yuv420p"), same=False, says="keeps 8 bits .* of the footage's 10")
for codec, ending, form, more in (("libx264", "mp4", "yuv420p", ()), ("libx265", "mkv", "yuv420p10le", ("-x265-params", "log-level=error")),
                                  ("prores_ks", "mov", "yuv422p10le", ()), ("mpeg4", "mp4", "yuv420p", ()),
                                  ("ffv1", "mkv", "yuv444p", ()), ("libvpx-vp9", "webm", "yuv420p", ("-cpu-used", "8", "-deadline", "realtime")),
                                  ("mjpeg", "mov", "yuvj422p", ())):
    names = {"libx264": "h264", "libx265": "hevc", "prores_ks": "prores", "libvpx-vp9": "vp9"}
    row(f"--like-source of {names.get(codec, codec)}", [*picture(0.12), "-c:v", codec, "-pix_fmt", form, *more], file=f"in.{ending}",
        output=f"out.{ending}", codec=None, flags=("--like-source",), same=codec == "ffv1",
        tags={"codec_name": names.get(codec, codec), "pix_fmt": form})
row("--like-source in a container that cannot hold the codec", [*picture(0.12), "-c:v", "ffv1"], output="out.mp4", codec=None,
    flags=("--like-source",), status=1, says="cannot hold ffv1, the footage's codec")

# --- Reading --------------------------------------------------------------------------------------------------------
GROUP = "What is read as plain FFmpeg reads it"

for codec, ending, more in (("libx264", "mp4", ()), ("libx264", "mov", ("-bf", "2")), ("libx264", "ts", ()), ("libx264", "avi", ("-bf", "0")),
                            ("libx265", "mp4", ("-x265-params", "log-level=error")), ("mpeg2video", "mpg", ()), ("mpeg4", "avi", ("-bf", "0")),
                            ("prores", "mov", ()), ("prores_ks", "mov", ("-profile:v", "4444", "-pix_fmt", "yuv444p10le")),
                            ("cfhd", "mov", ("-pix_fmt", "yuv422p10le")), ("libvpx", "webm", ()), ("libvpx-vp9", "webm", ()),
                            ("libsvtav1", "mkv", ()), ("libaom-av1", "mp4", ("-cpu-used", "8")), ("mjpeg", "avi", ("-pix_fmt", "yuvj420p")),
                            ("dnxhd", "mxf", ("-profile:v", "dnxhr_hq", "-pix_fmt", "yuv422p")), ("flv", "flv", ()), ("wmv2", "wmv", ()),
                            ("rawvideo", "nut", ()), ("libtheora", "ogv", ()), ("qtrle", "mov", ()), ("png", "mov", ()),
                            ("jpeg2000", "mxf", ()), ("gif", "gif", ())):
    big = codec in ("dnxhd", "cfhd", "libsvtav1")
    row(f".{ending}: {codec.replace('lib', '').replace('_ks', ' 4444')}",
        [*picture(0.2, size="256x128" if big else SIZE), "-c:v", codec, *more], file=f"in.{ending}", needs=codec,
        map_size="256x128" if big else SIZE, pixels="rgb24" if codec in ("gif", "qtrle", "png") else None)
row("a variable frame rate keeps its times", [*picture(1), "-vf", "select='not(mod(n,7))+not(mod(n,5))'", "-fps_mode", "vfr",
    "-c:v", "libx264"], file="in.mp4")
row("times that begin late", [*picture(0.2), "-c:v", "libx264", "-output_ts_offset", "3"], file="in.mkv")
row("23.976 frames a second", [*picture(0.3, rate="24000/1001"), "-c:v", "libx264"], file="in.mp4")
row("59.94 frames a second", [*picture(0.1, rate="60000/1001"), "-c:v", "libx264"], file="in.mov")
row("anamorphic pixels stay", [*picture(), "-vf", "setsar=4/3", "-c:v", "libx264"], file="in.mp4",
    tags={"sample_aspect_ratio": "4:3"})
row("odd sides", [*picture(size="65x49"), "-c:v", "ffv1"], map_size="65x49")
for degrees, turn in ((90, "transpose=2"), (180, "hflip,vflip"), (270, "transpose=1")):
    row(f"a movie turned by {degrees} degrees", lambda p, d=degrees: rotated(p, d), file="in.mp4",
        says="turned by" if degrees != 180 else None)


def rotated(path, degrees):
    """The track's matrix, as a telephone writes it; FFmpeg's option for it depends on the version."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(), "-c:v", "libx264", str(path)], check=True)
    width, height = map(int, SIZE.split("x"))
    a, b, x, y = {90: (0, 1, height, 0), 180: (-1, 0, width, height), 270: (0, -1, 0, width)}[degrees]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at:at + 36] = struct.pack(">9i", a << 16, b << 16, 0, -b << 16, a << 16, 0, x << 16, y << 16, 1 << 30)
    path.write_bytes(data)


for name, tags in (("BT.709", ("bt709", "bt709", "bt709")), ("BT.601", ("smpte170m", "smpte170m", "smpte170m")),
                   ("HLG", ("bt2020", "arib-std-b67", "bt2020nc")), ("PQ", ("bt2020", "smpte2084", "bt2020nc"))):
    primaries, transfer, matrix = tags
    row(f"colour tags of {name} stay", [*picture(0.12), *tagged(primaries, transfer, matrix), "-c:v", "ffv1"],
        tags={"color_primaries": primaries, "color_transfer": transfer, "color_space": matrix, "color_range": "tv"})
row("full range stays", [*picture(0.12), "-c:v", "ffv1", "-color_range", "pc"], tags={"color_range": "pc"})

# --- Depth maps -----------------------------------------------------------------------------------------------------
GROUP = "Depth maps: what has no depth is furthest, by one rule"


def exr(path, parts, display=(64, 48), half=False):
    """An uncompressed EXR of scan lines; parts are (name, {channel: rows}, (left, top)) with rows of floats."""
    many = len(parts) > 1

    def attribute(name, kind, content):
        return name + b"\0" + kind + b"\0" + struct.pack("<I", len(content)) + content

    heads, chunks = b"", []
    for number, (name, channels, (left, top)) in enumerate(parts):
        rows = next(iter(channels.values()))
        width, height = len(rows[0]), len(rows)
        window = struct.pack("<4i", left, top, left + width - 1, top + height - 1)
        listed = b"".join(c.encode() + b"\0" + struct.pack("<IIii", 1 if half else 2, 0, 1, 1) for c in sorted(channels)) + b"\0"
        head = attribute(b"channels", b"chlist", listed) + attribute(b"compression", b"compression", b"\0")
        head += attribute(b"dataWindow", b"box2i", window)
        head += attribute(b"displayWindow", b"box2i", struct.pack("<4i", 0, 0, display[0] - 1, display[1] - 1))
        head += attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1))
        head += attribute(b"screenWindowCenter", b"v2f", bytes(8)) + attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1))
        if many:
            head += attribute(b"name", b"string", name.encode()) + attribute(b"type", b"string", b"scanlineimage")
            head += attribute(b"chunkCount", b"int", struct.pack("<i", height))
        heads += head + b"\0"
        for y in range(height):
            line = b"".join(struct.pack(f"<{width}{'e' if half else 'f'}", *channels[c][y]) for c in sorted(channels))
            chunks.append((struct.pack("<i", number) if many else b"") + struct.pack("<ii", top + y, len(line)) + line)
    out = struct.pack("<II", 20000630, 2 | (0x1000 if many else 0) | (0x400 if any(len(c) > 31 for _, cs, _ in parts for c in cs) else 0))
    out += heads + (b"\0" if many else b"")
    at, table = len(out) + 8 * len(chunks), b""
    for chunk in chunks:
        table += struct.pack("<Q", at)
        at += len(chunk)
    path.write_bytes(out + table + b"".join(chunks))


def scene(sky=8.0, width=64, height=48, sign=1.0):
    """2 metres at the left, 8 at the right, and above both what the situation is about."""
    return [[sky if y < 16 else sign * (2.0 if x < width // 2 else 8.0) for x in range(width)] for y in range(height)]


def depth_map(channel="Z", sky=8.0, more=None, half=False, sign=1.0, parts=None):
    return lambda path: exr(path, parts or [("", {channel: scene(sky, sign=sign), **(more or {})}, (0, 0))], half=half)


def flat(value):
    return [[value] * 64 for _ in range(48)]


def ramp():
    return [[float(x + y) for x in range(64)] for y in range(48)]


LEFT = {(8, 40): 255, (56, 40): 0, (8, 6): 0, (56, 6): 0}  # where the matte of what is nearer than 5 m is white
NEAR_SKY = {**LEFT, (8, 6): 255, (56, 6): 255}
COLOURS = {"R": ramp(), "G": flat(0.5), "B": flat(0.2)}


def map_row(situation, make, matte=None, kind="metres", file="in.exr", flags=(), **kwargs):
    row(situation, make, verb="matte", file=file, output="out.png", matte=LEFT if matte is None else matte,
        flags=(*(("--depth-map-type", kind) if kind else ()), "--depth-in", "5", "--no-auto-feather", *flags), **kwargs)


map_row("EXR, channel Z, metres", depth_map())
for name, sky in (("1e10, as renderers write it", 1e10), ("the far clip plane, 1000 m", 1000.0), ("infinity", float("inf")),
                  ("not a number", float("nan")), ("0, no reading", 0.0), ("-1, no reading", -1.0)):
    map_row(f"a sky of {name}, is furthest", depth_map(sky=sky))
map_row("a sky of 65504, the end of half floats, is furthest", depth_map(sky=65504.0, half=True))
map_row("outside the data window is furthest", lambda p: exr(p, [("", {"Z": scene()[16:]}, (0, 16))]))
map_row("negative distances (a camera that looks along -Z)", depth_map(sign=-1.0, sky=-8.0), says="are taken without their sign")
for channel in ("depth", "Depth", "DEPTH.Z", "depth.Z", "ViewLayer.Depth.Z", "Depth.V", "z"):
    map_row(f"EXR, channel {channel}, found by itself", depth_map(channel, more=COLOURS))
map_row("N.X, N.Y, N.Z are no depth beside Depth.V", depth_map("Depth.V", more={"N.X": flat(1), "N.Y": flat(1), "N.Z": flat(1)}))
map_row("several parts: the one named depth", depth_map(parts=[("rgba", COLOURS, (0, 0)), ("depth", {"Z": scene()}, (0, 0))]))
map_row("several parts: PART.CHANNEL by name", depth_map(parts=[("a", {"Z": flat(9)}, (0, 0)), ("b", {"Z": scene()}, (0, 0))]),
        flags=("--depth-map-channel", "b.Z"))
map_row("depth as a gray picture, R=G=B", depth_map(parts=[("", {c: scene() for c in "RGB"}, (0, 0))]))
map_row("a picture that is no depth is refused", depth_map(parts=[("", COLOURS, (0, 0))]), status=2,
        says="has no depth channel; name one of its channels with --depth-map-channel: B, G, R")


def packed(rows, kind):
    return b"".join(struct.pack(f"<{len(r)}{kind}", *r) for r in rows)


map_row("TIFF of floats", lambda p: tiff(p, packed(scene(), "f"), 64, 48, 32, 3), file="in.tif", unless="this build reads none")
map_row("TIFF of half floats", lambda p: tiff(p, packed(scene(), "e"), 64, 48, 16, 3), file="in.tif", unless="this build reads none")
map_row("PFM", lambda p: p.write_bytes(b"Pf\n64 48\n-1.0\n" + packed(scene()[::-1], "f")), file="in.pfm")
NEARNESS = [[0 if y < 16 else 200 if x < 32 else 50 for x in range(64)] for y in range(48)]
map_row("8-bit PNG, near is white", lambda p: p.write_bytes(png(64, 48, b"".join(map(bytes, NEARNESS)))), file="in.png", kind=None,
        flags=("--depth-in", "0.5", "--mode", "normalised"))
map_row("a map of another shape is refused", lambda p: p.write_bytes(png(48, 48, bytes(48 * 48))), file="in.png", kind=None, status=2,
        says="is 48x48 and the footage 64x48, another shape")
map_row("a map rounded to blocks of 14 is none", lambda p: p.write_bytes(png(56, 42, bytes([200]) * 28 * 42 + bytes(28 * 42))),
        file="in.png", kind=None, matte={}, says="depth_in is 5, and all depths here are 0 to 0.7843")

# --- Graphics and titles --------------------------------------------------------------------------------------------
GROUP = "Graphics keep their colours"

OVER = ("--mode", "normalised", "--depth-in", "1")


def with_logo(make_footage, colour):
    def make(path):
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", f"color=0x{colour}:size=64x48", "-frames:v", "1",
                        "-pix_fmt", "rgb24", str(path.with_name("logo.png"))], check=True)
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *make_footage, str(path)], check=True)
    return make


GRAY = ["-f", "lavfi", "-t", "0.12", "-i", f"color=gray:size={SIZE}:rate=25"]
BT709 = [*GRAY, *tagged("bt709", "bt709", "bt709"), "-c:v", "ffv1"]
HDR = ["-c:v", "ffv1", "-pix_fmt", "yuv420p10le"]
LOGO = ("--insert", "@/logo.png", "--fit", "stretch", "--at-depth", "1", *OVER)
TITLE_BLOCK = ("--title", "███", "--size", "0.9", "--shadow", "0", "--at-depth", "1", *OVER)
for colour in ("7E2E1E", "123456", "F0C020"):
    wanted = tuple(bytes.fromhex(colour))
    row(f"a logo of #{colour} in BT.709 footage comes out as #{colour}, within 3 codes", with_logo(BT709, colour), flags=LOGO,
        colours={(0, 32, 24): wanted}, same=False)
row("a title's colour keeps its codes too", with_logo(BT709, "000000"), flags=(*TITLE_BLOCK, "--colour", "#7E2E1E"), same=False,
    colours={(0, 32, 24): (0x7E, 0x2E, 0x1E)})
row("--scene-light takes the colour as light", with_logo(BT709, "7E2E1E"), flags=(*LOGO, "--scene-light"), same=False,
    colours={(0, 32, 24): (113, 29, 14)})
row("a white title in HLG is at 75 %, 203 cd/m2 (BT.2408)", with_logo([*GRAY, *tagged("bt2020", "arib-std-b67", "bt2020nc"), *HDR], "000000"),
    flags=TITLE_BLOCK, same=False, colour_format="gray10le", colours={(0, 32, 24): (721,)})
row("a white title in PQ is at 58 %, 203 cd/m2", with_logo([*GRAY, *tagged("bt2020", "smpte2084", "bt2020nc"), *HDR], "000000"),
    flags=TITLE_BLOCK, same=False, colour_format="gray10le", colours={(0, 32, 24): (573,)})
row("--animate-out without --end ends with the footage", with_logo([*BT709[:3], "1", *BT709[4:]], "000000"), same=False,
    flags=(*TITLE_BLOCK, "--animate-out", "fade", "--animate-time", "0.2"),
    colours={(10, 32, 24): (255, 255, 255), (24, 32, 24): (169, 169, 169)}, tolerance=12)

# --- Ends, counts and names -----------------------------------------------------------------------------------------
GROUP = "Counts, covers and names"


def live(path):
    """A recording whose header tells no length, as browsers write it."""
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(0.4), "-c:v", "libvpx", "-deadline", "realtime", "-live", "1",
                    str(path)], check=True)


def covered(path):
    still(path.with_name("cover.png"))
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *tone(), "-i", str(path.with_name("cover.png")), "-map", "0", "-map",
                    "1", "-c:a", "aac", "-c:v", "mjpeg", "-disposition:v", "attached_pic", "-frames:v", "1", str(path)], check=True)


row("a recording without a length is counted", live, file="in.webm", verb="info", prints=r"10 frames, 0\.\d+ s")
row("an animated PNG without a length is counted", [*picture(0.4), "-c:v", "apng", "-f", "apng"], file="in.apng", verb="info",
    prints="10 frames, 0.400 s")
row("a song with a cover is no movie", covered, file="in.m4a", status=1, says="has no video stream, only a cover picture")
row("an opaque GIF has no alpha to lose", [*picture(0.2)], file="in.gif", output="out.mp4", codec=None, same=False)
row("an animated GIF: the last frame's delay stays", lambda p: last_delay(p), file="in.gif", output="out.mp4", codec=None,
    same=False, tags={"duration": "0.700000"})


def last_delay(path):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *picture(0.2), "-final_delay", "54", str(path)], check=True)


def numbered(names):
    def make(path):
        for number, name in enumerate(names):
            path.with_name(name).write_bytes(png(64, 48, bytes([40 + 20 * number]) * 64 * 48))
    return make


FRAMES = {"reference": False, "same": False, "frames": 3, "times": [0, 1 / 24, 2 / 24]}
DIGITS = ["in.0008.png", "in.0009.png", "in.0010.png"]
for name in ("in.%04d.png", "in.####.png", "in.$F4.png", "in.*.png"):
    row(f"a sequence named {'by a glob' if '*' in name else name}", numbered(DIGITS), file=name, **FRAMES)
row("a sequence that begins below 0", numbered(["in.-001.png", "in.0000.png", "in.0001.png"]), file="in.%04d.png", **FRAMES,
    colours={(0, 5, 5): (40, 40, 40), (2, 5, 5): (80, 80, 80)})
row("a hyphen before the number is no sign", numbered(["in-0001.png", "in-0002.png", "in-0003.png"]), file="in-*.png", **FRAMES,
    colours={(0, 5, 5): (40, 40, 40), (2, 5, 5): (80, 80, 80)})
row("a sequence that lacks a frame is refused, with its name", numbered(["in.0001.png", "in.0002.png", "in.0004.png"]),
    file="in.####.png", status=1, says=r"lacks frame 3 \('in.0003.png'\)")
row("--no-strict holds the frame before", numbered(["in.0001.png", "in.0002.png", "in.0004.png"]), file="in.####.png",
    flags=("--no-strict",), says="lacks 1 frames; the frame before is held", **{**FRAMES, "frames": 4, "times": [n / 24 for n in range(4)]})
for name in ("out.####.png", "out.$F4.png", "out.%04d.png"):
    row(f"a sequence is written as {name}", numbered(DIGITS), file="in.####.png", output=name,
        writes=["out.0008.png", "out.0009.png", "out.0010.png"])
row("a name of 240 letters", [*picture(0.12), "-c:v", "ffv1"], file="n" * 236 + ".mkv", output="m" * 236 + ".mkv")
row("--fps on a movie is refused", [*picture(0.12), "-c:v", "ffv1"], flags=("--fps", "50"), status=2, says="leave out --fps")

# --- Fields ---------------------------------------------------------------------------------------------------------
GROUP = "Interlaced footage"

INTERLACED = "is interlaced; depth and titles take its two fields as one picture"
for order, field in (("tff", "tt"), ("bff", "bb")):
    name = {"tt": "top", "bb": "bottom"}[field]
    seen = {field, {"tt": "tb", "bb": "bt"}[field]}  # ffprobe's name for it depends on the container and the version
    row(f"{name} field first in ProRes stays so", [*picture(0.12), "-vf", f"setfield={order}", "-c:v", "prores_ks", "-flags", "+ildct",
        "-field_order", field], file="in.mov", output="out.mov", codec="prores_ks", same=False, says=INTERLACED, tags={"field_order": seen})
    row(f"{name} field first in H.264 stays so", [*picture(0.12), "-vf", f"setfield={order}", "-c:v", "libx264", "-flags", "+ildct+ilme",
        "-x264-params", f"{order}=1"], output="out.mkv", codec="libx264", same=False, says=INTERLACED,
        tags={"field_order": seen})

# --- Floats out -----------------------------------------------------------------------------------------------------
GROUP = "Float pictures out"

for ending, more in (("pfm", ()), ("tif", ("--pixel-format", "grayf32le"))):
    row(f"depth in metres as .{ending} of floats" + (" (--pixel-format grayf32le)" if more else ""), depth_map(), verb="depth",
        file="in.exr", output=f"out.{ending}", flags=("--depth-map-type", "metres", *more), same=False, reference=False,
        floats=(2.0, 8.0) if ending == "pfm" else (0.0, 1.0))
