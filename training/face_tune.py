# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Trains the landmark network on from a checkpoint of `face_train.py`, on the crops of `face_vary.py`.

Half of the faces are bent ones; of the others a part (`--skins`) wear a share of somebody else's skin, spread on the mean
face and laid on by the landmarks, so that a few hundred people become many. Two of three squares lie nearly as the engine's last looks do
(face_look.c), so that the network spends itself on what it is asked. The stem and the first two stages stay; what they make of a sample
is kept and used some times, so that a step costs a third. The time is the processor's, for the machine is shared; the
rate falls to nothing by the end of it or of the wall clock's. What is written is the mean of what it began from and of
what it has become (Wortsman et al. 2022), which is nearer to pictures it has not seen than either.

    python face_tune.py --crops crops.pt --start face.pt --out tuned.pt --minutes 6
"""
import argparse
import math
import os
import time

import cv2
import numpy as np
import torch
from scipy.interpolate import LinearNDInterpolator
from scipy.spatial import Delaunay

import face_data
import face_model
import face_train

SIDE, FACES, PLAIN = face_model.LANDMARK_SIDE, 54, 10
SIZE = .95  # of the square of `frame_of`: the middle of the engine's looks


class Skins:
    """Every face's skin spread on the mean face, to be laid on another: new people for the same landmarks."""

    SIDE, GRID, MOST_YAW = 160, 64, .45

    def __init__(self, crops, marks):
        upright = np.stack([face_data.upright(l) for l in marks])[:, :, :2]
        mean = upright.mean(0)
        low, high = mean.min(0), mean.max(0)
        self.place = (mean - low) / (high - low) * .9 + .05
        self.crops, self.marks = crops, marks
        across = marks[:, 263] - marks[:, 33]
        yaw = np.arctan2(across[:, 2], np.linalg.norm(across[:, :2], axis=1))
        self.usable = np.flatnonzero(np.abs(yaw) < self.MOST_YAW)
        self.spread, self.maps = {}, {}
        g = (np.arange(self.GRID) + .5) / self.GRID
        where = np.stack(np.meshgrid(g, g), -1).reshape(-1, 2)
        mesh = Delaunay(self.place)
        at = mesh.find_simplex(where)
        t = mesh.transform[at]
        b = np.einsum("nij,nj->ni", t[:, :2], where - t[:, 2])
        self.weights, self.corners, self.outside = np.c_[b, 1 - b.sum(1)], mesh.simplices[at], at < 0

    def skin(self, j):
        if j not in self.spread:
            at = (self.marks[j, self.corners, :2] * self.weights[..., None]).sum(1) * self.crops.shape[1] - .5
            at = cv2.resize(at.reshape(self.GRID, self.GRID, 2).astype(np.float32), (self.SIDE, self.SIDE))
            self.spread[j] = cv2.remap(self.crops[j], at, None, cv2.INTER_LINEAR)
        return self.spread[j]

    def map(self, i):
        """Where each pixel of a face's box has its skin, and how much of it is the face's."""
        if i not in self.maps:
            p = self.marks[i, :, :2] * self.crops.shape[1]
            x0, y0 = np.floor(p.min(0)).astype(int)
            x1, y1 = np.ceil(p.max(0)).astype(int)
            gx, gy = np.meshgrid(*(a + (np.arange(self.GRID) + .5) * (b - a) / self.GRID for a, b in ((x0, x1), (y0, y1))))
            at = LinearNDInterpolator(p, self.place, fill_value=.5)(gx, gy)
            at = cv2.resize(at.astype(np.float32) * self.SIDE - .5, (x1 - x0, y1 - y0))
            mask = np.zeros((y1 - y0 + 16, x1 - x0 + 16), np.float32)
            cv2.fillConvexPoly(mask, np.round(cv2.convexHull((p - [x0 - 8, y0 - 8]).astype(np.float32))).astype(np.int32), 1)
            mask = cv2.GaussianBlur(cv2.erode(mask, np.ones((9, 9))), (0, 0), 3)[8:-8, 8:-8]
            self.maps[i] = x0, y0, x1, y1, at, mask[..., None]
        return self.maps[i]

    def exchanged(self, i, rng):
        """The crop with a share of another's skin, its colours brought nearer."""
        j = int(rng.choice(self.usable))
        x0, y0, x1, y1, at, mask = self.map(i)
        side = self.crops.shape[1]
        if x0 < 0 or y0 < 0 or x1 > side or y1 > side:
            return self.crops[i]
        own = self.crops[i, y0:y1, x0:x1].astype(np.float32)
        new = cv2.remap(self.skin(j), at, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).astype(np.float32)
        n = mask.sum() + 1e-3
        a, b = (own * mask).sum((0, 1)) / n, (new * mask).sum((0, 1)) / n
        new = np.clip(new + (a - b) * rng.uniform(.4, 1), 0, 255)
        out = self.crops[i].copy()
        share = mask * rng.uniform(.3, 1)
        out[y0:y1, x0:x1] = (own * (1 - share) + new * share).astype(np.uint8)
        return out


