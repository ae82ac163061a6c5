# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The training losses, all at the head's resolution (half the picture)."""

import torch
import torch.nn.functional as F

import data

RANK_SLOPE = 4.0
FG_WEIGHT = 0.8
EDGE_WEIGHT = 3.0  # of a sample near a mask's outline in the cross entropy
RANK_FULL_WEIGHT = 0.15  # log ratio of depths from which a pair counts fully


def masked_mean(x, mask):
    """Mean over the pixels of `mask`, one value per picture."""
    return (x * mask).sum((1, 2)) / mask.sum((1, 2)).clamp(min=1)


def centred(x, mask):
    """Removes shift and scale: mean 0, mean absolute value 1 over the mask."""
    x = x - masked_mean(x, mask)[:, None, None]
    spread = masked_mean(x.abs(), mask)[:, None, None]
    return x / spread.clamp(min=1e-3)


def gradient_loss(difference, mask, scales=4):
    """Multi-scale gradient matching (MegaDepth, MiDaS) of two aligned maps, per picture."""
    total = 0.0
    for level in range(scales):
        step = 2**level
        d, m = difference[:, ::step, ::step], mask[:, ::step, ::step]
        gx = (d[:, :, 1:] - d[:, :, :-1]).abs() * m[:, :, 1:] * m[:, :, :-1]
        gy = (d[:, 1:] - d[:, :-1]).abs() * m[:, 1:] * m[:, :-1]
        total = total + (gx.sum((1, 2)) + gy.sum((1, 2))) / m.sum((1, 2)).clamp(min=1)
    return total / scales


def draw_pairs(mask, sky, count):
    """Indices (N,count) of two pixels each, the first three quarters anywhere, the rest near by."""
    n, h, w = mask.shape
    chance = (mask * (1.0 - 0.7 * sky)).reshape(n, -1) + 1e-9
    first = torch.multinomial(chance, count, replacement=True)
    second = torch.multinomial(chance, count, replacement=True)
    local = count // 4
    row = first[:, :local] // w + torch.randint(-8, 9, (n, local), device=mask.device)
    col = first[:, :local] % w + torch.randint(-8, 9, (n, local), device=mask.device)
    second[:, :local] = row.clamp(0, h - 1) * w + col.clamp(0, w - 1)
    return first, second


def rank_loss(z, near, mask, sky, count=2048):
    """Logistic loss on the order of random pairs, weighted by how clear their order is."""
    n = z.shape[0]
    first, second = draw_pairs(mask, sky, count)
    log_near = near.clamp(min=1e-3).log().reshape(n, -1)
    flat_z, flat_mask = z.reshape(n, -1), mask.reshape(n, -1)
    ratio = log_near.gather(1, first) - log_near.gather(1, second)
    weight = ((ratio.abs() - 0.01) / RANK_FULL_WEIGHT).clamp(0, 1)
    weight = weight * flat_mask.gather(1, first) * flat_mask.gather(1, second)
    delta = flat_z.gather(1, first) - flat_z.gather(1, second)
    loss = F.softplus(-RANK_SLOPE * torch.sign(ratio) * delta) / RANK_SLOPE
    return (loss * weight).sum(1) / weight.sum(1).clamp(min=20)


def edge_weight(target, reach=2):
    """1 away from the outline of `target` (N,h,w), EDGE_WEIGHT within `reach` samples of it."""
    high = F.max_pool2d(target[:, None], 2 * reach + 1, 1, reach)[:, 0]
    low = -F.max_pool2d(-target[:, None], 2 * reach + 1, 1, reach)[:, 0]
    return 1 + (EDGE_WEIGHT - 1) * (high - low)


def mask_loss(logit, target, inside):
    """Binary cross entropy, the outline weighted, plus Dice, per picture. target: cover 0..1."""
    weight = inside * edge_weight(target)
    bce = masked_mean(F.binary_cross_entropy_with_logits(logit, target, reduction="none"), weight)
    p = torch.sigmoid(logit) * inside
    t = target * inside
    dice = 1 - (2 * (p * t).sum((1, 2)) + 20) / (p.sum((1, 2)) + t.sum((1, 2)) + 20)
    return bce + 0.5 * dice


