#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""zdepth models against a server on the loopback that does what servers do at their worst: each
failure is one line and a non-zero exit status, and nothing in the folder looks like a model.

install.py ZDEPTH SOURCE_FOLDER
"""
import hashlib
import http.server
import json
import math
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time

ZDEPTH, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
MODEL = (SOURCE / "models/zdepth-embedded.safetensors").read_bytes()
SIZE = len(MODEL)
PROSE = b"This is not a network. " * 1000
WORK = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-models-"))
asked = []  # behaviour and first byte of every request
passed = failed = 0


class Server(http.server.BaseHTTPRequestHandler):
    """The file's name says how to behave."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        how = self.path.rsplit("/", 1)[1]
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        self.start = int(found[1]) if found else 0
        self.count = sum(h == how for h, _ in asked)
        asked.append((how, self.start))
        try:
            getattr(self, "do_" + how, self.do_absent)()
        except (BrokenPipeError, ConnectionResetError):
            pass
        self.close_connection = True

    def head(self, code, length=None, **headers):
        self.send_response(code)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), str(value))
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()

    def body(self, data=MODEL, count=None, total=None, first=None):
        """What a good server answers; `count` bytes of it before the connection breaks."""
        total = len(data) if total is None else total
        first = self.start if first is None else first
        if self.start:
            self.head(206, len(data) - self.start, Content_Range=f"bytes {first}-{total - 1}/{total}")
        else:
            self.head(200, len(data))
        self.wfile.write(data[self.start:] if count is None else data[self.start:self.start + count])

    def do_good(self):
        self.body()

    def do_prose(self):
        self.body(PROSE)

    def do_drops(self):
        self.body(count=2000000 if self.count < 3 else None)

    def do_silent(self):
        pass

    def do_drops_always(self):
        self.body(count=1000)

    def do_no_ranges(self):
        self.head(200, SIZE)
        self.wfile.write(MODEL[:2000000 if self.count == 0 else None])

    def do_no_ranges_drops(self):
        self.head(200, SIZE)
        self.wfile.write(MODEL[:2500000])

    def do_short(self):
        self.head(200, 5000)
        self.wfile.write(MODEL[:5000])

    def do_long(self):
        self.head(200, SIZE + 10)
        self.wfile.write(MODEL + b"x" * 10)

    def do_endless(self):
        self.head(200)
        while True:
            self.wfile.write(MODEL)

    def do_unsized(self):
        self.head(200)
        self.wfile.write(MODEL)

    def do_other_total(self):
        self.body(count=1000) if self.count == 0 else self.body(total=SIZE + 1)

    def do_other_start(self):
        self.body(count=1000) if self.count == 0 else self.body(first=self.start - 7)

    def do_wrong(self):
        data = bytearray(MODEL)
        data[SIZE // 2] ^= 1
        self.body(bytes(data))

    def do_page(self):
        self.head(200, 20, Content_Type="text/html")
        self.wfile.write(b"<html>Log in!</html>")

    def portal(self, length=None, kind="text/html; charset=utf-8", code=200):
        """A sign-in page where the model should be, after a good beginning."""
        if self.count == 0:
            return self.body(count=2000000)
        if self.count > 2:
            return self.body()
        page = b"<html>Please sign in to this network</html>"
        self.head(code, length and len(page), Content_Type=kind)
        self.wfile.write(page)

    def do_portal(self):
        self.portal()

    def do_portal_without_type(self):
        self.portal(kind="application/octet-stream")

    def do_portal_in_pieces(self):
        if self.count in (1, 2):
            self.head(200, Content_Type="application/octet-stream")
            for byte in b"<html>Please":
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
            self.wfile.write(b" sign in</html>")
            return
        self.portal()

    def do_portal_resumes(self):
        if self.count in (1, 2):
            self.head(206, Content_Type="text/html", Content_Range=f"bytes {self.start}-{SIZE - 1}/{SIZE}")
            self.wfile.write(b"<html>Please sign in</html>")
            return
        self.portal()

    def do_dribbles(self):
        """A byte now and then: never silent, never done."""
        self.head(200, SIZE)
        self.wfile.write(MODEL[:1000])
        for at in range(1000, 1600):
            self.wfile.write(MODEL[at:at + 1])
            self.wfile.flush()
            time.sleep(0.1)

    def do_dribbles_headers(self):
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for at in range(600):
            self.wfile.write(b"X-%d: 1\r\n" % at)
            self.wfile.flush()
            time.sleep(0.1)

    def do_absent(self):
        self.head(404, 0)

    def do_broken(self):
        self.head(500, 0)

    def do_busy(self):
        self.body() if self.count else self.head(503, 0)

    def do_stalls(self):
        self.head(200, SIZE)
        self.wfile.write(MODEL[:1000])
        self.wfile.flush()
        time.sleep(3)

    def do_slow(self):
        """Slow the first time, so that it can be killed in the middle."""
        if self.count:
            return self.body()
        self.head(200, SIZE)
        for at in range(0, SIZE, 200000):
            self.wfile.write(MODEL[at:at + 200000])
            self.wfile.flush()
            time.sleep(0.1)

    def do_moved(self):
        self.head(302, 0, Location="/o/r/resolve/main/good")

    def do_moved_around(self):
        self.head(302, 0, Location=self.path)

    def do_moved_to_file(self):
        self.head(302, 0, Location="file:///etc/hostname")


SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
SERVER.daemon_threads = True
threading.Thread(target=SERVER.serve_forever, daemon=True).start()

HOWS = [name[3:] for name in dir(Server) if name.startswith("do_") and name != "do_GET"]
TABLE = WORK / "table"


def name_of(how):
    return how.replace("_", "-")


def table_line(how, data=MODEL, permissive="yes", name=None):
    return (f"{name or name_of(how)} o/r main {how} {len(data)} {hashlib.sha256(data).hexdigest()} "
            f"{'MIT' if permissive == 'yes' else 'CC-BY-NC-4.0'} {permissive}\n")


TABLE.write_text("# what the tests install\n\n" + "".join(
    table_line(how, PROSE if how == "prose" else MODEL) for how in HOWS) +
    table_line("good", permissive="no", name="closed"))


def environment(folder, **more):
    env = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    env.update(ZD_MODELS=str(folder), ZD_MODELS_TABLE=str(TABLE), LC_ALL="C.UTF-8",
               ZD_MODEL_MIRROR=f"http://127.0.0.1:{SERVER.server_port}", ZD_MODEL_ATTEMPTS="3",
               ZD_MODEL_RETRY_MS="10", ZD_MODEL_STALL_S="1", **more)
    return env


def models(folder, *args, **more):
    return subprocess.run([ZDEPTH, "models", *map(str, args)], capture_output=True, text=True,
                          env={**environment(folder), **more}, timeout=120)


def new_folder(name):
    return pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=WORK))


