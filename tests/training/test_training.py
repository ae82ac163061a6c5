# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Tests of the training code: python3 tests/training/run.py test_training (needs PyTorch)."""

import os
import pathlib
import sys
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "training"))

try:
    import numpy as np
    import torch

    import data
    import evaluate
    import export
    import gate
    import losses
    import model
    import pretrained
    import teacher
except ImportError as missing:
    raise unittest.SkipTest(f"training needs {missing.name}")

SHARED = pathlib.Path(os.environ.get("ZDEPTH_SHARED", ROOT.parent / "shared"))


class Refusal(unittest.TestCase):
    def test_evaluation_files_are_refused(self):
        for path in ("/x/eval/midd_Art.jpg", "data/seq/a/000.jpg", "/x/clips/a.mp4", "m/person_vik_001.jpg"):
            with self.assertRaises(data.Refused):
                data.refuse_evaluation(path)

    def test_training_files_pass(self):
        self.assertEqual(data.refuse_evaluation("/x/train/nyu_0001.jpg"), "/x/train/nyu_0001.jpg")

    def test_a_pack_named_eval_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as root:
            folder = pathlib.Path(root) / "eval"
            folder.mkdir()
            (folder / "manifest.tsv").write_text("id\tkind\nx_1\tdepth_mm\n")
            (folder / "x_1.jpg").write_bytes(b"")
            (folder / "x_1.png").write_bytes(b"")
            with self.assertRaises(data.Refused):
                list(data.depth_samples(folder))


class Alignment(unittest.TestCase):
    """A label that lies half a pixel aside teaches the network to move every edge."""

    def test_labels_stay_in_place_when_shrunk(self):
        for h, w in ((480, 640), (426, 640), (384, 384)):
            columns = np.tile(np.arange(w, dtype=np.uint16) * 16 + 100, (h, 1))
            _, code, _ = data.shrink(np.zeros((h, w, 3), np.uint8), columns, np.zeros((h, w), np.uint8))
            step = w / code.shape[1]
            middles = (np.arange(code.shape[1]) + 0.5) * step - 0.5
            self.assertLess(abs(((code[0] - 100.0) / 16 - middles).mean()), 0.05)

    def test_labels_of_the_head_lie_amid_their_pixels(self):
        class Ramps:
            rng = np.random.default_rng(1)

            def draw(self, w, h):
                y, x = np.mgrid[0:h, 0:w]
                return np.zeros((h, w, 3), np.uint8), x.astype(np.float32), y.astype(np.uint8), x >= 0, np.zeros(4)

        _, near, labels, _, _, _ = data.batch(Ramps(), 0, 400, ((32, 24),))
        self.assertAlmostEqual(float((near - 2.0 * np.arange(16)).mean()), 0.5, delta=0.1)
        self.assertAlmostEqual(float((labels - 2.0 * np.arange(12)[:, None]).mean()), 0.5, delta=0.1)


class Caches(unittest.TestCase):
    def test_a_cache_of_something_else_is_refused(self):
        with tempfile.TemporaryDirectory() as root:
            pack = pathlib.Path(root, "pack")
            pack.mkdir()
            (pack / "manifest.tsv").write_text("id\n")
            sample = (np.zeros((4, 4, 6), np.uint8), {"id": "a"})
            first = data.build_cache(root, "x", iter([sample]), data.origin_of(pack))
            self.assertEqual(data.build_cache(root, "x", iter([]), data.origin_of(pack)), first)
            (pack / "manifest.tsv").write_text("id\nb\n")
            with self.assertRaisesRegex(SystemExit, "x was made from"):
                data.build_cache(root, "x", iter([sample]), data.origin_of(pack))


class Permissive(unittest.TestCase):
    def test_packs_with_photographs_are_refused(self):
        with tempfile.TemporaryDirectory() as root:
            for name in ("train", "matte", "photos", "pack"):
                folder = pathlib.Path(root, name)
                folder.mkdir()
                (folder / "manifest.tsv").write_text("id\tlicence\n")
            pack = pathlib.Path(root, "pack")
            (pack / "README.txt").write_text("Rendered by zdepth-synth: pack --count 1 --photos DIR\n")
            with self.assertRaises(data.Refused):
                data.gather(root, root, [pack], recipe="permissive")
            (pack / "README.txt").write_text("Rendered by zdepth-synth: pack --count 1\n")
            self.assertEqual(data.gather(root, pathlib.Path(root, "cache"), [pack], recipe="permissive"), [])


