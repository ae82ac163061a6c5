#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Times the engine against ONNX Runtime on the same weights, frame by frame in turns.

compare.py BENCH_NETWORK MODEL.safetensors MODEL.onnx WIDTH HEIGHT [ROUNDS] [THREADS]

Needs onnxruntime and numpy from PyPI. Each round times one frame of ONNX Runtime, one exact and
one fast; medians and their ratios are printed, of wall clock and of processor time (the latter is
what means something on a machine that others use too).
"""
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import numpy as np
import onnxruntime


def image(width, height):
    """The formula of the reference vectors for the tensor "input"."""
    n = 3 * width * height
    with np.errstate(over="ignore"):
        z = np.uint64(0x1EBBAE8F5810B65B) + np.arange(1, n + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    r = 2.0 * ((z >> np.uint64(40)).astype(np.float64) / 2**24) - 1.0
    return (2.0 * r).astype(np.float32).reshape(1, 3, height, width)


def main():
    bench, model, onnx = sys.argv[1:4]
    width, height = int(sys.argv[4]), int(sys.argv[5])
    rounds = int(sys.argv[6]) if len(sys.argv) > 6 else 9
    threads = sys.argv[7] if len(sys.argv) > 7 else "2"
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = int(threads)
    settings.inter_op_num_threads = 1
    # Idle threads must not spin while the other side is timed.
    settings.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(onnx, settings, providers=["CPUExecutionProvider"])
    feed = {"image": image(width, height)}
    folder = tempfile.mkdtemp()
    engines = {
        mode: subprocess.Popen([bench, model, str(width), str(height), mode, "serve", threads, f"{folder}/{mode}"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for mode in ("exact", "fast")
    }
    times = {name: [] for name in ("onnxruntime", "exact", "fast")}
    expected = session.run(None, feed)[0].reshape(-1)
    for _ in range(rounds):
        wall, cpu = time.monotonic(), time.process_time()
        session.run(None, feed)
        times["onnxruntime"].append((1e3 * (time.monotonic() - wall), 1e3 * (time.process_time() - cpu)))
        for mode, engine in engines.items():
            engine.stdin.write("frame\n")
            engine.stdin.flush()
            times[mode].append(tuple(map(float, engine.stdout.readline().split())))
    for mode, engine in engines.items():
        engine.stdin.close()
        engine.wait()
        depth = np.fromfile(f"{folder}/{mode}", np.float32)
        print(f"{mode}: relative L1 to ONNX Runtime {np.abs(depth - expected).sum() / np.abs(expected).sum():.2g}")
    shutil.rmtree(folder)
    base = [statistics.median(t[i] for t in times["onnxruntime"]) for i in (0, 1)]
    print(f"{width}x{height}, {threads} threads, {rounds} rounds in turns (median ms; times as fast)")
    for name, values in times.items():
        wall, cpu = (statistics.median(t[i] for t in values) for i in (0, 1))
        print(f"{name:12} wall {wall:8.1f} best {min(t[0] for t in values):8.1f} ({base[0] / wall:.2f}x)"
              f"   processor {cpu:8.1f} best {min(t[1] for t in values):8.1f} ({base[1] / cpu:.2f}x)")


if __name__ == "__main__":
    main()