def names_in(folder):
    return sorted(p.name for p in folder.iterdir())


def check(name, test):
    global passed, failed
    try:
        test()
        passed += 1
    except Exception as reason:
        print(f"FAILED {name}: {reason}")
        failed += 1


def fails(result, line, status=1):
    lines = [text for text in result.stderr.splitlines() if text.startswith("zdepth: ")]
    other = [text for text in result.stderr.splitlines() if text not in lines
             and not re.match(r"(download|check), MiB: ", text)]
    assert result.returncode == status, f"exit status {result.returncode}: {result.stderr}"
    assert len(lines) == 1 and not other, f"not one line: {result.stderr}"
    assert re.fullmatch(line, lines[0]), f"'{lines[0]}' is not '{line}'"


def refuses(how, line, left=()):
    """Installing from a server that does `how` fails with this line and leaves these files."""
    name = name_of(how)
    address = rf"http://127\.0\.0\.1:\d+/o/r/resolve/main/{how}"

    def test():
        asked.clear()
        folder = new_folder(name)
        fails(models(folder, "install", name), f"zdepth: installing model '{name}': " +
              line.replace("ADDRESS", address))
        assert names_in(folder) == list(left), names_in(folder)
        fails(models(folder, "path", name), f"zdepth: model '{name}' is not installed; install it "
              f"with: zdepth models install {name}")
    check(name, test)


def installs(how, requests=None):
    name = name_of(how)

    def test():
        asked.clear()
        folder = new_folder(name)
        result = models(folder, "install", name)
        assert result.returncode == 0, result.stderr
        assert names_in(folder) == [name + ".safetensors", name + ".sha256"], names_in(folder)
        assert (folder / (name + ".safetensors")).read_bytes() == MODEL
        assert requests is None or [s for _, s in asked] == requests, asked
    check(name, test)


def part(how):
    return [f".{name_of(how)}.download"]