class Directions(unittest.TestCase):
    def test_near_is_large_for_every_kind(self):
        raw = np.array([[100, 200, 0]], np.uint16)
        for kind in ("depth_mm", "depth_m_x25.5", "depth_rel"):
            near, valid, _ = data.nearness_from(raw, kind)
            self.assertGreater(near[0, 0], near[0, 1])
            self.assertFalse(valid[0, 2])
        for kind in ("disparity", "disp_rel"):
            near, _, _ = data.nearness_from(raw, kind)
            self.assertLess(near[0, 0], near[0, 1])
        with self.assertRaises(ValueError):
            data.nearness_from(raw, "metres")

    def test_code_keeps_order_and_sky_is_farthest(self):
        near = np.array([[0.1, 0.5, 0.0, 0.0]], np.float32)
        valid = np.array([[True, True, True, False]])
        sky = np.array([[False, False, True, False]])
        code = data.encode(near, valid, sky)
        self.assertTrue(code[0, 1] > code[0, 0] > code[0, 2] == 1)
        self.assertEqual(code[0, 3], 0)

    def test_pack_round_trip(self):
        code = np.arange(12, dtype=np.uint16).reshape(3, 4) * 5000
        rgb = np.zeros((3, 4, 3), np.uint8)
        self.assertTrue((data.unpack(data.pack(rgb, code, np.ones((3, 4), np.uint8)))[1] == code).all())


class Pasting(unittest.TestCase):
    def test_a_pasted_cut_out_is_in_front_of_what_it_hides(self):
        rng = np.random.default_rng(5)
        rgba = np.full((60, 40, 4), 255, np.uint8)
        cut = {"rgba": rgba, "bottom": False, "side": False, "person": True, "source": "x"}
        done = 0
        for _ in range(30):
            rgb = np.zeros((96, 128, 3), np.uint8)
            near = np.tile(np.linspace(0.1, 0.6, 96, dtype=np.float32)[:, None], (1, 128))
            before = near.copy()
            labels = np.zeros((96, 128), np.uint8)
            if data.paste(rng, rgb, near, labels, cut, False):
                done += 1
                fg = labels == data.FG
                rows = np.flatnonzero(fg.any(1))
                upper = fg & (np.arange(96)[:, None] < rows[0] + 0.8 * (rows[-1] - rows[0]))
                self.assertTrue((near[upper] >= before[upper]).mean() > 0.95)
        self.assertGreater(done, 15)


