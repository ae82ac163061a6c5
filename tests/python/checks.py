# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The Python door against the C headers and the command line: checks.py ZDEPTH FOLDER, in a venv with the wheel."""
import json
import pathlib
import shutil
import subprocess
import sys
import threading
import traceback

import numpy
import zdepth
from zdepth import _abi

ZDEPTH, WORK = sys.argv[1], pathlib.Path(sys.argv[2])
SOURCE = pathlib.Path(__file__).resolve().parents[2]
CLIP = WORK / "walk.mkv"
SIZE = (160, 90)
subprocess.run(["ffmpeg", "-v", "error", "-i", SOURCE / "assets/sample.mp4", "-frames:v", "8", "-vf", "scale=160:90", "-c:v", "ffv1", CLIP],
               check=True)


def told(*args):
    return json.loads(subprocess.run([ZDEPTH, *map(str, args), "--json"], cwd=WORK, capture_output=True, text=True, check=True).stdout)


def decoded(path, form, dtype, channels):
    out = subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "rawvideo", "-pix_fmt", form, "-"], capture_output=True, check=True)
    return numpy.frombuffer(out.stdout, dtype).reshape(-1, SIZE[1], SIZE[0], channels)


def raises(kind, words, work):
    try:
        work()
    except kind as reason:
        assert words in str(reason), reason
        return reason
    raise AssertionError(f"no {kind.__name__}")


def structures_are_those_of_the_headers():
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        print("skipped structures_are_those_of_the_headers: no C compiler")
        return
    lines = ["#include <stddef.h>", "#include <stdio.h>", "#include <zdepth/zdepth.h>", "int main(void) {"]
    expected = []
    for name, kind in _abi.STRUCTURES.items():
        lines.append(f'printf("%zu\\n", sizeof({name}));')
        expected.append(_abi.ctypes.sizeof(kind))
        for field in kind._fields_:
            lines.append(f'printf("%zu\\n", offsetof({name}, {field[0]}));')
            expected.append(getattr(kind, field[0]).offset)
    (WORK / "sizes.c").write_text("\n".join(lines + ["}"]))
    subprocess.run([compiler, "-I", SOURCE / "include", WORK / "sizes.c", "-o", WORK / "sizes"], check=True)
    found = subprocess.run([WORK / "sizes"], capture_output=True, text=True, check=True).stdout.split()
    assert list(map(int, found)) == expected


def the_table_is_the_command_lines():
    verbs = {v["name"]: v for v in told("help")["verbs"]}
    taken = {p["name"].lstrip("-").replace("-", "_") for v in verbs.values() for p in v["parameters"]}
    found = zdepth.parameters()
    assert taken <= set(found) and len(found) > 50, taken - set(found)
    assert found["feather"].keyed and found["feather"].max == 2 and found["mode"].choices == ("absolute", "normalised")
    assert found["align"].initial == found["align"].choices[1] and found["decontaminate"].type in ("bool", "number", "choice")
    assert zdepth.models()["embedded"].is_shipped


def mattes_and_pictures_are_the_command_lines():
    stages = []
    with zdepth.open(CLIP, title="HI") as clip:
        assert (clip.info.width, clip.info.height, len(clip)) == (*SIZE, 8) and clip.info.codec == "ffv1"
        early = clip.matte(3)
        assert not clip.is_analysed and clip.shots == [] and not clip.state.is_analysed
        shots = clip.analyse(lambda *news: stages.append(news))
        assert clip.is_analysed and len(shots) == 1 and shots[0].frame_count == 8 and shots[0].kind == "nearness"
        assert stages[-1] == ("depth", 8, 8) and early.shape == (90, 160)
        clip.render(WORK / "matte.mkv", kind="matte")
        assert clip.render(WORK / "title.mkv") == 8 and clip.project.get("output") == ""
        mattes = decoded(WORK / "matte.mkv", "gray16le", numpy.uint16, 1)
        for frame in (6, 0, 3):
            matte = clip.matte(frame)
            assert matte.dtype == numpy.float32 and matte.shape == (90, 160) and 0 < matte.mean() < 1
            assert numpy.abs(matte - mattes[frame, :, :, 0] / 65535).max() <= 0.51 / 65535
            depth = clip.depth(frame)
            assert depth.shape == (90, 160) and depth.max() > 0.8 > 0.2 > depth.min(), (depth.min(), depth.max())
        picture, source = clip.picture(3), clip.source(3)
        assert picture.shape == (90, 160, 4) and picture.dtype == numpy.uint8 and (picture[..., 3] == 255).all()
        changed = (picture != source).any(axis=2)
        assert 0.01 < changed.mean() < 0.5 and not changed[:5].any()
        whole = clip.picture(3, float32=True)
        assert numpy.abs(numpy.clip(whole * 255, 0, 255) - picture).max() <= 0.51
        assert state_of(clip).is_analysed and clip.frame_at(0.1) == 2
    result = told("composite", CLIP, "--title", "HI", "-o", "cli.mkv", "--no-config")
    assert result["frames"] == 8
    assert digest(WORK / "cli.mkv") == digest(WORK / "title.mkv")


def state_of(clip):
    clip.matte(5, size=(80, 45))
    state = clip.state
    assert state.frame == 5 and state.nearest > state.furthest
    return state


