#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Builds the plug-in for Windows and tries it under Wine:

    run.py SOURCE BUILD [--digests PROGRAM PLUGIN]

The tests of tests/windows run there, what the plug-in draws is compared with what the one of this system
draws (--digests), bit for bit, and the plug-in's file is read: it imports DLLs of the system alone and
exports OpenFX's functions alone. Without MinGW or Wine the test is skipped; `--no-wine` builds and reads."""
import argparse
import hashlib
import os
import pathlib
import shutil
import struct
import subprocess
import sys
import zipfile
import zlib

COMPILER = "x86_64-w64-mingw32-gcc-posix"
SYSTEM = {"advapi32.dll", "bcrypt.dll", "kernel32.dll", "msvcrt.dll"}
EXPORTS = ["OfxGetNumberOfPlugins", "OfxGetPlugin", "OfxSetHost"]
HARDENED = 0x0020 | 0x0040 | 0x0100  # addresses of 64 bit, at random places, no code in data
TESTS = ["test_os_win32", "test_cache_codec", "test_matte_values", "test_kernels", "test_operators"]
OFX_TESTS = ["test_ofx_life", "test_ofx_pixels", "test_ofx_second", "test_ofx_threads"]


class Pe:
    """Reads a 64 bit image: Microsoft, PE Format, "The .edata Section" and "The .idata Section"."""

    def __init__(self, path):
        self.data = path.read_bytes()
        head = self.number("<I", 0x3C)
        if self.data[head:head + 4] != b"PE\0\0" or self.number("<H", head + 24) != 0x20B:
            raise ValueError(f"'{path}' is no 64 bit image of Windows")
        sections, optional = self.number("<H", head + 6), self.number("<H", head + 20)
        self.flags = self.number("<H", head + 24 + 70)
        self.directories = head + 24 + 112
        at = head + 24 + optional
        self.sections = [struct.unpack_from("<4I", self.data, at + 40 * i + 8) for i in range(sections)]

    def number(self, form, at):
        return struct.unpack_from(form, self.data, at)[0]

    def place(self, address):
        for size, start, raw_size, raw in self.sections:
            if start <= address < start + max(size, raw_size):
                return raw + address - start
        raise ValueError(f"address {address:#x} lies in no section")

    def text(self, address):
        at = self.place(address)
        return self.data[at:self.data.index(b"\0", at)].decode("ascii")

    def imports(self):
        at, names = self.place(self.number("<I", self.directories + 8)), []
        while self.number("<I", at + 12) != 0:
            names.append(self.text(self.number("<I", at + 12)).lower())
            at += 20
        return names

    def exports(self):
        at = self.place(self.number("<I", self.directories))
        names = self.place(self.number("<I", at + 32))
        return [self.text(self.number("<I", names + 4 * i)) for i in range(self.number("<I", at + 24))]


def check_image(path, source):
    bad, image = [], Pe(path)
    if set(image.imports()) - SYSTEM:
        bad.append(f"it imports {sorted(set(image.imports()) - SYSTEM)}")
    if sorted(image.exports()) != EXPORTS:
        bad.append(f"it exports {image.exports()}")
    if image.flags & HARDENED != HARDENED:
        bad.append(f"its flags are {image.flags:#x}")
    if os.fsencode(source) in image.data:
        bad.append("it holds the path of its sources")
    print(f"{path.name}: {len(image.data)} bytes, imports {', '.join(image.imports())}")
    return bad


def build(source, folder):
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("CC", "CC_LD", "CFLAGS", "LDFLAGS", "MESON_TESTTHREADS")}
    if not (folder / "build.ninja").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        command = ["meson", "setup", "--cross-file", source / "cross/mingw64.txt", folder, source]
        if shutil.which("ccache"):
            own = folder.parent / "mingw-ccache.txt"
            own.write_text(f"[binaries]\nc = ['ccache', '{COMPILER}']\n")
            command[2:2] = ["--cross-file", source / "cross/mingw64.txt"]
            command[4:6] = ["--cross-file", own]
        subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    ran = subprocess.run(["ninja", "-C", folder, "all", "zip"], env=environment, capture_output=True, text=True,
                         check=False)
    if ran.returncode != 0:
        print(ran.stdout[-4000:])
        sys.exit(1)


def find_wine():
    for name in ("wine64", "wine"):
        found = shutil.which(name)
        if found:
            return found
    debian = pathlib.Path("/usr/lib/wine/wine64")
    return str(debian) if debian.is_file() else None