class Samples:
    def __init__(self, path, seed, skins=0.0):
        s = torch.load(path, weights_only=True)
        self.crops, self.plain, self.marks = s["crops"].numpy(), s["plain"].numpy(), s["marks"].numpy()
        self.order, self.real = s["order"].numpy(), s["real"]
        self.rng = np.random.default_rng(seed)
        self.noise = self.rng.standard_normal((16, SIDE, SIDE, 3)).astype(np.float32)
        ys, xs = np.mgrid[0:SIDE, 0:SIDE].astype(np.float32) + .5
        self.xs, self.ys = xs, ys
        self.skins = Skins(self.crops[:self.real], self.marks[:self.real]) if skins > 0 else None
        self.takes = set(self.skins.usable.tolist()) if skins > 0 else ()
        self.share = skins

    def map(self, turn, scale, move, squash, size):
        """From -1..1 of the result to -1..1 of the crop, and the scale alone."""
        r = self.rng.standard_normal
        a, s = r() * turn, size * math.exp(r() * scale)
        sx, sy, shear = math.exp(r() * squash), math.exp(r() * squash), r() * squash
        c, d = math.cos(a), math.sin(a)
        m = s * np.array([[c * sx, c * shear - d * sy], [d * sx, d * shear + c * sy]]) / face_data.MARGIN
        return m, r(2) * move, s

    def picture(self, crop, m, t):
        half, k = crop.shape[0] / 2, 2 / SIDE
        shift = (m @ [.5 * k - 1, .5 * k - 1] + t + 1) * half - .5
        whole = np.c_[m * (k * half), shift]
        return cv2.warpAffine(crop, whole, (SIDE, SIDE), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)

    def face(self):
        real = self.rng.random() < .5 or self.real == len(self.crops)
        i = int(self.rng.integers(self.real) if real else self.rng.integers(self.real, len(self.crops)))
        near = self.rng.random() < .67
        m, t, s = self.map(.04, .05, .03, .03, SIZE) if near else self.map(.17, .12, .06, .05, 1.0)
        marks = self.marks[i].copy()
        if self.rng.random() < .5:
            m[0], t[0] = -m[0], -t[0]
            marks = marks[self.order]
        is_other = i in self.takes and self.rng.random() < self.share
        x = self.picture(self.skins.exchanged(i, self.rng) if is_other else self.crops[i], m, t)
        marks[:, :2] = ((marks[:, :2] * 2 - 1 - t) @ np.linalg.inv(m).T + 1) / 2
        marks[:, 2] *= face_data.MARGIN / s
        return x, marks

    def none(self):
        m, t, _ = self.map(.3, .25, .2, .1, face_data.MARGIN / 1.5)
        return self.picture(self.plain[int(self.rng.integers(len(self.plain)))], m, t)

    def cover(self, x, marks, texture):
        """Covers a part as face_data.cover does; whether eyes, nose and mouth show."""
        u, shown = self.rng.random(9), np.ones(3, np.float32)
        if u[7] > .3:
            return x, shown
        pick = int(u[8] * 5)
        if pick < 3:
            p = marks[face_data.REGIONS[pick], :2] * SIDE
            c, h = p.mean(0) + (u[1:3] - .5) * 6, np.ptp(p, axis=0) / 2 * (.9 + .9 * u[0]) + 3
        else:
            c, h = u[1:3] * SIDE, (u[3:5] * .35 + .05) * SIDE
        a, dx, dy = (u[5] - .5) * 1.2, self.xs - np.float32(c[0]), self.ys - np.float32(c[1])
        px, py = np.abs(dx * math.cos(a) + dy * math.sin(a)) / h[0], np.abs(dy * math.cos(a) - dx * math.sin(a)) / h[1]
        mask = np.clip((1.05 - (px * px + py * py if u[6] < .5 else np.maximum(px, py))) * 8, 0, 1)
        fill = texture if u[0] < .6 else np.broadcast_to(texture.mean((0, 1)), texture.shape)
        x = (x * (1 - mask[..., None]) + fill * mask[..., None]).astype(np.uint8)
        at = np.clip((marks[:, :2] * SIDE).astype(int), 0, SIDE - 1)
        under = mask[at[:, 1], at[:, 0]] > .5
        for k, region in enumerate(face_data.REGIONS):
            shown[k] = under[region].mean() < .55
        return x, shown

    def colour(self, x):
        """Other light, cameras and compressions, as face_data.colour; in 0..1."""
        r = self.rng.random
        if r() < .25:
            n = int(SIDE * (.3 + .5 * r()))
            x = cv2.resize(cv2.resize(x, (n, n), interpolation=cv2.INTER_AREA), (SIDE, SIDE), interpolation=cv2.INTER_LINEAR)
        if r() < .25:
            x = cv2.imdecode(cv2.imencode(".jpg", x, [cv2.IMWRITE_JPEG_QUALITY, int(25 + 65 * r())])[1], cv2.IMREAD_COLOR)
        gain = np.exp((r() - .5) * 1.0 + (r(3) - .5) * .3)
        table = np.clip(np.arange(256)[:, None] / 255 * gain, 1e-4, 1) ** math.exp((r() - .5) * .8)
        x = cv2.LUT(x, table.astype(np.float32)[None])
        k = 0.0 if r() < .12 else .5 + r()
        x = cv2.transform(x, (np.eye(3) * k + (1 - k) / 3).astype(np.float32))
        if r() < .5:
            a, b = (r(2) - .5) * 1.6 / SIDE
            x = x * (1 + a * (self.xs - SIDE / 2) + b * (self.ys - SIDE / 2))[..., None].astype(np.float32)
        if r() < .4:
            x = x + self.noise[int(r() * 16)] * np.float32(.05 * r())
        return np.clip(x, 0, 1)

    def batch(self):
        plain = [self.none() for _ in range(PLAIN)]
        xs, marks, flags = [], [], np.zeros((FACES + PLAIN, 4), np.float32)
        for n in range(FACES):
            x, l = self.face()
            x, shown = self.cover(x, l, plain[n % PLAIN])
            flags[n] = [1, *shown]
            xs.append(x), marks.append(l)
        x = torch.from_numpy(np.stack([self.colour(x) for x in xs + plain])).permute(0, 3, 1, 2)
        return x * 2 - 1, torch.from_numpy(np.stack(marks)).float(), torch.from_numpy(flags)


