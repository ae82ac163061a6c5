# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Trains the embedded network: from data folders to a checkpoint, resumable, by the clock."""

import argparse
import copy
import csv
import json
import math
import os
import pathlib
import signal
import time
import zlib

import numpy as np
import torch

import data
import evaluate
import export
import losses
import model
import pretrained

WEIGHTS = {
    "research": {
        "nyu": 0.26, "tlrai": 0.04, "carla": 0.05, "ipad": 0.05, "aims": 0.03, "tools": 0.005,
        "robio": 0.01, "coco": 0.08, "obj": 0.04, "photo": 0.06, "ordinal": 0.10, "synth": 0.35, "scenes": 0.30,
    },
    "permissive": {"aims": 0.06, "robio": 0.02, "coco": 0.10, "synth": 0.62, "scenes": 0.2},
}
PEOPLE = {"people-portrait": 0.12, "people-body": 0.08, "people-crowd": 0.08, "people-none": 0.03}
JOINT_WEIGHTS = {  # of --joint: three fifths with measured or rendered depth, two fifths with masks
    "research": {
        "nyu": 0.20, "tlrai": 0.03, "carla": 0.03, "ipad": 0.04, "aims": 0.02, "tools": 0.005, "robio": 0.01, "ordinal": 0.06,
        "synth": 0.22, "scenes": 0.06, "photo": 0.03, "coco": 0.06, "obj": 0.07, "salient": 0.08,
    },
    "permissive": {"aims": 0.05, "robio": 0.02, "coco": 0.08, "synth": 0.50, "scenes": 0.08, "salient": 0.06},
}
JOINT_PEOPLE = {"people-portrait": 0.07, "people-body": 0.08, "people-crowd": 0.07, "people-none": 0.02}
UNFOLD_BATCHES, UNFOLD_COUNT = 6, 16
SAVE_SECONDS = 120  # between two of a joint run's last.pt, besides those of the held-out figures
EXTRA_SHARE = 0.25  # what the further packs get together
EMA_DECAY = 0.999
ENCODER_RATE = 0.4  # share of the learning rate for an encoder that comes trained


class Stream(torch.utils.data.IterableDataset):
    """Endless batches, the picture size drawn per batch."""

    def __init__(self, index, cache, weights, count, sizes, seed):
        self.args = (index, cache, weights)
        self.count, self.sizes, self.seed = count, sizes, seed

    def __iter__(self):
        info = torch.utils.data.get_worker_info()
        seed = self.seed + (info.id if info else 0)
        torch.set_num_threads(1)
        mixer = data.Mixer(*self.args, seed)
        reference = self.sizes[0][0] * self.sizes[0][1]
        while True:
            pick = int(mixer.rng.integers(len(self.sizes)))
            w, h = self.sizes[pick]
            count = max(8, round(self.count * reference / (w * h)))
            yield tuple(torch.from_numpy(a) for a in data.batch(mixer, pick, count, self.sizes))


def dev_samples(index, cache, limit=24):
    """The held-out samples in evaluate.py's form, at most `limit` per source."""
    taken, out = {}, []
    for meta in sorted(index, key=lambda m: (-m["fg"] * (m["source"] == "nyu"), hash_order(m["id"]))):
        if not meta["dev"] or data.is_matte(meta) or meta["source"] == "photo":
            continue
        if taken.get(meta["source"], 0) >= (3 * limit if meta["source"] == "ordinal" else 2 * limit if meta["source"] == "nyu" else limit):
            continue
        taken[meta["source"]] = taken.get(meta["source"], 0) + 1
        out.append(as_eval(np.load(pathlib.Path(cache) / meta["file"]), meta))
    return out


def hash_order(name):
    return zlib.crc32(name.encode())


def as_eval(array, meta):
    rgb, code, labels = data.unpack(array)
    fg = (labels & data.FG) > 0
    person = fg if fg.mean() > 0.01 and meta["fg"] >= 0.5 else None
    near = code.astype(np.float32)
    return meta["id"], meta["source"], np.ascontiguousarray(rgb), near, code > 1, person


def dev_mattes(index, cache, limit=24):
    """(source, picture, mask) of the held-out mattes, at most `limit` per source."""
    taken, out = {}, []
    for meta in sorted(index, key=lambda m: hash_order(m["id"])):
        if meta["dev"] and data.is_matte(meta) and meta["source"] != "people-none":
            taken[meta["source"]] = taken.get(meta["source"], 0) + 1
            if taken[meta["source"]] > limit:
                continue
            array = np.load(pathlib.Path(cache) / meta["file"])
            out.append((meta["source"], np.ascontiguousarray(array[..., :3]), (array[..., 5] & data.FG) > 0))
    return out


