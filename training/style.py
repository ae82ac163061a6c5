#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""style.py PICTURE [PICTURE ...] --out FILE --content FOLDER ...: makes a style file of pictures.

Each picture becomes one style, named by its file. The network learns to give any content picture the statistics of the style's
(Gram matrices, Gatys et al. 2016) while the content stays:

- style: Gram matrices of fixed filters at four sizes of the picture (Gabor pairs, differences of Gaussians and colour, whose
  random texture models are those of Ustyuzhaninov et al. 2016) and of the embedded depth network's encoder;
- content: that encoder's features at 1/4 and 1/8, and the picture's tone without its detail;
- steadiness: noise and a shift by a few pixels in the content may change the result no more than by themselves.

With --base the convolutions of an earlier file are the beginning, which takes a tenth of the steps. A checkpoint beside the
file makes an interrupted run go on. Then: zdepth filter CLIP --effect zstyle --style-model FILE
"""
import argparse
import csv
import math
import pathlib
import time

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.numpy import load_file

from model import normalise, parse_arch
from style_model import SHORT_SIDE, StyleNet, read_metadata

cv2.setNumThreads(0)
TAPS = ("stem", "enc.1.depthwise", "enc.2.expand", "enc.3.depthwise", "enc.4.expand")
CONTENT_TAPS = ("enc.2.sum", "enc.4.sum")


class Encoder:
    """The embedded depth network's encoder, with fixed weights."""

    def __init__(self, path):
        self.tensors = {k: torch.tensor(v.astype(np.float32)) for k, v in load_file(path).items()}
        self.ops = parse_arch(read_metadata(path)["arch"])

    def __call__(self, rgb, taps):
        made, wanted = {"image": normalise(rgb)}, set(taps)
        for kind, name, inputs, params in self.ops:
            if kind == "input":
                continue
            if kind == "conv":
                k, s = int(params["k"]), int(params.get("s", 1))
                x = F.conv2d(made[inputs[0]], self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"], s, k // 2, 1,
                             int(params.get("g", 1)))
            elif kind == "add":
                x = made[inputs[0]] + made[inputs[1]]
            else:
                raise ValueError(f"the encoder has an operator '{kind}'")
            made[name] = F.relu6(x) if params.get("act") == "relu6" else F.relu(x) if params.get("act") == "relu" else x
            wanted.discard(name)
            if not wanted:
                return [made[t] for t in taps]
        raise ValueError(f"the encoder has no tensor {sorted(wanted)}")


def filter_bank(size=9):
    """Gabor pairs in eight directions at two wavelengths over luminance, and blobs over opponent colours."""
    y, x = np.mgrid[0:size, 0:size] - size // 2
    envelope = np.exp(-(x**2 + y**2) / (2 * (size / 4.5) ** 2))
    light, red, blue = np.array([0.299, 0.587, 0.114]), np.array([1.0, -1.0, 0.0]), np.array([0.5, 0.5, -1.0])
    filters = []
    for wavelength in (3.2, 6.0):
        for turn in range(8):
            along = x * math.cos(turn * math.pi / 8) + y * math.sin(turn * math.pi / 8)
            for phase in (0, math.pi / 2):
                f = envelope * np.cos(2 * math.pi * along / wavelength + phase)
                filters.append((f - f.mean())[None] * light[:, None, None])
    for colour in (light, red, blue):
        for sigma in (1.0, 2.2):
            f = np.exp(-(x**2 + y**2) / (2 * sigma**2))
            f = f / f.sum() - np.exp(-(x**2 + y**2) / (8 * sigma**2)) / np.exp(-(x**2 + y**2) / (8 * sigma**2)).sum()
            filters.append(f[None] * colour[:, None, None])
    bank = np.stack(filters)
    bank /= np.abs(bank).sum((1, 2, 3), keepdims=True)
    return torch.tensor(4 * bank, dtype=torch.float32)


