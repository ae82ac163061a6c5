# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Fits the foreground's read-out anew on the frozen features of a trained network.

Only the foreground's row of the last convolution changes (24 x 3 x 3 weights and a bias), so depth and sky
stay as they are to the bit, and so does the time. A few minutes of one core: every picture is run once per
view, some of its samples are kept, and a logistic regression with a pull towards the old weights is solved
(L-BFGS). It takes the pictures of the recipe as train.py does."""

import argparse
import json
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

import data
import evaluate
import export
import model

# How many pictures of a source at most, and what each kind weighs together.
TAKEN = {
    "people-portrait": (220, 1.0), "people-body": (260, 1.2), "people-crowd": (60, 0.8), "people-none": (60, 0.25),
    "coco": (60, 0.9), "obj": (150, 0.8), "synth": (200, 0.4), "nyu": (120, 0.35),
}
SAMPLES = 1200  # of one view of a picture
SHORT_SIDES = (192, 224)
STRIDE = 50_000  # rows at a time in the fit


def features_of(net, rgb):
    """The tensor that the last convolution reads: (channels, h, w) at half the picture."""
    x = model.normalise(torch.from_numpy(np.ascontiguousarray(rgb)).permute(2, 0, 1)[None].float() / 255)
    with torch.no_grad():
        return net(x.contiguous(memory_format=torch.channels_last), until="dec0.fuse")


def patches(feature, labels, rng):
    """Rows of 3x3 neighbourhoods at drawn places, their cover and weights; half of them near outlines."""
    fg = torch.from_numpy(((labels & data.FG) > 0).astype(np.float32))[None, None]
    cover = F.interpolate(fg, size=feature.shape[2:], mode="area")[0, 0]
    high = F.max_pool2d(cover[None, None], 7, 1, 3)[0, 0]
    low = -F.max_pool2d(-cover[None, None], 7, 1, 3)[0, 0]
    edge = torch.nonzero(((high - low) > 0.5).reshape(-1))[:, 0].numpy()
    every = np.arange(cover.numel())
    at = rng.choice(every, SAMPLES)
    if len(edge) > 50:
        at[: SAMPLES // 3] = rng.choice(edge, SAMPLES // 3)
    rows = F.unfold(feature, 3, padding=1)[0][:, torch.from_numpy(at)].t()
    return rows, cover.reshape(-1)[torch.from_numpy(at)]


def view_of(array, rng, short_side):
    """A mirrored, cropped, recoloured view of a cached sample at the working size."""
    rgb, _, labels = data.unpack(array)
    w, h = evaluate.working_size(rgb.shape[1], rgb.shape[0], short_side)
    m, factor = data.random_map(rng, rgb.shape[1], rgb.shape[0], w, h, False)
    rgb, _, labels, inside = data.warp(array, m, factor, w, h)
    return data.photometric(rng, rgb, gentle=rng.random() < 0.7), np.where(inside, labels, labels & np.uint8(255 - data.FG))


def collect(net, index, cache, views, rng):
    """(rows, cover, weights) over all sources."""
    rows, covers, weights = [], [], []
    for source, (most, share) in TAKEN.items():
        members = [m for m in index if m["source"] == source and not m["dev"] and m["fg"] > 0.3]
        members = [members[i] for i in rng.permutation(len(members))[:most]]
        begun = time.time()
        for meta in members:
            array = np.load(cache / meta["file"])
            for _ in range(views if len(members) > 40 else 2 * views):
                rgb, labels = view_of(array, rng, SHORT_SIDES[rng.integers(len(SHORT_SIDES))])
                row, cover = patches(features_of(net, rgb), labels, rng)
                rows.append(row.half())
                covers.append(cover)
                weights.append(share * min(1.0, len(members) / 40) / max(len(members), 1))
                if len(members) <= 40:
                    weights[-1] /= 2
        print(f"{source}: {len(members)} pictures, {time.time() - begun:.0f} s", flush=True)
    weight = torch.tensor(weights).repeat_interleave(SAMPLES)
    return torch.cat(rows), torch.cat(covers), weight / weight.sum()


def fit(rows, cover, weight, before, pull):
    """The read-out (weights then bias) of least weighted cross entropy, drawn towards `before`."""
    spread = rows.float().std(0).clamp(min=1e-3)
    x = before.clone().requires_grad_(True)
    solver = torch.optim.LBFGS([x], max_iter=60, history_size=20, line_search_fn="strong_wolfe")

    def loss():
        solver.zero_grad()
        total = 0.0
        for begin in range(0, len(cover), STRIDE):
            part = slice(begin, begin + STRIDE)
            logit = rows[part].float() @ x[:-1] + x[-1]
            part_loss = (F.binary_cross_entropy_with_logits(logit, cover[part], reduction="none") * weight[part]).sum()
            part_loss.backward()
            total += part_loss.detach()
        held = pull * (((x - before)[:-1] * spread) ** 2).sum()
        held.backward()
        return total + held.detach()

    print(f"cross entropy {float(loss()):.4f}", end="", flush=True)
    solver.step(loss)
    print(f" -> {float(loss()):.4f}", flush=True)
    return x.detach()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=pathlib.Path, help="a checkpoint or a shipped safetensors file")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--people", type=pathlib.Path)
    parser.add_argument("--synth", type=pathlib.Path, nargs="*", default=[])
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("cache"))
    parser.add_argument("--recipe", choices=("research", "permissive"), default="research")
    parser.add_argument("--views", type=int, default=2, help="views of each picture")
    parser.add_argument("--pull", type=float, default=1e-4, help="towards the old weights")
    parser.add_argument("--share", nargs="*", default=[], metavar="SOURCE=SHARE", help="changes of a source's weight")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a checkpoint, for export.py")
    args = parser.parse_args()
    torch.set_num_threads(1)
    for change in args.share:
        source, share = change.split("=")
        TAKEN[source] = (TAKEN[source][0], float(share))
    net, begun = export.begin_from(args.weights)
    net.eval()
    if args.recipe == "permissive" and begun["recipe"] != "permissive":
        raise SystemExit("weights of another recipe cannot go on as permissive ones")
    index = data.gather(args.data, args.cache, args.synth, (), 0, args.recipe, args.people)
    rng = np.random.default_rng(7)
    rows, cover, weight = collect(net, index, args.cache, args.views, rng)
    head = net.convs[model.key("head.conv")]
    before = torch.cat([head.weight.data[1].reshape(-1), head.bias.data[1:2]])
    after = fit(rows, cover, weight, before, args.pull)
    head.weight.data[1] = after[:-1].reshape(head.weight.data[1].shape)
    head.bias.data[1] = after[-1]
    used = {m["source"]: m["licence"] for m in index if m["source"] in TAKEN and not m["dev"]}
    torch.save({
        "arch": net.arch, "net": net.state_dict(), "ema": net.state_dict(), "recipe": args.recipe,
        "sources": begun["sources"] | used, "seen": begun.get("seen", 0), "summary": begun.get("summary", ""),
    }, args.out)
    print(json.dumps({"samples": len(cover), "change": float((after - before).norm() / before.norm())}))


if __name__ == "__main__":
    main()
