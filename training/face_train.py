# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Trains both face networks side by side until a wall-clock time; resumes from its own checkpoint.

    python face_train.py --data ../shared/data --labels faces.npz --out face.pt --minutes 90
"""
import argparse
import copy
import math
import os
import time

import numpy as np
import torch
import torch.nn.functional as F

import face_data
import face_model


def landmark_loss(out, marks, flags):
    k = len(marks)
    p = out["points0"][:k, :, 0, 0].view(k, -1, 3)
    eyes = (marks[:, [33, 133], :2].mean(1) - marks[:, [263, 362], :2].mean(1)).norm(dim=1).clamp(min=.08)
    d = (p - marks).abs() / eyes[:, None, None]
    d = torch.where(d < .05, d * d * 10, d - .025)  # smooth near zero
    v = out["flags0"][:, :, 0, 0]
    face = F.binary_cross_entropy_with_logits(v[:, 0], flags[:, 0] * .98 + .01)
    seen = F.binary_cross_entropy_with_logits(v[:k, 1:], flags[:k, 1:] * .98 + .01)
    return 10 * (d[:, :, :2].mean() + .5 * d[:, :, 2].mean()) + face + .5 * seen


def detector_loss(out, t, w):
    o = out["faces"]
    p = torch.sigmoid(o[:, 0])
    bce = F.binary_cross_entropy_with_logits(o[:, 0], t[:, 0], reduction="none")
    on = t[:, 0] * w
    focus = torch.where(t[:, 0] > .5, (1 - p) ** 2 * .75, p ** 2 * .5)
    count = on.sum().clamp(min=1)
    score = (bce * focus * w).sum() / count
    box = ((o[:, 1:] - t[:, 1:]).abs() * on[:, None]).sum() / count / (o.shape[1] - 1)
    return 2 * score + 5 * box


def evaluate(nets, test):
    """Mean distance to the teacher in eye distances on held-out faces, and separation of the flags."""
    land, det = nets
    k = np.linspace(0, len(test.crops) - 1, min(len(test.crops), 200)).astype(int)
    with torch.no_grad():
        m = torch.eye(2).repeat(len(k), 1, 1) / face_data.MARGIN
        x = face_data.warp(test.crops[k].float(), torch.cat([m, torch.zeros(len(k), 2, 1)], 2), 128) / 255
        o = land(x * 2 - 1)
        marks = test.marks[k].clone()
        marks[:, :, :2] = (marks[:, :, :2] - .5) * face_data.MARGIN + .5
        p = o["points0"][:, :, 0, 0].view(len(k), -1, 3)
        eyes = (marks[:, [33, 133], :2].mean(1) - marks[:, [263, 362], :2].mean(1)).norm(dim=1)
        d = (p[:, :, :2] - marks[:, :, :2]).norm(dim=2).mean(1) / eyes
        none = test.plain[np.linspace(0, len(test.plain) - 1, 300).astype(int)].float()
        q = land(F.interpolate(none, size=128, mode="area") / 127.5 - 1)["flags0"][:, 0, 0, 0]
        has = torch.tensor([any(g > 2 for _, g in f) for f in test.squared])
        free = torch.tensor([not f for f in test.squared])
        s = torch.cat([det(F.interpolate(test.squares[i:i + 64].float(), size=128, mode="area") / 127.5 - 1)["faces"][:, 0].amax((1, 2))
                       for i in range(0, len(test.squares), 64)])
    return (f"nme mean {d.mean():.4f} median {d.median():.4f} worst {d.max():.3f} share<5% {(d < .05).float().mean():.3f} "
            f"present {(o['flags0'][:, 0] > 0).float().mean():.3f} false {(q > 0).float().mean():.4f} "
            f"detector hit {(s[has] > 0).float().mean():.3f} of {int(has.sum())} false {(s[free] > 0).float().mean():.4f} of {int(free.sum())}")


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "labels", "out"):
        ap.add_argument(f"--{name}", required=True)
    ap.add_argument("--minutes", type=float, default=90)
    ap.add_argument("--rate", type=float, default=2e-3)
    ap.add_argument("--batch", type=int, default=64)
    a = ap.parse_args()
    torch.set_num_threads(1)
    faces = face_data.Faces(a.data, a.labels)
    test = face_data.Faces(a.data, a.labels, "test")
    print(f"train: {len(faces.crops)} faces, {len(faces.plain)} crops without, {len(faces.squares)} pictures; "
          f"test: {len(test.crops)}, {len(test.plain)}, {len(test.squares)}", flush=True)
    nets = [face_model.FaceNet(t).to(memory_format=torch.channels_last)
            for t in (face_model.landmark_arch(), face_model.detector_arch())]
    marks = faces.marks.clone()
    marks[:, :, :2] = (marks[:, :, :2] - .5) * face_data.MARGIN + .5
    marks[:, :, 2] *= face_data.MARGIN
    face_model.start_from_shapes(nets[0], marks.flatten(1))
    means = copy.deepcopy(nets)
    opts = [torch.optim.AdamW(n.parameters(), lr=a.rate, weight_decay=.02) for n in nets]
    spent, step = 0.0, 0
    if os.path.exists(a.out):
        s = torch.load(a.out, map_location="cpu", weights_only=True)
        spent, step = s["spent"], s["step"]
        for i in range(2):
            nets[i].load_state_dict(s["nets"][i]), means[i].load_state_dict(s["means"][i]), opts[i].load_state_dict(s["opts"][i])
    g, rng = torch.Generator().manual_seed(step + 1), np.random.default_rng(step + 1)
    begin, told, losses = time.time() - spent, time.time(), [0.0, 0.0]
    while time.time() - begin < a.minutes * 60:
        part = (time.time() - begin) / (a.minutes * 60)
        rate = a.rate * min(1, (step + 1) / 200) * (.01 + .99 * .5 * (1 + math.cos(math.pi * part)))
        for i in range(2):
            x, *truth = (face_data.landmark_batch(faces, a.batch, g) if i == 0 else face_data.detector_batch(faces, a.batch, g, rng))
            x = (x * 2 - 1).to(memory_format=torch.channels_last)
            with torch.autocast("cpu", torch.bfloat16):
                out = nets[i](x)
            loss = (landmark_loss if i == 0 else detector_loss)(out, *truth)
            opts[i].param_groups[0]["lr"] = rate
            opts[i].zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(nets[i].parameters(), 5.0)
            opts[i].step()
            losses[i] += .02 * (loss.item() - losses[i])
            keep = min(.998, (step + 1) / (step + 10))
            with torch.no_grad():
                for p, q in zip(means[i].state_dict().values(), nets[i].state_dict().values()):
                    p.copy_(p * keep + q * (1 - keep) if p.is_floating_point() else q)
        step += 1
        if time.time() - told > 180 or step == 20:
            told = time.time()
            for n in means:
                n.eval()
            print(f"{time.strftime('%H:%M:%S')} step {step} part {part:.3f} loss {losses[0]:.3f} {losses[1]:.3f} | {evaluate(means, test)}", flush=True)
            state = {"spent": time.time() - begin, "step": step, "batch": a.batch, "nets": [n.state_dict() for n in nets],
                     "means": [n.state_dict() for n in means], "opts": [o.state_dict() for o in opts]}
            torch.save(state, a.out + ".part")
            os.replace(a.out + ".part", a.out)


if __name__ == "__main__":
    main()
