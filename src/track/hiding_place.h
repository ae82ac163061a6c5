/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_HIDING_PLACE_H
#define ZD_TRACK_HIDING_PLACE_H

/* Where behind the subject a title can wait before it comes out. */

#include "image/homography.h"
#include "image/image.h"

typedef enum zd_hiding {
    ZD_HIDING_NONE,
    ZD_HIDING_RISE,       /* comes up from behind the subject */
    ZD_HIDING_SLIDE_LEFT, /* moves to the left from behind it */
    ZD_HIDING_SLIDE_RIGHT,
    ZD_HIDING_GROW, /* grows from the middle of the subject to its size and place */
    ZD_HIDING_COUNT,
} zd_hiding;

/** A rectangle in fractions of the frame. */
typedef struct zd_hiding_box {
    double x0;
    double y0;
    double x1;
    double y1;
} zd_hiding_box;

/** Where it begins, by its middle, and how large, of its size. */
typedef struct zd_hiding_place {
    double x; /* fractions of the frame, away from its place */
    double y;
    double scale;
    double hidden; /* 0..1, the share of the box that nobody sees there */
} zd_hiding_place;

/** Looks for the nearest place where as much of the box as can be is hidden, by `cover` (gray f32, 1 where the
 *  subject is, of any size) or outside the frame. To grow, the place is the middle of the largest disc in the
 *  subject, and the scale such that the box lies in that. */
zd_hiding_place zd_hiding_place_find(zd_view cover, zd_hiding_box box, zd_hiding kind,
                                     double aspect);

/** The map, in fractions of the frame, at a part 0..1 of the way out; slower and slower. */
zd_homography zd_hiding_place_way(const zd_hiding_place *place, zd_hiding_box box, double part);

/** The opacity on the way: what could not be hidden comes in gently. */
double zd_hiding_place_opacity(const zd_hiding_place *place, double part);

#endif
