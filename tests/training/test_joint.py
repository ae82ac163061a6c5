# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of the joint run: what label.py keeps, what judge.py says, and the scripts. Each class names what it lacks when it is
skipped; the scripts' need nothing but a shell."""

import pathlib
import subprocess
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TRAINING = ROOT / "training"
sys.path.insert(0, str(TRAINING))


def lacking(*modules):
    """The first module that cannot be imported, or ''."""
    for module in modules:
        try:
            __import__(module)
        except ImportError as missing:
            return missing.name or module
    return ""


NO_PICTURES = lacking("numpy", "cv2")
NO_TORCH = lacking("numpy", "cv2", "torch", "safetensors")
if not NO_PICTURES:
    import cv2
    import numpy as np

    import data
    import label
if not NO_TORCH:
    import torch

    import export
    import judge
    import losses
    import model
    import train


class Scripts(unittest.TestCase):
    def said(self, *command):
        return subprocess.run([str(c) for c in command], capture_output=True, text=True, check=False)

    def test_packs_with_photographs_go_into_research_alone(self):
        with tempfile.TemporaryDirectory() as root:
            for name in ("plain-table", "photos-table"):
                pathlib.Path(root, "packs", name).mkdir(parents=True)
            packs = {r: self.said(TRAINING / "joint.sh", "--packs", root, r).stdout.split() for r in ("research", "permissive")}
        self.assertIn(f"{root}/packs/photos-table", packs["research"])
        self.assertEqual([p for p in packs["permissive"] if "/packs/" in p], [f"{root}/packs/plain-table"])

    def test_wrong_use_is_told(self):
        result = self.said(TRAINING / "joint.sh", ROOT, "mine", 3)
        self.assertEqual((result.returncode, result.stderr), (2, "the recipe is research or permissive, not mine\n"))
        for script in ("joint.sh", "prepare.sh"):
            self.assertIn(f"{script} ", self.said(TRAINING / script).stdout)
        with tempfile.TemporaryDirectory() as root:
            result = self.said(TRAINING / "prepare.sh", root, root)
            self.assertEqual(result.returncode, 1)
            self.assertIn("DATA is the folder with train/", result.stderr)


@unittest.skipIf(NO_PICTURES, f"labels need {NO_PICTURES}")
class Labels(unittest.TestCase):
    def disc(self, x=80, level=1.0, ground=0.0):
        rows, columns = np.mgrid[0:120, 0:160]
        return np.where(np.hypot(rows - 60, columns - x) < 30, level, ground).astype(np.float32)

    def test_what_is_sure_is_kept(self):
        mask, figures, why = label.judge(self.disc(), self.disc())
        self.assertEqual(why, "")
        self.assertAlmostEqual(figures["area"], 0.147, delta=0.005)
        self.assertEqual(set(np.unique(mask)), {0, 255})

    def test_what_is_not_sure_is_left_out(self):
        cases = {
            "area": (self.disc(level=0.0), self.disc(level=0.0)),
            "not certain": (self.disc(level=0.8, ground=0.2), self.disc(level=0.8, ground=0.2)),
            "the runs differ": (self.disc(76), self.disc(84)),
        }
        for why, runs in cases.items():
            self.assertEqual(label.judge(*runs)[2], why)

    def test_where_the_runs_differ_is_unknown(self):
        mask = label.judge(self.disc(79), self.disc(81))[0]
        self.assertTrue(((mask == 128) == (self.disc(79) != self.disc(81))).all())

    def folder(self, root):
        """Data of two photos, one of which has a mask, and the labels of both and of a third."""
        for name, header in (("photos", "id\tlicence\n"), ("people", "id\tsource\tlicence\tpermissive\tkind\n"), ("matte", "id\n")):
            pathlib.Path(root, name).mkdir()
            pathlib.Path(root, name, "manifest.tsv").write_text(header)
        with open(pathlib.Path(root, "photos", "manifest.tsv"), "a", encoding="utf-8") as f:
            f.write("coco_1\tCC\ncoco_2\tCC\nbsds_3\tresearch only\n")
        pathlib.Path(root, "matte", "manifest.tsv").write_text("id\nperson_coco_2\n")
        for name in ("coco_1", "coco_2", "bsds_3"):
            cv2.imwrite(f"{root}/photos/{name}.jpg", np.zeros((120, 160, 3), np.uint8))
        return pathlib.Path(root)

    def test_photos_with_masks_are_not_labelled_and_terms_are_kept(self):
        with tempfile.TemporaryDirectory() as root:
            found = {name: licence for name, _, licence in label.unlabelled(self.folder(root))}
        self.assertEqual(found, {"coco_1": "CC [permissive]", "bsds_3": "research only [research]"})

    def test_labels_become_samples(self):
        with tempfile.TemporaryDirectory() as root:
            folder, labels = self.folder(root), pathlib.Path(root, "labels")
            labels.mkdir()
            mask = label.judge(self.disc(79), self.disc(81))[0]
            (labels / "manifest.tsv").write_text(
                "id\tpicture\tlicence\tkept\ncoco_1\tphotos/coco_1.jpg\tCC [permissive]\tyes\nbsds_3\tphotos/bsds_3.jpg\tr [research]\tno\n")
            for name in ("coco_1", "bsds_3"):
                cv2.imwrite(str(labels / f"{name}.png"), mask)
            (array, meta), = data.salient_samples(folder, labels)
        self.assertTrue(data.is_matte(meta) and data.is_permissive(meta))
        _, code, flags = data.unpack(array)
        self.assertTrue(((flags & data.FG > 0) == (mask == 255)).all() and ((flags & data.UNKNOWN > 0) == (mask == 128)).all())
        self.assertTrue((code[mask == 128] == 0).all() and code[60, 80] > code[5, 5] > 0)


