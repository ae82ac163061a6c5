/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SUPPLIED_H
#define ZD_DEPTH_SUPPLIED_H

/* What the numbers of a supplied depth map mean, as ZD_P_DEPTH_MAP_TYPE tells. */

#include <stdbool.h>

#include "image/depth_map.h"

typedef enum zd_supplied_type {
    ZD_SUPPLIED_NEARNESS,
    ZD_SUPPLIED_NORMALISED,
    ZD_SUPPLIED_DISTANCE,
    ZD_SUPPLIED_METRES,
    ZD_SUPPLIED_COUNT,
} zd_supplied_type;

/** Supplied maps are steadied, tracked and searched for objects at 1024 pixels a side at most. */
void zd_supplied_size(int width, int height, int *small_width, int *small_height);

/** Takes every pixel of a smaller map from the middle of what it covers: depths are never mixed.
 *  Both are gray f32. */
void zd_supplied_pick(zd_view from, zd_view to);

/** Puts a map's raw values into the order of nearness where they are not metres, and says what they
 *  are then. Distance becomes its inverse, so that a plane stays a plane in what follows.
 *
 *  What has no depth is furthest: not finite; for distances also 0 and less (no reading), 1e9 and
 *  more, and a far clip plane (at least 100, shared by a thousandth of the pixels, four times as far
 *  as all else). In metres that is +infinity, else 0, or the least value of a nearness below 0.
 *  Distances that are mostly negative (a camera that looks along -Z) are taken without their sign. */
zd_depth_kind zd_supplied_convert(zd_supplied_type type, zd_view view);

/** Whether zd_supplied_convert will turn the sign. */
bool zd_supplied_is_negative(zd_supplied_type type, zd_view view);

#endif