def total_loss(logits, near, labels, inside, cover, flags):
    """logits (N,3,h,w); near, labels, inside, cover (N,h,w); flags (N,4): dense, fg, sky, two_level.

    Returns (scalar, dictionary of the parts for the log).
    """
    z, fg_logit, sky_logit = logits.unbind(1)
    dense, fg_weight, sky_weight, two_level = flags.unbind(1)
    inside = inside.float()
    valid = (near > 0).float() * inside
    sky = ((labels & data.SKY) > 0).float()
    fg_known = inside * ((labels & data.UNKNOWN) == 0)
    has_depth = (1 - two_level) * (valid.sum((1, 2)) > 20).float()

    p, t = torch.sigmoid(z), near
    ground = valid * (1 - 0.8 * sky)
    p0 = centred(p, ground)
    t0 = centred(t, ground).clamp(-3, 4)
    difference = p0 - t0
    ssi = masked_mean(difference.abs(), ground) * has_depth
    gradient = gradient_loss(difference, valid) * has_depth * dense
    rank = rank_loss(z, near, valid, sky)
    fg = mask_loss(fg_logit, cover.float() / 4, fg_known) * fg_weight
    sky_term = masked_mean(
        F.binary_cross_entropy_with_logits(sky_logit, sky, reduction="none"), inside
    ) * sky_weight
    anchor = (masked_mean(p, valid) - 0.4).square() + F.relu(z.abs() - 6).mean((1, 2))
    parts = {
        "ssi": ssi.mean(),
        "rank": rank.mean(),
        "grad": gradient.mean(),
        "fg": fg.mean(),
        "sky": sky_term.mean(),
    }
    total = (
        parts["ssi"] + 2.0 * parts["rank"] + 0.5 * parts["grad"] + FG_WEIGHT * parts["fg"]
        + 0.2 * parts["sky"] + 0.1 * anchor.mean()
    )
    return total, {k: float(v.detach()) for k, v in parts.items()}


KEEP_WEIGHTS = (1.0, FG_WEIGHT, 0.2)  # of what was said before of nearness, foreground and sky


def keep_loss(logits, old, near, labels, inside, flags):
    """What the network said before, `old`, counts where a sample has no label of its own; 0 where the answers are equal.

    All arguments as those of total_loss. Nearness is compared up to scale and shift.
    """
    two_level = flags[:, 3]
    inside = inside.float()
    valid = (near > 0).float() * inside
    unmeasured = inside * torch.where(two_level[:, None, None] > 0, torch.ones_like(valid), 1 - valid)
    fg_share = flags[:, 1, None, None] * ((labels & data.UNKNOWN) == 0)
    depth = masked_mean((centred(torch.sigmoid(logits[:, 0]), inside) - centred(torch.sigmoid(old[:, 0]), inside)).abs(), inside)
    parts = {"keep_depth": (depth * unmeasured.mean((1, 2))).mean()}
    for name, plane, weight in (("keep_fg", 1, inside * (1 - fg_share).clamp(min=0)), ("keep_sky", 2, inside * (1 - flags[:, 2, None, None]))):
        said = torch.sigmoid(old[:, plane])
        surplus = F.binary_cross_entropy_with_logits(logits[:, plane], said, reduction="none") - F.binary_cross_entropy_with_logits(
            old[:, plane], said, reduction="none")
        parts[name] = (surplus * weight).mean()
    total = sum(w * part for w, part in zip(KEEP_WEIGHTS, parts.values()))
    return total, {k: float(v.detach()) for k, v in parts.items()}


def foreground_loss(logits, labels, inside, cover, flags):
    """The foreground's part of total_loss alone, its arguments as there."""
    known = inside.float() * ((labels & data.UNKNOWN) == 0)
    loss = (mask_loss(logits[:, 1], cover.float() / 4, known) * flags[:, 1]).mean()
    return loss, {"fg": float(loss.detach())}
