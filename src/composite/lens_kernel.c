/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "composite/lens_kernel.h"

#include <math.h>
#include <stdlib.h>

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

static void make_shape(zd_lens_shape *shape, zd_aperture aperture, int radius)
{
    shape->radius = radius;
    shape->area = 0.0;
    for (int row = -radius; row <= radius; row++) {
        int half = half_width(aperture, radius, row);
        shape->half[row + radius] = half;
        shape->area += 2 * half + 1;
    }
}

void zd_lens_levels_make(zd_lens_levels *levels, zd_aperture aperture, float radius_px)
{
    int radius = 0;
    levels->count = 0;
    for (;;) {
        make_shape(&levels->shapes[levels->count++], aperture, radius);
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

float zd_lens_levels_share(const zd_lens_levels *levels, int level, float radius_px)
{
    float at = (float) levels->shapes[level].radius;
    if (radius_px >= at) {
        if (level + 1 == levels->count) {
            return 1.0f;
        }
        float next = (float) levels->shapes[level + 1].radius;
        return fmaxf(0.0f, (next - radius_px) / (next - at));
    }
    float previous = level > 0 ? (float) levels->shapes[level - 1].radius : 0.0f;
    return fmaxf(0.0f, (radius_px - previous) / (at - previous));
}

void zd_lens_shape_sum(const zd_lens_shape *shape, const zd_lens_square *square, int x, int y,
                       zd_lens_sum *out)
{
    zd_lens_sum sum = { 0.0, 0.0, 0.0, 0.0 };
    const zd_lens_sum *row = square->sums + (ptrdiff_t) (y - shape->radius) * (square->side + 1);
    for (int i = 0; i <= 2 * shape->radius; i++) {
        int half = shape->half[i];
        sum += row[x + half + 1] - row[x - half];
        row += square->side + 1;
    }
    *out = sum;
}
