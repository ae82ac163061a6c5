# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""More faces out of few: the labelled crops, bent to other people's shapes and turned.

Every crop is drawn anew on a mesh of its 468 landmarks: their shape goes part of the way to another face's (both in
three dimensions, in the first one's pose), then it is turned by a few degrees; the picture follows by linear
interpolation over Delaunay triangles, and what is far from the face stays. The published landmark network says where
the landmarks of the new picture are; pictures in which it sees no face, or another than was drawn, are thrown away.
The labels of the crops themselves become the medians of several of its looks, for it does not agree with itself by
0.01 of the distance between the eyes.

    python face_vary.py --data ../shared/data --labels faces2.npz --count 2500 --out crops.pt
"""
import argparse

import cv2
import numpy as np
import torch
from PIL import Image
from scipy.interpolate import LinearNDInterpolator

import face_data
import face_label

SIDE, GRID = face_data.STORED, 64
LEAST_LOGIT, MOST_OFF = 3.0, .08
LOOKS = ((0, 0, 1, 0, False), (.03, .02, 1.04, .03, False), (-.03, 0, .96, -.03, False), (0, -.02, 1, .02, True), (.02, 0, .95, -.02, True))


def eyes(l):
    return np.linalg.norm(l[[33, 133], :2].mean(0) - l[[263, 362], :2].mean(0))


def aligned(b, a):
    """b moved, turned and scaled onto a (Umeyama 1991); (468, 3) both."""
    ma, mb = a.mean(0), b.mean(0)
    u, s, vt = np.linalg.svd((a - ma).T @ (b - mb))
    d = np.diag([1, 1, np.sign(np.linalg.det(u @ vt))])
    scale = (s * np.diag(d)).sum() / ((b - mb) ** 2).sum()
    return scale * (b - mb) @ (u @ d @ vt).T + ma


def turned(l, yaw, pitch):
    """Turned about an axis behind the face's middle; z grows away from the camera."""
    c = l.mean(0) + [0, 0, .35 * np.ptp(l[:, 0])]
    cy, sy, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    turn = np.array([[cy, 0, sy], [0, 1, 0], [-sy, 0, cy]]) @ np.array([[1, 0, 0], [0, cp, -sp], [0, sp, cp]])
    out = (l - c) @ turn.T
    return out - out.mean(0) + l.mean(0)


def bent(crop, here, there):
    """The picture in which what was at the points `here` is at `there`."""
    middle, at = here.mean(0), np.linspace(0, SIDE, 7)
    frame = np.array([(x, y) for x in at for y in at if x in (0, SIDE) or y in (0, SIDE)])
    ring = cv2.convexHull(here.astype(np.float32))[:, 0]
    move = there - here
    near = np.array([move[np.linalg.norm(here - p, axis=1).argmin()] for p in ring])
    wide = middle + (ring - middle) * 1.35
    src = np.r_[here, wide, frame]
    dst = np.r_[there, wide + .5 * near, frame]
    g = (np.arange(GRID) + .5) * SIDE / GRID
    gx, gy = np.meshgrid(g, g)
    back = LinearNDInterpolator(dst, src - dst, fill_value=0.0)(gx, gy).astype(np.float32)
    back = cv2.GaussianBlur(cv2.resize(back, (SIDE, SIDE), interpolation=cv2.INTER_LINEAR), (0, 0), 1.5)
    x, y = np.meshgrid(np.arange(SIDE, dtype=np.float32), np.arange(SIDE, dtype=np.float32))
    return cv2.remap(crop, x + back[..., 0], y + back[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)


def labelled(published, crop, start, order):
    """The median of several looks at the square about `start`, and the least logit; all in pixels of the crop."""
    centre, side, angle = face_label.frame_of(start)
    picture, looks, logits = Image.fromarray(crop), [], []
    mirrored = Image.fromarray(np.ascontiguousarray(crop[:, ::-1]))
    for dx, dy, scale, roll, flip in LOOKS:
        c = centre + np.array([dx, dy]) * side
        if flip:
            l, g = face_label.landmarks(published, mirrored, (SIDE - c[0], c[1]), side * scale, -angle + roll)
            l = l[order]
            l[:, 0] = SIDE - l[:, 0]
        else:
            l, g = face_label.landmarks(published, picture, c, side * scale, angle + roll)
        looks.append(l), logits.append(g)
    return np.median(looks, axis=0), min(logits)


def stored(l):
    return np.c_[l[:, :2], l[:, 2]] / SIDE


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "labels", "out"):
        ap.add_argument(f"--{name}", required=True)
    ap.add_argument("--count", type=int, default=2500)
    a = ap.parse_args()
    faces = face_data.Faces(a.data, a.labels)
    published = face_label.Net(f"{a.data}/{face_label.LANDMARKS}")
    rng, order = np.random.default_rng(7), faces.order.numpy()
    crops = faces.crops.permute(0, 2, 3, 1).numpy()
    marks = faces.marks.numpy() * SIDE
    for i in range(len(marks)):
        l, logit = labelled(published, crops[i], marks[i], order)
        if logit > 0 and np.linalg.norm(l[:, :2] - marks[i, :, :2], axis=1).mean() < MOST_OFF * eyes(marks[i]):
            marks[i] = l
    made, made_marks = [], []
    for _ in range(a.count):
        i, j = rng.integers(len(marks), size=2)
        shape = marks[i] + rng.uniform(-.2, .9) * (aligned(marks[j], marks[i]) - marks[i])
        shape = turned(shape, rng.normal() * .25, rng.normal() * .15)
        new = bent(crops[i], marks[i, :, :2], shape[:, :2])
        l, logit = labelled(published, new, shape, order)
        if logit > LEAST_LOGIT and np.linalg.norm(l[:, :2] - shape[:, :2], axis=1).mean() < MOST_OFF * eyes(shape):
            made.append(new), made_marks.append(l)
    print(f"{len(made)} of {a.count} kept", flush=True)
    out = np.concatenate([crops, np.stack(made)])
    torch.save({"crops": torch.from_numpy(out), "marks": torch.from_numpy(np.stack([stored(l) for l in [*marks, *made_marks]])).float(),
                "real": len(crops), "plain": faces.plain.permute(0, 2, 3, 1).contiguous(), "order": faces.order}, a.out)


if __name__ == "__main__":
    main()
