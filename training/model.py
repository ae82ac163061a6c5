# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The embedded depth network as an operator list, and a PyTorch module that runs such a list.

The list is the network's only description: training, export and the C engine all read the same
text (models/EMBEDDED_FORMAT.md). A convolution trains with batch normalisation unless it says
`bn=0`; the export folds the normalisation away, so that the shipped list has none.
"""

import torch
import torch.nn as nn
import torch.nn.functional as F

MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
MULTIPLE = 32


class ArchBuilder:
    """Collects operator lines; every method returns the name of the tensor it makes."""

    def __init__(self):
        self.lines = ["input image c=3"]

    def conv(self, name, src, out, k=3, s=1, act="relu", bn=1):
        self.lines.append(f"conv {name} {src} k={k} s={s} o={out} act={act} bn={bn}")
        return name

    def op(self, kind, name, *src, act="none"):
        self.lines.append(f"{kind} {name} {' '.join(src)} act={act}")
        return name

    def residual(self, name, src, width):
        y = self.conv(f"{name}.conv1", src, width)
        y = self.conv(f"{name}.conv2", y, width, act="none")
        return self.op("add", name, src, y, act="relu")


def build_arch(widths=(24, 40, 80, 160, 256), blocks=(1, 2, 3, 2)):
    """A residual encoder to 1/32, global context there, a light decoder back to 1/2, then x2.

    widths: channels at 1/2, 1/4, 1/8, 1/16 and 1/32. blocks: residual blocks at 1/4 ... 1/32.
    """
    b = ArchBuilder()
    stages = [b.conv("stem", "image", widths[0], k=5, s=2)]
    x = stages[0]
    for i, count in enumerate(blocks):
        width = widths[i + 1]
        x = b.conv(f"enc{i + 1}.down", x, width, s=2)
        for j in range(count):
            x = b.residual(f"enc{i + 1}.{j}", x, width)
        stages.append(x)
    g = b.op("gap", "ctx.pool", x)
    g = b.conv("ctx.fc1", g, widths[-1] // 2, k=1, bn=0)
    g = b.conv("ctx.fc2", g, widths[-1], k=1, act="none", bn=0)
    x = b.op("add", "ctx.out", x, g, act="relu")
    for level in range(len(widths) - 2, -1, -1):
        width = widths[level]
        name = f"dec{level}"
        x = b.conv(f"{name}.reduce", x, width, k=1, act="none")
        x = b.op("up2", f"{name}.up", x)
        skip = b.conv(f"{name}.skip", stages[level], width, k=1, act="none")
        x = b.op("add", f"{name}.sum", x, skip, act="relu")
        x = b.conv(f"{name}.fuse", x, width)
    x = b.conv("head.conv", x, 3, act="none", bn=0)
    x = b.op("up2", "head.up", x)
    b.lines.append("output nearness head.up channel=0 act=sigmoid")
    b.lines.append("output foreground head.up channel=1 act=sigmoid")
    b.lines.append("output sky head.up channel=2 act=sigmoid")
    return "\n".join(b.lines)


def parse_arch(text):
    """Splits the list into (op, name, inputs, params); raises ValueError on a line it cannot use."""
    ops, known = [], set()
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) < 2:
            raise ValueError(f"arch line {number}: '{line}' names no tensor")
        kind, name = words[:2]
        inputs = [w for w in words[2:] if "=" not in w]
        params = dict(w.split("=", 1) for w in words[2:] if "=" in w)
        for src in inputs:
            if src not in known:
                raise ValueError(f"arch line {number}: input '{src}' is not made before")
        if kind != "output":
            known.add(name)
        ops.append((kind, name, inputs, params))
    return ops


def activate(x, act):
    if act == "relu":
        return F.relu(x)
    if act == "sigmoid":
        return torch.sigmoid(x)
    return x


class GraphNet(nn.Module):
    """Runs an operator list. forward() gives the logits (N,3,H,W) before the output activations."""

    def __init__(self, arch):
        super().__init__()
        self.arch = arch
        self.ops = parse_arch(arch)
        self.convs = nn.ModuleDict()
        self.norms = nn.ModuleDict()
        channels = {}
        self.last_use = {}
        for index, (kind, name, inputs, params) in enumerate(self.ops):
            for src in inputs:
                self.last_use[src] = index
            if kind == "input":
                channels[name] = int(params["c"])
            elif kind == "conv":
                k, s, o = int(params["k"]), int(params["s"]), int(params["o"])
                bn = params.get("bn", "0") == "1"
                conv = nn.Conv2d(channels[inputs[0]], o, k, s, k // 2, bias=not bn)
                nn.init.kaiming_normal_(conv.weight, mode="fan_out", nonlinearity="relu")
                if conv.bias is not None:
                    nn.init.zeros_(conv.bias)
                self.convs[key(name)] = conv
                if bn:
                    self.norms[key(name)] = nn.BatchNorm2d(o, momentum=0.03)
                    if name.endswith(".conv2"):
                        nn.init.constant_(self.norms[key(name)].weight, 0.2)
                channels[name] = o
            elif kind == "cat":
                channels[name] = sum(channels[i] for i in inputs)
            elif kind != "output":
                channels[name] = channels[inputs[0]]
        self.channels = channels
        head = self.convs[key("head.conv")]
        nn.init.normal_(head.weight, std=0.01)

    def forward(self, image, until=None):
        """Runs the list, up to the tensor `until` when that is given."""
        t = {}
        for index, (kind, name, inputs, params) in enumerate(self.ops):
            if kind == "input":
                t[name] = image
                continue
            if kind == "output":
                continue
            y = self.run(kind, name, [t[i] for i in inputs], params)
            if name == until:
                return y
            t[name] = y
            for src in inputs:
                if self.last_use[src] == index:
                    del t[src]
        return y

    def run(self, kind, name, inputs, params):
        x = inputs[0]
        if kind == "conv":
            y = self.convs[key(name)](x)
            if key(name) in self.norms:
                y = self.norms[key(name)](y)
        elif kind == "add":
            y = x + inputs[1]
        elif kind == "mul":
            y = x * inputs[1]
        elif kind == "cat":
            y = torch.cat(inputs, 1)
        elif kind == "up2":
            y = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        elif kind == "avg2":
            y = F.avg_pool2d(x, 2)
        elif kind == "gap":
            y = x.mean((2, 3), keepdim=True)
        else:
            raise ValueError(f"unknown operator '{kind}'")
        return activate(y, params.get("act", "none"))


def key(name):
    """Module names may not hold a dot; tensor names in the file do."""
    return name.replace(".", "-")


def normalise(rgb):
    """rgb: (N,3,H,W) in 0..1, display-referred. Returns the network's input."""
    mean = torch.tensor(MEAN, dtype=rgb.dtype, device=rgb.device).view(1, 3, 1, 1)
    std = torch.tensor(STD, dtype=rgb.dtype, device=rgb.device).view(1, 3, 1, 1)
    return (rgb - mean) / std


