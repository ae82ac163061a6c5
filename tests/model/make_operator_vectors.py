#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""make_operator_vectors.py > operator_vectors.h: what each operator makes of small tensors, in float64.

Needs numpy. Written from docs/engine.md alone, so that it does not share a mistake with the engine. The
tensors' values come from the formula of formula.h: half of a name's stream."""
import numpy as np

WIDTH, HEIGHT = 8, 6
MEAN, STD = np.array([0.125, 0.25, 0.375]), np.array([0.5, 0.25, 0.75])
ERF = np.vectorize(__import__("math").erf)

# Name, operator list. Every operator is in one of them.
CASES = {
    "pictures": """input image c=3
conv a image k=3 o=8 act=relu
conv b a k=3 s=2 o=8 bias=0
conv c a k=3 s=2 p=1 o=8 g=8
conv d c k=1 o=4 act=gelu scale=d.factors
conv e a k=3 p=0 o=4 pre=relu w=of.e
convt f b k=2 o=6 act=relu6
convt g b k=4 o=3 bias=0
add h f a2
mul i f a2
gap j a
add k a j
mul l a j act=sigmoid
cat m f i h
up2 n d
resize o d factor=3
resize p e like=image
avg2 q a
max2 r a
prelu s h
conv mi a k=5 s=2 o=4 pad=reflect
conv md d k=3 o=4 g=4 pad=reflect
moments mo b
instance ib b mo eps=5 act=relu
up2 u ib
conv mu u k=3 o=4 pad=reflect
conv z m k=1 o=1
output depth z channel=0 act=exp gain=2
output sure z channel=0 act=exp1
result end s
""",
    "tokens": """input image c=3
conv cells image k=2 s=2 p=0 o=12
tokens t cells w=enc
norm n t eps=3
conv qkv n k=1 o=36
headnorm hn qkv heads=3 eps=5
rope rp hn heads=3 like=cells
rope rf qkv heads=3 like=cells flat=1
attention at rp heads=3
attention au rf heads=1
views vw rp heads=2
mark mk t w=other.tokens
first fi mk
grid gr t like=cells
shape sh gr
groupnorm gn cells g=4 eps=5
place pl cells
geglu ge gn
hold ho ge
add av at au
result end fi
result held ho
result flat sh
result mixed av
result seen vw
result placed pl
""",
    "frames": """input image c=3