def dev_score(net, samples, mattes, short_side):
    """Held-out figures; `score` is what the best checkpoint is chosen by."""
    net.eval()
    table, persons = evaluate.score_depth(net, samples, short_side, with_baselines=False)
    ious = []
    for _, rgb, mask in mattes:
        z, fg, _ = evaluate.predict(net, rgb, short_side)
        ious.append((evaluate.best_iou(1 / (1 + np.exp(-z)), mask)[0], evaluate.best_iou(fg, mask)[0]))
    pairs = float(np.mean([m["pairs"] for m in table.values()]))
    matte = float(np.mean([i[0] for i in ious])) if ious else 0.0
    figures = {s: round(m["pairs"], 4) for s, m in table.items()}
    figures |= {
        "pairs": pairs, "matte": matte, "matte_fg": float(np.mean([i[1] for i in ious])) if ious else 0.0,
        "person": persons.get("iou", 0.0), "score": pairs + 0.25 * matte + 0.25 * persons.get("iou", 0.0),
    }
    return figures


def foreground_score(net, mattes, short_side):
    """dev_score() of a run that learns the foreground alone: IoU at .5 by source, and over all at the best threshold."""
    net.eval()
    at_half, best = {}, []
    for source, rgb, mask in mattes:
        fg = evaluate.predict(net, rgb, short_side)[1]
        inside = fg > 0.5
        at_half.setdefault(source, []).append((inside & mask).sum() / max((inside | mask).sum(), 1))
        best.append(evaluate.best_iou(fg, mask)[0])
    figures = {source: round(float(np.mean(ious)), 4) for source, ious in sorted(at_half.items())}
    return figures | {"best_iou": float(np.mean(best)), "score": float(np.mean(list(figures.values())))}


def joint_score(net, samples, mattes, short_side):
    """Depth's and the foreground's held-out figures of a run that learns both; either counts as much."""
    depth, fg = dev_score(net, samples, mattes, short_side), foreground_score(net, mattes, short_side)
    return depth | fg | {"depth_score": depth["pairs"], "fg_score": fg["score"], "score": depth["pairs"] + fg["score"]}


def ema_update(ema, net, step):
    decay = min(EMA_DECAY, (1 + step) / (20 + step))
    with torch.no_grad():
        for a, b in zip(ema.state_dict().values(), net.state_dict().values()):
            if a.dtype.is_floating_point:
                a.lerp_(b, 1 - decay)
            else:
                a.copy_(b)


def learning_rate(args, progress, step):
    """Warm-up, flat, then a cosine to a hundredth over the last part of the time."""
    warm = min(1.0, (step + 1) / args.warmup)
    if progress < args.decay_from:
        return args.lr * warm
    x = min(1.0, (progress - args.decay_from) / (1 - args.decay_from))
    return args.lr * warm * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * x)))


def source_weights(args, index):
    weights = JOINT_WEIGHTS[args.recipe] | JOINT_PEOPLE if args.joint else WEIGHTS[args.recipe] | PEOPLE
    if args.teacher:
        weights["teacher"] = args.teacher_share
    extra = {m["source"] for m in index} - set(WEIGHTS["research"]) - set(PEOPLE) - {"teacher", "salient"}
    if args.recipe == "permissive":
        extra = {m["source"] for m in index if m["source"] in extra and data.is_permissive(m)}
    counts = {s: sum(m["source"] == s and not m["dev"] for m in index) for s in extra}
    total = sum(math.sqrt(c) for c in counts.values())
    for source, count in counts.items():
        weights[source] = args.extra_share * math.sqrt(count) / total
    for change in args.weight:
        source, value = change.split("=")
        weights[source] = float(value)
    return weights


def teacher_index(args):
    """The photos with the teacher's depth, labelled once into the cache."""
    import teacher

    photos = args.photos or [args.data / "photos"]
    samples = teacher.labelled_photos(
        args.teacher, photos, args.device, args.teacher_short_side, args.teacher_heads)
    origin = data.origin_of(args.teacher, *photos) + f"short side {args.teacher_short_side}\n"
    index = data.build_cache(args.cache, f"teacher-{args.teacher.stem}", samples, origin)
    return [m for m in index if args.recipe != "permissive" or data.is_permissive(m)]


