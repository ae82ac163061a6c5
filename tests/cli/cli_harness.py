# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What the command line tests share: running zdepth, making small media, counting."""
import functools
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

ZDEPTH = sys.argv[1]
WORK = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-cli-"))
# Whoever runs it may have networks, plug-ins, colour spaces and a terminal of their own.
OWN = ("ZD_CACHE_LIMIT", "ZD_MODELS", "ZD_MODEL_MIRROR", "FREI0R_PATH", "OCIO", "COLUMNS", "LANGUAGE")
ENV = dict({name: value for name, value in os.environ.items() if name not in OWN}, ZD_CACHE=str(WORK / "cache"),
           ZD_CONFIG="none", LC_ALL="C.UTF-8")

passed = failed = skipped = 0


class Skip(Exception):
    """Raised by a test that cannot run here, with the reason."""


def zdepth(*args, env=None, timeout=300, **kwargs):
    return subprocess.run([ZDEPTH, *map(str, args)], capture_output=True, text=True, timeout=timeout,
                          env={**ENV, **(env or {})}, **kwargs)


def ffmpeg(*args):
    subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *map(str, args)], check=True,
                   stdin=subprocess.DEVNULL)


def movie(name, size="160x96", frames=12, rate=12, source="testsrc2", extra=()):
    path = WORK / name
    if not path.exists():
        ffmpeg("-f", "lavfi", "-i", f"{source}=size={size}:rate={rate}", "-frames:v", frames,
               *extra, path)
    return path


def ramp_map(name="ramp.png", size="160x96"):
    """A 16-bit depth map: far at the left, near at the right."""
    path = WORK / name
    if not path.exists():
        w, h = size.split("x")
        ffmpeg("-f", "lavfi", "-i", f"nullsrc=size={w}x{h},format=gray16le,geq=lum='X*65535/{w}'",
               "-frames:v", 1, path)
    return path


def frames_md5(path):
    """The digest of every decoded frame, in the file's own pixel format, read once as long as the file is the same."""
    told = os.stat(path)
    return list(digests_of(str(path), told.st_ino, told.st_size, told.st_mtime_ns))


@functools.cache
def digests_of(path, *_state):
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-map", "0:v", "-f", "framemd5", "-"],
                         capture_output=True, text=True, check=True).stdout
    return [line.split(",")[-1].strip() for line in out.splitlines() if not line.startswith("#")]


def run(test):
    global passed, failed, skipped
    try:
        test()
        passed += 1
    except Skip as reason:
        print(f"skipped {test.__name__}: {reason}")
        skipped += 1
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print(f"FAILED {test.__name__}")
        failed += 1


def finish():
    subprocess.run(["rm", "-rf", WORK], check=False)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)
