/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_H
#define ZD_SCENE_SCENE_H

/* A scene: nodes read from a plain-text file (docs/scene.md), each with the values of its keys.
 *
 * Units are Action's: pixels, degrees and percent. The world is right-handed, x right, y up, and
 * cameras look down -z. Pixel coordinates count from the top left corner, y down.
 *
 * Thread-safety: one thread at a time uses a scene. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/context.h"
#include "core/status.h"
#include "core/text.h"

enum { ZD_SCENE_MAX_NODES = 4096, ZD_SCENE_MAX_BYTES = 16 << 20, ZD_SCENE_NAME_SIZE = 64 };

typedef struct zd_scene zd_scene;

typedef enum zd_scene_kind {
    ZD_SCENE_NODE_FRAME, /* one in every scene, nameless */
    ZD_SCENE_NODE_MEDIA,
    ZD_SCENE_NODE_AXIS,
    ZD_SCENE_NODE_SURFACE,
    ZD_SCENE_NODE_GEOMETRY,
    ZD_SCENE_NODE_CAMERA,
    ZD_SCENE_NODE_LIGHT,
    ZD_SCENE_NODE_ZDEPTH,
    ZD_SCENE_NODE_NORMALMAP,
    ZD_SCENE_NODE_AOV,
    ZD_SCENE_NODE_OUTPUT,
    ZD_SCENE_NODE_KINDS,
} zd_scene_kind;

/** Parses a scene's text. `path` is used in messages ("PATH:LINE:COLUMN: ...") and for the folder
 *  that relative media paths start from; it is copied. References between nodes are linked, but
 *  only zd_scene_check says whether the scene makes sense. The caller owns *out. */
ZD_MUST_USE zd_status zd_scene_parse(zd_context *ctx, const char *path, const char *text,
                                     size_t bytes, zd_scene **out, zd_error *err);

/** Reads and parses a file. */
ZD_MUST_USE zd_status zd_scene_read(zd_context *ctx, const char *path, zd_scene **out,
                                    zd_error *err);

void zd_scene_destroy(zd_scene **scene);

/** Whether the scene can be rendered: links of the right kind, no cycles of parents, a camera for
 *  each output, the rule of `mode timeline`. Adds the maps that AOV nodes need (Create Map), each
 *  told on the context's log. Must succeed before a scene is rendered. */
ZD_MUST_USE zd_status zd_scene_check(zd_scene *scene, zd_error *err);

/** Writes the scene in its canonical form, which parses to the same scene. */
ZD_MUST_USE zd_status zd_scene_write(const zd_scene *scene, zd_text *out, zd_error *err);

/** Writes the scene's schematic as an indented tree; numbers are those of `frame`. */
ZD_MUST_USE zd_status zd_scene_print(const zd_scene *scene, double frame, zd_text *out,
                                     zd_error *err);

/** Writes the node graph as an SVG picture. */
ZD_MUST_USE zd_status zd_scene_svg(const zd_scene *scene, zd_text *out, zd_error *err);

const char *zd_scene_path(const zd_scene *scene);
int zd_scene_node_count(const zd_scene *scene);

/** The index of a named node, or -1. */
int zd_scene_find(const zd_scene *scene, const char *name);
const char *zd_scene_node_name(const zd_scene *scene, int node);
zd_scene_kind zd_scene_node_kind(const zd_scene *scene, int node);
const char *zd_scene_node_kind_name(zd_scene_kind kind);

void zd_scene_range(const zd_scene *scene, int *first, int *last);
double zd_scene_fps(const zd_scene *scene);

/** Outputs in file order. */
int zd_scene_output_count(const zd_scene *scene);
int zd_scene_output_node(const zd_scene *scene, int output);
const char *zd_scene_output_file(const zd_scene *scene, int output); /* "" when not given */

/** The network that a map's analysis names; "" for other nodes and where none is named. */
const char *zd_scene_analysis_model(const zd_scene *scene, int node);

/** The same of the networks that find its faces. */
const char *zd_scene_analysis_face_model(const zd_scene *scene, int node);

/** The file of the scene's colour configuration, from its folder, in `path`: NULL when none is named. The
 *  caller frees it. */
ZD_MUST_USE zd_status zd_scene_colour_config(const zd_scene *scene, char **path, zd_error *err);

/** The space of the scene's light; "" for linear light of BT.709's primaries. */
const char *zd_scene_working_space(const zd_scene *scene);

/** The colour space of a media's front; "" for other nodes and where none is named. */
const char *zd_scene_media_space(const zd_scene *scene, int node);

/** What an output's colours become; "" where nothing is named. */
typedef struct zd_scene_output_colours {
    const char *space; /* of EXR files */
    const char *display;
    const char *view;
} zd_scene_output_colours;

zd_scene_output_colours zd_scene_colours_of(const zd_scene *scene, int output);

/** Puts the place of a node's statement before a message. */
zd_status zd_scene_fail_at(const zd_scene *scene, int node, zd_status status, zd_error *err);

/** Gives `visit` the path of each file that the scene reads: fronts and mattes without their
 *  channel, meshes. A sequence is its pattern. Ends with the first visit that fails. */
ZD_MUST_USE zd_status zd_scene_visit_files(const zd_scene *scene,
                                           zd_status (*visit)(void *user, const char *path,
                                                              zd_error *err),
                                           void *user, zd_error *err);

#endif
