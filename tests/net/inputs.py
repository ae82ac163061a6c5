# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The net's inputs, drawn anew for each run from whole numbers, so that every machine has the same.

One made-up scene: a figure with hair-like edges walks before a box, a sloping floor and a textured
wall. Depth is drawn smaller than the picture and soft at its edges, as networks give it. FFmpeg only
packs what is drawn here, without loss; it converts nothing."""
import array
import json
import math
import pathlib
import struct
import subprocess
import sys

FPS = 12


def noise(x, y):
    h = (x * 2654435761 ^ y * 40503 * 65537) & 0xFFFFFFFF
    h ^= h >> 13
    h = h * 2246822519 & 0xFFFFFFFF
    return h >> 24


class Scene:
    """A shot: what is at a place, in 1/65536 of the frame's height from its top left corner."""

    def __init__(self, second=False):
        self.second = second

    def cover(self, x, y, t):
        """How much of the place the figure covers, 0 to 255, with strands at its edge."""
        cx = (81000 if self.second else 36000) + t * (-1300 if self.second else 900)
        head = ((x - cx) ** 2 * 5 // 4 + (y - 23000) ** 2) >> 10
        body = 0 if y < 30000 else max(0, 16000 - abs(x - cx) - abs(52000 - y) // 8)
        if body > 800:
            return 255
        edge = 12000 ** 2 >> 10
        if head < edge * 7 // 10:
            return 255
        if head < edge:
            strand = noise((x + y // 3) // 500, 7 + (x - y) // 2100)
            return 255 if strand > 150 else strand * 255 // 200
        return body * 255 // 800

    def depth(self, x, y, t):
        """0 far to 65535 near, without the figure's strands: a network's idea of it."""
        cover = self.cover(x, y, t)
        if cover > 120:
            return 53000 + (x >> 5)
        if 70000 < x + (50000 if self.second else 0) < 90000 and 20000 < y < 58000:
            return 29000 + (y >> 4)
        if y > 49000:
            return 9000 + (y - 49000) * 2
        return 3000 + (x >> 5)

    def colour(self, x, y, t):
        grain = noise(x >> 8, (y >> 8) + 977 * t) >> 3
        if self.second:
            back = (150 + (y >> 10) - grain, 60 + grain, 40 + (x >> 10))
        elif 70000 < x < 90000 and 20000 < y < 58000:
            back = (190 - grain, 170, 30 + (y >> 9))
        elif y > 49000:
            back = (70 + ((x >> 12 ^ y >> 12) & 1) * 60, 80 + grain, 60)
        else:
            back = (20 + grain, 70 + (y >> 9), 120 + (x >> 10))
        a = self.cover(x, y, t)
        if a == 0:
            return back
        front = (225 - grain, 120 + (y >> 10), 60 + (noise(x >> 11, y >> 11) >> 3))
        return tuple((f * a + b * (255 - a)) // 255 for f, b in zip(front, back))


def places(width, height, aspect=1.0):
    step = 65536 / height
    xs = [int((x + 0.5) * step * aspect) for x in range(width)]
    ys = [int((y + 0.5) * step) for y in range(height)]
    return xs, ys


def rgb_frame(scene, width, height, t, aspect=1.0):
    xs, ys = places(width, height, aspect)
    return [[tuple(min(255, max(0, c)) for c in scene.colour(x, y, t)) for x in xs] for y in ys]


def depth_frame(scene, width, height, t, frame_width, frame_height, aspect=1.0):
    """Sampled in four places of each cell, which makes edges soft."""
    step_x, step_y = frame_width / width, frame_height / height
    unit = 65536 / frame_height
    out = array.array("H")
    for j in range(height):
        for i in range(width):
            total = 0
            for du, dv in ((0.1, 0.4), (0.6, -0.1), (1.1, 0.9), (0.4, 1.2)):
                total += scene.depth(int((i + du) * step_x * unit * aspect), int((j + dv) * step_y * unit), t)
            out.append(total // 4)
    return out


def little(values):
    """An array's bytes, little-endian."""
    if sys.byteorder == "big":
        values = array.array(values.typecode, values)
        values.byteswap()
    return values.tobytes()


def to_yuv(rgb, shift_x, shift_y, bits, full=False):
    """Planes of BT.601-like codes; the formula only has to be the same everywhere."""
    up = bits - 8
    rows_y, rows_u, rows_v = [], [], []
    for row in rgb:
        if full:
            rows_y.append([(77 * r + 150 * g + 29 * b >> 8) << up for r, g, b in row])
        else:
            rows_y.append([((66 * r + 129 * g + 25 * b + 128 >> 8) + 16 << up) + (r + b & (1 << up) - 1) for r, g, b in row])
    for row in rgb[::1 << shift_y]:
        rows_u.append([(-38 * r - 74 * g + 112 * b + 128 >> 8) + 128 << up for r, g, b in row[::1 << shift_x]])
        rows_v.append([(112 * r - 94 * g - 18 * b + 128 >> 8) + 128 << up for r, g, b in row[::1 << shift_x]])
    kind = "B" if bits == 8 else "H"
    return b"".join(little(array.array(kind, row)) for plane in (rows_y, rows_u, rows_v) for row in plane)


def exr(path, width, height, channels, window=None, display=None, attributes=()):
    """A plain scan line file without compression. channels: name -> (type 1 half or 2 float, sampling,
    function of column and row)."""
    x0, y0 = window or (0, 0)
    shown = display or (x0, y0, x0 + width - 1, y0 + height - 1)

    def attribute(name, kind, data):
        return name.encode() + b"\0" + kind.encode() + b"\0" + struct.pack("<i", len(data)) + data

    names = sorted(channels)
    listed = b"".join(n.encode() + b"\0" + struct.pack("<iB3xii", channels[n][0], 0, channels[n][1], channels[n][1])
                      for n in names) + b"\0"
    head = struct.pack("<ii", 20000630, 2) + attribute("channels", "chlist", listed)
    head += attribute("compression", "compression", b"\0")
    head += attribute("dataWindow", "box2i", struct.pack("<4i", x0, y0, x0 + width - 1, y0 + height - 1))
    head += attribute("displayWindow", "box2i", struct.pack("<4i", *shown))
    head += attribute("lineOrder", "lineOrder", b"\0") + attribute("pixelAspectRatio", "float", struct.pack("<f", 1.0))
    head += attribute("screenWindowCenter", "v2f", struct.pack("<ff", 0, 0))
    head += attribute("screenWindowWidth", "float", struct.pack("<f", 1.0))
    for name, kind, data in attributes:
        head += attribute(name, kind, data)
    head += b"\0"
    rows = []
    for y in range(y0, y0 + height):
        data = b""
        for n in names:
            kind, sampling, value = channels[n]
            if y % sampling == 0:
                xs = [x for x in range(x0, x0 + width) if x % sampling == 0]
                data += struct.pack(f"<{len(xs)}{'e' if kind == 1 else 'f'}", *(value(x - x0, y - y0) for x in xs))
        rows.append(struct.pack("<ii", y, len(data)) + data)
    offset = len(head) + 8 * height
    table = b""
    for row in rows:
        table += struct.pack("<Q", offset)
        offset += len(row)
    path.write_bytes(head + table + b"".join(rows))


def pfm(path, width, height, value):
    rows = [struct.pack(f"<{width}f", *(value(x, y) for x in range(width))) for y in range(height)]
    path.write_bytes(f"Pf\n{width} {height}\n-1.0\n".encode() + b"".join(reversed(rows)))


def pam(path, width, height, pixel):
    data = bytes(v for y in range(height) for x in range(width) for v in pixel(x, y))
    path.write_bytes(f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH 4\nMAXVAL 255\nTUPLTYPE RGB_ALPHA\nENDHDR\n".encode() + data)


def ppm(path, rgb):
    path.write_bytes(b"P6 %d %d 255\n" % (len(rgb[0]), len(rgb)) + bytes(c for row in rgb for pixel in row for c in pixel))


def network(path, arch, tensors, short_side=64):
    """A network of our own kind: tensors is a list of name, shape, values."""
    header, data = {"__metadata__": {
        "format": "zdepth-embedded", "version": "1", "name": "net", "recipe": "none", "licence": "Apache-2.0",
        "sources": "{}", "training": "none", "arch": arch, "mean": "0.4 0.5 0.6", "std": "0.5 0.25 0.3",
        "short_side": str(short_side), "multiple": "32", "parameters": "0"}}, b""
    for name, shape, values in tensors:
        packed = struct.pack(f"<{len(values)}e", *values)
        header[name] = {"dtype": "F16", "shape": shape, "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


def weights(count, seed, scale):
    return [(noise(i, seed) - 127.5) / 127.5 * scale for i in range(count)]


class Inputs:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def ffmpeg(self, *args, data=None):
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin" if data is None else "-y", "-y", *map(str, args)], check=True,
                       input=data, stdin=subprocess.DEVNULL if data is None else None)

    def pack(self, name, frames, size, pix_fmt, how="null", *more, rate=FPS):
        """Raw frames into a file, FFV1 unless more says another codec. A filter names the colours: FFmpeg 7 converts
        to those that options of the output name."""
        self.ffmpeg("-f", "rawvideo", "-pix_fmt", pix_fmt, "-s", f"{size[0]}x{size[1]}", "-r", rate, "-i", "-",
                    "-vf", how, "-c:v", "ffv1", "-fflags", "+bitexact", "-threads", "1", *more, self.folder / name,
                    data=b"".join(frames))

    def gray16(self, name, width, height, data):
        self.ffmpeg("-f", "rawvideo", "-pix_fmt", "gray16le", "-s", f"{width}x{height}", "-i", "-", "-frames:v", "1",
                    self.folder / name, data=data)

    def again(self, name, source, *more, before=()):
        self.ffmpeg(*before, "-i", self.folder / source, "-c", "copy", "-fflags", "+bitexact", *more, self.folder / name)

    def make_clips(self):
        w, h, count = 187, 133, 10
        tags = "setparams=colorspace=bt709:color_trc=bt709:color_primaries=bt709:range=tv"
        first, second = Scene(), Scene(second=True)
        rgb = [rgb_frame(first, w, h, t) for t in range(count)]
        other = [rgb_frame(second, w, h, t) for t in range(7)]
        yuv = [to_yuv(f, 1, 1, 8) for f in rgb]
        depth = [little(depth_frame(first, 94, 67, t, w, h)) for t in range(count)]
        depth2 = [little(depth_frame(second, 94, 67, t, w, h)) for t in range(7)]
        self.pack("clip.mkv", yuv, (w, h), "yuv420p", tags)
        self.pack("map.mkv", depth, (94, 67), "gray16le")
        self.pack("map_short.mkv", depth[:4], (94, 67), "gray16le")
        self.again("late.mkv", "clip.mkv", "-output_ts_offset", "7.3")
        self.again("map_late.mkv", "map.mkv", "-output_ts_offset", "7.3")
        self.pack("cuts.mkv", yuv[:5] + [to_yuv(f, 1, 1, 8) for f in other], (w, h), "yuv420p", tags)
        self.pack("map_cuts.mkv", depth[:5] + depth2, (94, 67), "gray16le")
        # Shots of two frames; what comes after the second looks like what was before the first.
        third = [[tuple(255 - c for c in pixel[::-1]) for pixel in row] for row in rgb[0]]
        letters = {"a": yuv[0], "b": to_yuv(other[0], 1, 1, 8), "c": to_yuv(third, 1, 1, 8)}
        self.pack("quick.mkv", [letters[letter] for letter in "aaaaaabbccaaaaaa"], (w, h), "yuv420p", tags)
        self.pack("untimed.m2v", yuv[:6], (w, h), "yuv420p", "null", "-c:v", "mpeg2video", "-q:v", "2", rate=25)
        self.pack("rgb.mkv", [bytes(p[c] for row in f for p in row) for f in
                              [[[(g, b, r) for r, g, b in row] for row in f] for f in rgb[:3]] for c in range(3)],
                  (w, h), "gbrp", "setparams=range=pc")
        self.pack("ten.mkv", [to_yuv(f, 1, 0, 10) for f in rgb[:3]], (w, h), "yuv422p10le", tags)
        self.pack("hlg.mkv", [to_yuv(f, 1, 1, 10) for f in rgb[:2]], (w, h), "yuv420p10le",
                  "setparams=colorspace=bt2020nc:color_trc=arib-std-b67:color_primaries=bt2020:range=tv")
        self.pack("full.mkv", [to_yuv(f, 0, 0, 8, full=True) for f in rgb[:3]], (w, h), "yuv444p",
                  "setparams=colorspace=smpte170m:range=pc", "-color_range", "pc")
        self.pack("gray.mkv", [bytes(p[1] for row in f for p in row) for f in rgb[:2]], (w, h), "gray")
        anam = [to_yuv(rgb_frame(first, 141, h, t, aspect=4 / 3), 1, 1, 8) for t in range(4)]
        self.pack("anam.mkv", anam, (141, h), "yuv420p", tags, "-aspect", f"{141 * 4}:{h * 3}")
        self.pack("vfr.mkv", yuv[:6], (w, h), "yuv420p", tags + ",setpts='N*(1+mod(N,2)*0.5)/12/TB'", "-vsync", "vfr")
        self.pack("sound.mkv", yuv[:6], (w, h), "yuv420p", tags)
        pcm = array.array("h", ((noise(i // 40, 3) - 128) * 90 for i in range(24000)))
        (self.folder / "tone.wav").write_bytes(b"RIFF" + struct.pack("<I", 36 + 2 * len(pcm)) + b"WAVEfmt " + struct.pack(
            "<IHHIIHH", 16, 1, 1, 24000, 48000, 2, 16) + b"data" + struct.pack("<I", 2 * len(pcm)) + little(pcm))
        self.ffmpeg("-i", self.folder / "sound.mkv", "-i", self.folder / "tone.wav", "-map", "0:v", "-map", "1:a", "-c",
                    "copy", "-fflags", "+bitexact", "-t", "0.5", self.folder / "heard.mkv")
        (self.folder / "plates").mkdir(exist_ok=True)
        for t in range(6):
            ppm(self.folder / "plates" / f"p.{98 + t:04d}.ppm", rgb[t])
            self.gray16(f"plates/z.{98 + t:04d}.png", 94, 67, depth[t])
        self.gray16("still_map.png", 94, 67, depth[3])

    def make_stills(self):
        scene, w, h = Scene(), 483, 271
        ppm(self.folder / "big.ppm", rgb_frame(scene, w, h, 2))
        values = depth_frame(scene, 121, 68, 2, w, h)
        self.gray16("big_map.png", 121, 68, little(values))
        pfm(self.folder / "nearness.pfm", 121, 68, lambda x, y: 0.3 + values[y * 121 + x] / 13000)
        pfm(self.folder / "distance.pfm", 121, 68, lambda x, y: 70.0 - values[y * 121 + x] / 1000)

        def metres(x, y):
            v = values[y * 121 + x]
            return math.inf if v < 3200 else math.nan if (x, y) in ((5, 60), (6, 60)) else 65536.0 / (v + 600)

        pfm(self.folder / "metres.pfm", 121, 68, metres)
        kind = (("zdepthKind", "string", b"metres"), ("zdepthUnit", "string", b"m"))
        exr(self.folder / "metres.exr", 121, 68, {"Z": (2, 1, metres), "Y": (1, 1, lambda x, y: 0.5)}, attributes=kind)
        exr(self.folder / "named.exr", 121, 68, {"a.far": (2, 1, lambda x, y: values[y * 121 + x] / 65536),
                                                 "b.near": (1, 1, lambda x, y: 1 - values[y * 121 + x] / 65536)})
        exr(self.folder / "sub.exr", 120, 68, {"Z": (2, 2, lambda x, y: values[y * 121 + x] / 65536)})
        light = [[(r / 255) ** 2 for r, g, b in row] for row in rgb_frame(scene, 97, 55, 1)]
        exr(self.folder / "plate.exr", 97, 55, {"R": (1, 1, lambda x, y: light[y][x] * 3), "G": (1, 1, lambda x, y: light[y][x]),
                                                "B": (2, 1, lambda x, y: x / 97)}, window=(-5, 3), display=(0, 0, 90, 60))

    def make_inserts(self):
        pam(self.folder / "card.pam", 61, 37, lambda x, y: (250 - 3 * x, 30 + 5 * y, (x * y) % 200, min(255, 8 * min(x, y, 60 - x, 36 - y) + 40)))
        pam(self.folder / "disc.pam", 43, 43, lambda x, y: (30, 220, 90 + 3 * x, 255 if (x - 21) ** 2 + (y - 21) ** 2 < 380 else 0))
        pam(self.folder / "rgba.pam", 187, 133, lambda x, y: (x, y, (x * 7 + y * 3) % 256, 255 - y if x > 60 else 255))
        frames = [bytes(v for y in range(30) for x in range(50) for v in
                        (60 + 20 * t, (x * 5) % 256, 40 + y * 5, 255 if (x + 4 * t) % 20 < 12 else 90)) for t in range(5)]
        self.pack("moving.mkv", frames, (50, 30), "bgra", rate=24)
        self.again("moving_late.mkv", "moving.mkv", "-output_ts_offset", "2.6")
        exr(self.folder / "bad.exr", 40, 30, {"R": (2, 1, lambda x, y: math.nan if 9 < x < 14 else 0.8),
                                              "G": (2, 1, lambda x, y: math.inf if 20 < y < 24 else 0.4),
                                              "B": (2, 1, lambda x, y: x / 40), "A": (2, 1, lambda x, y: 1.0)})
        card = self.folder / "card.svg"
        card.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="40" height="24"><rect x="4" y="4" width="32" height="16" fill="#c02040"/></svg>')

    def make_networks(self):
        def conv(name, out, inside, k, seed, scale):
            return [(name + ".weight", [out, inside, k, k], weights(out * inside * k * k, seed, scale)),
                    (name + ".bias", [out], weights(out, seed + 1, 0.2))]

        tensors = conv("a", 6, 3, 3, 1, 0.6) + conv("b", 8, 6, 3, 3, 0.4) + conv("c", 3, 8, 1, 5, 0.9)
        tail = "output nearness {0} channel=0 act=sigmoid\noutput foreground {0} channel=1 act=sigmoid\noutput sky {0} channel=2 act=sigmoid"
        start = "input x c=3\nconv a x k=3 s=2 o=6 act=relu\nconv b a k=3 s=1 o=8 act=relu6\n"
        network(self.folder / "tiny.safetensors", start + "conv c b k=1 s=1 o=3\nup2 u c\n" + tail.format("u"), tensors)
        network(self.folder / "wrong.safetensors", start + "conv c b k=1 s=1 o=3\nup2 u c\n" +
                tail.format("u").replace("channel=2", "channel=3"), tensors)
        odd = "input x c=3\nconv a x k=3 s=2 o=6 act=relu\navg2 p a\navg2 q p\navg2 r q\navg2 s r\navg2 m s\n" \
            "gap g m\nconv b a k=3 s=1 o=8 act=relu\nconv e g k=1 s=1 o=8\nadd f b e\nconv c f k=1 s=1 o=3\nup2 u c\n"
        network(self.folder / "odd.safetensors", odd + tail.format("u"), tensors + conv("e", 8, 6, 1, 9, 2.0), short_side=96)

    def make_scenes(self):
        head = "zscene 1\nframe { size 121 68 aspect %s }\ncamera cam { near 1 far 900 }\n"
        media = 'media p { front "big.ppm" }\nmedia z { front "%s" }\n'
        card = "surface s { media p size 121 68 lighting ambient %s }\n"
        light = "light key { type point position -60 40 90 intensity 90 }\n"
        tail = "output o { passes comp matte zdepth normals position }\n"

        def scene(name, *parts, aspect="1"):
            (self.folder / name).write_text(head % aspect + "".join(parts) + tail)

        scene("radial.zscene", media % "nearness.pfm", card % "",
              "zdepth zd { on s media z range absolute scale 60 geometry radial three_d yes }\n", light, aspect="1.6")
        heights = "zdepth zd { on s media z range height scale 25 direction normal three_d yes bump yes cut_mode %s }\n"
        scene("torn.zscene", media % "nearness.pfm", card % "cell_px 2", heights % "cut cut_angle 60", light)
        scene("torn_edge.zscene", media % "nearness.pfm", card % "cell_px 2", heights % "cut cut_angle 89.9 max_edge 30", light)
        scene("global.zscene", media % "nearness.pfm", card % "cell_px 3",
              "zdepth zd { on s analysis global analysis_depth 50 130 three_d yes }\n", light)
        scene("equal_keys.zscene", media % "nearness.pfm", card % "", "anim cam.position.x { 1 0 4 8 4 9 }\n")
        self.make_key_scenes()

    def make_key_scenes(self):
        """Scenes in which keys are away from their defaults: light, lens, placing of maps, meshes, keys by depth."""
        head = "zscene 1\nframe { size 96 54 aspect %s range 4 9 }\n"
        media = 'media p { front "big.ppm" }\nmedia z { front "nearness.pfm" }\nmedia far { front "distance.pfm" }\n'
        heights = "zdepth zd { on s media z range height scale 5 bump yes bump_depth 1.5 %s }\n"
        axes = "axis low { position 10 -26 18 }\naxis side { position -30 6 30 rotation 0 25 0 scale 80 110 100 shear 5 0 0 }\n"
        boxes = ("surface one { parent low size 40 20 colour 0.9 0.4 0.2 shine 30 specular 1 0.8 0.6 }\n"
                 "surface two { parent side size 24 24 colour 0.2 0.5 0.9 two_sided yes flip_normals yes transparency 30 }\n")

        def scene(name, *parts, aspect="1"):
            (self.folder / name).write_text(head % aspect + "".join(parts))

        lights = [
            "light a { type point position -50 40 60 decay quadratic reach 80 intensity 130 colour 1 0.9 0.7 shadow yes "
            "shadow_softness 2 shadow_size 64 affects s one }",
            "light b { type spot position 60 30 80 look_at side spread 30 penumbra 12 shadow yes shadow_density 60 exclude two }",
            "light c { type directional rotation -40 30 0 intensity 40 shadow yes shadow_softness 3 shadow_size 128 }",
            "light d { type area shape ellipse position 0 60 40 look_at low size 50 20 decay linear reach 40 intensity 70 }",
            "light e { type ambient intensity 30 occlusion 80 occlusion_radius 25 }"]
        scene("lights.zscene", media, "camera cam { near 1 far 900 fov 55 }\n", "surface s { media p size 121 68 cell_px 3 }\n",
              heights % "three_d yes cut_mode fill", axes, boxes, "\n".join(lights),
              "\noutput o { passes comp albedo diffuse specular shadow normals uv }\n")
        scene("lights_flat.zscene", media, "camera cam { near 1 far 200 }\n", "surface s { media p size 121 68 shine 12 }\n",
              "zdepth zd { on s media far range absolute scale 1.5 light_at depth softness 2 1 soft_mode edge_aware bump yes }\n",
              "\n".join(lights[2:]).replace("look_at low", "look_at s"),
              "\noutput o { passes comp zdepth normals diffuse shadow zdepth_hq zdepth_range normalized alpha_threshold 0.2 }\n", aspect="1.4")
        scene("lens.zscene", media, "axis rig { rotation 0 8 0 }\ncamera cam { parent rig position 4 3 auto focal 30 film_back 24 "
              "shift 0.06 -0.04 distortion 0.05 0.01 aperture 6 focus 90 near 20 far 400 }\n"
              "anim rig.rotation.y { 4 8 5 12 smooth 9 0 }\nanim cam.focal { 4 30 9 34 hold }\n",
              "surface s { media p size 121 68 lighting ambient }\n", axes, boxes, "light k { position 0 40 90 }\n",
              "anim low.position.x { 4 10 6 30 }\n",
              "output o { passes comp matte zdepth position object_id motion cryptomatte samples 6 shutter 180 }\n", aspect="0.8")
        places = ["fit fit repeat mirror", "fit crop repeat tile filter nearest", "fit none repeat none", "fit fit keep_aspect no",
                  "cropped_size 20 10 90 60"]
        cards = "".join(f"axis a{i} {{ position {-60 + 30 * i} {-12 + 6 * (i % 3)} 0 }}\nsurface s{i} {{ parent a{i} media p size 28 34 "
                        f"cell_px 2 filter {'nearest' if i % 2 else 'linear'} }}\naxis m{i} {{ parent s{i} position {i} -2 0 rotation 0 0 "
                        f"{5 * i} scale {90 - 9 * i} 80 100 }}\nzdepth z{i} {{ parent m{i} on s{i} media z range height scale 9 "
                        f"direction axis three_d yes effect {60 + 20 * i} cut_mode {('keep', 'cut', 'skirt', 'fill')[i % 4]} {how} }}\n"
                        for i, how in enumerate(places))
        scene("places.zscene", media, "camera cam { near 1 far 900 position 8 10 110 rotation -3 4 0 }\n", cards,
              "light k { position -40 60 90 }\noutput o { passes comp zdepth normals position }\n")
        (self.folder / "roof.obj").write_text(
            "o roof\nv -30 -15 0\nv 0 -15 16\nv 30 -15 0\nv 30 15 0\nv 0 15 16\nv -30 15 0\nvt 0 0\nvt 0.5 0\nvt 1 0\nvt 1 1\n"
            "vt 0.5 1\nvt 0 1\nf 1/1 2/2 5/5 6/6\nf 2/2 3/3 4/4 5/5\no lid\nv -8 18 4\nv 8 18 4\nv 0 26 9\nf 7 8 9\n")
        roofs = "".join(f"axis a{i} {{ position {-58 + 58 * (i % 3)} {20 - 40 * (i // 3)} 0 rotation {10 * i} {-6 * i} 0 }}\ngeometry g{i} {{ "
                        f"parent a{i} file \"roof.obj\" part \"roof\" unit {0.7 + 0.1 * i} subdivide {i % 3 + 1} media p }}\nzdepth z{i} {{ "
                        f"on g{i} media z range height scale 4 mapping {how} {more} }}\n"
                        for i, (how, more) in enumerate((("uv", "three_d yes"), ("camera", "bump yes"), ("plane", "three_d yes bump yes"),
                                                         ("triplanar", "bump yes"), ("triplanar", "three_d yes"), ("auto", "displace no"))))
        scene("roofs.zscene", media, "camera cam { near 1 far 900 position 0 0 120 }\n", roofs,
              "geometry lid { file \"roof.obj\" part \"lid\" two_sided yes flip_normals yes }\n",
              "light k { position -40 60 90 }\noutput o { exclude g5 passes comp zdepth normals uv object_id }\n")
        ranges = ["inverse scale 0.02", "inverse_normalized", "normalized", "nearness analysis_depth 60 140", "auto", "absolute scale 30 geometry radial"]
        walls = "".join(f"axis a{i} {{ position {-48 + 48 * (i % 3)} {18 - 36 * (i // 3)} 0 }}\nsurface s{i} {{ parent a{i} media p size 44 32 cell_px 4 "
                        f"lighting ambient }}\nzdepth z{i} {{ on s{i} media z range {how} three_d yes zpass {'no' if i == 2 else 'yes'} "
                        f"direction {('ray', 'normal')[i % 2]} }}\n" for i, how in enumerate(ranges))
        scene("ranges.zscene", media, "camera cam { near 60 far 300 position 0 0 110 }\n", walls, "output o { passes comp zdepth }\n")
        keys = ["type distance band 90 118 feather 12", "type normal direction 0.5 0.2 1 tolerance 25 feather 20", "type position centre 0 0 8 "
                "radius 30 feather 14 invert yes"]
        pictures = ["encoding unsigned hand left", "encoding signed space world", "encoding unsigned space surface"]
        cards = "".join(f"axis a{i} {{ position {-44 + 44 * i} 0 0 rotation 0 {12 * i} 0 }}\nsurface s{i} {{ parent a{i} media p size 40 50 cell_px 3 shine 9 }}\n"
                        f"zdepth z{i} {{ on s{i} media z range height scale 9 three_d yes bump yes }}\naov v{i} {{ on s{i} {how} }}\n"
                        f"axis b{i} {{ position {-44 + 44 * i} 30 0 }}\nsurface t{i} {{ parent b{i} size 40 12 }}\nnormalmap n{i} {{ on t{i} media p {pictures[i]} }}\n"
                        for i, how in enumerate(keys))
        scene("keyed.zscene", media, "camera cam { near 1 far 900 position 0 6 120 }\n", cards,
              "light k { type directional rotation -30 20 0 }\noutput o { passes comp matte normals }\n")

    def make(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        self.make_clips()
        self.make_stills()
        self.make_inserts()
        self.make_networks()
        self.make_scenes()


if __name__ == "__main__":
    Inputs(sys.argv[1]).make()
