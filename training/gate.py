# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Gives the decoder for the foreground a gate: how far it acts, by whether people are in the picture.

The decoder of train.py --foreground learns from people, and loses what the network knew of single things. The gate is
a logistic regression on the encoder's deepest features, each the mean over the picture: 1 where there are people, and 0
where there are none; then nothing is taken away from the old answer. All else stays as it is to the bit. Minutes of one core. Pictures
without people are those of the people pack, its portraits beside the person, and what is drawn without people."""

import argparse
import json
import pathlib

import cv2
import numpy as np
import torch

import data
import evaluate
import export
import model

# How many pictures of a source at most, and what each counts.
TAKEN = {
    "people-portrait": (1000, 0.5), "people-body": (260, 1.0), "people-crowd": (100, 1.0), "people-none": (100, 1.5),
    "coco": (60, 1.0), "synth": (450, 0.7), "scenes": (80, 1.0),
}
PERSON_LEAST = 0.005  # share of the picture from which people are there
EMPTY_LEAST = 110  # sides of a part beside the person, in samples of the cache
EMPTY_MARGIN = 5


def empty_part(inside):
    """The largest part (top, bottom, left, right) left or right of the mask or above it; None: all are too small."""
    columns, rows = np.flatnonzero(inside.any(0)), np.flatnonzero(inside.any(1))
    height, width = inside.shape
    parts = (
        (0, height, 0, columns[0] - EMPTY_MARGIN), (0, height, columns[-1] + EMPTY_MARGIN, width),
        (0, rows[0] - EMPTY_MARGIN, 0, width),
    )
    parts = [p for p in parts if p[1] - p[0] >= EMPTY_LEAST and p[3] - p[2] >= EMPTY_LEAST]
    return max(parts, key=lambda p: (p[1] - p[0]) * (p[3] - p[2]), default=None)


def is_of_people(meta):
    """Whether what a sample's mask shows are people."""
    if meta["source"] == "synth":
        return meta["id"].startswith("people")
    return meta.get("person", False) or (meta["source"].startswith("people-") and meta["source"] != "people-none")


def views_of(array, meta):
    """(picture, whether people are there) of a cached sample: the whole, and a part without anybody."""
    rgb, _, labels = data.unpack(array)
    inside = (labels & data.FG) > 0
    has_people = is_of_people(meta) and inside.mean() > PERSON_LEAST
    yield rgb, has_people
    part = empty_part(inside) if has_people and meta["source"] in ("people-portrait", "people-body") else None
    if part:
        yield rgb[part[0]:part[1], part[2]:part[3]], False


def features_of(net, rgb, short_side):
    """What the gate reads: the means of the deepest features."""
    w, h = evaluate.working_size(rgb.shape[1], rgb.shape[0], short_side)
    small = cv2.resize(np.ascontiguousarray(rgb), (w, h), interpolation=cv2.INTER_AREA)
    x = model.normalise(torch.from_numpy(small).permute(2, 0, 1)[None].float() / 255)
    with torch.no_grad():
        return net(x.contiguous(memory_format=torch.channels_last), until=model.GATE_READS)[0].mean((1, 2)).numpy()


def collect(net, index, cache, short_side, rng):
    """(features, whether people are there, weights) of all sources."""
    rows, truth, weights = [], [], []
    for source, (most, weight) in TAKEN.items():
        members = [m for m in index if m["source"] == source and not m["dev"]]
        begun = len(rows)
        for meta in (members[i] for i in rng.permutation(len(members))[:most]):
            for rgb, has_people in views_of(np.load(cache / meta["file"]), meta):
                rows.append(features_of(net, rgb, short_side))
                truth.append(float(has_people))
                weights.append(weight)
        print(f"{source}: {len(rows) - begun} views, {sum(truth[begun:]):.0f} with people", flush=True)
    return np.array(rows), np.array(truth), np.array(weights)


