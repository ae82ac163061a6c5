#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Holds the editors' entries against the plug-ins and against what the editors' own entries are like:

    check_editors.py EFFECT.xml TRANSITION.xml META.qml UI.qml FLOWBLADE.xml FILTER.so MIXER.so
    check_editors.py --rules FILE...     the rules for XML, on files that an editor carries

Every parameter of the plug-in is there once, with its own default, and lists have a word for every value.
The rules are what the entries of Debian's kdenlive 22.12, shotcut 22.12 and flowblade 2.8 keep to."""
import ctypes
import pathlib
import re
import sys
import tempfile
import xml.etree.ElementTree as ElementTree

BOOL, DOUBLE, STRING = 0, 1, 4
# Kdenlive's kinds of parameters that are ours, with what each must have; others are passed over.
KDENLIVE = {"animated": {"name", "default", "min", "max"}, "bool": {"name", "default"},
            "list": {"name", "default", "paramlist"}, "url": {"name"}, "keywords": {"name", "paramlist"}}
KDENLIVE_MORE = {"type", "factor", "decimals", "suffix", "min", "max", "default", "filter", "mode", "scale",
                 "intimeline", "notintimeline", "visualmin", "visualmax", "widget"}
FLOWBLADE_EDITORS = {"slider", "booleancheckbox", "combobox", "file_select", "text_entry"}
FLOWBLADE_KEYS = {"editor", "range_in", "range_out", "step", "scale_digits", "exptype", "cbopts", "displayname",
                  "file_types"}
bad = []


def fault(where, what):
    bad.append(f"{where}: {what}")


class Info(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("author", ctypes.c_char_p), ("kind", ctypes.c_int),
                ("colours", ctypes.c_int), ("api", ctypes.c_int), ("major", ctypes.c_int),
                ("minor", ctypes.c_int), ("count", ctypes.c_int), ("explanation", ctypes.c_char_p)]


class Param(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int), ("explanation", ctypes.c_char_p)]


def parameters_of(path):
    """{name: (kind, default)} as the plug-in itself tells."""
    library, info, out = ctypes.CDLL(path), Info(), {}
    library.f0r_construct.restype = ctypes.c_void_p
    library.f0r_get_plugin_info(ctypes.byref(info))
    instance = ctypes.c_void_p(library.f0r_construct(64, 64))
    for i in range(info.count):
        param, number, text = Param(), ctypes.c_double(), ctypes.c_char_p()
        library.f0r_get_param_info(ctypes.byref(param), i)
        value = text if param.kind == STRING else number
        library.f0r_get_param_value(instance, ctypes.byref(value), i)
        default = value.value.decode() if param.kind == STRING else value.value
        out[param.name.decode()] = (param.kind, default)
    library.f0r_destruct(instance)
    return out


def near(a, b):
    return abs(float(a) - float(b)) < 1e-6


def kdenlive_rules(path):
    """What holds for Kdenlive's own files; yields (parameter's name, element)."""
    root = ElementTree.parse(path).getroot()
    for asset in root if root.tag == "group" else [root]:  # a group holds the versions of an effect
        if asset.tag not in ("effect", "transition") or not asset.get("tag"):
            fault(path, "the root is no effect or transition with a tag")
    for parameter in root.iter("parameter"):
        kind, name = parameter.get("type"), parameter.get("name")
        where = f"{path}: {name}"
        if kind not in KDENLIVE:
            continue
        missing = KDENLIVE[kind] - set(parameter.attrib)
        unknown = set(parameter.attrib) - KDENLIVE[kind] - KDENLIVE_MORE
        if missing or unknown:
            fault(where, f"a '{kind}' without {sorted(missing)} or with {sorted(unknown)}")
        if not (parameter.findtext("name") or "").strip():
            fault(where, "it has no name to be read")
        if kind == "list":
            values = parameter.get("paramlist", "").split(";")
            words = parameter.findtext("paramlistdisplay")
            if words is not None and not values[0].startswith("%") and len(words.split(",")) != len(values):
                fault(where, f"{len(values)} values and the words '{words}'")
        low, high = (re.match(r"-?[0-9.]+", parameter.get(end, "")) for end in ("min", "max"))
        if kind == "animated" and low and high and float(low[0]) >= float(high[0]):
            fault(where, "its range is empty")
        yield name, parameter


