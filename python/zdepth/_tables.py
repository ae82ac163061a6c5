# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""What there is: parameters and networks."""
from collections import namedtuple
from ctypes import byref

from ._abi import ModelC, ParamC, call, context, plain

GROUPS = ("source", "depth", "matte", "insert", "effect", "output")
TYPES = ("bool", "int", "number", "choice", "text", "path", "colour", "time")

Parameter = namedtuple("Parameter", "name label group type min max initial choices unit keyed help")
Model = namedtuple("Model", "name title licence bytes is_permissive is_shipped is_installed")


def _text(value):
    return value.decode() if value is not None else None


def _choices(pointer):
    found = []
    while pointer and pointer[len(found)] is not None:
        found.append(pointer[len(found)].decode())
    return tuple(found)


def _parameter(index):
    p = ParamC()
    plain("param_at", index, byref(p))
    kind, choices = TYPES[p.type], _choices(p.choices)
    initial = (bool(p.initial) if kind == "bool" else int(p.initial) if kind == "int" else
               choices[int(p.initial)] if kind == "choice" else _text(p.initial_text) if kind in ("text", "path", "colour") else
               p.initial)
    return Parameter(_text(p.name), _text(p.label), GROUPS[p.group], kind, p.min, p.max, initial, choices, _text(p.unit),
                     bool(p.flags & 1), _text(p.help))


def parameters():
    """All parameters, by name."""
    found = [_parameter(i) for i in range(plain("param_count"))]
    return {p.name: p for p in found}


def models():
    """The networks that find depth, by name: those that are shipped, and those that can be installed."""
    found = {}
    for i in range(plain("model_count")):
        m = ModelC()
        call("model_at", context(), i, byref(m))
        found[_text(m.name)] = Model(_text(m.name), _text(m.title), _text(m.licence), m.bytes, m.is_permissive, m.is_shipped,
                                     m.is_installed)
    return found
