/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_INSERT_TRACK_H
#define ZD_CLIP_INSERT_TRACK_H

/* A title or a file that belongs to the scene: where it is in each frame of a shot, and its picture drawn there. */

#include "engine/compositor.h"
#include "media/reader.h"
#include "track/camera_wall.h"
#include "track/hiding_place.h"
#include "track/wall_plane.h"
#include "track/wall_track.h"

/** An insert in one shot. Maps are in fractions of the frame. Plain data; `poses` is owned by who made it. */
typedef struct zd_insert_track {
    bool is_known;         /* else the insert lies in the frame as it is placed */
    int64_t first;         /* the frame of the clip that all poses are about */
    int count;             /* frames from there on with a pose; later ones have the last */
    zd_homography *poses;  /* where the first frame's wall is */
    zd_homography lie;     /* the insert on its plane, in the first frame */
    zd_hiding_box box;     /* the insert */
    bool is_revealed;      /* in this shot: */
    zd_hiding_place place; /* from here */
    double start_s;
    double time_s;            /* and how long that takes */
    const zd_camera *camera;  /* borrowed; NULL: `poses` count. Else, in its axes and units: */
    double camera_first;      /* its frame at the clip's first */
    zd_camera_pose placed_by; /* how it was when the insert was placed */
    zd_camera_wall wall;      /* where */
    double aspect;            /* of the frame */
} zd_insert_track;

/** Whether an insert's parameters ask for more than a place in the frame. */
bool zd_insert_track_is_wanted(const zd_params *params);

/** Where the insert is in a frame, in fractions; and its opacity in *opacity. */
zd_homography zd_insert_track_at(const zd_insert_track *track, int64_t frame, double time_s,
                                 float *opacity);

/** Gives a track that was remembered, with the frame of `placed_by`, its camera, which may be NULL. */
void zd_insert_track_join(zd_insert_track *track, const zd_camera *camera,
                          const zd_reader_info *footage);

/** The track's camera at a frame of the clip. */
zd_camera_pose zd_insert_track_camera_at(const zd_insert_track *track, int64_t frame);

/** The track of the frame that comes next, which is *frame; NULL: none. */
typedef const zd_insert_track *(*zd_insert_track_source)(const void *user, int insert,
                                                         double time_s, int64_t *frame);

/** Opens an insert like zd_clip_insert_open, drawn at twice the size and laid where its track says. */
ZD_MUST_USE zd_status zd_insert_track_open(zd_context *ctx, const zd_params *params,
                                           const zd_reader_info *footage,
                                           zd_insert_track_source source, const void *user,
                                           int insert, zd_compositor_insert *out, zd_error *err);

#endif
