#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Style transfer from the command line, on a style file made here by hand whose answers are known: `plain` gives
the picture back, `negative` its negative. Ranges, chunks and broken-off runs give the whole's pictures although
styles remember the frames before."""
import json
import os
import pathlib
import signal
import struct
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, ffmpeg, finish, frames_md5, movie, ramp_map, run, zdepth

SOURCE = pathlib.Path(os.environ.get("ZD_SOURCE", pathlib.Path(__file__).parents[2]))
STYLES = WORK / "mine.safetensors"


def write_styles(path, styles="plain negative hard", form="zdepth-style"):
    """The same network as in tests/unit/face/test_style.c."""
    tensors, metadata = {}, {"format": form, "version": "1", "styles": styles, "mean": "0.5 0.5 0.5",
                             "std": "0.25 0.25 0.25", "short_side": "96", "multiple": "4"}
    for name, gain in (("plain", 0.25), ("negative", -0.25), ("hard", 2.5)):
        weight = [gain if i // 27 == i // 9 % 3 and i % 9 == 4 else 0.0 for i in range(81)]
        tensors |= {f"{name}.weight": ([3, 3, 3, 3], weight), f"{name}.bias": ([3], [0.5] * 3)}
        metadata[f"{name}.arch"] = f"input image c=3\nconv a image k=3 o=3 pad=reflect w={name}\nresult rgb a"
    header, data = {"__metadata__": metadata}, b""
    for name, (shape, values) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [len(data), len(data) + 4 * len(values)]}
        data += struct.pack(f"<{len(values)}f", *values)
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)
    return path


def fails(result, text):
    lines = result.stderr.strip().splitlines()
    assert result.returncode != 0 and lines[-1] == f"zdepth: {text}", result.stderr


def noisy():
    """A still camera whose sensor is noisy, and a cut in the middle."""
    return movie("noisy.mkv", frames=12, extra=("-vf", "noise=alls=12:allf=t,drawbox=enable=gte(n\\,7):w=iw:h=ih:c=red@0.6:t=fill",
                                                "-c:v", "ffv1"))


COMMON = ("--depth-map", "ramp", "--style-model", STYLES)


def style(*args, **kwargs):
    return zdepth(*[ramp_map() if a == "ramp" else a for a in args], **kwargs)


def mistakes_are_one_clear_line():
    source, out = noisy(), WORK / "no.mkv"
    fails(style("filter", source, "--effect", "zstyle=style=3", *COMMON, "-o", out),
          f"style 3 is not in style_model '{STYLES}'; its last is 2, 'hard'")
    fails(style("filter", source, "--effect", "zstyle=style='0s=0,1s=5'", *COMMON, "-o", out),
          f"style 5 is not in style_model '{STYLES}'; its last is 2, 'hard'")
    fails(style("filter", source, "--effect", "zstyle=style=foo", *COMMON, "-o", out),
          "zstyle: style is 'foo'; it must be oil, ink, mosaic or 0 to 7")
    missing = WORK / "missing.safetensors"
    fails(style("filter", source, "--effect", "zstyle", "--depth-map", "ramp", "--style-model", missing, "-o", out),
          f"model file '{missing}' does not exist")
    foreign = SOURCE / "models/zdepth-face.safetensors"
    fails(style("filter", source, "--effect", "zstyle", "--depth-map", "ramp", "--style-model", foreign, "-o", out),
          f"'{foreign}' is no style file; embedded-styles comes with the program, and training/style.py makes one of a picture")
    broken = WORK / "broken.safetensors"
    broken.write_bytes(STYLES.read_bytes()[:-40])
    result = style("filter", source, "--effect", "zstyle", "--depth-map", "ramp", "--style-model", broken, "-o", out)
    assert result.returncode != 0 and str(broken) in result.stderr and len(result.stderr.strip().splitlines()) == 1, result.stderr
    fails(zdepth("depth", source, "--model", STYLES, "-o", WORK / "d.png"),
          f"model '{STYLES}': version 1 of the network's format has no operator list 'arch'")
    assert not out.exists()


def a_range_is_that_of_the_whole():
    source = noisy()
    for name, effect in (("filter", ("--no-mask-effects",)), ("composite", ("--title", "HELLO", "--at-depth", "0.5"))):
        verb = name
        for out, extra in (("whole", ()), ("part", ("--frames", "4-8"))):
            result = style(verb, source, "--effect", "zstyle=style=2:steady=0.8", *effect, *COMMON, *extra, "-o", WORK / f"{name}-{out}.mkv",
                           "--codec", "ffv1")
            assert result.returncode == 0, result.stderr
        whole, part = frames_md5(WORK / f"{name}-whole.mkv"), frames_md5(WORK / f"{name}-part.mkv")
        assert part == whole[4:9], name
    single = style("filter", source, "--effect", "zstyle=style=2:steady=0", "--no-mask-effects", *COMMON, "-o", WORK / "single.mkv",
                   "--codec", "ffv1")
    assert single.returncode == 0, single.stderr
    steady, single = frames_md5(WORK / "filter-whole.mkv"), frames_md5(WORK / "single.mkv")
    assert steady[0] == single[0] and steady[1] != single[1], "steadied from the second frame on"


def a_run_that_was_broken_off_remembers():
    source = movie("long.mkv", size="322x182", frames=40, extra=("-vf", "noise=alls=12:allf=t", "-c:v", "ffv1"))
    args = ["filter", source, "--effect", "zstyle=style=2", "--no-mask-effects", "--depth-map", ramp_map("large.png", "322x182"),
            "--style-model", STYLES, "-o"]
    all_of, again = WORK / "all", WORK / "again"
    all_of.mkdir(), again.mkdir()
    result = zdepth(*args, all_of / "%03d.png")
    assert result.returncode == 0, result.stderr
    process = subprocess.Popen([ZDEPTH, *map(str, args), again / "%03d.png"], stderr=subprocess.DEVNULL, env=ENV)
    while process.poll() is None and len(list(again.glob("0*.png"))) < 4:
        time.sleep(0.002)
    process.send_signal(signal.SIGINT)
    assert process.wait() == 130, "it was too quick to be broken off"
    result = zdepth(*args, again / "%03d.png")
    assert result.returncode == 0 and "finished before" in result.stderr, result.stderr
    for picture in sorted(all_of.glob("*.png")):
        assert picture.read_bytes() == (again / picture.name).read_bytes(), picture.name


def the_layers_are_apart():
    source = movie("still.png", frames=1)
    for name, preset in (("near", "foreground-as-mask"), ("far", "background-as-mask")):
        result = style("filter", source, "--effect", "zstyle=style=1", *COMMON, "--preset", preset, "--depth-in", "0.6", "--feather", "0",
                       "-o", WORK / f"{name}.png")
        assert result.returncode == 0, result.stderr
    raw = {}
    for name in ("still", "near", "far"):
        ffmpeg("-i", WORK / f"{name}.png", "-f", "rawvideo", "-pix_fmt", "rgb24", WORK / f"{name}.rgb")
        raw[name] = (WORK / f"{name}.rgb").read_bytes()
    left = lambda data, y: data[y * 480 : y * 480 + 90]
    right = lambda data, y: data[y * 480 + 390 : y * 480 + 480]
    for y in range(0, 96, 7):
        assert left(raw["near"], y) == left(raw["still"], y) and right(raw["far"], y) == right(raw["still"], y)
        for a, b in ((right(raw["near"], y), right(raw["still"], y)), (left(raw["far"], y), left(raw["still"], y))):
            assert all(abs(p + q - 255) <= 2 for p, q in zip(a, b)), (y, list(a[:9]), list(b[:9]))


def projects_name_a_style_file_beside_them():
    source = movie("still.png", frames=1)
    project = WORK / "styled.zdp"
    project.write_text(f'zdepth project 1\n[source]\nfootage = "{source}"\ndepth_map = "{ramp_map()}"\n[effect]\neffect = "zstyle=style=1"\n'
                       f'style_model = "{STYLES}"\nmask_effects = no\n[output]\noutput = "{WORK / "p.png"}"\n')
    result = zdepth("render", project)
    assert result.returncode == 0, result.stderr
    result = style("filter", source, "--effect", "zstyle=style=1", "--no-mask-effects", *COMMON, "-o", WORK / "q.png")
    assert result.returncode == 0, result.stderr
    assert frames_md5(WORK / "p.png") == frames_md5(WORK / "q.png")


def the_shipped_styles_are_there():
    listed = json.loads(zdepth("models", "list", "--json").stdout)
    assert any(m["name"] == "embedded-styles" and m["installed"] for m in listed["models"]), listed
    info = zdepth("models", "info", "embedded-styles")
    assert info.returncode == 0 and "use it with: --effect zstyle" in info.stdout, info.stdout + info.stderr
    source = movie("still.png", frames=1)
    made = set()
    for name in ("oil", "ink", "mosaic"):
        result = zdepth("filter", source, "--depth-map", ramp_map(), "--no-mask-effects", "--effect", f"zstyle=style={name}",
                        "-o", WORK / f"{name}.png")
        assert result.returncode == 0, result.stderr
        made.add(frames_md5(WORK / f"{name}.png")[0])
    assert len(made) == 3


write_styles(STYLES)
for test in (mistakes_are_one_clear_line, a_range_is_that_of_the_whole, a_run_that_was_broken_off_remembers, the_layers_are_apart,
             projects_name_a_style_file_beside_them, the_shipped_styles_are_there):
    run(test)
finish()
