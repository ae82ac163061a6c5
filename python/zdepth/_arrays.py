# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Arrays as files that the library reads, for the library reads files: PAM for pictures, PFM for depth."""
import os
import tempfile

import numpy

from ._errors import InvalidArgument

_KINDS = {1: "GRAYSCALE", 3: "RGB", 4: "RGB_ALPHA"}


def _write(path, header, rows):
    with open(path, "wb") as file:
        file.write(header.encode())
        file.write(rows.tobytes())


def write_picture(array, path):
    """uint8 or uint16, (height, width), or with 3 or 4 channels, display-referred; PAM."""
    array = numpy.asarray(array)
    channels = 1 if array.ndim == 2 else array.shape[2] if array.ndim == 3 else 0
    if channels not in _KINDS or array.dtype not in (numpy.uint8, numpy.uint16) or array.size == 0:
        raise InvalidArgument(f"a picture is (height, width) or (height, width, 3 or 4) of uint8 or uint16; this is {array.shape} of "
                              f"{array.dtype}")
    most = 255 if array.dtype == numpy.uint8 else 65535
    if channels == 1:  # grey footage is footage: the library's networks look at colours
        array, channels = numpy.repeat(array.reshape(*array.shape[:2], 1), 3, axis=2), 3
    header = (f"P7\nWIDTH {array.shape[1]}\nHEIGHT {array.shape[0]}\nDEPTH {channels}\nMAXVAL {most}\n"
              f"TUPLTYPE {_KINDS[channels]}\nENDHDR\n")
    _write(path, header, array if most == 255 else array.astype(">u2"))


def write_depth(array, path):
    """float, (height, width); PFM, whose rows go upwards."""
    array = numpy.asarray(array)
    if array.ndim != 2 or array.dtype.kind != "f" or array.size == 0:
        raise InvalidArgument(f"depth is (height, width) of floats; this is {array.shape} of {array.dtype}")
    _write(path, f"Pf\n{array.shape[1]} {array.shape[0]}\n-1.0\n", array[::-1].astype("<f4"))


class Files:
    """The files of arrays, which go with whoever needs them."""

    def __init__(self):
        self.folder = None

    def add(self, array, write, ending):
        if self.folder is None:
            self.folder = tempfile.TemporaryDirectory(prefix="zdepth-python-")
        path = os.path.join(self.folder.name, f"{len(os.listdir(self.folder.name))}{ending}")
        write(array, path)
        return path

    def path_of(self, value, is_depth=False):
        """A path as it is, an array as a file."""
        if isinstance(value, numpy.ndarray):
            return self.add(value, write_depth, ".pfm") if is_depth else self.add(value, write_picture, ".pam")
        return os.fspath(value)

    def close(self):
        if self.folder is not None:
            self.folder.cleanup()
            self.folder = None
