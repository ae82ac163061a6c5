/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_INSERT_PLACE_H
#define ZD_CLIP_INSERT_PLACE_H

/* How an insert lies in the frame that it is placed in: its box, its plane, where it comes out from, how a
 * camera of a file sees it. Of jobs, which find it in a walk over a shot, and of plug-ins. */

#include "clip/inserts/insert_track.h"
#include "image/depth_map.h"

/** A frame that inserts are placed in. Everything is borrowed. */
typedef struct zd_insert_scene {
    zd_context *ctx;
    const zd_reader_info *footage;
    double focal_mm; /* the project's */
    const zd_depth_map *depth;
    zd_depth_range range; /* of the shot */
    zd_view hidden;       /* the matte before the insert, of the map's size */
    int64_t frame;
    double time_s;
    double on_s;   /* when the insert is first seen in the shot */
    bool is_quiet; /* nothing is told */
} zd_insert_scene;

/** What was found. */
typedef struct zd_insert_found {
    bool is_laid;
    zd_wall_plane plane;
} zd_insert_found;

/** Fills in all of a track but its poses. `track` keeps the camera that it has, which its parameters name. */
ZD_MUST_USE zd_status zd_insert_place(const zd_insert_scene *scene, const zd_params *params,
                                      zd_insert_track *track, zd_insert_found *found,
                                      zd_error *err);

/** Opens the camera's file that an insert's parameters name, if they do. The caller closes *out. */
ZD_MUST_USE zd_status zd_insert_camera_open(zd_context *ctx, const zd_params *params,
                                            zd_camera **out, zd_error *err);

#endif
