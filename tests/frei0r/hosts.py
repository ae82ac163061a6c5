#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The frei0r plug-ins in the hosts of Debian: ffmpeg, melt and GStreamer, against the command line.
    hosts.py ZDEPTH FOLDER-OF-PLUGINS"""
import ctypes
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ZDEPTH = os.path.abspath(sys.argv[1])
PLUGINS = os.path.abspath(sys.argv[2])
WORK = pathlib.Path(tempfile.mkdtemp(prefix="zdepth-frei0r-"))
ENV = dict(os.environ, FREI0R_PATH=PLUGINS, MLT_FREI0R_PLUGIN_PATH=PLUGINS, ZD_CACHE=str(WORK / "cache"),
           GST_REGISTRY=str(WORK / "registry.bin"), QT_QPA_PLATFORM="offscreen", HOME=str(WORK))
passed = failed = skipped = 0


class Skip(Exception):
    pass


def run(*command, check=True, env=None):
    result = subprocess.run([str(c) for c in command], env={**ENV, **(env or {})}, capture_output=True, text=True, cwd=WORK)
    assert not check or result.returncode == 0, f"{command[0]}: {result.stderr[-600:]}"
    return result


def need(program):
    if shutil.which(program) is None:
        raise Skip(f"there is no {program}")


def ppm(path, width, height, pixel):
    with open(path, "wb") as out:
        out.write(b"P6 %d %d 255\n" % (width, height))
        out.write(bytes(v for y in range(height) for x in range(width) for v in pixel(x / width, y / height, x, y)))


def is_near(u, v):
    return (u - 0.55) ** 2 * 1.6 + (v - 0.5) ** 2 < 0.06


def footage(width, height):
    picture, depth = WORK / f"f{width}.png", WORK / f"d{width}.png"
    if not picture.exists():
        ppm(WORK / "t.ppm", width, height, lambda u, v, x, y:
            (210, int(100 + 50 * u), (x * 7 + y * 13) % 40) if is_near(u, v) else
            ((x * 5 + y * 3) % 30, int(60 + 60 * v), int(130 + 90 * u)))
        run("ffmpeg", "-v", "error", "-y", "-i", WORK / "t.ppm", picture)
        ppm(WORK / "t.ppm", width, height, lambda u, v, x, y:
            (210, 210, 210) if is_near(u, v) else (int(20 + 50 * v),) * 3)
        run("ffmpeg", "-v", "error", "-y", "-i", WORK / "t.ppm", depth)
    return picture, depth


def pixels(path):
    return subprocess.run(["ffmpeg", "-v", "error", "-i", str(path), "-f", "rawvideo", "-pix_fmt", "rgba", "-"],
                          capture_output=True, check=True).stdout


def largest_difference(a, b):
    assert len(a) == len(b) and len(a) > 0, (len(a), len(b))
    return max(abs(x - y) for x, y in zip(a, b))


def by_command_line(width, height, *more):
    picture, depth = footage(width, height)
    run(ZDEPTH, "filter", picture, "--depth-map", depth, "--transparency", "--mode", "normalised", *more,
        "-o", WORK / "cli.png")
    return pixels(WORK / "cli.png")


def ffmpeg_filter_equals_the_command_line():
    need("ffmpeg")
    for width, height in ((1280, 720), (320, 240)):
        picture, depth = footage(width, height)
        run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", f"format=rgba,frei0r=zdepth:{depth}",
            "-pix_fmt", "rgba", WORK / "ff.png")
        assert largest_difference(pixels(WORK / "ff.png"), by_command_line(width, height)) <= 1


def ffmpeg_shears_other_widths_unless_padded():
    """A width that is no multiple of 16 reaches frei0r sheared; pad does what docs/hosts.md says."""
    need("ffmpeg")
    picture, depth = footage(854, 480)
    run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf",
        f"format=rgba,scale=848:480,frei0r=zdepth:{depth}", "-pix_fmt", "rgba", WORK / "ff.png")
    out = pixels(WORK / "ff.png")
    assert len(out) == 848 * 480 * 4 and out[(240 * 848 + 466) * 4 + 3] > 250 and out[3] < 5


def the_command_line_refuses_other_widths():
    picture, depth = footage(90, 48)
    args = [ZDEPTH, "filter", picture, "--depth-map", depth, "-y", "-o", WORK / "w.png", "--effect"]
    result = run(*args, "frei0r=zdepth", check=False)
    assert result.returncode == 2, result
    remedy = "put pad=w=96 before it and crop=w=90:x=0 behind it"
    assert "gives frei0r a picture 90 wide" in result.stderr and remedy in result.stderr, result.stderr
    run(*args, "pad=w=96,frei0r=zdepth,crop=w=90:x=0")
    assert len(pixels(WORK / "w.png")) == 90 * 48 * 4


def ffmpeg_movie_takes_garbage_times():
    need("ffmpeg")
    picture, depth = footage(320, 240)
    run("ffmpeg", "-v", "error", "-y", "-loop", "1", "-i", picture, "-vf", f"format=rgba,frei0r=zdepth:{depth}",
        "-frames:v", "5", "-f", "rawvideo", "-pix_fmt", "rgba", WORK / "movie.raw")
    data = (WORK / "movie.raw").read_bytes()
    size = 320 * 240 * 4
    assert len(data) == 5 * size and all(data[i * size:(i + 1) * size] == data[:size] for i in range(5))


def a_missing_map_passes_the_picture():
    need("ffmpeg")
    picture, _ = footage(320, 240)
    run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", "format=rgba,frei0r=zdepth:/nowhere.png", "-pix_fmt",
        "rgba", WORK / "ff.png")
    assert pixels(WORK / "ff.png") == pixels(picture)


def live_analysis_in_ffmpeg():
    need("ffmpeg")
    picture, _ = footage(320, 240)
    run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", "format=rgba,frei0r=zdepth", "-pix_fmt", "rgba",
        WORK / "ff.png")
    run(ZDEPTH, "filter", picture, "--transparency", "--mode", "normalised", "--detail", "off", "-o", WORK / "cli.png")
    assert largest_difference(pixels(WORK / "ff.png"), pixels(WORK / "cli.png")) <= 1


def the_cache_stays_below_its_limit():
    """What a host has put into the depth cache is trimmed when it is done."""
    need("ffmpeg")
    folder = WORK / "small-cache"
    for gib, least, most in ((1, 6, 6), (5e5 / 2**30, 1, 5)):
        run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=6", "-frames:v", "6", "-vf",
            "format=rgba,frei0r=zdepth", "-f", "null", "-", env={"ZD_CACHE": str(folder), "ZD_CACHE_LIMIT": str(gib)})
        sizes = [path.stat().st_size for path in folder.rglob("*.zdm")]
        assert least <= len(sizes) <= most and sum(sizes) <= gib * 2**30, sizes
        shutil.rmtree(folder)


MELT_OUTPUT = ("vcodec=ffv1", "pix_fmt=bgr0", "width=320", "height=240", "progressive=1", "an=1",
               "mlt_image_format=rgba", "real_time=-1")


def melt_filter():
    """The matte as a picture, since movies of melt carry no alpha here."""
    need("melt")
    picture, depth = footage(320, 240)
    run("melt", f"avformat:{picture}", "out=3", "-attach", "frei0r.zdepth", f"depth_map={depth}", "view=1",
        "-consumer", f"avformat:{WORK}/melt.mkv", *MELT_OUTPUT)
    data = pixels(WORK / "melt.mkv")
    size = 320 * 240 * 4
    assert len(data) >= size, len(data)
    assert data[(120 * 320 + 176) * 4] > 240 and data[(20 * 320 + 20) * 4] < 15, "the matte is not the disc"


def ffmpeg_values(**given):
    """ffmpeg takes values by their place: the plug-in's own defaults with some others."""
    class Param(ctypes.Structure):
        _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int), ("explanation", ctypes.c_char_p)]

    library, values, index = ctypes.CDLL(os.path.join(PLUGINS, "zdepth.so")), [], 0
    library.f0r_construct.restype = ctypes.c_void_p
    instance, given = ctypes.c_void_p(library.f0r_construct(64, 64)), dict(given)
    while given:
        param, number, text = Param(), ctypes.c_double(), ctypes.c_char_p()
        library.f0r_get_param_info(ctypes.byref(param), index)
        library.f0r_get_param_value(instance, ctypes.byref(text if param.kind == 4 else number), index)
        default = text.value.decode() if param.kind == 4 else "ny"[number.value > 0.5] if param.kind == 0 else \
            repr(number.value)
        values.append(str(given.pop(param.name.decode(), default)))
        index += 1
    library.f0r_destruct(instance)
    return "|".join(values)