@unittest.skipIf(NO_TORCH, f"training needs {NO_TORCH}")
class Joint(unittest.TestCase):
    def folded(self):
        torch.manual_seed(6)
        net = model.GraphNet(model.build_arch((8, 8, 12, 16, 16)))
        for _ in range(5):
            net(torch.randn(4, 3, 64, 96))
        return model.from_folded(*model.fold(export.with_foreground(net)))

    def test_normalisation_that_is_given_back_changes_no_answer(self):
        net = self.folded()
        images = [torch.randn(4, 3, 64, 96) for _ in range(2)]
        again = model.unfold(net, images)
        self.assertGreater(len(again.norms), 80)
        names = [name for kind, name, _, _ in again.ops if kind == "conv"]
        again.settle(names)
        with torch.no_grad():
            want, got = net(images[0]), again(images[0])
            back = model.from_folded(*model.fold(again))(images[0])
        self.assertLess(float((want - got).abs().max()), 1e-4 * float(want.abs().max()) + 1e-5)
        self.assertLess(float((want - back).abs().max()), 1e-4 * float(want.abs().max()) + 1e-5)
        sizes = again.convs["enc-3-expand"].weight.square().mean((1, 2, 3)).sqrt()
        self.assertLess(float(sizes.detach().max() / sizes.detach().min()), 1.01)

    def batch(self):
        torch.manual_seed(2)
        old = torch.randn(2, 3, 24, 32)
        near = torch.rand(2, 24, 32)
        labels, inside = torch.zeros(2, 24, 32, dtype=torch.uint8), torch.ones(2, 24, 32, dtype=torch.bool)
        return old, near, labels, inside

    def kept(self, change, flags, labels=None, near=None):
        old, drawn, none, inside = self.batch()
        return losses.keep_loss(old + change, old, drawn if near is None else near, none if labels is None else labels, inside,
                                torch.tensor([flags] * 2))

    def test_the_old_answer_counts_where_there_is_no_label(self):
        step = torch.zeros(2, 3, 24, 32)
        self.assertAlmostEqual(float(self.kept(step, [0.0, 0.0, 0.0, 1.0])[0]), 0.0, places=6)
        step[:] = torch.randn(2, 3, 24, 32)
        parts = self.kept(step, [1.0, 1.0, 1.0, 0.0])[1]
        self.assertEqual(parts, {"keep_depth": 0.0, "keep_fg": 0.0, "keep_sky": 0.0})
        parts = self.kept(step, [0.0, 0.0, 0.0, 1.0])[1]
        self.assertTrue(all(v > 0.01 for v in parts.values()), parts)

    def test_pixels_without_a_label_keep_it_too(self):
        step = torch.randn(2, 3, 24, 32)
        half = torch.zeros(2, 24, 32, dtype=torch.uint8)
        half[:, :, :16] = data.UNKNOWN
        near = torch.rand(2, 24, 32) + 0.1
        near[:, :, :16] = 0
        parts = self.kept(step, [1.0, 1.0, 1.0, 0.0], half, near)[1]
        self.assertTrue(parts["keep_fg"] > 0.01 and parts["keep_depth"] > 0.01 and parts["keep_sky"] == 0, parts)

    def test_nearness_is_kept_up_to_scale_and_shift(self):
        old, near, labels, inside = self.batch()
        moved = old.clone()
        moved[:, 0] = torch.logit(torch.sigmoid(old[:, 0]) * 0.5 + 0.2)
        parts = losses.keep_loss(moved, old, near, labels, inside, torch.tensor([[0.0, 0.0, 0.0, 1.0]] * 2))[1]
        self.assertLess(parts["keep_depth"], 1e-4)

    def test_a_step_lowers_the_loss_and_moves_all_that_may_move(self):
        """Half of a batch has depth, half has masks; at the old answer the term that keeps it has no slope."""
        torch.manual_seed(4)
        old = self.folded().requires_grad_(False)
        images = torch.randn(4, 3, 32, 64)
        rows = torch.linspace(0.1, 1, 16).view(1, 16, 1).expand(4, 16, 32)
        near = torch.where(torch.arange(4).view(4, 1, 1) < 2, rows, torch.zeros_like(rows))
        cover = torch.zeros(4, 16, 32, dtype=torch.uint8)
        cover[:, 4:12, 8:20] = 4
        labels, inside = torch.zeros(4, 16, 32, dtype=torch.uint8), torch.ones(4, 16, 32, dtype=torch.bool)
        flags = torch.tensor([[0.0, 0.0, 0.0, 0.0]] * 2 + [[0.0, 1.0, 0.0, 1.0]] * 2)
        net = model.unfold(old, [images])
        train.settle_encoder(net, 5, decoders=True)

        def loss():
            torch.manual_seed(1)  # the pairs of the order are drawn
            logits = net(images, until="head.sum")
            kept = losses.keep_loss(logits, old(images, until="head.sum"), near, labels, inside, flags)[0]
            return losses.total_loss(logits, near, labels, inside, cover, flags)[0], kept

        begun, kept = loss()
        begun.backward()
        self.assertLess(float(kept.detach().abs()), 1e-4)
        moving = {name for name, p in net.named_parameters() if p.grad is not None and bool(p.grad.abs().max() > 0)}
        for name in ("enc-10-expand", "dec1-fuse", "fg2-fuse", "head-conv", "fg-conv"):
            self.assertIn(f"convs.{name}.weight", moving)
        for name in ("stem", "enc-1-expand"):
            self.assertNotIn(f"convs.{name}.weight", moving)
        size = torch.sqrt(sum(p.grad.square().sum() for p in net.parameters() if p.grad is not None))
        with torch.no_grad():
            for p in net.parameters():
                if p.grad is not None:
                    p -= 0.002 * p.grad / size
            after, kept = loss()
        self.assertLess(float(after), float(begun.detach()))
        self.assertGreater(float(kept), 0.0)

    def test_gated_and_plain_lists_end_before_the_enlargement(self):
        for name in ("zdepth-embedded", "zdepth-embedded-permissive"):
            net = export.load_weights(ROOT / "models" / f"{name}.safetensors")[0]
            self.assertEqual(model.last_before_up(net.arch), "head.sum")


