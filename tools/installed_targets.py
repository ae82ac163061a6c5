#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The files of a build folder that `meson install` takes, for ninja: installed_targets.py BUILD

And the networks, which programs in a build folder find beside themselves."""
import json
import os
import subprocess
import sys

told = subprocess.run(["meson", "introspect", "--targets", sys.argv[1]], capture_output=True, check=True).stdout
files = [name for target in json.loads(told) for name in target["filename"]
         if target["installed"] or (target["type"] == "custom" and "/src/models/" in name)]
print(*sorted({os.path.relpath(name, os.path.realpath(sys.argv[1])) for name in files}))
