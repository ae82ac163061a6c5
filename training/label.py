# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Labels pictures that have no mask with those of a published salient-object network, where it is sure.

The network is U-2-Net (Qin et al., Pattern Recognition 2020; Apache-2.0) as an ONNX file, run on the processor straight and
mirrored. A mask is kept when both runs agree, the network is certain of its pixels and of a thing of sensible size; pixels on
which the runs differ are marked unknown. Writes OUT/manifest.tsv, OUT/ID.png (0, 255, 128 for unknown) and, with --measure, what the masks
are worth against known ones, by group. About a second of one core a picture."""

import argparse
import csv
import os
import pathlib
import re
import zlib

import cv2
import numpy as np

import data

SIDE = 320  # what the network sees
MEAN, STD = np.float32((0.485, 0.456, 0.406)), np.float32((0.229, 0.224, 0.225))
CERTAIN_LEAST = 0.90  # mean of |2 p - 1|
AGREE_LEAST = 0.90  # IoU of the straight and the mirrored run
AREA = (0.02, 0.80)
UNKNOWN_FROM = 0.4  # the runs' difference
FIELDS = ("id", "picture", "licence", "kept", "why", "area", "certain", "agree")
# Photos whose own terms allow shipping weights, as far as the recipe's mattes of the same pictures are (models/README.md).
PERMISSIVE_PHOTOS = ("coco_",)


def overlap(a, b):
    """Intersection over union of two masks; 1 where both are empty."""
    union = (a | b).sum()
    return float((a & b).sum() / union) if union else 1.0


def judge(straight, mirrored):
    """(mask uint8: 0, 255, 128 unknown; figures; why not, or '') of two runs' probabilities (the second turned back)."""
    p = (straight + mirrored) / 2
    figures = {
        "area": float((p > 0.5).mean()),
        "certain": float(np.abs(2 * p - 1).mean()),
        "agree": overlap(straight > 0.5, mirrored > 0.5),
    }
    why = ""
    if not AREA[0] <= figures["area"] <= AREA[1]:
        why = "area"
    elif figures["certain"] < CERTAIN_LEAST:
        why = "not certain"
    elif figures["agree"] < AGREE_LEAST:
        why = "the runs differ"
    mask = np.where(p > 0.5, 255, 0).astype(np.uint8)
    mask[np.abs(straight - mirrored) > UNKNOWN_FROM] = 128
    return mask, figures, why