def a_steady_shot_in_ffmpeg():
    """With an analysis file every frame is the command line's, steadied in time; once the cache is gone, one line
    tells of it, and each frame has its own depth."""
    need("ffmpeg")
    clip, shots, cache = WORK / "shot.mkv", WORK / "shot.txt", WORK / "steady-cache"
    run("ffmpeg", "-v", "error", "-y", "-loop", "1", "-i", footage(320, 240)[0], "-frames:v", "4", "-r", "25", "-vf",
        "noise=alls=60:allf=t", "-pix_fmt", "bgr0", "-c:v", "ffv1", clip)
    env = {"ZD_CACHE": str(cache)}
    run(ZDEPTH, "info", clip, "--shots", shots, env=env)
    assert "\nsteadied " in shots.read_text()

    def by_command_line_again(*more):
        run(ZDEPTH, "filter", clip, "--transparency", *more, "-o", WORK / "want.%d.png", env=env)
        return b"".join(pixels(WORK / f"want.{t}.png") for t in range(4))

    def by_ffmpeg():
        told = run("ffmpeg", "-v", "error", "-y", "-i", clip, "-vf",
                   f"format=rgba,frei0r=zdepth:{ffmpeg_values(analysis_file=shots)}", "-f", "rawvideo", "-pix_fmt",
                   "rgba", WORK / "got.raw", env=env).stderr
        return (WORK / "got.raw").read_bytes(), told.count("steadied depth is no longer in the depth cache")

    got, told = by_ffmpeg()
    steady = largest_difference(got, by_command_line_again("--no-steady-edges"))
    assert steady <= 1 and told == 0, (steady, told)
    assert largest_difference(got, by_command_line_again("--stabilise", "0")) > 8
    shutil.rmtree(cache)
    assert by_ffmpeg()[1] == 1


