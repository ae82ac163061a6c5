# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What the tests of inserts' tracks share: pictures written and read, and where in them the red square is."""
import struct
import subprocess
import zlib


def png(path, width, height, channels, data):
    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    rows = b"".join(b"\0" + data[i:i + width * channels] for i in range(0, len(data), width * channels))
    head = struct.pack(">IIBBBBB", width, height, 8, {3: 2, 4: 6}[channels], 0, 0, 0)
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows, 1)) + chunk(b"IEND", b""))


def pictures(path, width, height):
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True).stdout
    size = width * height * 3
    return [raw[i:i + size] for i in range(0, len(raw), size)]


def middle(picture, was, width, height):
    """The middle of what is red, and how much there is: by the pixels' change towards red."""
    sx = sy = total = 0.0
    stride = 3 * width
    for y in range(height):
        row, had = picture[y * stride:(y + 1) * stride], was[y * stride:(y + 1) * stride]
        for x in range(width) if row != had else ():
            if row[3 * x] != had[3 * x]:
                share = (row[3 * x] - had[3 * x]) / (255 - had[3 * x])
                total += share
                sx += share * (x + 0.5)
                sy += share * (y + 0.5)
    return (sx / total, sy / total, total) if total > 0 else (-1.0, -1.0, 0.0)


def apply3(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]