class Saliency:
    """The network: RGB uint8 [H][W][3] -> probability float32 [H][W]."""

    def __init__(self, path, threads):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        self.session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        self.input = self.session.get_inputs()[0].name

    def __call__(self, rgb):
        small = cv2.resize(np.ascontiguousarray(rgb), (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
        x = (small / max(float(small.max()), 1.0) - MEAN) / STD
        out = self.session.run(None, {self.input: np.ascontiguousarray(x.transpose(2, 0, 1)[None])})[0][0, 0]
        return cv2.resize(out, rgb.shape[1::-1], interpolation=cv2.INTER_LINEAR).clip(0, 1)

    def both(self, rgb):
        """The straight run and the mirrored one, turned back."""
        return self(rgb), self(rgb[:, ::-1])[:, ::-1]


def unlabelled(folder):
    """(id, path below `folder`, licence) of the pictures to label: photos that have no mask, pictures without people."""
    known = {re.sub(r"^[a-z]+_coco", "coco", row["id"]) for row in data.read_manifest(folder / "matte")}
    for row in data.read_manifest(folder / "photos"):
        if row["id"] not in known:
            mark = " [permissive]" if row["id"].startswith(PERMISSIVE_PHOTOS) else " [research]"
            yield row["id"], f"photos/{row['id']}.jpg", row["licence"] + mark
    for row in data.read_manifest(folder / "people"):
        if row["kind"] == "negative" and not data.is_people_validation(row):
            mark = " [permissive]" if row["permissive"] == "yes" else " [research]"
            yield row["id"], f"people/{row['id']}.jpg", row["licence"] + mark


def label(net, folder, out, most):
    """Labels what has no label yet in OUT/manifest.tsv, `most` pictures of all sources mixed, and tells how many are kept."""
    table = out / "manifest.tsv"
    done = {row["id"] for row in data.read_manifest(out)} if table.exists() else set()
    with open(table, "a", newline="", encoding="utf-8") as f:
        writer = csv.DictWriter(f, FIELDS, delimiter="\t", lineterminator="\n")
        if not done:
            writer.writeheader()
        todo = [p for p in unlabelled(folder) if p[0] not in done and (folder / p[1]).exists()]
        for name, picture, licence in sorted(todo, key=lambda p: zlib.crc32(p[0].encode()))[:most]:
            mask, figures, why = judge(*net.both(data.read_rgb(folder / picture)))
            cv2.imwrite(str(out / f"{name}.png"), mask)
            shown = {k: f"{v:.4f}" for k, v in figures.items()}
            writer.writerow({"id": name, "picture": picture, "licence": licence, "kept": "no" if why else "yes", "why": why, **shown})
            f.flush()
    rows = data.read_manifest(out)
    for part in ("[permissive]", "[research]"):
        of = [r for r in rows if part in r["licence"]]
        print(f"{part[1:-1]}: {sum(r['kept'] == 'yes' for r in of)} of {len(of)} kept")


def known_masks(folder):
    """(group, picture, mask) of the masks that are known; the evaluation's too, for this measures the network."""
    for row in data.read_manifest(folder / "matte"):
        group = re.sub(r"_\d+$", "", row["id"])
        group = group if group.startswith(("person", "obj")) else "things of coco"
        yield group.split("_")[0] if group.startswith("obj") else group, folder / "matte" / f"{row['id']}.jpg", folder / "matte" / f"{row['id']}.png"
    for row in data.read_manifest(folder / "people"):
        if row["kind"] != "negative":
            yield data.PEOPLE_KINDS[row["kind"]], folder / "people" / f"{row['id']}.jpg", folder / "people" / f"{row['id']}.person.png"


def measure(net, folder, out, limit):
    """Writes OUT/worth.tsv: IoU with the known masks, of all and of those that would be kept."""
    groups = {}
    for group, picture, mask in sorted(known_masks(folder), key=lambda k: zlib.crc32(k[1].name.encode())):
        rows = groups.setdefault(group, [])
        if len(rows) < limit:
            bgr, truth = cv2.imread(str(picture)), cv2.imread(str(mask), 0)
            if bgr is None or truth is None or not 0.01 < (truth > 127).mean() < 0.97:
                continue
            straight, mirrored = net.both(cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB))
            rows.append((overlap((straight + mirrored) / 2 > 0.5, truth > 127), not judge(straight, mirrored)[2]))
    with open(out / "worth.tsv", "w", encoding="utf-8") as f:
        for line in ("group\tpictures\tIoU\tkept\tIoU of the kept", *(worth(g, r) for g, r in sorted(groups.items()))):
            print(line)
            f.write(line + "\n")


def worth(group, rows):
    """One line of worth.tsv from (IoU, kept) of a group's pictures."""
    kept = [iou for iou, sure in rows if sure]
    mean = lambda v: f"{np.mean(v):.3f}" if v else "-"
    return f"{group}\t{len(rows)}\t{mean([iou for iou, _ in rows])}\t{len(kept)}\t{mean(kept)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=pathlib.Path, help="u2net.onnx")
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/data"))
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--most", type=int, help="label at most so many pictures in this run; the next goes on")
    parser.add_argument("--measure", type=int, default=0, metavar="N", help="measure on N known masks of each group instead of labelling")
    parser.add_argument("--threads", type=int, default=int(os.environ.get("OMP_NUM_THREADS", "1")))
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    net = Saliency(args.model, args.threads)
    if args.measure:
        measure(net, args.data, args.out, args.measure)
    else:
        label(net, args.data, args.out, args.most)


if __name__ == "__main__":
    main()
