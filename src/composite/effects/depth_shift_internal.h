/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_DEPTH_SHIFT_INTERNAL_H
#define ZD_COMPOSITE_DEPTH_SHIFT_INTERNAL_H

/* What rays and rows share: depth_shift.c marches, depth_shift_row.c goes along rows. */

#include "composite/effects/depth_shift.h"

/* Nearness gained a pixel of the whole parallax, in parts of it, from which on a slope is a wall. */
#define ZD_SHIFT_WALL 0.8f

/* A place beyond the frame, mirrored into it. */
static inline int zd_shift_inside(int at, int size)
{
    if (at >= 0 && at < size) {
        return at;
    }
    at = at < 0 ? -1 - at : 2 * size - 1 - at;
    return zd_int_clamp(at, 0, size - 1);
}

/* The pixel before a place, and how far behind its middle that is; floorf would be a call. */
static inline int zd_shift_before(float at, float *share)
{
    float from_middle = zd_float_clamp(at, -1e6f, 1e6f) - 0.5f;
    int first = (int) from_middle;
    first -= from_middle < (float) first;
    *share = from_middle - (float) first;
    return first;
}

/* How far from a wall its background begins to be clean. */
static inline float zd_shift_rim(const zd_effect_io *io)
{
    return 1.5f + 0.003f * (float) io->picture.height;
}

#endif
