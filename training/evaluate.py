# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Measures a network against depth and masks in a folder, next to trivial baselines."""

import argparse
import collections
import json
import pathlib
import re

import cv2
import numpy as np
import torch

import data
import model

PAIRS = 20000
MATTE_LIMIT = 150


def working_size(w, h, short_side):
    scale = short_side / min(w, h)
    side = lambda v: max(model.MULTIPLE, model.MULTIPLE * int(v * scale / model.MULTIPLE + 0.5))
    return side(w), side(h)


def predict(net, rgb, short_side, fuse=0.0):
    """rgb uint8 [H][W][3] -> (nearness logit, foreground probability, sky probability), [H][W]."""
    h, w = rgb.shape[:2]
    ww, hh = working_size(w, h, short_side)
    small = cv2.resize(rgb, (ww, hh), interpolation=cv2.INTER_AREA)
    x = model.normalise(torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255)
    with torch.no_grad():
        y = net(x.contiguous(memory_format=torch.channels_last))[0]
    z = y[0] + fuse * y[1]
    planes = [z.numpy(), torch.sigmoid(y[1]).numpy(), torch.sigmoid(y[2]).numpy()]
    return [cv2.resize(np.ascontiguousarray(p), (w, h), interpolation=cv2.INTER_LINEAR) for p in planes]


def draw_valid_pairs(valid, rng, count=PAIRS):
    points = np.flatnonzero(valid)
    return rng.choice(points, count), rng.choice(points, count)


def ordered(pred, near, a, b, margin=0.0):
    """Share of the pairs whose order is right; pairs of equal truth (within margin) do not count."""
    t = np.log(np.maximum(near.ravel(), 1e-9))
    d = t[a] - t[b]
    use = np.abs(d) > margin
    if not use.any():
        return None
    p = pred.ravel()
    e = np.sign(p[a] - p[b])[use]
    return float(np.mean(np.where(e == 0, 0.5, e == np.sign(d[use]))))


def baselines(h, w):
    """{name: map}: vertical ramp, centre prior near or far, and mixtures of the two."""
    y, x = np.mgrid[0:h, 0:w].astype(np.float32)
    ramp = y / h
    centre = 1 - np.hypot((x - w / 2) / w, (y - h / 2) / h)
    maps = {"ramp": ramp, "centre": centre, "mix-far": -centre}
    for share in (-2.5, -1.0, -0.5, -0.25, -0.1, 0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.5):
        maps[f"mix{share}"] = ramp + share * centre
    return maps


def align(pred, near, valid):
    """Least-squares scale and shift of pred onto nearness; returns metric-like depth ratio figures."""
    p, t = pred[valid], near[valid]
    a = np.stack([p, np.ones_like(p)], 1)
    s, b = np.linalg.lstsq(a, t, rcond=None)[0]
    q = np.clip(s * p + b, np.percentile(t, 0.5) * 0.5, None)
    ratio = t / q
    absrel = float(np.mean(np.abs(ratio - 1)))
    delta1 = float(np.mean(np.maximum(ratio, 1 / ratio) < 1.25))
    return absrel, delta1


def best_iou(score, mask, steps=200):
    """(best IoU over one threshold, IoU at Otsu's threshold)."""
    lo, hi = float(score.min()), float(score.max())
    bins = np.clip(((score - lo) / max(hi - lo, 1e-9) * (steps - 1)).astype(int), 0, steps - 1)
    fg = np.bincount(bins[mask], minlength=steps).astype(float)[::-1].cumsum()[::-1]
    every = np.bincount(bins.ravel(), minlength=steps).astype(float)
    all_above = every[::-1].cumsum()[::-1]
    iou = fg / np.maximum(all_above + mask.sum() - fg, 1)
    centre = np.arange(steps)
    w1 = every.cumsum()
    w2 = every.sum() - w1
    m1 = (every * centre).cumsum() / np.maximum(w1, 1)
    m2 = ((every * centre).sum() - (every * centre).cumsum()) / np.maximum(w2, 1)
    otsu = int(np.argmax(w1 * w2 * (m1 - m2) ** 2)) + 1
    return float(iou.max()), float(iou[min(otsu, steps - 1)])


def read_eval(folder):
    """Yields (id, source, rgb, near, valid, person mask or None) of an evaluation folder."""
    folder = pathlib.Path(folder)
    for row in data.read_manifest(folder):
        image = folder / f"{row['id']}.jpg"
        raw = cv2.imread(str(folder / f"{row['id']}.png"), cv2.IMREAD_UNCHANGED)
        if raw is None or not image.exists():
            continue
        rgb = cv2.cvtColor(cv2.imread(str(image)), cv2.COLOR_BGR2RGB)
        near, valid, _ = data.nearness_from(raw, row["kind"])
        mask = folder / f"{row['id']}.person.png"
        person = cv2.imread(str(mask), 0) if mask.exists() else None
        yield row["id"], data.source_of(row["id"]), rgb, near, valid, None if person is None else person > 127


