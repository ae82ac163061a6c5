/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_VIDEO_DEPTH_H
#define ZD_DEPTH_VIDEO_DEPTH_H

/* Depth of a shot by a network for video, by Video Depth Anything's published rule (Chen et al. 2025,
 * infer_video_depth): windows of 32 frames of which 10 are key frames of the window before, each
 * window's scale and shift fitted to two of these, 8 frames cross-faded. Of the key frames the
 * network holds what its encoder gave, so a window encodes 22 frames and not 32: the same numbers.
 *
 * Frames go in in order; maps come out in order, up to 31 frames later. Memory does not depend on the
 * shot's length. Maps can be kept elsewhere: what is there is not computed again, and a shot that was
 * broken off goes on with the same bits. What the network gives for a window depends on its own pictures
 * alone, so windows can also be made apart, in any order and place, and be fitted later.
 *
 * Thread-safety: one thread at a time for each object. */

#include "core/digest.h"
#include "core/task.h"
#include "model/network.h"

typedef struct zd_video_depth zd_video_depth;

enum {
    ZD_VIDEO_WINDOW = ZD_NETWORK_WINDOW,
    ZD_VIDEO_STEP = 22, /* frames that a window is after the one before */
    ZD_VIDEO_RULE = 1   /* of the keys: changes with the maps that the rule gives */
};

/** Where maps are kept between runs; `get` and `put` may be NULL. A map is [out_height][out_width]. */
typedef struct zd_video_store {
    bool (*get)(void *user, const zd_digest *key, float *map);
    void (*put)(void *user, const zd_digest *key, const float *map);
    void *user;
} zd_video_store;

typedef struct zd_video_params {
    zd_network *network; /* its info.window is ZD_VIDEO_WINDOW; borrowed */
    int width;           /* of the pictures: multiples of the network's */
    int height;
    int out_width; /* of the maps, which are brought to it before they are fitted; 0: the pictures' */
    int out_height;
    zd_video_store store;
    bool is_normalised; /* pictures are already (rgb - mean) / std */
} zd_video_params;

/** Plans the network for windows. The caller owns *out. */
ZD_MUST_USE zd_status zd_video_depth_create(zd_context *ctx, const zd_video_params *params,
                                            zd_video_depth **out, zd_error *err);
void zd_video_depth_destroy(zd_video_depth **video); /* accepts a pointer to NULL */

/** Begins a shot; what is left of the one before is lost. */
void zd_video_depth_begin(zd_video_depth *video);

/** From now on what the network gives for a window is kept in the store before it is fitted too, under a
 *  key of the window's own pictures, and taken from there. */
void zd_video_depth_keep_windows(zd_video_depth *video);

/** Begins a shot with one of its windows, for what the network gives alone: no map comes out. The frames
 *  to push are those of zd_video_depth_frame for the positions 0 on, then the shot's next ones. Windows must
 *  be kept. */
void zd_video_depth_begin_apart(zd_video_depth *video, int64_t window);

/** The frame of a shot that is a window's picture at a position, 0 to 31. */
int64_t zd_video_depth_frame(int64_t window, int position);

/** Takes the shot's next frame, [height][width][3], 0..1 display-referred. A full window runs. After
 *  a failure or a cancelled task only zd_video_depth_begin is allowed. */
ZD_MUST_USE zd_status zd_video_depth_push(zd_video_depth *video, const float *rgb,
                                          const zd_task *task, zd_error *err);

/** The shot has no more frames: maps become ready. *more: pop them and call again. */
ZD_MUST_USE zd_status zd_video_depth_end(zd_video_depth *video, const zd_task *task, bool *more,
                                         zd_error *err);

/** The next map that is ready, [out_height][out_width], valid until the next call of another
 *  function; NULL: none. */
const float *zd_video_depth_pop(zd_video_depth *video);

/** Bytes held for pictures, maps and by the network for a window, without its weights. */
size_t zd_video_depth_memory(const zd_video_depth *video);

/** Encoder runs and windows of all shots, for tests and benchmarks. */
void zd_video_depth_counts(const zd_video_depth *video, int64_t *encoded, int64_t *windows);

/** Scale and shift of the last window's fit. */
void zd_video_depth_fit(const zd_video_depth *video, double *scale, double *shift);

#endif
