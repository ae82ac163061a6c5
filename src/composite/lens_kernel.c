/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Running sums in a row, one difference for each piece of the aperture's shape. */

#include "composite/lens_kernel.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/size.h"

static int half_width(zd_aperture aperture, int radius, int row)
{
    double r = radius;
    double dy = abs(row);
    if (aperture == ZD_APERTURE_HEXAGON) { /* a corner up, sqrt(3) : 2 wide */
        return (int) lround(fmin(0.8660254 * r, 1.7320508 * (r - dy)));
    }
    double reach = (r + 0.3) * (r + 0.3) - dy * dy;
    return reach > 0.0 ? (int) floor(sqrt(reach)) : 0;
}

static int shrink_for(int radius)
{
    int shrink = 1;
    while (radius > ZD_LENS_FULL_RADIUS * shrink) {
        shrink *= 2;
    }
    return shrink;
}

static void make_shape(zd_lens_shape *shape, zd_aperture aperture, int radius)
{
    int shrink = shrink_for(radius);
    int reach = (radius + shrink - 1) / shrink;
    shape->radius = reach * shrink;
    shape->shrink = shrink;
    shape->reach = reach;
    shape->area = 0.0;
    for (int row = -reach; row <= reach; row++) {
        int half = half_width(aperture, reach, row);
        shape->half[row + reach] = half;
        shape->area += 2 * half + 1;
    }
}

void zd_lens_levels_make(zd_lens_levels *levels, zd_aperture aperture, float radius_px)
{
    int radius = 0;
    levels->count = 0;
    for (;;) {
        make_shape(&levels->shapes[levels->count++], aperture, radius);
        radius = levels->shapes[levels->count - 1].radius;
        if ((float) radius >= radius_px || levels->count == ZD_LENS_MAX_LEVELS ||
            radius == ZD_LENS_MAX_RADIUS)
        {
            return;
        }
        int next = zd_int_max(radius + 1, (radius * 5 + 2) / 4);
        next = zd_int_min(next, ZD_LENS_MAX_RADIUS);
        radius = zd_int_min(next, zd_int_max(radius + 1, (int) ceilf(radius_px)));
    }
}

float zd_lens_levels_position(const zd_lens_levels *levels, float radius_px)
{
    if (!(radius_px > 0.0f)) {
        return 0.0f;
    }
    for (int i = 1; i < levels->count; i++) {
        float radius = (float) levels->shapes[i].radius;
        if (radius_px < radius) {
            float previous = (float) levels->shapes[i - 1].radius;
            return (float) (i - 1) + (radius_px - previous) / (radius - previous);
        }
    }
    return (float) (levels->count - 1);
}

void zd_lens_shape_sums(const zd_lens_shape *shape, const zd_lens_square *square, int x, int y,
                        int count, zd_lens_sum *out)
{
    const zd_lens_sum *row = square->sums + (ptrdiff_t) (y - shape->reach) * (square->side + 1) + x;
    memset(out, 0, (size_t) count * sizeof *out);
    for (int i = 0; i <= 2 * shape->reach; i++) {
        const zd_lens_sum *after = row + shape->half[i] + 1;
        const zd_lens_sum *before = row - shape->half[i];
        for (int at = 0; at < count; at++) {
            out[at] += after[at] - before[at];
        }
        row += square->side + 1;
    }
}
