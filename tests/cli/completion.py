#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Completion as the shells do it: bash, zsh and fish read the scripts and are asked."""
import json
import os
import pathlib
import pty
import re
import select
import shutil
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, Skip, finish, run, zdepth

PLACE = WORK / "here"
PLACE.mkdir()
for name in ("my walk.mp4", "other.mp4", "p.zdp"):
    (PLACE / name).write_text("")
(PLACE / "sub folder").mkdir()
ENV_HERE = {**ENV, "PATH": f"{pathlib.Path(ZDEPTH).parent}:{os.environ['PATH']}", "HOME": str(WORK)}
SCRIPTS = {shell: WORK / f"zdepth.{shell}" for shell in ("bash", "zsh", "fish")}
for shell, path in SCRIPTS.items():
    path.write_text(zdepth("completion", shell).stdout)
TOLD = json.loads(zdepth("help", "--json").stdout)["verbs"]
VERBS = [verb["name"] for verb in TOLD]
MODELS = json.loads(zdepth("models", "list", "--json").stdout)["models"]
FACES, DEPTHS = ({model["name"] for model in MODELS if model["for"] == use} for use in ("faces", "depth"))
assert {"embedded-faces", "face-landmarks"} <= FACES and {"embedded", "v2-small"} <= DEPTHS


def chosen():
    """Every flag of every verb whose value is one of a list: (verb, flag, values)."""
    for verb in TOLD:
        for parameter in verb["parameters"]:
            if "choices" in parameter:
                yield verb["name"], "--" + parameter["name"].replace("_", "-"), set(parameter["choices"])
        for flag in verb["flags"]:
            if "|" in (flag["value"] or ""):
                yield verb["name"], "--" + flag["name"], set(flag["value"].split("|"))


def first_words():
    """What may stand behind a verb, by its own message about anything else: (verb, words)."""
    for verb in ("models", "cache", "scene", "farm", "bench", "completion"):
        message = zdepth(verb, "zzz", *(["x"] if verb in ("scene", "farm") else [])).stderr
        words = re.split(r", | and ", re.search(r"there are (.*)", message)[1])
        assert len(words) > 1, message
        yield verb, set(words)


def need(shell):
    if shutil.which(shell) is None:
        raise Skip(f"{shell} is not installed")


def bash(*words):
    """What bash offers for the last of the words; '=' is a word of its own there."""
    return bash_all([words])[0]


def bash_all(lines):
    """The same for many lines by one bash."""
    need("bash")
    script = f"source {SCRIPTS['bash']}\n"
    for words in lines:
        quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in ("zdepth", *words))
        script += f"COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _zdepth; printf '%s\\n' \"${{COMPREPLY[@]}}\" ;echo ==\n"
    out = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, cwd=PLACE, env=ENV_HERE,
                         timeout=60)
    assert out.returncode == 0 and out.stderr == "", out
    return [[line for line in part.splitlines() if line] for part in out.stdout.split("==\n")[:-1]]


def fish(line):
    return fish_all([line])[0]


def fish_all(lines):
    need("fish")
    script = f"source {SCRIPTS['fish']}\n" + "".join(f"complete -C '{line}'; echo ==\n" for line in lines)
    out = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, text=True, cwd=PLACE, env=ENV_HERE,
                         timeout=300)
    assert out.returncode == 0 and out.stderr == "", out
    return [dict((one.split("\t") + [""])[:2] for one in part.splitlines()) for part in out.stdout.split("==\n")[:-1]]


def questions():
    """All that each shell must know: (the words before, what must be offered behind them)."""
    asked = [([], set(VERBS))]
    asked += [([verb], words) for verb, words in first_words()]
    asked += [([verb, flag], values) for verb, flag, values in chosen()]
    asked += [([verb, "--threads", "2"], words) for verb, words in first_words()]  # a value is no word
    asked += [([switch], set(VERBS)) for switch in ("--quiet", "--json")]
    asked += [(["--threads", "2"], set(VERBS)), (["--cache", "sub folder"], set(VERBS))]
    effects = set(re.findall(r"(?m)^(z[a-z]+): ", zdepth("help", "effects").stdout))
    assert len(effects) > 10, effects
    return asked, effects