def score_depth(net, samples, short_side, fuse=0.0, with_baselines=True, flip=False):
    """Per-source figures as {source: {figure: mean}} and person IoUs."""
    rows = collections.defaultdict(list)
    persons = []
    for index, (name, source, rgb, near, valid, person) in enumerate(samples):
        rng = np.random.default_rng(index)
        z, fg, _ = predict(net, rgb, short_side, fuse)
        if flip:
            z = z + predict(net, rgb[:, ::-1].copy(), short_side, fuse)[0][:, ::-1]
        row = {}
        if valid.sum() > 50:
            a, b = draw_valid_pairs(valid, rng)
            row["pairs"] = ordered(z, near, a, b)
            row["pairs5"] = ordered(z, near, a, b, 0.05)
            row["absrel"], row["delta1"] = align(1 / (1 + np.exp(-z)), near, valid & (near > 0))
            if with_baselines:
                for label, prior in baselines(*near.shape).items():
                    row[label] = ordered(prior, near, a, b)
            rows[source].append(row)
        if person is not None:
            ring = cv2.dilate(person.astype(np.uint8), np.ones((41, 41), np.uint8)) > 0
            best, auto = best_iou(1 / (1 + np.exp(-z)), person)
            persons.append({
                "iou": best,
                "auto": auto,
                "fg_iou": best_iou(fg, person)[0],
                "fg_half": iou_at(fg, person, 0.5),
                "ring": float(np.median(z[person]) > np.median(z[ring & ~person])),
            })
    table = {}
    for source, items in sorted(rows.items()):
        keys = items[0].keys()
        mean = {k: float(np.mean([i[k] for i in items if i[k] is not None])) for k in keys}
        if with_baselines:
            mean["baseline"] = max(v for k, v in mean.items() if k in ("ramp", "centre") or k.startswith("mix"))
        mean["count"] = len(items)
        table[source] = mean
    person_mean = {k: float(np.mean([p[k] for p in persons])) for k in persons[0]} if persons else {}
    return table, person_mean


def iou_at(score, mask, threshold):
    hit = score > threshold
    return float((hit & mask).sum() / max((hit | mask).sum(), 1))


def score_mattes(net, folder, short_side, fuse=0.0, prefix=("person_vik",), limit=MATTE_LIMIT, wanted=None):
    """IoUs on the matte folder's pictures whose id starts with one of `prefix`."""
    folder = pathlib.Path(folder)
    rows = [r for r in data.read_manifest(folder) if r["id"].startswith(tuple(prefix))]
    if wanted is not None:
        rows = [r for r in rows if wanted(r["id"])]
    rows = rows[:: max(1, len(rows) // limit)]
    items = []
    for row in rows:
        image = cv2.imread(str(folder / f"{row['id']}.jpg"))
        mask = cv2.imread(str(folder / f"{row['id']}.png"), 0)
        if image is None or mask is None or not 0.01 < (mask > 127).mean() < 0.95:
            continue
        mask = mask > 127
        z, fg, _ = predict(net, cv2.cvtColor(image, cv2.COLOR_BGR2RGB), short_side, fuse)
        best, auto = best_iou(1 / (1 + np.exp(-z)), mask)
        items.append({"iou": best, "auto": auto, "fg_iou": best_iou(fg, mask)[0], "fg_half": iou_at(fg, mask, 0.5)})
    return {k: float(np.mean([i[k] for i in items])) for k in items[0]} | {"count": len(items)} if items else {}


def print_report(table, persons, mattes):
    head = ("source", "n", "pairs", "baseline", "gain", "pairs>5%", "absrel", "delta1")
    print("{:10s} {:>4s} {:>7s} {:>8s} {:>6s} {:>8s} {:>7s} {:>7s}".format(*head))
    for source, m in table.items():
        gain = m["pairs"] - m["baseline"]
        print(f"{source:10s} {m['count']:4d} {100 * m['pairs']:7.1f} {100 * m['baseline']:8.1f} {100 * gain:+6.1f}"
              f" {100 * m['pairs5']:8.1f} {m['absrel']:7.3f} {m['delta1']:7.3f}")
    mean = lambda k: np.mean([m[k] for m in table.values()])
    print(f"{'average':10s}      {100 * mean('pairs'):7.1f} {100 * mean('baseline'):8.1f}        "
          f"{100 * mean('pairs5'):8.1f} {mean('absrel'):7.3f} {mean('delta1'):7.3f}   ramp {100 * mean('ramp'):.1f}")
    for name, m in (("persons", persons), *mattes.items()):
        print(name, {k: round(v, 3) for k, v in m.items()})


def load_any(path):
    import export

    if str(path).endswith(".safetensors"):
        return export.load_weights(path)[0]
    return export.load_checkpoint(path)[0]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=pathlib.Path, help="a checkpoint or a shipped safetensors file")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--short-side", type=int, default=224)
    parser.add_argument("--fuse", type=float, default=0.0, help="nearness logit += fuse * foreground logit")
    parser.add_argument("--flip", action="store_true", help="average with the mirrored picture")
    parser.add_argument("--json", type=pathlib.Path)
    args = parser.parse_args()
    net = load_any(args.weights).to(memory_format=torch.channels_last)
    table, persons = score_depth(net, read_eval(args.data / "eval"), args.short_side, args.fuse, flip=args.flip)
    held_out = lambda stem: data.is_dev("obj", re.sub(r"^[a-z]+_coco", "coco", stem))
    mattes = {
        "portraits": score_mattes(net, args.data / "matte", args.short_side, args.fuse),
        "objects": score_mattes(net, args.data / "matte", args.short_side, args.fuse, ("obj_",), wanted=held_out),
    }
    print_report(table, persons, mattes)
    if args.json:
        args.json.write_text(json.dumps({"depth": table, "persons": persons, **mattes}, indent=1))


if __name__ == "__main__":
    main()
