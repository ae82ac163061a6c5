/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_AREA_H
#define ZD_IMAGE_AREA_H

/* One axis cut into boxes of equal size, for area averages: box `index` of `boxes` lies over cells
 * zd_area_first to zd_area_end - 1 of `size`, and each counts by the part of it that is inside. */

#include <stdint.h>

/* The part of box `index` of `boxes` over `size` cells that cell `cell` covers, in cells. */
static inline float zd_area_weight(int cell, int index, int boxes, int size)
{
    int64_t low = (int64_t) index * size;
    int64_t high = low + size;
    int64_t from = (int64_t) cell * boxes;
    int64_t to = from + boxes;
    low = low > from ? low : from;
    high = high < to ? high : to;
    return high > low ? (float) (high - low) / (float) boxes : 0.0f;
}

static inline int zd_area_first(int index, int boxes, int size)
{
    return (int) ((int64_t) index * size / boxes);
}

static inline int zd_area_end(int index, int boxes, int size)
{
    return (int) (((int64_t) (index + 1) * size + boxes - 1) / boxes);
}

#endif