class Network(unittest.TestCase):
    def test_folding_keeps_the_output(self):
        torch.manual_seed(3)
        net = model.GraphNet(model.build_arch((8, 8, 12, 16, 16)))
        for _ in range(20):
            net(torch.randn(4, 3, 64, 96))
        net.eval()
        folded = model.from_folded(*model.fold(net))
        x = torch.randn(1, 3, 64, 96)
        with torch.no_grad():
            a, b = net(x), folded(x)
        self.assertLess(float((a - b).abs().max()), 1e-4 * float(a.abs().max()) + 1e-5)

    def gated(self, bias):
        """(old answer, the decoder's, that of the gated network) of the same picture, with a gate of one value."""
        torch.manual_seed(5)
        wide = export.with_foreground(model.GraphNet(model.build_arch((8, 8, 12, 16, 16)))).eval()
        torch.nn.init.normal_(wide.convs["fg-conv"].weight[1], std=0.3)
        share = gate.with_gate(wide, np.zeros(320), bias)
        x = torch.randn(1, 3, 64, 96)
        with torch.no_grad():
            return (*(wide(x, until=name) for name in ("head.conv", "fg.conv")), share(x, until="head.sum"))

    def test_a_gate_holds_back_what_the_decoder_takes_away(self):
        for bias, share in ((-40, 0.0), (0, 0.5), (40, 1.0)):
            with self.subTest(bias):
                old, more, answer = self.gated(bias)
                self.assertGreater(float(more.clamp(max=0).abs().max()), 0.1)
                wanted = old + more.clamp(min=0) + share * more.clamp(max=0)
                self.assertLess(float((answer - wanted).abs().max()), 1e-5)
                self.assertTrue(torch.equal(answer[:, ::2], old[:, ::2]))

    def test_a_gate_learns_who_is_there(self):
        rng = np.random.default_rng(2)
        rows = rng.normal(size=(400, 5)) * (1, 2, 3, 4, 5)
        truth = (rows[:, 1] > 0.5).astype(float)
        slope, bias = gate.fit(rows, truth, np.ones(400), 1.0)
        self.assertGreater((((rows @ slope + bias) > 0) == (truth > 0.5)).mean(), 0.97)
        self.assertGreater(gate.held_out(rows, truth, np.ones(400), 1.0), 0.95)

    def test_the_empty_part_has_nobody(self):
        inside = np.zeros((240, 320), bool)
        inside[100:, 180:260] = True
        self.assertEqual(gate.empty_part(inside), (0, 240, 0, 175))
        inside[:, 100] = True
        self.assertIsNone(gate.empty_part(inside))

    def test_settled_normalisation_is_that_of_the_export(self):
        torch.manual_seed(4)
        net = model.GraphNet(model.build_arch((8, 8, 12, 16, 16)))
        for _ in range(5):
            net(torch.randn(4, 3, 64, 96))
        x = torch.randn(2, 3, 64, 96)
        with torch.no_grad():
            folded = model.from_folded(*model.fold(net))(x)
        names = [name for kind, name, _, _ in net.ops if kind == "conv"]
        net.train()
        net.settle(names, fixed=("stem",))
        settled = net(x)
        self.assertLess(float((settled - folded).abs().max()), 1e-4 * float(folded.abs().max()) + 1e-5)
        settled.sum().backward()
        self.assertIsNone(net.convs["stem"].weight.grad)
        self.assertIsNotNone(net.convs["head-conv"].weight.grad)

    def test_budget(self):
        arch = model.build_arch()
        net = model.GraphNet(arch)
        self.assertLessEqual(sum(p.numel() for p in net.parameters()), 6_000_000)
        self.assertLessEqual(model.macs(arch, 384, 224), 2.5e9)

    def test_every_encoder_layer_has_pretrained_weights(self):
        names = [name for kind, name, _, _ in model.parse_arch(model.build_arch()) if kind == "conv"]
        theirs = [pretrained.their_names(name) for name in names if name == "stem" or name.startswith("enc.")]
        self.assertEqual(len(theirs), 48)
        self.assertEqual(len(set(theirs)), 48)
        self.assertIsNone(pretrained.their_names("dec0.fuse"))

    def test_another_file_is_refused_as_pretrained_weights(self):
        with tempfile.TemporaryDirectory() as root:
            path = pathlib.Path(root) / "other.pth"
            path.write_bytes(b"not weights")
            with self.assertRaises(ValueError):
                pretrained.load_encoder(None, path)

    def test_bad_list_is_refused(self):
        with self.assertRaises(ValueError):
            model.parse_arch("input image c=3\nconv a nothing k=3 s=1 o=4")

    def test_loss_falls_when_the_order_is_right(self):
        torch.manual_seed(1)
        near = torch.linspace(0.05, 1, 48).view(1, 48, 1).expand(2, 48, 64).contiguous()
        labels = torch.zeros(2, 48, 64, dtype=torch.uint8)
        inside = torch.ones(2, 48, 64, dtype=torch.bool)
        flags = torch.tensor([[1.0, 1.0, 1.0, 0.0]] * 2)
        z = torch.logit(near.clamp(0.05, 0.95))
        good = torch.stack([z, z * 0 - 5, z * 0 - 5], 1)
        bad = torch.stack([-z, z * 0, z * 0], 1)
        cover = torch.zeros(2, 48, 64, dtype=torch.uint8)
        self.assertLess(losses.total_loss(good, near, labels, inside, cover, flags)[0],
                        losses.total_loss(bad, near, labels, inside, cover, flags)[0])


class Figures(unittest.TestCase):
    def test_order_of_pairs(self):
        near = np.random.default_rng(1).random((40, 50)).astype(np.float32)
        a, b = evaluate.draw_valid_pairs(near > 0.1, np.random.default_rng(2), 5000)
        self.assertEqual(evaluate.ordered(near, near, a, b), 1.0)
        self.assertEqual(evaluate.ordered(-near, near, a, b), 0.0)
        self.assertEqual(evaluate.ordered(near * 0, near, a, b), 0.5)

    def test_best_threshold(self):
        mask = np.zeros((40, 40), bool)
        mask[10:30, 10:30] = True
        best, auto = evaluate.best_iou(mask.astype(np.float32), mask)
        self.assertEqual((best, auto), (1.0, 1.0))


class Shipped(unittest.TestCase):
    def test_weights_and_vector_agree(self):
        weights = ROOT / "models" / "zdepth-embedded.safetensors"
        self.assertLessEqual(weights.stat().st_size, 12 * 2**20)
        net, meta = export.load_weights(weights)
        self.assertEqual(meta["format"], "zdepth-embedded")
        from safetensors.torch import load_file

        want = load_file(str(ROOT / "models" / "embedded_vector.safetensors"))
        with torch.no_grad():
            got = torch.sigmoid(net(model.normalise(want["rgb"])))
        for channel, name in enumerate(("nearness", "foreground", "sky")):
            error = (got[:, channel : channel + 1] - want[name]).abs().sum() / want[name].abs().sum()
            self.assertLess(float(error), 1e-4)


@unittest.skipUnless((SHARED / "vectors" / "tiny_orig.safetensors").exists(), "no reference vectors")
class Teacher(unittest.TestCase):
    def test_both_key_schemes_match_the_reference(self):
        self.assertLess(teacher.check(SHARED / "vectors"), 1e-5)


if __name__ == "__main__":
    unittest.main()
