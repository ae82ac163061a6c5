#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The main job on small clips with a supplied depth map: identities and determinism."""
import array
import json
import os
import pathlib
import re
import signal
import subprocess
import time

from cli_harness import ENV, WORK, ZDEPTH, Skip, ffmpeg, finish, frames_md5, movie, ramp_map, run, zdepth

LOSSLESS = ("--codec", "ffv1")
CLIP = movie("clip.mkv", extra=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
MAP = ramp_map()


def composite(output, *more, title="ZD", clip=CLIP, depth=MAP):
    source = ["--depth-map", depth] if depth else []
    result = zdepth("composite", clip, *source, "--title", title, "-o", WORK / output, *LOSSLESS, *more)
    assert result.returncode == 0, result.stderr
    return WORK / output


def behind_everything_changes_no_code():
    out = composite("behind.mkv", "--depth-in", "-1", "--mode", "normalised")
    assert frames_md5(out) == frames_md5(CLIP)


def invisible_changes_no_code():
    out = composite("invisible.mkv", "--opacity", "0")
    assert frames_md5(out) == frames_md5(CLIP)


def hidden_changes_no_code():
    out = composite("hidden.mkv", "--hide", "--depth-in", "2", "--mode", "normalised")
    assert frames_md5(out) == frames_md5(CLIP)


def solo_leaves_the_others_out():
    """The first title alone, and with a second beside a solo, are one; a hidden solo shows nothing."""
    common = ("--depth-in", "2", "--mode", "normalised")
    alone = frames_md5(composite("alone.mkv", *common))
    both = frames_md5(composite("both.mkv", *common, "--title", "Y", "--y", "0.2"))
    solo = frames_md5(composite("solo.mkv", *common, "--solo", "--title", "Y", "--y", "0.2"))
    none = frames_md5(composite("none.mkv", *common, "--solo", "--hide", "--title", "Y", "--y", "0.2"))
    assert solo == alone and both != alone and none == frames_md5(CLIP)


def outside_its_time_changes_no_code():
    out = composite("later.mkv", "--start", "0.5", "--depth-in", "2", "--mode", "normalised")
    was, now = frames_md5(CLIP), frames_md5(out)
    assert now[:6] == was[:6] and now[6:] != was[6:]


def quality_zero_is_the_best():
    """H.264's 0 is lossless; without a number the codes change a little."""
    zero, best = WORK / "q0.mkv", WORK / "q.mkv"
    for out, more in [(zero, ("--quality", "0")), (best, ())]:
        result = zdepth("composite", CLIP, "--depth-map", MAP, "--title", "A", "--opacity", "0", "-o", out, *more)
        assert result.returncode == 0, result.stderr
    assert frames_md5(zero) == frames_md5(CLIP) and frames_md5(best) != frames_md5(CLIP)


def in_front_is_seen():
    out = composite("front.mkv", "--depth-in", "2", "--mode", "normalised")
    assert all(a != b for a, b in zip(frames_md5(out), frames_md5(CLIP)))


def same_bits_for_any_number_of_threads():
    digests = [frames_md5(composite(f"threads{n}.mkv", "--threads", n, "--feather", "0.7")) for n in (1, 2, 4)]
    assert digests[0] == digests[1] == digests[2]


def project_gives_the_same_pixels():
    flags = ["--depth-map", MAP, "--title", "ZD", "--depth-in", "0=2,1s=0.2:smooth", "--mode", "normalised"]
    result = zdepth("init", CLIP, *flags, *LOSSLESS, "-o", WORK / "p.zdp", "--result", WORK / "project.mkv")
    assert result.returncode == 0, result.stderr
    result = zdepth("render", WORK / "p.zdp")
    assert result.returncode == 0, result.stderr
    result = zdepth("composite", CLIP, *flags, *LOSSLESS, "-o", WORK / "flags.mkv")
    assert result.returncode == 0, result.stderr
    assert frames_md5(WORK / "project.mkv") == frames_md5(WORK / "flags.mkv")


def a_project_is_changed_and_its_result_left_alone():
    folder = WORK / "init"
    folder.mkdir()
    movie = folder / "done.mp4"
    movie.write_bytes(b"the finished movie")
    assert zdepth("init", CLIP, "-o", folder / "p.zdp", "--result", movie).returncode == 0
    for flags, name in [((), "project.zdp"), (("-o", folder / "p2.zdp"), "p2.zdp"), (("--output", "p3.zdp"), "p3.zdp")]:
        result = zdepth("init", "--project", folder / "p.zdp", "--feather", "0.5", *flags, cwd=folder)
        assert result.returncode == 0 and result.stderr.startswith("wrote "), result
        text = (folder / name).read_text()
        assert f'output = "{movie}"' in text and "feather = 0.5" in text, text
    assert zdepth("init", "--project", folder / "p.zdp", "--result", "b.mov", "-o", folder / "p4.zdp").returncode == 0
    from_there = os.path.relpath("b.mov", folder)
    assert f'output = "{from_there}"' in (folder / "p4.zdp").read_text()
    assert zdepth("init", CLIP, "-o", folder / "p5.zdp").returncode == 0
    from_there = os.path.relpath("out.mp4", folder)
    assert f'output = "{from_there}"' in (folder / "p5.zdp").read_text()
    assert movie.read_bytes() == b"the finished movie"
    told = zdepth("help", "init").stdout
    assert told.count("--output ") == 1 and zdepth("completion", "bash").returncode == 0


def frame_times_and_seconds_agree():
    a = composite("f6.mkv", "--start", "f6")
    b = composite("s05.mkv", "--start", "0.5")
    assert frames_md5(a) == frames_md5(b)


def words_are_no_frame_times():
    """An f and a digit make a frame only where a time is meant."""
    out = WORK / "f1.mkv"
    result = zdepth("composite", "--title", "f1 race", "-o", "f1.mkv", "--depth-map", MAP, CLIP, *LOSSLESS, cwd=WORK)
    assert result.returncode == 0, result.stderr
    assert frames_md5(out) == frames_md5(composite("f1-after.mkv", title="f1 race"))
    assert zdepth("init", CLIP, "--title", "A", "-o", WORK / "f2.zdp").returncode == 0
    result = zdepth("render", WORK / "f2.zdp", "-o", "f2.mkv", "--depth-map", MAP, cwd=WORK)
    assert result.returncode == 0, result.stderr


def frames_of_a_sequence_follow_its_rate():
    ffmpeg("-i", CLIP, WORK / "seq.%02d.png")
    pictures = WORK / "seq.%02d.png"
    rate = ("--at-depth", 12, "--fps", "30", "--start")
    frame = frames_md5(composite("seq-f6.mkv", *rate, "f6", clip=pictures))
    second = frames_md5(composite("seq-s.mkv", *rate, "0.2", clip=pictures))
    never = frames_md5(composite("seq-never.mkv", *rate, "9", clip=pictures))
    assert frame == second and [a == b for a, b in zip(frame, never)] == [True] * 6 + [False] * 6
    result = zdepth("composite", pictures, "--title", "A", "--start", "f6", "--fps", "30", "-o", WORK / "late.mkv")
    assert result.returncode == 2, result
    assert "--fps comes too late; give it before the first time that is a frame" in result.stderr, result


def a_title_starts_and_ends_at_its_frame():
    for rate, ending in [("24", "mp4"), ("24", "mkv"), ("30", "mp4"), ("24000/1001", "mkv"), ("24000/1001", "mp4")]:
        clip = movie(f"at{rate.replace('/', '-')}.{ending}", rate=rate)
        source = frames_md5(clip)
        for start, end in [(2, 5), (6, 11)]:
            for times in [(f"f{start}", f"f{end}"), (start / eval(rate), end / eval(rate))]:
                out = composite("at.mkv", "--start", times[0], "--end", times[1], "--at-depth", 12, clip=clip)
                changed = [i for i, (a, b) in enumerate(zip(source, frames_md5(out))) if a != b]
                assert changed == list(range(start, end)), f"{clip.name} {times}: {changed}"


def a_moving_insert_keeps_step():
    """The insert's frames rounded to other times than the footage's, shown over all of it."""
    clips = [movie(f"step.{ending}", rate=24, source="testsrc", extra=("-c:v", "ffv1")) for ending in ["mkv", "mov"]]
    for clip, insert in [clips, clips[::-1]]:
        out = WORK / "step-out.mkv"
        result = zdepth("composite", clip, "--depth-map", MAP, "--insert", insert, "--start", "f3", "--at-depth", 12,
                        "--fit", "stretch", "-o", out, *LOSSLESS)
        assert result.returncode == 0, result.stderr
        source, got = frames_md5(clip), frames_md5(out)
        assert got == source[:3] + source[:-3], insert


def info_tells_json():
    result = zdepth("info", "--json", CLIP, "--depth-map", MAP)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["frames"] == 12 and told["width"] == 160 and len(told["shots"]) >= 1


def every_verb_has_help():
    listed = zdepth("help").stdout.split("Verbs")[1].split("And about all of them")[0].splitlines()
    names = [line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "]
    assert len(names) > 10, names
    for name in names:
        result = zdepth("help", name)
        assert result.returncode == 0 and f"Usage: zdepth {name}" in result.stdout, name
        for topic in re.findall(r"zdepth\s+help\s+([a-z]+)", result.stdout):
            assert zdepth("help", topic).returncode == 0, f"{name} points to {topic}"


def help_tells_the_effects():
    """Every effect and number that the help names is taken, from its least to its greatest value."""
    effects = re.split(r"(?m)^(z[a-z]+): ", zdepth("help", "effects").stdout)[1:]
    assert {"zblur", "zfog", "zgrade", "zpaint", "zrelight", "zreveal", "zhaze", "zstereo", "zstyle"} <= set(effects[::2])
    assert len(set(effects[::2])) == len(effects[::2])
    for name, text in zip(effects[::2], effects[1::2]):
        numbers = re.findall(r"(?m)^  ([a-z_]+) +(\S+) to (\S+), default (\S+): \S", text)
        assert len(numbers) >= 2, text
        for column in 1, 2, 3:
            graph = f"{name}=" + ":".join(f"{number[0]}={number[column]}" for number in numbers)
            result = zdepth("filter", CLIP, "--depth-map", MAP, "--frames", "0-0", "--effect", graph,
                            "-o", WORK / "effect.png")
            # how many styles a file has is its own affair
            assert result.returncode == 0 or (name == "zstyle" and "its last is" in result.stderr), result.stderr
    assert "there is no verb 'blur'" in zdepth("help", "blur").stderr


def completion_parses():
    for shell in ("bash",):
        script = zdepth("completion", shell).stdout
        subprocess.run([shell, "-n"], input=script, text=True, check=True)


def manual_is_clean():
    page = zdepth("man").stdout
    try:
        result = subprocess.run(["mandoc", "-T", "lint", "-W", "error"], input=page, capture_output=True, text=True)
    except FileNotFoundError:
        raise Skip("mandoc is not installed")
    assert result.returncode == 0, result.stdout


def views_are_written():
    for view in ("depth", "thresholded", "opacity", "matte"):
        out = WORK / f"view-{view}.mkv"
        result = zdepth("view", CLIP, "--depth-map", MAP, "--view", view, "-o", out, *LOSSLESS)
        assert result.returncode == 0, result.stderr
        assert len(frames_md5(out)) == 12


def filter_outside_the_matte_changes_no_code():
    out = WORK / "filter.mkv"
    result = zdepth("filter", CLIP, "--depth-map", MAP, "--effect", "negate", "--depth-in", "2",
                    "--mode", "normalised", "-o", out, *LOSSLESS)
    assert result.returncode == 0, result.stderr
    assert frames_md5(out) == frames_md5(CLIP)


def filter_everywhere_equals_the_effect():
    out, plain = WORK / "all.mkv", WORK / "plain.mkv"
    result = zdepth("filter", CLIP, "--depth-map", MAP, "--effect", "hflip", "--depth-in", "-1",
                    "--mode", "normalised", "-o", out, *LOSSLESS)
    assert result.returncode == 0, result.stderr
    ffmpeg("-i", CLIP, "-vf", "hflip", "-c:v", "ffv1", plain)
    a = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-i", plain, "-lavfi", "psnr=stats_file=-", "-f", "null", "-"],
                       capture_output=True, text=True).stdout
    worst = min(float(line.split("psnr_avg:")[1].split()[0].replace("inf", "999")) for line in a.splitlines())
    assert worst > 48, worst


def transparency_gives_alpha():
    out = WORK / "cut.mov"
    result = zdepth("filter", CLIP, "--depth-map", MAP, "--transparency", "-o", out)
    assert result.returncode == 0, result.stderr
    told = json.loads(zdepth("info", "--media", "--json", out).stdout)
    assert told["alpha"] is True, told


def footage_with_alpha_goes_into_any_format():
    clip = movie("alpha.mkv", extra=("-c:v", "ffv1", "-pix_fmt", "yuva420p"))
    for ending, told in (("mp4", 1), ("mov", 0)):
        out = WORK / f"from-alpha.{ending}"
        result = zdepth("composite", clip, "--depth-map", MAP, "--title", "ZD", "-o", out)
        assert result.returncode == 0, result.stderr
        line = f"'{out}' cannot hold the footage's alpha; it is left out"
        assert result.stderr.count(line) == told, result.stderr
        assert len(frames_md5(out)) == 12


def exported_depth_gives_the_same_matte():
    """With default flags, and the network's idea of the subject, which travels in the file."""
    picture = WORK / "person.png"
    ffmpeg("-i", pathlib.Path(__file__).resolve().parents[2] / "assets/sample.mp4", "-frames:v", 1, picture)
    flags = ("--quiet", "-o")
    for verb, more, out in (("matte", (), "direct.png"), ("depth", (), "seen.exr"),
                            ("matte", ("--depth-map", WORK / "seen.exr"), "back.png")):
        result = zdepth(verb, picture, *more, *flags, WORK / out)
        assert result.returncode == 0, result.stderr
    direct, back = (subprocess.run(["ffmpeg", "-v", "error", "-i", WORK / name, "-f", "rawvideo", "-pix_fmt", "gray", "-"],
                                   capture_output=True, check=True).stdout for name in ("direct.png", "back.png"))
    assert 0.01 < sum(direct) / 255 / len(direct) < 0.99 and len(direct) == len(back)
    differ = sum(abs(a - b) > 2 for a, b in zip(direct, back))
    assert differ <= len(direct) / 1000, f"{differ} of {len(direct)} pixels differ"


def depth_exr_describes_itself():
    result = zdepth("depth", CLIP, "--depth-map", MAP, "-o", WORK / "d.%04d.exr")
    assert result.returncode == 0, result.stderr
    first = sorted(WORK.glob("d.*.exr"))[0].read_bytes()
    assert b"zdepthKind" in first and b"normalised" in first and b"zdepthFurthest" in first
    folder = WORK / "50%"
    folder.mkdir()
    result = zdepth("depth", CLIP, "--depth-map", MAP, "--frames", "2-3", "-o", folder / "d.%04d.exr")
    assert result.returncode == 0, result.stderr
    assert sorted(p.name for p in folder.iterdir()) == ["d.0002.exr", "d.0003.exr"]


def sound_is_copied():
    clip = WORK / "sound.mp4"
    ffmpeg("-f", "lavfi", "-i", "testsrc2=size=160x96:rate=12", "-f", "lavfi", "-i", "sine", "-t", "1", clip)
    out = WORK / "sound-out.mp4"
    result = zdepth("composite", clip, "--depth-map", MAP, "--title", "A", "-o", out)
    assert result.returncode == 0, result.stderr
    told = json.loads(zdepth("info", "--media", "--json", out).stdout)
    assert told["audio_tracks"] == 1, told


def killed_and_run_again_gives_the_same():
    """kill -9 in the middle of the analysis; the next run takes what the cache has."""
    clip = movie("longer.mkv", frames=60, extra=("-c:v", "ffv1"))
    args = [ZDEPTH, "composite", str(clip), "--title", "ZD", *LOSSLESS]
    env = dict(ENV, ZD_CACHE=str(WORK / "cache-killed"))
    job = subprocess.Popen([*args, "-o", str(WORK / "killed.mkv")], env=env, stderr=subprocess.DEVNULL)
    time.sleep(1.0)
    job.send_signal(signal.SIGKILL)
    job.wait()
    assert not (WORK / "killed.mkv").exists()
    for name, cache in (("again.mkv", "cache-killed"), ("fresh.mkv", "cache-fresh"), ("cached.mkv", "cache-fresh")):
        result = subprocess.run([*args, "-o", str(WORK / name)], env=dict(ENV, ZD_CACHE=str(WORK / cache)),
                                capture_output=True, text=True)
        assert result.returncode == 0, result.stderr
    assert frames_md5(WORK / "again.mkv") == frames_md5(WORK / "fresh.mkv") == frames_md5(WORK / "cached.mkv")


def a_shot_after_a_cut_is_as_if_alone():
    a = movie("shot-a.mkv", frames=10, extra=("-c:v", "ffv1"))
    b = movie("shot-b.mkv", frames=10, source="mandelbrot", extra=("-c:v", "ffv1", "-pix_fmt", "yuv420p"))
    both = WORK / "both.mkv"
    ffmpeg("-i", a, "-i", b, "-filter_complex", "[0:v]format=yuv420p[a];[1:v]format=yuv420p[b];[a][b]concat",
           "-c:v", "ffv1", both)
    for clip, name in ((both, "both-matte.mkv"), (b, "b-matte.mkv")):
        cuts = ["--cuts", "0,10"] if clip == both else []
        result = zdepth("matte", clip, "-o", WORK / name, *cuts)
        assert result.returncode == 0, result.stderr
    assert frames_md5(WORK / "both-matte.mkv")[10:] == frames_md5(WORK / "b-matte.mkv")


def visited(name, pixels, visitor):
    """96 frames of a gray expression; `visitor` fills x 20..59, y 24..71 in frames 40 to 60, or is None."""
    path = WORK / name
    value = pixels if visitor is None else f"if(between(N,40,60)*between(X,20,59)*between(Y,24,71),{visitor},{pixels})"
    ffmpeg("-f", "lavfi", "-i", f"nullsrc=size=160x96:rate=24,format=gray16le,geq=lum='{value}'", "-frames:v", 96,
           "-c:v", "ffv1", path)
    return path


def matte_codes(name, visitor, depth_in):
    """The 16-bit matte of every frame of the visited clip as an array."""
    clip = visited(f"{name}.mkv", "20000+18000*sin(X/5)*cos(Y/7)", 64000 if visitor else None)
    depth = visited(f"{name}-depth.mkv", "9000+Y*180+600*sin(X/3+N)", 60000 if visitor else None)
    out = WORK / f"{name}-matte.mkv"
    result = zdepth("matte", clip, "--depth-map", depth, "--depth-map-type", "nearness", "--feather", "1",
                    "--cuts", "none", *depth_in, "-o", out)
    assert result.returncode == 0, result.stderr
    raw = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-f", "rawvideo", "-pix_fmt", "gray16le", "-"],
                         capture_output=True, check=True).stdout
    return array.array("H", raw)