def check_kdenlive(path, service, params, plugin):
    found, root = dict(kdenlive_rules(path)), ElementTree.parse(path).getroot()
    for wanted in "name", "description", "author":
        if not (root.findtext(wanted) or "").strip():
            fault(path, f"it has no {wanted}")
    if root.get("id") != service:
        fault(path, f"its id is {root.get('id')}")
    if ElementTree.parse(path).getroot().get("tag") != service:
        fault(path, f"it is not for {service}")
    if list(found) != list(params):
        fault(path, f"parameters {list(found)}, the plug-in has {list(params)}")
    for name, element in found.items():
        kind, default = params.get(name, (None, None))
        shape, where = element.get("type"), f"{path}: {name}"
        if (kind == STRING) != (shape in ("url", "keywords")) or (kind == BOOL) != (shape == "bool"):
            fault(where, f"a '{shape}' for a parameter of kind {kind}")
        if name == "view":
            check_views(path, element.findtext("paramlistdisplay").split(","), element.get("paramlist").split(";"), plugin)
        if kind == STRING:
            if element.get("default", default) != default:
                fault(where, f"its default is '{element.get('default')}', the plug-in's '{default}'")
            continue
        if not near(element.get("default"), default):
            fault(where, f"its default is {element.get('default')}, the plug-in's {default}")
        if shape == "list" and not any(near(v, default) for v in element.get("paramlist").split(";")):
            fault(where, "its default is not in its list")
        if shape == "list" and [float(v) for v in element.get("paramlist").split(";")][::len(
                element.get("paramlist").split(";")) - 1] != [0.0, 1.0]:
            fault(where, "its list does not go from 0 to 1")
        if shape == "animated" and not near(float(element.get("max")) / float(element.get("factor")), 1.0):
            fault(where, "its range is not 0 to 1 of the plug-in's")


def pictures_of(path, name, values):
    """What the plug-in draws of a slope of depth for each value of a parameter."""
    library, info = ctypes.CDLL(path), Info()
    library.f0r_construct.restype = ctypes.c_void_p
    library.f0r_update.argtypes = [ctypes.c_void_p, ctypes.c_double, ctypes.c_void_p, ctypes.c_void_p]
    library.f0r_get_plugin_info(ctypes.byref(info))
    names = []
    for i in range(info.count):
        param = Param()
        library.f0r_get_param_info(ctypes.byref(param), i)
        names.append(param.name.decode())
    with tempfile.NamedTemporaryFile(suffix=".pgm") as slope:
        slope.write(b"P5 64 64 255\n" + bytes(range(0, 256, 4)) * 64)
        slope.flush()
        instance, map_name = ctypes.c_void_p(library.f0r_construct(64, 64)), ctypes.c_char_p(slope.name.encode())
        library.f0r_set_param_value(instance, ctypes.byref(map_name), names.index("depth_map"))
        picture, drawn = bytes(i * 7 % 256 if i % 4 < 3 else 255 for i in range(4 * 64 * 64)), []
        for value in values:
            number, out = ctypes.c_double(float(value)), ctypes.create_string_buffer(4 * 64 * 64)
            library.f0r_set_param_value(instance, ctypes.byref(number), names.index(name))
            library.f0r_update(instance, 0.0, picture, out)
            drawn.append(out.raw)
        library.f0r_destruct(instance)
    return drawn


def check_views(path, words, values, plugin):
    """Every word of the list is a picture of its own, and the last is the matte."""
    drawn = pictures_of(plugin, "view", values)
    if len(set(drawn)) != len(values):
        fault(path, f"of the views {words} some are the same picture")
    matte = {bytes(drawn[-1][i:i + 3]) for i in range(0, len(drawn[-1]), 4)}
    if words[-1] != "matte" or any(len(set(pixel)) != 1 for pixel in matte):
        fault(path, f"the last view, {words[-1]}, is no matte")


def flowblade_rules(root, path):
    for element in root.iter("property"):
        args, name = element.get("args", ""), element.get("name")
        if "  " in args or not element.text:
            fault(f"{path}: {name}", "two spaces or no value, which Flowblade falls over")
        yield name, dict(pair.split("=", 1) for pair in args.split(" ") if pair), element.text


def check_flowblade(path, service, params, plugin):
    root = ElementTree.parse(path).getroot()
    if root.tag != "filter" or root.get("id") != service or not root.findtext("group"):
        fault(path, f"no filter '{service}' in a group")
    names = []
    for name, args, text in flowblade_rules(root, path):
        names.append(name)
        kind, default = params.get(name, (None, None))
        where = f"{path}: {name}"
        if args.get("editor") not in FLOWBLADE_EDITORS or set(args) - FLOWBLADE_KEYS:
            fault(where, f"arguments {args}")
        if not args.get("displayname"):
            fault(where, "it has no name to be read")
        if kind != STRING and not near(text, default):
            fault(where, f"its default is {text}, the plug-in's {default}")
        if args.get("editor") == "combobox":
            options = [option.rpartition(":") for option in args["cbopts"].split(",")]
            if any(":" in word or not word for word, _, _ in options) or \
                    not any(near(value, default) for _, _, value in options):
                fault(where, f"its list is '{args['cbopts']}'")
            if name == "view":
                check_views(path, [word for word, _, _ in options], [value for _, _, value in options], plugin)
        if args.get("editor") == "slider" and args.get("range_out") != "0,1":
            fault(where, "its values are not 0 to 1")
    if names != list(params):
        fault(path, f"parameters {names}, the plug-in has {list(params)}")


