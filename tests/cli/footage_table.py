# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The table of footage.py: situations, how a file for each is made, and what is right."""
import dataclasses
import struct
import subprocess
import typing

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
    tags: dict = dataclasses.field(default_factory=dict)
    group: str = ""

    def command(self, source, output):
        if self.verb == "info":
            return ["info", "--media", source, *self.flags]
        work = ["--title", "X", "--opacity", "0"] if self.verb == "composite" else []
        codec = ["--codec", self.codec] if self.codec and output.suffix in (".mkv", ".mov", ".mp4") else []
        return [self.verb, source, "--depth-map", FLAT, *work, *codec, *self.flags, "-o", output]


FLAT = "map.png"  # a depth map beside each file; made by footage.py


def row(situation, make, **kwargs):
    ROWS.append(Row(situation, make, group=GROUP, **kwargs))


def picture(seconds=0.2, rate=25, size=SIZE, source="testsrc2"):
    return ["-f", "lavfi", "-t", str(seconds), "-i", f"{source}=size={size}:rate={rate}"]


def tone(seconds=0.5, frequency=440):
    return ["-f", "lavfi", "-t", str(seconds), "-i", f"sine=frequency={frequency}:sample_rate=48000"]


def markdown():
    lines, group = [], None
    for r in ROWS:
        if r.group != group:
            group = r.group
            lines += ["", f"**{group}**", ""]
        lines.append(f"- {r.situation}")
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