def digest(path):
    return subprocess.run(["ffmpeg", "-v", "error", "-i", path, "-f", "framemd5", "-"], capture_output=True, check=True).stdout


def views_and_places_to_write_to():
    with zdepth.open(CLIP) as clip:
        place = numpy.zeros((90, 200, 4), numpy.uint8)[:, :160]  # rows with a gap
        assert clip.view(0, "thresholded", out=place) is place and place.any()
        assert (clip.view(0, "thresholded") == place).all()
        gray = clip.view(0, "depth", size=(80, 45))
        assert gray.shape == (45, 80, 4) and (gray[..., 0] == gray[..., 1]).all()
        raises(zdepth.InvalidArgument, "out must be (90, 160, 4) of uint8", lambda: clip.source(0, out=numpy.zeros((90, 160, 4))))
        raises(zdepth.InvalidArgument, "'x' is no view", lambda: clip.view(0, "x"))
        raises(IndexError, "", lambda: clip.matte(8))
        raises(zdepth.InvalidArgument, "'x' of", lambda: clip.render("o.mkv", kind="x"))
        hard = clip.matte(0)
        clip.set("invert", True)
        assert numpy.abs(1 - hard - clip.matte(0)).max() < 1e-5 and clip.project.get("invert") == "on"
        clip.set("invert", None)
        assert (clip.matte(0) == hard).all()
        clip.project.select(0.4, 0.2, 0.1, 0.3)
        clip.refresh()
        assert clip.analyse()[0].is_selected


def arrays_go_in():
    picture = zdepth.open(CLIP).source(0)
    depth = zdepth.depth(picture[..., :3])
    same = zdepth.depth(numpy.ascontiguousarray(picture[..., :3]).astype(numpy.uint16) * 257)
    assert depth.shape == (90, 160) and numpy.abs(depth - same).max() < 0.02
    ramp = numpy.tile(numpy.linspace(0, 1, 160, dtype=numpy.float32), (90, 1))
    logo = numpy.zeros((20, 20, 4), numpy.uint8)
    logo[:] = (255, 0, 0, 255)
    with zdepth.open(picture, depth_map=ramp, depth_in=0.5, mode="normalised", auto_feather=False, insert=logo) as clip:
        assert numpy.abs(clip.depth(0) - ramp).max() < 0.05
        matte = clip.matte(0)
        assert (matte[:, :78] == 0).all() and (matte[:, 82:] == 1).all()
        made = clip.picture(0)
        assert (made[:, 90:] == clip.source(0)[:, 90:]).all() and (made[45, 60] == (255, 0, 0, 255)).all(), made[45, 60]
    raises(zdepth.InvalidArgument, "a picture is (height, width)", lambda: zdepth.open(numpy.zeros((4, 4))))
    raises(zdepth.InvalidArgument, "depth is (height, width) of floats", lambda: zdepth.open(picture, depth_map=picture))


def what_is_refused_is_an_exception():
    reason = raises(zdepth.SystemRefused, "nowhere.mp4", lambda: zdepth.open("nowhere.mp4"))
    assert isinstance(reason, OSError) and isinstance(reason, zdepth.Error)
    raises(ValueError, "feather is 'x'", lambda: zdepth.open(CLIP, feather="x"))
    raises(ValueError, "fether", lambda: zdepth.open(CLIP, fether=1))
    raises(zdepth.InvalidArgument, "give title or insert", lambda: zdepth.Project().add(size=1))
    (WORK / "bad.zdp").write_text("zdepth project 1\n[matte]\nfeather = much\n")
    raises(zdepth.Error, "bad.zdp:3:", lambda: zdepth.Project(WORK / "bad.zdp"))


def a_project_goes_to_a_file_and_back():
    with zdepth.Project(footage=CLIP, depth_in="0s=0.2, 0.1s=0.6") as project:
        project.add(title="A", colour="gold")
        project.save(WORK / "p.zdp")
    text = (WORK / "p.zdp").read_text()
    assert 'colour = "gold"' in text and "depth_in = " in text
    with zdepth.open(project=WORK / "p.zdp") as clip:
        assert len(clip) == 8 and clip.project.get("title", insert=0) == "A"


def a_long_call_can_be_ended():
    def stop(stage, done, total):
        return done < 2

    def fail(stage, done, total):
        raise KeyError("mine")
    with zdepth.open(CLIP, cache=False) as clip:
        raises(zdepth.Cancelled, "", lambda: clip.analyse(stop))
        raises(KeyError, "mine", lambda: clip.analyse(fail))
        assert not clip.is_analysed
        others = threading.Thread(target=clip.analyse)  # beside pictures
        others.start()
        clip.source(0)
        others.join()
        assert clip.is_analysed


failed = 0
TESTS = (structures_are_those_of_the_headers, the_table_is_the_command_lines, mattes_and_pictures_are_the_command_lines,
         views_and_places_to_write_to, arrays_go_in, what_is_refused_is_an_exception, a_project_goes_to_a_file_and_back,
         a_long_call_can_be_ended)
for test in TESTS:
    try:
        test()
    except Exception:
        traceback.print_exc(file=sys.stdout)
        print(f"FAILED {test.__name__}")
        failed += 1
print(f"{len(TESTS) - failed} passed, {failed} failed")
sys.exit(1 if failed else 0)