class Wine:
    def __init__(self, program, prefix):
        self.program = program
        self.environment = dict(os.environ, WINEPREFIX=str(prefix), WINEDEBUG="-all", LC_ALL="C.UTF-8",
                                WINEDLLOVERRIDES="mscoree,mshtml,winemenubuilder.exe=")
        self.environment.pop("DISPLAY", None)
        prefix.mkdir(parents=True, exist_ok=True)
        self.home = prefix.parent  # what a program drops lies in the build

    def close(self):
        """Its disk is hundreds of megabytes, made again in a quarter of a minute."""
        server = shutil.which("wineserver") or "/usr/lib/wine/wineserver"
        subprocess.run([server, "-w"], env=self.environment, timeout=120, check=False)
        shutil.rmtree(self.environment["WINEPREFIX"], ignore_errors=True)

    def run(self, *words, timeout=900, folder=None, both=False):
        ran = subprocess.run([self.program, *map(str, words)], env=self.environment, text=True,
                             cwd=folder or self.home,
                             capture_output=True, timeout=timeout, check=False)
        text = ran.stdout + (ran.stderr if both else "")
        return ran.returncode, text.replace("\r\n", "\n").replace("\\", "/")


def last_line(text):
    lines = text.strip().splitlines()
    return lines[-1] if lines else "no output"


def compare(wine, folder, plugin, native, model, scratch):
    """What both draw, line by line."""
    shutil.rmtree(scratch, ignore_errors=True)
    program, own_plugin = native
    ours = subprocess.run([program, own_plugin, model, scratch / "here"], capture_output=True, text=True,
                          check=False).stdout.splitlines()
    code, theirs = wine.run(folder / "ofx_digests.exe", plugin, model, scratch / "there")
    shutil.rmtree(scratch, ignore_errors=True)
    theirs = theirs.splitlines()
    differ = [f"{a}\n   Windows: {b}" for a, b in zip(ours, theirs) if a != b]
    if code != 0 or len(ours) != len(theirs) or len(ours) < 40:
        differ.append(f"{len(ours)} lines here, {len(theirs)} there, which ended with {code}: "
                      f"{last_line(chr(10).join(theirs))}")
    print(f"{len(ours) - len(differ)} of {len(ours)} results have the same bits")
    return differ


def check_program(wine, program, scratch):
    """Networks are listed, a wrong file is refused, a right one installed; the cache is counted."""
    bad, home = [], scratch / "h\u00f6me"
    (scratch / "wrong.safetensors").write_bytes(b"wrong")
    own = {"ZD_MODELS": home / "models", "ZD_CACHE": home / "depth", "ZD_MODELS_TABLE": scratch / "table.txt"}
    (scratch / "mine.safetensors").write_bytes(b"own")
    digest = hashlib.sha256(b"own").hexdigest()
    own["ZD_MODELS_TABLE"].write_text(
        f"mine somebody/mine main mine.safetensors 3 {digest} MIT yes\n"
        f"hers somebody/hers main hers.safetensors 3 {digest} CC-BY-NC-4.0 no\n")
    wine.environment.update({name: str(path) for name, path in own.items()})

    def expect(code, wanted, *words):
        ran = wine.run(program, *words, both=True)
        if ran[0] != code or wanted not in ran[1]:
            bad.append(f"zdepth {' '.join(map(str, words))} ended with {ran[0]}, not {code} and "
                       f"'{wanted}': {ran[1]}")

    expect(0, "mine", "models", "list")
    expect(0, "h\u00f6me/models", "models", "path")
    expect(1, "is not the file of model 'mine': its SHA-256 is", "models", "install", "mine", "--from",
           scratch / "wrong.safetensors")
    expect(1, "add --accept-license", "models", "install", "hers", "--from", scratch / "mine.safetensors")
    expect(1, "no model is called 'none'", "models", "install", "none", "--from", "x")
    expect(0, "installed mine", "models", "install", "mine", "--from", scratch / "mine.safetensors")
    if not (home / "models/mine.safetensors").is_file():
        bad.append("the model did not arrive")
    expect(0, "0 depth maps", "cache", "list")
    expect(1, "needs a still and -o OUT", "composite", "x.mp4")
    expect(2, "usage:", "scene", "render")
    for name in own:
        del wine.environment[name]
    return bad


def png(path, width, height, pixel, bits=8):
    """An RGB or RGBA picture, packed and filtered as no line of ours does it."""
    rows, step = b"", 0
    for y in range(height):
        row = b"".join(struct.pack(">H" if bits == 16 else ">B", v) for x in range(width) for v in pixel(x, y))
        step = len(row) // width
        rows += b"\1" + bytes((v - (row[i - step] if i >= step else 0)) % 256 for i, v in enumerate(row))
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 6 if step == bits // 2 else 2, 0, 0, 0)),
             (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in parts))


