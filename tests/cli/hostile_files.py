#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Files that lead to other files, never end, or claim what they do not hold: refused at once, with the
reason, in little memory."""
import base64
import json
import os
import pathlib
import resource
import shutil
import socket
import struct
import subprocess
import time
import zlib

from cli_harness import ENV, WORK, ZDEPTH, Skip, ffmpeg, finish, movie, ramp_map, run

CLIP = movie("clip.mkv", frames=3)
MAP = ramp_map()
MOVIE = movie("inner.ts", frames=12, extra=("-c:v", "mpeg2video"))
MEMORY = 3 << 30


def limited():
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def zdepth(*args, seconds=20):
    """Runs in little memory; what takes longer than `seconds` of processor time or hangs is a failure."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = subprocess.run([ZDEPTH, *map(str, args)], capture_output=True, text=True, timeout=120, env=ENV,
                            preexec_fn=limited, stdin=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert used < seconds, f"{used:.1f} s of processor time: {result}"
    return result


def expect(name, args, message):
    def test():
        result = zdepth(*args)
        assert result.returncode in (1, 2), result
        assert message in result.stderr, result.stderr
        assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    test.__name__ = name
    run(test)


# Lists of other files, under their own names and disguised.
LISTS = {
    "concat": f"ffconcat version 1.0\nfile inner.ts\n",
    "hls": "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:0\n#EXTINF:1.0,\ninner.ts\n"
           "#EXT-X-ENDLIST\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
            'mediaPresentationDuration="PT1S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
            '<AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1"><BaseURL>inner.ts</BaseURL>'
            '</Representation></AdaptationSet></Period></MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 5004 RTP/AVP 96\n"
           "a=rtpmap:96 H264/90000\n",
}
OWN = {"concat": "ffconcat", "hls": "m3u8", "dash": "mpd", "sdp": "sdp"}
for kind, text in LISTS.items():
    for ending in (OWN[kind], "mkv", "mp4", "ts", "png"):
        path = WORK / f"list_{kind}.{ending}"
        path.write_text(text)
        # FFmpeg goes by the ending where it knows a text by nothing but its first letters.
        message = "is not a movie or picture" if (kind, ending) == ("sdp", "png") else \
            f"is a list of other files ({kind}), which are not opened"
        for name, args in (("footage", ["info", "--media", path]),
                           ("map", ["info", CLIP, "--depth-map", path]),
                           ("insert", ["composite", CLIP, "--depth-map", MAP, "--insert", path, "-o", WORK / "o.mkv"])):
            expect(f"{kind}_as_{ending}_{name}", args, message)


def a_name_with_a_percent_is_a_name():
    """FFmpeg takes it for a pattern and would open its neighbours."""
    shutil.copy(MAP, WORK / "n01.png")
    odd = WORK / "n%02d%%x.png"
    ffmpeg("-f", "lavfi", "-i", "color=white:size=32x16", "-frames:v", 1, WORK / "white.png")
    shutil.copy(WORK / "white.png", odd)
    result = zdepth("info", "--media", "--json", odd)
    assert result.returncode != 0 or json.loads(result.stdout)["width"] == 32, result


# What never ends or never begins.
FIFO = WORK / "fifo.mkv"
os.mkfifo(FIFO)
SOCKET = WORK / "s.mkv"
socket.socket(socket.AF_UNIX).bind(str(SOCKET))
SCENE = 'zscene 1\nframe { size 64 36 frames 0 0 }\nmedia m { front "%s" }\naxis a { }\nsurface s { parent a media m }\n' \
        'output main { }\n'
