#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""An effect below titles in one pass: what a title does not cover is what zdepth filter makes of it."""
import subprocess

from cli_harness import WORK, ffmpeg, finish, frames_md5, movie, ramp_map, run, zdepth

CLIP = movie("clip.mkv", frames=4, extra=("-c:v", "ffv1", "-pix_fmt", "yuv444p"))
DEPTH = ("--depth-map", ramp_map(), "--mode", "normalised", "--depth-in", "0.5", "--feather", "0.3",
         "--no-auto-feather")
HIDDEN = ("--title", "ZD", "--start", "100")
BACKGROUND = ("--preset", "background-as-mask")


def made(verb, name, *more):
    plain = ("--no-decontaminate",) if verb == "composite" else ()
    result = zdepth(verb, CLIP, *DEPTH, *plain, *more, "-o", WORK / name, "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    return WORK / name


def codes(path):
    return subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-"], capture_output=True,
                          check=True).stdout


def worst(a, b):
    first, second = codes(a), codes(b)
    assert len(first) == len(second) > 0
    return max(abs(x - y) for x, y in zip(first, second))


def refused(*more):
    result = zdepth("composite", CLIP, *DEPTH, *more, "-o", WORK / "no.mkv")
    assert result.returncode != 0 and not (WORK / "no.mkv").exists()
    return result.stderr


def without_a_title_it_is_the_filter():
    for effect in ("zgrade=saturation=0:exposure=1", "hue=s=0", "zpencil"):
        for where in (BACKGROUND, ("--preset", "foreground-as-mask"), ("--no-mask-effects",)):
            alone = made("filter", "alone.mkv", "--effect", effect, *where)
            below = made("composite", "below.mkv", *HIDDEN, "--effect", effect, *where)
            assert worst(alone, below) <= 1, (effect, where)
            assert worst(CLIP, below) > 20, (effect, where)


def the_other_layer_keeps_its_codes():
    """Right of the threshold and its feather is foreground: a background's effect leaves its very codes."""
    below = made("composite", "right.mkv", *HIDDEN, "--effect", "zgrade=exposure=1", *BACKGROUND)
    was, now = codes(CLIP), codes(below)
    rows = [(i, i + 160) for i in range(0, len(was), 160)]
    assert all(was[a + 150:b] == now[a + 150:b] for a, b in rows)
    assert any(was[a:a + 40] != now[a:a + 40] for a, b in rows)


def a_graph_takes_the_matte_and_the_plate():
    """What a graph mixes by the matte itself is what is kept inside the matte; the plate is the footage where all is background."""
    masked = ("[footage]format=gbrp,split[a][two];[two]negate[b];[matte]negate,format=gbrp[m];[a][b][m]maskedmerge,format=yuv444p")
    by_graph = made("filter", "by_graph.mkv", "--effect", masked, "--no-mask-effects")
    by_matte = made("filter", "by_matte.mkv", "--effect", "format=gbrp,negate,format=yuv444p", *BACKGROUND)
    assert worst(CLIP, by_graph) > 60 and worst(by_graph, by_matte) <= 60  # mixed in codes, and in light
    rows = range(0, 160 * 96, 160)
    graph, matte, plate = codes(by_graph), codes(by_matte), codes(made("filter", "plate.mkv", "--effect", "[plate]null", "--no-mask-effects"))
    for sides in ((0, 50), (130, 160)):
        assert all(abs(graph[i] - matte[i]) <= 3 for a in rows for i in range(a + sides[0], a + sides[1])), sides
    assert all(plate[a:a + 50] == codes_of_clip[a:a + 50] for a in rows)
    assert any(plate[a + 130:a + 160] != codes_of_clip[a + 130:a + 160] for a in rows)
    below = made("composite", "by_title.mkv", *HIDDEN, "--effect", masked, "--no-mask-effects")
    assert worst(by_graph, below) <= 1
    assert "has the input [fog]" in refused("--effect", "[depth]null[a];[fog]null[b];[a][b]overlay", *HIDDEN)


def a_pixel_alone_needs_no_plate():
    """A graph of pointwise filters gives the same with and without clean plates; one that blurs does not."""
    for effect, same in (("negate,hue=s=0", True), ("eq=contrast=1.3,curves=preset=vintage", True), ("gblur=sigma=4", False)):
        plain = made("filter", "plain.mkv", "--effect", effect, *BACKGROUND, "--no-clean-plate")
        plated = made("filter", "plated.mkv", "--effect", effect, *BACKGROUND)
        assert (codes(plain) == codes(plated)) == same, effect


