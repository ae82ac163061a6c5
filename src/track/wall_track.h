/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_WALL_TRACK_H
#define ZD_TRACK_WALL_TRACK_H

/* A wall followed through a shot: for each frame, where the plane of the first one has gone.
 *
 * Each frame is laid on a key, a part of an earlier picture, and not on the frame before it, so that nothing
 * drifts. The first frame's key serves as long as enough of it is in the picture; then another is taken, and the
 * first again once it has come back. */

#include "track/wall_align.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_wall_track zd_wall_track;

/** For pictures of this size; the caller owns *out. `box` is the part of the first picture whose plane is to be
 *  followed, which may reach out of it. */
ZD_MUST_USE zd_status zd_wall_track_create(zd_context *ctx, int width, int height, zd_wall_box box,
                                           zd_wall_track **out, zd_error *err);
void zd_wall_track_destroy(zd_wall_track **track);

/** What is known of a frame. */
typedef struct zd_wall_pose {
    zd_homography h; /* from the first frame's pixels to this one's */
    float agreement; /* see zd_wall_fit */
    float error_px;  /* expected; INFINITY where is_held */
    bool is_held; /* the plane could not be made out: carried on by the motion of the background */
    bool has_texture; /* false in all frames: there is nothing to follow, and h is the identity */
} zd_wall_pose;

/** Takes the next frame: RGB or RGBA f32, display-referred. `hidden` is gray f32 of any size, above 0.5 where
 *  something stands before the wall, or without data. The first one's pose is the identity. */
ZD_MUST_USE zd_status zd_wall_track_push(zd_wall_track *track, zd_view picture, zd_view hidden,
                                         zd_wall_pose *out, zd_error *err);

/** By what the first frame's part is known. After the first push. */
zd_wall_model zd_wall_track_model(const zd_wall_track *track);

#endif
