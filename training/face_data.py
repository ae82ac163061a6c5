# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Samples for the face networks: labelled pictures, turned, moved, mirrored, covered, coloured, blurred.

Only pictures whose terms allow shipping weights are learned from (split `train` of `face_label.py`); the labels
move with the pixels exactly, so a few hundred faces make as many crops as there is time for.
"""
import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from face_label import frame_of, sample
from face_model import CELL, CELL_VALUES, DETECTOR_SIDE, LANDMARK_SIDE

MARGIN, STORED, SQUARE, TESTED = 1.9, 256, 320, 250
PRESENT = 2.0  # a logit below minus this is no face, between is not asked
EYES = [33, 133, 159, 145, 153, 157, 263, 362, 386, 374, 380, 384]
NOSE = [1, 2, 4, 5, 19, 94, 97, 98, 195, 197, 326, 327]
MOUTH = [0, 13, 14, 17, 37, 39, 61, 78, 84, 267, 269, 291, 308, 314]
REGIONS = (EYES, NOSE, MOUTH)


def six_points(l):
    """Right eye, left eye, nose tip, mouth, the face's edges by the right and left ear."""
    return np.stack([l[[33, 133]].mean(0), l[[263, 362]].mean(0), l[4], l[[13, 14]].mean(0), l[234], l[454]])


def mirror_order(shapes):
    """Which landmark each becomes in a mirror: the nearest to the mirrored mean shape. shapes: (n, 468, 3)."""
    mean = shapes.mean(0)
    mean = mean - mean.mean(0)
    flip = mean * np.array([-1, 1, 1])
    order = np.linalg.norm(flip[:, None] - mean[None], axis=2).argmin(1)
    if not (order[order] == np.arange(len(order))).all():
        raise ValueError("the mean face is not symmetric")
    return order


def upright(l):
    """Landmarks in 0..1 of their own crop."""
    c, side, a = frame_of(l)
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    return np.c_[(l[:, :2] - c) @ turn.T / side + .5, l[:, 2] / side]


class Faces:
    """Everything in memory: crops of faces, crops without, whole pictures with their faces."""

    def __init__(self, data, labels, split="train"):
        z = np.load(labels)
        self.crops, self.marks, self.plain, self.squares, self.squared = [], [], [], [], []
        rng = np.random.default_rng(5)
        by = {}
        for i, p in enumerate(z["face"]):
            by.setdefault(int(p), []).append(i)
        for n, (name, s) in enumerate(zip(z["names"], z["splits"])):
            if s != split and not (split == "train" and name.startswith("train/aims")):
                continue
            if split == "test" and len(self.squares) == TESTED:
                break
            picture = Image.open(f"{data}/{name}").convert("RGB")
            faces = [(z["landmarks"][i], float(z["logit"][i])) for i in by.get(n, [])]
            self.add_square(picture, faces)
            for l, g in faces:
                c, side, a = frame_of(l)
                if g > PRESENT and side > 40:
                    crop, _ = sample(picture, c, side * MARGIN, a, STORED)
                    self.crops.append(crop.astype(np.uint8))
                    u = upright(l)
                    self.marks.append(np.c_[(u[:, :2] - .5) / MARGIN + .5, u[:, 2] / MARGIN])
                elif g < -PRESENT:
                    self.plain.append(sample(picture, c, side * MARGIN, a, STORED)[0].astype(np.uint8))
            self.add_plain(picture, faces, rng)
        stack = lambda a: torch.from_numpy(np.stack(a)).permute(0, 3, 1, 2).contiguous()
        self.crops, self.plain, self.squares = stack(self.crops), stack(self.plain), stack(self.squares)
        self.marks = torch.tensor(np.stack(self.marks), dtype=torch.float32)
        self.with_faces = [i for i, f in enumerate(self.squared) if any(g > PRESENT for _, g in f)]
        if split == "train":
            self.order = torch.from_numpy(mirror_order(self.marks.numpy()))

    def add_square(self, picture, faces):
        w, h = picture.size
        s = max(w, h)
        crop, _ = sample(picture, (w / 2, h / 2), s, 0.0, SQUARE)
        move = np.array([s / 2 - w / 2, s / 2 - h / 2])
        self.squares.append(crop.astype(np.uint8))
        self.squared.append([((l[:, :2] + move) * (SQUARE / s), g) for l, g in faces])

    def add_plain(self, picture, faces, rng):
        w, h = picture.size
        for _ in range(4):
            side = min(w, h) * np.exp(rng.uniform(np.log(.15), np.log(.9)))
            c = np.array([rng.uniform(side / 4, w - side / 4), rng.uniform(side / 4, h - side / 4)])
            far = True
            for l, _ in faces:
                fc, fs, _ = frame_of(l)
                far = far and (np.abs(fc - c).max() > .5 * side + .35 * fs / 1.5 or fs > 3.5 * side or fs < .2 * side)
            if far:
                self.plain.append(sample(picture, c, side, rng.uniform(-.5, .5), STORED)[0].astype(np.uint8))