def insert_picture(width, height):
    path = WORK / "insert.png"
    run("ffmpeg", "-v", "error", "-y", "-f", "lavfi", "-i", f"color=yellow:s={width}x{height},format=rgba",
        "-frames:v", "1", path)
    return path


def is_behind(data, width):
    """Yellow beside the disc, the disc's own colour inside it."""
    beside, inside = data[(20 * width + 20) * 4:][:3], data[(120 * width + 176) * 4:][:3]
    return beside[0] > 200 and beside[1] > 200 and inside[1] < 180


def melt_mixer():
    need("melt")
    picture, depth = footage(320, 240)
    run("melt", f"avformat:{picture}", "out=3", "-track", f"avformat:{insert_picture(320, 240)}", "out=3",
        "-transition", "frei0r.zdepth_mixer", f"depth_map={depth}", "a_track=0", "b_track=1", "-consumer",
        f"avformat:{WORK}/mixed.mkv", *MELT_OUTPUT)
    data = pixels(WORK / "mixed.mkv")
    assert len(data) >= 320 * 240 * 4, len(data)
    assert is_behind(data, 320), (list(data[(20 * 320 + 20) * 4:][:3]), list(data[(120 * 320 + 176) * 4:][:3]))


def a_title_in_ffmpeg():
    """A title behind the disc and a picture above it, in a filter without a second input: the command line's pixels."""
    need("ffmpeg")
    picture, depth = footage(320, 240)
    clip = WORK / "bt709.mkv"  # light as the plug-in takes it
    run("ffmpeg", "-v", "error", "-y", "-i", picture, "-vf", "format=bgr0,setparams=color_trc=bt709:color_primaries=bt709",
        "-c:v", "ffv1", clip)
    run(ZDEPTH, "composite", clip, "--depth-map", depth, "--mode", "normalised", "--title", "HELLO", "--size", "0.4",
        "--colour", "yellow", "--x", "0.45", "-o", WORK / "cli.mkv", "--codec", "ffv1", "--pixel-format", "bgr0")
    values = ffmpeg_values(depth_map=depth, title="HELLO", size=0.4, colour="yellow", x=0.45)
    run("ffmpeg", "-v", "error", "-y", "-i", clip, "-vf", f"format=rgba,frei0r=zdepth:{values}", "-pix_fmt", "rgba",
        WORK / "ff.png")
    got = pixels(WORK / "ff.png")
    difference = largest_difference(got, pixels(WORK / "cli.mkv"))
    assert difference <= 1, difference
    assert largest_difference(got, pixels(picture)) > 100, "there is no title"


