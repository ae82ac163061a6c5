# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""include/zdepth/*.h as ctypes: the library, its structures, and calls that raise. tests/python holds sizes and
places of all members against a C compiler."""
import ctypes
import os
import pathlib
from ctypes import (CFUNCTYPE, POINTER, Structure, byref, c_bool, c_char, c_char_p, c_double, c_int, c_int64, c_size_t, c_ssize_t,
                    c_uint, c_void_p)

from ._errors import BY_STATUS, Error


def _load():
    named = os.environ.get("ZDEPTH_LIBRARY")
    beside = pathlib.Path(__file__).with_name("libzdepth.so.0")
    tried = [named] if named else [str(beside), "libzdepth.so.0"] if beside.exists() else ["libzdepth.so.0"]
    for name in tried:
        try:
            return ctypes.CDLL(name)
        except OSError as reason:
            why = reason
    raise ImportError(f"libzdepth is not found ({why}): install Zdepth, or let $ZDEPTH_LIBRARY name libzdepth.so.0")


LIB = _load()


class ErrorC(Structure):
    _fields_ = [("status", c_int), ("message", c_char * 480)]


LogFn = CFUNCTYPE(None, c_void_p, c_int, c_char_p, c_char_p)
ProgressFn = CFUNCTYPE(None, c_void_p, c_char_p, c_int64, c_int64)


class ContextOptions(Structure):
    _fields_ = [("size", c_size_t), ("threads", c_int), ("log", LogFn), ("log_user", c_void_p), ("log_most", c_int)]


class TaskC(Structure):
    _fields_ = [("cancel", c_void_p), ("progress", ProgressFn), ("progress_user", c_void_p)]


class EngineOptions(Structure):
    _fields_ = [("size", c_size_t), ("cache_folder", c_char_p), ("no_cache", c_bool)]


class ClipInfo(Structure):
    _fields_ = [("width", c_int), ("height", c_int), ("sample_aspect_num", c_int), ("sample_aspect_den", c_int),
                ("frame_rate_num", c_int), ("frame_rate_den", c_int), ("frame_count", c_int64), ("duration_s", c_double),
                ("bit_depth", c_int), ("is_still", c_bool), ("has_alpha", c_bool), ("audio_count", c_int),
                ("codec", c_char * 32), ("pixel_format", c_char * 32)]


class ShotC(Structure):
    _fields_ = [("first_frame", c_int64), ("frame_count", c_int64), ("kind", c_int), ("furthest", c_double),
                ("nearest", c_double), ("depth_in", c_double), ("depth_out", c_double), ("confidence", c_double),
                ("is_selected", c_bool)]


class Request(Structure):
    _fields_ = [("size", c_size_t), ("frame", c_int64), ("output", c_int), ("width", c_int), ("height", c_int),
                ("format", c_int), ("pixels", c_void_p), ("stride_bytes", c_ssize_t), ("cancel", c_void_p)]


class FrameStateC(Structure):
    _fields_ = [("frame", c_int64), ("time_s", c_double), ("is_analysed", c_bool), ("shot", c_int), ("kind", c_int),
                ("furthest", c_double), ("nearest", c_double), ("depth_in", c_double), ("depth_out", c_double)]


class BoxC(Structure):
    _fields_ = [("x", c_double), ("y", c_double), ("width", c_double), ("height", c_double), ("time_s", c_double),
                ("subtract", c_bool)]


class JobOptions(Structure):
    _fields_ = [("size", c_size_t), ("kind", c_int), ("view", c_int), ("cache_folder", c_char_p), ("no_cache", c_bool),
                ("raw_depth", c_bool)]


class JobReport(Structure):
    _fields_ = [("frames", c_int64), ("shots", c_int), ("untouched", c_int64)]


class ParamC(Structure):
    _fields_ = [("name", c_char_p), ("label", c_char_p), ("group", c_int), ("type", c_int), ("flags", c_uint),
                ("min", c_double), ("max", c_double), ("slider_max", c_double), ("initial", c_double),
                ("initial_text", c_char_p), ("unit", c_char_p), ("choices", POINTER(c_char_p)), ("help", c_char_p)]


class ModelC(Structure):
    _fields_ = [("name", c_char_p), ("title", c_char_p), ("licence", c_char_p), ("repository", c_char_p), ("bytes", c_int64),
                ("is_permissive", c_bool), ("is_shipped", c_bool), ("is_download", c_bool), ("is_installed", c_bool),
                ("bytes_present", c_int64)]


STRUCTURES = {"zdepth_error": ErrorC, "zdepth_context_options": ContextOptions, "zdepth_task": TaskC,
              "zdepth_engine_options": EngineOptions, "zdepth_clip_info": ClipInfo, "zdepth_shot": ShotC,
              "zdepth_request": Request, "zdepth_frame_state": FrameStateC, "zdepth_box": BoxC,
              "zdepth_job_options": JobOptions, "zdepth_job_report": JobReport, "zdepth_param": ParamC,
              "zdepth_model": ModelC}

_handle, _out = c_void_p, POINTER(c_void_p)
# The arguments of what is called; a result of c_int is a status, and zdepth_error * comes last then.
_CALLS = {
    "context_create": (c_int, POINTER(ContextOptions), _out),
    "context_destroy": (None, _out),
    "text_free": (None, _handle, c_void_p),
    "cancel_create": (c_void_p,),
    "cancel_destroy": (None, _out),
    "cancel_request": (None, _handle),
    "project_create": (c_int, _handle, _out),
    "project_load": (c_int, _handle, c_char_p, _out),
    "project_copy": (c_int, _handle, _out),
    "project_destroy": (None, _out),
    "project_save": (c_int, _handle, c_char_p),
    "project_set": (c_int, _handle, c_int, c_char_p, c_char_p, c_double),
    "project_unset": (None, _handle, c_int, c_char_p),
    "project_get": (c_int, _handle, c_int, c_char_p, POINTER(c_void_p)),
    "project_insert_count": (c_size_t, _handle),
    "project_add_insert": (c_int, _handle, POINTER(c_int)),
    "project_add_box": (c_int, _handle, BoxC),
    "engine_open": (c_int, _handle, _handle, POINTER(EngineOptions), _out),
    "engine_close": (None, _out),
    "engine_info": (None, _handle, POINTER(ClipInfo)),
    "engine_set_project": (c_int, _handle, _handle),
    "engine_analyse": (c_int, _handle, POINTER(TaskC)),
    "engine_is_analysed": (c_bool, _handle),
    "engine_shot_count": (c_size_t, _handle),
    "engine_shot_at": (c_bool, _handle, c_int, POINTER(ShotC)),
    "engine_frame_at": (c_int64, _handle, c_double),
    "engine_render": (c_int, _handle, POINTER(Request)),
    "engine_frame_state": (None, _handle, POINTER(FrameStateC)),
    "job_run": (c_int, _handle, _handle, POINTER(JobOptions), POINTER(TaskC), POINTER(JobReport)),
    "param_count": (c_size_t,),
    "param_at": (c_bool, c_int, POINTER(ParamC)),
    "model_count": (c_size_t,),
    "model_at": (c_int, _handle, c_int, POINTER(ModelC)),
}
for _name, (_result, *_arguments) in _CALLS.items():
    _function = getattr(LIB, "zdepth_" + _name)
    _function.restype = c_int if _result is c_size_t else _result
    _function.argtypes = [*_arguments, POINTER(ErrorC)] if _result is c_int else _arguments


def call(name, *arguments):
    """Calls a function that answers with a status, and raises what it refuses."""
    error = ErrorC()
    status = getattr(LIB, "zdepth_" + name)(*arguments, byref(error))
    if status != 0:
        kind = BY_STATUS[status] if status < len(BY_STATUS) else Error
        raise kind(error.message.decode("utf-8", "replace"))


def plain(name, *arguments):
    """Calls a function that cannot fail."""
    return getattr(LIB, "zdepth_" + name)(*arguments)


class Context:
    """Worker threads; one for a process is enough."""

    def __init__(self, threads=0):
        self.handle = c_void_p()
        options = ContextOptions(size=ctypes.sizeof(ContextOptions), threads=threads)
        call("context_create", byref(options), byref(self.handle))


_context = None


def context():
    """The process's own context, made when it is needed and never destroyed: what was made with it may live long."""
    global _context
    if _context is None:
        _context = Context(int(os.environ.get("ZDEPTH_THREADS", "0")))
    return _context.handle


def run_task(progress, work):
    """Calls work(task) with a task that tells `progress` of it: progress(stage, done, total), None for no news. False
    from it, or an exception, ends the work; the exception comes out of here."""
    if progress is None:
        return work(None)
    cancel = c_void_p(plain("cancel_create"))
    raised = []

    def hear(_user, stage, done, total):
        if raised:
            return
        try:
            if progress(stage.decode(), done, total) is False:
                plain("cancel_request", cancel)
        except BaseException as reason:  # ctypes would print it and go on
            raised.append(reason)
            plain("cancel_request", cancel)

    task = TaskC(cancel=cancel, progress=ProgressFn(hear))
    try:
        return work(byref(task))
    except Error:
        if raised:
            raise raised[0] from None
        raise
    finally:
        plain("cancel_destroy", byref(cancel))
