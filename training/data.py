# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Training samples: reading the packs, the cache on disk, augmentation and pasted foregrounds.

A cached sample is one uint8 array [H][W][6]: R, G, B, nearness (high byte, low byte), labels.
Nearness is a 16-bit code proportional to inverse depth, larger is nearer, 0 is unknown; sky has
code 1. Label bits: FG (person or salient object), SKY, UNKNOWN.
"""

import csv
import json
import pathlib
import re
import zlib

import cv2
import numpy as np

cv2.setNumThreads(0)

FG, SKY, UNKNOWN = 1, 2, 4  # UNKNOWN: whether the pixel is foreground is not known
CACHE_SHORT, CACHE_LONG = 320, 576
SKY_VALUE = 65535
SKY_SOURCES = ("carla", "tlrai")
NYU_DEV_BLOCKS = ((100, 130), (700, 730), (1080, 1110), (1400, 1420), (1250, 1262), (625, 640))

# Sources whose own terms allow anything (MIT, Apache-2.0, CC-BY, the project's own renders).
PERMISSIVE = ("aims", "robio", "synth", "scenes", "coco")

# The people pack by kind of picture (its `kind` column), so that portraits, most of it, do not drown the rest.
PEOPLE_KINDS = {
    "portrait": "people-portrait", "full": "people-body", "sport": "people-body", "group": "people-crowd",
    "far": "people-crowd", "seated": "people-crowd", "negative": "people-none",
}
# Whole sources of the people pack that only measure (models/README.md lists them).
PEOPLE_VALIDATION = (
    "gmguarino/", "Obmutescence/", "rladies/", "Azure-Samples/", "djangocon/2022", "djangocon/2023", "djangocon/2024",
    "djangocon/2025", "geeksforsocialchange/", "pyladies/",
)
PEOPLE_UNLABELLED_MOST = 0.15  # people outside the mask, as a share of it, above which a picture teaches nothing


def is_permissive(meta):
    """Whether a sample may train the `permissive` recipe: by its source or by its own licence."""
    return meta["source"] in PERMISSIVE or "[permissive]" in meta["licence"]


def is_matte(meta):
    """Whether a sample has a mask and at best the order of two levels, no depth."""
    return meta["source"] in ("coco", "obj", "salient") or meta["source"].startswith("people-")


class Refused(Exception):
    """A file that training must not see."""


def refuse_evaluation(path):
    """Training never reads evaluation files, nor the scraped portraits: raises Refused."""
    parts = pathlib.Path(path).resolve().parts
    name = pathlib.Path(path).name
    if "eval" in parts or "seq" in parts or "clips" in parts:
        raise Refused(f"{path}: evaluation data, not for training")
    if name.startswith("person_vik"):
        raise Refused(f"{path}: scraped portrait, not for training")
    return path


def read_manifest(folder):
    path = pathlib.Path(folder) / "manifest.tsv"
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f, delimiter="\t"))


def source_of(sample_id):
    """`nyu_0001` -> nyu; the three CARLA collections are one source, so are the two KITTI ones."""
    name = sample_id.split("_")[0]
    for family in ("carla", "kitti"):
        if name.startswith(family):
            return family
    return name


def nearness_from(raw, kind, has_sky=False):
    """Raw 16-bit depth picture -> (inverse depth float32, valid bool, sky bool)."""
    valid = raw > 0
    sky = (raw == SKY_VALUE) if has_sky else np.zeros(raw.shape, bool)
    value = raw.astype(np.float32)
    if kind in ("disparity", "disp_rel"):
        near = value
    elif kind in ("depth_mm", "depth_m_x25.5", "depth_rel"):
        near = np.where(valid, 1.0 / np.maximum(value, 1.0), 0.0).astype(np.float32)
    else:
        raise ValueError(f"unknown kind '{kind}'")
    near[sky] = 0.0
    return near, valid, sky


def encode(near, valid, sky):
    """16-bit code: the 99.9th percentile of nearness becomes 60000, known pixels are at least 2."""
    code = np.zeros(near.shape, np.uint16)
    ground = valid & ~sky
    if ground.any():
        top = np.percentile(near[ground], 99.9)
        code[ground] = np.clip(near[ground] * (60000.0 / max(top, 1e-12)), 2, 65535).astype(np.uint16)
    code[sky] = 1
    return code


def pack(rgb, code, labels):
    return np.dstack([rgb, (code >> 8).astype(np.uint8), (code & 255).astype(np.uint8), labels])


def unpack(sample):
    code = (sample[..., 3].astype(np.uint16) << 8) | sample[..., 4]
    return sample[..., :3], code, sample[..., 5]


def cache_size(h, w):
    scale = min(1.0, CACHE_SHORT / min(h, w), CACHE_LONG / max(h, w))
    return max(1, round(h * scale)), max(1, round(w * scale))


def shrink(rgb, code, labels):
    h, w = cache_size(*rgb.shape[:2])
    if (h, w) == rgb.shape[:2]:
        return rgb, code, labels
    rgb = cv2.resize(rgb, (w, h), interpolation=cv2.INTER_AREA)
    if np.mean(code > 1) < 0.2:  # sparse points: spread them so that they survive
        big = cv2.dilate(code, np.ones((3, 3), np.uint8))
        code = np.where(code > 0, code, np.where(labels & SKY, 0, big))
    # Not INTER_NEAREST, which takes the upper left sample and so shifts labels against the picture.
    code = cv2.resize(code, (w, h), interpolation=cv2.INTER_NEAREST_EXACT)
    labels = cv2.resize(labels, (w, h), interpolation=cv2.INTER_NEAREST_EXACT)
    return rgb, code, labels


def read_rgb(path):
    bgr = cv2.imread(str(refuse_evaluation(path)), cv2.IMREAD_COLOR)
    if bgr is None:
        raise OSError(f"{path}: cannot read picture")
    return cv2.cvtColor(bgr, cv2.COLOR_BGR2RGB)


def find_image(folder, stem):
    for ext in (".jpg", ".jpeg", ".png"):
        path = pathlib.Path(folder) / f"{stem}{ext}"
        if ext != ".png" and path.exists():
            return path
    return pathlib.Path(folder) / f"{stem}.rgb.png"


def is_dev(source, stem):
    """The development split: whole blocks of NYU rooms, the ends of the sequences, every 6th matte."""
    number = int((re.findall(r"\d+", stem) or ["0"])[-1])
    if source == "nyu":
        return any(lo <= number < hi for lo, hi in NYU_DEV_BLOCKS)
    if source == "tlrai":
        return number >= 235
    if source == "carla":
        return "collect" in stem
    if source == "ipad":
        return number >= 85
    if source.startswith("people-"):
        return zlib.crc32(stem.encode()) % 12 == 0
    if source in ("coco", "obj", "ordinal", "salient"):
        return zlib.crc32(stem.encode()) % 6 == 0
    return zlib.crc32(stem.encode()) % 25 == 0


def depth_samples(folder, source_name=None):
    """Reads one pack of RGB and depth with a manifest. Yields (array, meta)."""
    folder = pathlib.Path(folder)
    for row in read_manifest(folder):
        stem = row["id"]
        source = source_name or source_of(stem)
        image, depth = find_image(folder, stem), folder / f"{stem}.png"
        if not image.exists() or not depth.exists():
            continue
        refuse_evaluation(image)
        rgb = read_rgb(image)
        raw = cv2.imread(str(depth), cv2.IMREAD_UNCHANGED)
        if raw is None or raw.ndim != 2:
            continue
        has_sky = source in SKY_SOURCES or "sky" in (row.get("valid_rule") or "")
        near, valid, sky = nearness_from(raw, row["kind"], has_sky)
        if near.shape != rgb.shape[:2]:
            near, valid, sky = (
                cv2.resize(a.astype(np.float32), rgb.shape[1::-1], interpolation=cv2.INTER_NEAREST_EXACT)
                for a in (near, valid, sky)
            )
            valid, sky = valid > 0.5, sky > 0.5
        labels = np.where(sky, SKY, 0).astype(np.uint8)
        person = folder / f"{stem}.person.png"
        if person.exists():
            labels |= np.where(cv2.imread(str(person), 0) > 127, FG, 0).astype(np.uint8)
        meta = {
            "id": stem,
            "source": source,
            "licence": row.get("licence", "unknown"),
            "dense": False,
            "fg": 0.3 if source in ("nyu", "aims", "ipad") and not person.exists() else 1.0 * person.exists(),
            "sky": 1.0 if source in (*SKY_SOURCES, "nyu", "aims", "ipad", "robio") or has_sky else 0.0,
            "dev": is_dev(source, stem),
        }
        yield pack(*shrink(rgb, encode(near, valid, sky), labels)), meta


ORDINAL_BASE, ORDINAL_STEP = 9000, 1.15
SKIPPED_MATTES = ("chair_", "car_", "train_", "truck_", "bicycle_")


def matte_samples(folder):
    """COCO pictures (masks of one picture joined) and objects, as two-level ordinal samples."""
    folder = pathlib.Path(folder)
    groups = {}
    for row in read_manifest(folder):
        stem = row["id"]
        if stem.startswith("person_vik") or stem.startswith(SKIPPED_MATTES):
            continue
        key = re.sub(r"^[a-z]+_coco", "coco", stem)
        groups.setdefault(key, []).append((stem, row))
    for name, members in groups.items():
        source = "coco" if name.startswith("coco") else "obj"
        rgb = read_rgb(folder / f"{members[0][0]}.jpg")
        mask = np.zeros(rgb.shape[:2], bool)
        person = False
        for stem, _ in members:
            mask |= cv2.imread(str(folder / f"{stem}.png"), 0) > 127
            person |= stem.startswith("person")
        if not 0.01 < mask.mean() < 0.97:
            continue
        meta = {
            "id": name,
            "source": source,
            "licence": members[0][1]["licence"],
            "dense": False,
            "person": person,
            "fg": 1.0,
            "sky": 0.0,
            "dev": is_dev(source, name),
        }
        yield pack(*shrink(rgb, two_levels(mask), mask.astype(np.uint8) * FG)), meta


def two_levels(mask):
    """Ordinal code of a matte: foreground above background; what lies below its foot is unknown."""
    code = np.where(mask, 40000, 20000).astype(np.uint16)
    rows = np.flatnonzero(mask.any(1))
    top, foot = rows[0], rows[-1]
    if foot < mask.shape[0] - 3:
        limit = foot - (foot - top) // 4
        below = np.zeros(mask.shape, bool)
        below[limit:] = True
        code[below & ~mask] = 0
    return code


def photo_samples(folder):
    """Plain photos: backgrounds for pasted foregrounds, no depth of their own."""
    folder = pathlib.Path(folder)
    for row in read_manifest(folder):
        path = find_image(folder, row["id"])
        if not path.exists():
            continue
        rgb = read_rgb(path)
        empty = np.zeros(rgb.shape[:2], np.uint16)
        meta = {
            "id": row["id"],
            "source": "photo",
            "licence": row["licence"],
            "dense": False,
            "fg": 0.0,
            "sky": 0.0,
            "dev": False,
        }
        yield pack(*shrink(rgb, empty, empty.astype(np.uint8))), meta


def ordinal_samples(folder, table):
    """Photos with the order of 24 points seen by eye (ordinal.tsv); a small disc around each counts."""
    folder = pathlib.Path(folder)
    licences = {row["id"]: row["licence"] for row in read_manifest(folder)}
    for line in pathlib.Path(table).read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or "\t" not in line:
            continue
        stem, levels = line.split("\t")
        path = folder / f"{stem}.jpg"
        if not path.exists():
            continue
        rgb = read_rgb(path)
        h, w = cache_size(*rgb.shape[:2])
        rgb = cv2.resize(rgb, (w, h), interpolation=cv2.INTER_AREA)
        code = np.zeros((h, w), np.uint16)
        for r, row in enumerate(levels.split("/")):
            for c, level in enumerate(row):
                if level != "-":
                    centre = (int((c + 0.5) * w / 6), int((r + 0.5) * h / 4))
                    cv2.circle(code, centre, max(3, min(h, w) // 45), int(ORDINAL_BASE * ORDINAL_STEP ** int(level)), -1)
        meta = {
            "id": stem,
            "source": "ordinal",
            "licence": licences.get(stem, "unknown") + " (picture); own labels",
            "dense": False,
            "fg": 0.0,
            "sky": 0.0,
            "dev": False,
        }
        yield pack(rgb, code, np.zeros((h, w), np.uint8)), meta


def is_people_validation(row):
    """Whether a row of the people pack only measures."""
    return row["source"].startswith(PEOPLE_VALIDATION)


def people_samples(folder):
    """The people pack: the rows that may train. Masks are soft; half and more is foreground."""
    folder = pathlib.Path(folder)
    for row in read_manifest(folder):
        stem, kind = row["id"], row["kind"]
        if is_people_validation(row) or float(row["unlabelled_people"] or 0) > PEOPLE_UNLABELLED_MOST:
            continue
        rgb = read_rgb(folder / f"{stem}.jpg")
        mask = cv2.imread(str(folder / f"{stem}.person.png"), 0) > 127
        ordered = kind in ("portrait", "full") and 0.01 < mask.mean() < 0.97
        code = two_levels(mask) if ordered else np.zeros(mask.shape, np.uint16)
        meta = {
            "id": stem,
            "source": PEOPLE_KINDS[kind],
            "licence": row["licence"] + (" [permissive]" if row["permissive"] == "yes" else " [research]"),
            "dense": False,
            "person": kind != "negative",
            "fg": 0.4 if kind == "negative" else 1.0,
            "sky": 0.0,
            "dev": False,
        }
        yield pack(*shrink(rgb, code, mask.astype(np.uint8) * FG)), meta


SALIENT_TRUST = 0.7  # what such a mask counts beside one drawn by people


def salient_samples(folder, labels):
    """The pictures below `folder` that label.py gave a mask in `labels`, and keeps; 128 is not known."""
    folder, labels = pathlib.Path(folder), pathlib.Path(labels)
    for row in read_manifest(labels):
        raw = cv2.imread(str(labels / f"{row['id']}.png"), 0)
        if row["kept"] != "yes" or raw is None:
            continue
        mask, unknown = raw > 191, (raw > 63) & (raw < 192)
        code = two_levels(mask)
        code[unknown] = 0
        meta = {
            "id": row["id"],
            "source": "salient",
            "licence": row["licence"],
            "dense": False,
            "person": False,
            "fg": SALIENT_TRUST,
            "sky": 0.0,
            "dev": False,
        }
        yield pack(*shrink(read_rgb(folder / row["picture"]), code, (mask * FG | unknown * UNKNOWN).astype(np.uint8))), meta


def synth_samples(folder):
    """Rendered packs: NNNNNN.rgb.png, .depth.png (inverse depth, 0 = sky or infinite), .fg.png."""
    folder = pathlib.Path(folder)
    for depth in sorted(folder.rglob("*.depth.png")):
        stem = depth.name[: -len(".depth.png")]
        image = depth.with_name(f"{stem}.rgb.png")
        raw = cv2.imread(str(depth), cv2.IMREAD_UNCHANGED)
        if not image.exists() or raw is None:
            continue
        rgb = read_rgb(image)
        sky = raw == 0
        fg = cv2.imread(str(depth.with_name(f"{stem}.fg.png")), 0)
        labels = np.where(sky, SKY, 0).astype(np.uint8)
        if fg is not None:
            labels |= np.where(fg > 127, FG, 0).astype(np.uint8)
        code = encode(raw.astype(np.float32), np.ones(raw.shape, bool), sky)
        meta = {
            "id": f"{depth.parent.name}/{stem}",
            "source": "synth",
            "licence": "own, Apache-2.0",
            "dense": True,
            "fg": 0.7 if fg is not None else 0.0,
            "sky": 1.0,
            "dev": is_dev("synth", f"{depth.parent.name}/{stem}"),
        }
        yield pack(*shrink(rgb, code, labels)), meta


def origin_of(*sources):
    """Names files and folders with a checksum of their content (a folder's: of its manifest)."""
    parts = []
    for source in map(pathlib.Path, sources):
        content = source / "manifest.tsv" if source.is_dir() else source
        checksum = zlib.crc32(content.read_bytes()) if content.is_file() else 0
        parts.append(f"{source.resolve()} {checksum:08x}")
    return "\n".join(parts) + "\n"


def build_cache(cache, name, samples, origin=""):
    """Writes the samples of one pack below cache/name once; returns its index."""
    folder = pathlib.Path(cache) / name
    index_path, origin_path = folder / "index.json", folder / "origin.txt"
    if index_path.exists():
        known = origin_path.read_text() if origin_path.exists() else ""
        if known != origin:
            raise SystemExit(f"{folder} was made from\n{known}and is asked for\n{origin}remove it, or give another --cache")
        return json.loads(index_path.read_text())
    folder.mkdir(parents=True, exist_ok=True)
    origin_path.write_text(origin)
    index = []
    for array, meta in samples:
        meta["file"] = f"{name}/{len(index):06d}.npy"
        np.save(pathlib.Path(cache) / meta["file"], array)
        index.append(meta)
    index_path.write_text(json.dumps(index))
    return index


SCENE_CHUNK = 250


def scene_chunks(cache, base, count, permissive=False):
    """Made-up scenes in chunks of SCENE_CHUNK, so that a later run can add more.

    Their textures and cut-outs come from the photos and mattes, in the permissive recipe from the
    COCO ones alone (CC-BY annotations on Creative Commons pictures).
    """
    import scenes

    load = lambda m: np.load(pathlib.Path(cache) / m["file"])
    index = []
    stem = "scenes-permissive" if permissive else "scenes"
    if permissive:
        base = [m for m in base if m["id"].startswith("coco")]
    for chunk in range(-(-count // SCENE_CHUNK)):
        done = pathlib.Path(cache) / f"{stem}-{chunk:03d}" / "index.json"
        photos, cuts = [], []
        if not done.exists():
            photos = [np.ascontiguousarray(load(m)[..., :3]) for m in base if m["source"] == "photo"][::2]
            usable = [m for m in base if m["source"] in ("coco", "obj") and not m["dev"]]
            cuts = [c for c in (cut_out(load(m), m) for m in usable) if c]
        index += build_cache(cache, f"{stem}-{chunk:03d}", scenes.samples(photos, cuts, SCENE_CHUNK, 1000 + chunk))
    return index


def gather(data, cache, synth=(), extra=(), scenes=0, recipe="research", people=None, labels=None):
    """All samples of a recipe as a list of meta dictionaries (their arrays lie in the cache)."""
    data = pathlib.Path(data)
    index = []
    kinds = (("train", depth_samples), ("matte", matte_samples), ("photos", photo_samples))
    for name, samples in kinds:
        index += build_cache(cache, name, samples(data / name), origin_of(data / name))
    table = pathlib.Path(__file__).with_name("ordinal.tsv")
    index += build_cache(cache, "ordinal", ordinal_samples(data / "photos", table), origin_of(data / "photos", table))
    index += scene_chunks(cache, index, scenes, recipe == "permissive")
    for folder in synth:
        folder = pathlib.Path(folder)
        told = folder / "README.txt"
        if recipe == "permissive" and not (told.exists() and "--photos" not in told.read_text()):
            raise Refused(f"{folder}: rendered with photographs, or does not say without; not for the permissive recipe")
        name = f"synth-{folder.parent.name}-{folder.name}"
        index += build_cache(cache, name, synth_samples(folder), origin_of(folder))
    for folder in extra:
        folder = pathlib.Path(folder)
        name = f"extra-{folder.name}"
        index += build_cache(cache, name, depth_samples(folder, folder.name), origin_of(folder))
    if people:
        index += build_cache(cache, "people", people_samples(people), origin_of(people))
    if labels:
        index += build_cache(cache, "salient", salient_samples(data, labels), origin_of(data / "photos", labels))
    for meta in index:
        meta["dev"] = meta["source"] != "photo" and is_dev(meta["source"], meta["id"])
    if recipe == "permissive":
        # The held-out samples of every source stay: they choose the best checkpoint, nothing more.
        index = [m for m in index if m["dev"] or is_permissive(m)]
    return index


# ---------------------------------------------------------------------------------- augmentation


def random_map(rng, src_w, src_h, out_w, out_h, strong):
    """A 3x3 matrix from output pixels to source pixels: crop, stretch, flip, rotation, perspective."""
    fit = min(src_w / out_w, src_h / out_h)
    stretch = np.exp(rng.normal(0, 0.12))
    scale = fit * rng.uniform(0.6, 1.0) if rng.random() < 0.5 else fit * rng.uniform(0.93, 1.03)
    sx, sy = scale * stretch, scale / stretch
    over = max(sx * out_w / src_w, sy * out_h / src_h, 1.0)
    sx, sy = sx / over, sy / over
    angle = rng.normal(0, 4.0) if rng.random() < 0.4 else 0.0
    if strong and rng.random() < 0.08:
        angle = rng.uniform(-35, 35)
    angle = np.deg2rad(angle)
    cx = src_w / 2 + rng.uniform(-1, 1) * (src_w - sx * out_w) / 2
    cy = src_h / 2 + rng.uniform(-1, 1) * (src_h - sy * out_h) / 2
    flip = -1.0 if rng.random() < 0.5 else 1.0
    c, s = np.cos(angle), np.sin(angle)
    centre = np.array([[1, 0, -out_w / 2 + 0.5], [0, 1, -out_h / 2 + 0.5], [0, 0, 1.0]])
    linear = np.array([[flip * sx * c, -sx * s, 0], [flip * sy * s, sy * c, 0], [0, 0, 1.0]])
    back = np.array([[1, 0, cx - 0.5], [0, 1, cy - 0.5], [0, 0, 1.0]])
    m = back @ linear
    if rng.random() < 0.25:
        bend = np.eye(3)
        bend[2, :2] = rng.normal(0, 0.12, 2) / max(out_w, out_h)
        m = m @ bend
    return m @ centre, max(sx, sy)


def warp(sample, m, factor, out_w, out_h):
    rgb, code, labels = unpack(sample)
    flags = cv2.WARP_INVERSE_MAP
    m_rgb = m
    if factor > 1.5:
        rgb = cv2.resize(rgb, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        m_rgb = np.array([[0.5, 0, -0.25], [0, 0.5, -0.25], [0, 0, 1]]) @ m
    size = (out_w, out_h)
    rgb = cv2.warpPerspective(rgb, m_rgb, size, flags=flags | cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
    code = cv2.warpPerspective(code, m, size, flags=flags | cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT)
    inside = cv2.warpPerspective(
        (labels | 128), m, size, flags=flags | cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT
    )
    return rgb, code, inside & 127, inside >= 128


def photometric(rng, rgb, gentle=False):
    """Gamma, contrast, colour temperature, saturation, blur, noise, JPEG. uint8 in and out."""
    amount = 0.4 if gentle else 1.0
    ramp = np.linspace(0, 1, 256, dtype=np.float32)
    gamma = np.exp(rng.normal(0, 0.2 * amount))
    gain = np.exp(rng.normal(0, 0.12 * amount))
    lift = rng.normal(0, 0.04 * amount)
    tint = np.exp(rng.normal(0, 0.06 * amount, 3))
    curve = ramp**gamma
    lut = np.clip((curve[:, None] * gain * tint[None] + lift) * 255 + 0.5, 0, 255).astype(np.uint8)
    rgb = np.dstack([lut[rgb[..., i], i] for i in range(3)])
    r = rng.random()
    if r < 0.06 * amount:
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
        rgb = np.dstack([grey] * 3)
    elif r < 0.5:
        grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)[..., None]
        rgb = cv2.addWeighted(rgb, s := float(rng.uniform(0.4, 1.5)), np.repeat(grey, 3, 2), 1 - s, 0)
    if gentle:
        return rgb
    if rng.random() < 0.2:
        rgb = cv2.GaussianBlur(rgb, (0, 0), rng.uniform(0.3, 1.3))
    if rng.random() < 0.2:
        sigma = rng.uniform(1, 12)
        noise = cv2.randn(np.empty(rgb.shape, np.int16), 0, sigma)
        rgb = np.clip(rgb.astype(np.int16) + noise, 0, 255).astype(np.uint8)
    if rng.random() < 0.12:
        ok, coded = cv2.imencode(".jpg", rgb, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(25, 90))])
        rgb = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return rgb


def cut_out(sample, meta):
    """A tight RGBA cut-out of a sample's foreground, or None when it is unfit for pasting."""
    rgb, _, labels = unpack(sample)
    mask = ((labels & FG) > 0).astype(np.uint8)
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask)
    if count < 2:
        return None
    best = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    x, y, w, h, area = stats[best]
    if area < 1500 or min(w, h) < 24:
        return None
    height, width = mask.shape
    alpha = (parts[y : y + h, x : x + w] == best).astype(np.uint8) * 255
    return {
        "rgba": np.dstack([rgb[y : y + h, x : x + w], alpha]),
        "bottom": bool(y + h >= height - 2),
        "side": bool(x <= 1 or x + w >= width - 2),
        "person": bool(meta.get("person", meta["source"] == "nyu")),
        "source": meta["source"],
    }


def paste(rng, rgb, near, labels, cut, two_level):
    """Puts one cut-out in front. near: float32 nearness (0 unknown). Changes the arrays in place."""
    h, w = near.shape
    rgba = cut["rgba"]
    ch, cw = rgba.shape[:2]
    tall = rng.uniform(0.3, 1.15) if cut["person"] else rng.uniform(0.2, 0.8)
    scale = min(tall * h / ch, 1.1 * w / cw)
    stretch = np.exp(rng.normal(0, 0.08))
    nw, nh = max(8, int(cw * scale * stretch)), max(8, int(ch * scale / stretch))
    if rng.random() < 0.5:
        rgba = rgba[:, ::-1]
    inter = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    rgba = cv2.resize(np.ascontiguousarray(rgba), (nw, nh), interpolation=inter)
    if not cut["bottom"] and rng.random() < 0.3:
        m = cv2.getRotationMatrix2D((nw / 2, nh / 2), rng.normal(0, 8 if cut["person"] else 40), 1.0)
        rgba = cv2.warpAffine(rgba, m, (nw, nh))
    colour = photometric(rng, rgba[..., :3], gentle=rng.random() < 0.7)
    alpha = rgba[..., 3]
    alpha = cv2.GaussianBlur(cv2.erode(alpha, np.ones((3, 3), np.uint8)), (0, 0), rng.uniform(0.4, 1.0))
    x0 = int(rng.uniform(-0.3 * nw, w - 0.7 * nw))
    if cut["bottom"]:
        y0 = h - nh + int(rng.uniform(0, 0.15) * nh)
    else:
        foot = rng.uniform(0.5, 1.05) * h if rng.random() < 0.93 else rng.uniform(0.3, 1.0) * h
        y0 = int(foot - nh)
    xa, ya, xb, yb = max(0, x0), max(0, y0), min(w, x0 + nw), min(h, y0 + nh)
    if xb - xa < 6 or yb - ya < 6:
        return False
    a = alpha[ya - y0 : yb - y0, xa - x0 : xb - x0]
    c = colour[ya - y0 : yb - y0, xa - x0 : xb - x0]
    solid = a > 127
    if solid.sum() < 40:
        return False
    region = near[ya:yb, xa:xb]
    if two_level:
        value = 2.0
    else:
        upper = region[: max(1, int((yb - ya) * 0.85))][solid[: max(1, int((yb - ya) * 0.85))]]
        known = upper[upper > 0]
        if known.size < 10:
            return False
        foot_row = min(h - 1, yb - 1)
        foot_near = near[foot_row, xa:xb]
        foot_near = foot_near[foot_near > 0]
        ground = np.median(foot_near) if foot_near.size else 0.0
        low = max(np.percentile(known, 97), 0.02)
        if cut["bottom"] or rng.random() < 0.4:
            value = max(low, ground * 0.9) * rng.uniform(1.05, 1.9)
        else:
            value = max(low * 1.03, ground)
    weight = a[..., None].astype(np.float32) / 255
    patch = rgb[ya:yb, xa:xb]
    patch[:] = (c * weight + patch * (1 - weight) + 0.5).astype(np.uint8)
    region[solid] = value
    region[(a > 20) & (a <= 127)] *= 0 if not two_level else 1
    part = labels[ya:yb, xa:xb]
    part[solid] = FG
    return True


class Mixer:
    """Draws augmented samples. One per worker; `weights`: share of draws per source."""

    def __init__(self, index, cache, weights, seed, paste_share=0.15, strong=True):
        self.cache = pathlib.Path(cache)
        self.rng = np.random.default_rng(seed)
        self.paste_share = paste_share
        self.strong = strong
        self.groups, share = [], []
        for source in sorted({m["source"] for m in index}):
            if weights.get(source, 0) > 0:
                members = [m for m in index if m["source"] == source and not m["dev"]]
                if members:
                    self.groups.append(members)
                    share.append(weights[source])
        self.share = np.array(share) / sum(share)
        self.cuts = []
        for meta in index:
            usable = is_matte(meta) and meta["source"] != "salient" or (meta["source"] == "nyu" and meta["fg"] == 1.0)
            if usable and not meta["dev"] and weights.get(meta["source"], 0) > 0:
                cut = cut_out(self.load(meta), meta)
                if cut:
                    self.cuts.append(cut)
        self.person_cuts = [c for c in self.cuts if c["person"]]
        self.object_cuts = [c for c in self.cuts if not c["person"]]

    def load(self, meta):
        return np.load(self.cache / meta["file"])

    def draw(self, out_w, out_h):
        while True:
            group = self.groups[self.rng.choice(len(self.groups), p=self.share)]
            meta = group[self.rng.integers(len(group))]
            sample = self.make(meta, out_w, out_h)
            if sample is not None:
                return sample

    def make(self, meta, out_w, out_h):
        """Returns rgb uint8 [H][W][3], nearness float32 [H][W] (0 unknown), labels, inside, flags."""
        rng = self.rng
        array = self.load(meta)
        m, factor = random_map(rng, array.shape[1], array.shape[0], out_w, out_h, self.strong)
        rgb, code, labels, inside = warp(array, m, factor, out_w, out_h)
        near = code.astype(np.float32) / 60000.0
        source = meta["source"]
        fg_weight, two_level = meta["fg"], is_matte(meta) or source in ("photo", "ordinal")
        pasted = 0
        if fg_weight == 0:
            labels = labels | UNKNOWN  # people stand in some of the pictures that have no mask
        if source == "photo":
            near[:] = np.where(inside, 1.0, 0.0)
        if source == "photo" or (source != "ordinal" and not is_matte(meta) and rng.random() < self.paste_share):
            if not (labels & FG).any() or rng.random() < 0.3:
                rgb = np.ascontiguousarray(rgb)
                for _ in range(1 + (rng.random() < 0.25)):
                    pool = self.person_cuts if rng.random() < 0.75 else self.object_cuts
                    if pool:
                        pasted += paste(rng, rgb, near, labels, pool[rng.integers(len(pool))], two_level)
        if source == "photo" and not pasted:
            return None
        if pasted:
            fg_weight = max(fg_weight, 0.5)
        elif (near > 0).mean() < 0.004 and not (is_matte(meta) and fg_weight > 0):
            return None
        rgb = photometric(rng, rgb)
        flags = np.array([meta["dense"], fg_weight, meta["sky"], two_level], np.float32)
        return rgb, near, labels, inside, flags


# Picture sizes of one training stage, and the short side it is measured at.
SIZES = {
    "tiny": ((128, 96), (160, 96), (128, 96), (96, 128), (128, 128), (160, 96), (96, 160), (192, 64)),
    "small": ((192, 160), (224, 128), (256, 128), (160, 192), (192, 160), (160, 160), (128, 224), (224, 128), (320, 96)),
    "large": ((256, 192), (320, 192), (288, 160), (192, 256), (224, 224), (256, 192), (384, 128), (320, 192), (192, 288)),
    # For inference at two scales: a third of the batches at about twice the working size.
    "wide": ((256, 192), (352, 192), (320, 192), (192, 256), (224, 224), (256, 192), (416, 288), (288, 384), (384, 320)),
}
MEASURED_AT = {"tiny": 128, "small": 160, "large": 192, "wide": 192}


def batch(mixer, size_index, count, sizes):
    """A batch of one size: rgb uint8 (N,3,H,W); nearness, labels, inside, cover at half size; flags.

    cover: share of foreground of the four pixels around a sample of the head, in quarters (uint8 0..4).
    """
    w, h = sizes[size_index]
    items = [mixer.draw(w, h) for _ in range(count)]
    rgb = np.stack([i[0] for i in items]).transpose(0, 3, 1, 2)
    # A sample of the head lies amid four pixels; one of them at random keeps labels sharp and, on the
    # whole, in place. Always the same one would teach the network to answer half a pixel aside.
    corner = mixer.rng.integers(0, 2, (count, 2))
    halves = [np.stack([i[k][y::2, x::2] for i, (y, x) in zip(items, corner)]) for k in (1, 2, 3)]
    fg = np.stack([(i[2] & FG).astype(np.uint8) for i in items])
    cover = fg[:, ::2, ::2] + fg[:, 1::2, ::2] + fg[:, ::2, 1::2] + fg[:, 1::2, 1::2]
    flags = np.stack([i[4] for i in items])
    return np.ascontiguousarray(rgb), *halves, cover, flags