conv cells image k=2 s=2 p=0 o=8
shape flat cells
conv qkv flat k=1 o=24 bias=0 w=m.to_qkv
time tm qkv heads=2 w=m
result end tm
""",
}
CASES["pictures"] = CASES["pictures"].replace("add h f a2", "conv a2 a k=1 o=6\nadd h f a2")


def bits(name, count):
    z = 0xCBF29CE484222325
    for byte in name.encode():
        z = ((z ^ byte) * 0x100000001B3) & (2**64 - 1)
    with np.errstate(over="ignore"):
        z = np.uint64(z) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return z ^ (z >> np.uint64(31))


def unit(name, count):
    return 2.0 * ((bits(name, count) >> np.uint64(40)).astype(np.float64) / 2**24) - 1.0


class Tensors(dict):
    """Shapes that were asked for; values as float32 has them."""

    def __call__(self, name, *shape):
        self[name] = shape
        return (0.5 * unit(name, int(np.prod(shape)))).astype(np.float32).astype(np.float64).reshape(shape)


    def stacked(self, name, channels):
        """Projections that files of Video Depth Anything keep apart."""
        parts = [self(name.replace("qkv", letter) + ".weight", channels, channels) for letter in "qkv"]
        return np.concatenate(parts)[:, :, None, None]


ACTS = {
    "none": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "relu6": lambda x: np.clip(x, 0, 6),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "gelu": lambda x: 0.5 * x * (1 + ERF(x / np.sqrt(2))),
    "exp": np.exp,
    "exp1": lambda x: np.exp(x) + 1,
}


def conv(x, w, bias, k, s, p, groups, mode="constant"):
    x = np.pad(x, ((p, p), (p, p), (0, 0)), mode)
    h, v = (x.shape[0] - k) // s + 1, (x.shape[1] - k) // s + 1
    out = np.zeros((h, v, w.shape[0]))
    for y in range(h):
        for c in range(v):
            window = x[y * s : y * s + k, c * s : c * s + k]
            if groups > 1:
                out[y, c] = np.einsum("yxc,cyx->c", window, w[:, 0])
            else:
                out[y, c] = np.einsum("yxc,ocyx->o", window, w)
    return out + (0 if bias is None else bias)


def convt(x, w, bias, k):
    h, v, _ = x.shape
    out = np.einsum("yxi,ioab->yaxbo", x, w).reshape(h * k, v * k, w.shape[1])
    return out + (0 if bias is None else bias)


def stretch(x, size, corners):
    for axis in (0, 1):
        n, m = x.shape[axis], size[axis]
        at = np.arange(m) * (n - 1) / max(m - 1, 1) if corners else np.maximum((np.arange(m) + 0.5) / 2 - 0.5, 0)
        low = np.minimum(at.astype(int), n - 1)
        high = np.minimum(low + 1, n - 1)
        t = (at - low).reshape([-1 if a == axis else 1 for a in range(3)])
        x = np.take(x, low, axis) * (1 - t) + np.take(x, high, axis) * t
    return x


def halve(x, f):
    h, v = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    return f(np.stack([x[a:h:2, b:v:2] for a in (0, 1) for b in (0, 1)]), 0)


def norm(x, eps, gain, bias):
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + eps) * gain + bias


def softmax(x):
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def attend(x, heads):
    count, width = x.shape[0], x.shape[-1] // 3
    q, k, v = x.reshape(count, 3, heads, width // heads).transpose(1, 2, 0, 3)
    return (softmax(q @ k.transpose(0, 2, 1) / np.sqrt(width // heads)) @ v).transpose(1, 0, 2).reshape(count, 1, width)


def rope(x, heads, across, flat):
    x = x.copy()
    count, width = x.shape[0], x.shape[-1] // 3
    size = width // heads
    j = np.arange(size // 4)
    for t in range(count):
        place = (0, 0) if t == 0 else (1, 1) if flat else ((t - 1) // across + 1, (t - 1) % across + 1)
        for h in range(2 * heads):
            for axis in (0, 1):
                a = h * size + axis * size // 2 + j
                angle = place[axis] * 100.0 ** (-j / (size // 4))
                one, two = x[t, 0, a].copy(), x[t, 0, a + size // 4].copy()
                x[t, 0, a] = one * np.cos(angle) - two * np.sin(angle)
                x[t, 0, a + size // 4] = two * np.cos(angle) + one * np.sin(angle)
    return x


def place(x):
    h, v, channels = x.shape
    quarter = channels // 4
    aspect = WIDTH / HEIGHT
    out = x.copy()
    for axis, (n, span) in enumerate(((v, aspect / np.hypot(aspect, 1)), (h, 1 / np.hypot(aspect, 1)))):
        at = np.linspace(-span * (n - 1) / n, span * (n - 1) / n, n)
        angle = at[:, None] * 100.0 ** (-np.arange(quarter) / quarter)
        both = 0.1 * np.concatenate([np.sin(angle), np.cos(angle)], 1)
        part = slice(axis * 2 * quarter, (axis + 1) * 2 * quarter)
        out[..., part] += both[None, :] if axis == 0 else both[:, None]
    return out


def position(stored, h, v):
    """Bicubic, A = -0.75, with the factor (n + 0.1) / side."""
    side = stored.shape[0]

    def weights(n):
        w = np.zeros((n, side))
        for i in range(n):
            at = (i + 0.5) * side / (n + 0.1) - 0.5
            for j in range(-1, 3):
                d = abs(at - np.floor(at) - j)
                f = 1.25 * d**3 - 2.25 * d**2 + 1 if d <= 1 else -0.75 * (d**3 - 5 * d**2 + 8 * d - 4)
                w[i, int(np.clip(np.floor(at) + j, 0, side - 1))] += f
        return w

    return np.einsum("ya,xb,abc->yxc", weights(h), weights(v), stored)


def run(text, tensors, picture, stream):
    values = {}
    for line in text.splitlines():
        kind, name, *words = line.split()
        keys = dict(word.split("=") for word in words if "=" in word)
        inputs = [values[word] for word in words if "=" not in word]
        x = inputs[0] if inputs else None
        get = lambda key, other=0: int(keys.get(key, other))
        w, channels = keys.get("w", name), x.shape[-1] if inputs else 3
        heads, eps = get("heads", 1), 10.0 ** -get("eps", 6)
        if kind == "input":
            out = (picture - MEAN) / STD
        elif kind == "conv":
            k, o, g = get("k"), get("o"), get("g", 1)
            weight = tensors.stacked(w, channels) if w.endswith("qkv") and "." in w else tensors(w + ".weight", o, 1 if g > 1 else channels, k, k)
            bias = tensors(w + ".bias", o) if get("bias", 1) else None
            if "scale" in keys:
                factors = tensors(keys["scale"], o)
                weight, bias = weight * factors[:, None, None, None], bias * factors
            x = np.maximum(x, 0) if "pre" in keys else x
            out = conv(x, weight, bias, k, get("s", 1), get("p", k // 2), g, keys.get("pad", "constant"))
        elif kind == "convt":
            k, o = get("k"), get("o")
            out = convt(x, tensors(w + ".weight", channels, o, k, k), tensors(w + ".bias", o) if get("bias", 1) else None, k)
        elif kind in ("add", "mul"):
            out = x + inputs[1] if kind == "add" else x * inputs[1]
        elif kind == "cat":
            out = np.concatenate(inputs, -1)
        elif kind == "up2":
            out = stretch(x, (2 * x.shape[0], 2 * x.shape[1]), False)
        elif kind == "resize":
            like = values[keys["like"]].shape if "like" in keys else [n * get("factor") for n in x.shape[:2]]
            out = stretch(x, like[:2], True)
        elif kind in ("avg2", "max2"):
            out = halve(x, np.mean if kind == "avg2" else np.max)
        elif kind == "gap":
            out = x.mean((0, 1), keepdims=True)
        elif kind == "prelu":
            out = np.where(x < 0, x * tensors(w + ".slope", channels), x)
        elif kind == "tokens":
            first, stored = tensors(w + ".cls_token", 1, 1, channels), tensors(w + ".pos_embed", 1, 26, channels)[0]
            cells = x + position(stored[1:].reshape(5, 5, channels), *x.shape[:2])
            out = np.concatenate([first[0] + stored[:1], cells.reshape(-1, channels)])[:, None]
        elif kind == "norm":
            out = norm(x, eps, tensors(w + ".weight", channels), tensors(w + ".bias", channels))
        elif kind == "groupnorm":
            g = x.reshape(-1, get("g"), channels // get("g"))
            g = (g - g.mean((0, 2), keepdims=True)) / np.sqrt(g.var((0, 2), keepdims=True) + eps)
            out = g.reshape(x.shape) * tensors(w + ".weight", channels) + tensors(w + ".bias", channels)
        elif kind == "moments":
            out = np.concatenate([x.mean(1, keepdims=True), x.var(1, keepdims=True)], -1)
        elif kind == "instance":
            out = (x - x.mean((0, 1))) / np.sqrt(x.var((0, 1)) + eps) * tensors(w + ".weight", channels) + tensors(w + ".bias", channels)
        elif kind == "headnorm":
            size = channels // 3 // heads
            parts = x.reshape(*x.shape[:2], 3, heads, size).copy()
            for i, letter in enumerate("qk"):
                parts[:, :, i] = norm(parts[:, :, i], eps, tensors(f"{w}.{letter}_norm.weight", size),
                                      tensors(f"{w}.{letter}_norm.bias", size))
            out = parts.reshape(x.shape)
        elif kind == "rope":
            out = rope(x, heads, values[keys["like"]].shape[1], get("flat"))
        elif kind in ("attention", "views"):
            out = attend(x[:, 0], heads)
        elif kind == "mark":
            out = np.concatenate([tensors(w, 2, channels)[:1, None], x[1:]])
        elif kind == "first":
            out = x[:1]
        elif kind == "grid":
            out = x[1:].reshape(*values[keys["like"]].shape[:2], channels)
        elif kind == "shape":
            out = x.reshape(-1, 1, channels)
        elif kind in ("hold", "result"):
            out = x
        elif kind == "place":
            out = place(x)
        elif kind == "geglu":
            out = x[..., : channels // 2] * ACTS["gelu"](x[..., channels // 2 :])
        elif kind == "time":
            out = attend_time(x[:, 0], heads, w, tensors, stream)
        elif kind == "output":
            out = ACTS[keys["act"]](x[..., get("channel") :][..., :1]) * get("gain", 1)
        values[name] = out if kind == "output" else ACTS[keys.get("act", "none")](out)
    return values


def attend_time(x, heads, w, tensors, stream):
    """The newest frame of a stream: the first frame fills the list; it sees two, the last 29, itself."""
    channels = x.shape[-1] // 3
    table = tensors(w + ".pos_encoder.pe", 1, 32, channels)[0] @ tensors.stacked(w + ".to_qkv", channels)[:, :, 0, 0].T
    seen = [stream[i] for i in (0, 1)] + stream[-29:] + [x] if stream else [x]
    all_of = np.stack(seen) + table[: len(seen), None]
    stream.extend([x] if stream else [x] * 32)
    out = np.empty((x.shape[0], 1, channels))
    size = channels // heads
    for h in range(heads):
        part = slice(h * size, (h + 1) * size)
        q, k, v = (all_of[..., i * channels : (i + 1) * channels][..., part] for i in range(3))
        out[:, 0, part] = np.einsum("ct,tcd->cd", softmax(np.einsum("cd,tcd->ct", q[-1], k) / np.sqrt(size)), v)
    return out


def main():
    print("""/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_OPERATOR_VECTORS_H
