# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Zdepth for Python: libzdepth by ctypes, with numpy arrays in and out (docs/python.md).

    import zdepth
    with zdepth.open("walk.mp4", title="HELLO") as clip:
        clip.analyse(progress=print)
        matte = clip.matte(48)            # float32, (height, width), 1 is foreground
        picture = clip.picture(48)        # uint8, (height, width, 4): the title between the layers
        clip.render("out.mp4")
"""
from ._clip import Clip, FrameState, Info, Project, Shot, depth, open
from ._errors import (Cancelled, Corrupt, EndOfClip, Error, InvalidArgument, LimitExceeded, Missing, NoMemory, SystemRefused,
                      Unsupported)
from ._tables import Model, Parameter, models, parameters

__all__ = ["Cancelled", "Clip", "Corrupt", "EndOfClip", "Error", "FrameState", "Info", "InvalidArgument", "LimitExceeded", "Missing",
           "Model", "NoMemory", "Parameter", "Project", "Shot", "SystemRefused", "Unsupported", "depth", "models", "open",
           "parameters"]
__version__ = "0.1.0"