def macs(arch, width, height):
    """Multiply-adds of the convolutions for one picture."""
    net_ops, size, chan, total = parse_arch(arch), {}, {}, 0
    for kind, name, inputs, params in net_ops:
        if kind == "input":
            size[name], chan[name] = (width, height), int(params["c"])
            continue
        if kind == "output":
            continue
        w, h = size[inputs[0]]
        chan[name] = chan[inputs[0]]
        if kind == "conv":
            s, k = int(params["s"]), int(params["k"])
            w, h = -(-w // s), -(-h // s)
            total += w * h * k * k * chan[inputs[0]] * int(params["o"])
            chan[name] = int(params["o"])
        elif kind == "up2":
            w, h = 2 * w, 2 * h
        elif kind == "avg2":
            w, h = w // 2, h // 2
        elif kind == "gap":
            w, h = 1, 1
        elif kind == "cat":
            chan[name] = sum(chan[i] for i in inputs)
        size[name] = (w, h)
    return total


def fold(net):
    """Returns (arch text without normalisation, {tensor name: float32 tensor})."""
    lines, tensors = [], {}
    for kind, name, inputs, params in net.ops:
        params = dict(params)
        bn = params.pop("bn", "0") == "1"
        if kind == "conv":
            conv = net.convs[key(name)]
            weight = conv.weight.detach().float()
            bias = conv.bias.detach().float() if conv.bias is not None else torch.zeros(weight.shape[0])
            if bn:
                norm = net.norms[key(name)]
                gain = norm.weight.detach() / torch.sqrt(norm.running_var + norm.eps)
                weight = weight * gain.view(-1, 1, 1, 1)
                bias = (bias - norm.running_mean) * gain + norm.bias.detach()
            tensors[f"{name}.weight"] = weight.contiguous()
            tensors[f"{name}.bias"] = bias.contiguous()
        if params.get("act") == "none":
            params.pop("act")
        words = [kind, name, *inputs, *(f"{k}={v}" for k, v in params.items())]
        lines.append(" ".join(words))
    return "\n".join(lines), tensors


def from_folded(arch, tensors):
    """The folded network as a module, its weights from `tensors` upcast to float32."""
    net = GraphNet(arch).eval()
    for kind, name, _, _ in net.ops:
        if kind == "conv":
            conv = net.convs[key(name)]
            conv.weight.data.copy_(tensors[f"{name}.weight"].float())
            conv.bias.data.copy_(tensors[f"{name}.bias"].float())
    return net
