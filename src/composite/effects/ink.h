/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_INK_H
#define ZD_COMPOSITE_INK_H

/* Drawn lines: where a plane is darker (or further) than its surroundings, by the difference of two
 * Gaussians, as in Winnemoeller, Kyprianidis and Olsen, "XDoG" (2012), section 2, with their ratio of
 * 1.6 between the two. */

#include "composite/effect_tile.h"

typedef struct zd_ink {
    float sigma; /* of the finer Gaussian in pixels: half a line's width */
    float from;  /* the difference at which a line begins to show */
    float full;  /* and at which it is whole; above `from` */
} zd_ink;

/** The sigma of lines `width` fractions of the frame's height wide. */
float zd_ink_sigma(float width, const zd_effect_io *io);

/** The halo that lines of this width need. */
int zd_ink_reach(float sigma);

/** Draws the lines of plane `from` into plane `to`, which may be the same (0 none .. 1 whole), for the tile's area; planes
 *  `spare` to spare + 2 are worked in, and spare + 1 holds `from` blurred by sigma afterwards. */
void zd_ink_draw(const zd_effect_tile *tile, const zd_ink *ink, int from, int to, int spare);

#endif