BANK = filter_bank()


def features(rgb, encoder):
    """What Gram matrices are made of, as (N, C, cells): rectified filters and colours of a pyramid, and the encoder's."""
    out, level = [], rgb
    for scale in range(4):
        f = F.conv2d(level, BANK, stride=2 if scale < 2 else 1)
        out.append(torch.cat([F.relu(f), F.relu(-f)], 1).flatten(2))
        if scale % 2 == 0:
            out.append(torch.cat([level, 0.5 * torch.ones_like(level[:, :1])], 1).flatten(2))
        level = F.avg_pool2d(level, 2) if scale < 3 else level
    return [f.float() for f in out + [f.flatten(2) for f in encoder(rgb, TAPS)]]


def grams(rgb, encoder):
    """Of all pictures of a batch together. Features in bfloat16 halve the step where a processor has it; sums are float32."""
    with torch.autocast("cpu", torch.bfloat16):
        found = features(rgb, encoder)
    return [torch.einsum("ncx,ndx->cd", f, f) / (f.shape[0] * f.shape[2]) for f in found]


def style_loss(made, target):
    return sum(((a - b) ** 2).sum() / (b**2).sum() for a, b in zip(made, target)) / len(target)


def tone(rgb):
    """Luminance without detail."""
    grey = (rgb * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    return F.avg_pool2d(grey, 16, 8)


def content_loss(made, wanted):
    return sum(((a - b) ** 2).mean() / (b**2).mean() for a, b in zip(made, wanted)) / len(wanted)


def content_files(folders):
    """Pictures of folders; of one with a manifest.tsv those whose row says that they may be used for anything."""
    files = []
    for folder in folders:
        manifest = folder / "manifest.tsv"
        if manifest.exists():
            rows = csv.DictReader(manifest.open(), delimiter="\t")
            files += [folder / f"{r['id']}.jpg" for r in rows if r.get("permissive") == "yes"]
        else:
            files += sorted(p for p in folder.rglob("*") if p.suffix in (".jpg", ".png") and ".depth" not in p.name and ".fg" not in p.name)
    return [f for f in files if f.exists()]


def read(path):
    picture = cv2.imread(str(path))
    if picture is None:
        raise SystemExit(f"style.py: '{path}' is no picture")
    return picture[..., ::-1].astype(np.float32) / 255


def crop(rng, path, side):
    """A square of a content picture at a size as in use: the whole of it, or a part at that of SHORT_SIDE."""
    picture = read(path)
    h, w = picture.shape[:2]
    short = math.exp(rng.uniform(math.log(side), math.log(1.2 * SHORT_SIDE)))
    scale = max(short, side) / min(h, w)
    size = (max(side, round(w * scale)), max(side, round(h * scale)))
    picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    y, x = rng.integers(0, size[1] - side + 1), rng.integers(0, size[0] - side + 1)
    picture = picture[y : y + side, x : x + side]
    return (picture[:, ::-1] if rng.random() < 0.5 else picture).transpose(2, 0, 1).copy()


class Trainer:
    def __init__(self, args):
        self.args = args
        self.rng = np.random.default_rng(args.seed)
        self.encoder = Encoder(args.encoder)
        self.files = content_files(args.content)
        if not self.files:
            raise SystemExit("style.py: no content picture in " + ", ".join(map(str, args.content)))
        self.net = StyleNet([p.stem.lower() for p in args.pictures])
        if args.base:
            self.net.adopt(args.base)
        with torch.no_grad():
            self.targets = [self.target(p) for p in args.pictures]
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=args.rate)
        self.step, self.spent = 0, 0.0
        self.checkpoint = args.out.with_suffix(".pt")
        if self.checkpoint.exists():
            state = torch.load(self.checkpoint, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.step, self.spent = state["step"], state["spent"]

    def target(self, path):
        picture = read(path)
        scale = self.args.scale * 640 / max(picture.shape[:2])
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
        return grams(torch.tensor(picture.transpose(2, 0, 1).copy())[None], self.encoder)

    def losses(self, style):
        side = self.args.side
        batch = np.stack([crop(self.rng, self.files[i], side) for i in self.rng.integers(0, len(self.files), self.args.batch)])
        batch = torch.tensor(batch)
        shift = int(self.rng.integers(0, 4))
        noisy = torch.roll(batch, shift, 3) + 0.02 * torch.randn_like(batch)
        seen = torch.cat([batch, noisy])
        with torch.autocast("cpu", torch.bfloat16):
            out = self.net(seen, style).float()
            with torch.no_grad():
                wanted = self.encoder(batch, CONTENT_TAPS)
            found = self.encoder(out[: len(batch)], CONTENT_TAPS)
        moved = torch.roll(out[: len(batch)], shift, 3)[..., 8:-8] - out[len(batch) :][..., 8:-8]
        return {
            "style": style_loss(grams(out, self.encoder), self.targets[style]),
            "content": content_loss([f.float() for f in found], [f.float() for f in wanted]),
            "tone": 8 * ((tone(out) - tone(seen)) ** 2).mean(),
            "steady": 10 * (moved**2).mean(),
        }

    def run(self):
        args, began, sums, seen = self.args, time.monotonic(), {}, 0
        weights = {"style": args.strength, "content": args.keep, "tone": 1.0, "steady": args.steady}
        while self.step < args.steps and self.spent + time.monotonic() - began < 60 * args.minutes:
            for group in self.optimiser.param_groups:
                past = max(self.step / args.steps, (self.spent + time.monotonic() - began) / (60 * args.minutes))
                group["lr"] = args.rate * min(1, (self.step + 1) / 30) * (0.5 + 0.5 * math.cos(math.pi * min(past, 1))) + 1e-5
            losses = self.losses(self.step % len(self.targets))
            self.optimiser.zero_grad()
            sum(weights[k] * v for k, v in losses.items()).backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.optimiser.step()
            self.step += 1
            seen += 1
            for k, v in losses.items():
                sums[k] = sums.get(k, 0.0) + float(v.detach())
            if self.step % args.every == 0:
                took = self.spent + time.monotonic() - began
                print(f"step {self.step} {took:.0f} s " + " ".join(f"{k} {v / seen:.4f}" for k, v in sums.items()), flush=True)
                sums, seen = {}, 0
                self.save(took)
        self.save(self.spent + time.monotonic() - began)

    def save(self, spent):
        part = self.checkpoint.with_suffix(".part")
        torch.save({"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": spent}, part)
        part.replace(self.checkpoint)
        self.net.save(self.args.out, {"name": self.args.out.stem, "licence": self.args.licence, "training": f"{self.step} steps by training/style.py"})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    models = pathlib.Path(__file__).resolve().parent.parent / "models"
    parser.add_argument("pictures", type=pathlib.Path, nargs="+")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--content", type=pathlib.Path, nargs="+", required=True, help="folders of any pictures, some hundred or more")
    parser.add_argument("--base", type=pathlib.Path, help="a style file to begin with, such as models/zdepth-style.safetensors")
    parser.add_argument("--encoder", type=pathlib.Path, default=models / "zdepth-embedded-permissive.safetensors")
    parser.add_argument("--strength", type=float, default=4.0, help="weight of the style")
    parser.add_argument("--keep", type=float, default=0.3, help="weight of the content")
    parser.add_argument("--steady", type=float, default=1.0, help="weight of steadiness")
    parser.add_argument("--scale", type=float, default=1.0, help="size of the style's strokes")
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--minutes", type=float, default=600.0)
    parser.add_argument("--side", type=int, default=176)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--every", type=int, default=50, help="steps between lines and checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--licence", default="of its maker")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(args.seed)
    Trainer(args).run()


if __name__ == "__main__":
    main()
