#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The installer against a server on the loopback that drops connections, lies about lengths,
serves wrong bytes, refuses, and stalls. Whatever it does, only the right bytes become a model.

test_install.py INSTALL_PROBE SOURCE_FOLDER
"""
import hashlib
import http.server
import os
import pathlib
import re
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import time

probe, source = sys.argv[1], pathlib.Path(sys.argv[2])
model = (source / "models/zdepth-embedded.safetensors").read_bytes()
digest = hashlib.sha256(model).hexdigest()
requests = []


class Server(http.server.BaseHTTPRequestHandler):
    """The last part of the path says how to behave."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def head(self, code, length, start=None):
        self.send_response(code)
        if length is not None:
            self.send_header("Content-Length", str(length))
        if start is not None:
            self.send_header("Content-Range", f"bytes {start}-{len(model) - 1}/{len(model)}")
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def do_GET(self):
        how = self.path.rsplit("/", 1)[1]
        found = re.match(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(found[1]) if found else 0
        count = sum(r[0] == how for r in requests)
        requests.append((how, start))
        try:
            getattr(self, how.replace("-", "_"))(start, count)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def whole(self, start, body=model):
        self.head(206 if start else 200, len(body) - start, start if start else None)
        self.wfile.write(body[start:])

    def good(self, start, count):
        self.whole(start)

    def drops(self, start, count):
        if count < 2:
            self.head(206 if start else 200, len(model) - start, start if start else None)
            self.wfile.write(model[start : start + 3000000])
        else:
            self.whole(start)

    def always_drops(self, start, count):
        self.head(206 if start else 200, len(model) - start, start if start else None)
        self.wfile.write(model[start : start + 1000])

    def no_ranges(self, start, count):
        self.head(200, len(model))
        self.wfile.write(model[: 2000000 if count == 0 else None])

    def claims_less(self, start, count):
        self.head(200, 5000)
        self.wfile.write(model[:5000])

    def claims_more(self, start, count):
        self.head(200, len(model) + 10)
        self.wfile.write(model + b"x" * 10)

    def endless(self, start, count):
        self.head(200, None)
        while True:
            self.wfile.write(model)

    def wrong(self, start, count):
        body = bytearray(model)
        body[len(body) // 2] ^= 1
        self.whole(start, bytes(body))

    def page(self, start, count):
        self.head(200, 12)
        self.wfile.write(b"<html></html"[:12])

    def absent(self, start, count):
        self.head(404, 0)

    def busy(self, start, count):
        if count < 1:
            self.head(503, 0)
        else:
            self.whole(start)

    def stalls(self, start, count):
        self.head(200, len(model))
        self.wfile.write(model[:1000])
        self.wfile.flush()
        time.sleep(4)

    def moved(self, start, count):
        self.redirect("/owner/repository/resolve/revision/good")

    def redirect(self, address):
        self.send_response(302)
        self.send_header("Location", address)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def file(self, start, count):
        self.redirect(pathlib.Path(source.resolve(), "models/zdepth-embedded.safetensors").as_uri())

    def ftp(self, start, count):
        self.redirect(f"ftp://127.0.0.1:{server.server_port}/good")

    def to_plain(self, start, count):
        self.redirect(f"http://127.0.0.1:{server.server_port}/owner/repository/resolve/revision/good")

    def circle(self, start, count):
        self.redirect(self.path)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
threading.Thread(target=server.serve_forever, daemon=True).start()
passed = failed = 0


def run(verb, name, *more, bytes_=len(model), sha=digest, kind="download", folder=None, mirror=None,
        trust=""):
    environment = dict(os.environ, ZD_MODELS=str(folder), no_proxy="*", CURL_CA_BUNDLE=str(trust),
                       SSL_CERT_FILE="",
                       ZD_MODEL_MIRROR=mirror or f"http://127.0.0.1:{server.server_port}")
    done = subprocess.run([probe, verb, name, str(bytes_), sha, kind, *more], text=True,
                          capture_output=True, env=environment, timeout=60)
    return done.stdout.strip()


def check(what, condition, seen):
    global passed, failed
    passed, failed = passed + bool(condition), failed + (not condition)
    if not condition:
        print(f"FAILED {what}: {seen}")


def expect(name, answer, installed, *more, **options):
    """Installs in a fresh folder; the answer must match and the model be there or not."""
    with tempfile.TemporaryDirectory() as folder:
        seen = run("install", name, *more, folder=folder, **options)
        check(f"{name}: answer", re.search(answer, seen), seen)
        path = pathlib.Path(folder, name + ".safetensors")
        check(f"{name}: model", path.exists() == installed, os.listdir(folder))
        if installed:
            check(f"{name}: bytes", path.read_bytes() == model, "they differ")
            check(f"{name}: no part is left", not list(pathlib.Path(folder).glob(".*")), os.listdir(folder))


expect("good", "^ok$", True)
expect("drops", "^ok$", True)
check("drops: continued", [s for h, s in requests if h == "drops"] == [0, 3000000, 6000000], requests)
expect("always-drops", "input/output error: installing model 'always-drops': .* after 3000 of", False)
expect("no-ranges", "^ok$", True)
expect("claims-less", "corrupt: .* offers 5000 bytes, the model has", False)
expect("claims-more", "corrupt: .* offers .* bytes, the model has", False)
expect("endless", "corrupt: .* sends more than the", False)
expect("wrong", "corrupt: .*not the published file: its SHA-256 is", False)
expect("page", "corrupt: .* offers 12 bytes, the model has", False)
expect("absent", "input/output error: .* answers 404", False)
expect("busy", "^ok$", True)
expect("stalls", "input/output error: ", False)
expect("moved", "^ok$", True)
expect("file", "input/output error: ", False)
expect("ftp", "input/output error: ", False)
expect("circle", "input/output error: ", False)
check("circle: ends", sum(h == "circle" for h, _ in requests) <= 11, requests)
expect("good", "input/output error: ", False, mirror=source.resolve().as_uri())
expect("good", "test licence, which forbids some uses", False, kind="restricted")
expect("good", "^ok$", True, "accept", kind="restricted")
expect("good", "unsupported: .*published as a pickle", False, kind="convert")

# A hash that is not known: nothing without the flag; with it what comes, and later nothing else.
unknown = {"kind": "by-hand", "sha": "", "bytes_": 0}
expect("good", "unsupported: .*hash of model 'good' is not known here.*--trust-first-download", False, **unknown)
expect("good", "^ok$", True, "trust", **unknown)
expect("drops", "^ok$", True, "trust", **unknown)
expect("endless", "corrupt: .* does not tell how large the file is", False, "trust", **unknown)
expect("page", "input/output error: .*ends after 0 of 12", False, "trust", **unknown)
expect("good", "invalid argument: .*--trust-first-download is for models whose hash is not known", False, "trust")
with tempfile.TemporaryDirectory() as folder:
    check("trusted", run("install", "wrong", "trust", folder=folder, **unknown) == "ok", os.listdir(folder))
    note = pathlib.Path(folder, "wrong.sha256").read_text().strip()
    came = hashlib.sha256(pathlib.Path(folder, "wrong.safetensors").read_bytes()).hexdigest()
    check("its hash is noted", note == came, note)
    os.unlink(pathlib.Path(folder, "wrong.safetensors"))
    pathlib.Path(folder, "wrong.sha256").write_text(digest + "\n")
    seen = run("install", "wrong", "trust", folder=folder, **unknown)
    check("another file later", "not what came the first time: its SHA-256 is" in seen, seen)
    check("it is not installed", not pathlib.Path(folder, "wrong.safetensors").exists(), os.listdir(folder))

def serve_encrypted(folder):
    """The same server behind TLS; returns its address and the certificate to trust."""
    key, certificate = pathlib.Path(folder, "key.pem"), pathlib.Path(folder, "certificate.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2",
                    "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", key, "-out", certificate], check=True, capture_output=True)
    encrypted = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    encrypted.socket = context.wrap_socket(encrypted.socket, server_side=True)
    encrypted.handle_error = lambda *_: None
    threading.Thread(target=encrypted.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{encrypted.server_port}", certificate


if shutil.which("openssl") is None:
    print("no openssl to make a certificate with; TLS is not tested")
else:
    with tempfile.TemporaryDirectory() as folder:
        address, certificate = serve_encrypted(folder)
        secure = {"mirror": address, "trust": certificate}
        expect("good", "^ok$", True, **secure)
        expect("moved", "^ok$", True, **secure)
        expect("to_plain", "^ok$", True)
        requests.clear()
        expect("to_plain", "input/output error: ", False, **secure)
        expect("file", "input/output error: ", False, **secure)
        check("nothing is asked for in the clear", all(h in ("to_plain", "file") for h, _ in requests),
              requests)
        expect("good", "input/output error: .*certificate", False, mirror=address)

with tempfile.TemporaryDirectory() as folder:
    # A download that broke off is continued by the next install.
    run("install", "always-drops", folder=folder)
    check("state of a part", run("state", "always-drops", folder=folder).startswith("absent 3000"), "")
    os.rename(pathlib.Path(folder, ".always-drops.download"), pathlib.Path(folder, ".good.download"))
    requests.clear()
    check("continued", run("install", "good", folder=folder) == "ok", os.listdir(folder))
    check("continued at 3000", requests == [("good", 3000)], requests)
    check("state", run("state", "good", folder=folder).startswith(f"installed {len(model)}"), "")
    # A part of something else is found out by the hash, and the next install begins anew.
    pathlib.Path(folder, ".good.download").write_bytes(model[:100] + b"x" * 400)
    seen = run("install", "good", folder=folder)
    check("foreign part", "not the published file" in seen, seen)
    check("begins anew", run("install", "good", folder=folder) == "ok", os.listdir(folder))
    check("remove", run("remove", "good", folder=folder) == "ok", os.listdir(folder))
    check("nothing left", os.listdir(folder) == [], os.listdir(folder))
    check("remove again", "missing: model 'good' is not installed" in run("remove", "good", folder=folder), "")

with tempfile.TemporaryDirectory() as folder:
    local = pathlib.Path(folder, "local.bin")
    store = pathlib.Path(folder, "store")
    for name, data, kind, answer, installed in [
        ("right", model, "download", "^ok$", True),
        ("cut", model[:-1], "download", "corrupt: .*SHA-256", False),
        ("cut-conversion", model[:-1], "convert", "corrupt: .*truncated", False),
        ("conversion", model[:-2] + b"ab", "convert", "^ok$", True),
        ("pickle", model, "convert", "unsupported: .*published pickle", False),
        ("empty", b"", "convert", "corrupt: ", False),
    ]:
        local.write_bytes(data)
        seen = run("install", name, f"from={local}", kind=kind, folder=store)
        check(f"from {name}", re.search(answer, seen), seen)
        check(f"from {name}: model", pathlib.Path(store, name + ".safetensors").exists() == installed, "")
    local.write_bytes(model)
    pathlib.Path(store, "blocked.safetensors", "a folder").mkdir(parents=True)
    seen = run("install", "blocked", f"from={local}", folder=store)
    check("a folder in the way", "input/output error: " in seen, seen)
    check("a folder in the way: no hash", not pathlib.Path(store, "blocked.sha256").exists(), os.listdir(store))
    check("no file", "input/output error: " in run("install", "x", "from=/nonexistent", folder=store), "")
    check("no parts", not list(store.glob(".*")), os.listdir(store))

print(f"{passed} passed, {failed} failed")
sys.exit(1 if failed else 0)