@unittest.skipIf(NO_TORCH, f"judging needs {NO_TORCH}")
class Judge(unittest.TestCase):
    SAID = """                       whole outline        head and chest
hard        all        5.0%       6.0%       3.0%       4.0%
soft       20        5.0%       6.0%       3.0%       4.0%
soft      all        4.5%       6.1%       3.2%       5.6%
"""

    def test_the_benches_are_understood(self):
        whole, chest = judge.outline_of(self.SAID)
        self.assertAlmostEqual(whole, 10.6)
        self.assertAlmostEqual(chest, 8.8)
        self.assertEqual(judge.flicker_of("depth steadied   edge flicker 90.1e-3\nand its edges    edge flicker 84.2e-3\n"), 84.2)

    def test_what_may_ship(self):
        old = {"pairs": 80.9, "IoU, objects": 0.95, "outline, %": 10.5}
        self.assertEqual(judge.verdict(old, {"pairs": 81.5, "IoU, objects": 0.946, "outline, %": 11.0}), [])
        self.assertIn("pairs +0.40", judge.verdict(old, {"pairs": 81.3, "IoU, objects": 0.96, "outline, %": 9.0})[0])
        self.assertEqual(judge.verdict(old, {"pairs": 82.0, "IoU, objects": 0.94, "outline, %": 9.0}), ["IoU, objects -0.0100"])


if __name__ == "__main__":
    unittest.main()
