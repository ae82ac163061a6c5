# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Small made-up scenes with exact depth: rooms, corridors, tables, still lifes, streets.

A ray caster in numpy: boxes, ellipsoids, cylinders and upright cut-outs, textured with crops of
photos and patterns, lit by one light with shadows. It is the cheap companion of the C renderer
and makes the layouts measured depth is short of: side walls, ceilings, tilted cameras, table tops.

Camera: x right, y down, z forward; world: y up, metres. Depth is along the optical axis.
"""

import argparse
import pathlib

import cv2
import numpy as np

import data

TEXTURE = 128
FAR = 1e6


def plain_colour(rng):
    """Mostly the pale and brown colours of interiors, at times a strong one."""
    hue = rng.uniform(0, 1)
    saturation = rng.uniform(0.3, 1.0) if rng.random() < 0.2 else rng.beta(1.2, 5)
    if rng.random() < 0.35:
        hue, saturation = rng.normal(0.08, 0.03), rng.uniform(0.1, 0.6)
    value = 255 * (rng.uniform(0.1, 0.95) if rng.random() < 0.6 else rng.uniform(0.65, 0.98))
    wheel = np.clip(np.abs((hue * 6 + np.array([0, 4, 2])) % 6 - 3) - 1, 0, 1)
    return value * (1 - saturation + saturation * wheel)


def pattern(rng):
    """One procedural texture, uint8 [TEXTURE][TEXTURE][3]."""
    n = TEXTURE
    y, x = np.mgrid[0:n, 0:n] / n
    colours = np.stack([plain_colour(rng) for _ in range(3)])
    if rng.random() < 0.6:
        colours = colours[:1] + rng.normal(0, 18, (3, 3))
    kind = rng.integers(7)
    if kind == 0:
        mask = np.zeros((n, n))
    elif kind == 1:
        k = rng.integers(2, 9)
        mask = ((x * k).astype(int) + (y * k).astype(int)) % 2
    elif kind == 2:
        mask = (x * rng.integers(2, 14)) % 1 < rng.uniform(0.2, 0.8)
    elif kind == 3:
        rows = rng.integers(4, 10)
        offset = ((y * rows).astype(int) % 2) * 0.5
        mask = ((y * rows) % 1 < 0.12) | (((x * rows / 2 + offset) % 1) < 0.06)
    elif kind == 4:
        grain = cv2.resize(rng.random((n, 4)).astype(np.float32), (n, n), interpolation=cv2.INTER_CUBIC)
        mask = np.clip(grain, 0, 1)
    elif kind == 5:
        low = rng.random((int(rng.integers(3, 16)),) * 2).astype(np.float32)
        mask = np.clip(cv2.resize(low, (n, n), interpolation=cv2.INTER_CUBIC), 0, 1)
    else:
        mask = (np.hypot((x * 5) % 1 - 0.5, (y * 5) % 1 - 0.5) < rng.uniform(0.15, 0.45)).astype(float)
    mask = np.asarray(mask, np.float32)[..., None]
    image = colours[0] * (1 - mask) + colours[1] * mask + rng.normal(0, rng.uniform(0, 10), (n, n, 1))
    return np.clip(image, 0, 255).astype(np.uint8)


def mip_stack(texture):
    """The texture and its blurred reductions, all blown up to full size: [5][T][T][3]."""
    levels = [texture]
    small = texture
    for _ in range(4):
        small = cv2.resize(small, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        levels.append(cv2.resize(small, (TEXTURE, TEXTURE), interpolation=cv2.INTER_LINEAR))
    return np.stack(levels)


class Library:
    """Textures and cut-outs shared by all scenes."""

    def __init__(self, rng, photos, cuts):
        self.stacks = [mip_stack(pattern(rng)) for _ in range(120)]
        self.pictures = []
        for rgb in photos:
            for _ in range(2):
                h, w = rgb.shape[:2]
                s = int(rng.uniform(0.25, 0.9) * min(h, w))
                y, x = rng.integers(0, h - s), rng.integers(0, w - s)
                crop = cv2.resize(rgb[y : y + s, x : x + s], (TEXTURE, TEXTURE), interpolation=cv2.INTER_AREA)
                self.pictures.append(mip_stack(crop))
        self.cuts = cuts

    def any(self, rng, photo_share=0.35):
        pool = self.pictures if self.pictures and rng.random() < photo_share else self.stacks
        return pool[rng.integers(len(pool))]


class Scene:
    """Collects primitives, then casts one ray per pixel."""

    def __init__(self, rng, library, width, height):
        self.rng, self.library = rng, library
        self.w, self.h = width, height
        self.room = None
        self.ground = None
        self.items = []

    def camera(self, position, yaw, pitch, roll, fov):
        f = 0.5 * max(self.w, self.h) / np.tan(fov / 2)
        y, x = np.mgrid[0 : self.h, 0 : self.w].astype(np.float32)
        d = np.stack([(x - self.w / 2 + 0.5) / f, -(y - self.h / 2 + 0.5) / f, np.ones_like(x)], -1)
        cr, sr, cp, sp, cy, sy = (g(a) for a in (roll, pitch, yaw) for g in (np.cos, np.sin))
        r_roll = np.array([[cr, -sr, 0], [sr, cr, 0], [0, 0, 1]])
        r_pitch = np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
        r_yaw = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]])
        self.rotation = (r_yaw @ r_pitch @ r_roll).astype(np.float32)
        self.rays = d @ self.rotation.T
        self.position = np.asarray(position, np.float32)
        self.focal = f
        self.yaw = yaw

    def surface(self, photo_share=0.35, size=None):
        rng = self.rng
        tint = np.clip(rng.normal(1, 0.12, 3), 0.6, 1.4)
        return {"stack": self.library.any(rng, photo_share), "size": size or rng.uniform(0.3, 2.5), "tint": tint}

    def add(self, kind, centre, half, yaw=0.0, photo_share=0.35, size=None, cut=None):
        self.items.append({
            "kind": kind, "c": np.asarray(centre, np.float32), "h": np.asarray(half, np.float32), "yaw": yaw,
            "surface": self.surface(photo_share, size), "cut": cut,
        })

    def window(self, item):
        """The pixel rectangle an item can cover, or None when it is out of view."""
        r = float(np.linalg.norm(item["h"])) * 1.02
        c = self.rotation.T @ (item["c"] - self.position)
        if c[2] < -r:
            return None
        if c[2] < r * 1.2:
            return 0, self.h, 0, self.w
        z = c[2] - r
        px, py = self.w / 2 + self.focal * c[0] / c[2], self.h / 2 - self.focal * c[1] / c[2]
        e = self.focal * r / z * 1.5 + 2
        x0, x1 = int(max(0, px - e)), int(min(self.w, px + e))
        y0, y1 = int(max(0, py - e)), int(min(self.h, py + e))
        return (y0, y1, x0, x1) if x1 > x0 and y1 > y0 else None

    def hit(self, item, origin, rays):
        """Distance along each ray, world normal and texture coordinates of the first hit."""
        cy, sy = np.cos(item["yaw"]), np.sin(item["yaw"])
        turn = np.array([[cy, 0, -sy], [0, 1, 0], [sy, 0, cy]], np.float32)
        o, d = (origin - item["c"]) @ turn.T, rays @ turn.T
        d = np.where(np.abs(d) < 1e-7, 1e-7, d)
        t, n, u, v = {"box": hit_box, "ball": hit_ball, "tube": hit_tube, "cut": hit_card}[item["kind"]](o, d, item["h"])
        return t, n @ turn, u, v

    def shade_uv(self, surface, u, v, t):
        per_pixel = t / self.focal / surface["size"] * TEXTURE
        level = np.clip(np.log2(np.maximum(per_pixel, 1e-3)), 0, 4).astype(np.intp)
        iu = (np.abs(u) / surface["size"] * TEXTURE).astype(np.int64) % TEXTURE
        iv = (np.abs(v) / surface["size"] * TEXTURE).astype(np.int64) % TEXTURE
        return surface["stack"][level, iv, iu] * surface["tint"]

    def cast(self):
        h, w = self.h, self.w
        depth = np.full((h, w), FAR, np.float32)
        normal = np.zeros((h, w, 3), np.float32)
        colour = np.zeros((h, w, 3), np.float32)
        labels = np.zeros((h, w), np.uint8)
        if self.room is not None:
            self.cast_room(depth, normal, colour)
        if self.ground is not None:
            self.cast_ground(depth, normal, colour, labels)
        for item in self.items:
            box = self.window(item)
            if box is None:
                continue
            win = np.s_[box[0] : box[1], box[2] : box[3]]
            t, n, u, v = self.hit(item, self.position, self.rays[win])
            near = (t > 0.05) & (t < depth[win])
            if item["kind"] == "cut":
                cut = item["cut"]
                iu = np.clip(((u / item["h"][0] + 1) / 2 * cut.shape[1]), 0, cut.shape[1] - 1).astype(int)
                iv = np.clip(((1 - v / item["h"][1]) / 2 * cut.shape[0]), 0, cut.shape[0] - 1).astype(int)
                texel = cut[iv, iu]
                near &= texel[..., 3] > 127
                pixel = texel[..., :3]
            else:
                pixel = self.shade_uv(item["surface"], u, v, np.where(near, t, 1))
            depth[win][near] = t[near]
            normal[win][near] = n[near]
            colour[win][near] = pixel[near]
            labels[win][near] = data.FG if item["kind"] == "cut" else 0
        return self.finish(depth, normal, colour, labels)

    def cast_room(self, depth, normal, colour):
        lo, hi = self.room["lo"], self.room["hi"]
        d = np.where(np.abs(self.rays) < 1e-7, 1e-7, self.rays)
        far = np.maximum((lo - self.position) / d, (hi - self.position) / d)
        axis = far.argmin(-1)
        t = np.take_along_axis(far, axis[..., None], -1)[..., 0]
        p = self.position + d * t[..., None]
        side = (np.take_along_axis(d, axis[..., None], -1)[..., 0] > 0).astype(int)
        for a in range(3):
            for s in range(2):
                m = (axis == a) & (side == s)
                if not m.any():
                    continue
                u, v = (p[m][:, 2], p[m][:, 1]) if a == 0 else (p[m][:, 0], p[m][:, 2] if a == 1 else p[m][:, 1])
                face = self.room["faces"][a * 2 + s]
                rgb = self.shade_uv(face["surface"], u - lo.min(), v - lo.min(), t[m])
                for (u0, u1, v0, v1), surface in face["decals"]:
                    inside = (u > u0) & (u < u1) & (v > v0) & (v < v1)
                    rgb[inside] = self.shade_uv(surface, u[inside] - u0, v[inside] - v0, t[m][inside])
                colour[m] = rgb
                normal[m] = np.eye(3)[a] * (1 - 2 * s)
        depth[:] = t

    def cast_ground(self, depth, normal, colour, labels):
        down = self.rays[..., 1] < -1e-4
        t = np.where(down, (self.ground["y"] - self.position[1]) / np.where(down, self.rays[..., 1], -1), FAR)
        t = np.where(t > 400, FAR, t)
        m = t < depth
        p = self.position + self.rays[m] * t[m][:, None]
        colour[m] = self.shade_uv(self.ground["surface"], p[:, 0], p[:, 2], t[m])
        depth[m] = t[m]
        normal[m] = (0, 1, 0)
        sky = depth >= FAR
        picture = self.ground["sky"]
        rows = np.clip(np.linspace(0, picture.shape[0] - 1, self.h), 0, picture.shape[0] - 1).astype(int)
        colour[sky] = cv2.resize(picture[rows], (self.w, self.h))[sky]
        labels[sky] = data.SKY

    def finish(self, depth, normal, colour, labels):
        rng = self.rng
        solid = depth < FAR
        p = self.position + self.rays * np.where(solid, depth, 1)[..., None]
        if self.room is not None:
            light = rng.uniform(self.room["lo"] + 0.2, self.room["hi"] - 0.1)
            light[1] = rng.uniform(0.6, 0.98) * self.room["hi"][1]
            to_light = light - p
            distance = np.linalg.norm(to_light, axis=-1)
            direction = to_light / np.maximum(distance, 0.1)[..., None]
            fall = 1 / (1 + (distance / rng.uniform(2, 8)) ** 2)
        else:
            sun = rng.normal(0, 1, 3)
            sun[1] = abs(sun[1]) + 0.4
            direction = np.broadcast_to(sun / np.linalg.norm(sun), p.shape).astype(np.float32)
            distance, fall = np.full(depth.shape, FAR), 1.0
        lambert = np.abs((normal * direction).sum(-1)) if rng.random() < 0.1 else np.clip((normal * direction).sum(-1), 0, 1)
        shadow = self.shadow(p, normal, direction, distance)
        ambient = rng.uniform(0.25, 0.7)
        tone = rng.uniform(0.9, 1.1, 3)
        level = ambient + (1.3 - ambient) * lambert * fall * shadow * rng.uniform(0.8, 1.3)
        card = (labels & data.FG) > 0
        level = np.where(card, ambient + 0.5 * rng.uniform(0.5, 1.2), level)
        sky = (labels & data.SKY) > 0
        lit = colour * np.where(sky, 1.0, level)[..., None] * tone
        mean = lit[~sky].mean() if (~sky).any() else 100
        if mean < 70:
            lit = lit * (rng.uniform(70, 120) / max(mean, 5))
        if self.ground is not None and rng.random() < 0.5:
            haze = 1 - np.exp(-np.where(solid, depth, 0) / rng.uniform(40, 300))
            lit = lit * (1 - haze[..., None]) + haze[..., None] * rng.uniform(140, 230)
        rgb = np.clip(lit, 0, 255).astype(np.uint8)
        return rgb, depth, labels

    def shadow(self, p, normal, direction, distance):
        """Share of the light that arrives, at half resolution and slightly soft."""
        half = np.s_[::2, ::2]
        origin = (p + normal * 0.01)[half].astype(np.float32)
        rays = direction[half].astype(np.float32)
        lit = np.ones(origin.shape[:2], np.float32)
        for item in self.items[:14]:
            if item["kind"] != "cut":
                t = self.hit(item, origin, rays)[0]
                lit[(t > 0.02) & (t < distance[half])] = self.rng.uniform(0.1, 0.5)
        return cv2.resize(lit, (self.w, self.h), interpolation=cv2.INTER_LINEAR)


def hit_box(o, d, half):
    a, b = (-half - o) / d, (half - o) / d
    near, far = np.minimum(a, b), np.maximum(a, b)
    axis = near.argmax(-1)
    t0, t1 = near.max(-1), far.min(-1)
    t = np.where((t0 < t1) & (t0 > 0), t0, FAR).astype(np.float32)
    p = o + d * np.where(t < FAR, t, 0)[..., None]
    n = np.eye(3, dtype=np.float32)[axis] * -np.sign(np.take_along_axis(d, axis[..., None], -1))
    u = np.where(axis == 0, p[..., 2], p[..., 0])
    v = np.where(axis == 1, p[..., 2], p[..., 1])
    return t, n, u + half.max(), v + half.max()


def hit_ball(o, d, half):
    os, ds = o / half, d / half
    a, b, c = (ds * ds).sum(-1), (os * ds).sum(-1), (os * os).sum(-1) - 1
    disc = b * b - a * c
    t = np.where(disc > 0, (-b - np.sqrt(np.maximum(disc, 0))) / a, FAR)
    t = np.where(t > 0, t, FAR).astype(np.float32)
    p = os + ds * np.where(t < FAR, t, 0)[..., None]
    n = p / half
    n = n / np.maximum(np.linalg.norm(n, axis=-1, keepdims=True), 1e-6)
    return t, n, np.arctan2(p[..., 0], p[..., 2]) * half[0] + 4 * half[0], p[..., 1] * half[1] + half[1]


def hit_tube(o, d, half):
    r, h = half[0], half[1]
    a = d[..., 0] ** 2 + d[..., 2] ** 2
    b = o[..., 0] * d[..., 0] + o[..., 2] * d[..., 2]
    c = o[..., 0] ** 2 + o[..., 2] ** 2 - r * r
    disc = b * b - a * c
    side = np.where(disc > 0, (-b - np.sqrt(np.maximum(disc, 0))) / a, FAR)
    y = o[..., 1] + d[..., 1] * np.where(side < FAR, side, 0)
    side = np.where((side > 0) & (np.abs(y) < h), side, FAR)
    cap = (np.sign(o[..., 1]) * h - o[..., 1]) / d[..., 1]
    q = o + d * np.clip(cap, 0, 1e4)[..., None]
    cap = np.where((cap > 0) & (q[..., 0] ** 2 + q[..., 2] ** 2 < r * r) & (np.abs(o[..., 1]) > h), cap, FAR)
    t = np.minimum(side, cap).astype(np.float32)
    p = o + d * np.where(t < FAR, t, 0)[..., None]
    flat = (cap < side)[..., None]
    n = np.where(flat, np.stack([p[..., 0] * 0, np.sign(o[..., 1]) + p[..., 0] * 0, p[..., 0] * 0], -1),
                 np.stack([p[..., 0] / r, p[..., 0] * 0, p[..., 2] / r], -1))
    return t, n.astype(np.float32), np.arctan2(p[..., 0], p[..., 2]) * r + 4 * r, p[..., 1] + h


def hit_card(o, d, half):
    t = -o[..., 2] / d[..., 2]
    p = o + d * t[..., None]
    inside = (t > 0) & (np.abs(p[..., 0]) < half[0]) & (np.abs(p[..., 1]) < half[1])
    n = np.zeros_like(p)
    n[..., 2] = -1
    return np.where(inside, t, FAR).astype(np.float32), n, p[..., 0], p[..., 1]


# ------------------------------------------------------------------------------------- the worlds


def make_room(s, size):
    """A closed room from the floor at y = 0, with pictures, doors and windows on its faces."""
    rng = s.rng
    w, h, d = size
    lo, hi = np.array([-w / 2, 0, -d / 2], np.float32), np.array([w / 2, h, d / 2], np.float32)
    wall = s.surface(0.1)
    faces = []
    for face in range(6):
        surface = wall if face in (0, 1, 4, 5) and rng.random() < 0.8 else s.surface(0.2)
        if face == 3:
            surface = s.surface(0.05)
        decals = []
        if face not in (2, 3):
            length = d if face < 2 else w
            for _ in range(rng.integers(0, 4)):
                a = rng.uniform(-length / 2, length / 2 - 0.3)
                if rng.random() < 0.3:
                    decals.append(((a, a + rng.uniform(0.7, 1.1), 0, min(2.05, h)), s.surface(0.05)))
                else:
                    b = rng.uniform(0.3, h - 0.4)
                    rect = (a, a + rng.uniform(0.3, 2.0), b, min(h - 0.1, b + rng.uniform(0.3, 1.3)))
                    decals.append((rect, s.surface(0.8, size=rng.uniform(0.5, 2.0))))
        faces.append({"surface": surface, "decals": decals})
    s.room = {"lo": lo, "hi": hi, "faces": faces}


def add_thing(s, x, base, z, scale):
    """A box, ball, tube or stack of them standing on height `base`."""
    rng = s.rng
    kind = rng.choice(["box", "box", "ball", "tube"])
    half = np.exp(rng.normal(0, 0.5, 3)) * scale
    if kind == "ball" and rng.random() < 0.6:
        half[:] = half[0]
    s.add(kind, (x, base + half[1], z), half, rng.uniform(0, np.pi))
    if rng.random() < 0.3:
        add_thing(s, x, base + 2 * half[1], z, scale * 0.6)


def add_table(s, x, base, z, yaw):
    rng = s.rng
    half = np.array([rng.uniform(0.3, 1.0), rng.uniform(0.01, 0.04), rng.uniform(0.3, 0.8)])
    top = base + rng.uniform(0.35, 0.95)
    s.add("box", (x, top, z), half, yaw, 0.1)
    c, n = np.cos(yaw), np.sin(yaw)
    for sx in (-0.9, 0.9):
        for sz in (-0.9, 0.9):
            px, pz = sx * half[0], sz * half[2]
            s.add("box", (x + c * px + n * pz, (base + top) / 2, z - n * px + c * pz), (0.03, (top - base) / 2, 0.03), yaw, 0.0)
    for _ in range(rng.integers(0, 5)):
        add_thing(s, x + rng.uniform(-0.8, 0.8) * half[0], top + half[1], z + rng.uniform(-0.8, 0.8) * half[2], rng.uniform(0.03, 0.12))


def add_person(s, x, base, z, person=True):
    pool = [c for c in s.library.cuts if c["person"] == person]
    if not pool:
        return
    cut = pool[s.rng.integers(len(pool))]
    rgba = cut["rgba"] if s.rng.random() < 0.5 else cut["rgba"][:, ::-1]
    tall = s.rng.uniform(1.45, 1.9) if person else s.rng.uniform(0.3, 1.2)
    if person and rgba.shape[0] < 1.6 * rgba.shape[1]:
        tall *= 0.65
    wide = tall * rgba.shape[1] / rgba.shape[0]
    drop = s.rng.uniform(0.3, 0.8) if person and cut["bottom"] else 0.0
    s.add("cut", (x, base + tall / 2 + drop, z), (wide / 2, tall / 2, 0.01), s.yaw + s.rng.normal(0, 0.15), cut=rgba)


def fov(rng):
    return np.deg2rad(rng.uniform(38, 85))


def room(s):
    rng = s.rng
    corridor = rng.random() < 0.2
    w, h, d = (rng.uniform(1.4, 3), rng.uniform(2.2, 3), rng.uniform(6, 20)) if corridor else (
        rng.uniform(2.5, 8), rng.uniform(2.2, 3.5), rng.uniform(2.5, 9))
    make_room(s, (w, h, d))
    position = (rng.uniform(-0.4, 0.4) * w, rng.uniform(0.5, min(2.0, h - 0.2)), rng.uniform(-0.47, 0.2) * d)
    yaw = rng.normal(0, 0.25) if corridor else rng.uniform(-np.pi, np.pi)
    s.camera(position, yaw, rng.normal(0.15, 0.28), rng.normal(0, 0.08) if rng.random() < 0.8 else rng.normal(0, 0.4), fov(rng))
    for _ in range(rng.integers(4, 16)):
        x, z = rng.uniform(-0.48, 0.48) * w, rng.uniform(-0.48, 0.48) * d
        if np.hypot(x - position[0], z - position[2]) < 0.7:
            continue
        r = rng.random()
        if r < 0.3:
            add_table(s, x, 0, z, rng.uniform(0, np.pi))
        elif r < 0.42:
            add_person(s, x, 0, z)
        elif r < 0.55:
            half = (rng.uniform(0.2, 0.8), rng.uniform(0.4, 1.1), rng.uniform(0.15, 0.4))
            s.add("box", (np.sign(x) * (w / 2 - half[0]), half[1], z), half, 0.0)
        else:
            add_thing(s, x, 0, z, rng.uniform(0.1, 0.5))


def overview(s):
    """A small room seen from head height or above, looking down: walls are near at the top edge."""
    rng = s.rng
    w, h, d = rng.uniform(2.5, 6.5), rng.uniform(2.3, 3.2), rng.uniform(2.5, 6.5)
    make_room(s, (w, h, d))
    position = (rng.uniform(-0.42, 0.42) * w, rng.uniform(1.2, h - 0.15), rng.uniform(-0.42, 0.42) * d)
    roll = rng.normal(0, 0.1) if rng.random() < 0.75 else rng.normal(0, 0.35)
    s.camera(position, rng.uniform(-np.pi, np.pi), rng.uniform(0.15, 0.95), roll, np.deg2rad(rng.uniform(55, 100)))
    for _ in range(rng.integers(2, 12)):
        x, z = rng.uniform(-0.48, 0.48) * w, rng.uniform(-0.48, 0.48) * d
        r = rng.random()
        if r < 0.3:
            half = (rng.uniform(0.5, 1.1), rng.uniform(0.3, 0.7), 0.02)
            yaw = rng.choice([0, np.pi / 2]) + rng.normal(0, 0.2)
            s.add("box", (x, rng.uniform(0.7, 1.4), z), half, yaw, 0.4)
        elif r < 0.55:
            half = (rng.uniform(0.3, 1.1), rng.uniform(0.2, 0.45), rng.uniform(0.3, 0.5))
            s.add("box", (x, half[1], z), half, rng.choice([0, np.pi / 2]), 0.1)
        elif r < 0.8:
            add_table(s, x, 0, z, rng.uniform(0, np.pi))
        elif np.hypot(x - position[0], z - position[2]) > 0.6:
            add_thing(s, x, 0, z, rng.uniform(0.1, 0.4))


def table_top(s):
    rng = s.rng
    make_room(s, (rng.uniform(3, 7), 3, rng.uniform(3, 7)))
    top = rng.uniform(0.6, 0.9)
    half = np.array([rng.uniform(0.5, 1.3), 0.03, rng.uniform(0.3, 0.7)])
    yaw = rng.normal(0, 0.5)
    s.add("box", (0, top, 0), half, yaw, 0.1, rng.uniform(0.3, 1.5))
    for _ in range(rng.integers(3, 14)):
        add_thing(s, rng.uniform(-0.9, 0.9) * half[0], top + 0.03, rng.uniform(-0.9, 0.9) * half[2], rng.uniform(0.02, 0.13))
    back = rng.uniform(0.3, 1.1)
    pitch = rng.uniform(0.1, 1.2)
    position = (rng.normal(0, 0.2), top + 0.1 + back * np.sin(pitch), -half[2] * rng.uniform(0.3, 1) - back * np.cos(pitch) * 0.7)
    s.camera(position, rng.normal(0, 0.2), pitch * rng.uniform(0.7, 1.05), rng.normal(0, 0.1), fov(rng))
    for _ in range(rng.integers(0, 4)):
        add_thing(s, rng.uniform(-1.3, 1.3), 0, rng.uniform(0.8, 1.4), rng.uniform(0.2, 0.5))
    if rng.random() < 0.3:
        add_person(s, rng.uniform(-0.6, 0.6), 0, half[2] + rng.uniform(0.1, 0.5))


def still_life(s):
    """Objects close up before a wall, leaning and stacked, as in stereo test pictures."""
    rng = s.rng
    depth = rng.uniform(1.2, 2.5)
    make_room(s, (rng.uniform(2, 4), rng.uniform(1.5, 3), 2 * depth))
    floor = 0.0
    position = (rng.normal(0, 0.15), rng.uniform(0.25, 0.8), -rng.uniform(0.1, 0.4))
    s.camera(position, rng.normal(0, 0.15), rng.uniform(-0.05, 0.4), rng.normal(0, 0.04), fov(rng) * 0.8)
    for _ in range(rng.integers(6, 22)):
        z = rng.uniform(0.35, depth * 0.9)
        x = rng.uniform(-0.55, 0.55) * (z - position[2]) * 1.2
        if rng.random() < 0.15:
            add_person(s, x, rng.uniform(0, 0.2), z, person=False)
        elif rng.random() < 0.25:
            half = (rng.uniform(0.05, 0.35), rng.uniform(0.1, 0.5), 0.012)
            s.add("box", (x, floor + half[1], z), half, rng.normal(0, 0.5), 0.6)
        else:
            add_thing(s, x, floor, z, rng.uniform(0.04, 0.16))


def street(s):
    rng = s.rng
    sky = np.zeros((16, 16, 3), np.uint8)
    top, low = rng.uniform((60, 100, 150), (190, 210, 250)), rng.uniform(170, 245, 3)
    sky[:] = np.linspace(top, low, 16)[:, None]
    if s.library.pictures and rng.random() < 0.4:
        sky = cv2.addWeighted(sky, 0.7, cv2.resize(s.library.pictures[rng.integers(len(s.library.pictures))][3], (16, 16)), 0.3, 0)
    s.ground = {"y": 0.0, "surface": s.surface(0.2, rng.uniform(1, 8)), "sky": sky}
    position = (rng.normal(0, 1.5), rng.uniform(1.2, 2.5), 0)
    s.camera(position, rng.normal(0, 0.12), rng.normal(0.03, 0.08), rng.normal(0, 0.02), fov(rng))
    width = rng.uniform(5, 18)
    s.add("box", (0, 0.005, 60), (rng.uniform(3, width), 0.006, 62), 0, 0.1, 6.0)
    for side in (-1, 1):
        z = rng.uniform(-5, 10)
        while z < 120 and rng.random() < 0.96:
            length, deep, tall = rng.uniform(4, 22), rng.uniform(3, 10), rng.uniform(2.5, 22)
            s.add("box", (side * (width + deep), tall / 2, z + length / 2), (deep, tall / 2, length / 2), 0, 0.3, rng.uniform(3, 12))
            z += length + (rng.uniform(0, 25) if rng.random() < 0.5 else 0)
    for _ in range(rng.integers(2, 14)):
        x, z = rng.normal(0, width * 0.6), rng.uniform(4, 60)
        r = rng.random()
        if r < 0.35:
            half = (rng.uniform(0.8, 1.0), 0.45, rng.uniform(1.8, 2.4))
            s.add("box", (x, 0.75, z), half, 0.0, 0.05)
            s.add("box", (x, 1.35, z), (half[0] * 0.9, 0.3, half[2] * 0.5), 0.0, 0.05)
        elif r < 0.55:
            h = rng.uniform(1.5, 4)
            s.add("tube", (x, h / 2, z), (0.15, h / 2, 0.15))
            s.add("ball", (x, h + 1, z), np.exp(rng.normal(0.4, 0.3, 3)), 0, 0.5)
        elif r < 0.8:
            add_person(s, x, 0, rng.uniform(3, 25))
        else:
            s.add("tube", (x, 2.5, z), (0.06, 2.5, 0.06), 0, 0.0)


WORLDS = ((overview, 0.35), (room, 0.25), (table_top, 0.15), (still_life, 0.2), (street, 0.05))
SHAPES = ((256, 192), (256, 192), (288, 160), (192, 256), (224, 224), (320, 128))


def dull(near, sky):
    """True for views of little more than one surface: small range of depth, or no depth edge."""
    low, high = np.percentile(near[~sky], (2, 98))
    if high < 1.7 * low:
        return True
    log = np.log(np.maximum(near, 1e-4))
    edges = (np.abs(np.diff(log, axis=1)) > 0.15)[:-1] | (np.abs(np.diff(log, axis=0)) > 0.15)[:, :-1]
    return edges.mean() < 0.006


def samples(photos, cuts, count, seed):
    """Yields (array, meta) for data.build_cache()."""
    rng = np.random.default_rng(seed)
    library = Library(rng, photos, cuts)
    share = np.array([w for _, w in WORLDS])
    made = 0
    world = None
    while made < count:
        if world is None:
            world = WORLDS[rng.choice(len(WORLDS), p=share / share.sum())][0]
        w, h = SHAPES[rng.integers(len(SHAPES))]
        s = Scene(rng, library, w, h)
        world(s)
        rgb, depth, labels = s.cast()
        sky = (labels & data.SKY) > 0
        near = np.where(sky, 0, 1 / np.maximum(depth, 0.05)).astype(np.float32)
        if sky.mean() > 0.7 or dull(near, sky):
            continue
        meta = {
            "id": f"{world.__name__}_{made:06d}", "source": "scenes", "licence": "own, Apache-2.0", "dense": True,
            "fg": 0.5 if (labels & data.FG).any() else 0.1, "sky": 1.0, "dev": False,
        }
        made += 1
        world = None
        yield data.pack(rgb, data.encode(near, np.ones(near.shape, bool), sky), labels), meta


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a contact sheet, PNG")
    args = parser.parse_args()
    tiles = []
    for array, _ in samples([], [], 24, 1):
        rgb, code, _ = data.unpack(array)
        grey = cv2.applyColorMap((np.sqrt(code / 65535.0) * 255).astype(np.uint8), cv2.COLORMAP_INFERNO)
        tiles.append(cv2.resize(np.vstack([rgb[..., ::-1], grey]), (200, 300)))
    cv2.imwrite(str(args.out), np.vstack([np.hstack(tiles[i : i + 8]) for i in range(0, 24, 8)]))


if __name__ == "__main__":
    main()
