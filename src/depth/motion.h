/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_MOTION_H
#define ZD_DEPTH_MOTION_H

/* Motion between two small pictures by block matching on two levels. */

#include "core/context.h"
#include "image/image.h"

enum { ZD_MOTION_BLOCK = 8 };

/** Two levels of one picture's luma, each padded by repeating the border. */
typedef struct zd_luma {
    float *levels[2]; /* full and half size, pointing at (0, 0) */
    int width[2];
    int height[2];
    int stride[2];
} zd_luma;

/** How many floats a luma of this size takes. */
size_t zd_luma_floats(int width, int height);

/** Lays a luma out in memory of that many floats. */
void zd_luma_init(zd_luma *luma, float *memory, int width, int height);

/** Fills both levels from an RGB float32 picture. */
void zd_luma_load(zd_luma *luma, zd_view rgb);

/** For each block of ZD_MOTION_BLOCK pixels of `now`, where its content was in `before`: x and y
 *  offsets in pixels, row by row, `(width + 7) / 8` in a row. `scratch` has the size of `vectors`
 *  in all: 2 floats a block. Prefers short vectors that agree with their neighbours. */
void zd_motion_find(zd_context *ctx, const zd_luma *now, const zd_luma *before, float *vectors,
                    float *scratch);

#endif
