/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_STABILISE_H
#define ZD_DEPTH_STABILISE_H

/* Steadies the depth of one shot, frame after frame. Networks judge every frame by itself, so scale
 * and shift jump and edges crawl. Each frame is first aligned to the running estimate by a robust
 * straight line; then the two are mixed along the motion of the small picture, most where nothing
 * moves and not at all where the picture or the depth has really changed.
 *
 * The first frame after a reset comes out bit-identical to what went in. */

#include "image/depth_map.h"
#include "image/image.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_stabiliser zd_stabiliser;

/** Plans memory for maps of exactly this size. */
ZD_MUST_USE zd_status zd_stabiliser_create(zd_context *ctx, int map_width, int map_height,
                                           zd_stabiliser **out, zd_error *err);
void zd_stabiliser_destroy(zd_stabiliser **stabiliser);

/** Forgets the past; call at every cut. */
void zd_stabiliser_reset(zd_stabiliser *stabiliser);

/** Takes the next frame.
 *
 *  depth     ZD_GRAY_F32, nearness or normalised; NaN stays NaN
 *  rgb       RGB float32 of the same size, display-referred, of the same moment
 *  strength  0 copies the depth, 1 is the most
 *  out       ZD_GRAY_F32 of the same size; may be `depth` */
ZD_MUST_USE zd_status zd_stabiliser_process(zd_stabiliser *stabiliser, zd_view depth, zd_view rgb,
                                            float strength, zd_view out, zd_error *err);

/** What goes with a depth. */
typedef enum zd_follower {
    ZD_FOLLOWER_FOREGROUND,
    ZD_FOLLOWER_SKY,
    ZD_FOLLOWER_COUNT,
} zd_follower;

/** The same smoothing, without alignment, for another plane of the frame processed last, such as
 *  the foreground probability: it follows the same motion with the same weights. `out` may be
 *  `plane`. */
void zd_stabiliser_follow(zd_stabiliser *stabiliser, zd_follower which, zd_view plane, zd_view out);

#endif
