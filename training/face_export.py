# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Writes a checkpoint of `face_train.py` as the float16 file that `--face-model` takes.

    python face_export.py face.pt --out zdepth-face.safetensors
"""
import argparse
import json
import struct

import torch

import face_model
import model


def part(net, prefix):
    """The folded network's list and tensors, every name of it begun with the prefix."""
    arch, tensors = model.fold(net)
    lines = []
    for line in arch.splitlines():
        kind, name, *rest = line.split()
        name = name if kind == "result" else prefix + name
        lines.append(" ".join([kind, name, *(w if "=" in w else prefix + w for w in rest)]))
    return "\n".join(lines), {prefix + k: v for k, v in tensors.items()}


def write(path, metadata, tensors):
    header, data = {"__metadata__": metadata}, b""
    for name, value in tensors.items():
        half = value.to(torch.float16).contiguous()
        if not torch.isfinite(half).all():
            raise ValueError(f"{name} does not fit float16")
        header[name] = {"dtype": "F16", "shape": list(half.shape), "data_offsets": [len(data), len(data) + 2 * half.numel()]}
        data += half.numpy().tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("checkpoint")
    ap.add_argument("--out", required=True)
    ap.add_argument("--doubt", type=float, default=0.0, help="what is taken from the logit of a face: fewer claimed, fewer found")
    a = ap.parse_args()
    state = torch.load(a.checkpoint, map_location="cpu", weights_only=True)
    more = f"; the landmark network's later stages {state['tuned']} more, averaged with those before" if "tuned" in state else ""
    metadata = {"format": "zdepth-face", "version": "1", "name": "zdepth-face", "licence": "Apache-2.0", "mean": "0.5 0.5 0.5",
                "std": "0.5 0.5 0.5", "training": f"{state['step']} steps of {state['batch']} samples for each network{more}"}
    tensors = {}
    for i, (name, arch, side) in enumerate((("landmarks", face_model.landmark_arch(), face_model.LANDMARK_SIDE),
                                            ("detector", face_model.detector_arch(), face_model.DETECTOR_SIDE))):
        net = face_model.FaceNet(arch)
        net.load_state_dict(state["means"][i])
        metadata[f"{name}.arch"], more = part(net.eval(), f"{name[0]}.")
        if name == "landmarks":
            more["l.visible.bias"][0] -= a.doubt
        metadata[f"{name}.short_side"] = metadata[f"{name}.multiple"] = str(side)
        tensors.update(more)
    metadata["detector.decoder"] = "cells"
    write(a.out, metadata, tensors)


if __name__ == "__main__":
    main()
