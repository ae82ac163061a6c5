/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_LENS_KERNEL_H
#define ZD_COMPOSITE_LENS_KERNEL_H

/* Sums over an aperture's shape. The shape is a stack of row pieces, and the sum of a piece is the
 * difference of two running sums, so a pixel costs two reads a row however wide the shape is. Large shapes
 * are summed in a smaller picture, so that no shape has more than some forty rows: what a blur of so many
 * pixels leaves needs no more, and cost stays in proportion to the pixels. */

#include "composite/effects/lens_blur.h"

enum {
    ZD_LENS_MAX_LEVELS = 24,
    ZD_LENS_MAX_RADIUS = 128,
    ZD_LENS_FULL_RADIUS = 20, /* the largest that is summed pixel by pixel */
    ZD_LENS_MAX_SHRINK = 8,
};

typedef double zd_lens_sum __attribute__((vector_size(32))); /* RGBA or RGB and coverage */

/** The shape of one blur level. */
typedef struct zd_lens_shape {
    int radius; /* pixels; a multiple of `shrink` */
    int shrink; /* squares of so many pixels are summed as one: 1, 2, 4 or 8 */
    int reach;  /* rows above and below the middle: radius / shrink */
    int left[2 * ZD_LENS_FULL_RADIUS +
             1]; /* first and last column of each row, from the top, against */
    int right[2 * ZD_LENS_FULL_RADIUS +
              1]; /* the middle, shrunk; an empty row has -1 for its last */
    double area;  /* shrunk */
} zd_lens_shape;

/** The radii in pixels into which blur is divided: 0, 1, 2 and on, wider apart when large. */
typedef struct zd_lens_levels {
    int count;
    zd_lens_shape shapes[ZD_LENS_MAX_LEVELS];
    unsigned char above[ZD_LENS_MAX_RADIUS + 1]; /* the first level of more than so many pixels */
} zd_lens_levels;

/** Levels up to at least `radius_px`, of the lens's aperture. */
void zd_lens_levels_make(zd_lens_levels *levels, const zd_lens_blur *lens, float radius_px);

/** Where a radius lies among the levels: 2.25 is a quarter of the way from level 2 to level 3.
 *  0 for 0 or less; the last level for more than its radius. */
float zd_lens_levels_position(const zd_lens_levels *levels, float radius_px);

/** A square of running sums along its rows, of shrunk pixels: side rows of side + 1 entries. */
typedef struct zd_lens_square {
    int side;
    zd_lens_sum *sums;
} zd_lens_square;

/** The sums over the shape around `count` pixels from (x, y) of the square on, into `out`. */
void zd_lens_shape_sums(const zd_lens_shape *shape, const zd_lens_square *square, int x, int y,
                        int count, zd_lens_sum *out);

#endif
