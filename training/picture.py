# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Good and bad cases for the model card, on made-up scenes with procedural textures only.

Draws scenes the network has not seen (another seed), and writes the best and the worst of them:
picture, true nearness, predicted nearness, with the share of pairs in the right order.
"""

import argparse
import pathlib

import cv2
import numpy as np

import data
import evaluate
import scenes

TILE = (192, 144)


def coloured(values):
    low, high = np.percentile(values, (2, 98))
    grey = np.clip((values - low) / max(high - low, 1e-9), 0, 1) * 255
    return cv2.applyColorMap(grey.astype(np.uint8), cv2.COLORMAP_INFERNO)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("weights", type=pathlib.Path)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--short-side", type=int, default=160)
    parser.add_argument("--count", type=int, default=60)
    args = parser.parse_args()
    net = evaluate.load_any(args.weights)
    cases = []
    for index, (array, meta) in enumerate(scenes.samples([], [], args.count, 987)):
        rgb, code, _ = data.unpack(array)
        rgb = np.ascontiguousarray(rgb)
        near, valid = code.astype(np.float32), code > 1
        z = evaluate.predict(net, rgb, args.short_side)[0]
        a, b = evaluate.draw_valid_pairs(valid, np.random.default_rng(index))
        share = evaluate.ordered(z, near, a, b)
        truth = coloured(np.log(np.maximum(near, 50)))
        tile = np.vstack([cv2.resize(t, TILE, interpolation=cv2.INTER_AREA) for t in (rgb[..., ::-1], truth, coloured(z))])
        cv2.putText(tile, f"{meta['id'].split('_0')[0]} {100 * share:.0f} %", (4, 14), 0, 0.45, (255, 255, 255), 1, cv2.LINE_AA)
        cases.append((share, tile))
    cases.sort(key=lambda c: -c[0])
    step = max(1, len(cases) // 24)
    good, bad = cases[: 6 * step : step], cases[-5 * step - 1 :: step]
    rows = [np.hstack([t for _, t in part[:6]]) for part in (good, bad)]
    cv2.imwrite(str(args.out), np.vstack(rows), [cv2.IMWRITE_JPEG_QUALITY, 80])
    print(f"median {np.median([c[0] for c in cases]):.3f} over {len(cases)} scenes")


if __name__ == "__main__":
    main()
