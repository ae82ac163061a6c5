# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Averages the weights of a run with those that it began from (Wortsman et al. 2022, WiSE-FT): a run on new
packs gains on them and forgets the old; between the two lies what keeps most of both."""

import argparse
import pathlib

import torch

import export
import model


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("begun", type=pathlib.Path, help="the shipped file that the run began from (--init)")
    parser.add_argument("checkpoint", type=pathlib.Path)
    parser.add_argument("--share", type=float, default=0.5, help="of the checkpoint, 0 to 1")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="a checkpoint, for evaluate.py and export.py")
    args = parser.parse_args()
    first, _ = export.begin_from(args.begun)
    state = torch.load(args.checkpoint, map_location="cpu", weights_only=True)
    if model.parse_arch(first.arch) != model.parse_arch(state["arch"]):
        raise SystemExit(f"{args.checkpoint} is not of the network in {args.begun}")
    old = first.state_dict()
    mixed = {k: torch.lerp(old[k], v, args.share) if v.dtype.is_floating_point else v for k, v in state["ema"].items()}
    state["net"] = state["ema"] = mixed
    state["summary"] += f", averaged {args.share:g} to {1 - args.share:g} with the weights it began from"
    torch.save(state, args.out)


if __name__ == "__main__":
    main()
