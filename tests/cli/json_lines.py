#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Every verb's JSON lines are as docs/json.md says: version, type, and members."""
import json
import os
import pathlib
import re

from cli_harness import WORK, finish, movie, ramp_map, run, zdepth

SOURCE = pathlib.Path(os.environ["ZD_SOURCE"])
PAGE = (SOURCE / "docs/json.md").read_text()
CLIP = movie("clip.mkv", frames=3, extra=("-c:v", "ffv1"))
MAP = ramp_map()
SCENE = SOURCE / "docs/scenes/media.zscene"
(WORK / "edit.zscene").write_text('zscene 1\nmedia m { front "a.png" }\nsurface plate { media m }\naov a { on plate }\n')
(WORK / "c.chan").write_text("1 0 0 9 0 0 0 40\n")
VERBS = [verb["name"] for verb in json.loads(zdepth("help", "--json").stdout)["verbs"]]
JOB = ("--depth-map", MAP, "-o")
(WORK / "list.txt").write_text(f"{CLIP}\n")
RUNS = [
    ("composite", CLIP, "--title", "A", *JOB, "c.mkv"),
    ("composite", CLIP, "--title", "A", *JOB, "c.mkv", "--dry-run"),
    ("filter", CLIP, "--effect", "hflip", *JOB, "f.mkv"),
    ("depth", CLIP, *JOB, "d.mkv"),
    ("matte", CLIP, *JOB, "m.mkv"),
    ("view", CLIP, *JOB, "v.mkv"),
    ("look", CLIP, *JOB, "l.png"),
    ("tour", CLIP, "-o", "t.tour"),
    ("info", CLIP, "--depth-map", MAP),
    ("info", CLIP, "--media"),
    ("explain", CLIP, "--depth-map", MAP),
    ("init", CLIP, "--title", "A", "--depth-map", MAP, "-o", "p.zdp"),
    ("render", "p.zdp"),
    ("batch", "list.txt", "--preset", "p.zdp", "-o", "p.batch", "--dry-run"),
    ("batch", "list.txt", "--preset", "p.zdp", "-o", "p.batch"),
    ("farm", "plan", "p.zdp", "--chunks", "2", "-o", "p.farm"),
    ("farm", "run", "p.farm", "--chunk", "0"),
    ("farm", "run", "p.farm"),
    ("farm", "status", "p.farm"),
    ("farm", "join", "p.farm"),
    ("scene", "check", SCENE),
    ("scene", "print", SCENE),
    ("scene", "render", SCENE, "-o", "r.%d.png", "--dry-run"),
    ("scene", "init", "new.zscene", "--file", CLIP, "-y"),
    ("scene", "add-map", "edit.zscene", "plate"),
    ("scene", "create-map", "edit.zscene"),
    ("scene", "apply-media", "edit.zscene", "plate", "--file", "x.png"),
    ("scene", "import", "edit.zscene", "c.chan"),
    ("models",),
    ("models", "path"),
    ("models", "info", "embedded"),
    ("cache", "list"),
    ("cache", "path"),
    ("cache", "clear"),
    ("doctor",),
    ("help",),
    ("man",),
    ("completion", "bash"),
    ("version",),
]


def rows(first):
    """The rows of the page's table that begins with a column `first`: verbs or types, and the names in the rest."""
    table = PAGE[PAGE.index(f"| {first} |"):].split("\n\n")[0].splitlines()[2:]
    return [(row.split("|")[1], set(re.findall(r"`([a-z_0-9]+)`", row.split("|", 2)[2]))) for row in table]


def members_of(verb):
    return set().union(*(names for who, names in rows("verb") if f"`{verb}`" in who or "the same" in who))


def lines(text):
    return [json.loads(line) for line in text.splitlines()]


def result_is_as_told(args):
    def test():
        for words in ((*args, "--json"), ("--json", *args)):
            result = zdepth(*words, "--overwrite" if args[0] == "init" else "--quiet", cwd=WORK)
            built = "built without" not in result.stderr
            assert result.returncode == 0 or not built, result
            for line in lines(result.stderr):
                assert line["v"] == 1 and line["type"] in ("progress", "warning", "error"), line
            if not built:
                return
            found = lines(result.stdout)
            assert len(found) == 1 and found[0]["v"] == 1 and found[0]["type"] == "result", result.stdout[:500]
            assert found[0]["verb"] == args[0]
            members = set(found[0]) - {"v", "type", "verb"}
            if args[:2] != ("models", "info"):
                assert members and members <= members_of(args[0]), members - members_of(args[0])
            assert not re.search(r"\de\+", result.stdout.split('"text"')[0]), "a whole number has an exponent"
    test.__name__ = " ".join(map(str, args[:2])) + "_is_as_told"
    run(test)


def every_verb_is_tried_or_needs_more():
    assert set(VERBS) - {args[0] for args in RUNS} <= {"face", "bench", "studio"}, VERBS


def every_verb_is_told():
    for verb in VERBS:
        assert members_of(verb) or verb in PAGE, verb
        assert any(f"`{verb}`" in who for who, _ in rows("verb")), f"{verb} is not in docs/json.md"


def progress_and_warnings_are_lines():
    result = zdepth("--json", "composite", CLIP, "--title", "A", *JOB, "w.mkv", "--start", "9", cwd=WORK)
    told = lines(result.stderr)
    kinds = {line["type"] for line in told}
    assert result.returncode == 0 and kinds == {"progress", "warning"}, told
    for line in told:
        names = dict((who.strip().strip("`"), names) for who, names in rows("type"))[line["type"]]
        assert set(line) - {"v", "type"} <= names, line
    assert any("no title or insert is to be seen" in line.get("warning", "") for line in told)


def errors_are_lines_wherever_the_flag_stands():
    for words, code, kind in (((CLIP, "--titel", "x", "--json"), 2, "invalid argument"),
                              (("--json", "nowhere.mp4", "--title", "A", "-o", "x.mkv"), 1, None)):
        result = zdepth("composite", *words, cwd=WORK)
        told = lines(result.stderr)
        assert result.returncode == code == told[-1]["exit"] and told[-1]["type"] == "error", result
        assert set(told[-1]) == {"v", "type", "kind", "error", "exit"} and result.stdout == ""
        assert f"`{told[-1]['kind']}`" in PAGE and (kind is None or told[-1]["kind"] == kind), told
    told = lines(zdepth("dance", "--json").stderr)
    assert told[0]["type"] == "error" and told[0]["exit"] == 2
    told = lines(zdepth("--json", "composite", "--threads", "0").stderr)
    assert told[0]["type"] == "error" and "--threads" in told[0]["error"]


for one in RUNS:
    result_is_as_told(one)
for one in (every_verb_is_tried_or_needs_more, every_verb_is_told, progress_and_warnings_are_lines,
            errors_are_lines_wherever_the_flag_stands):
    run(one)
finish()