def save(path, payload):
    temporary = path.with_suffix(".part")
    torch.save(payload, temporary)
    os.replace(temporary, path)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--synth", type=pathlib.Path, nargs="*", default=[], help="folders of rendered packs")
    parser.add_argument("--extra", type=pathlib.Path, nargs="*", default=[], help="further RGB-D packs with a manifest")
    parser.add_argument("--people", type=pathlib.Path, help="the people pack: pictures with person masks")
    parser.add_argument("--labels", type=pathlib.Path, help="masks that label.py made of the data's photos")
    parser.add_argument("--scenes", type=int, default=4000, help="made-up scenes to mix in")
    parser.add_argument("--cache", type=pathlib.Path, default=pathlib.Path("cache"))
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/main"))
    parser.add_argument("--teacher", type=pathlib.Path, help="Depth Anything V2 safetensors to distil from")
    parser.add_argument("--teacher-heads", type=int, help="attention heads, when not a sixty-fourth of the width")
    parser.add_argument("--teacher-short-side", type=int, default=518)
    parser.add_argument("--photos", type=pathlib.Path, nargs="*", default=[], help="photos the teacher labels")
    parser.add_argument("--teacher-share", type=float, default=0.5)
    parser.add_argument("--recipe", choices=sorted(WEIGHTS), default="research")
    parser.add_argument("--weight", nargs="*", default=[], metavar="SOURCE=SHARE")
    parser.add_argument("--extra-share", type=float, default=EXTRA_SHARE)
    parser.add_argument("--minutes", type=float, default=120, help="training time of the whole schedule")
    parser.add_argument("--sizes", choices=sorted(data.SIZES), default="small", help="training picture sizes")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--lr", type=float, default=1.2e-3)
    parser.add_argument("--warmup", type=int, default=200)
    parser.add_argument("--decay-from", type=float, default=0.6)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--bf16", action="store_true", help="convolutions in bfloat16 where the processor has it (a third faster)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--eval-minutes", type=float, default=6)
    parser.add_argument("--resume", action="store_true", help="go on from OUT/last.pt")
    parser.add_argument("--encoder", type=pathlib.Path, help="EfficientNet-Lite0 weights (pretrained.py) to begin from")
    parser.add_argument("--encoder-rate", type=float, help=f"the encoder's share of the learning rate (begun from such weights: {ENCODER_RATE})")
    parser.add_argument("--settle", type=int, metavar="BLOCKS", help="keep the encoder's normalisation as it is, and all of its first BLOCKS blocks")
    parser.add_argument("--init", type=pathlib.Path, help="begin from the averaged weights of a checkpoint, or from shipped weights (safetensors)")
    parser.add_argument("--foreground", action="store_true", help="add a decoder for the foreground to the network of --init, and learn that alone")
    parser.add_argument("--joint", action="store_true",
                        help="learn depth and every decoder together from --init; its old answer counts where a sample has no label")
    parser.add_argument("--keep", type=float, default=1.0, help="weight of the old answer in --joint")
    parser.add_argument("--only-cache", action="store_true", help="read the packs into the cache, count them, and stop")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.joint and (args.foreground or not args.init):
        parser.error("--joint begins from the network of --init, without --foreground")
    return args


def parameter_groups(net, encoder_share):
    """Weights decay, gains and biases do not; a pretrained encoder learns at its own share of the rate."""
    groups = {}
    for name, p in net.named_parameters():
        if not p.requires_grad:
            continue
        encoder = name.split(".")[1].startswith(("stem", "enc"))
        setting = (encoder_share if encoder else 1.0, 0.03 if p.ndim > 1 else 0.0)
        groups.setdefault(setting, []).append(p)
    return [{"params": p, "share": share, "weight_decay": decay} for (share, decay), p in groups.items()]


def settle_encoder(net, blocks, decoders=False):
    """Leaves the encoder's normalisation (the decoders', too) as it is, and the weights of the stem and the first blocks."""
    convs = [name for kind, name, _, _ in net.ops if kind == "conv"]
    names = [name for name in convs if name.startswith(("stem", "enc."))]
    fixed = [name for name in names if name == "stem" or int(name.split(".")[1]) < blocks]
    net.settle(convs if decoders else names, fixed if blocks else ())