def untouched_difference(a, b):
    """The largest difference where the visitor, with a margin for soft edges, never was."""
    assert len(a) == len(b) == 96 * 96 * 160
    worst = 0
    for row in range(96 * 96):
        for first, end in ((0, 8), (72, 160)) if 12 <= row % 96 < 84 else ((0, 160),):
            x, y = a[row * 160 + first:row * 160 + end], b[row * 160 + first:row * 160 + end]
            if x != y:
                worst = max(worst, max(abs(p - q) for p, q in zip(x, y)))
    return worst


def a_visitor_leaves_the_other_pixels_alone():
    depth_in = ("--mode", "normalised", "--depth-in", "0.5")
    with_it, without = (matte_codes(n, v, depth_in) for n, v in (("visited", True), ("alone", False)))
    assert len(set(without)) > 100 and with_it != without
    worst = untouched_difference(with_it, without)
    print(f"a bright near object in frames 40 to 60 moves untouched matte pixels by {255 * worst / 65535:.3f}/255")
    assert worst <= 257, worst


def two_processes_share_the_cache():
    cache = WORK / "shared-cache"
    plain = frames_md5(composite("one-process.mkv", "--no-cache", depth=None))
    command = [ZDEPTH, "composite", CLIP, "--title", "ZD", *LOSSLESS, "--cache", cache, "-o"]
    both = [subprocess.Popen([*map(str, command), str(WORK / f"process{n}.mkv")], env=ENV, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE) for n in (1, 2)]
    for n, process in enumerate(both, 1):
        assert process.wait(timeout=300) == 0, process.stderr.read()
        assert frames_md5(WORK / f"process{n}.mkv") == plain
    listed = zdepth("cache", "list", "--json", "--cache", cache)
    assert listed.returncode == 0, listed.stderr
    assert not list(cache.rglob("*.part*")), "an unfinished entry is left"


