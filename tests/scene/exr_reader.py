# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Reads what `zdepth scene render` writes, and the first part of what `zdepth depth` does: scan lines, ZIP, 16
rows a chunk. No library."""
import struct
import zlib


def attributes(data, at=8):
    """A header: name to (type, bytes), and where it ends."""
    found = {}
    while data[at]:
        name, kind = data[at:].split(b"\0", 2)[:2]
        at += len(name) + len(kind) + 2
        size, = struct.unpack_from("<i", data, at)
        found[name.decode()] = (kind.decode(), data[at + 4:at + 4 + size])
        at += 4 + size
    return found, at + 1


def unpacked(raw, size):
    """ZIP's bytes: deflated, differences of neighbours, even ones first."""
    if len(raw) == size:
        return raw
    packed = bytearray(zlib.decompress(raw))
    for i in range(1, len(packed)):
        packed[i] = (packed[i - 1] + packed[i] - 128) & 255
    half = (len(packed) + 1) // 2
    out = bytearray(len(packed))
    out[0::2], out[1::2] = packed[:half], packed[half:]
    return out


def channel(path, wanted):
    """A float channel as a list of rows."""
    data = path.read_bytes()
    head, at = attributes(data)
    parted = data[5] & 16 != 0  # chunks begin with their part, and the last header is empty
    while parted and data[at]:
        at = attributes(data, at)[1]
    at, before = (at + 1, 4) if parted else (at, 0)
    left, top, right, bottom = struct.unpack("<4i", head["dataWindow"][1])
    width, height = right - left + 1, bottom - top + 1
    names, channels = head["channels"][1], []
    while names[0]:
        key, names = names.split(b"\0", 1)
        channels.append((key.decode(), 4 if struct.unpack_from("<i", names)[0] == 2 else 2))
        names = names[16:]
    line, rows = sum(size for _, size in channels) * width, []
    for offset in struct.unpack_from(f"<{(height + 15) // 16}Q", data, at):
        offset += before
        y, size = struct.unpack_from("<ii", data, offset)
        count = min(16, height - (y - top))
        raw = unpacked(data[offset + 8:offset + 8 + size], count * line)
        for row in range(count):
            begin = row * line
            for key, size in channels:
                if key == wanted:
                    rows.append(struct.unpack_from(f"<{width}f", raw, begin))
                begin += size * width
    return rows
