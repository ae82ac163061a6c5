/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_SUPPLIED_H
#define ZD_DEPTH_SUPPLIED_H

/* What the numbers of a supplied depth map mean, as ZD_P_DEPTH_MAP_TYPE tells. */

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
 *  are then. Distance becomes its inverse, so that a plane stays a plane in what follows; infinity
 *  and zero distance have no finite nearness. */
zd_depth_kind zd_supplied_convert(zd_supplied_type type, zd_view view);

#endif