for what, path in (("FIFO", FIFO), ("device", pathlib.Path("/dev/zero")), ("socket", SOCKET),
                   ("device", pathlib.Path("/dev/tty") if pathlib.Path("/dev/tty").exists() else pathlib.Path("/dev/null"))):
    label = path.name
    reason = f"is a {what}, not a regular file"
    expect(f"{label}_footage", ["info", path], reason)
    expect(f"{label}_map", ["info", CLIP, "--depth-map", path], reason)
    expect(f"{label}_insert", ["composite", CLIP, "--depth-map", MAP, "--insert", path, "-o", WORK / "o.mkv"], reason)
    expect(f"{label}_render", ["render", path], reason)
    expect(f"{label}_project", ["filter", CLIP, "--project", path], reason)
    expect(f"{label}_scene", ["scene", "check", path], reason)
    linked = WORK / f"{label}.safetensors"
    linked.unlink(missing_ok=True)
    linked.symlink_to(path)
    expect(f"{label}_weights", ["info", CLIP, "--model", linked], reason)
    expect(f"{label}_from", ["models", "install", "v2-small", "--from", path], reason)
    svg = WORK / f"{label}.svg"
    svg.unlink(missing_ok=True)
    svg.symlink_to(path)
    expect(f"{label}_svg", ["composite", CLIP, "--depth-map", MAP, "--insert", svg, "-o", WORK / "o.mkv"], reason)


# Sizes that are claimed.
def png(name, width, height):
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    path = WORK / name
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)) +
                     chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b""))
    return path


for width, height, message in ((0, 5, "is 0x5; each side must be 1 to 65536"),
                               (5, 0, "is 5x0; each side must be 1 to 65536"),
                               (16384, 16384, "is 16384x16384; FFmpeg decodes pictures of less than 268 million pixels"),
                               (100000, 10, "is 100000x10; each side must be 1 to 65536"),
                               (0xFFFFFFFF, 1, "is 4294967295x1; each side must be 1 to 65536")):
    path = png(f"p{width}x{height}.png", width, height)
    expect(f"png_{width}x{height}", ["info", "--media", path], message)
    expect(f"png_{width}x{height}_map", ["info", CLIP, "--depth-map", path], message)


def exr(name, width, height, padding, compression=3, tiled=0, table=b""):
    """An EXR header that claims a size, a table of chunks if wanted, and zeros."""
    def attribute(label, kind, data):
        return label + b"\0" + kind + b"\0" + struct.pack("<i", len(data)) + data
    window = struct.pack("<4i", 0, 0, width - 1, height - 1)
    channel = b"Z\0" + struct.pack("<iBBBBii", 2, 0, 0, 0, 0, 1, 1) + b"\0"
    head = b"\x76\x2f\x31\x01" + struct.pack("<I", 2 | (0x200 if tiled else 0))
    head += attribute(b"channels", b"chlist", channel) + attribute(b"compression", b"compression", bytes([compression]))
    head += attribute(b"dataWindow", b"box2i", window) + attribute(b"displayWindow", b"box2i", window)
    head += attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", struct.pack("<f", 1))
    head += attribute(b"screenWindowCenter", b"v2f", struct.pack("<2f", 0, 0))
    head += attribute(b"screenWindowWidth", b"float", struct.pack("<f", 1))
    if tiled:
        head += attribute(b"tiles", b"tiledesc", struct.pack("<IIB", tiled, tiled, 0))
    head += b"\0"
    path = WORK / name
    path.write_bytes(head + table + b"\0" * padding)
    return path


for size in (65536, 30000):
    for compression in range(8):
        for tiled in (0, 64, 4096):
            path = exr(f"e{size}_{compression}_{tiled}.exr", size, size, 4096, compression, tiled)
            expect(f"exr_{size}_{compression}_{tiled}", ["info", "--media", path], "is damaged")
# A table that leads into the file, for all its chunks, and nothing behind it.
WHOLE = exr("table.exr", 65536, 65536, 64, 3, 0, struct.pack("<Q", 400) * 4096)
expect("exr_with_a_table", ["info", "--media", WHOLE], "its header claims 65536x65536 pixels, and the file of")
expect("exr_map", ["info", CLIP, "--depth-map", WHOLE], "its header claims 65536x65536 pixels")


