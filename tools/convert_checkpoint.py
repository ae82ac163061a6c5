#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Turns a published checkpoint of Depth Anything, Video Depth Anything or Depth Anything 3 (.pth) into a safetensors file for Zdepth.

A .pth file is a pickle: opening one can run any program that its author put into it. Zdepth never
opens one. This script is the only place where that happens, on your own machine, by your own
command, with torch.load(weights_only=True), which accepts tensors and refuses everything else.

It needs Python and PyTorch (pip install torch), nothing of Zdepth. What it writes:

    python3 tools/convert_checkpoint.py depth_anything_v2_vitl.pth v2-large.safetensors
    zdepth models install v2-large --from v2-large.safetensors --accept-license

The published files are known by their SHA-256 and need no options. For others (your own training,
Depth Anything V1) say what the file does not: --variant v1, --max-depth METRES, --heads N,
--licence TEXT.
"""
import argparse
import ctypes
import hashlib
import json
import os
import pickle
import struct
import sys

# SHA-256 of the published file: name, licence, greatest depth in metres (0: relative).
KNOWN = {
    "0d2b7002e62d39d655571c371333340bd88f67ab95050c03591555aa05645328":
        ("v2-base", "CC-BY-NC-4.0", 0),
    "a7ea19fa0ed99244e67b624c72b8580b7e9553043245905be58796a608eb9345":
        ("v2-large", "CC-BY-NC-4.0", 0),
    "b782898d8a3e8be1f639de33837ed85e9b4b73e40f8f5e5cd99067588d722545":
        ("v2-metric-indoor-small", "Apache-2.0", 20),
    "9203e538d35255c90dda4b7fedb47ff33fe725497bcca3b1e53b3a65ee63f0cb":
        ("v2-metric-outdoor-small", "Apache-2.0", 80),
    "9dc9e274c5eff55c6daf27b660c0ced0eca4e8593a6da90cdcb04d2b4d3f3fa2":
        ("v2-metric-indoor-base", "CC-BY-NC-4.0", 20),
    "4dad67a7cc10b462bca48e6b8569c762b8eb3c1adada170a3851a6d3ba37bb3e":
        ("v2-metric-outdoor-base", "CC-BY-NC-4.0", 80),
    "6f82ff2bc543ac02ddff4aa31fa363676a8305dd3ccf04e80e2af115a044cb6d":
        ("v2-metric-indoor-large", "CC-BY-NC-4.0", 20),
    "239b1054a369e66da2576e9a118d6d7c12d90dc8ebe609579a9a09cd8e05fe38":
        ("v2-metric-outdoor-large", "CC-BY-NC-4.0", 80),
}

KNOWN["13379300b739e659f076a59d52e9801bd8d38c541a7e71f73bbca4dcfb013609"] = ("vda-small", "Apache-2.0", 0)

# One tensor of the encoder and one of the head: what is no such network has neither.
NEEDED = {
    "Depth Anything": ("pretrained.patch_embed.proj.weight", "depth_head.scratch.layer1_rn.weight"),
    "Video Depth Anything": ("pretrained.patch_embed.proj.weight", "head.scratch.layer1_rn.weight",
                             "head.motion_modules.0.temporal_transformer.norm.weight"),
    "Depth Anything 3": ("model.backbone.pretrained.patch_embed.proj.weight",
                         "model.head.scratch.layer1_rn.weight"),
}


def fail(message):
    sys.exit(f"convert_checkpoint: {message}")


def digest_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def load(path, half):
    """The tensors of a checkpoint by name, as float32, float16 or bfloat16."""
    try:
        import torch
    except ImportError:
        fail("PyTorch is not installed; install it with: pip install torch")
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        # PyTorch's own message advises to open it without the protection.
        fail(f"'{path}' is damaged or holds more than weights; it is not opened")
    except Exception as reason:  # damaged archives, versions of PyTorch without weights_only
        fail(f"'{path}' is not a checkpoint that holds weights only: {str(reason).splitlines()[0]}")
    for wrapper in ("state_dict", "model"):
        if isinstance(found, dict) and isinstance(found.get(wrapper), dict):
            found = found[wrapper]
    if not isinstance(found, dict) or not all(torch.is_tensor(t) for t in found.values()):
        fail(f"'{path}' is not a list of tensors by name")
    tensors = {}
    for name, tensor in found.items():
        tensor = tensor.detach().contiguous()
        if half:
            tensor = tensor.to(torch.float16)
        elif tensor.dtype not in (torch.float32, torch.float16, torch.bfloat16):
            tensor = tensor.to(torch.float32)
        tensors[name.removeprefix("module.")] = tensor
    if not any(all(name in tensors for name in names) for names in NEEDED.values()):
        fail(f"'{path}' has no tensor '{NEEDED['Depth Anything'][1]}' and none of the other "
             f"families' ({', '.join(NEEDED)}): it is not a Depth Anything network")
    return tensors


def dtype_name(tensor):
    return {"torch.float32": "F32", "torch.float16": "F16", "torch.bfloat16": "BF16"}[str(tensor.dtype)]


def write(path, tensors, metadata):
    """A safetensors file: header length, JSON header, the tensors without gaps. It gets its name
    when it is complete."""
    header = {"__metadata__": metadata}
    offset = 0
    for name in sorted(tensors):
        tensor = tensors[name]
        end = offset + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": dtype_name(tensor), "shape": list(tensor.shape),
                        "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    partial = f"{path}.part{os.getpid()}"
    try:
        with open(partial, "wb") as file:
            file.write(struct.pack("<Q", len(text)) + text)
            for name in sorted(tensors):
                tensor = tensors[name]
                file.write(ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size()))
        os.replace(partial, path)
    except OSError as reason:
        if os.path.exists(partial):
            os.unlink(partial)
        fail(f"cannot write '{path}': {reason.strerror}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", help="the .pth file")
    parser.add_argument("output", help="the .safetensors file to write")
    parser.add_argument("--variant", choices=("v1", "v2"), help="Depth Anything 1 or 2; default: v2")
    parser.add_argument("--max-depth", type=int, metavar="METRES",
                        help="of a metric network: 20 for Hypersim, 80 for VKITTI; 0: relative")
    parser.add_argument("--heads", type=int, metavar="N", help="attention heads, when not width / 64")
    parser.add_argument("--half", action="store_true", help="store float16")
    parser.add_argument("--licence", help="what the weights are licensed under")
    args = parser.parse_args()
    if not args.output.endswith(".safetensors"):
        fail(f"'{args.output}' must end in .safetensors")
    if args.max_depth is not None and not 0 <= args.max_depth <= 100000:
        fail(f"--max-depth is {args.max_depth}; it must be 0 to 100000")
    if args.heads is not None and not 1 <= args.heads <= 256:
        fail(f"--heads is {args.heads}; it must be 1 to 256")
    try:
        digest = digest_of(args.checkpoint)
    except OSError as reason:
        fail(f"cannot read '{args.checkpoint}': {reason.strerror}")
    name, licence, max_depth = KNOWN.get(digest, ("", "", 0))
    tensors = load(args.checkpoint, args.half)
    licence = args.licence or licence
    max_depth = max_depth if args.max_depth is None else args.max_depth
    metadata = {"format": "pt", "variant": args.variant or "v2",
                "converted_from": f"{os.path.basename(args.checkpoint)}, SHA-256 {digest}"}
    if name:
        metadata["name"] = name
    if licence:
        metadata["licence"] = licence
    if max_depth:
        metadata["max_depth"] = str(max_depth)
    if args.heads:
        metadata["num_heads"] = str(args.heads)
    write(args.output, tensors, metadata)
    weights = sum(t.numel() for t in tensors.values())
    print(f"{args.output}: {len(tensors)} tensors, {weights / 1e6:.1f} million weights, "
          f"{'metric, up to ' + str(max_depth) + ' m' if max_depth else 'relative'}, "
          f"licence {licence or 'not known'}")
    if name:
        print(f"next: zdepth models install {name} --from {args.output}"
              f"{'' if licence == 'Apache-2.0' else ' --accept-license'}")
    else:
        print(f"not one of the published files; use it with: --model {args.output}")


if __name__ == "__main__":
    main()
