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
GATE_READS = "enc.15.project"  # the encoder's last features, at 1/32


class ArchBuilder:
    """Collects operator lines; every method returns the name of the tensor it makes."""

    def __init__(self):
        self.lines = ["input image c=3"]

    def conv(self, name, src, out, k=3, s=1, act="relu", bn=1, g=1):
        groups = f" g={g}" if g > 1 else ""
        self.lines.append(f"conv {name} {src} k={k} s={s} o={out} act={act} bn={bn}{groups}")
        return name

    def op(self, kind, name, *src, act="none"):
        self.lines.append(f"{kind} {name} {' '.join(src)} act={act}")
        return name

    def residual(self, name, src, width):
        y = self.conv(f"{name}.conv1", src, width)
        y = self.conv(f"{name}.conv2", y, width, act="none")
        return self.op("add", name, src, y, act="relu")


# The stages of EfficientNet-Lite0 (Tan and Le 2019, table 1; the "lite" form without squeeze and with ReLU6):
# repeats, kernel, stride, expansion, output channels.
LITE0 = ((1, 3, 1, 1, 16), (2, 3, 2, 6, 24), (2, 5, 2, 6, 40), (3, 3, 2, 6, 80), (3, 5, 1, 6, 112), (4, 5, 2, 6, 192),
         (1, 3, 1, 6, 320))


def inverted_residual(b, name, src, width, out, k, s, expansion):
    """Expand by 1x1, filter each channel, project by 1x1; the input is added where shapes agree."""
    x = src
    if expansion > 1:
        x = b.conv(f"{name}.expand", x, width * expansion, k=1, act="relu6")
    x = b.conv(f"{name}.depthwise", x, width * expansion, k=k, s=s, act="relu6", g=width * expansion)
    x = b.conv(f"{name}.project", x, out, k=1, act="none")
    return b.op("add", f"{name}.sum", src, x) if s == 1 and width == out else x


def lite_encoder(b):
    """EfficientNet-Lite0 without its head. Returns the features at 1/2, 1/4, 1/8, 1/16 and 1/32."""
    x, width, number, stages = b.conv("stem", "image", 32, k=3, s=2, act="relu6"), 32, 0, []
    for repeats, k, stride, expansion, out in LITE0:
        for repeat in range(repeats):
            s = stride if repeat == 0 else 1
            if s == 2:
                stages.append(x)
            x = inverted_residual(b, f"enc.{number}", x, width, out, k, s, expansion)
            width, number = out, number + 1
    return [*stages, x]


