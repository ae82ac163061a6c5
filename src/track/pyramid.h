/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_PYRAMID_H
#define ZD_TRACK_PYRAMID_H

/* A picture's brightness, smooth enough to be looked at between its pixels, at several sizes. */

#include <stdbool.h>
#include <stddef.h>

#include "image/image.h"

enum { ZD_PYRAMID_LEVELS = 4 };

/** Rows without padding. */
typedef struct zd_pyramid_level {
    float *data;
    int width;
    int height;
} zd_pyramid_level;

/** Each level has half the sides of the one before, rounded down: a point of the first, divided by two as
 *  often, is the same point. */
typedef struct zd_pyramid {
    zd_pyramid_level levels[ZD_PYRAMID_LEVELS];
    int count; /* of levels that are at least 16 pixels high and wide; 1 at least */
    float *raw;
} zd_pyramid;

/** How many floats a pyramid of this size takes. */
size_t zd_pyramid_floats(int width, int height);

/** Lays it out in memory of that many floats. */
void zd_pyramid_init(zd_pyramid *pyramid, float *memory, int width, int height);

/** Fills all levels from an RGB or RGBA f32 picture of the first level's size. Codes are bounded to -1..4;
 *  what is no number counts as -1. */
void zd_pyramid_load(zd_pyramid *pyramid, zd_view picture);

/** The bilinear sample at a point in pixels of the level; false outside and in the outermost half pixel. */
bool zd_pyramid_level_at(const zd_pyramid_level *level, double x, double y, float *out);

#endif