def bash_knows_all_that_is_chosen():
    asked, effects = questions()
    for (before, due), offered in zip(asked, bash_all([(*before, "") for before, _ in asked])):
        assert due <= set(offered), (before, due - set(offered))
    assert effects <= {name.split("=")[0] for name in bash("filter", "--effect", "z")}
    assert "--threads" in bash("--thr") and bash("scene", "render", "--na") == []
    assert bash("--cache", "s") == ["sub folder"] and bash("help", "composite", "--sheet", "x", "--se") == []


def fish_knows_all_that_is_chosen():
    asked, effects = questions()
    lines = [" ".join(["zdepth", *(word.replace(" ", "\\ ") for word in before), ""]) for before, _ in asked]
    for (before, due), offered in zip(asked, fish_all(lines)):
        assert due <= set(offered), (before, due - set(offered))
    assert effects <= {name.split("=")[0] for name in fish("zdepth filter --effect z")}
    assert "--threads" in fish("zdepth --thr")
    assert "--sheet" not in fish("zdepth scene render --"), "scene render is not the verb render"
    assert fish("zdepth help composite --sh") == {}
    assert "v2-small" in fish("zdepth models install v") and "v2-small" not in fish("zdepth models v")


def zsh_knows_all_that_is_chosen():
    """The same flag is asked for once, for a terminal answers slowly."""
    shell = Zsh()
    asked, effects = questions()
    seen_flags = set()
    for before, due in [*asked, (["filter", "--effect"], effects)]:
        if before and before[-1] in seen_flags:
            continue
        seen_flags |= {word for word in before[-1:] if word.startswith("--") and len(before) > 1}
        told = shell.offers(" ".join(["zdepth", *(word.replace(" ", "\\ ") for word in before), ""]), due)
        assert all(word in told for word in due), (before, [word for word in due if word not in told], told)
    shell.end()


class Zsh:
    """An interactive zsh on a terminal of its own, for it completes only there."""
    def __init__(self):
        need("zsh")
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(PLACE)
            os.execve(shutil.which("zsh"), ["zsh", "-f", "-i"], {**ENV_HERE, "TERM": "dumb", "COLUMNS": "200",
                                                                  "LINES": "500", "PS1": "> "})
        self.say("unsetopt zle_bracketed_paste; LISTMAX=0; stty columns 200 rows 500; zstyle ':completion:*' list-prompt ''\n")
        self.say("autoload -Uz compinit; compinit -u -D\n")
        self.say(f"source {SCRIPTS['zsh']}; zstyle ':completion:*' menu no; print re''ady\n", "ready")

    def say(self, text, until=None):
        os.write(self.terminal, text.encode())
        seen, quiet = "", time.monotonic()
        while time.monotonic() - quiet < (20 if until and until not in seen else 0.7):
            if select.select([self.terminal], [], [], 0.1)[0]:
                seen += os.read(self.terminal, 65536).decode("utf-8", "replace")
                quiet = time.monotonic()
        return seen

    def offers(self, line, due=()):
        """What is shown for a line: until all that is due is there, or nothing more comes."""
        os.write(self.terminal, (line + "\t\t").encode())
        seen, began, quiet = "", time.monotonic(), time.monotonic()
        while time.monotonic() - quiet < (0.7 if not due else 20) and time.monotonic() - began < 60:
            if due and all(word in seen[len(line):] for word in due):
                break
            if select.select([self.terminal], [], [], 0.1)[0]:
                seen += os.read(self.terminal, 65536).decode("utf-8", "replace")
                quiet = time.monotonic()
        self.say("\x15\nprint re''ady\n", "ready")
        return seen[len(line):] if due else seen

    def end(self):
        os.write(self.terminal, b"exit\n")
        os.waitpid(self.pid, 0)


def bash_completes():
    assert bash("comp") == ["composite", "completion"] or set(bash("comp")) == {"composite", "completion"}
    assert set(VERBS) <= set(bash(""))
    assert "--json" in bash("--js")
    assert bash("composite", "my") == ["my walk.mp4"]
    assert set(bash("composite", "")) == {"my walk.mp4", "other.mp4", "p.zdp", "sub folder"}
    assert bash("composite", "other.mp4", "--cache", "s") == ["sub folder"]
    assert bash("view", "--view", "de") == bash("view", "--view", "=", "de") == ["depth"]
    assert set(bash("view", "--view", "=")) > {"depth", "matte"}
    assert bash("composite", "--no-au") == ["--no-auto-feather", "--no-audio"]
    assert set(bash("composite", "--sel")) == {"--select", "--select-object"} and "--output" in bash("composite", "--")
    assert bash("models", "") == "list info install verify remove path".split()
    assert "v2-small" in bash("models", "install", "v2") and "embedded" in bash("depth", "--model", "emb")
    assert set(bash("composite", "--face-model", "")) == FACES == set(bash("scene", "render", "--face-model", ""))
    assert set(bash("depth", "--model", "")) == DEPTHS | {"auto"}
    assert bash("cache", "") == "list clear path".split() and bash("completion", "") == "bash zsh fish".split()
    assert set(bash("help", "eff")) == {"effects"} and "times" in bash("help", "")
    assert bash("scene", "pr") == ["print"] and "p.zdp" in bash("scene", "print", "")
    assert "gold" in bash("composite", "--colour", "") and "zblur" in bash("filter", "--effect", "z")
    assert bash("--quiet", "comp") == bash("comp")
    assert bash("version", "") == [] and bash("composite", "--size", "") == []