def warp(pictures, m, side):
    """pictures (n,3,S,S) in 0..255; m (n,2,3): from -1..1 of the result to -1..1 of the picture."""
    return F.grid_sample(pictures, F.affine_grid(m, (len(m), 3, side, side), align_corners=False), align_corners=False)


def colour(x, g):
    """Other light, cameras and compressions. x: (n,3,h,w) in 0..1."""
    n = len(x)
    r = lambda *s: torch.rand(n, *s, generator=g)
    grey = x.mean(1, keepdim=True)
    k = torch.where(r(1, 1, 1) < .15, torch.zeros(n, 1, 1, 1), .5 + r(1, 1, 1))
    x = grey + (x - grey) * k
    gain = torch.exp((r(1, 1, 1) - .5) * 1.2 + (r(3, 1, 1) - .5) * .35)
    x = (x * gain).clamp(1e-4, 1) ** torch.exp((r(1, 1, 1) - .5) * .9)
    slope = (r(1, 1, 1) - .5) * torch.linspace(-1, 1, x.shape[3]) + (r(1, 1, 1) - .5) * torch.linspace(-1, 1, x.shape[2])[:, None]
    x = x * (1 + .8 * slope * (r(1, 1, 1) < .5))
    soft = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    softer = F.interpolate(F.avg_pool2d(x, 4), scale_factor=4, mode="bilinear")
    u = r(1, 1, 1)
    x = torch.where(u < .15, soft, torch.where(u > .93, softer, x))
    x = x + torch.randn(x.shape, generator=g) * (.06 * r(1, 1, 1) * (r(1, 1, 1) < .5))
    return x.clamp(0, 1)


def affine(n, g, turn, scale, move, squash):
    """Random maps (n,2,3), about 1, and their inverses' parts."""
    r = lambda: torch.randn(n, generator=g)
    a, s = r() * turn, torch.exp(r() * scale)
    sx, sy, shear = torch.exp(r() * squash), torch.exp(r() * squash), r() * squash
    c, d = torch.cos(a), torch.sin(a)
    m = torch.stack([c * sx, c * shear - d * sy, d * sx, d * shear + c * sy], 1).view(n, 2, 2) * s[:, None, None]
    return m, torch.stack([r(), r()], 1) * move, s


def cover(x, marks, texture, g):
    """Covers parts of some faces by something else. Returns pictures and (n,3): whether eyes, nose, mouth show."""
    n, side = len(x), x.shape[3]
    shown = torch.ones(n, 3)
    ys, xs = torch.meshgrid(torch.arange(side) + .5, torch.arange(side) + .5, indexing="ij")
    for i in range(n):
        if torch.rand(1, generator=g) > .35:
            continue
        pick = int(torch.randint(0, 5, (1,), generator=g))
        u = torch.rand(7, generator=g)
        if pick < 3:
            p = marks[i, REGIONS[pick], :2] * side
            c, h = p.mean(0), (p.max(0)[0] - p.min(0)[0]) / 2 * (.9 + .9 * u[0]) + 3
            c = c + (u[1:3] - .5) * 6
        else:
            c, h = u[1:3] * side, (u[3:5] * .35 + .05) * side
        a = (u[5] - .5) * 1.2
        px, py = (xs - c[0]) * torch.cos(a) + (ys - c[1]) * torch.sin(a), (ys - c[1]) * torch.cos(a) - (xs - c[0]) * torch.sin(a)
        f = (px / h[0]).abs() ** 2 + (py / h[1]).abs() ** 2 if u[6] < .5 else torch.maximum((px / h[0]).abs(), (py / h[1]).abs())
        mask = ((1.05 - f) * 8).clamp(0, 1)
        j = int(torch.randint(0, len(texture), (1,), generator=g))
        fill = texture[j] if u[0] < .6 else texture[j].mean((1, 2), keepdim=True).expand(3, side, side)
        x[i] = x[i] * (1 - mask) + fill * mask
        at = (marks[i, :, :2] * side).long().clamp(0, side - 1)
        under = mask[at[:, 1], at[:, 0]] > .5
        for k, region in enumerate(REGIONS):
            shown[i, k] = float(under[region].float().mean() < .55)
    return x, shown


