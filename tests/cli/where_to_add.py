#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""where_to_add.py SOURCE [BUILD]: the table "Where to add" of docs/architecture.md is true.

A copy of the sources gets a toy of each kind. An edit may touch only files that the kind's row names
(and the meson.build of a folder with a new .c file). The copy is built and every toy is used. Objects that the
toys do not reach are those of BUILD, as in a folder that was built before somebody added something."""
import functools
import json
import os
import pathlib
import re
import shlex
import shutil
import struct
import subprocess
import sys
import tempfile

SOURCE = pathlib.Path(sys.argv[1]).resolve()
BUILD = pathlib.Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
LICENCE = ("/* SPDX-FileCopyrightText: 2026 The Zdepth developers */\n"
           "/* SPDX-License-Identifier: Apache-2.0 */\n")

# kind as the table has it: {file under src/: (text to find, text to put before it) or new text}
TOYS = {
    "a parameter": {
        "project/param.h": ("    ZD_P_DEPTH_MAP,\n", "    ZD_P_TOY,\n"),
        "project/param_table.c": ("    [ZD_P_DEPTH_MAP] = {", """    [ZD_P_TOY] = {
        .name = "toy", .label = "Toy",
        .group = ZD_GROUP_SOURCE, .type = ZD_PARAM_NUMBER,
        .max = 7, .soft_max = 7, .initial = 3, .unit = "",
        .help = "A number to play with.",
    },
"""),
    },
    "a verb": {
        "cli/verbs/verb_toy.c": LICENCE + """
#include "cli/verb_list.h"

static zd_status run(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) cli;
    (void) args;
    (void) err;
    printf("played\\n");
    return ZD_OK;
}

const zd_verb zd_verb_toy = {
    .name = "toy",
    .summary = "Plays.",
    .synopsis = "",
    .text = "Plays.",
    .examples = "  zdepth toy\\n",
    .run = run,
};
""",
        "cli/verb_list.h": ("    ROW(filter)", "    ROW(toy) \\\n"),
    },
    "a view": {
        "matte/views/view_toy.c": LICENCE + """
#include "matte/view_drawing.h"

static void draw(const zd_matte_view_source *source, zd_view out)
{
    (void) source;
    for (int y = 0; y < out.height; y++) {
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++, to += out.format.channels) {
            zd_matte_view_put(to, out.format.channels, 1.0f, 0.0f, 1.0f);
        }
    }
}

const zd_matte_view zd_matte_view_toy = { .draw = draw };
""",
        "matte/view_list.h": ("    ROW(MATTE,", "    ROW(TOY, toy, \"toy\") \\\n"),
    },
    "a blend mode": {
        "composite/blends/blend_toy.h": LICENCE + """#ifndef ZD_COMPOSITE_BLENDS_BLEND_TOY_H
#define ZD_COMPOSITE_BLENDS_BLEND_TOY_H

#include "composite/blend_pair.h"

static inline zd_vec4 zd_blend_toy(const zd_blend_pair *p)
{
    return p->d;
}

#endif
""",
        "composite/blend_list.h": [
            ("#define ZD_BLENDS(ROW)", '#include "composite/blends/blend_toy.h"\n\n'),
            ("    ROW(DIFFERENCE,", '    ROW(TOY, toy, "toy") \\\n')],
    },
    "a built-in effect": {
        "composite/effects/toy.c": LICENCE + """
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

typedef struct zd_toy {
    float much;
} zd_toy;

static zd_status zd_toy_apply(zd_context *ctx, const zd_toy *toy, const zd_effect_io *io,
                              zd_error *err)
{
    (void) ctx;
    zd_view_copy(zd_view_crop(io->picture, io->roi), io->out);
    return toy->much > 0.5f ? zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "too much") : ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "much", .offset = offsetof(zd_toy, much), .count = 1, .max = 1, .initial = 0.25f, .help = "how much" },
};

ZD_EFFECT_DEFINE(toy, "ztoy", ZD_EFFECT_POINTWISE, "plays");
""",
        "composite/effect_list.h": ("    ROW(fog)", "    ROW(toy) \\\n"),
    },
    "an operator of networks": {
        "model/ops/op_toy.c": LICENCE + """
#include "model/operator.h"

static void run(const zd_op_call *call)
{
    for (int y = call->y0; y < call->y1; y++) {
        for (size_t i = 0; i < call->out.row; i++) {
            zd_op_row(&call->out, y)[i] = 1.0f - zd_op_row(&call->in[0], y)[i];
        }
    }
}

