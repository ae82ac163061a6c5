# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Depth Anything V2 (DINOv2 encoder, DPT head) in plain PyTorch, as a teacher for distillation.

Reads a safetensors checkpoint in the original or the Hugging Face key scheme; the size (small, base,
large) is told from the tensors' shapes. Inference only. Run as a program it labels a folder of
photos for train.py, or checks itself against the reference vectors.

Sources: Oquab et al., DINOv2 (2023); Ranftl et al., Vision Transformers for Dense Prediction
(2021); Yang et al., Depth Anything V2 (2024).
"""

import argparse
import math
import pathlib

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file

PATCH = 14
TAPS = {12: (2, 5, 8, 11), 24: (4, 11, 17, 23)}
EPS = 1e-6

HF_PAIRS = (
    ("pretrained.cls_token", "backbone.embeddings.cls_token"),
    ("pretrained.pos_embed", "backbone.embeddings.position_embeddings"),
    ("pretrained.patch_embed.proj", "backbone.embeddings.patch_embeddings.projection"),
    ("pretrained.norm", "backbone.layernorm"),
    ("depth_head.projects.{i}", "neck.reassemble_stage.layers.{i}.projection"),
    ("depth_head.resize_layers.{i}", "neck.reassemble_stage.layers.{i}.resize"),
    ("depth_head.scratch.layer{i1}_rn", "neck.convs.{i}"),
    ("depth_head.scratch.output_conv1", "head.conv1"),
    ("depth_head.scratch.output_conv2.0", "head.conv2"),
    ("depth_head.scratch.output_conv2.2", "head.conv3"),
)


def to_original(weights):
    """Renames Hugging Face keys to the original scheme; original files pass unchanged."""
    if not any(k.startswith("backbone.") for k in weights):
        return weights
    out, table = {}, {}
    for original, hf in HF_PAIRS:
        for i in range(4):
            table[hf.format(i=i)] = original.format(i=i, i1=i + 1)
    for name, value in weights.items():
        stem, _, leaf = name.rpartition(".")
        if name in table or stem in table:
            out[table[name] if name in table else f"{table[stem]}.{leaf}"] = value
            continue
        if name.startswith("backbone.encoder.layer."):
            _, _, _, number, rest = name.split(".", 4)
            block = f"pretrained.blocks.{number}."
            rest = rest.replace("layer_scale1.lambda1", "ls1.gamma").replace("layer_scale2.lambda1", "ls2.gamma")
            rest = rest.replace("attention.output.dense", "attn.proj")
            out[block + rest] = value
        elif name.startswith("neck.fusion_stage.layers."):
            number, rest = name[len("neck.fusion_stage.layers.") :].split(".", 1)
            rest = rest.replace("residual_layer", "resConfUnit").replace("convolution", "conv")
            rest = rest.replace("projection", "out_conv")
            out[f"depth_head.scratch.refinenet{4 - int(number)}.{rest}"] = value
        else:
            out[name] = value
    for block in sorted({k.split(".attention.")[0] for k in out if ".attention.attention." in k}):
        for leaf in ("weight", "bias"):
            parts = [out.pop(f"{block}.attention.attention.{n}.{leaf}") for n in ("query", "key", "value")]
            out[f"{block}.attn.qkv.{leaf}"] = torch.cat(parts)
    return out


class Teacher:
    """forward: normalised picture (1,3,H,W), sides multiples of 14 -> nearness (1,H,W)."""

    def __init__(self, path, heads=None):
        self.w = {k: v.float() for k, v in to_original(load_file(str(path))).items()}
        self.dim = self.w["pretrained.norm.weight"].numel()
        self.depth = 1 + max(int(k.split(".")[2]) for k in self.w if k.startswith("pretrained.blocks."))
        if self.depth not in TAPS:
            raise ValueError(f"{path}: {self.depth} blocks, expected 12 or 24")
        self.heads = heads or max(1, self.dim // 64)

    def to(self, device):
        self.w = {k: v.to(device) for k, v in self.w.items()}
        return self

    def linear(self, x, name):
        return F.linear(x, self.w[f"{name}.weight"], self.w[f"{name}.bias"])

    def norm(self, x, name):
        return F.layer_norm(x, (self.dim,), self.w[f"{name}.weight"], self.w[f"{name}.bias"], EPS)

    def conv(self, x, name, pad=0, stride=1):
        return F.conv2d(x, self.w[f"{name}.weight"], self.w.get(f"{name}.bias"), stride, pad)

    def positions(self, gh, gw):
        stored = self.w["pretrained.pos_embed"]
        side = math.isqrt(stored.shape[1] - 1)
        if gh == gw == side:
            return stored
        grid = stored[:, 1:].reshape(1, side, side, self.dim).permute(0, 3, 1, 2)
        scale = ((gh + 0.1) / side, (gw + 0.1) / side)
        grid = F.interpolate(grid, scale_factor=scale, mode="bicubic", align_corners=False)
        return torch.cat([stored[:, :1], grid.permute(0, 2, 3, 1).reshape(1, -1, self.dim)], 1)

    def block(self, x, i):
        p = f"pretrained.blocks.{i}"
        n, t, _ = x.shape
        qkv = self.linear(self.norm(x, f"{p}.norm1"), f"{p}.attn.qkv")
        q, k, v = qkv.reshape(n, t, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        a = F.scaled_dot_product_attention(q, k, v).transpose(1, 2).reshape(n, t, -1)
        x = x + self.w[f"{p}.ls1.gamma"] * self.linear(a, f"{p}.attn.proj")
        h = F.gelu(self.linear(self.norm(x, f"{p}.norm2"), f"{p}.mlp.fc1"))
        return x + self.w[f"{p}.ls2.gamma"] * self.linear(h, f"{p}.mlp.fc2")

    def residual(self, x, name):
        y = self.conv(F.relu(x), f"{name}.conv1", 1)
        return x + self.conv(F.relu(y), f"{name}.conv2", 1)

    def resize(self, x, i):
        name = f"depth_head.resize_layers.{i}"
        if i < 2:
            return F.conv_transpose2d(x, self.w[f"{name}.weight"], self.w[f"{name}.bias"], stride=4 >> i)
        return x if i == 2 else self.conv(x, name, 1, 2)

    @torch.no_grad()
    def __call__(self, image):
        _, _, h, w = image.shape
        gh, gw = h // PATCH, w // PATCH
        x = self.conv(image, "pretrained.patch_embed.proj", stride=PATCH).flatten(2).transpose(1, 2)
        cls = self.w["pretrained.cls_token"].expand(x.shape[0], -1, -1)
        x = torch.cat([cls, x], 1) + self.positions(gh, gw)
        levels = []
        for i in range(self.depth):
            x = self.block(x, i)
            if i in TAPS[self.depth]:
                tap = self.norm(x, "pretrained.norm")[:, 1:]
                tap = tap.transpose(1, 2).reshape(-1, self.dim, gh, gw)
                n = len(levels)
                tap = self.resize(self.conv(tap, f"depth_head.projects.{n}"), n)
                levels.append(self.conv(tap, f"depth_head.scratch.layer{n + 1}_rn", 1))
        y = None
        for n in (4, 3, 2, 1):
            name = f"depth_head.scratch.refinenet{n}"
            level = levels[n - 1]
            y = level if y is None else y + self.residual(level, f"{name}.resConfUnit1")
            y = self.residual(y, f"{name}.resConfUnit2")
            size = levels[n - 2].shape[2:] if n > 1 else (2 * y.shape[2], 2 * y.shape[3])
            y = F.interpolate(y, size=size, mode="bilinear", align_corners=True)
            y = self.conv(y, f"{name}.out_conv")
        y = self.conv(y, "depth_head.scratch.output_conv1", 1)
        y = F.interpolate(y, size=(gh * PATCH, gw * PATCH), mode="bilinear", align_corners=True)
        y = F.relu(self.conv(y, "depth_head.scratch.output_conv2.0", 1))
        return F.relu(self.conv(y, "depth_head.scratch.output_conv2.2"))[:, 0]


def preprocess(rgb, short_side=518):
    """uint8 RGB -> normalised input as the reference prepares it (cubic, sides multiples of 14)."""
    import model

    h, w = rgb.shape[:2]
    scale = max(short_side / h, short_side / w)
    side = lambda v: max(int(math.ceil(short_side / PATCH)) * PATCH, int(round(v * scale / PATCH)) * PATCH)
    x = cv2.resize(rgb.astype(np.float64) / 255, (side(w), side(h)), interpolation=cv2.INTER_CUBIC)
    x = (x - np.array(model.MEAN)) / np.array(model.STD)
    return torch.from_numpy(x.transpose(2, 0, 1)[None].astype(np.float32))


def labelled_photos(checkpoint, folders, device="cpu", short_side=518, heads=None):
    """Every picture below `folders` with the teacher's nearness, as data.build_cache() takes them."""
    import data

    teacher = Teacher(checkpoint, heads).to(device)
    for folder in folders:
        for path in sorted(pathlib.Path(folder).rglob("*")):
            if path.suffix.lower() not in (".jpg", ".jpeg", ".png") or path.name.startswith("person_vik"):
                continue
            rgb = data.read_rgb(path)
            near = teacher(preprocess(rgb, short_side).to(device))[0].cpu().numpy()
            near = cv2.resize(near, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR)
            known = np.ones(near.shape, bool)
            code = data.encode(np.maximum(near, 1e-4), known, ~known)
            meta = {
                "id": path.stem, "source": "teacher", "licence": "as the photos and the teacher's weights",
                "dense": True, "fg": 0.0, "sky": 0.0, "dev": data.is_dev("teacher", path.stem),
            }
            yield data.pack(*data.shrink(rgb, code, np.zeros(code.shape, np.uint8))), meta


def check(vectors):
    """Compares with the reference vectors of the random-weight checkpoint; prints the errors."""
    vectors = pathlib.Path(vectors)
    worst = 0.0
    cases = [(s, v, h) for s in ("tiny_orig", "tiny_hf") for v, h in
             (("tiny_70x98", 2), ("tiny_56x56", 2), ("tiny_70x98_heads1", 1))]
    for scheme, name, heads in cases:
        want = load_file(str(vectors / f"{name}.safetensors"))
        image = want.get("input")
        if image is None:
            image = load_file(str(vectors / "tiny_70x98.safetensors"))["input"]
        got = Teacher(vectors / f"{scheme}.safetensors", heads)(image)
        error = float((got - want["depth"]).abs().sum() / want["depth"].abs().sum())
        worst = max(worst, error)
        print(f"{scheme} {name}: relative L1 {error:.2e}")
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("vectors", type=pathlib.Path, help="folder of the reference vectors")
    args = parser.parse_args()
    if check(args.vectors) > 1e-4:
        raise SystemExit("teacher departs from the reference")


if __name__ == "__main__":
    main()