def fish_completes():
    assert set(fish("zdepth comp")) == {"composite", "completion"}
    assert fish("zdepth composite --sel")["--select"].startswith("A box on the object")
    assert set(fish("zdepth view --view ")) >= {"depth", "matte"}
    assert "--quiet" in fish("zdepth depth --") and "--footage" not in fish("zdepth depth --")
    assert "--sheet" in fish("zdepth composite --sh") and "--no-audio" in fish("zdepth composite --no-")
    assert set(fish("zdepth models ")) >= {"list", "install"} and "v2-small" in fish("zdepth depth --model v2")
    assert set(fish("zdepth composite --face-model ")) == FACES == set(fish("zdepth scene render --face-model "))
    assert set(fish("zdepth depth --model ")) == DEPTHS | {"auto"}
    assert any("walk" in name for name in fish("zdepth composite ")), fish("zdepth composite ")
    assert "times" in fish("zdepth help ") and fish("zdepth version ") == {}


def zsh_completes():
    shell = Zsh()
    assert "composite" in shell.offers("zdepth comp") and "completion" in shell.offers("zdepth comp")
    seen = shell.offers("zdepth view --view ")
    assert "thresholded" in seen and "opacity" in seen, seen
    seen = shell.offers("zdepth composite --sel")
    assert "--select" in seen, seen
    seen = shell.offers("zdepth models ")
    assert "install" in seen and "verify" in seen, seen
    seen = shell.offers("zdepth composite my")
    assert "my\\ walk.mp4" in seen, seen
    seen = shell.offers("zdepth composite --face-model ", FACES)
    assert all(name in seen for name in FACES) and "v2-small" not in seen, seen
    seen = shell.offers("zdepth depth --model v2-", {name for name in DEPTHS if name.startswith("v2-")})
    assert "v2-metric-indoor-small" in seen and "face-landmarks" not in seen, seen
    seen = shell.offers("zdepth help ti")
    assert "times" in seen, seen
    shell.end()


def no_flag_is_told_twice():
    """One list is of all flags that take a value; the others are of a verb."""
    lists = {**{f"bash {flags[:40]}": flags.split() for flags in re.findall(r'_zdepth_words "([^"$]*--[^"$]*)"', SCRIPTS["bash"].read_text())},
             "fish": re.search(r"(?m)^set -g __zdepth_valued(.*)", SCRIPTS["fish"].read_text())[1].split()}
    for shell in ("bash", "zsh"):
        lists[shell] = re.search(r'local valued="(.*?)"', SCRIPTS[shell].read_text())[1].split()
        assert set(lists[shell]) == set(lists["fish"]) and "--face-model" in lists[shell], shell
    assert len(lists) > 10, lists
    for name, flags in lists.items():
        assert len(flags) == len(set(flags)), (name, sorted(flag for flag in set(flags) if flags.count(flag) > 1))


def every_flag_is_known_to_every_shell():
    told = json.loads(zdepth("help", "--json").stdout)["verbs"]
    for verb in told:
        names = {flag["name"] for flag in verb["flags"]} | {p["name"].replace("_", "-") for p in verb["parameters"]}
        for name in names - {"footage"}:
            for shell, path in SCRIPTS.items():
                assert name in path.read_text(), (shell, verb["name"], name)


for test in (bash_completes, fish_completes, zsh_completes, bash_knows_all_that_is_chosen, fish_knows_all_that_is_chosen,
             zsh_knows_all_that_is_chosen, no_flag_is_told_twice, every_flag_is_known_to_every_shell):
    run(test)
finish()