const zd_op_type zd_op_type_toy = { .name = "toy", .low_inputs = 1, .high_inputs = 1, .run = run };
""",
        "model/op_list.h": ("    ROW(CONVT,", "    ROW(TOY, toy) \\\n"),
    },
    "a family of networks": {
        "model/families/toy.c": LICENCE + """
#include "model/families/family.h"

static bool recognises(const zd_weights *weights)
{
    return zd_weights_has(weights, "toy.weight");
}

static zd_status describe(const zd_weights *weights, const zd_family_request *request,
                          zd_family_facts *facts, zd_text *list, zd_error *err)
{
    (void) weights;
    (void) request;
    (void) err;
    zd_text_format(list, "input image c=3\\nconv toy image k=1 o=1\\noutput depth toy channel=0\\n");
    *facts = (zd_family_facts){ .name = "toy", .patch = 2, .default_short_side = 64 };
    return ZD_OK;
}

const zd_family zd_family_toy = { "toy", recognises, describe };
""",
        "model/families/family_list.h": ("    ROW(video_depth_anything)", "    ROW(toy) \\\n"),
    },
    "a file format for output": {
        "media/encoder_defaults.c": (
            '    { .ending = "png"', '    { .ending = "bmp", .kind = ZD_OUTPUT_STILL, '
            '.codec = { OPAQUE = "bmp", GRAY = "bmp", HDR = "bmp" } },\n'),
    },
    "a format of pictures and depth maps that FFmpeg has not": {
        "media/still/toy.c": LICENCE + """
#include <stdio.h>
#include <string.h>

#include "media/frame_internal.h"
#include "media/still.h"

bool zd_still_is_toy(const char *path, const zd_still_head *head)
{
    (void) path;
    return head->count >= 4 && memcmp(head->bytes, "TOY1", 4) == 0;
}

/* A ramp of 16 columns and 9 rows. */
zd_status zd_still_load_toy(zd_context *ctx, const char *path, const zd_reader_params *params,
                            zd_still *out, zd_error *err)
{
    AVFrame *av = NULL;
    zd_frame_info like = { .duration = 1, .time_base = { 1, 24 } };
    (void) path;
    (void) params;
    ZD_TRY(zd_frame_allocate(16, 9, AV_PIX_FMT_GRAYF32LE, NULL, &av, err));
    for (int y = 0; y < 9; y++) {
        float *to = (float *) (void *) (av->data[0] + (ptrdiff_t) y * av->linesize[0]);
        for (int x = 0; x < 16; x++) {
            to[x] = (float) x / 16.0f;
        }
    }
    av->color_trc = AVCOL_TRC_LINEAR;
    av->color_range = AVCOL_RANGE_JPEG;
    av->pts = 0;
    snprintf(out->codec, sizeof out->codec, "toy");
    return zd_frame_wrap(ctx, av, &like, true, &out->frame, err);
}
""",
        "media/still.h": [
            ("    ZD_STILL_HEIF,\n", "    ZD_STILL_TOY,\n"),
            ("/* The loaders of", """bool zd_still_is_toy(const char *path, const zd_still_head *head);
ZD_MUST_USE zd_status zd_still_load_toy(zd_context *ctx, const char *path,
                                        const zd_reader_params *params, zd_still *out,
                                        zd_error *err);

""")],
        "media/still/still.c": (
            "    { .type = ZD_STILL_HEIF,",
            "    { .type = ZD_STILL_TOY, .recognises = zd_still_is_toy, .load = zd_still_load_toy },\n"),
    },
    "a network that can be installed": {
        "models/model_table.c": (
            '    {\n        .name = "v2-small",', """    {
        .name = "toy-network",
        .title = "A network to play with",
        .repository = "",
        .revision = "",
        .file = "toy.safetensors",
        .sha256 = "",
        .licence = "CC0",
        .source = ZD_MODEL_BY_HAND,
    },
"""),
    },
    "a door: a plug-in or a program": {
        "toy/meson.build": "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n"
                           "# SPDX-License-Identifier: Apache-2.0\n"
                           "executable('toy_door', 'toy_door.c', dependencies: engine_dep)\n",
        "toy/toy_door.c": LICENCE + """
#include <stdio.h>

#include "engine/engine.h"

