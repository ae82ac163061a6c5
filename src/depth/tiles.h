/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_TILES_H
#define ZD_DEPTH_TILES_H

/* Tiles of high resolution: the network's working picture is laid over a larger picture several
 * times, a quarter of each overlapping the next. Relative depth has no common scale, so each
 * tile's map is brought to a map of the whole picture by the best scale and shift, and tiles are
 * blended where they overlap. */

#include "image/image.h"

/** The grid: tile (i, j) begins at (i * step_x, j * step_y). */
typedef struct zd_tiles {
    int count; /* each way */
    int tile_width;
    int tile_height;
    int step_x;
    int step_y;
    int width; /* of the whole */
    int height;
} zd_tiles;

/** Lays out count x count tiles of a working size that is a multiple of `multiple`. */
void zd_tiles_layout(zd_tiles *tiles, int count, int tile_width, int tile_height, int multiple);

/** Scale and shift that bring `tile` closest to `guide` (least squares over n values). A tile
 *  without contrast gets scale 0 and the guide's mean. */
void zd_tiles_fit(const float *tile, const float *guide, size_t n, float *scale, float *shift);

/** How much a tile counts at a position along one side: rises over the overlap with the tile
 *  before and falls over the one with the tile after; 1 elsewhere. The weights of all tiles sum to
 *  1 at each position. `index` is the tile's along that side. */
float zd_tiles_weight(int position, int index, int count, int size, int step);

/** Enlarges a plane to the whole picture, bilinear, half-pixel centres. */
void zd_tiles_enlarge(const float *plane, int width, int height, float *out, int to_width,
                      int to_height);

#endif