def titles_stay_as_they_are():
    """A title before everything covers the effect; between the layers it is behind the foreground still."""
    title = ("--title", "MMM", "--size", "0.9", "--x", "0.5", "--y", "0.5")
    effect = ("--effect", "zgrade=saturation=0:gain=0.2", *BACKGROUND)
    front = ("--at-depth", "2")
    plain, below = (codes(made("composite", f"t{len(e)}.mkv", *title, *front, *e)) for e in ((), effect))
    white = [i for i in range(160 * 96) if plain[i] >= 235 and codes_of_clip[i] < 200]
    assert len(white) > 200 and all(abs(below[i] - plain[i]) <= 1 for i in white)
    between = codes(made("composite", "between.mkv", *title, *effect))
    rows = range(0, 160 * 96, 160)
    assert all(between[a + 150:a + 160] == codes_of_clip[a + 150:a + 160] for a in rows)


def a_project_gives_the_same():
    flags = ("--title", "ZD", "--effect", "zcomic", *BACKGROUND)
    direct = made("composite", "direct.mkv", *flags)
    project = WORK / "below.zdp"
    result = zdepth("init", CLIP, *DEPTH, "--no-decontaminate", *flags, "-o", project, "--result",
                    WORK / "project.mkv", "--codec", "ffv1")
    assert result.returncode == 0, result.stderr
    result = zdepth("render", project)
    assert result.returncode == 0, result.stderr
    assert frames_md5(WORK / "project.mkv") == frames_md5(direct)


def a_blurred_background_has_nothing_of_the_subject():
    """A red square, near, before green: without a clean plate the blur carries red into the green."""
    picture, depth = WORK / "square.png", WORK / "square_map.png"
    inside = "between(X,120,240)*between(Y,60,150)"
    ffmpeg("-f", "lavfi", "-i", f"nullsrc=size=360x216,format=gbrp,geq=r='220*{inside}':g='200*(1-{inside})':b=40",
           "-frames:v", 1, picture)
    ffmpeg("-f", "lavfi", "-i", f"nullsrc=size=360x216,format=gray16le,geq=lum='6000+50000*{inside}'", "-frames:v", 1, depth)
    square = ("--depth-map", depth, "--mode", "normalised", "--depth-in", "0.5", *BACKGROUND)
    red = {}
    for plate in ("--clean-plate", "--no-clean-plate"):
        for verb, more in (("filter", ()), ("composite", HIDDEN)):
            for effect in ("gblur=sigma=4.3", "zblur=radius=0.02:focus=1", "zpaint=brush=0.02"):  # 2 % of the height
                out = WORK / "halo.png"
                result = zdepth(verb, picture, *square, *more, "--effect", effect, plate, "-y", "-o", out)
                assert result.returncode == 0, result.stderr
                done = subprocess.run(["ffmpeg", "-v", "error", "-i", out, "-pix_fmt", "rgb24", "-f", "rawvideo", "-"],
                                      capture_output=True, check=True).stdout
                outside = [done[3 * (y * 360 + x)] for y in range(216) for x in range(360)
                           if not (116 <= x <= 244 and 56 <= y <= 154)]
                red[plate, verb, effect] = max(outside)
    assert all(v <= 1 for (plate, *_), v in red.items() if plate == "--clean-plate"), red
    assert red["--no-clean-plate", "filter", "gblur=sigma=4.3"] > 20, red


def what_cannot_be_is_told():
    assert "the effect 'tmix=frames=3' may look at several frames at once; render it first with zdepth filter, then " \
           "the titles" in refused("--title", "A", "--effect", "tmix=frames=3")
    assert "zdepth composite does not use --transparency; zdepth filter does" in refused("--title", "A", "--transparency")
    assert "--preset background-as-mask tells where an effect is seen; give one with --effect" in refused(
        "--title", "A", *BACKGROUND)


codes_of_clip = codes(CLIP)
for test in (without_a_title_it_is_the_filter, the_other_layer_keeps_its_codes, a_graph_takes_the_matte_and_the_plate, a_pixel_alone_needs_no_plate,
             titles_stay_as_they_are,
             a_project_gives_the_same, a_blurred_background_has_nothing_of_the_subject, what_cannot_be_is_told):
    run(test)
finish()
