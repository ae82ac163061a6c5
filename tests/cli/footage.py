#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Footage as people have it: the rows of footage_table.py, each a small file made here that goes through
zdepth. What comes out is held to plain FFmpeg's decoding of what went in.

footage.py ZDEPTH [REGEX]      runs the rows, or those whose situation matches
footage.py --markdown          prints docs/formats.md's table of situations"""
import array
import concurrent.futures
import functools
import json
import pathlib
import re
import struct
import subprocess
import sys
import tempfile
import zlib

if "--markdown" in sys.argv:
    sys.argv[1:] = ["none", "--markdown"]

import footage_rows  # noqa: F401: its rows go into the table
import footage_table
from cli_harness import WORK, Skip, finish, run, zdepth

TOOL = ["ffmpeg", "-v", "error", "-nostdin", "-y"]


def probe(path):
    out = subprocess.run(["ffprobe", "-v", "error", "-show_streams", "-show_format", "-show_chapters", "-of", "json",
                          path], capture_output=True, text=True, check=True).stdout
    return json.loads(out)


def decoded(inputs, pixel_format=None, filters=()):
    """Plain FFmpeg's decoding of files by one process, which takes a tenth of a second to start: of each file the digests of
    every kind and track, and the times of the pictures."""
    command, reads = [*TOOL], []
    for path in inputs:
        command += ["-i", path]
    with tempfile.TemporaryDirectory(dir=WORK) as folder:
        for i, chosen in enumerate(filters):
            reads.append(pathlib.Path(folder) / f"{i}.md5")
            command += ["-map", f"{i}:v:0", "-map", f"{i}:a?", "-fps_mode", "passthrough"]
            command += ["-pix_fmt:v", pixel_format] if pixel_format else []
            command += ["-vf", chosen] if chosen else []
            command += ["-f", "framemd5", reads[-1]]
        subprocess.run(command, capture_output=True, stdin=subprocess.DEVNULL)
        return [read_digests(path.read_text() if path.exists() else "") for path in reads]


def decode(path, pixel_format=None, filters=""):
    return decoded([path], pixel_format, [filters])[0]


def read_digests(text):
    base, media, digests, times = {}, {}, {}, []
    for line in text.splitlines():
        found = re.match(r"#(tb|media_type) (\d+): (.*)", line)
        if found:
            (base if found[1] == "tb" else media)[int(found[2])] = found[3]
        if line.startswith("#"):
            continue
        stream, _, pts, *_, digest = [part.strip() for part in line.split(",")]
        digests.setdefault(int(stream), []).append(digest)
        if media[int(stream)] == "video":
            number, denominator = map(int, base[int(stream)].split("/"))
            times.append(int(pts) * number / denominator)
    sound = [digests[stream] for stream in sorted(digests) if media[stream] == "audio"]
    return {"frames": digests.get(0, []), "times": [t - times[0] for t in times], "sound": sound}


@functools.cache
def encoders():
    out = subprocess.run(["ffmpeg", "-v", "error", "-encoders"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"^ [A-Z.]{6} (\S+)", out, re.M))


def flat_map(path, size):
    """A gray PNG without FFmpeg: every pixel is half way."""
    width, height = map(int, size.split("x"))
    path.write_bytes(footage_table.png(width, height, bytes([128]) * width * height))


def make(row, folder):
    path = folder / row.file
    if callable(row.make):
        row.make(path)
    else:
        subprocess.run([*TOOL, *map(str, row.make), path], check=True, stdin=subprocess.DEVNULL, cwd=folder)
    return path


def check_words(row, result):
    usual = r"wrote |\w+: \d+ of \d+|zdepth: composite: .*(is to be seen|what was put in is hidden)"
    lines = [line for line in result.stderr.splitlines() if not re.match(usual, line)]
    if row.says is None:
        assert not lines, f"says {lines}"
    else:
        assert len(lines) == 1 and re.search(row.says, lines[0]), f"says {lines}, not '{row.says}'"


def check_tags(row, told):
    video = next(s for s in told["streams"] if s["codec_type"] == "video")
    tags = {k.lower(): v for k, v in {**told["format"].get("tags", {}), **video.get("tags", {})}.items()}
    for key, value in row.tags.items():
        if key == "chapters":
            found = [(c["start_time"], c["end_time"], c.get("tags", {}).get("title")) for c in told["chapters"]]
        elif key.startswith("track "):
            stream = [s for s in told["streams"] if s["codec_type"] != "video" and s["codec_type"] != "data"][int(key[6:])]
            found = tuple(stream["disposition"].get(v, stream.get("tags", {}).get(v, stream.get(v))) for v in value[::2])
            value = value[1::2]
        else:
            found = video.get(key, tags.get(key))
        assert found in value if isinstance(value, set) else found == value, f"{key} is {found}, not {value}"


def check_matte(row, output):
    gray = subprocess.run([*TOOL, "-i", output, "-f", "rawvideo", "-pix_fmt", "gray", "-"], capture_output=True, check=True).stdout
    found = {place: gray[place[1] * 64 + place[0]] for place in row.matte}
    assert found == row.matte, f"the matte is {found}"


def check_colours(row, output):
    count = 3 if row.colour_format == "rgb24" else 1
    for (frame, x, y), wanted in row.colours.items():
        luma = ["-vf", "extractplanes=y" if count == 1 else "scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp"]
        raw = subprocess.run([*TOOL, "-i", output, *luma, "-f", "rawvideo", "-pix_fmt", row.colour_format, "-"],
                             capture_output=True, check=True).stdout
        at = (frame * 64 * 48 + y * 64 + x) * count
        found = tuple(raw[at:at + 3]) if count == 3 else (raw[2 * at] | raw[2 * at + 1] << 8,)
        assert all(abs(a - b) <= row.tolerance for a, b in zip(found, wanted)), f"{found} at {(frame, x, y)}, not {wanted}"


