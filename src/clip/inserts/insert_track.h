/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLIP_INSERT_TRACK_H
#define ZD_CLIP_INSERT_TRACK_H

/* A title or a file that belongs to the scene: where it is in each frame of a shot, and its picture drawn there. */

#include "engine/compositor.h"
#include "media/reader.h"
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
    double time_s; /* and how long that takes */
} zd_insert_track;

/** Whether an insert's parameters ask for more than a place in the frame. */
bool zd_insert_track_is_wanted(const zd_params *params);

/** Where the insert is in a frame, in fractions; and its opacity in *opacity. */
zd_homography zd_insert_track_at(const zd_insert_track *track, int64_t frame, double time_s,
                                 float *opacity);

/** The track of the frame that comes next, which is *frame; NULL: none. */
typedef const zd_insert_track *(*zd_insert_track_source)(const void *user, int insert,
                                                         int64_t *frame);

/** Opens an insert like zd_clip_insert_open, drawn at twice the size and laid where its track says. */
ZD_MUST_USE zd_status zd_insert_track_open(zd_context *ctx, const zd_params *params,
                                           const zd_reader_info *footage,
                                           zd_insert_track_source source, const void *user,
                                           int insert, zd_compositor_insert *out, zd_error *err);

#endif
