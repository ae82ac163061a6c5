# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Prints every bar for a checkpoint beside those of the shipped network, and whether it may replace that.

Exports the checkpoint into PREPARED/judge, then measures both files by the program: pairs in the right order by source
(evaluate.py), IoU by group (zdepth bench quality), the sample's outline and edge flicker (bench/matte/sample.py). What was
measured of a file is kept beside it. Ten to fifteen minutes of one core for a new file."""

import argparse
import csv
import json
import pathlib
import re
import subprocess
import sys
import zlib

import export
import data

HERE = pathlib.Path(__file__).resolve().parent
SHIPPED = {"research": "zdepth-embedded", "permissive": "zdepth-embedded-permissive"}
# Group: folder below PREPARED, prefix of its ids, pictures at most.
GROUPS = {
    "portraits": ("data/matte", "person_vik", 77),
    "everyday people": ("data/matte", "person_coco", 33),
    "objects": ("data/matte", "obj", 89),
    "pack's portraits": ("judge/portraits", "", 72),
    "pack's others": ("judge/others", "", 117),
}
PAIRS_GAIN, GROUP_LOSS = 0.5, 0.005  # what a new file must gain, and may lose


def validation_folders(people, out):
    """Writes OUT/portraits and OUT/others: the people pack's validation part as `bench quality` reads it."""
    rows = [r for r in data.read_manifest(people) if data.is_people_validation(r) and r["kind"] != "negative"]
    for name in ("portraits", "others"):
        folder = out / name
        folder.mkdir(parents=True, exist_ok=True)
        with open(folder / "manifest.tsv", "w", newline="", encoding="utf-8") as f:
            writer = csv.writer(f, delimiter="\t", lineterminator="\n")
            writer.writerow(("id", "source"))
            for row in rows:
                if (row["kind"] == "portrait") != (name == "portraits"):
                    continue
                writer.writerow((row["id"], row["source"]))
                for ending, of in ((".jpg", ".jpg"), (".png", ".person.png")):
                    link = folder / (row["id"] + ending)
                    if not link.exists():
                        link.symlink_to((people / (row["id"] + of)).resolve())


def said(*command):
    """What a command prints."""
    return subprocess.run([str(c) for c in command], check=True, stdout=subprocess.PIPE, text=True).stdout


def outline_of(text):
    """(too much + missing over all frames, head and chest) of the soft matte, per cent, of what sample.py prints."""
    row = [float(v) for v in re.findall(r"([\d.]+)%", re.search(r"^soft +all .*$", text, re.M).group(0))]
    return row[0] + row[1], row[2] + row[3]


def flicker_of(text):
    """Edge flicker in thousandths, of what sample.py --flicker prints."""
    return float(re.search(r"^and its edges +edge flicker ([\d.]+)e-3$", text, re.M).group(1))


def measure(weights, prepared, build, sample):
    """{figure: value} of a shipped or exported file."""
    kept = prepared / "judge" / f"{zlib.crc32(weights.read_bytes()):08x}.json"
    found = json.loads(kept.read_text()) if kept.exists() else {}
    zdepth = build / "src/cli/zdepth"

    def add(values):
        found.update(values)
        kept.write_text(json.dumps(found, indent=1))

    if "pairs" not in found:
        table = prepared / "judge" / "pairs.json"
        said(sys.executable, HERE / "evaluate.py", weights, "--data", prepared / "data", "--short-side", 192, "--json", table)
        depth = json.loads(table.read_text())["depth"]
        by_source = {f"pairs, {s}": 100 * m["pairs"] for s, m in depth.items()}
        add(by_source | {"pairs": sum(by_source.values()) / len(by_source)})
    for group, (folder, prefix, limit) in GROUPS.items():
        if f"IoU, {group}" not in found:
            lines = said(zdepth, "bench", "quality", "--json", "--detail", "off", "--model", weights, prepared / folder,
                         *(("--only", prefix) if prefix else ()), "--limit", limit)
            add({f"IoU, {group}": json.loads(lines.splitlines()[-1])["iou_automatic"]})
    if sample and "edge flicker, 1e-3" not in found:
        bench = (sys.executable, HERE.parent / "bench/matte/sample.py", zdepth, build / "tools/synth/zdepth-synth")
        whole, chest = outline_of(said(*bench, "--frames", "20,60", "--model", weights))
        add({"outline, %": whole, "head and chest, %": chest})
        add({"edge flicker, 1e-3": flicker_of(said(*bench, "--flicker", "20-25", "--model", weights))})
    return found


def verdict(old, new):
    """Why a new file may not replace the shipped one; empty when it may."""
    gain = new["pairs"] - old["pairs"]
    reasons = [f"pairs {gain:+.2f}, at least +{PAIRS_GAIN} is asked"] if gain < PAIRS_GAIN else []
    return reasons + [f"{k} {new[k] - old[k]:+.4f}" for k in old if k.startswith("IoU") and new[k] <= old[k] - GROUP_LOSS]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("prepared", type=pathlib.Path, help="the folder that prepare.sh made")
    parser.add_argument("checkpoint", type=pathlib.Path, help="PREPARED/runs/joint-RECIPE/best.pt, or a file of weights")
    parser.add_argument("recipe", choices=sorted(SHIPPED))
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parent / "build")
    parser.add_argument("--no-sample", action="store_true", help="leave out the sample's outline and flicker")
    args = parser.parse_args()
    prepared = args.prepared.resolve()
    validation_folders(prepared / "data/people", prepared / "judge")
    shipped = HERE.parent / "models" / f"{SHIPPED[args.recipe]}.safetensors"
    new = args.checkpoint
    if new.suffix != ".safetensors":
        new = prepared / "judge" / f"{args.checkpoint.resolve().parent.name}-{args.checkpoint.stem}.safetensors"
        meta = export.load_weights(shipped)[1]
        said(sys.executable, HERE / "export.py", args.checkpoint, "--out", new, "--name", meta["name"], "--short-side", meta["short_side"],
             "--vector", new.with_suffix(".vector"))
    before, after = (measure(w, prepared, args.build.resolve(), not args.no_sample) for w in (shipped, new))
    print(f"{'':24}{'shipped':>10}{'new':>10}{'change':>10}")
    for key in (k for k in before if k in after):
        print(f"{key:24}{before[key]:10.3f}{after[key]:10.3f}{after[key] - before[key]:+10.3f}")
    reasons = verdict(before, after)
    print(f"{new}: " + ("may ship" if not reasons else "does not ship: " + "; ".join(reasons)))


if __name__ == "__main__":
    main()
