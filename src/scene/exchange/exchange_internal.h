/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_EXCHANGE_EXCHANGE_INTERNAL_H
#define ZD_SCENE_EXCHANGE_EXCHANGE_INTERNAL_H

/* What importers share: tracks of numbers over frames that become values or keyframes of a scene's text,
 * names that are new in the scene, and cameras. One importer a file, import_NAME.c. */

#include "scene/scene_exchange.h"
#include "scene/scene_math.h"

enum { ZD_EXCHANGE_MAX_FRAMES = 100000, ZD_EXCHANGE_MAX_BYTES = 64 << 20 };

/* An import under way. */
typedef struct zd_import {
    zd_scene_draft *doc;
    const zd_scene_import_params *params;
    zd_text *out;    /* the nodes */
    zd_text names;   /* that were given: "\nNAME\n" each */
    double frame[2]; /* the scene's size */
    double aspect;   /* of its pixels */
    double fps;
    int first; /* the frame that motion begins at: the scene's first but where a file says another */
    int nodes;
} zd_import;

/* Numbers over frames: [frame][number]. */
typedef struct zd_import_track {
    zd_context *ctx;
    double *frames;
    double *values;
    int numbers;
    int count;
} zd_import_track;

zd_status zd_import_track_init(zd_import_track *track, zd_context *ctx, int numbers, int count,
                               zd_error *err);
void zd_import_track_finish(zd_import_track *track);

/** A free name of ours for something that a file calls `stem`; `name` has ZD_SCENE_NAME_SIZE bytes. */
void zd_import_name(zd_import *import, const char *stem, const char *otherwise, char *name);

/** Begins "KIND NAME {"; ends with zd_import_end. */
void zd_import_begin(zd_import *import, const char *kind, const char *name);
void zd_import_end(zd_import *import);

/** " KEY V V V" of the first frame, for numbers [first, first + count) of a track. */
void zd_import_values(zd_import *import, const char *key, const zd_import_track *track, int first,
                      int count);

/** Keyframes of those numbers that change. */
void zd_import_keyframes(zd_import *import, const char *name, const char *key,
                         const zd_import_track *track, int first, int count);

/** Euler angles of a rotation about x, then y, then z, degrees; of the two ways the one nearest to
 *  `before`, which may be NULL. */
zd_vec3 zd_import_angles(const zd_mat4 *rotation, const double before[3]);

/** A camera of a track of seven numbers: position, rotation, vertical field of view in degrees. */
void zd_import_camera(zd_import *import, const char *stem, const zd_import_track *track,
                      double near_px, double far_px);

/** Refuses numbers that are none, and fields of view that no camera has. */
zd_status zd_import_check(const zd_import *import, const zd_import_track *track, zd_error *err);

/* The readers. */
zd_status zd_import_assimp(zd_import *import, zd_error *err);
zd_status zd_import_nuke(zd_import *import, zd_error *err);

#endif
