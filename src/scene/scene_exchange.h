/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_EXCHANGE_H
#define ZD_SCENE_SCENE_EXCHANGE_H

/* Cameras, lights, objects and their motion from other programs' files, as nodes of a scene's text; and
 * a scene's objects and cameras as such files. A format is a file in exchange/ and a row of its table.
 *
 * What is read is hostile: names become names of ours, numbers are checked, sizes have limits, and
 * assimp opens the file's own folder and nothing else. */

#include "scene/render.h"
#include "scene/scene_draft.h"

typedef struct zd_scene_import_params {
    const char *path;    /* of the file; where it is opened */
    const char *written; /* the same as the scene's text has it */
    double unit;         /* pixels for one unit of the file */
} zd_scene_import_params;

/** Appends what a file holds to a scene: nodes with free names, and their keyframes. *nodes, which may be
 *  NULL, is how many. Changes nothing on failure. */
ZD_MUST_USE zd_status zd_scene_import(zd_scene_draft *doc, const zd_scene_import_params *params,
                                      int *nodes, zd_error *err);

typedef struct zd_scene_export_params {
    const char *path; /* its ending is the format */
    const char *node; /* a camera or object; NULL: all objects that the first output shows */
    int first;        /* frames of a camera; a mesh is that of the first */
    int last;
    double unit; /* pixels for one unit of the file */
    bool points; /* a point cloud, without triangles */
} zd_scene_export_params;

/** Writes a checked scene's objects as the renderer sees them, maps and all, or a camera. The renderer is
 *  the scene's. The file appears when it is complete. */
ZD_MUST_USE zd_status zd_scene_export(zd_scene_renderer *renderer,
                                      const zd_scene_export_params *params, zd_error *err);

/** The endings that are read, and written, with blanks between. */
const char *zd_scene_import_endings(void);
const char *zd_scene_export_endings(void);

#endif