class Store:
    """What the frozen stages make of samples: each is seen some times before a new one takes its place."""

    def __init__(self, samples, bottom, size):
        self.samples, self.bottom, self.at = samples, bottom, 0
        self.parts = [self.new() for _ in range(size)]

    def new(self):
        x, marks, flags = self.samples.batch()
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            y = self.bottom(x.contiguous(memory_format=torch.channels_last))
        return y.to(torch.bfloat16), marks, flags

    def batch(self, rng, fresh):
        if fresh:
            self.parts[self.at] = self.new()
            self.at = (self.at + 1) % len(self.parts)
        i = rng.integers(len(self.parts), size=FACES + PLAIN)
        j = np.r_[rng.integers(FACES, size=FACES), FACES + rng.integers(PLAIN, size=PLAIN)]
        y = torch.stack([self.parts[a][0][b] for a, b in zip(i, j)])
        marks = torch.stack([self.parts[a][1][b] for a, b in zip(i[:FACES], j[:FACES])])
        return y, marks, torch.stack([self.parts[a][2][b] for a, b in zip(i, j)])


def split(arch):
    """The list in two: up to the end of the second stage, and what follows."""
    lines = arch.splitlines()
    n = next(i for i, line in enumerate(lines) if " s3." in line)
    last, width = lines[n - 1].split()[1], 48
    return "\n".join(lines[:n] + [f"result out {last}"]), "\n".join([f"input {last} c={width}"] + lines[n:])


