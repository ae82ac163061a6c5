# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""The library's statuses as exceptions; each is a built-in one too where Python has a word for it."""


class Error(Exception):
    """What the library refuses, in its own words."""


class InvalidArgument(Error, ValueError):
    """A value is out of its documented range."""


class NoMemory(Error, MemoryError):
    """There is not enough memory."""


class SystemRefused(Error, OSError):
    """No file, no permission, a full disk."""


class Corrupt(Error):
    """A file is damaged, truncated or hostile."""


class Unsupported(Error, NotImplementedError):
    """Valid, and it cannot be done."""


class LimitExceeded(Error):
    """Larger than a limit."""


class Cancelled(Error):
    """A progress function returned False, or raised."""


class Missing(Error):
    """Something that can be installed is not there."""


class EndOfClip(Error, IndexError):
    """A frame past the last."""


BY_STATUS = (None, InvalidArgument, NoMemory, SystemRefused, Corrupt, Unsupported, LimitExceeded, Cancelled, Missing, EndOfClip)
