#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Completion as the shells do it: bash, zsh and fish read the scripts and are asked."""
import json
import os
import pathlib
import pty
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
VERBS = [verb["name"] for verb in json.loads(zdepth("help", "--json").stdout)["verbs"]]


def need(shell):
    if shutil.which(shell) is None:
        raise Skip(f"{shell} is not installed")


def bash(*words):
    """What bash offers for the last of the words; '=' is a word of its own there."""
    need("bash")
    quoted = " ".join("'" + word.replace("'", "'\\''") + "'" for word in ("zdepth", *words))
    script = f"source {SCRIPTS['bash']}; COMP_WORDS=({quoted}); COMP_CWORD={len(words)}; _zdepth; " \
             "printf '%s\\n' \"${COMPREPLY[@]}\""
    out = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, text=True, cwd=PLACE, env=ENV_HERE,
                         timeout=60)
    assert out.returncode == 0 and out.stderr == "", out
    return [line for line in out.stdout.splitlines() if line]


def fish(line):
    need("fish")
    out = subprocess.run(["fish", "--no-config", "-c", f"source {SCRIPTS['fish']}; complete -C '{line}'"],
                         capture_output=True, text=True, cwd=PLACE, env=ENV_HERE, timeout=60)
    assert out.returncode == 0, out
    return dict((part.split("\t") + [""])[:2] for part in out.stdout.splitlines())


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

    def offers(self, line):
        seen = self.say(line + "\t\t")
        self.say("\x15\n")
        return seen


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
    seen = shell.offers("zdepth help ti")
    assert "times" in seen, seen
    os.write(shell.terminal, b"exit\n")
    os.waitpid(shell.pid, 0)


def every_flag_is_known_to_every_shell():
    told = json.loads(zdepth("help", "--json").stdout)["verbs"]
    for verb in told:
        names = {flag["name"] for flag in verb["flags"]} | {p["name"].replace("_", "-") for p in verb["parameters"]}
        for name in names - {"footage"}:
            for shell, path in SCRIPTS.items():
                assert name in path.read_text(), (shell, verb["name"], name)


for test in (bash_completes, fish_completes, zsh_completes, every_flag_is_known_to_every_shell):
    run(test)
finish()