def halves(state):
    """Both parts as networks, with the weights that are theirs."""
    nets = [face_model.FaceNet(a) for a in split(face_model.landmark_arch())]
    for net in nets:
        net.load_state_dict({k: v for k, v in state.items() if k in net.state_dict()})
        net.to(memory_format=torch.channels_last)
    return nets


def main():
    ap = argparse.ArgumentParser(description=__doc__)
    for name in ("crops", "start", "out"):
        ap.add_argument(f"--{name}", required=True)
    ap.add_argument("--minutes", type=float, default=6, help="of processor time")
    ap.add_argument("--wall", type=float, default=1e9, help="minutes of the wall clock")
    ap.add_argument("--rate", type=float, default=1e-3)
    ap.add_argument("--skins", type=float, default=0.0, help="how many of the faces as they are take another's skin, 0 to 1")
    ap.add_argument("--share", type=float, default=0.5, help="of the new weights in what is written, 0 to 1")
    ap.add_argument("--store", type=int, default=120, help="batches")
    ap.add_argument("--fresh", type=int, default=4, help="steps for each new batch")
    a = ap.parse_args()
    torch.set_num_threads(1), cv2.setNumThreads(1)
    cpu, wall = time.process_time(), time.time()
    state = torch.load(a.start, map_location="cpu", weights_only=True)
    before = state.get("tuned", 0)
    begun = {k: v.clone() for k, v in state["means"][0].items()}
    bottom, net = halves(state["means"][0])
    mean = halves(state["means"][0])[1]
    store = Store(Samples(a.crops, state["step"], a.skins), lambda x: bottom.eval()(x)["out"], a.store)
    opt = torch.optim.AdamW(net.parameters(), lr=a.rate, weight_decay=.02)
    rng, told, loss_mean, n, part = np.random.default_rng(1), time.time(), 0.0, 0, 0.0
    print(f"{len(store.samples.crops)} crops, {store.samples.real} of them as they are; {time.process_time() - cpu:.0f} s of processor time", flush=True)
    while part < 1:
        part = min(1.0, max((time.process_time() - cpu) / (60 * a.minutes), (time.time() - wall) / (60 * a.wall)))
        opt.param_groups[0]["lr"] = a.rate * min(1, (n + 1) / 100) * (.005 + .995 * .5 * (1 + math.cos(math.pi * part)))
        x, *truth = store.batch(rng, n % a.fresh == 0)
        with torch.autocast("cpu", torch.bfloat16):
            out = net(x.contiguous(memory_format=torch.channels_last))
        loss = face_train.landmark_loss(out, *truth)
        opt.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        opt.step()
        loss_mean, n = loss_mean + .02 * (loss.item() - loss_mean) if n else loss.item(), n + 1
        with torch.no_grad():
            keep = min(.997, n / (n + 9))
            for p, q in zip(mean.state_dict().values(), net.state_dict().values()):
                p.copy_(p * keep + q * (1 - keep) if p.is_floating_point() else q)
        if time.time() - told > 60 or part >= 1 or n == 20:
            told = time.time()
            print(f"{time.strftime('%H:%M:%S')} step {n} part {part:.3f} loss {loss_mean:.4f} cpu {time.process_time() - cpu:.0f} s", flush=True)
            new = mean.state_dict()
            state["means"][0].update({k: torch.lerp(begun[k], v, a.share) if v.is_floating_point() else v for k, v in new.items()})
            torch.save({**state, "tuned": before + n}, a.out + ".part")
            os.replace(a.out + ".part", a.out)


if __name__ == "__main__":
    main()
