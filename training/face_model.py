# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The two face networks as operator lists, and the module that trains them.

Detector: a picture in, one cell of 8x8 pixels each: logit, box (centre offset, log size) and six points.
Landmarks: a face's square crop of 128x128 in, 468 points and four logits. docs/face.md says what they mean.
"""
import torch
import torch.nn as nn
import torch.nn.functional as F

import model

POINTS, FLAGS, CELL, CELL_VALUES = 468, 4, 8, 16
DETECTOR_SIDE, LANDMARK_SIDE = 128, 128


def _stage(b, name, src, width):
    return b.residual(f"{name}.res", b.conv(f"{name}.down", src, width, s=2), width)


def detector_arch(widths=(16, 24, 48, 80, 96)):
    """Down to 1/32 and back to 1/8, so that a cell sees the whole face and what is around it."""
    b = model.ArchBuilder()
    x = b.conv("stem", "image", widths[0], s=2)
    x = _stage(b, "s1", x, widths[1])
    fine = _stage(b, "s2", x, widths[2])
    middle = _stage(b, "s3", fine, widths[3])
    x = _stage(b, "s4", middle, widths[4])
    for name, skip, width in (("u3", middle, widths[3]), ("u2", fine, widths[2])):
        x = b.conv(f"{name}.reduce", x, width, k=1, act="none")
        x = b.op("add", f"{name}.sum", b.op("up2", f"{name}.up", x), skip, act="relu")
        x = b.conv(f"{name}.fuse", x, width)
    b.conv("cells", x, CELL_VALUES, k=1, act="none", bn=0)
    b.lines.append("result faces cells")
    return "\n".join(b.lines)


def landmark_arch(widths=(16, 32, 48, 80, 112), squeeze=64, hidden=128):
    b = model.ArchBuilder()
    x = b.conv("stem", "image", widths[0], s=2)
    for n, width in enumerate(widths[1:], 1):
        x = _stage(b, f"s{n}", x, width)
    x = b.conv("squeeze", x, squeeze, k=1)
    b.lines.append(f"conv hidden {x} k=4 s=1 p=0 o={hidden} act=relu bn=1")
    b.conv("xyz", "hidden", POINTS * 3, k=1, act="none", bn=0)
    b.conv("visible", "hidden", FLAGS, k=1, act="none", bn=0)
    b.lines += ["result points0 xyz", "result flags0 visible"]
    return "\n".join(b.lines)


class FaceNet(nn.Module):
    """Runs a list; forward() gives {result name: tensor}. `model.fold` writes it."""

    def __init__(self, arch):
        super().__init__()
        self.arch, self.ops = arch, model.parse_arch(arch)
        self.convs, self.norms, width = nn.ModuleDict(), nn.ModuleDict(), {}
        for kind, name, inputs, params in self.ops:
            if kind == "input":
                width[name] = int(params["c"])
            elif kind == "conv":
                k, o = int(params["k"]), int(params["o"])
                bn = params.get("bn", "0") == "1"
                conv = nn.Conv2d(width[inputs[0]], o, k, int(params["s"]), int(params.get("p", k // 2)), bias=not bn)
                nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
                if not bn:
                    nn.init.zeros_(conv.bias), conv.weight.data.mul_(.1)
                self.convs[model.key(name)] = conv
                if bn:
                    self.norms[model.key(name)] = nn.BatchNorm2d(o, momentum=.03)
                    if name.endswith("conv2"):
                        nn.init.constant_(self.norms[model.key(name)].weight, .3)
                width[name] = o
            elif kind != "result":
                width[name] = width[inputs[0]]

    def forward(self, image):
        t, results = {}, {}
        for kind, name, inputs, params in self.ops:
            if kind == "input":
                t[name] = image
                continue
            x = t[inputs[0]]
            if kind == "result":
                results[name] = x.float()
                continue
            if kind == "conv":
                x = self.convs[model.key(name)](x)
                x = self.norms[model.key(name)](x) if model.key(name) in self.norms else x
            elif kind == "add":
                x = x + t[inputs[1]]
            elif kind == "up2":
                x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
            t[name] = model.activate(x, params.get("act", "none"))
        return results


def start_from_shapes(net, landmarks):
    """Begins the last layer of the landmark network on the mean face and the directions in which faces vary, so
    that the first steps learn poses and not the anatomy. landmarks: (n, 1404) in 0..1 of the crop."""
    flat = torch.as_tensor(landmarks, dtype=torch.float32)
    mean = flat.mean(0)
    _, s, v = torch.linalg.svd(flat - mean, full_matrices=False)
    xyz = net.convs["xyz"]
    hidden = xyz.weight.shape[1]
    n = min(hidden, v.shape[0])
    basis = torch.zeros(flat.shape[1], hidden)
    basis[:, :n] = (v[:n] * (s[:n, None] / len(flat) ** .5)).T
    turn = torch.linalg.qr(torch.randn(hidden, hidden))[0]
    xyz.weight.data.copy_((basis @ turn)[:, :, None, None] * .3)
    xyz.bias.data.copy_(mean)


if __name__ == "__main__":
    for text in (detector_arch(), landmark_arch()):
        net = FaceNet(text)
        print(sum(p.numel() for p in net.parameters()), {k: tuple(v.shape) for k, v in net(torch.zeros(2, 3, 128, 128)).items()})