installs("good", [0])
installs("unsized")
installs("drops", [0, 2000000, 4000000, 6000000])
installs("no_ranges", [0, 2000000])
installs("busy", [0, 0])
installs("moved")
ON = "; the same command goes on from there"
ELSEWHERE = "; a file from elsewhere is installed with --from FILE"
refuses("drops_always", f"ADDRESS: .* after 3000 of {SIZE} bytes{ON}", part("drops_always"))
refuses("no_ranges_drops", f"ADDRESS: .* after 2500000 of {SIZE} bytes{ON}", part("no_ranges_drops"))
refuses("silent", f"ADDRESS: Server returned nothing .* after 0 of {SIZE} bytes{ELSEWHERE}")
refuses("stalls", f"ADDRESS: .* of {SIZE} bytes{ON}", part("stalls"))
refuses("short", f"ADDRESS offers 5000 bytes, the model has {SIZE}; it is not the published file")
refuses("long", f"ADDRESS offers {SIZE + 10} bytes, the model has {SIZE}; it is not the published file")
refuses("page", f"ADDRESS offers 20 bytes, the model has {SIZE}; it is not the published file")
refuses("endless", f"ADDRESS sends more than the {SIZE} bytes that the model has")
refuses("other_total", f"ADDRESS offers {SIZE + 1} bytes, the model has {SIZE}; it is not the published file",
        part("other_total"))
refuses("other_start", "ADDRESS goes on at another byte than was asked for", part("other_start"))
refuses("wrong", "the download is not the published file: its SHA-256 is [0-9a-f]{64}, expected [0-9a-f]{64}")
refuses("prose", "ADDRESS answers with something else, not with the model; does this network want a sign-in first\\? "
        "what has arrived is kept")
refuses("dribbles", f"ADDRESS: .* of {SIZE} bytes{ON}", part("dribbles"))
refuses("dribbles_headers", f"ADDRESS: .* after 0 of {SIZE} bytes{ELSEWHERE}")
refuses("absent", f"ADDRESS answers 404{ELSEWHERE}")
refuses("broken", f"ADDRESS answers 500{ELSEWHERE}")
refuses("moved_around", f"ADDRESS: Number of redirects .* after 0 of {SIZE} bytes{ELSEWHERE}")
refuses("moved_to_file", f"ADDRESS: .*rotocol.* after 0 of {SIZE} bytes{ELSEWHERE}")


def portals_poison_nothing():
    """A sign-in page in the middle ends the attempt; what had arrived is kept and goes on later."""
    for how, what in (("portal", "a web page"), ("portal_without_type", "something else"),
                      ("portal_in_pieces", "something else"), ("portal_resumes", "a web page")):
        asked.clear()
        folder, name = new_folder(how), name_of(how)
        for _ in range(2):
            fails(models(folder, "install", name), rf"zdepth: installing model '{name}': http://.* answers with {what}, "
                  r"not with the model; does this network want a sign-in first\? what has arrived is kept")
            assert (folder / f".{name}.download").read_bytes() == MODEL[:2000000]
        assert models(folder, "install", name).returncode == 0
        assert [start for _, start in asked] == [0, 2000000, 2000000, 2000000], asked
        assert (folder / f"{name}.safetensors").read_bytes() == MODEL


def a_poisoned_part_is_dropped():
    folder = new_folder("poisoned")
    (folder / ".good.download").write_bytes(b"<html>Please sign in to this network</html>")
    asked.clear()
    assert models(folder, "install", "good").returncode == 0 and asked == [("good", 0)], asked


def passwords_are_not_shown():
    port = SERVER.server_port
    for mirror in (f"http://user:hunter2@127.0.0.1:{port}", f"http://127.0.0.1:{port}/?token=hunter2&x=",
                   f"http://hunter2@127.0.0.1:{port}/#hunter2"):
        for args in (("install", "absent"), ("install", "short"), ("install", "moved-around"), ("install", "drops-always"),
                     ("info", "good"), ("info", "good", "--json"), ("install", "closed", "--accept-license"),
                     ("install", "good", "--verbose"), ("list", "--json")):
            folder = new_folder("secret")
            result = models(folder, *args, ZD_MODEL_MIRROR=mirror)
            assert "hunter2" not in result.stdout + result.stderr, (mirror, args, result)
            for record in folder.glob("*.txt"):
                assert "hunter2" not in record.read_text(), record.read_text()
    result = models(new_folder("secret"), "install", "good", ZD_MODEL_MIRROR="no address:hunter2@ at all")
    assert result.returncode == 1 and "hunter2" not in result.stderr, result