def build_arch(widths=(24, 48, 96, 128, 192), residuals=(0, 0, 1, 1, 1)):
    """A mobile encoder to 1/32, global context there, a light decoder back to 1/2, then x2.

    widths: the decoder's channels at 1/2, 1/4, 1/8, 1/16 and 1/32; residuals: its residual blocks there.
    """
    b = ArchBuilder()
    stages = lite_encoder(b)
    x = b.conv("ctx.reduce", stages[-1], widths[-1], k=1)
    g = b.op("gap", "ctx.pool", x)
    g = b.conv("ctx.fc1", g, widths[-1] // 2, k=1, bn=0)
    g = b.conv("ctx.fc2", g, widths[-1], k=1, act="none", bn=0)
    x = b.op("add", "ctx.out", x, g, act="relu")
    x = b.residual("ctx.res", x, widths[-1]) if residuals[-1] else x
    for level in range(len(widths) - 2, -1, -1):
        width = widths[level]
        name = f"dec{level}"
        x = b.conv(f"{name}.reduce", x, width, k=1, act="none")
        x = b.op("up2", f"{name}.up", x)
        skip = b.conv(f"{name}.skip", stages[level], width, k=1, act="none")
        x = b.op("add", f"{name}.sum", x, skip, act="relu")
        x = b.conv(f"{name}.fuse", x, width)
        x = b.residual(f"{name}.res", x, width) if residuals[level] else x
    x = b.conv("head.conv", x, 3, act="none", bn=0)
    x = b.op("up2", "head.up", x)
    b.lines.append("output nearness head.up channel=0 act=sigmoid")
    b.lines.append("output foreground head.up channel=1 act=sigmoid")
    b.lines.append("output sky head.up channel=2 act=sigmoid")
    return "\n".join(b.lines)


def add_foreground(arch, widths=(16, 32, 48, 96)):
    """Gives a trained network's list a decoder of its own for the foreground, whose answer is added to the old one.

    widths: its channels at 1/2, 1/4, 1/8 and 1/16. It reads the trained features at every level, encoder and
    decoder; the rows of its last convolution for nearness and sky are zero, so those planes stay to the bit.
    """
    head = arch.index("up2 head.up")
    b = ArchBuilder()
    b.lines = arch[:head].splitlines()
    levels = (("enc.0.project", "dec0.fuse"), ("enc.2.sum", "dec1.fuse"), ("enc.4.sum", "dec2.res"), ("enc.10.sum", "dec3.res"))
    x = None
    for level in range(len(widths) - 1, -1, -1):
        name, width = f"fg{level}", widths[level]
        sources = levels[level]
        if x is None:
            below = ("enc.15.project", "ctx.res")
            x = b.op("add", f"{name}.deep", *(b.conv(f"{name}.deep{i}", src, width, k=1, act="none") for i, src in enumerate(below)))
        else:
            x = b.conv(f"{name}.reduce", x, width, k=1, act="none")
        x = b.op("up2", f"{name}.up", x)
        for i, src in enumerate(sources):
            last = i == len(sources) - 1
            skip = b.conv(f"{name}.skip{i}", src, width, k=1, act="none")
            x = b.op("add", f"{name}.sum{i}", x, skip, act="relu" if last else "none")
        x = b.conv(f"{name}.fuse", x, width)
        x = b.residual(f"{name}.res", x, width) if level > 1 else x
    b.conv("fg.conv", x, 3, act="none", bn=0)
    b.op("add", "head.sum", "head.conv", "fg.conv")
    return "\n".join(b.lines) + "\n" + arch[head:].replace("up2 head.up head.conv", "up2 head.up head.sum")


def add_gate(arch):
    """Lets that decoder take away from the old answer only by `gate.fc`, a logistic regression on the means of the
    deepest features; what it adds stays.

    Where nobody is the old answer stays: what taught the decoder has people, and few pictures of single things. The
    decoder's last convolution stands twice for it, `fg.less` with all signs changed.
    """
    old = "add head.sum head.conv fg.conv"
    if old not in arch or "gate.fc" in arch:
        raise ValueError("a gate goes onto a list with a decoder for the foreground, and once")
    lines = arch.splitlines()
    conv = next(i for i, line in enumerate(lines) if line.startswith("conv fg.conv "))
    b = ArchBuilder()
    b.lines = []
    more = b.conv("fg.more", lines[conv].split()[2], 3, bn=0)
    less = b.conv("fg.less", lines[conv].split()[2], 3, bn=0)
    gate = b.conv("gate.fc", b.op("gap", "gate.pool", GATE_READS), 3, k=1, act="sigmoid", bn=0)
    held = b.op("mul", "fg.held", less, b.conv("gate.minus", gate, 3, k=1, act="none", bn=0))
    b.op("add", "head.sum", "head.conv", b.op("add", "fg.sum", more, held))
    at = lines.index(next(line for line in lines if line.startswith(old)))
    return "\n".join(lines[:conv] + lines[conv + 1:at] + b.lines + lines[at + 1:])


def is_foreground(name):
    """Whether a tensor of the list belongs to the decoder that add_foreground() makes."""
    return name.startswith("fg")


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
    if act == "relu6":
        return F.relu6(x)
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
                bn, g = params.get("bn", "0") == "1", int(params.get("g", "1"))
                conv = nn.Conv2d(channels[inputs[0]], o, k, s, k // 2, groups=g, bias=not bn)
                nn.init.normal_(conv.weight, std=(2 * g / (k * k * o)) ** 0.5)
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
        self.settled = set()
        self.channels = channels
        nn.init.normal_(self.convs[key("head.conv")].weight, std=0.01)
        if key("fg.conv") in self.convs:
            head = self.convs[key("fg.conv")].weight
            nn.init.zeros_(head)
            nn.init.normal_(head[1], std=0.01)

    def settle(self, names, fixed=()):
        """Normalises the named convolutions by their running statistics from now on, as the export will.

        That saves a quarter of a training step on a processor. Those in `fixed` keep their weights besides.
        """
        self.settled = {n for n in names if key(n) in self.norms}
        for name in fixed:
            for module in (self.convs, self.norms):
                if key(name) in module:
                    module[key(name)].requires_grad_(False)

    def settled_conv(self, name, x):
        conv = self.convs[key(name)]
        weight, bias = folded_conv(conv, self.norms[key(name)])
        return F.conv2d(x, weight, bias, conv.stride, conv.padding, 1, conv.groups)

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
        if name in self.settled:
            y = self.settled_conv(name, x)
        elif kind == "conv":
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
            total += w * h * k * k * chan[inputs[0]] // int(params.get("g", "1")) * int(params["o"])
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


def folded_conv(conv, norm):
    """Weight and bias of a convolution with its normalisation, by the running statistics, folded in."""
    gain = norm.weight / torch.sqrt(norm.running_var + norm.eps)
    return conv.weight * gain.view(-1, 1, 1, 1), norm.bias - norm.running_mean * gain


def fold(net):
    """Returns (arch text without normalisation, {tensor name: float32 tensor})."""
    lines, tensors = [], {}
    for kind, name, inputs, params in net.ops:
        params = dict(params)
        bn = params.pop("bn", "0") == "1"
        if kind == "conv":
            conv = net.convs[key(name)]
            weight, bias = folded_conv(conv, net.norms[key(name)]) if bn else (conv.weight, conv.bias)
            tensors[f"{name}.weight"] = weight.detach().float().contiguous()
            tensors[f"{name}.bias"] = bias.detach().float().contiguous()
        if params.get("act") == "none":
            params.pop("act")
        words = [kind, name, *inputs, *(f"{k}={v}" for k, v in params.items())]
        lines.append(" ".join(words))
    return "\n".join(lines), tensors


UNNORMALISED = ("ctx.fc", "head.", "fg.", "gate.")  # convolutions that build_arch() and its additions give no normalisation


def unfold(net, images):
    """A folded net with normalisation again, its statistics those of `images` (normalised batches): the same function.

    An optimiser wants it so: in a folded net the channels' weights differ in size by orders of magnitude, and one rate is too
    much for some and too little for others.
    """
    lines = []
    for line in net.arch.splitlines():
        words = line.split()
        bare = words[0] != "conv" or words[1].startswith(UNNORMALISED) or key(words[1]) in net.norms
        lines.append(line if bare else " ".join(w for w in words if not w.startswith("bn=")) + " bn=1")
    after = GraphNet("\n".join(lines))
    moments = response_moments(net, images)
    with torch.no_grad():
        for name, conv in after.convs.items():
            old = net.convs[name]
            if name not in after.norms:
                conv.load_state_dict(old.state_dict())
                continue
            norm, (mean, square) = after.norms[name], moments[name]
            var = (square - mean.square()).clamp(min=1e-8)
            size = old.weight.square().mean((1, 2, 3)).sqrt() / conv.weight.square().mean().sqrt()
            size = torch.where(size > 0, size, torch.ones_like(size))
            conv.weight.copy_(old.weight / size[:, None, None, None])
            norm.running_mean.copy_((mean - old.bias) / size)
            norm.running_var.copy_(var / size.square())
            norm.weight.copy_(size * (norm.running_var + norm.eps).sqrt())
            norm.bias.copy_(mean)
    return after


def response_moments(net, images):
    """{module name: (mean, mean square) by channel} of what every convolution of a folded net gives before its activation."""
    sums, hooks, count = {}, [], 0

    def note(name):
        def take(_module, _inputs, out):
            old = sums.get(name, (0, 0))
            sums[name] = (old[0] + out.mean((0, 2, 3)), old[1] + out.square().mean((0, 2, 3)))
        return take

    for name, conv in net.convs.items():
        hooks.append(conv.register_forward_hook(note(name)))
    with torch.no_grad():
        for image in images:
            net(image)
            count += 1
    for hook in hooks:
        hook.remove()
    return {name: (a / count, b / count) for name, (a, b) in sums.items()}


def last_before_up(arch):
    """The tensor that `head.up` enlarges: the logits at half the picture."""
    return next(inputs[0] for _, name, inputs, _ in parse_arch(arch) if name == "head.up")


def from_folded(arch, tensors):
    """The folded network as a module, its weights from `tensors` upcast to float32."""
    net = GraphNet(arch).eval()
    for kind, name, _, _ in net.ops:
        if kind == "conv":
            conv = net.convs[key(name)]
            conv.weight.data.copy_(tensors[f"{name}.weight"].float())
            conv.bias.data.copy_(tensors[f"{name}.bias"].float())
    return net
