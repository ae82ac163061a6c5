# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Faces for the face networks: the published networks label pictures, once.

Runs MediaPipe's published face detector and landmark network (Apache-2.0; `zdepth models install
face-landmarks` fetches them) over the pictures of the packs and keeps, per face, the 468 landmarks in picture
pixels and the presence logit, and per picture the decision of the published pair on the whole picture. Small
faces are found on overlapping tiles besides. The result, a numpy archive, is what `face_train.py` learns from;
no picture and no label is part of the project.

    python face_label.py --data ../shared/data --out faces.npz
"""
import argparse
import csv
import os

import numpy as np
from ai_edge_litert.interpreter import Interpreter
from PIL import Image

DETECTOR = "face/mediapipe_face_detection_short_range.tflite"
LANDMARKS = "face/mediapipe_face_landmark_2021-10.tflite"
ANCHORS = np.array([((x + .5) / g, (y + .5) / g) for g, n in ((16, 2), (8, 6))
                    for y in range(g) for x in range(g) for _ in range(n)], np.float32)
EYES = (33, 133), (362, 263)  # outer and inner corners; the right eye is on the picture's left


class Net:
    """One published network, called with an RGB float picture, giving its outputs by size."""

    def __init__(self, path):
        self.it = Interpreter(model_path=path, num_threads=1)
        self.it.allocate_tensors()
        self.inp = self.it.get_input_details()[0]["index"]
        self.outs = [d["index"] for d in self.it.get_output_details()]

    def __call__(self, x):
        self.it.set_tensor(self.inp, x[None].astype(np.float32))
        self.it.invoke()
        return {self.it.get_tensor(i).size: self.it.get_tensor(i).ravel().copy() for i in self.outs}


def sample(picture, centre, side, angle, size):
    """The square of `side` pixels about `centre`, turned by `angle` (radians), as size x size; and the 2x3 map
    from its pixels (edges at integers) to the picture's."""
    c, s, k = np.cos(angle), np.sin(angle), side / size
    m = np.array([[c * k, -s * k, centre[0] - (c - s) * side / 2], [s * k, c * k, centre[1] - (s + c) * side / 2]])
    # PIL's AFFINE gives input coordinates for output pixel centres; bilinear, black outside.
    src = picture
    if k > 1.5:  # averages before it shrinks
        f = min(16, int(round(k)))
        src = picture.reduce(f)
        sx, sy = picture.size[0] / src.size[0], picture.size[1] / src.size[1]
        data = [m[0, 0] / sx, m[0, 1] / sx, m[0, 2] / sx, m[1, 0] / sy, m[1, 1] / sy, m[1, 2] / sy]
    else:
        data = m.ravel()
    out = src.transform((size, size), Image.AFFINE, tuple(data), resample=Image.BILINEAR)
    return np.asarray(out, np.float32), m


def detect(net, picture, centre, side):
    """Boxes (cx, cy, w, h, 6 points) in picture pixels and scores, after non-maximum suppression."""
    x, m = sample(picture, centre, side, 0.0, 128)
    o = net(x / 127.5 - 1)
    box, score = o[896 * 16].reshape(896, 16), 1 / (1 + np.exp(-np.clip(o[896], -60, 60)))
    keep, found = np.argsort(-score), []
    for i in keep:
        if score[i] < .5:
            break
        b = box[i].reshape(8, 2) / 128
        b[[0, 2, 3, 4, 5, 6, 7]] += ANCHORS[i]
        b = b * side
        b[[0, 2, 3, 4, 5, 6, 7]] += np.array(centre) - side / 2
        found.append((float(score[i]), b))
    return suppress(found)


def overlap(a, b):
    lo = np.maximum(a[0] - a[1] / 2, b[0] - b[1] / 2)
    hi = np.minimum(a[0] + a[1] / 2, b[0] + b[1] / 2)
    i = np.prod(np.maximum(hi - lo, 0))
    return i / (np.prod(a[1]) + np.prod(b[1]) - i + 1e-9)


def suppress(found, limit=.3):
    out = []
    for s, b in sorted(found, key=lambda f: -f[0]):
        if all(overlap(b, o) < limit for _, o in out):
            out.append((s, b))
    return out


def landmarks(net, picture, centre, side, angle):
    x, m = sample(picture, centre, side, angle, 192)
    o = net(x / 255)
    l = o[1404].reshape(468, 3)
    xy = np.c_[l[:, :2], np.ones(468)] @ m.T
    return np.c_[xy, l[:, 2] * side / 192].astype(np.float32), float(o[1][0])


def frame_of(l):
    """Crop for landmarks: centre of their turned bounding box, 1.5 of its longer side, the eye line's angle."""
    r, q = l[list(EYES[0]), :2].mean(0), l[list(EYES[1]), :2].mean(0)
    a = np.arctan2(q[1] - r[1], q[0] - r[0])
    turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
    p = l[:, :2] @ turn.T
    lo, hi = p.min(0), p.max(0)
    return turn.T @ ((lo + hi) / 2), 1.5 * (hi - lo).max(), a


def faces_of(det, lm, picture, tiles):
    w, h = picture.size
    whole = detect(det, picture, (w / 2, h / 2), max(w, h))
    found = list(whole)
    for t in tiles:
        side = max(w, h) * t
        nx, ny = (max(1, int(np.ceil((n - side) / (side * .5))) + 1) for n in (w, h))
        for y in np.linspace(min(side, h) / 2, h - min(side, h) / 2, ny):
            for x in np.linspace(min(side, w) / 2, w - min(side, w) / 2, nx):
                found += detect(det, picture, (x, y), side)
    out, presence = [], 0.0
    for n, (s, b) in enumerate(suppress(found)):
        a = np.arctan2(*(b[3] - b[2])[::-1])
        looks = [landmarks(lm, picture, b[0], 1.5 * b[1].max(), a)]
        for _ in range(2):  # a look at its own square may drift off the face: the surest look is the label
            looks.append(landmarks(lm, picture, *frame_of(looks[-1][0])))
        out.append((*max(looks, key=lambda look: look[1]), s))
    if whole:  # the published pair's decision: whole picture, best box, one landmark call
        s, b = whole[0]
        _, presence = landmarks(lm, picture, b[0], 1.5 * b[1].max(), np.arctan2(*(b[3] - b[2])[::-1]))
    return out, (whole[0][0] if whole else 0.0), presence


def pictures(data):
    """(path, split) of all pictures: `train` only where the terms allow weights, `test` never trained on."""
    rows = []
    with open(f"{data}/people/manifest.tsv", newline="") as f:
        for r in csv.DictReader(f, delimiter="\t"):
            i = r["id"]
            yes = r.get("permissive", "no") == "yes"
            held = sum(map(ord, r.get("seq") or i)) % 10 == 0
            rows.append((f"people/{i}.jpg", "train" if yes and not held else "test"))
    for d in ("matte", "photos", "train"):
        for f in sorted(os.listdir(f"{data}/{d}")):
            if f.endswith(".jpg"):
                rows.append((f"{d}/{f}", "test" if f.startswith("person_vik") else "other"))
    return sorted(rows, key=lambda r: ("train", "test", "other").index(r[1]))


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("--data", required=True)
    ap.add_argument("--out", required=True)
    a = ap.parse_args()
    det, lm = Net(f"{a.data}/{DETECTOR}"), Net(f"{a.data}/{LANDMARKS}")
    names, splits, dets, pres, who, points, logit, score = [], [], [], [], [], [], [], []

    def save():
        part = a.out + ".part.npz"
        np.savez_compressed(part, names=names, splits=splits, detector=np.float32(dets), presence=np.float32(pres),
                            face=np.int32(who), landmarks=np.float32(points), logit=np.float32(logit), score=np.float32(score))
        os.replace(part, a.out)

    for n, (p, split) in enumerate(pictures(a.data)):
        pic = Image.open(f"{a.data}/{p}").convert("RGB")
        out, d, q = faces_of(det, lm, pic, (.55,) if split == "train" else ())
        for l, g, s in out:
            who.append(len(names)), points.append(l), logit.append(g), score.append(s)
        names.append(p), splits.append(split), dets.append(d), pres.append(q)
        if n % 200 == 199:
            print(n, p, len(points), sum(g > 0 for g in logit), flush=True)
            save()
    save()


if __name__ == "__main__":
    main()