def gather(args):
    return data.gather(args.data, args.cache, args.synth, args.extra, args.scenes, args.recipe, args.people, args.labels)


def count_sources(index):
    """{source: (samples to train on, held out)}."""
    counts = {}
    for meta in index:
        counts.setdefault(meta["source"], [0, 0])[bool(meta["dev"])] += 1
    return {source: tuple(counts[source]) for source in sorted(counts)}


class Run:
    """One training run: the network, its average, the optimiser, and where the schedule stands."""

    def __init__(self, args):
        self.args = args
        args.out.mkdir(parents=True, exist_ok=True)
        torch.set_num_threads(args.threads)
        torch.manual_seed(args.seed)
        self.index = gather(args)
        if args.teacher:
            self.index += teacher_index(args)
        self.weights = source_weights(args, self.index)
        self.step, self.spent, self.seen, self.best = 0, 0.0, 0, -1.0
        state, begun, sources, rate = None, None, {}, 1.0
        if args.resume and (args.out / "last.pt").exists():
            begun = state = torch.load(args.out / "last.pt", map_location="cpu", weights_only=True)
            self.net = model.GraphNet(state["arch"])
            self.net.load_state_dict(state["net"])
            if args.foreground:
                export.learn_foreground(self.net)
            self.step, self.spent, self.seen = state["step"], state["spent"], state["seen"]
            self.best = state["best"]
        elif args.init:
            self.net, begun = export.begin_from(args.init)
            self.seen = begun.get("seen", 0)
            if args.foreground:
                self.net = export.with_foreground(self.net)
        else:
            self.net = model.GraphNet(model.build_arch())
        if args.encoder and not begun:
            pretrained.load_encoder(self.net, args.encoder)
            sources, rate = {"encoder": pretrained.SOURCE}, ENCODER_RATE
        if begun:  # what earlier stages learned from stays in the weights
            if args.recipe == "permissive" and begun["recipe"] != "permissive":
                raise SystemExit("weights of another recipe cannot go on as permissive ones")
            sources, rate = begun["sources"], begun.get("encoder_rate", 1.0)
        self.encoder_rate = rate if args.encoder_rate is None else args.encoder_rate
        self.old = None
        if args.joint:
            self.old = export.begin_from(args.init)[0].eval().requires_grad_(False)
            if not state and not self.net.norms:
                self.net = model.unfold(self.net, self.drawn_images())
            self.old = self.old.to(args.device, memory_format=torch.channels_last)
        if args.settle is not None:
            settle_encoder(self.net, args.settle, decoders=args.joint)
        self.net = self.net.to(args.device, memory_format=torch.channels_last)
        self.ema = copy.deepcopy(self.net).eval()
        self.optimiser = torch.optim.AdamW(parameter_groups(self.net, self.encoder_rate), lr=args.lr, betas=(0.9, 0.99), fused=True)
        if state:
            self.ema.load_state_dict(state["ema"])
            self.optimiser.load_state_dict(state["optimiser"])
        self.until = model.last_before_up(self.net.arch) if args.joint else "head.sum" if args.foreground else "head.conv"
        self.samples = dev_samples(self.index, args.cache)
        self.mattes = dev_mattes(self.index, args.cache)
        used = {m["source"]: m["licence"] for m in self.index if self.weights.get(m["source"], 0) > 0 and not m["dev"]}
        self.sources = sources | used

    def drawn_images(self):
        """Normalised batches of training pictures."""
        mixer = data.Mixer(self.index, self.args.cache, self.weights, self.args.seed)
        sizes = data.SIZES[self.args.sizes]
        for k in range(UNFOLD_BATCHES):
            yield model.normalise(torch.from_numpy(data.batch(mixer, k, UNFOLD_COUNT, sizes)[0]).float() / 255)

    def payload(self):
        return {
            "arch": self.net.arch, "net": self.net.state_dict(), "ema": self.ema.state_dict(),
            "optimiser": self.optimiser.state_dict(), "step": self.step, "spent": self.spent,
            "seen": self.seen, "best": self.best, "recipe": self.args.recipe, "sources": self.sources,
            "encoder_rate": self.encoder_rate,
            "summary": f"{self.seen} samples, {self.step} steps, {self.spent / 60:.0f} minutes on "
                       f"{self.args.threads} cores, recipe {self.args.recipe}",
        }

    def train_step(self, batch):
        progress = self.spent / (60 * self.args.minutes)
        rate = learning_rate(self.args, progress, self.step)
        for group in self.optimiser.param_groups:
            group["lr"] = rate * group["share"]
        rgb, near, labels, inside, cover, flags = (t.to(self.args.device) for t in batch)
        x = model.normalise(rgb.float() / 255).contiguous(memory_format=torch.channels_last)
        with torch.autocast(x.device.type, torch.bfloat16, enabled=self.args.bf16):
            logits = self.net(x, until=self.until)
        if self.args.joint:
            with torch.no_grad(), torch.autocast(x.device.type, torch.bfloat16, enabled=self.args.bf16):
                old = self.old(x, until=self.until)
            loss, parts = losses.total_loss(logits.float(), near, labels, inside, cover, flags)
            kept, kept_parts = losses.keep_loss(logits.float(), old.float(), near, labels, inside, flags)
            loss, parts = loss + self.args.keep * kept, parts | kept_parts
        elif self.args.foreground:
            loss, parts = losses.foreground_loss(logits.float(), labels, inside, cover, flags)
        else:
            loss, parts = losses.total_loss(logits.float(), near, labels, inside, cover, flags)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 5.0)
        if torch.isfinite(loss):
            self.optimiser.step()
        self.step += 1
        self.seen += rgb.shape[0]
        ema_update(self.ema, self.net, self.step)
        return rate, parts

    def evaluate(self, log):
        short_side = data.MEASURED_AT[self.args.sizes]
        if self.args.joint:
            figures = joint_score(self.ema.to("cpu"), self.samples, self.mattes, short_side)
        elif self.args.foreground:
            figures = foreground_score(self.ema.to("cpu"), self.mattes, short_side)
        else:
            figures = dev_score(self.ema.to("cpu"), self.samples, self.mattes, short_side)
        self.ema.to(self.args.device)
        better = figures["score"] > self.best
        if better:
            self.best = figures["score"]
            save(self.args.out / "best.pt", self.payload())
        save(self.args.out / "last.pt", self.payload())
        line = {"minutes": round(self.spent / 60, 1), "seen": self.seen, "best": better, **figures}
        print("dev", json.dumps({k: round(v, 4) if isinstance(v, float) else v for k, v in line.items()}), flush=True)
        with open(self.args.out / "dev.jsonl", "a", encoding="utf-8") as f:
            f.write(json.dumps(line) + "\n")

    def go(self):
        args = self.args
        sizes = data.SIZES[args.sizes]
        stream = Stream(self.index, args.cache, self.weights, args.batch, sizes, args.seed * 1000 + self.step)
        loader = iter(torch.utils.data.DataLoader(
            stream, batch_size=None, num_workers=args.workers, prefetch_factor=6 if args.workers else None))
        stop = []
        signal.signal(signal.SIGTERM, lambda *_: stop.append(1))
        log = open(args.out / "log.csv", "a", newline="", encoding="utf-8")
        writer = csv.writer(log)
        mean, since, last_eval, last_save = {}, 0, self.spent, self.spent
        if args.joint and self.step == 0:
            self.evaluate(log)  # of the network that it begins from: best.pt is never worse
            self.net.train()
        begun = time.time()
        while self.spent < 60 * args.minutes and not stop:
            batch = next(loader)
            rate, parts = self.train_step(batch)
            now = time.time()
            self.spent += now - begun
            begun = now
            since += 1
            mean = {k: mean.get(k, 0) + v for k, v in parts.items()}
            if self.step % 50 == 0:
                row = [self.step, self.seen, round(self.spent, 1), f"{rate:.2e}", *(f"{v / since:.4f}" for v in mean.values())]
                writer.writerow(row)
                log.flush()
                print("step", *row, *mean, flush=True)
                mean, since = {}, 0
            if self.spent - last_eval > 60 * args.eval_minutes:
                self.evaluate(log)
                self.net.train()
                last_eval = last_save = self.spent
                begun = time.time()
            elif args.joint and self.spent - last_save > SAVE_SECONDS:
                save(args.out / "last.pt", self.payload())
                last_save = self.spent
        self.evaluate(log)


def main():
    args = parse()
    if args.only_cache:
        print(json.dumps(count_sources(gather(args))))
        return
    run = Run(args)
    print(f"{len(run.index)} samples, weights {run.weights}", flush=True)
    run.go()


if __name__ == "__main__":
    main()
