# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Holds a face model, as the engine runs it, against the published networks as LiteRT runs them.

    python face_evaluate.py --data ../shared/data --points ../build/bench/bench_face_points --model MODEL.safetensors

Pictures: the people cut-outs of the matte pack, 60 portraits of the people pack (neither is ever trained on), and 200
in which the published pair finds nothing. Printed are the agreement on face or no face, the faces claimed where there
is none, and how far the landmarks are from the published network's, which looks twice as ours does, in distances
between the eyes, beside how far its own second look is from its third.
"""
import argparse
import csv
import pathlib
import subprocess
import tempfile

import numpy as np
from PIL import Image

import face_label


def published(det, lm, picture):
    """(landmarks or None, whether it is a face) by the detector's best box and two looks."""
    w, h = picture.size
    found = face_label.detect(det, picture, (w / 2, h / 2), max(w, h))
    if not found:
        return None, False
    b = found[0][1]
    l, logit = face_label.landmarks(lm, picture, b[0], 1.5 * b[1].max(), np.arctan2(*(b[3] - b[2])[::-1]))
    l, _ = face_label.landmarks(lm, picture, *face_label.frame_of(l))
    return l, logit > 0


def ours(program, model, pictures):
    with tempfile.TemporaryDirectory() as folder:
        paths = [f"{folder}/{i}.ppm" for i in range(len(pictures))]
        for path, picture in zip(paths, pictures):
            picture.save(path)
        lines = iter(subprocess.run([program, model, *paths], capture_output=True, text=True, check=True).stdout.splitlines())
    out, seconds = [], 0.0
    for _ in pictures:
        _, count, took = next(lines).split()
        seconds += float(took)
        out.append([np.array(next(lines).split()[2:], float).reshape(468, 3) for _ in range(int(count))])
    return out, seconds / len(pictures)


def eyes(l):
    return np.linalg.norm(l[[33, 133], :2].mean(0) - l[[263, 362], :2].mean(0))


def report(what, names, det, lm, a):
    pictures = [Image.open(p).convert("RGB") for p in names]
    truth = [published(det, lm, p) for p in pictures]
    found, took = ours(a.points, a.model, pictures)
    same = [bool(f) == t for f, (_, t) in zip(found, truth)]
    off, own = [], []
    for p, f, (l, t) in zip(pictures, found, truth):
        if t and f:
            third, _ = face_label.landmarks(lm, p, *face_label.frame_of(l))
            off.append(min(np.linalg.norm(q[:, :2] - l[:, :2], axis=1).mean() / eyes(l) for q in f))
            own.append(np.linalg.norm(third[:, :2] - l[:, :2], axis=1).mean() / eyes(l))
    off, own = np.array(off), np.array(own)
    print(f"{len(pictures)} {what}, {sum(t for _, t in truth)} with a face: agreement {100 * np.mean(same):.1f} %, "
          f"{took * 1e3:.1f} ms of processor time each")
    print(f"  landmarks off, in eye distances: mean {off.mean():.4f}, median {np.median(off):.4f}, worst {off.max():.4f}, "
          f"within 0.05: {100 * (off < .05).mean():.1f} % (the published network by itself: mean {own.mean():.4f}, "
          f"worst {own.max():.4f}, {100 * (own < .05).mean():.1f} %)")


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "points", "model"):
        ap.add_argument(f"--{name}", required=True)
    a = ap.parse_args()
    det, lm = face_label.Net(f"{a.data}/{face_label.DETECTOR}"), face_label.Net(f"{a.data}/{face_label.LANDMARKS}")
    data = pathlib.Path(a.data)
    with open(data / "people/manifest.tsv", newline="") as f:
        kind = {f"people/{r['id']}.jpg": r["kind"] for r in csv.DictReader(f, delimiter="\t")}
    held = [n for n, split in face_label.pictures(a.data) if split == "test" and kind.get(n) == "portrait"]
    for what, names in (("people of the matte pack", sorted(data.glob("matte/person_vik_*.jpg"))),
                        ("portraits", [data / n for n in held][:60])):
        report(what, names, det, lm, a)
    plain = []
    for p in sorted([*data.glob("photos/*.jpg"), *data.glob("matte/[!p]*.jpg"), *data.glob("eval/*.jpg")]):
        picture = Image.open(p).convert("RGB")
        if len(plain) < 200 and not published(det, lm, picture)[1]:
            plain.append(picture)
    claimed = sum(bool(f) for f in ours(a.points, a.model, plain)[0])
    print(f"{len(plain)} pictures without a face: {claimed} claimed")


if __name__ == "__main__":
    main()
