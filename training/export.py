# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Writes a checkpoint as the float16 safetensors file the engine loads, and its test vector."""

import argparse
import json
import pathlib

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file

import model

VERSION = "1"


def load_checkpoint(path):
    """Returns (net with the averaged weights, checkpoint dictionary)."""
    state = torch.load(path, map_location="cpu", weights_only=True)
    net = model.GraphNet(state["arch"])
    net.load_state_dict(state["ema"])
    return net.eval(), state


def begin_from(path):
    """(net to train on, what is known of it: recipe, sources, seen) of a checkpoint or a shipped file.

    A shipped file has its normalisation folded into the weights; the net goes on without.
    """
    if str(path).endswith(".safetensors"):
        net, meta = load_weights(path)
        seen = int(meta["training"].split(" samples")[0].replace(",", ""))
        return net.train(), {"recipe": meta["recipe"], "sources": json.loads(meta["sources"]), "seen": seen}
    net, state = load_checkpoint(path)
    return net.train(), state


def load_weights(path):
    """Reads a shipped file. Returns (module in float32, metadata)."""
    with safe_open(path, "pt") as f:
        meta = f.metadata()
        tensors = {k: f.get_tensor(k) for k in f.keys()}
    return model.from_folded(meta["arch"], tensors), meta


def with_foreground(net):
    """A copy of the net with a decoder of its own for the foreground (model.add_foreground), which alone learns."""
    wider = model.GraphNet(model.add_foreground(net.arch))
    wider.load_state_dict({**wider.state_dict(), **net.state_dict()})
    return learn_foreground(wider)


def learn_foreground(net):
    """Fixes everything but that decoder. Returns the net."""
    for name, p in net.named_parameters():
        p.requires_grad_(model.is_foreground(name.split(".")[1]))
    return net


def write_weights(net, path, info):
    """Folds, rounds to float16 and writes. `info`: further metadata strings."""
    arch, tensors = model.fold(net)
    half = {k: v.to(torch.float16).contiguous() for k, v in tensors.items()}
    for name, value in half.items():
        if not torch.isfinite(value).all():
            raise ValueError(f"{name} does not fit float16")
    meta = {
        "format": "zdepth-embedded",
        "version": VERSION,
        "arch": arch,
        "mean": " ".join(map(str, model.MEAN)),
        "std": " ".join(map(str, model.STD)),
        "multiple": str(model.MULTIPLE),
        "input": "RGB, display-referred, 0..1, area-averaged to the working size",
        "parameters": str(sum(v.numel() for v in half.values())),
        **info,
    }
    save_file(half, str(path), metadata=meta)


def vector_image(height, width):
    """The test vector's picture: a formula, so that anyone can make it again. (3,H,W) in 0..1."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    planes = [
        0.5 + 0.5 * np.sin(0.11 * x + 0.07 * y),
        0.5 + 0.5 * np.cos(0.05 * x - 0.13 * y),
        (x / width + y / height) / 2.0,
    ]
    planes[0] = np.where((x - 80) ** 2 + (y - 36) ** 2 < 500, 0.9, planes[0])
    return np.stack(planes).astype(np.float32)


def write_vector(weights, path, height=64, width=128):
    """Runs the shipped weights (float16 upcast to float32) on the formula picture."""
    net, _ = load_weights(weights)
    rgb = torch.from_numpy(vector_image(height, width))[None]
    taps = {}
    with torch.no_grad():
        x = model.normalise(rgb)
        logits = net(x)
        for name in ("stem", "enc.5.project", "ctx.out", "dec0.fuse"):
            taps[name] = tap(net, x, name)
    tensors = {
        "rgb": rgb,
        "nearness": torch.sigmoid(logits[:, 0:1]),
        "foreground": torch.sigmoid(logits[:, 1:2]),
        "sky": torch.sigmoid(logits[:, 2:3]),
    }
    for name, value in taps.items():
        tensors[f"tap.{name}.mean"] = value.mean((0, 2, 3))
    save_file({k: v.contiguous() for k, v in tensors.items()}, str(path))


def tap(net, x, wanted):
    """The tensor `wanted` of the list, by running the list up to it."""
    found = {}
    plain = net.run

    def run(kind, name, inputs, params):
        y = plain(kind, name, inputs, params)
        if name == wanted:
            found[name] = y
        return y

    net.run = run
    net(x)
    net.run = plain
    return found[wanted]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("../models/zdepth-embedded.safetensors"))
    parser.add_argument("--vector", type=pathlib.Path, help="also write the test vector here")
    parser.add_argument("--short-side", type=int, default=224)
    parser.add_argument("--name", default="zdepth-embedded")
    parser.add_argument("--training", help="what to say of the training, in place of the checkpoint's own summary")
    args = parser.parse_args()
    net, state = load_checkpoint(args.checkpoint)
    info = {
        "name": args.name,
        "short_side": str(args.short_side),
        "licence": state.get("licence", "Apache-2.0 (weights); see models/README.md for the training data"),
        "recipe": state.get("recipe", "none"),
        "sources": json.dumps(state.get("sources", {})),
        "training": args.training or state.get("summary", "untrained"),
    }
    write_weights(net, args.out, info)
    print(f"{args.out}: {args.out.stat().st_size} bytes, {model.macs(net.arch, 384, 224) / 1e9:.2f} GMAC at 384x224")
    if args.vector:
        write_vector(args.out, args.vector)


if __name__ == "__main__":
    main()
