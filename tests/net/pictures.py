# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What a job left behind, as digests of decoded pixels and facts, never of a container's bytes."""
import hashlib
import json
import re
import struct
import subprocess
import zlib

FACTS = ("codec_name,width,height,pix_fmt,sample_aspect_ratio,color_range,color_space,color_transfer,"
         "color_primaries,r_frame_rate,channels,sample_rate")
EXACT = ("ffv1", "png", "tiff", "ppm", "pgm", "pam", "gif", "dpx", "rawvideo", "qtrle", "huffyuv", "utvideo")


def digest(*parts):
    h = hashlib.sha256()
    for part in parts:
        h.update(part if isinstance(part, bytes) else str(part).encode())
        h.update(b"\0")
    return h.hexdigest()[:10]


def text_until(data, at):
    end = data.index(b"\0", at)
    return data[at:end].decode("latin-1"), end + 1


def exr_part(data, at):
    """One header: its attributes by name."""
    found = {}
    while data[at] != 0:
        name, at = text_until(data, at)
        kind, at = text_until(data, at)
        size = struct.unpack_from("<i", data, at)[0]
        found[name] = (kind, data[at + 4:at + 4 + size])
        at += 4 + size
    return found, at + 1


def unzipped(data, size):
    """The ZIP and ZIPS codecs' bytes: deltas, then halves put together again."""
    if len(data) == size:
        return data
    raw = bytearray(zlib.decompress(data))
    for i in range(1, len(raw)):
        raw[i] = raw[i - 1] + raw[i] - 128 & 255
    half = (len(raw) + 1) // 2
    out = bytearray(len(raw))
    out[0::2], out[1::2] = raw[:half], raw[half:]
    return bytes(out)


def exr_digest(path):
    """A scan line file's attributes and pixels, whatever the compressor's version."""
    data = path.read_bytes()
    found, at = exr_part(data, 8)
    if struct.unpack_from("<i", data, 4)[0] & 0x1000:
        return exr_parts_digest(data)
    compression = found["compression"][1][0]
    rows = {0: 1, 2: 1, 3: 16}.get(compression)
    if rows is None or struct.unpack_from("<i", data, 4)[0] & 0x1A00:
        raise ValueError(f"{path}: only single scan line parts, plain or ZIP, are read here")
    x0, y0, x1, y1 = struct.unpack("<4i", found["dataWindow"][1])
    channels, names, where = found["channels"][1], [], 0
    while channels[where] != 0:
        name, where = text_until(channels, where)
        names.append((2 if struct.unpack_from("<i", channels, where)[0] == 1 else 4))
        where += 16
    line = sum(names) * (x1 - x0 + 1)
    pixels = hashlib.sha256()
    for block in range((y1 - y0 + rows) // rows):
        offset = struct.unpack_from("<Q", data, at + 8 * block)[0]
        y, size = struct.unpack_from("<ii", data, offset)
        pixels.update(unzipped(data[offset + 8:offset + 8 + size], line * min(rows, y1 - y + 1)))
    facts = [(name, kind, value) for name, (kind, value) in sorted(found.items()) if name != "zdepthSource"]
    return digest(repr(facts), pixels.hexdigest())


def exr_parts_digest(data):
    """The same of a file of several parts; each block begins with its part's number."""
    parts, at = [], 8
    while data[at] != 0:
        found, at = exr_part(data, at)
        parts.append(found)
    at += 1
    pixels, facts = hashlib.sha256(), []
    for part in parts:
        x0, y0, x1, y1 = struct.unpack("<4i", part["dataWindow"][1])
        channels, line, where = part["channels"][1], 0, 0
        while channels[where] != 0:
            _, where = text_until(channels, where)
            line += (2 if struct.unpack_from("<i", channels, where)[0] == 1 else 4) * (x1 - x0 + 1)
            where += 16
        count = struct.unpack("<i", part["chunkCount"][1])[0]
        for block in range(count):
            offset = struct.unpack_from("<Q", data, at + 8 * block)[0]
            _, y, size = struct.unpack_from("<iii", data, offset)
            pixels.update(unzipped(data[offset + 12:offset + 12 + size], line * min(16, y1 - y + 1)))
        at += 8 * count
        facts.append([(name, kind, value) for name, (kind, value) in sorted(part.items()) if name != "zdepthSource"])
    return digest(repr(facts), pixels.hexdigest())


def run(*command):
    return subprocess.run([str(c) for c in command], capture_output=True, stdin=subprocess.DEVNULL, check=True).stdout


def media_digest(path):
    """The streams' facts and, where the codec loses nothing, every frame's time and pixels."""
    told = json.loads(run("ffprobe", "-v", "error", "-show_entries", "stream=" + FACTS, "-of", "json", path))
    for stream in told["streams"]:
        # What FFmpeg 7 tells otherwise: colours of PNG, which 5 knew only as sRGB; ProRes is never of full range.
        if stream["codec_name"] == "png":
            for name in ("color_space", "color_transfer", "color_primaries"):
                if stream.get(name) in ("gbr", "bt709"):
                    del stream[name]
        elif stream["codec_name"] == "prores":
            stream["color_range"] = "tv"
    facts = json.dumps(told["streams"], sort_keys=True)
    maps, kinds = [], set()
    for index, stream in enumerate(told["streams"]):
        if stream["codec_name"] in EXACT or stream["codec_name"].startswith("pcm"):
            maps += ["-map", f"0:{index}"]
        kinds.add(stream["codec_name"])
    if not maps:
        packets = run("ffprobe", "-v", "error", "-select_streams", "v", "-count_packets", "-show_entries",
                      "stream=nb_read_packets", "-of", "csv=p=0", path)
        return digest(facts, packets)
    frames = run("ffmpeg", "-v", "error", "-threads", "1", "-i", path, *maps, "-fflags", "+bitexact", "-vsync", "passthrough",
                 "-f", "framemd5", "-").decode()
    frames = [line for line in frames.splitlines() if not re.match(r"#(software|format|version)", line)]
    return digest(facts, "\n".join(frames))


def round_numbers(value):
    """Numbers told by an analysis, to six digits."""
    if isinstance(value, float):
        return float(f"{value:.6g}")
    if isinstance(value, dict):
        return {k: round_numbers(v) for k, v in value.items()}
    return [round_numbers(v) for v in value] if isinstance(value, list) else value


def text_digest(text):
    lines = []
    for line in text.splitlines():
        if line.startswith("{"):
            told = json.loads(line)
            if "stage" in told:
                continue
            line = json.dumps(round_numbers(told))
        lines.append(line)
    return digest("\n".join(lines))


def digest_of(path, hide):
    """hide turns the working folders' names into words."""
    ending = path.suffix.lower()
    if ending == ".exr":
        return exr_digest(path)
    if ending in (".zdp", ".txt", ".svg", ".zscene", ".json"):
        return text_digest(hide(path.read_text()))
    if ending == ".raw":
        return digest(path.read_bytes())
    return media_digest(path)
