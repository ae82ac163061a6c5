#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Makes an ONNX file of a Depth Anything V2 checkpoint for comparisons (bench/model/compare.py).

make_onnx.py CHECKPOINT.safetensors WIDTH HEIGHT OUT.onnx [--heads N] [--check VECTORS.safetensors]

Needs torch and onnx from PyPI; neither is needed to build or run the product. The network is
written here from the facts in docs/engine.md; --check compares it with reference tensors first.
"""
import argparse
import json
import struct

import numpy as np
import torch
import torch.nn.functional as F


def load(path):
    """Float tensors of a safetensors file, by name."""
    with open(path, "rb") as f:
        data = f.read()
    size = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8 : 8 + size])
    kinds = {"F32": np.float32, "F16": np.float16, "F64": np.float64}
    out = {}
    for name, entry in header.items():
        if name != "__metadata__" and entry["dtype"] in kinds:
            begin, end = (8 + size + o for o in entry["data_offsets"])
            values = np.frombuffer(data[begin:end], kinds[entry["dtype"]]).astype(np.float32)
            out[name] = torch.from_numpy(values.reshape(entry["shape"]).copy())
    return out


def cubic(t):
    a = -0.75
    d = np.abs(t)
    return np.where(d <= 1, ((a + 2) * d - (a + 3)) * d * d + 1, ((a * d - 5 * a) * d + 8 * a) * d - 4 * a)


def resize_matrix(cells, side):
    """The position embedding's cubic resize along one side, as a matrix."""
    m = np.zeros((cells, side), np.float64)
    for i in range(cells):
        at = (i + 0.5) * side / (cells + 0.1) - 0.5
        for j in range(-1, 3):
            k = int(np.floor(at)) + j
            m[i, min(max(k, 0), side - 1)] += cubic(at - k)
    return torch.from_numpy(m.astype(np.float32))


class DepthAnything(torch.nn.Module):
    def __init__(self, weights, width, height, heads):
        super().__init__()
        self.names = {n.replace(".", "_"): n for n in weights}
        for flat, name in self.names.items():
            self.register_buffer(flat, weights[name])
        self.dim = weights["pretrained.cls_token"].shape[-1]
        self.heads = heads or self.dim // 64
        self.depth = sum(n.endswith(".attn.qkv.weight") for n in weights)
        self.taps = [4, 11, 17, 23] if self.depth == 24 else [2, 5, 8, 11]
        self.gh, self.gw = height // 14, width // 14
        pos = weights["pretrained.pos_embed"][0]
        grid = pos[1:].reshape(37, 37, self.dim)
        if (self.gh, self.gw) != (37, 37):
            rows, columns = resize_matrix(self.gh, 37), resize_matrix(self.gw, 37)
            grid = torch.einsum("yj,xi,jid->yxd", rows, columns, grid)
        self.register_buffer("position", torch.cat([pos[:1], grid.reshape(-1, self.dim)])[None])

    def w(self, name):
        return getattr(self, name.replace(".", "_"))

    def linear(self, x, name):
        return F.linear(x, self.w(name + ".weight"), self.w(name + ".bias"))

    def conv(self, x, name, **options):
        flat = (name + ".bias").replace(".", "_")
        return F.conv2d(x, self.w(name + ".weight"), getattr(self, flat) if flat in self.names else None, **options)

    def norm(self, x, name):
        return F.layer_norm(x, (self.dim,), self.w(name + ".weight"), self.w(name + ".bias"), 1e-6)

    def block(self, x, i):
        p = f"pretrained.blocks.{i}."
        t = x.shape[1]
        qkv = self.linear(self.norm(x, p + "norm1"), p + "attn.qkv").reshape(1, t, 3, self.heads, -1)
        q, k, v = qkv.permute(2, 0, 3, 1, 4).unbind(0)
        a = torch.softmax((q * (self.dim // self.heads) ** -0.5) @ k.transpose(-2, -1), -1) @ v
        a = a.transpose(1, 2).reshape(1, t, self.dim)
        x = x + self.w(p + "ls1.gamma") * self.linear(a, p + "attn.proj")
        h = F.gelu(self.linear(self.norm(x, p + "norm2"), p + "mlp.fc1"))
        return x + self.w(p + "ls2.gamma") * self.linear(h, p + "mlp.fc2")

    def unit(self, x, name):
        y = self.conv(F.relu(x), name + ".conv1", padding=1)
        return x + self.conv(F.relu(y), name + ".conv2", padding=1)

    def refine(self, x, skip, i, size):
        p = f"depth_head.scratch.refinenet{i}."
        if skip is not None:
            x = x + self.unit(skip, p + "resConfUnit1")
        x = self.unit(x, p + "resConfUnit2")
        x = F.interpolate(x, size=size, mode="bilinear", align_corners=True)
        return self.conv(x, p + "out_conv")

    def forward(self, image):
        x = self.conv(image, "pretrained.patch_embed.proj", stride=14).flatten(2).transpose(1, 2)
        x = torch.cat([self.w("pretrained.cls_token"), x], 1) + self.position
        layers = []
        for i in range(self.depth):
            x = self.block(x, i)
            if i in self.taps:
                tap = self.norm(x, "pretrained.norm")[:, 1:].transpose(1, 2)
                layers.append(tap.reshape(1, self.dim, self.gh, self.gw))
        for i in range(4):
            y = self.conv(layers[i], f"depth_head.projects.{i}")
            p = f"depth_head.resize_layers.{i}"
            if i < 2:
                y = F.conv_transpose2d(y, self.w(p + ".weight"), self.w(p + ".bias"), stride=4 >> i)
            elif i == 3:
                y = self.conv(y, p, stride=2, padding=1)
            layers[i] = self.conv(y, f"depth_head.scratch.layer{i + 1}_rn", padding=1)
        x = self.refine(layers[3], None, 4, layers[2].shape[2:])
        x = self.refine(x, layers[2], 3, layers[1].shape[2:])
        x = self.refine(x, layers[1], 2, layers[0].shape[2:])
        x = self.refine(x, layers[0], 1, [8 * self.gh, 8 * self.gw])
        x = self.conv(x, "depth_head.scratch.output_conv1", padding=1)
        x = F.interpolate(x, size=[14 * self.gh, 14 * self.gw], mode="bilinear", align_corners=True)
        x = F.relu(self.conv(x, "depth_head.scratch.output_conv2.0", padding=1))
        return F.relu(self.conv(x, "depth_head.scratch.output_conv2.2"))[:, 0]


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("checkpoint")
    options.add_argument("width", type=int)
    options.add_argument("height", type=int)
    options.add_argument("out")
    options.add_argument("--heads", type=int, default=0)
    options.add_argument("--check")
    given = options.parse_args()
    net = DepthAnything(load(given.checkpoint), given.width, given.height, given.heads).eval()
    with torch.no_grad():
        if given.check:
            vectors = load(given.check)
            off = (net(vectors["input"]) - vectors["depth"]).abs().sum() / vectors["depth"].abs().sum()
            print(f"relative L1 to the vectors: {off:.2g}")
        image = torch.zeros(1, 3, given.height, given.width)
        torch.onnx.export(net, (image,), given.out, opset_version=20, input_names=["image"],
                          output_names=["depth"], dynamo=False)
    print(f"wrote {given.out}")


if __name__ == "__main__":
    main()
