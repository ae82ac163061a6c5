# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Projects, and a project's footage at work."""
import ctypes
import os
from collections import namedtuple
from ctypes import byref, c_int, c_void_p

import numpy

from ._abi import (BoxC, ClipInfo, EngineOptions, FrameStateC, JobOptions, JobReport, Request, ShotC, call, context, plain, run_task)
from ._arrays import Files
from ._errors import InvalidArgument

ITSELF = -1
OUTPUTS = ("result", "source", "depth", "thresholded", "opacity", "matte", "depth values")
RGBA_8, RGBA_F32, GRAY_F32 = range(3)
KINDS = ("nearness", "normalised", "metres")
JOBS = ("render", "composite", "filter", "depth", "matte", "view")

Info = namedtuple("Info", "width height frame_rate frame_count duration_s bit_depth is_still has_alpha audio_count codec pixel_format")
Shot = namedtuple("Shot", "first_frame frame_count kind furthest nearest depth_in depth_out confidence is_selected")
FrameState = namedtuple("FrameState", "frame time_s is_analysed shot kind furthest nearest depth_in depth_out")


def _as_text(value):
    """A value as projects write it."""
    return ("on" if value else "off") if isinstance(value, (bool, numpy.bool_)) else os.fspath(value) if isinstance(
        value, os.PathLike) else str(value)


class Project:
    """Everything that decides the pixels of a result. Parameters are attributes of zdepth.parameters(), set by name:
    project.set("feather", 0.4), project.set("depth_in", "0s=0.2, 2s=0.6:smooth")."""

    def __init__(self, path=None, **values):
        self._handle = c_void_p()
        self._files = Files()
        if path is None:
            call("project_create", context(), byref(self._handle))
        else:
            call("project_load", context(), os.fsencode(path), byref(self._handle))
        for name, value in values.items():
            self.set(name, value)

    def set(self, name, value, insert=ITSELF, fps=0.0):
        """Sets a parameter of the project, or of an insert; None takes it back to its initial value. Pictures and depth maps may
        be arrays."""
        if value is None:
            plain("project_unset", self._handle, insert, name.encode())
            return
        if name in ("footage", "insert", "depth_map"):
            value = self._files.path_of(value, name == "depth_map")
        call("project_set", self._handle, insert, name.encode(), _as_text(value).encode(), fps)

    def get(self, name, insert=ITSELF):
        """The value as text, the initial one where none is set."""
        text = c_void_p()
        call("project_get", self._handle, insert, name.encode(), byref(text))
        try:
            return ctypes.string_at(text).decode()
        finally:
            plain("text_free", context(), text)

    def add(self, **values):
        """Puts something between the layers: add(title="HELLO", size=0.3), add(insert="logo.png", at_depth=0.4). Returns its
        number, for set and get."""
        if ("title" in values) == ("insert" in values):
            raise InvalidArgument("give title or insert, one of them")
        index = c_int()
        call("project_add_insert", self._handle, byref(index))
        for name in sorted(values, key=lambda n: n not in ("title", "insert")):
            self.set(name, values[name], insert=index.value)
        return index.value

    def select(self, x, y, width, height, time_s=0.0, subtract=False):
        """A selection box in fractions of the frame, from the top left: what is in it is the foreground."""
        call("project_add_box", self._handle, BoxC(x, y, width, height, time_s, subtract))

    def save(self, path):
        call("project_save", self._handle, os.fsencode(path))

    def close(self):
        plain("project_destroy", byref(self._handle))
        self._files.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            self.close()