def damaged_cache_entry_is_made_again():
    clip = movie("short.mkv", frames=4, extra=("-c:v", "ffv1"))
    env = {"ZD_CACHE": str(WORK / "cache-damaged")}
    first = zdepth("depth", clip, "-o", WORK / "one.mkv", env=env)
    assert first.returncode == 0, first.stderr
    entries = sorted((WORK / "cache-damaged").rglob("*.zdm"))
    entries[0].write_bytes(entries[0].read_bytes()[:200])
    data = bytearray(entries[1].read_bytes())
    data[-20] ^= 0x55
    entries[1].write_bytes(data)
    second = zdepth("depth", clip, "-o", WORK / "two.mkv", env=env)
    assert second.returncode == 0 and "damaged" in second.stderr, second.stderr
    assert frames_md5(WORK / "one.mkv") == frames_md5(WORK / "two.mkv")


def cache_can_be_listed_and_cleared():
    told = json.loads(zdepth("cache", "list", "--json").stdout)
    assert told["limit_bytes"] > 0
    assert zdepth("cache", "clear").returncode == 0
    assert json.loads(zdepth("cache", "--json").stdout)["entries"] == 0


for test in (exported_depth_gives_the_same_matte, behind_everything_changes_no_code, invisible_changes_no_code, outside_its_time_changes_no_code,
             quality_zero_is_the_best, in_front_is_seen, same_bits_for_any_number_of_threads,
             project_gives_the_same_pixels, a_project_is_changed_and_its_result_left_alone,
             frame_times_and_seconds_agree, words_are_no_frame_times, frames_of_a_sequence_follow_its_rate,
             a_title_starts_and_ends_at_its_frame, a_moving_insert_keeps_step, info_tells_json, every_verb_has_help,
             help_tells_the_effects, completion_parses, manual_is_clean, views_are_written,
             filter_outside_the_matte_changes_no_code, filter_everywhere_equals_the_effect, transparency_gives_alpha,
             footage_with_alpha_goes_into_any_format, depth_exr_describes_itself, sound_is_copied,
             killed_and_run_again_gives_the_same, a_shot_after_a_cut_is_as_if_alone,
             a_visitor_leaves_the_other_pixels_alone, two_processes_share_the_cache, damaged_cache_entry_is_made_again,
             cache_can_be_listed_and_cleared):
    run(test)
finish()
