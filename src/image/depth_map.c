/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth values in their kinds and scales. */

#include "image/depth_map.h"

#include <math.h>

#define SUBJECT_FADE 2.0f /* how fast the weight fades: full from a third of the range */

const char *zd_depth_kind_name(zd_depth_kind kind)
{
    switch (kind) {
    case ZD_DEPTH_NEARNESS:
        return "nearness";
    case ZD_DEPTH_NORMALISED:
        return "normalised";
    case ZD_DEPTH_METRES:
        return "metres";
    }
    return "unknown";
}

/* The signed extent of a range; negative for metres, where nearer is smaller. */
static float extent_of(zd_depth_range range)
{
    float extent = range.nearest - range.furthest;
    return extent != 0.0f && isfinite(extent) ? extent : 1.0f;
}

float zd_depth_to_normalised(zd_depth_range range, float value)
{
    return (value - range.furthest) / extent_of(range);
}

float zd_depth_from_normalised(zd_depth_range range, float value)
{
    return range.furthest + value * extent_of(range);
}

/* The weight, faded over the last part of the range before an end. */
static float faded(float weight, float room)
{
    return fmaxf(fminf(weight, SUBJECT_FADE * room), 0.0f);
}

zd_subject_shift zd_subject_shift_in(float weight, float depth_in)
{
    return (zd_subject_shift){ faded(weight, 1.0f - depth_in), faded(weight, depth_in) };
}

zd_subject_shift zd_subject_shift_out(float weight, float depth_out)
{
    return (zd_subject_shift){ faded(weight, depth_out), faded(weight, 1.0f - depth_out) };
}
