# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The network of the neural styles: its operator list, a PyTorch module of the same, and its file.

Johnson, Alahi and Li (2016) made smaller: two convolutions of stride 2, residual blocks at a quarter, and back; instance
normalisation (Ulyanov et al. 2016) whose gains and biases are each style's own while the convolutions are shared (Dumoulin et al.
2017). The result is made at half size, four pixels a cell, so that nothing wide runs at full size. models/EMBEDDED_FORMAT.md,
Style files, has the form.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from safetensors.numpy import load_file, save_file

MEAN, STD, MULTIPLE, SHORT_SIDE = 0.5, 0.25, 4, 540


class Lines:
    """Collects operator lines; `{style}` stands for the style's name."""

    def __init__(self):
        self.text = ["input image c=3"]
        self.convs, self.norms = {}, {}

    def conv(self, name, src, channels, out, k, s=1, norm="none", after=None):
        """A convolution with its normalisation; `after`: a sum with this tensor comes before the activation."""
        self.text.append(f"conv {name} {src} k={k} s={s} o={out} bias=0 pad=reflect")
        self.text.append(f"moments {name}.m {name}")
        self.text.append(f"instance {name}.n {name} {name}.m eps=5 w={{style}}.{name}" + (" act=relu" if norm == "relu" else ""))
        self.convs[name], self.norms[name] = (channels, out, k, s), out
        return f"{name}.n"

    def add(self, name, a, b, act=""):
        self.text.append(f"add {name} {a} {b}{act}")
        return name


def build(width=32, blocks=4):
    lines = Lines()
    half = lines.conv("s1", "image", 3, width, 5, 2, "relu")
    x = lines.conv("s2", half, width, 2 * width, 3, 2, "relu")
    for i in range(blocks):
        y = lines.conv(f"r{i}a", x, 2 * width, 2 * width, 3, 1, "relu")
        y = lines.conv(f"r{i}b", y, 2 * width, 2 * width, 3)
        x = lines.add(f"r{i}", x, y)
    lines.text.append(f"up2 up {x}")
    y = lines.conv("d1", "up", 2 * width, width, 3)
    x = lines.add("d1.s", half, y, " act=relu")
    x = lines.conv("d2", x, width, width, 3, 1, "relu")
    lines.text.append(f"convt out {x} k=2 o=3 act=sigmoid")
    lines.text.append("result rgb out")
    return lines


class StyleNet(nn.Module):
    """Runs the list for one style at a time; pictures (N, 3, H, W) of 0..1 in and out, sides multiples of 4."""

    def __init__(self, styles, width=32, blocks=4):
        super().__init__()
        self.styles, self.width, self.blocks = list(styles), width, blocks
        self.lines = build(width, blocks)
        self.convs = nn.ParameterDict()
        for name, (inputs, out, k, _) in self.lines.convs.items():
            self.convs[name] = nn.Parameter(torch.randn(out, inputs, k, k) * (2 / (inputs * k * k)) ** 0.5)
        self.gains = nn.ParameterDict({n: nn.Parameter(torch.ones(len(styles), c)) for n, c in self.lines.norms.items()})
        self.biases = nn.ParameterDict({n: nn.Parameter(torch.zeros(len(styles), c)) for n, c in self.lines.norms.items()})
        for i in range(blocks):
            nn.init.constant_(self.gains[f"r{i}b"], 0.3)
        self.out = nn.Parameter(torch.randn(width, 3, 1, 1).repeat(1, 1, 2, 2) * (1 / width) ** 0.5)
        self.out_bias = nn.Parameter(torch.zeros(3))

    def normal(self, name, x, style):
        return F.instance_norm(x, weight=self.gains[name][style], bias=self.biases[name][style], eps=1e-5)

    def conv(self, name, x, style):
        _, _, k, s = self.lines.convs[name]
        x = F.conv2d(F.pad(x, (k // 2,) * 4, "reflect"), self.convs[name], stride=s)
        return self.normal(name, x, style)

    def forward(self, rgb, style):
        half = F.relu(self.conv("s1", (rgb - MEAN) / STD, style))
        x = F.relu(self.conv("s2", half, style))
        for i in range(self.blocks):
            y = F.relu(self.conv(f"r{i}a", x, style))
            x = x + self.conv(f"r{i}b", y, style)
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = F.relu(half + self.conv("d1", x, style))
        x = F.relu(self.conv("d2", x, style))
        return torch.sigmoid(F.conv_transpose2d(x, self.out, self.out_bias, stride=2))

    def adopt(self, path):
        """Takes the convolutions of a file, and its first style's normalisation for every style."""
        tensors = {k: torch.tensor(v.astype(np.float32)) for k, v in load_file(path).items()}
        first = read_metadata(path)["styles"].split()[0]
        with torch.no_grad():
            for name, value in self.convs.items():
                value.copy_(tensors[f"{name}.weight"])
            for name in self.gains:
                self.gains[name][:] = tensors[f"{first}.{name}.weight"]
                self.biases[name][:] = tensors[f"{first}.{name}.bias"]
            self.out.copy_(tensors["out.weight"])
            self.out_bias.copy_(tensors["out.bias"])

    def save(self, path, metadata):
        tensors = {f"{n}.weight": v for n, v in self.convs.items()} | {"out.weight": self.out, "out.bias": self.out_bias}
        about = {"format": "zdepth-style", "version": "1", "mean": f"{MEAN} {MEAN} {MEAN}", "std": f"{STD} {STD} {STD}",
                 "short_side": str(SHORT_SIDE), "multiple": str(MULTIPLE), "styles": " ".join(self.styles),
                 **metadata}
        for index, style in enumerate(self.styles):
            about[f"{style}.arch"] = "\n".join(self.lines.text).replace("{style}", style)
            about.setdefault("arch", about[f"{style}.arch"])
            for name in self.gains:
                tensors[f"{style}.{name}.weight"] = self.gains[name][index]
                tensors[f"{style}.{name}.bias"] = self.biases[name][index]
        pathlib.Path(path).parent.mkdir(parents=True, exist_ok=True)
        save_file({k: v.detach().numpy().astype(np.float16).copy() for k, v in tensors.items()}, path, metadata=about)


def read_metadata(path):
    with open(path, "rb") as file:
        return json.loads(file.read(int.from_bytes(file.read(8), "little")))["__metadata__"]