int main(void)
{
    zd_engine *engine = NULL;
    zd_error error = { 0 };
    if (zd_engine_acquire(&engine, &error) != ZD_OK) {
        return 1;
    }
    zd_engine_release(&engine);
    puts("open");
    return 0;
}
""",
        "meson.build": ("subdir('files')", "subdir('toy')\n"),
        "tools/layers.txt": ("studio: zdepth", "toy: engine\n"),
    },
}

# What shows that a toy is there: arguments, and what the output must hold ("" : it succeeds). Depth is a map's where no
# network is looked at: one of ours takes half a minute of the processor for the sample.
USES = [
    (["help", "composite"], "--toy NUMBER"),
    (["man"], "A number to play with."),
    (["toy"], "played"),
    (["help"], "Plays."),
    (["help", "view"], "toy"),
    (["view", "CLIP", "--view", "toy", "--depth-map", "TOY", "--frames", "0-0", "-o", "toy.png"], ""),
    (["help", "composite"], "|toy|"),
    (["composite", "CLIP", "--title", "X", "--blend", "toy", "--depth-map", "TOY", "--frames", "0-0", "-o", "blend.png"], ""),
    (["depth", "CLIP", "--model", "OPERATOR", "--depth-size", "56", "--frames", "0-0", "-o", "one.exr"], ""),
    (["depth", "CLIP", "--model", "FAMILY", "--depth-size", "56", "--frames", "0-0", "-o", "two.exr"], ""),
    (["help", "effects"], "ztoy: plays\n  much            0 to 1, default 0.25: how much"),
    (["filter", "CLIP", "--effect", "ztoy=much=0.1", "--depth-map", "TOY", "--frames", "0-0", "-o", "effect.png"], ""),
    (["filter", "CLIP", "--effect", "ztoy", "--depth-map", "TOY", "--frames", "0-1", "-o", "effect.%02d.bmp"], ""),
    (["info", "TOY"], "toy"),
    (["view", "CLIP", "--depth-map", "TOY", "--frames", "0-0", "-o", "map.png"], ""),
    (["models", "list"], "toy-network"),
]


def write_network(path, metadata):
    """A network's file whose one layer is the mean of red, green and blue."""
    data = struct.pack("<4f", 1 / 3, 1 / 3, 1 / 3, 0)
    header = json.dumps({
        "__metadata__": metadata,
        "toy.weight": {"dtype": "F32", "shape": [1, 3, 1, 1], "data_offsets": [0, 12]},
        "toy.bias": {"dtype": "F32", "shape": [1], "data_offsets": [12, 16]},
    }).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + data)
    return str(path)


