/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_SHAPES_H
#define ZD_MATTE_SHAPES_H

/* Shapes drawn by hand: garbage, which is background whatever depth says, and holdout, which is
 * foreground. Written as a text, shapes apart by semicolons:
 *
 *     garbage 0.1,0.2 0.4,0.2 0.4,0.9; holdout feather 1.5 @0 0.5,0.5 0.7,0.5 0.6,0.8
 *     @2 0.6,0.5 0.8,0.5 0.7,0.8
 *
 * Points are fractions of the frame from its upper left; feather is in percent of the height; @T begins
 * a key at T seconds, between which points move evenly. Every key of a shape has as many points. */

#include <stdbool.h>

#include "image/image.h"

enum { ZD_SHAPES_MAX = 64, ZD_SHAPE_POINTS_MAX = 256, ZD_SHAPE_KEYS_MAX = 1024 };

/** How a supplied matte meets the one that was found. */
typedef enum zd_matte_given {
    ZD_MATTE_GIVEN_ADD,       /* foreground in either */
    ZD_MATTE_GIVEN_INTERSECT, /* in both */
    ZD_MATTE_GIVEN_SUBTRACT,  /* in the found one and not in the supplied one */
    ZD_MATTE_GIVEN_COUNT
} zd_matte_given;

/** Immutable after parsing; any number of threads may draw. */
typedef struct zd_shapes zd_shapes;

/** Reads a text; hostile ones too. The caller owns *out. Fails with ZD_ERR_INVALID_ARGUMENT and says
 *  what is expected, or with ZD_ERR_NO_MEMORY. */
ZD_MUST_USE zd_status zd_shapes_parse(zd_context *ctx, const char *text, zd_shapes **out,
                                      zd_error *err);
void zd_shapes_destroy(zd_shapes **shapes);

/** How many there are of each kind. */
int zd_shapes_count(const zd_shapes *shapes, bool holdout);

/** Whether none of them moves. */
bool zd_shapes_are_still(const zd_shapes *shapes);

/** Draws into two ZD_GRAY_F32 views of the frame's size: holdouts raise `raise`, garbage lowers `cap`.
 *  Drawing twice is the same as drawing once. */
void zd_shapes_draw(zd_context *ctx, const zd_shapes *shapes, double time_s, zd_view raise,
                    zd_view cap);

#endif
