#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Nothing that a terminal obeys is printed, wherever it came from: names of files, projects, scenes, tensors
and operators, metadata, flags."""
import json
import re
import shutil
import struct

from cli_harness import WORK, finish, movie, ramp_map, run, zdepth

ESC = "\x1b[31mRED\x1b]0;title\x07\r\x7f\u009b2J\u202eabc\u2066x"
NAME = f"a{ESC}\nzdepth: all is well"
MAP = ramp_map()
CLIP = movie("clip.mkv", frames=2)
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def weights(path, operator="conv", tensor="a.weight", meta="x"):
    arch = f"input x c=3\n{operator} a x k=1 o=3 act=sigmoid\noutput nearness a channel=0\n" \
           "output foreground a channel=1\noutput sky a channel=2"
    header = {"__metadata__": {"format": "zdepth-embedded", "version": "1", "name": meta, "arch": arch,
                               "mean": "0.5 0.5 0.5", "std": "0.2 0.2 0.2", "short_side": "64", "multiple": "32",
                               "parameters": "1", "licence": meta},
              tensor: {"dtype": "F16", "shape": [3, 3, 1, 1], "data_offsets": [0, 18]},
              "a.bias": {"dtype": "F16", "shape": [3], "data_offsets": [18, 24]}}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"\0" * 24)
    return path


def clean(result, lines=None, shown=r"\\x1b\[31mRED"):
    for text in (result.stdout, result.stderr):
        found = OBEYED.search(text)
        assert not found, f"{found[0]!r} in {text!r}"
    assert re.search(shown, result.stdout + result.stderr), result
    if lines is not None:
        assert len(result.stderr.splitlines()) == lines, result.stderr
    return result


def expect(name, *args, code=1, lines=1, **kwargs):
    def test():
        result = clean(zdepth(*args), lines, **kwargs)
        assert result.returncode == code, result
    test.__name__ = name
    run(test)


missing = WORK / NAME
good = WORK / (NAME.replace("/", "") + ".mkv")
shutil.copy(CLIP, good)
expect("missing_footage", "info", missing)
expect("footage_of_that_name", "info", "--media", good, code=0, lines=0)
expect("json_of_that_name", "info", "--media", "--json", good, code=0, lines=0, shown=r"\\u001b\[31mRED")
expect("json_error", "info", "--json", missing, shown=r"\\u001b\[31mRED")
expect("output_of_that_name", "depth", CLIP, "--depth-map", MAP, "-o", WORK / f"o{ESC}.mkv", code=0, lines=None)
expect("quiet_warning", "depth", good, "--depth-map", MAP, "-o", WORK / f"p{ESC}.xyz", code=2)
expect("verb", ESC, code=2)
expect("flag", "info", f"--{ESC}", code=2)
expect("argument", "info", CLIP, missing, code=2)
expect("number", "composite", CLIP, "--feather", ESC, code=2)
expect("title_font", "composite", CLIP, "--title", "A", "--colour", ESC, "--depth-map", MAP, "-o", WORK / "x.mkv", code=2)
expect("effect", "filter", CLIP, "--effect", ESC.replace("[", "").replace("]", ""), "--depth-map", MAP, "-o",
       WORK / "x.mkv", shown=r"\\x1b31mRED", lines=None, code=2)
expect("model_name", "info", CLIP, "--model", ESC.replace("/", ""), code=2)
expect("models_info", "models", "info", ESC, code=2)
expect("cache_word", "cache", ESC, code=2)
expect("cache_folder", "cache", "path", "--cache", WORK / f"c{ESC}", code=0, lines=0)
expect("help_word", "help", ESC, code=2)
expect("tensor_name", "info", CLIP, "--model", weights(WORK / "t.safetensors", tensor=f"a{ESC}.weight"),
       shown="RED|tensor")
expect("operator_name", "info", CLIP, "--model", weights(WORK / "o.safetensors", operator=f"c{ESC}".replace("\r", "")))
expect("weights_of_that_name", "info", CLIP, "--model", weights(WORK / f"w{ESC}.safetensors", operator="none"))


def project_lines():
    path = WORK / f"p{ESC}.zdp"
    for line in (f"[{ESC}]", f"{ESC} = 1", f"[matte]\nfeather = {ESC}"):
        path.write_text(f"zdepth project 1\n{line}\n", newline="")
        clean(zdepth("render", path))


def scene_lines():
    path = WORK / "s.zscene"
    for line in (f"{ESC} x", f"media {ESC} file \"{ESC}\"", f"axis a {{ {ESC} 1 }}"):
        path.write_text(f"zdepth scene 1\n{line}\n", newline="")
        result = zdepth("scene", "check", path)
        clean(result, shown="zdepth: ")


def bytes_that_are_no_text():
    result = zdepth("info", b"/nowhere/\xff\x9b2J\xc2".decode("utf-8", "surrogateescape"))
    assert "\\xff\\x9b2J\\xc2" in result.stderr, result


def json_stays_json():
    record = json.loads(zdepth("info", "--media", "--json", good).stdout)
    assert record["footage"] == str(good)
    error = json.loads(zdepth("info", "--json", missing).stderr)
    assert str(missing) in error["error"]


def plain_letters_stay():
    result = zdepth("info", "/nowhere/Zürich 東京 \u00a0é\t🎬")
    assert "/nowhere/Zürich 東京 \u00a0é\\x09🎬" in result.stderr, result


for test in (project_lines, scene_lines, bytes_that_are_no_text, json_stays_json, plain_letters_stay):
    run(test)
finish()
