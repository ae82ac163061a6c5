#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Only Ofx* leaves the plug-in, and it needs no more than a few small libraries, and a C library that the
systems of hosts have: Flame's and Resolve's Rocky Linux 9 has glibc 2.34. (hypot() would want 2.35.) Built with the
headers of glibc 2.38 or later (Debian 13), strtol() and its like are those of 2.38: such a plug-in is for such systems."""
import os
import re
import shutil
import subprocess
import sys

ALLOWED = ("libc.", "libm.", "libpthread.", "libgcc_s.", "ld-linux", "libasan", "libubsan", "libtsan", "libstdc++")
passed = failed = 0


def check(what, bad):
    global passed, failed
    if bad:
        failed += 1
        print(f"{what}: {', '.join(bad)}")
    else:
        passed += 1


if not (shutil.which("nm") and shutil.which("readelf")):
    sys.exit(77)
symbols = subprocess.run(["nm", "-D", "--defined-only", sys.argv[1]], text=True, check=True,
                         capture_output=True).stdout
names = [line.split()[-1] for line in symbols.splitlines()]
instrumented = any("asan" in n or "tsan" in n or "sanitizer" in n for n in names)
check("exported", [] if instrumented else
      [n for n in names if n not in ("OfxGetNumberOfPlugins", "OfxGetPlugin", "OfxSetHost")])
check("missing", [n for n in ("OfxGetNumberOfPlugins", "OfxGetPlugin", "OfxSetHost")
                  if n not in names])
dynamic = subprocess.run(["readelf", "-d", sys.argv[1]], text=True, check=True,
                         capture_output=True).stdout
needed = re.findall(r"NEEDED.*\[(.*)\]", dynamic)
check("needed", [n for n in needed if not n.startswith(ALLOWED)])
versions = {tuple(map(int, v.split("."))) for v in re.findall(r"GLIBC_([0-9.]+)", subprocess.run(
    ["nm", "-D", "--undefined-only", sys.argv[1]], text=True, check=True, capture_output=True).stdout)}
builders = tuple(map(int, os.confstr("CS_GNU_LIBC_VERSION").split()[1].split(".")[:2]))
newest = (2, 34) if builders < (2, 38) else (2, 38)
check("of the C library", [] if instrumented else [str(v) for v in versions if v > newest])
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
