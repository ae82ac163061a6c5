/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_SOFT_H
#define ZD_COMPOSITE_SOFT_H

/* Four planes of the whole frame blurred by Gaussians, as light and soft shadows need them. They are kept as a
 * smaller picture, on a grid of the frame, whose squares are at most two thirds of the smallest Gaussian's sigma: a
 * rectangle sees what the whole sees. */

#include "core/context.h"
#include "image/vec4.h"

enum { ZD_SOFT_MOST_REACH = 40 };

typedef struct zd_soft {
    zd_context *ctx;
    int frame_width;
    int frame_height;
    int shrink; /* squares of so many pixels are one */
    int width;  /* of the small picture */
    int height;
    int reach;
    zd_vec4 weights[ZD_SOFT_MOST_REACH + 1]; /* half kernels that sum to 1, their middles first */
    zd_vec4 *values;
    zd_vec4 *across;
    size_t bytes;
} zd_soft;

/** Adds up the values of a row's pixels: row[x / shrink] += part * value; `part` makes means of squares. From any
 *  thread, rows of other squares at a time. */
typedef void (*zd_soft_row)(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row);

/** Makes room for a frame. `sigma`: of each plane, in pixels, 0.3 or more, none above four times another. `what` is
 *  named when there is no memory. Released by zd_soft_close. */
ZD_MUST_USE zd_status zd_soft_open(zd_context *ctx, int frame_width, int frame_height,
                                   zd_vec4 sigma, const char *what, zd_soft *out, zd_error *err);
void zd_soft_close(zd_soft *soft);

/** Asks for the frame's rows and blurs them; the frame's border goes on outside. Runs on the pool. */
void zd_soft_fill(zd_soft *soft, zd_soft_row row, const void *user);

/** The blurred values at a place in pixels, middles at .5. */
zd_vec4 zd_soft_at(const zd_soft *soft, float x, float y);

#endif