def check_click(row, output):
    """Where the sound is loudest, from the first picture on. Matroska's times are whole milliseconds."""
    raw = subprocess.run([*TOOL, "-copyts", "-i", output, "-vn", "-af", "aresample=async=1:first_pts=0", "-f", "s16le", "-ac",
                          "1", "-ar", "48000", "-"], capture_output=True, check=True).stdout
    samples = array.array("h", raw[:len(raw) // 2 * 2])
    loudest = max(range(len(samples)), key=lambda i: abs(samples[i]))
    video = next(s for s in probe(output)["streams"] if s["codec_type"] == "video")
    found = loudest / 48000 - float(video["start_time"])
    assert abs(found - row.click) < 0.003, f"the click is at {found:.4f} s, not {row.click}"


def check(row):
    folder = WORK / (re.sub(r"\W+", "-", row.situation)[:60] + f"-{zlib.crc32(row.situation.encode()):08x}")
    folder.mkdir()
    if row.needs and row.needs not in encoders():
        raise Skip(f"this FFmpeg has no encoder {row.needs}")
    flat_map(folder / footage_table.FLAT, row.map_size)
    source = make(row, folder)
    output = folder / row.output
    named = pathlib.Path(row.output) if row.output.startswith("-") else output
    if row.group == footage_rows.PIPES and row.checks is not None:
        row.checks(row, folder, output)
        return
    result = zdepth(*[a.replace("@", str(folder)) if isinstance(a, str) else a for a in row.command(source, named)],
                    cwd=folder)
    if row.unless and row.unless in result.stderr:
        raise Skip(row.unless)
    assert result.returncode == row.status, f"exit status {result.returncode}: {result.stderr}"
    check_words(row, result)
    if row.status != 0:
        assert not output.exists(), "left an output behind"
        return
    if row.prints is not None:
        assert re.search(row.prints, result.stdout), result.stdout
        return
    if row.checks is not None:
        row.checks(row, folder, output)
        return
    if row.matte is not None:
        check_matte(row, output)
        return
    if row.writes is not None:
        found = sorted(p.name for p in folder.iterdir() if p.name.startswith("out"))
        assert found == row.writes, found
        return
    if row.floats:
        data = output.read_bytes()
        at = 14 if data[:3] == b"Pf\n" else 8
        values = struct.unpack_from(f"<{64 * 48}f", data, at)
        assert abs(min(values) - row.floats[0]) < 0.01 and abs(max(values) - row.floats[1]) < 0.01, (min(values), max(values))
        return
    if row.colours:
        check_colours(row, output)
    if row.reference:
        wanted, found = decoded([source, output], row.pixels, [row.filters, row.extract])
    else:
        wanted, found = {"times": [0]}, decode(output, row.pixels, row.extract)
    if row.frames is not None:
        assert len(found["frames"]) == row.frames, f"{len(found['frames'])} frames, not {row.frames}"
    if row.same and row.reference:
        assert found["frames"] == wanted["frames"], f"other codes in {sum(map(str.__ne__, found['frames'], wanted['frames']))} frames of {len(wanted['frames'])}"
    times = row.times or wanted["times"]
    assert len(times) == len(found["times"]), f"{len(found['times'])} times, not {len(times)}"
    worst = max((abs(a - b) for a, b in zip(times, found["times"])), default=0)
    assert worst <= row.within, f"times differ by {worst} s"
    if row.sound == "same" and row.reference:
        assert found["sound"] == wanted["sound"], "other sound"
    elif row.sound not in ("same", None):
        assert len(found["sound"]) == row.sound, f"{len(found['sound'])} tracks, not {row.sound}"
    if row.tags:
        check_tags(row, probe(output))
    if row.click is not None:
        check_click(row, output)


def results_are_the_same_for_any_number_of_threads():
    """Some encoders make other bits with another number of threads."""
    source, flat = WORK / "threads.mkv", WORK / "threads.png"
    subprocess.run([*TOOL, *footage_table.picture(0.4, size="320x192"), "-c:v", "ffv1", source], check=True)
    flat_map(flat, "320x192")
    for codec in ("libx264", "libx265", "libvpx-vp9", "mpeg4", "prores_ks"):
        found = set()
        for threads in (1, 3):
            output = WORK / f"threads-{codec}-{threads}.mov" if codec == "prores_ks" else WORK / f"threads-{codec}-{threads}.mkv"
            result = zdepth("composite", source, "--depth-map", flat, "--title", "X", "--codec", codec, "--threads", threads, "-o",
                            output)
            assert result.returncode == 0, result.stderr
            found.add(tuple(decode(output)["frames"]))
        assert len(found) == 1, f"{codec} depends on the number of threads"


def the_manual_lists_the_rows():
    text = (pathlib.Path(__file__).resolve().parents[2] / "docs/formats.md").read_text()
    listed = text.split("<!-- footage -->\n")[1].split("\n<!-- footage ends -->")[0]
    assert listed == footage_table.markdown(), "run tools/formats.py"


def main():
    if sys.argv[-1] == "--markdown":
        print(footage_table.markdown())
        return
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    if not only:
        run(the_manual_lists_the_rows)
        run(results_are_the_same_for_any_number_of_threads)
    rows = [row for row in footage_table.ROWS if re.search(only, row.situation)]
    assert len({row.situation for row in rows}) == len(rows), "two rows have one situation"
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        waiting = [(row, pool.submit(check, row)) for row in rows]
        for row, done in waiting:
            test = lambda done=done: done.result()
            test.__name__ = row.situation
            run(test)
    finish()


main()
