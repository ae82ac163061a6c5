/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Running sums in a row, one difference for each piece of the aperture's shape. */

#include "composite/effects/lens_kernel.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/size.h"
#include "core/vector.h"

static void disc_row(const zd_lens_blur *lens, int radius, int row, int *left, int *right)
{
    double r = radius;
    double dy = abs(row);
    double reach = (r + 0.3) * (r + 0.3) - dy * dy;
    double half = reach > 0.0 ? sqrt(reach) * (1.0 - (double) lens->squeeze) : 0.0;
    *right = (int) floor(half);
    *left = -*right;
}

/* Where a row crosses the polygon: between the least and the most of its edges there. */
static void polygon_row(const zd_lens_blur *lens, int radius, int row, int *left, int *right)
{
    const double turn = 6.283185307179586;
    int blades = (int) (lens->blades + 0.5f);
    double least = INFINITY;
    double most = -INFINITY;
    for (int i = 0; i < blades; i++) {
        double from = turn * ((double) lens->turn + (double) i / blades);
        double to = turn * ((double) lens->turn + (double) (i + 1) / blades);
        double y0 = -radius * cos(from);
        double y1 = -radius * cos(to);
        double part = (row - y0) / (y1 - y0);
        if (part >= -1e-9 && part <= 1.0 + 1e-9) { /* a level edge has none: its neighbours count */
            double x = radius * (sin(from) + part * (sin(to) - sin(from)));
            least = fmin(least, x);
            most = fmax(most, x);
        }
    }
    bool is_empty = !(least <= most);
    double width = 1.0 - (double) lens->squeeze;
    *left = is_empty ? 0 : (int) lround(least * width);
    *right = is_empty ? -1 : (int) lround(most * width);
}

static int shrink_for(int radius)
{
    int shrink = 1;
    while (radius > ZD_LENS_FULL_RADIUS * shrink) {
        shrink *= 2;
    }
    return shrink;
}

static void make_shape(zd_lens_shape *shape, const zd_lens_blur *lens, int radius)
{
    int shrink = shrink_for(radius);
    int reach = (radius + shrink - 1) / shrink;
    shape->radius = reach * shrink;
    shape->shrink = shrink;
    shape->reach = reach;
    shape->area = 0.0;
    for (int row = -reach; row <= reach; row++) {
        int *left = &shape->left[row + reach];
        int *right = &shape->right[row + reach];
        if (lens->blades < 3.0f || reach == 0) {
            disc_row(lens, reach, row, left, right);
        } else {
            polygon_row(lens, reach, row, left, right);
        }
        shape->area += *right - *left + 1;
    }
}

static void make_shapes(zd_lens_levels *levels, const zd_lens_blur *lens, float radius_px)
{
    int radius = 0;
    levels->count = 0;
    for (;;) {
        make_shape(&levels->shapes[levels->count++], lens, radius);
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

void zd_lens_levels_make(zd_lens_levels *levels, const zd_lens_blur *lens, float radius_px)
{
    int level = 0;
    make_shapes(levels, lens, radius_px);
    for (int radius = 0; radius <= ZD_LENS_MAX_RADIUS; radius++) {
        while (level < levels->count && levels->shapes[level].radius <= radius) {
            level++;
        }
        levels->above[radius] = (unsigned char) level;
    }
}

float zd_lens_levels_position(const zd_lens_levels *levels, float radius_px)
{
    if (!(radius_px > 0.0f)) {
        return 0.0f;
    }
    int level =
        radius_px < (float) ZD_LENS_MAX_RADIUS ? levels->above[(int) radius_px] : levels->count;
    if (level >= levels->count) {
        return (float) (levels->count - 1);
    }
    float radius = (float) levels->shapes[level].radius;
    float previous = (float) levels->shapes[level - 1].radius;
    return (float) (level - 1) + (radius_px - previous) / (radius - previous);
}

/* Each pixel's sum stays in a register while the rows go by. */
enum { AT_ONCE = 8 };

static inline void sums_at_once(const zd_lens_shape *shape, const zd_lens_sum *row, ptrdiff_t next,
                                zd_lens_sum *out)
{
    zd_lens_sum sums[AT_ONCE] = { 0 };
    for (int i = 0; i <= 2 * shape->reach; i++, row += next) {
        const zd_lens_sum *after = row + shape->right[i] + 1;
        const zd_lens_sum *before = row + shape->left[i];
        for (int at = 0; at < AT_ONCE; at++) {
            sums[at] += after[at] - before[at];
        }
    }
    memcpy(out, sums, sizeof sums);
}

static inline void sum_one(const zd_lens_shape *shape, const zd_lens_sum *row, ptrdiff_t next,
                           zd_lens_sum *out)
{
    zd_lens_sum sum = { 0 };
    for (int i = 0; i <= 2 * shape->reach; i++, row += next) {
        sum += row[shape->right[i] + 1] - row[shape->left[i]];
    }
    *out = sum;
}

ZD_VECTORISED void zd_lens_shape_sums(const zd_lens_shape *shape, const zd_lens_square *square,
                                      int x, int y, int count, zd_lens_sum *out)
{
    assert(y >= shape->reach && y + shape->reach < square->side);
    ptrdiff_t next = (ptrdiff_t) square->side + 1;
    const zd_lens_sum *row = square->sums + (ptrdiff_t) (y - shape->reach) * next + x;
    int at = 0;
    for (; at + AT_ONCE <= count; at += AT_ONCE) {
        sums_at_once(shape, row + at, next, out + at);
    }
    for (; at < count; at++) {
        sum_one(shape, row + at, next, out + at);
    }
}