#define ZD_TEST_OPERATOR_VECTORS_H

/* Made by make_operator_vectors.py; see there. Of each result the sum of magnitudes and values evenly
 * apart. */
/* clang-format off */
""")
    print(f"enum {{ VECTOR_WIDTH = {WIDTH}, VECTOR_HEIGHT = {HEIGHT}, VECTOR_SAMPLES = 6 }};")
    print('#define VECTOR_MEAN "0.125 0.25 0.375"\n#define VECTOR_STD  "0.5 0.25 0.75"\n')
    print("typedef struct vector_tensor { const char *name; int rank; int shape[4]; } vector_tensor;")
    print("typedef struct vector_result { const char *name; int count; double sum; double samples[VECTOR_SAMPLES]; } vector_result;")
    print("typedef struct vector_case { const char *name; int frames; const char *arch; const vector_tensor *tensors; const vector_result *results; } vector_case;\n")
    for case, text in CASES.items():
        tensors, stream = Tensors(), []
        for frame in range(3 if case == "frames" else 1):
            name = f"picture.{frame}"
            picture = unit(name, WIDTH * HEIGHT * 3).astype(np.float32).astype(np.float64).reshape(HEIGHT, WIDTH, 3)
            values = run(text, tensors, picture, stream)
        print(f"static const vector_tensor {case}_tensors[] = {{")
        for name, shape in tensors.items():
            print(f'    {{ "{name}", {len(shape)}, {{ {", ".join(map(str, shape))} }} }},')
        print("    { 0 },\n};\n")
        print(f"static const vector_result {case}_results[] = {{")
        for name, value in values.items():
            flat = value.reshape(-1)
            at = [i * (flat.size - 1) // 5 for i in range(6)]
            samples = ", ".join(f"{flat[i]:.9g}" for i in at)
            print(f'    {{ "{name}", {flat.size}, {np.abs(flat).sum():.9g}, {{ {samples} }} }},')
        print("    { 0 },\n};\n")
    print("static const vector_case vector_cases[] = {")
    for case, text in CASES.items():
        print(f'    {{ "{case}", {3 if case == "frames" else 1},')
        for line in text.splitlines():
            print(f'      "{line}\\n"')
        print(f"      , {case}_tensors, {case}_results }},")
    print("};\n/* clang-format on */\n\n#endif")


main()