def check_shotcut(meta, ui, service, params):
    meta_text, text = pathlib.Path(meta).read_text(), pathlib.Path(ui).read_text()
    for pattern in r"^Metadata \{", r"^    type: Metadata\.Filter$", rf"^    mlt_service: '{service}'$", \
            r"^    name: qsTr\('[^']+'\)$", rf"^    qml: '{pathlib.Path(ui).name}'$":
        if not re.search(pattern, meta_text, flags=re.M):
            fault(meta, f"no line like {pattern}")
    for where, source in (meta, meta_text), (ui, text):
        plain = re.sub(r"'(\\.|[^'\\\n])*'", "''", source)
        for opening, closing in "{}", "()", "[]":
            if plain.count(opening) != plain.count(closing):
                fault(where, f"{plain.count(opening)} {opening} and {plain.count(closing)} {closing}")
        if "'" in plain.replace("''", ""):
            fault(where, "a text does not end")
    listed = re.search(r"defaultParameters: \[(.*?)\]", text)[1]
    if re.findall(r"'(\w+)'", listed) != list(params):
        fault(ui, f"its presets hold {listed}")
    for name, (kind, default) in params.items():
        setting = re.search(rf"filter\.set\('{name}', (.+)\);", text)
        if not setting or (setting[1] != f"'{default}'" if kind == STRING else not near(setting[1], default)):
            fault(f"{ui}: {name}", f"set to {setting and setting[1]}, the plug-in's is {default}")
        for pattern in rf"\bid: {name}\b", rf"store\('{name}',", rf"filter\.get(Double)?\('{name}'\)":
            if len(re.findall(pattern, text)) != 1:
                fault(f"{ui}: {name}", f"not once: {pattern}")


class Node:
    """What a PyPlug does to a node of Natron."""

    def __init__(self, kind):
        self.kind, self.set, self.inputs, self.name = kind, {}, {}, ""

    def setScriptName(self, name):
        self.name = name

    def setLabel(self, label):
        pass

    def getParam(self, name):
        node = self

        class Param:
            def setValue(self, value):
                node.set[name] = value
        return Param()

    def connectInput(self, index, node):
        self.inputs[index] = node


def check_natron(path, descriptor, inputs):
    """The PyPlug makes a node of the plug-in, sets what is a parameter of it, and wires all that it makes."""
    words, nodes = {}, []
    exec(compile(pathlib.Path(path).read_text(), path, "exec"), words)  # pylint: disable=exec-used

    class App:
        def createNode(self, kind, version, group):
            nodes.append(Node(kind))
            return nodes[-1]
    words["createInstance"](App(), None)
    names = set(re.findall(r"^OfxParamType\w+ (\w+)$", pathlib.Path(descriptor).read_text(), re.M))
    ours = [node for node in nodes if node.kind.startswith("org.zdepth.")]
    if len(ours) != 1 or not ours[0].set or set(ours[0].set) - names:
        fault(path, f"sets {[node.set for node in ours]}")
    elif [ours[0].inputs[i].name for i in sorted(ours[0].inputs)] != inputs or nodes[0].inputs != {0: ours[0]}:
        fault(path, "is wired otherwise")
    for wanted in "getPluginID", "getLabel", "getVersion", "getGrouping", "getPluginDescription":
        if not words[wanted]():
            fault(path, f"says nothing in {wanted}")


def main():
    if sys.argv[1] == "--rules":
        count = 0
        for path in sys.argv[2:]:
            if "flowblade" in path:
                count += len(list(flowblade_rules(ElementTree.parse(path).getroot(), path)))
            else:
                count += len(list(kdenlive_rules(path)))
        print(f"{count} parameters in {len(sys.argv) - 2} files")
    else:
        effect, transition, meta, ui, flowblade, filter_path, mixer_path = sys.argv[1:]
        params, mixer = parameters_of(filter_path), parameters_of(mixer_path)
        check_kdenlive(effect, "frei0r.zdepth", params, filter_path)
        check_kdenlive(transition, "frei0r.zdepth_mixer", mixer, mixer_path)
        check_shotcut(meta, ui, "frei0r.zdepth", params)
        check_flowblade(flowblade, "frei0r.zdepth", params, filter_path)
        root = pathlib.Path(__file__).resolve().parent.parent.parent
        natron, golden = root / "packaging/editors/natron", root / "tests/ofx"
        check_natron(str(natron / "ZDepthCutout.py"), golden / "descriptor_filter_2.txt", ["Source"])
        check_natron(str(natron / "ZDepthTitleBehind.py"), golden / "descriptor_compositor_2.txt",
                     ["Source", "Foreground"])
        print(f"{len(params)} parameters of the filter, {len(mixer)} of the mixer")
    print("\n".join(bad))
    print("failed" if bad else "passed")
    sys.exit(bool(bad))


main()