# A mesh opens its own folder and nothing else.
MESHES = WORK / "meshes"
(MESHES / "own").mkdir(parents=True)
POINTS = struct.pack("<9f", 0, 0, 0, 1, 0, 0, 0, 1, 0)
(MESHES / "outside.bin").write_bytes(POINTS)
(MESHES / "outside.mtl").write_text("newmtl m\nKd 1 0 0\n")
(MESHES / "own/inside.bin").write_bytes(POINTS)
(MESHES / "own/inside.mtl").write_text("newmtl m\nKd 1 0 0\n")
(MESHES / "own/link.bin").symlink_to("../outside.bin")
(MESHES / "own/link.mtl").symlink_to("../outside.mtl")
(MESHES / "own/folder").symlink_to("..")


def gltf(name, uri):
    path = MESHES / "own" / name
    path.write_text(json.dumps({
        "asset": {"version": "2.0"}, "scene": 0, "scenes": [{"nodes": [0]}], "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}}]}],
        "buffers": [{"uri": uri, "byteLength": 36}], "bufferViews": [{"buffer": 0, "byteLength": 36}],
        "accessors": [{"bufferView": 0, "componentType": 5126, "count": 3, "type": "VEC3", "min": [0, 0, 0],
                       "max": [1, 1, 0]}]}))
    return path


def scene_of(mesh):
    path = WORK / "mesh.zscene"
    path.write_text("zscene 1\nframe { size 64 36 }\ncamera c { near 100 far 1900 }\naxis a { scale 100 100 100 }\n"
                    f'geometry g {{ parent a file "{mesh}" }}\nlight sky {{ type ambient }}\noutput main {{ }}\n')
    return path


def render_mesh(mesh, *more):
    result = subprocess.run([ZDEPTH, "scene", "render", scene_of(mesh), "--node", "main", "-o", WORK / "mesh.png",
                             *(more or ("--quiet",))], capture_output=True, text=True, env=ENV, timeout=120)
    if "OpenGL" in result.stderr or "EGL" in result.stderr or "no verb" in result.stderr:
        raise Skip(result.stderr.strip())
    return result


def meshes_open_their_own_folder():
    for uri in ("inside.bin", "./inside.bin", "data:application/octet-stream;base64," + base64.b64encode(POINTS).decode()):
        result = render_mesh(gltf("good.gltf", uri))
        assert result.returncode == 0 and result.stderr == "", result
    linked = WORK / "linked.gltf"
    linked.symlink_to(gltf("good.gltf", "data:application/octet-stream;base64," + base64.b64encode(POINTS).decode()))
    assert render_mesh(linked).returncode == 0


def meshes_open_nothing_else():
    # assimp puts the folder before absolute names too, so that they lead nowhere.
    result = render_mesh(gltf("bad.gltf", str(MESHES / "outside.bin")))
    assert result.returncode == 1 and "could not open" in result.stderr, result
    for uri in ("../outside.bin", "link.bin", "folder/outside.bin", "../own/../outside.bin"):
        result = render_mesh(gltf("bad.gltf", uri))
        assert result.returncode == 1 and "which is not in its folder; copy it there" in result.stderr, (uri, result)
        assert uri.split("/")[-1] in result.stderr, result.stderr


def materials_from_elsewhere_are_left_out():
    for library in ("../outside.mtl", "link.mtl", "folder/outside.mtl", "inside.mtl"):
        path = MESHES / "own/mesh.obj"
        path.write_text(f"mtllib {library}\nv 0 0 0\nv 1 0 0\nv 0 1 0\nusemtl m\nf 1 2 3\n")
        result = render_mesh(path, "--verbose")
        assert result.returncode == 0, result
        assert ("is not in its folder and is left out" in result.stderr) == (library != "inside.mtl"), (library, result)


for test in (a_name_with_a_percent_is_a_name, meshes_open_their_own_folder, meshes_open_nothing_else,
             materials_from_elsewhere_are_left_out):
    run(test)
finish()