def landmark_batch(faces, n, g):
    """Pictures (n,3,128,128) in 0..1, points (n,468,3) in 0..1, flags (n,4): face, eyes, nose and mouth seen."""
    k = n * 3 // 4
    i = torch.randint(0, len(faces.crops), (k,), generator=g)
    m, t, s = affine(k, g, .17, .12, .05, .05)
    flip = torch.rand(k, generator=g) < .5
    m = m / MARGIN
    marks = faces.marks[i].clone()
    marks[flip] = marks[flip][:, faces.order]
    marks[flip, :, 0] = 1 - marks[flip, :, 0]
    crops = faces.crops[i].float()
    crops[flip] = crops[flip].flip(3)
    xy = (marks[:, :, :2] * 2 - 1 - t[:, None]) @ torch.linalg.inv(m).transpose(1, 2)
    marks = torch.cat([xy / 2 + .5, marks[:, :, 2:] * (MARGIN / s)[:, None, None]], 2)
    x = warp(crops, torch.cat([m, t[:, :, None]], 2), LANDMARK_SIDE) / 255
    j = torch.randint(0, len(faces.plain), (n - k,), generator=g)
    m2, t2, _ = affine(n - k, g, .3, .25, .2, .1)
    plain = warp(faces.plain[j].float(), torch.cat([m2 / 1.5, t2[:, :, None]], 2), LANDMARK_SIDE) / 255
    x, shown = cover(x, marks, plain, g)
    flags = torch.cat([torch.cat([torch.ones(k, 1), shown], 1), torch.zeros(n - k, 4)])
    x = colour(torch.cat([x, plain]), g)
    return x, marks, flags


def cell_targets(found, side):
    """found: [(landmarks in result pixels, logit)]. Targets (16, side/8, side/8) and the weight of each cell."""
    cells = side // CELL
    t, w = np.zeros((CELL_VALUES, cells, cells), np.float32), np.ones((cells, cells), np.float32)
    at = (np.arange(cells) + .5) * CELL
    gx, gy = np.meshgrid(at, at)
    for l, logit in found:
        c, s, _ = frame_of(l)
        s /= 1.5
        d = np.maximum(np.abs(gx - c[0]), np.abs(gy - c[1]))
        if not (-s / 4 < c[0] < side + s / 4 and -s / 4 < c[1] < side + s / 4):
            continue
        w[d < .5 * s + CELL] = 0
        whole = (np.abs(c - side / 2) < side / 2 - s * .1).all()
        if logit < PRESENT or s < 9 or s > 1.1 * side or not whole:
            continue
        on = d < max(.2 * s, .51 * CELL)
        p = six_points(l)
        w[on] = 1
        t[0][on] = 1
        t[1][on], t[2][on] = (c[0] - gx[on]) / 16, (c[1] - gy[on]) / 16
        t[3][on] = np.log(s / 32)
        for k in range(6):
            t[4 + 2 * k][on], t[5 + 2 * k][on] = (p[k, 0] - gx[on]) / 32, (p[k, 1] - gy[on]) / 32
    return t, w


def detector_batch(faces, n, g, rng):
    """Pictures (n,3,128,128), targets (n,16,16,16), weights (n,16,16)."""
    index, maps, found, side = [], [], [], DETECTOR_SIDE
    for _ in range(n):
        i = int(rng.choice(faces.with_faces)) if rng.random() < .75 else int(rng.integers(len(faces.squared)))
        real = [l for l, q in faces.squared[i] if q > PRESENT]
        if real and rng.random() < .8:  # a face at a wanted size somewhere
            c, s, _ = frame_of(real[int(rng.integers(len(real)))])
            k = (s / 1.5) / np.exp(rng.uniform(np.log(11), np.log(95)))
            k = np.clip(k, .12, 3.2)
            c = c + (rng.random(2) - .5) * side * k * .75
        else:
            k = SQUARE / side * np.exp(rng.uniform(np.log(.4), np.log(1.25)))
            c = SQUARE / 2 + (rng.random(2) - .5) * max(SQUARE - side * k, 20)
        a, f = rng.normal() * .25, -1.0 if rng.random() < .5 else 1.0
        m = k * np.array([[np.cos(a) * f, -np.sin(a)], [np.sin(a) * f, np.cos(a)]])
        inv, here = np.linalg.inv(m), []
        for l, q in faces.squared[i]:
            p = (l - c) @ inv.T + side / 2
            here.append((p[faces.order.numpy()] if f < 0 else p, q))
        index.append(i), found.append(here)
        maps.append(np.c_[m * (side / SQUARE), c / (SQUARE / 2) - 1])
    m = torch.tensor(np.stack(maps), dtype=torch.float32)
    x = faces.squares[index].float()
    small = F.interpolate(F.avg_pool2d(x, 2), scale_factor=2, mode="bilinear")
    shrinks = torch.tensor([abs(np.linalg.det(q[:, :2])) ** .5 * SQUARE / side > 1.4 for q in maps])
    x = torch.where(shrinks[:, None, None, None], small, x)
    x = colour(warp(x, m, side) / 255, g)
    t, w = zip(*(cell_targets(h, side) for h in found))
    return x, torch.from_numpy(np.stack(t)), torch.from_numpy(np.stack(w))
