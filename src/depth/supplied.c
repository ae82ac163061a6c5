/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Conversions in place; a distance of zero becomes NaN. */

#include "depth/supplied.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

enum { MAP_MAX_SIDE = 1024 };

void zd_supplied_size(int width, int height, int *small_width, int *small_height)
{
    assert(width > 0 && height > 0);
    double shrink = fmin(1.0, (double) MAP_MAX_SIDE / zd_int_max(width, height));
    *small_width = zd_int_max(1, (int) lround(width * shrink));
    *small_height = zd_int_max(1, (int) lround(height * shrink));
}

void zd_supplied_pick(zd_view from, zd_view to)
{
    assert(from.format.channels == 1 && to.format.channels == 1);
    assert(to.width <= from.width && to.height <= from.height);
    for (int y = 0; y < to.height; y++) {
        int source_y = (int) (((int64_t) 2 * y + 1) * from.height / (2 * to.height));
        const float *in = zd_view_row_f32(from, source_y);
        float *out = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width; x++) {
            out[x] = in[((int64_t) 2 * x + 1) * from.width / (2 * to.width)];
        }
    }
}

zd_depth_kind zd_supplied_convert(zd_supplied_type type, zd_view view)
{
    assert(type < ZD_SUPPLIED_COUNT);
    static const zd_depth_kind kinds[] = { ZD_DEPTH_NEARNESS, ZD_DEPTH_NORMALISED,
                                           ZD_DEPTH_NEARNESS, ZD_DEPTH_METRES };
    for (int y = 0; type == ZD_SUPPLIED_DISTANCE && y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            float raw = row[x];
            row[x] = raw > 1e-6f ? 1.0f / raw : raw >= 0.0f ? NAN : raw;
        }
    }
    return kinds[type];
}