class Clip:
    """A project's footage: any frame, in any order. Arrays have (height, width) or (height, width, 4), top row first. One
    thread at a time uses a clip."""

    def __init__(self, project, cache=True):
        self.project = project
        self._handle = c_void_p()
        options = EngineOptions(size=ctypes.sizeof(EngineOptions), no_cache=cache is False,
                                cache_folder=os.fsencode(cache) if not isinstance(cache, bool) else None)
        call("engine_open", context(), project._handle, byref(options), byref(self._handle))
        self._cache = cache

    @property
    def info(self):
        c = ClipInfo()
        plain("engine_info", self._handle, byref(c))
        rate = c.frame_rate_num / c.frame_rate_den if c.frame_rate_den else 0.0
        return Info(c.width, c.height, rate, c.frame_count, c.duration_s, c.bit_depth, c.is_still, c.has_alpha, c.audio_count,
                    c.codec.decode(), c.pixel_format.decode())

    def __len__(self):
        return self.info.frame_count

    def set(self, name, value, insert=ITSELF):
        """Changes the project; the next picture shows it. What the analysis depends on wants another one."""
        self.project.set(name, value, insert, self.info.frame_rate)
        self.refresh()

    def refresh(self):
        """Takes over what was changed in the project."""
        call("engine_set_project", self._handle, self.project._handle)

    def analyse(self, progress=None):
        """Analyses the whole clip; frames have the bits of the command line's from then on. `progress(stage, done, total)` hears
        how far it is, and ends it by returning False or raising."""
        run_task(progress, lambda task: call("engine_analyse", self._handle, task))
        return self.shots

    @property
    def is_analysed(self):
        return plain("engine_is_analysed", self._handle)

    @property
    def shots(self):
        """The shots of an analysed clip; none before."""
        found = []
        for i in range(plain("engine_shot_count", self._handle)):
            s = ShotC()
            plain("engine_shot_at", self._handle, i, byref(s))
            found.append(Shot(s.first_frame, s.frame_count, KINDS[s.kind], s.furthest, s.nearest, s.depth_in, s.depth_out, s.confidence,
                              s.is_selected))
        return found

    @property
    def state(self):
        """What is known of the frame that was made last."""
        s = FrameStateC()
        plain("engine_frame_state", self._handle, byref(s))
        return FrameState(s.frame, s.time_s, s.is_analysed, s.shot, KINDS[s.kind], s.furthest, s.nearest, s.depth_in, s.depth_out)

    def frame_at(self, time_s):
        return plain("engine_frame_at", self._handle, time_s)

    def _make(self, frame, output, form, size, out):
        info = self.info
        width, height = size if size is not None else (info.width, info.height)
        shape = (height, width) if form == GRAY_F32 else (height, width, 4)
        dtype = numpy.uint8 if form == RGBA_8 else numpy.float32
        if out is None:
            out = numpy.empty(shape, dtype)
        elif out.shape != shape or out.dtype != dtype or not out[0].flags.c_contiguous:
            raise InvalidArgument(f"out must be {shape} of {numpy.dtype(dtype).name} with rows in one piece; it is {out.shape} of {out.dtype}")
        request = Request(size=ctypes.sizeof(Request), frame=frame, output=output, width=width, height=height, format=form,
                          pixels=out.ctypes.data, stride_bytes=out.strides[0])
        call("engine_render", self._handle, byref(request))
        return out

    def picture(self, frame, size=None, float32=False, out=None):
        """The result: inserts between the layers, or the effect inside the matte. uint8 RGBA, or float32 where asked for;
        display-referred, not premultiplied. `size` is (width, height)."""
        return self._make(frame, OUTPUTS.index("result"), RGBA_F32 if float32 else RGBA_8, size, out)

    def source(self, frame, size=None, float32=False, out=None):
        """The footage, as picture gives it."""
        return self._make(frame, OUTPUTS.index("source"), RGBA_F32 if float32 else RGBA_8, size, out)

    def view(self, frame, kind="thresholded", size=None, float32=False, out=None):
        """One of the views: depth, thresholded, opacity, matte."""
        if kind not in OUTPUTS[2:6]:
            raise InvalidArgument(f"'{kind}' is no view; they are {', '.join(OUTPUTS[2:6])}")
        return self._make(frame, OUTPUTS.index(kind), RGBA_F32 if float32 else RGBA_8, size, out)

    def matte(self, frame, size=None, out=None):
        """The matte: float32, 1 is foreground."""
        return self._make(frame, OUTPUTS.index("matte"), GRAY_F32, size, out)

    def depth(self, frame, size=None, out=None):
        """Normalised depth with the picture's edges: float32, 0 at the shot's furthest, 1 at its nearest; values outside the
        range go beyond. state tells the range."""
        return self._make(frame, OUTPUTS.index("depth values"), GRAY_F32, size, out)

    def render(self, output, kind="render", view="thresholded", progress=None):
        """Writes the whole to a movie or pictures, as the command line does: kind is render, composite, filter, depth, matte or
        view. Returns how many frames."""
        if kind not in JOBS or view not in OUTPUTS[2:6]:
            raise InvalidArgument(f"'{kind}' of '{view}' is no job; they are {', '.join(JOBS)}, of {', '.join(OUTPUTS[2:6])}")
        options = JobOptions(size=ctypes.sizeof(JobOptions), kind=JOBS.index(kind), view=OUTPUTS.index(view),
                             no_cache=self._cache is False,
                             cache_folder=os.fsencode(self._cache) if not isinstance(self._cache, bool) else None)
        report = JobReport()
        before = self.project.get("output")
        self.project.set("output", output)
        try:
            run_task(progress, lambda task: call("job_run", context(), self.project._handle, byref(options), task, byref(report)))
        finally:
            self.project.set("output", before or None)
        return report.frames

    def close(self):
        plain("engine_close", byref(self._handle))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_handle", None):
            self.close()


def open(footage=None, project=None, title=None, insert=None, cache=True, **values):
    """Opens footage: a movie, a picture, a sequence ("f.%04d.png") or an array of one picture; or a project's file, whose
    footage `footage` replaces. title and insert put something between the layers; every other name is a parameter:
    open("walk.mp4", title="HELLO", model="v2-small", feather=0.3). `cache` is True, False or a folder."""
    made = Project(project)
    if footage is not None:
        made.set("footage", footage)
    for name, value in values.items():
        made.set(name, value)
    for what in ({"title": title}, {"insert": insert}):
        if next(iter(what.values())) is not None:
            made.add(**what)
    return Clip(made, cache)


def depth(picture, size=None, cache=True, **values):
    """Normalised depth of one picture, a file or an array of uint8 or uint16: float32, (height, width), 1 is nearest."""
    with open(picture, cache=cache, **values) as clip:
        return clip.depth(0, size)
