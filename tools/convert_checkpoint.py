#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Converts a published Depth Anything checkpoint (.pth) to safetensors for `zdepth models install
NAME --from FILE`.

convert_checkpoint.py IN.pth OUT.safetensors [--max-depth METRES] [--heads N] [--half]

A .pth file is a pickle, which can run any program when it is opened. torch's weights_only loader
is used, which refuses everything but tensors; check the file's SHA-256 against `zdepth models info
NAME` before. Needs torch from PyPI; the product does not.
"""
import argparse
import hashlib
import json
import struct
import sys

import torch


def main():
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("checkpoint")
    options.add_argument("out")
    options.add_argument("--max-depth", type=int, help="of a metric network: 20 indoor, 80 outdoor")
    options.add_argument("--heads", type=int, help="when it is not width / 64")
    options.add_argument("--half", action="store_true", help="store float16")
    given = options.parse_args()
    with open(given.checkpoint, "rb") as f:
        print("SHA-256 of the checkpoint:", hashlib.file_digest(f, "sha256").hexdigest())
    state = torch.load(given.checkpoint, map_location="cpu", weights_only=True)
    state = {k: v for k, v in state.items() if isinstance(v, torch.Tensor)}
    if "pretrained.patch_embed.proj.weight" not in state:
        sys.exit(f"{given.checkpoint}: no Depth Anything checkpoint: pretrained.patch_embed.proj.weight is missing")
    header = {"__metadata__": {"format": "pt"}}
    if given.max_depth:
        header["__metadata__"]["max_depth"] = str(given.max_depth)
    if given.heads:
        header["__metadata__"]["num_heads"] = str(given.heads)
    blobs = []
    at = 0
    for name in sorted(state):
        tensor = state[name].detach().to(torch.float16 if given.half else torch.float32).contiguous()
        blobs.append(tensor.numpy().tobytes())
        header[name] = {"dtype": "F16" if given.half else "F32", "shape": list(tensor.shape),
                        "data_offsets": [at, at + len(blobs[-1])]}
        at += len(blobs[-1])
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(given.out, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text)
        f.writelines(blobs)
    print(f"wrote {given.out}: {len(state)} tensors, {at} bytes")


if __name__ == "__main__":
    main()