def pixels(path):
    return subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgba64le", "-"],
                          capture_output=True, check=True).stdout


def check_stills(wine, program, native, source, scratch):
    """What zdepth.exe makes of stills, against this system's zdepth: within one code of the 8 bits or 1/65535 of
    the 16, whatever the file is like."""
    bad, count, size = [], 0, (96, 64)
    near = lambda x, y: (x - 52) ** 2 + (y - 33) ** 2 < 400
    png(scratch / "s8.png", *size, lambda x, y: (210, 120, (x * 7 + y * 13) % 40) if near(x, y) else (x, 60 + y, 150))
    png(scratch / "s16.png", *size, lambda x, y: (50000, 30000, 97 * x) if near(x, y) else (300 * x, 900 * y, 40000), 16)
    png(scratch / "map.png", *size, lambda x, y: (210,) * 3 if near(x, y) else (20 + y // 2,) * 3)
    png(scratch / "insert.png", *size, lambda x, y: (255, 240, 80, 255 if x < 70 else 90 if x < 90 else 0))
    shutil.copy(source / "tests/fuzz/corpus/win_exr/zip_half.exr", scratch / "s.exr")
    model = source / "models/zdepth-embedded.safetensors"
    wine.environment["ZD_CACHE"] = str(scratch / "still-depth")
    own = dict(os.environ, ZD_CACHE=str(scratch / "own-depth"))
    by_map = ("--depth-map", scratch / "map.png", "--depth-map-type", "normalised")
    for words in (("view", "s8.png", "--view", "matte", *by_map), ("view", "s16.png", *by_map),
                  ("view", "s8.png", "--view", "depth", "--model", model),
                  ("filter", "s8.png", "--transparency", "--mode", "normalised", "--depth-in", "0.6", *by_map),
                  ("filter", "s16.png", "--transparency", "--invert", "--no-auto-feather", "--feather", "0.5", *by_map),
                  ("filter", "s8.png", "--effect", "zblur=focus=0.9:radius=0.05", *by_map),
                  ("filter", "s8.png", "--transparency", "--model", model, "--select", "0.4,0.3,0.3,0.5"),
                  ("composite", "s8.png", "--insert", scratch / "insert.png", *by_map),
                  ("composite", "s16.png", "--insert", scratch / "insert.png", "--blend", "screen", *by_map),
                  ("filter", "s.exr", "--transparency", *by_map)):
        end = pathlib.Path(words[1]).suffix
        line = [words[0], scratch / words[1], *words[2:]]
        code, text = wine.run(program, *line, "-o", scratch / f"there{end}", both=True)
        one_size = ["--detail", "off"] if "--model" in line else []  # as zdepth on Windows sees a still
        subprocess.run([native, *map(str, line), *one_size, "-q", "-o", scratch / f"here{end}"], env=own, check=True)
        if code != 0:
            bad.append(f"zdepth {' '.join(map(str, words))} ended with {code}: {text}")
            continue
        if end == ".exr":
            for where in "here", "there":
                subprocess.run([native, "filter", scratch / f"{where}.exr", "--effect", "null", "-q", "-o",
                                scratch / f"{where}.png"], env=own, check=True)
        a, b = (struct.unpack(f"<{96 * 64 * 4 if end == '.png' else 48 * 32 * 4}H", pixels(scratch / f"{where}.png"))
                for where in ("here", "there"))
        worst = max(abs(x - y) for x, y in zip(a, b))
        if worst > (257 if words[1] == "s8.png" else 2 if end == ".png" else 257):
            bad.append(f"zdepth {' '.join(map(str, words))} differs by {worst} of 65535")
        count += 1
    for code, wanted, words in (
            (0, "wrote", ("depth", scratch / "s8.png", "--model", model, "-o", scratch / "depth.png")),
            (0, "wrote", ("depth", scratch / "s8.png", "--model", model, "-o", scratch / "depth.exr")),
            (1, "a picture", ("composite", scratch / "s8.png", "--insert", scratch / "s.exr", "-o", "x.png")),
            (1, "needs --insert", ("composite", scratch / "s8.png", "-o", "x.png")),
            (1, "not among the flags", ("view", scratch / "s8.png", "--title", "HELLO", "-o", "x.png")),
            (1, "is no PNG", ("view", source / "LICENSE", "-o", "x.png")),
            (1, "an output ends in .png or .exr", ("view", scratch / "s8.png", *by_map, "-o", "x.jpg")),
            (1, "a data window that is not its display window",
             ("view", source / "tests/fuzz/corpus/win_exr/window.exr", "-o", "x.png")),
            (1, "is no box", ("view", scratch / "s8.png", "--select", "1,2", "-o", "x.png"))):
        ran = wine.run(program, *words, both=True)
        if ran[0] != code or (wanted != "a picture" and wanted not in ran[1]):
            bad.append(f"zdepth {' '.join(map(str, words))} ended with {ran[0]}: {ran[1]}")
    for name in "depth.png", "depth.exr":
        if not (scratch / name).is_file():
            bad.append(f"{name} was not written")
    wine.environment.pop("ZD_CACHE")
    print(f"{count} stills are as this system's zdepth makes them")
    return bad


def check_zip(wine, folder, scratch, native, source):
    """What the archive holds, and that its installer puts the plug-in where it finds its networks."""
    bad = []
    archive = next(iter(folder.glob("packaging/windows/zdepth-*-win64.zip")))
    shutil.rmtree(scratch, ignore_errors=True)
    with zipfile.ZipFile(archive) as packed:
        names = sorted(packed.namelist())
        packed.extractall(scratch / "unpacked here")
    print(f"{archive.name}: {archive.stat().st_size} bytes, {len(names)} files")
    top = {name.split("/")[0] for name in names}
    if top != {"ZDepth.ofx.bundle", "zdepth.exe", "install.cmd", "README.txt", "LICENSE.txt", "NOTICE.txt",
               "THIRD-PARTY.txt"}:
        bad.append(f"the archive holds {sorted(top)}")
    bad += check_program(wine, scratch / "unpacked here/zdepth.exe", scratch)
    if native is not None and shutil.which("ffmpeg"):
        bad += check_stills(wine, scratch / "unpacked here/zdepth.exe", native, source, scratch)
    target = scratch / "OFX plug-ins"
    where = "Z:" + str(target).replace("/", "\\")
    plugin = target / "ZDepth.ofx.bundle/Contents/Win64/ZDepth.ofx"

    def install(*words):
        return wine.run("cmd", "/c", "install.cmd", *words, folder=scratch / "unpacked here")

    for time in "first", "second":
        code, text = install(where)
        if code != 0 or not plugin.is_file() or os.listdir(target) != ["ZDepth.ofx.bundle"]:
            bad.append(f"the {time} install.cmd ended with {code}: {text}")
    code, text = wine.run(folder / "tests/windows/ofx_digests.exe", plugin, "-", scratch / "depth")
    if code != 0 or "network transparency" not in text:
        bad.append(f"installed, the plug-in's own network was not found:\n{text}")
    code, text = install("/remove", where)
    if code != 0 or os.listdir(target):
        bad.append(f"install.cmd /remove ended with {code}: {text}")
    if install("/remove", where)[0] == 0:
        bad.append("install.cmd /remove does not tell that nothing was there")
    shutil.rmtree(scratch, ignore_errors=True)
    return bad


def main():
    options = argparse.ArgumentParser()
    options.add_argument("source", type=pathlib.Path)
    options.add_argument("build", type=pathlib.Path)
    options.add_argument("--digests", nargs=2)
    options.add_argument("--zdepth", type=pathlib.Path)
    options.add_argument("--no-wine", action="store_true")
    given = options.parse_args()
    source, top = given.source.resolve(), given.build.resolve() / "windows"
    program = None if given.no_wine else find_wine()
    if shutil.which(COMPILER) is None or (program is None and not given.no_wine):
        print(f"not here: {'wine64' if shutil.which(COMPILER) else COMPILER}; skipped")
        sys.exit(77)
    top.mkdir(parents=True, exist_ok=True)
    folder = top / "build"
    build(source, folder)
    plugin = folder / "src/ofx/ZDepth.ofx"
    bad = check_image(plugin, source)
    if not given.no_wine:
        wine = Wine(program, top / "wine")
        tests = folder / "tests/windows"
        os.environ["ZD_SOURCE"] = wine.environment["ZD_SOURCE"] = str(source)
        for name in TESTS + OFX_TESTS:
            code, text = wine.run(tests / f"{name}.exe", *([plugin] if name in OFX_TESTS else []))
            print(f"{name}: {last_line(text)}")
            if code not in (0, 77):
                bad.append(f"{name} ended with {code}:\n{text[-3000:]}")
        if given.digests:
            bad += check_zip(wine, folder, top / "installed", given.zdepth, source)
            bad += compare(wine, tests, plugin, given.digests, source / "models/zdepth-embedded.safetensors",
                           top / "scratch")
        wine.close()
    print("\n".join(bad))
    print(f"{'failed' if bad else 'passed'}")
    sys.exit(bool(bad))


main()
