#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Where 'zdepth doctor' finds the plug-ins."""
import pathlib
import shutil
import subprocess
import sys

from cli_harness import ENV, WORK, ZDEPTH, Skip, finish, run, zdepth

BIN, FREI0R, OFX = sys.argv[2:5]
BUNDLE = "ZDepth.ofx.bundle"
NOWHERE = {"OFX_PLUGIN_PATH": "", "FREI0R_PATH": "", "HOME": str(WORK / "home")}


def lines(result):
    no_network = "embedded network: MISSING" in result.stdout
    assert result.returncode == (1 if no_network else 0), result.stderr
    return dict(line.split(": ", 1) for line in result.stdout.splitlines() if ": " in line)


def place(folder, *names):
    path = WORK / folder
    path.mkdir(parents=True, exist_ok=True)
    for name in names:
        (path / name).touch()
    return path


def folders_of_the_environment():
    empty = place("empty")
    bundles = place("bundles", BUNDLE)
    filters = place("filters", "zdepth.so")
    mixers = place("mixers", "zdepth_mixer.so")
    found = lines(zdepth("doctor", env={**NOWHERE, "OFX_PLUGIN_PATH": f"{empty}:{bundles}",
                                        "FREI0R_PATH": f"{empty}:{filters}:{mixers}"}))
    assert found["OpenFX plug-in"] == str(bundles / BUNDLE), found
    assert found["frei0r filter"] == str(filters / "zdepth.so"), found
    assert found["frei0r mixer"] == str(mixers / "zdepth_mixer.so"), found


def folder_of_the_user():
    place("home/.frei0r-1/lib", "zdepth.so")
    found = lines(zdepth("doctor", env=NOWHERE))
    assert found["frei0r filter"] == str(WORK / "home/.frei0r-1/lib/zdepth.so"), found
    shutil.rmtree(WORK / "home")


def installed_below_a_destdir():
    if any(pathlib.Path(p).exists() for p in ("/usr/OFX/Plugins/" + BUNDLE,
                                              "/usr/lib/frei0r-1/zdepth.so",
                                              "/usr/local/lib/frei0r-1/zdepth.so")):
        raise Skip("the plug-ins are installed here")
    root = WORK / "root"
    program = place("root" + BIN) / "zdepth"
    for half in ("", "-run"):
        shutil.copy(f"{ZDEPTH}{half}", f"{program}{half}")
    place("root" + FREI0R, "zdepth.so")
    place("root" + OFX, BUNDLE)
    result = subprocess.run([program, "doctor"], capture_output=True, text=True,
                            env={**ENV, **NOWHERE})
    found = lines(result)
    assert found["OpenFX plug-in"] == (
        f"{root}{OFX}/{BUNDLE} (not every host looks there without OFX_PLUGIN_PATH={root}{OFX})"
    ), found
    assert found["frei0r filter"].startswith(f"{root}{FREI0R}/zdepth.so (not every host"), found
    assert found["frei0r mixer"].startswith(("not installed", "/usr/")), found


run(folders_of_the_environment)
run(folder_of_the_user)
run(installed_below_a_destdir)
finish()