def a_title_and_a_picture_in_melt():
    """Both by the names that the plug-in gives them, without another track."""
    need("melt")
    picture, depth = footage(320, 240)
    for what in (("title=MMMM", "size=0.9", "colour=yellow"), (f"insert={insert_picture(320, 240)}",)):
        run("melt", f"avformat:{picture}", "out=3", "-attach", "frei0r.zdepth", f"depth_map={depth}", *what,
            "-consumer", f"avformat:{WORK}/melt.mkv", *MELT_OUTPUT)
        data, plain = pixels(WORK / "melt.mkv")[:320 * 240 * 4], pixels(picture)
        inside = (120 * 320 + 176) * 4
        assert max(abs(a - b) for a, b in zip(data[inside:inside + 3], plain[inside:inside + 3])) < 40, what
        yellow = sum(data[i] > 200 and data[i + 1] > 200 and data[i + 2] < 60 for i in range(0, len(data), 4))
        assert yellow > 5000, (what, yellow)


def gst_plugin(name):
    need("gst-launch-1.0")
    need("gst-inspect-1.0")
    result = run("gst-inspect-1.0", name, check=False)
    if result.returncode != 0:
        raise Skip(f"GStreamer shows no {name}")
    return result.stdout


def gst_filter():
    gst_plugin("frei0r-filter-z-depth")
    picture, depth = footage(320, 240)
    run("gst-launch-1.0", "-q", "filesrc", f"location={picture}", "!", "pngdec", "!", "videoconvert", "!",
        "video/x-raw,format=RGBA", "!", "frei0r-filter-z-depth", f"depth-map={depth}", "!", "filesink",
        f"location={WORK}/gst.raw")
    assert largest_difference((WORK / "gst.raw").read_bytes(), by_command_line(320, 240)) <= 1


def gst_mixer():
    gst_plugin("frei0r-mixer-z-depth-compositor")
    picture, depth = footage(320, 240)
    insert = insert_picture(320, 240)
    run("gst-launch-1.0", "-q", "frei0r-mixer-z-depth-compositor", "name=m", f"depth-map={depth}", "!", "filesink",
        f"location={WORK}/gst.raw", "filesrc", f"location={picture}", "!", "pngdec", "!", "videoconvert", "!",
        "video/x-raw,format=RGBA", "!", "m.sink_0", "filesrc", f"location={insert}", "!", "pngdec", "!",
        "videoconvert", "!", "video/x-raw,format=RGBA", "!", "m.sink_1")
    assert is_behind((WORK / "gst.raw").read_bytes(), 320)


for test in (ffmpeg_filter_equals_the_command_line, ffmpeg_shears_other_widths_unless_padded,
             the_command_line_refuses_other_widths,
             ffmpeg_movie_takes_garbage_times, a_missing_map_passes_the_picture, live_analysis_in_ffmpeg,
             the_cache_stays_below_its_limit,
             a_steady_shot_in_ffmpeg, a_title_in_ffmpeg, melt_filter, melt_mixer, a_title_and_a_picture_in_melt, gst_filter, gst_mixer):
    try:
        test()
        passed += 1
    except Skip as reason:
        skipped += 1
        print(f"skipped: {test.__name__}: {reason}")
    except (AssertionError, subprocess.CalledProcessError) as reason:
        failed += 1
        print(f"FAILED {test.__name__}: {reason}")
shutil.rmtree(WORK, ignore_errors=True)
print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
sys.exit(1 if failed else 0)