def rows():
    table = (SOURCE / "docs/architecture.md").read_text().partition("## Where to add")[2]
    return dict(re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", table, flags=re.M))


def may_touch(row, path):
    named = re.findall(r"`([^`]+)`", row)
    for name in named:  # one without an ending is a folder
        pattern = re.escape(name).replace("NAME", r"\w+") + ("" if "." in name else "/.+")
        if re.fullmatch(pattern, path) or re.fullmatch(pattern, "src/" + path):
            return True
    return False


def add(copy, kind, row):
    made = {copy / "src" / path for path, edits in TOYS[kind].items() if isinstance(edits, str)}
    for path, edits in TOYS[kind].items():
        assert may_touch(row, path), f"{kind}: the table does not name {path}"
        file = copy / path if path.startswith("tools/") else copy / "src" / path
        if isinstance(edits, str):
            file.parent.mkdir(exist_ok=True)
            file.write_text(edits)
            if path.endswith(".c") and not (file.parent / "meson.build" in made):
                meson = file.parent / "meson.build"
                inner = ""
                while not meson.exists():
                    inner = meson.parent.name + "/" + inner
                    meson = meson.parent.parent / "meson.build"
                text = meson.read_text()
                neighbour = re.search(rf"'{inner}\w+\.c',", text)[0]
                meson.write_text(text.replace(neighbour, f"{neighbour} '{inner}{file.name}',", 1))
            continue
        for before, text in edits if isinstance(edits, list) else [edits]:
            was = file.read_text()
            assert was.count(before) == 1, f"{path} holds '{before}' {was.count(before)} times"
            file.write_text(was.replace(before, text + before))


def run(arguments, **how):
    ran = subprocess.run(arguments, capture_output=True, text=True, check=False, **how)
    assert ran.returncode == 0, f"{' '.join(map(str, arguments))}\n{ran.stdout}{ran.stderr}"[-4000:]
    return ran.stdout


def commands(build):
    """The flags that each object of a build folder is compiled with, by its name there, but what makes errors of warnings."""
    entries = json.loads((build / "compile_commands.json").read_text())
    return {entry["output"]: [word for word in shlex.split(entry["command"].removeprefix("ccache "))[1:] if word != "-Werror"]
            for entry in entries}


def unreached(paths):
    """The objects of BUILD that are newer than all that they were made of, which is sources alone and none of these
    under src/."""
    told = run(["ninja", "-C", BUILD, "-t", "deps"])
    edited, found = {str(SOURCE / "src" / path) for path in paths}, set()
    changed = functools.cache(lambda path: os.stat(path).st_mtime_ns)
    for name, files in re.findall(r"^(\S+): #deps .*\(VALID\)\n((?:    .*\n)*)", told, flags=re.M):
        sources = [os.path.normpath(BUILD / file.strip()) for file in files.splitlines()]
        if not edited.intersection(sources) and not any(source.startswith(f"{BUILD}/") for source in sources):
            made = changed(BUILD / name)
            if all(os.path.exists(source) and changed(source) <= made for source in sources):
                found.add(name)
    return found


# A compiler that takes an object of BUILD where the list has it, and hurries otherwise; the front needs -O1.
COMPILER = """#!/bin/sh
last=
for word; do
    [ "$last" != -o ] || out=$word
    last=$word
done
if [ -n "$out" ] && grep -qxF "$out" {ready}; then
    exec cp {build}/"$out" "$out"
fi
exec cc "$@" -O1 -UNDEBUG
"""


def set_up(copy, folder):
    """The copy's build folder, in which only what the toys reach has to be compiled."""
    build, compiler, ready = copy / "build", folder / "toy-cc", folder / "ready.txt"
    options = ["-Dstudio=disabled", "-Dscene=disabled"]
    if BUILD is not None:
        told = json.loads(run(["meson", "introspect", "--buildoptions", BUILD]))
        options = [f"-D{option['name']}={option['value']}" for option in told if option["name"] in ("buildtype", "studio", "scene")]
    ready.write_text("")
    compiler.write_text(COMPILER.format(ready=ready, build=BUILD))
    compiler.chmod(0o755)
    run(["meson", "setup", build, *options], cwd=copy, env=dict(os.environ, CC=str(compiler)))
    if BUILD is not None:
        ours, theirs = commands(build), commands(BUILD)
        same = {name for name in unreached({path for toy in TOYS.values() for path in toy}) if ours.get(name) == theirs.get(name)}
        ready.write_text("".join(f"{name}\n" for name in sorted(same)))
        print(f"{len(same)} objects are those of {BUILD.name}")
    return build


def main():
    table = rows()
    with tempfile.TemporaryDirectory(prefix="zd_toys_") as folder:
        copy = pathlib.Path(folder) / "source"
        shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("build*", ".git"))
        for kind in TOYS:
            add(copy, kind, table[kind])
        build = set_up(copy, pathlib.Path(folder))
        run(["ninja", "-C", build, "src/cli/zdepth", "src/toy/toy_door"])
        assert run([build / "src/toy/toy_door"]) == "open\n"
        run([sys.executable, copy / "tools/check_layers.py"])
        toy = pathlib.Path(folder) / "map.toy"
        toy.write_bytes(b"TOY1")
        files = {
            "CLIP": str(SOURCE / "assets/sample.mp4"),
            "TOY": str(toy),
            "FAMILY": write_network(pathlib.Path(folder) / "family.safetensors", {"format": "pt"}),
            "OPERATOR": write_network(pathlib.Path(folder) / "operator.safetensors", {
                "format": "zdepth-embedded", "version": "1", "mean": "0 0 0", "std": "1 1 1",
                "arch": "input image c=3\nconv toy image k=1 o=1\ntoy not toy\n"
                        "output nearness not channel=0\n"}),
        }
        for arguments, expected in USES:
            words = [files.get(word, word) for word in arguments]
            if "CLIP" in arguments:
                words += ["--cache", str(pathlib.Path(folder) / "cache"), "--quiet"]
            got = run([build / "src/cli/zdepth", *words], cwd=folder,
                      env=dict(os.environ, ZD_MODELS=str(SOURCE / "models")))
            assert expected in got, f"{' '.join(arguments)} does not tell '{expected}':\n{got}"
    print(f"{len(TOYS)} toys added where the table says")


main()
