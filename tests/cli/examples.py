#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Every example of the README, the help and the manual is run as it is printed, on clips of the names
they use, and what came out is looked at."""
import json
import os
import pathlib
import re
import shutil
import subprocess

from cli_harness import ENV, WORK, ZDEPTH, Skip, ffmpeg, finish, run, zdepth

SOURCE = pathlib.Path(os.environ["ZD_SOURCE"])
SIZE = (320, 180)
RATE, FRAMES = 20, 42  # two seconds and a little: the boxes of the examples are drawn at 2 s, a range ends at frame 40
HERE = WORK / "here"
PATH = f"{pathlib.Path(ZDEPTH).parent}:{os.environ['PATH']}"

# What needs a download, a network for faces, or a folder of measured pictures; the message is looked at.
NEEDS_MORE = {"models install v2-small": "server|No such file", "zdepth bench quality": "eval/manifest.tsv",
              "--model vda-small": "model 'vda-small' is not installed",
              "--model v2-small": "zdepth models install v2-small", "zdepth face": "no face is found",
              "zdepth models install v2-large": "large.safetensors"}


def prepare():
    (HERE / "assets").mkdir(parents=True)
    clip = HERE / "walk.mp4"
    ffmpeg("-i", SOURCE / "assets/sample.mp4", "-frames:v", FRAMES, "-vf", f"fps={RATE},scale=%d:%d" % SIZE, "-crf", 14, clip)
    for name in ("clip.mp4", "street.mov", "talk.mp4", "two.mp4", "assets/sample.mp4"):
        shutil.copy(clip, HERE / name)
    ffmpeg("-i", clip, "-frames:v", 1, HERE / "photo.jpg")
    shutil.copy(SOURCE / "assets/logo.svg", HERE / "assets")
    shutil.copy(SOURCE / "examples/scene/medallion.png", HERE / "logo.png")
    (HERE / "clips").mkdir()
    ffmpeg("-i", clip, "-frames:v", 6, HERE / "clips/short.mp4")
    ffmpeg("-i", clip, "-frames:v", 5, HERE / "clips/shorter.mov")
    zdepth("init", clip, "--title", "{name}", "-o", HERE / "look.zdp")
    for file in (SOURCE / "examples/scene").iterdir():
        shutil.copy(file, HERE)


def commands_of(text):
    """Commands in a text: lines that begin with zdepth, or an assignment or source; '\\' goes on."""
    text = text.replace("\\\n", " ")
    for line in text.splitlines():
        line = re.sub(r"\s{2,}#.*", "", line).strip()
        if re.match(r"(zdepth|source) ", line):
            yield re.sub(r"\s+", " ", line)


def help_examples(verb):
    text = zdepth("help", verb).stdout
    return text.split("\nExamples:\n")[1].split("\n\n")[0] if "\nExamples:\n" in text else ""


VERBS = [verb["name"] for verb in json.loads(zdepth("help", "--json").stdout)["verbs"]]
README = (SOURCE / "README.md").read_text()
USE = "\n".join(re.findall(r"(?m)(?:^    .*\n)+", README[README.index("## Use it"):README.index("### Larger models")]))
MANUAL = zdepth("man").stdout.replace("\\-", "-").replace("\\e", "\\")


def rgb(path, frame):
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-vf", f"select=eq(n\\,{frame}),scale=%d:%d" % SIZE,
                          "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", "rgb24", "-"], capture_output=True, check=True)
    assert len(out.stdout) == SIZE[0] * SIZE[1] * 3, (path, len(out.stdout))
    return out.stdout


def difference(a, b, x0, y0, x1, y1):
    """The mean difference of codes within a box of fractions."""
    total = count = 0
    for y in range(int(y0 * SIZE[1]), int(y1 * SIZE[1])):
        at = 3 * (y * SIZE[0] + int(x0 * SIZE[0]))
        end = 3 * (y * SIZE[0] + int(x1 * SIZE[0]))
        total += sum(abs(p - q) for p, q in zip(a[at:end], b[at:end]))
        count += end - at
    return total / count


BODY = (0.475, 0.45, 0.50, 0.65)  # of the walking person at 2 s


def look_at(command, output):
    """What came out is what the example says."""
    was, frame = rgb(HERE / "walk.mp4", 2 * RATE), 2 * RATE
    if re.search(r"--title|--insert", command) and "--start 1 --end 4" not in command and "init" not in command:
        now = rgb(output, frame)
        assert difference(was, now, 0, 0, 1, 1) > 0.5, "nothing was put in"
        if "at-depth" not in command:
            assert difference(was, now, *BODY) < 6, f"the title is over the person: {difference(was, now, *BODY)}"
    if "hue=s=0" in command:
        now = rgb(output, frame)
        gray = lambda p: sum(abs(p[i] - p[i + 1]) for i in range(0, len(p), 3)) / (len(p) / 3)
        assert gray(now) < gray(was) / 2 and difference(was, now, *BODY) < 6
    if "zblur" in command:
        now = rgb(output, frame)
        assert difference(was, now, 0.1, 0.1, 0.9, 0.4) > 0.5 and difference(was, now, *BODY) < 6
    if "--transparency" in command:
        told = json.loads(zdepth("info", "--media", "--json", output).stdout)
        assert told["alpha"] and told["codec"].startswith("prores"), told


def outputs_of(command):
    return [HERE / name for name in re.findall(r"(?:-o|--sheet|--svg|--result) (\S+)", command)]


def example(command):
    def test():
        for pattern, message in NEEDS_MORE.items():
            if pattern in command:
                out = subprocess.run(["bash", "-c", command + " --quiet"], cwd=HERE, capture_output=True, text=True, timeout=60,
                                     env={**ENV, "PATH": PATH, "ZD_MODELS": str(WORK / "models"),
                                          "ZD_MODEL_MIRROR": "http://127.0.0.1:9", "ZD_MODEL_ATTEMPTS": "1"})
                assert out.returncode in (1, 2) and re.search(message, out.stderr), out
                raise Skip(f"needs more than a clone: {pattern}")
        if "zdepth scene" in command and "built without" in zdepth("scene", "check", HERE / "relief.zscene").stderr:
            raise Skip("built without scenes")
        for old in outputs_of(command):
            if old.suffix not in (".zdp", ""):
                old.unlink(missing_ok=True)
        line = command + " -y" if command.startswith(("zdepth init", "zdepth scene init")) else command
        if "scene render" in command:
            line += " --frames 1-2"
        out = subprocess.run(["bash", "-o", "pipefail", "-c", line], cwd=HERE, capture_output=True, text=True, timeout=300,
                             env={**ENV, "PATH": PATH, "HOME": str(WORK), "PAGER": "cat"})
        assert out.returncode == 0, (line, out.stderr[-600:])
        assert not re.search("warning|cannot|is hidden|to be seen", out.stderr), out.stderr
        if "--dry-run" in command:
            assert "about" in out.stdout
            return
        for output in outputs_of(command):
            if "%0" in output.name:
                pattern = re.sub(r"%0(\d)d", lambda m: "[0-9]" * int(m[1]), output.name)
                assert len(list(HERE.glob(pattern))) >= 2, output
            elif output.name == "done":
                assert command.endswith("-o done") and (output / "batch").is_dir()
            elif "result" not in command or output.suffix == ".zdp":
                assert output.exists() and output.stat().st_size > 0, output
                if output.suffix in (".mp4", ".mov"):
                    look_at(command, output)
    test.__name__ = command[:100]
    run(test)


prepare()
seen = set()
for text in [USE, *map(help_examples, VERBS)]:
    for command in commands_of(text):
        if command.startswith("zdepth studio"):
            continue  # tests/studio starts it
        if command not in seen and "completion zsh >" not in command and "completion fish >" not in command:
            seen.add(command)
            example(command)


def the_manual_teaches_the_same():
    taught = {c for verb in VERBS for c in commands_of(help_examples(verb))}
    found = set(commands_of(MANUAL.replace("\\&", "")))
    assert taught <= found, taught - found


def defaults_are_told_in_the_manual():
    for words in ("Default: 0.2.", "Default: on.", "--select", "--no-audio", "ZD_CACHE_LIMIT", "TIME=VALUE", "zblur"):
        assert words in MANUAL, words
    page = subprocess.run(["man", "--warnings", "-l", "-"], input=zdepth("man").stdout, capture_output=True, text=True,
                          env={**ENV, "MANWIDTH": "80"}) if shutil.which("man") else None
    assert page is None or (page.returncode == 0 and page.stderr == ""), page.stderr[:500]


def each_verb_has_a_page():
    """All that a verb takes is on its page, which says its default there; nothing that it does not take."""
    pages, told = [], json.loads(zdepth("help", "--json").stdout)["verbs"]
    for verb in told:
        result = zdepth("man", verb["name"])
        assert result.returncode == 0 and result.stdout.startswith(f".TH ZDEPTH\\-{verb['name'].upper()} 1 "), verb["name"]
        plain = result.stdout.replace("\\-", "-")
        names = re.findall(r"(?m)^\.TP\n\.B (?:-\w, )?--([a-z0-9-]+)", plain)
        taken = {f["name"] for f in verb["flags"]} | {p["name"].replace("_", "-") for p in verb["parameters"]} - {"footage"}
        assert set(names) - {"select", "deselect", "select-object"} == taken - {"footage"}, (verb["name"], set(names) ^ taken)
        assert len(names) == len(set(names)), verb["name"]
        pages.append(HERE / f"zdepth-{verb['name']}.1")
        pages[-1].write_text(result.stdout)
    if shutil.which("man"):
        shown = subprocess.run(["man", "--warnings", "-l", *pages], capture_output=True, text=True, env={**ENV, "MANWIDTH": "80"})
        assert shown.returncode == 0 and shown.stderr == "", shown.stderr[:500]
    view = (HERE / "zdepth-view.1").read_text()
    assert "Default: thresholded" in view and "zblur" not in view
    wrong = zdepth("man", "compsite")
    assert wrong.returncode == 2 and "there is no verb 'compsite'; did you mean zdepth man composite?" in wrong.stderr, wrong.stderr


def defaults_are_true():
    """A flag with its default makes the pixels that are made without it."""
    told = {verb["name"]: verb["parameters"] for verb in json.loads(zdepth("help", "--json").stdout)["verbs"]}
    base = ["composite", "walk.mp4", "--frames", f"{2 * RATE - 1}-{2 * RATE}", "--title", "HI", "--no-auto-feather", "--codec", "ffv1"]

    def made(*more):
        result = zdepth(*base, *more, "-o", "same.mkv", cwd=HERE)
        assert result.returncode == 0, (more, result.stderr)
        return subprocess.run(["ffmpeg", "-v", "error", "-i", HERE / "same.mkv", "-f", "framemd5", "-"],
                              capture_output=True, text=True, check=True).stdout
    plain = made()
    flags = []
    for p in told["composite"]:
        skip = {"footage", "title", "insert", "output", "auto_feather", "alone", "from", "fps", "depth_map_type", "fit", "preset",
                "view", "codec", "quality", "tiles", "face_model"}
        if p["default"] is None or p["name"] in skip:
            continue
        name = "--" + p["name"].replace("_", "-")
        value = {True: "on", False: "off"}.get(p["default"], p["default"]) if isinstance(p["default"], bool) else p["default"]
        flags.append(f"{name}={value}")
    assert len(flags) > 25 and made(*flags) == plain, flags


for test in (the_manual_teaches_the_same, defaults_are_told_in_the_manual, each_verb_has_a_page, defaults_are_true):
    run(test)
finish()
