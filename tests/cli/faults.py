#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Faults of the machine: killed, interrupted, a full disk, equal process numbers, a cache that is
cleared, closed or in the way. A run takes a tenth of the attempts; ZD_ALL_FAULTS=1 takes all."""
import os
import random
import shutil
import signal
import subprocess
import threading
import time

from cli_harness import ENV, Skip, WORK, ZDEPTH, ffmpeg, finish, frames_md5, movie, run, zdepth

ALL = os.environ.get("ZD_ALL_FAULTS") == "1"
random.seed(7)
CLIP = movie("clip.mkv", size="160x96", frames=8)
SMALL = ["--depth-size", "112"]


def attempts(full):
    return full if ALL else max(full // 10, 3)


def job(output, cache, *more):
    return ["depth", CLIP, "-o", output, "--cache", cache, *SMALL, *more]


def start(args, prefix=(), **kwargs):
    return subprocess.Popen([*prefix, ZDEPTH, *map(str, args)], stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=ENV, **kwargs)


def lines_of(text):
    return [line for line in text.replace("\r", "\n").splitlines() if line.startswith("zdepth: ")]


def parts(folder):
    return [p.name for p in folder.iterdir() if ".part" in p.name]


def reference():
    """What every run must give in the end, and how long one takes."""
    if not hasattr(reference, "md5"):
        begun = time.monotonic()
        result = zdepth(*job(WORK / "reference.mkv", WORK / "reference-cache"))
        assert result.returncode == 0, result.stderr
        reference.took = time.monotonic() - begun
        reference.md5 = frames_md5(WORK / "reference.mkv")
    return reference.md5


def folder(name):
    path = WORK / name
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    return path


def killed_at_any_moment():
    where, wanted = folder("killed"), reference()
    out, cache = where / "out.mkv", where / "cache"
    for i in range(attempts(60)):
        out.unlink(missing_ok=True)
        if i % 2:
            shutil.rmtree(cache, ignore_errors=True)
        process = start(job(out, cache))
        time.sleep(random.uniform(0.01, reference.took))
        process.kill()
        process.communicate()
        assert not out.exists() or frames_md5(out) == wanted, f"half a movie after kill {i}"
        result = zdepth(*job(out, cache))
        assert result.returncode == 0 and not lines_of(result.stderr), f"kill {i}: {result.stderr}"
        assert frames_md5(out) == wanted, f"other pixels after kill {i}"
        assert not parts(where), f"kill {i} left {parts(where)}"
    print(f"kill -9: {attempts(60)} of {attempts(60)} clean")


def a_killed_runs_files_are_told_of_and_removed():
    """Of a movie and of a sequence; a run that is alive keeps its own."""
    where = folder("left")
    clip = movie("long.mkv", frames=200)
    for output in (where / "out.mkv", where / "out.%04d.exr"):
        left = []
        while not left:
            process = start(["matte", clip, "--depth-map", clip, "-o", output, "--no-cache"])
            while process.poll() is None and not left:
                time.sleep(0.002)
                left = parts(where)
            process.kill()
            process.communicate()
            left = parts(where)
        told = zdepth("doctor", where).stdout
        assert all(f"left by a killed run: {where}/{name} (" in told for name in left), told
        alive = start(["matte", clip, "--depth-map", clip, "-o", where / "alive.mkv", "--no-cache"])
        while not any("alive" in name for name in parts(where)):
            time.sleep(0.002)
        result = zdepth("matte", clip, "--depth-map", clip, "--frames", "0-0", "-o", output, "--no-cache")
        assert result.returncode == 0, result.stderr
        alive.communicate()
        assert alive.returncode == 0 and not parts(where), parts(where)
        assert "left by a killed run" not in zdepth("doctor", where).stdout


def signalled_at_any_moment():
    where, wanted = folder("signalled"), reference()
    out, cache = where / "out.mkv", where / "cache"
    kinds = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP]
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup may have begun the tests
    for i in range(attempts(24)):
        out.unlink(missing_ok=True)
        shutil.rmtree(cache, ignore_errors=True)
        process = start(job(out, cache))
        time.sleep(random.uniform(0.05, reference.took))
        begun = time.monotonic()
        process.send_signal(kinds[i % 3])
        error = process.communicate(timeout=60)[1]
        assert time.monotonic() - begun < 20, "it took its time"
        if process.returncode == 0:
            assert frames_md5(out) == wanted
            continue
        # Before the handler is there the signal does what it always does.
        assert process.returncode in (128 + kinds[i % 3], -kinds[i % 3]), (process.returncode, error)
        assert len(lines_of(error)) == (1 if process.returncode > 0 else 0), error
        assert not out.exists() and not parts(where), f"left after signal {i}: {parts(where)}"
    print(f"signals: {attempts(24)} of {attempts(24)} clean")


def is_root_somewhere():
    return subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False).returncode == 0


def on_full_disk(kib, args, where):
    """Runs zdepth with a file system of so many KiB at `where`, which nobody else sees; tells
    how many are used and lists it."""
    script = ('mount -t tmpfs -o size="$1"k tmpfs "$2" || exit 99; shift 2; "$@"; code=$?; '
              'du -sk "$WHERE" | cut -f 1; ls -A "$WHERE"; exit $code')
    return subprocess.run(["unshare", "-rm", "sh", "-c", script, "sh", str(kib), where, ZDEPTH,
                           *map(str, args)], capture_output=True, text=True, check=False, timeout=120,
                          env={**ENV, "WHERE": str(where)})


def full_disk(name, output, *more):
    """At every level of filling: one line that names the disk, nothing but whole files left."""
    if not is_root_somewhere():
        raise Skip("no file system of one's own can be mounted here (unshare -rm)")
    where = folder("full-" + name)
    args = ["depth", CLIP, "-o", where / output, *SMALL, *more]
    roomy = on_full_disk(1 << 16, args, where)
    assert roomy.returncode == 0, roomy.stderr
    whole = where / output
    need = int(roomy.stdout.split()[0])
    levels = attempts(20)
    failed = 0
    for level in range(levels):
        kib = 4 + need * level // levels // 4 * 4 # a size of 0 would be no limit
        result = on_full_disk(kib, args, where)
        assert result.returncode != 99, result.stderr
        if result.returncode == 0:
            continue
        failed += 1
        said = lines_of(result.stderr)
        assert result.returncode == 1 and len(said) == 1, f"{kib} KiB: {result.returncode} {result.stderr}"
        assert "No space left on device" in said[0] and name in said[0], f"{kib} KiB: {said[0]}"
        left = result.stdout.split()[1:]
        assert not any(".part" in item for item in left), f"{kib} KiB: {left}"
        assert "%" in output or whole.name not in left, f"{kib} KiB: {left}"
    assert failed >= levels // 2, f"only {failed} of {levels} filled the disk"
    print(f"full disk, {name}: {levels} levels clean, {failed} of them too small")


def full_disk_stills():
    full_disk("exr", "z.%04d.exr", "--no-cache")
    full_disk("png", "z.%04d.png", "--no-cache")


def full_disk_movies():
    reference()
    for ending in ("mkv", "mp4", "mov"):
        full_disk(ending, f"z.{ending}", "--cache", WORK / "reference-cache")


def full_disk_below_the_cache():
    """The cache's disk is full, the output's is not: said once, and the output is whole."""
    if not is_root_somewhere():
        raise Skip("no file system of one's own can be mounted here (unshare -rm)")
    where, wanted, out = folder("full-cache"), reference(), WORK / "beside.mkv"
    told = 0
    for level in range(attempts(20)):
        out.unlink(missing_ok=True)
        kib = 4 + 8 * 48 * level // attempts(20) // 4 * 4
        result = on_full_disk(kib, job(out, where / "cache"), where)
        assert result.returncode == 0, f"{kib} KiB: {result.stderr}"
        assert len(lines_of(result.stderr)) <= 1, result.stderr
        told += len(lines_of(result.stderr))
        assert frames_md5(out) == wanted
    assert told > 0
    print(f"full disk below the cache: {attempts(20)} levels clean, {told} told of it")


def equal_process_numbers():
    """Every run is process 1 of a world of its own, as in containers, and all share one cache."""
    prefix = ["unshare", "-rpf"]
    if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode != 0:
        raise Skip("no process numbers of one's own here (unshare -rpf)")
    where, wanted = folder("equal"), reference()
    count = attempts(48)
    for group in range(0, count, 8):
        shutil.rmtree(where / "cache", ignore_errors=True)
        # Two and two have one output too: the last one wins, and it is whole.
        runs = [start(job(where / f"o{i // 2}.mkv", where / "cache"), prefix)
                for i in range(group, min(group + 8, count))]
        for process in runs:
            error = process.communicate(timeout=300)[1]
            assert process.returncode == 0 and not lines_of(error), error
        for output in where.glob("o*.mkv"):
            assert frames_md5(output) == wanted, output
        assert not parts(where)
    print(f"equal process numbers: {count} of {count} clean")


def cleared_under_running_jobs():
    where, wanted = folder("cleared"), reference()
    cache, done, cleared = where / "cache", threading.Event(), [0]
    count = attempts(20)

    def clear():
        while not done.is_set():
            result = zdepth("cache", "clear", "--cache", cache)
            assert result.returncode == 0, result.stderr
            cleared[0] += 1

    clearer = threading.Thread(target=clear)
    clearer.start()
    try:
        for group in range(0, count, 4):
            runs = [start(job(where / f"o{i}.mkv", cache)) for i in range(group, min(group + 4, count))]
            for process in runs:
                error = process.communicate(timeout=300)[1]
                assert process.returncode == 0 and not lines_of(error), error
    finally:
        done.set()
        clearer.join()
    for i in range(count):
        assert frames_md5(where / f"o{i}.mkv") == wanted
    print(f"cache clear: {count} jobs clean under {cleared[0]} clearings")


def swept_away_under_a_running_job():
    """Somebody removes the whole folder by hand: said at most once."""
    where, wanted = folder("swept"), reference()
    process = start(job(where / "out.mkv", where / "cache"))
    for _ in range(600):
        time.sleep(0.005)
        if any((where / "cache").glob("??/*")):
            break
    shutil.rmtree(where / "cache", ignore_errors=True)
    error = process.communicate(timeout=120)[1]
    assert process.returncode == 0 and len(lines_of(error)) <= 1, error
    assert frames_md5(where / "out.mkv") == wanted


def as_nobody(args):
    """As a user without rights, where the test itself has all."""
    def drop():
        if os.geteuid() == 0:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
    process = start(args, preexec_fn=drop)
    error = process.communicate(timeout=120)[1]
    return process.returncode, error


def closed_caches():
    """Not to be made, not to be written, not to be read, not a folder, somebody else's: the job says
    so once and goes on; only `zdepth cache` itself fails."""
    where, wanted = folder("closed"), reference()
    WORK.chmod(0o755)
    where.chmod(0o777)
    whole = WORK / "reference-cache"
    sealed, blind, file = where / "sealed", where / "blind", where / "file"
    sealed.mkdir()
    sealed.chmod(0o555)
    shutil.copytree(whole, blind)
    for entry in blind.glob("??/*"):
        entry.chmod(0)
    file.write_text("no folder")
    readable = where / "readable"
    shutil.copytree(whole, readable)
    for shelf in readable.iterdir():
        shelf.chmod(0o555 if shelf.is_dir() else 0o444)
    readable.chmod(0o555)
    foreign = where / "foreign"
    foreign.mkdir()
    (foreign / "letter.txt").write_text("mine")
    cases = [(sealed, 1), (blind, 1), (file, 1), (file / "below", 1), ("/proc/none", 1), (foreign, 1),
             (readable, 0)]
    for i, (cache, told) in enumerate(cases):
        out = where / f"out{i}.mkv"
        code, error = as_nobody(job(out, cache))
        said = lines_of(error)
        assert code == 0 and len(said) == told, f"{cache}: {error}"
        assert not told or "the work goes on" in said[0], error
        assert frames_md5(out) == wanted, cache
    assert [p.name for p in foreign.iterdir()] == ["letter.txt"]


def clearing_spares_what_is_not_ours():
    """A repository, a shelf that is a link, and a user's files beside the entries."""
    where = folder("spared")
    repository = where / "repo"
    subprocess.run(["git", "init", "-q", repository], check=True)
    (repository / "a").write_text("text")
    subprocess.run(["git", "-C", repository, "add", "a"], check=True)
    before = sorted((repository / ".git").rglob("*"))
    result = zdepth("cache", "clear", "--cache", repository / ".git" / "objects")
    assert result.returncode == 2 and "holds other files" in result.stderr, result.stderr
    assert sorted((repository / ".git").rglob("*")) == before
    cache = where / "cache"
    assert zdepth(*job(where / "out.mkv", cache)).returncode == 0
    elsewhere = where / "elsewhere"
    shelf = next(cache.glob("??"))
    shelf.rename(elsewhere)
    shelf.symlink_to(elsewhere)
    (cache / "thesis.txt").write_text("mine")
    kept = sorted(elsewhere.iterdir())
    assert kept
    assert zdepth("cache", "clear", "--cache", cache).returncode == 0
    assert sorted(elsewhere.iterdir()) == kept and (cache / "thesis.txt").exists()
    assert not [p for p in cache.glob("??/*") if not p.parent.is_symlink()]


for test in (killed_at_any_moment, a_killed_runs_files_are_told_of_and_removed, signalled_at_any_moment, full_disk_stills,
             full_disk_movies, full_disk_below_the_cache, equal_process_numbers,
             cleared_under_running_jobs, swept_away_under_a_running_job, closed_caches,
             clearing_spares_what_is_not_ours):
    run(test)
finish()