def bounded():
    asked.clear()
    models(new_folder("bounded"), "install", "no-ranges-drops")
    assert len(asked) <= 6, f"{len(asked)} attempts"


def killed():
    """kill -9 in the middle: no model, and the next install goes on from there."""
    folder = new_folder("killed")
    asked.clear()
    process = subprocess.Popen([ZDEPTH, "models", "install", "slow"], env=environment(folder),
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    whole = folder / ".slow.download"
    for _ in range(1000):
        if whole.exists() and whole.stat().st_size > 1000000:
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert names_in(folder) == [".slow.download"], names_in(folder)
    there = whole.stat().st_size
    assert 1000000 < there < SIZE, there
    listed = json.loads(models(folder, "list", "--json").stdout)["models"]
    slow = next(m for m in listed if m["name"] == "slow")
    assert not slow["installed"] and slow["partial_bytes"] == there, slow
    assert models(folder, "install", "slow").returncode == 0
    assert asked == [("slow", 0), ("slow", there)], asked
    assert (folder / "slow.safetensors").read_bytes() == MODEL


def two_at_once():
    folder = new_folder("two")
    asked.clear()
    first = subprocess.Popen([ZDEPTH, "models", "install", "slow"], env=environment(folder),
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not (folder / ".slow.download").exists():
        time.sleep(0.02)
    time.sleep(0.2)
    fails(models(folder, "install", "slow"),
          "zdepth: installing model 'slow': '.*' is being downloaded by another process")
    assert first.wait() == 0 and (folder / "slow.safetensors").read_bytes() == MODEL


def interrupted():
    folder = new_folder("interrupted")
    asked.clear()
    process = subprocess.Popen([ZDEPTH, "models", "install", "slow"], env=environment(folder),
                               stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    while not (folder / ".slow.download").exists():
        time.sleep(0.02)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    assert "zdepth: interrupted; " in process.communicate()[1]
    assert process.returncode == 130 and names_in(folder) == [".slow.download"]


def licence():
    folder = new_folder("licence")
    fails(models(folder, "install", "closed"),
          "zdepth: (installing model 'closed': )?model 'closed' has the licence CC-BY-NC-4.0, which "
          "forbids some uses; read it, then add --accept-license", status=2)
    assert names_in(folder) == []
    assert models(folder, "install", "closed", "--accept-license").returncode == 0
    record = (folder / "closed.licence.txt").read_text()
    assert "licence: CC-BY-NC-4.0\n" in record and "accepted: 20" in record, record
    assert models(folder, "remove", "closed").returncode == 0
    assert names_in(folder) == [], names_in(folder)


def life():
    """Install, use, verify, damage, repair, remove."""
    folder = new_folder("life")
    file = folder / "good.safetensors"
    asked.clear()
    assert models(folder, "install", "good").returncode == 0
    again = models(folder, "install", "good")
    assert "is installed and in order" in again.stdout and len(asked) == 1, again
    assert models(folder, "path", "good").stdout == f"{file}\n"
    info = json.loads(models(folder, "info", "good", "--json").stdout)
    assert info["installed"] and info["bytes"] == SIZE and info["network"]["outputs"][0] == "nearness"
    assert "good: in order\n" in models(folder, "verify").stdout
    file.write_bytes(MODEL[:-1] + bytes([MODEL[-1] ^ 1]))
    fails(models(folder, "verify", "good"), r"zdepth: model 'good' \(.*\): its SHA-256 is .*; install it again "
          "with: zdepth models install good")
    fails(models(folder, "verify"), ".*install it again with: zdepth models install good")
    assert models(folder, "install", "good").returncode == 0 and file.read_bytes() == MODEL
    assert models(folder, "remove", "good").returncode == 0 and names_in(folder) == []
    fails(models(folder, "remove", "good"), "zdepth: model 'good' is not installed")


def from_file():
    folder = new_folder("from")
    local = WORK / "local.safetensors"
    local.write_bytes(MODEL[:-1])
    fails(models(folder, "install", "good", "--from", local),
          "zdepth: installing model 'good': '.*local.safetensors': its SHA-256 is .*")
    fails(models(folder, "install", "good", "--from", WORK / "none"), "zdepth: installing model 'good': .*No such.*")
    fails(models(folder, "install", "v2-metric-indoor-small"), "zdepth: .*published as a pickle.*"
          "convert_checkpoint.py, then: zdepth models install v2-metric-indoor-small --from FILE")
    fails(models(folder, "install", "v2-metric-indoor-small", "--from", local), "zdepth: .*local.safetensors.*")
    assert names_in(folder) == [], names_in(folder)
    local.write_bytes(MODEL)
    assert models(folder, "install", "good", "--from", local).returncode == 0
    assert (folder / "good.safetensors").read_bytes() == MODEL


def small_network(path, head="depth_head", **metadata):
    """A file with the tensors of Depth Anything V2 Small's encoder, narrow inside and all zeros."""
    width, inner = 384, 16
    shapes = {"cls_token": (1, 1, width), "pos_embed": (1, 1370, width), "norm.weight": (width,), "norm.bias": (width,),
              "patch_embed.proj.weight": (width, 3, 14, 14), "patch_embed.proj.bias": (width,)}
    for block in range(12):
        for layer, outputs, inputs in (("attn.qkv", 3 * width, width), ("attn.proj", width, width), ("mlp.fc1", inner, width),
                                       ("mlp.fc2", width, inner)):
            shapes[f"blocks.{block}.{layer}.weight"], shapes[f"blocks.{block}.{layer}.bias"] = (outputs, inputs), (outputs,)
        for vector in ("norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias", "ls1.gamma", "ls2.gamma"):
            shapes[f"blocks.{block}.{vector}"] = (width,)
    shapes = {"pretrained." + name: shape for name, shape in shapes.items()}
    convolutions = {"scratch.output_conv1": (8, 16, 3), "scratch.output_conv2.0": (32, 8, 3), "scratch.output_conv2.2": (1, 32, 1),
                    "resize_layers.0": (8, 8, 4), "resize_layers.1": (8, 8, 2), "resize_layers.3": (8, 8, 3)}
    for i in range(4):
        convolutions[f"projects.{i}"] = (8, width, 1)
        convolutions[f"scratch.layer{i + 1}_rn"] = (16, 8, 3)
        convolutions[f"scratch.refinenet{i + 1}.out_conv"] = (16, 16, 1)
        for unit in (1, 2):
            for conv in (1, 2):
                convolutions[f"scratch.refinenet{i + 1}.resConfUnit{unit}.conv{conv}"] = (16, 16, 3)
    for name, (outputs, inputs, side) in convolutions.items():
        shapes[f"{head}.{name}.weight"], shapes[f"{head}.{name}.bias"] = (outputs, inputs, side, side), (outputs,)
    header, at = {"__metadata__": {key: str(value) for key, value in metadata.items()}}, 0
    for name, shape in shapes.items():
        end = at + 4 * math.prod(shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, end]}
        at = end
    text = json.dumps(header).encode()
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        file.truncate(8 + len(text) + at)
    return path


def from_another_networks_file():
    """Where no hash tells, the shapes do: Small's file is not Base, nor is a picture's network one for video."""
    folder = new_folder("other")
    plain, far = small_network(WORK / "plain.safetensors"), small_network(WORK / "far.safetensors", max_depth=80)
    embedded = WORK / "embedded.safetensors"
    embedded.write_bytes(MODEL)
    small = r"its tensors are those of 'v2-small' \(Depth Anything V2 Small\), not of '%s' \(%s\); its own command is: " \
            r"zdepth models install v2-small --from FILE$"
    for name, title in (("v2-base", "Depth Anything V2 Base"), ("v2-large", "Depth Anything V2 Large"),
                        ("vda-small", "Video Depth Anything Small"), ("vda-base", "Video Depth Anything Base"),
                        ("vda-large", "Video Depth Anything Large"), ("vda-metric-small", "Video Depth Anything Metric Small"),
                        ("da3-small", "Depth Anything 3 Small"), ("da3-base", "Depth Anything 3 Base"),
                        ("da3-mono-large", "Depth Anything 3 Mono Large")):
        fails(models(folder, "install", name, "--from", plain, "--accept-license"),
              f"zdepth: installing model '{name}': '.*plain.safetensors': " + small % (name, title))
    fails(models(folder, "install", "vda-base", "--from", embedded, "--accept-license"),
          "zdepth: .*: its tensors are those of zdepth-embedded of no known size, not of video-depth-anything vitb as 'vda-base' "
          "has them; give its path to --model to use it as it is")
    # Metres show in the metadata alone; a file without such a word is taken as the entry has it.
    fails(models(folder, "install", "v2-metric-indoor-small", "--from", far),
          "zdepth: .*: its metadata say that it gives metres, at most 80, which 'v2-metric-indoor-small' .* does not; convert the "
          "published file again, or install this one as v2-metric-outdoor-small")
    assert names_in(folder) == [], names_in(folder)
    assert models(folder, "install", "v2-metric-outdoor-small", "--from", far).returncode == 0
    assert models(folder, "install", "v2-metric-indoor-small", "--from", plain).returncode == 0
    assert models(folder, "verify").returncode == 0
    shutil.copy(plain, folder / "vda-base.safetensors")  # put there by hand
    fails(models(folder, "verify"), "zdepth: model 'vda-base' .*: its tensors are those of 'v2-small' .*")


def shipped_models_are_there():
    folder = new_folder("shipped")
    for name, licence in (("embedded", "not permissive"), ("embedded-permissive", "Apache-2.0")):
        run = models(folder, "info", name)
        assert run.returncode == 0, run.stderr
        assert "installed, comes with the program" in run.stdout, run.stdout
        assert licence in run.stdout, run.stdout


def wrong_usage():
    folder = new_folder("usage")
    for args, line in [
        (["fly"], "'fly' is not known; there are list, info, install, verify, remove and path"),
        (["install"], "zdepth models install needs a model's name; 'zdepth models list' shows them"),
        (["info", "v9"], "no model is called 'v9'; 'zdepth models list' shows them"),
        (["remove", "embedded-permissive"], "model 'embedded-permissive' comes with the program and is not removed"),
        (["remove", "embedded"], "model 'embedded' comes with the program and is not removed"),
        (["install", "embedded"], ".*model 'embedded' comes with the program"),
        (["verify", "--from", "x"], "--from, --accept-license and --trust-first-download belong to zdepth models install"),
    ]:
        fails(models(folder, *args), "zdepth: " + line, status=2)
    fails(models(folder, "install", "good", ZD_MODEL_STALL_S="soon"),
          "zdepth: ZD_MODEL_STALL_S is 'soon'; it must be 1 to 3600", status=2)
    fails(models(folder, "install", "good", ZD_MODEL_MIRROR="ftp://127.0.0.1/"), "zdepth: installing model 'good': .*")
    assert names_in(folder) == [], names_in(folder)


def bad_tables():
    folder = new_folder("tables")
    good = table_line("good").split()
    path = WORK / "bad-table"
    cases = {1: "o/../r", 0: "../x", 3: "a?b", 4: "-5", 5: "abc", 7: "maybe"}
    for index, word in cases.items():
        words = list(good)
        words[index] = word
        path.write_text("# one\n" + " ".join(words) + "\n")
        fails(models(folder, ZD_MODELS_TABLE=str(path)), r"zdepth: table of models '.*' \(ZD_MODELS_TABLE\): "
              f"line 2: '{re.escape(word)}' is not possible; expected NAME REPOSITORY .*")
    for data, line in [(b"a b c\n", "line 1: expected 8 words"), (b"\0", ".*not a text file.*"),
                       (b"x" * 20000, ".*not a text file.*"),
                       ((" ".join(good) + "\n").encode() * 2, "line 2: 'good' is there twice"),
                       (b"".join((" ".join([f"m{i}"] + good[1:]) + "\n").encode() for i in range(40)),
                        "line 33: more than 32 models")]:
        path.write_bytes(data)
        fails(models(folder, ZD_MODELS_TABLE=str(path)),
              rf"zdepth: table of models '.*' \(ZD_MODELS_TABLE\): {line}")


def full_disk():
    """More than any disk has: told before anything is asked for."""
    folder = new_folder("full")
    path = WORK / "large-table"
    path.write_text(f"vast o/r main good 9000000000000 {'0' * 64} MIT yes\n")
    asked.clear()
    fails(models(folder, "install", "vast", ZD_MODELS_TABLE=str(path)), "zdepth: installing model 'vast': "
          r"\d+ MiB more are needed and \d+ are free where '.*' is; set ZD_MODELS to a folder elsewhere")
    assert names_in(folder) == [] and not asked, (names_in(folder), asked)


def bad_folder():
    """A folder that cannot be written to is told as such."""
    fails(models("/proc/no", "install", "good"), "zdepth: installing model 'good': .*/proc/no.*")


for one in (portals_poison_nothing, a_poisoned_part_is_dropped, passwords_are_not_shown, bounded, killed, two_at_once, interrupted, licence, life, from_file, from_another_networks_file, shipped_models_are_there, wrong_usage,
            bad_tables, full_disk, bad_folder):
    check(one.__name__, one)
subprocess.run(["rm", "-rf", WORK], check=False)
print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
