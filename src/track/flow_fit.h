/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_FLOW_FIT_H
#define ZD_TRACK_FLOW_FIT_H

/* How the part of a picture that shows a plane has moved from one frame to the next, roughly, and however far:
 * by the vectors of depth/motion.h. */

#include "depth/motion.h"
#include "track/wall_align.h"

typedef struct zd_flow_fit {
    zd_luma lumas[2]; /* of the frame now and of the one before */
    int now;          /* which of the two is which */
    int64_t count;    /* of frames */
    float *vectors;
    float *scratch;
    zd_image *picture; /* RGB of that size */
    double size;       /* a pixel of it in pixels of the tracked picture */
    void *memory;
} zd_flow_fit;

/** For pictures of this size. Release with zd_flow_fit_finish, also on failure. */
ZD_MUST_USE zd_status zd_flow_fit_init(zd_context *ctx, int width, int height, zd_flow_fit *fit,
                                       zd_error *err);
void zd_flow_fit_finish(zd_context *ctx, zd_flow_fit *fit);

/** Takes the next frame, and finds its vectors. */
void zd_flow_fit_load(zd_context *ctx, zd_flow_fit *fit, const zd_pyramid *luma);

/** The map from the frame before to the one loaded last, turn, size and place, that the vectors inside `box`
 *  (in the frame now) agree on; where few of them have something to say, that of the whole picture. The place alone where
 *  they agree on no more; identity where there is no frame before or nothing to tell it by. */
zd_homography zd_flow_fit_find(zd_context *ctx, const zd_flow_fit *fit,
                               const zd_wall_picture *picture, zd_wall_box box);

#endif