def fit(rows, truth, weights, pull):
    """Weights and bias of the regression, by Newton's steps on standardised features with a pull to zero."""
    mean, spread = rows.mean(0), rows.std(0) + 1e-3
    x = np.c_[(rows - mean) / spread, np.ones(len(rows))]
    held = np.r_[np.full(rows.shape[1], pull), 1e-6]
    t = np.zeros(x.shape[1])
    for _ in range(60):
        p = 1 / (1 + np.exp(-x @ t))
        slope = x.T @ (weights * (p - truth)) + held * t
        step = np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x + np.diag(held), slope)
        t -= step
        if np.abs(step).max() < 1e-6:
            break
    return t[:-1] / spread, t[-1] - (t[:-1] * mean / spread).sum()


def with_gate(net, weights, bias):
    """A copy of the net with the gate (model.add_gate). Nearness and sky stay: their rows of the decoder are zero."""
    gated = model.GraphNet(model.add_gate(net.arch))
    conv = {name: gated.convs[model.key(name)] for name in ("fg.more", "fg.less", "gate.fc", "gate.minus")}
    gated.load_state_dict({**gated.state_dict(), **{k: v for k, v in net.state_dict().items() if "fg-conv" not in k}})
    last = net.convs[model.key("fg.conv")]
    with torch.no_grad():
        for name, sign in (("fg.more", 1), ("fg.less", -1)):
            conv[name].weight.copy_(sign * last.weight)
            conv[name].bias.copy_(sign * last.bias)
        conv["gate.fc"].weight.zero_()
        conv["gate.fc"].weight[1] = torch.from_numpy(weights).float()[:, None, None]
        conv["gate.fc"].bias.copy_(torch.tensor([0.0, float(bias), 0.0]))
        conv["gate.minus"].weight.copy_(-torch.eye(3)[:, :, None, None])
        conv["gate.minus"].bias.zero_()
    return gated.eval()


def held_out(rows, truth, weights, pull, folds=5):
    """Share of the views that a fit on the others judges rightly."""
    part = np.random.default_rng(0).integers(0, folds, len(rows))
    right = 0
    for k in range(folds):
        w, b = fit(rows[part != k], truth[part != k], weights[part != k], pull)
        right += ((rows[part == k] @ w + b > 0) == (truth[part == k] > 0.5)).sum()
    return right / len(rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path, help="of train.py --foreground")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--people", type=pathlib.Path, required=True)
    parser.add_argument("--synth", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--scenes", type=int, default=250)
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("cache"))
    parser.add_argument("--recipe", choices=("research", "permissive"), default="permissive")
    parser.add_argument("--short-side", type=int, default=192)
    parser.add_argument("--pull", type=float, default=30.0, help="towards a gate that knows nothing")
    parser.add_argument("--slope", type=float, default=2.0, help="how much steeper than a probability")
    parser.add_argument("--lower", type=float, default=1.5, help="what the logit is lowered by then: a thing is worse lost than a person")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a checkpoint, for export.py")
    args = parser.parse_args()
    torch.set_num_threads(1)
    net, state = export.load_checkpoint(args.checkpoint)
    if args.recipe == "permissive" and state["recipe"] != "permissive":
        raise SystemExit("weights of another recipe cannot go on as permissive ones")
    index = data.gather(args.data, args.cache, args.synth, (), args.scenes, args.recipe, args.people)
    rows, truth, weights = collect(net, index, args.cache, args.short_side, np.random.default_rng(7))
    slope, bias = fit(rows, truth, weights, args.pull)
    gated = with_gate(net, args.slope * slope, args.slope * bias - args.lower)
    used = {m["source"]: m["licence"] for m in index if m["source"] in TAKEN and not m["dev"]}
    torch.save({
        "arch": gated.arch, "net": gated.state_dict(), "ema": gated.state_dict(), "recipe": args.recipe,
        "sources": state["sources"] | used, "seen": state.get("seen", 0), "summary": state.get("summary", ""),
    }, args.out)
    print(json.dumps({"views": len(rows), "held_out": round(float(held_out(rows, truth, weights, args.pull)), 4)}))


if __name__ == "__main__":
    main()
