/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lays a map on an object's picture: its own axis slides it, Fit sizes it, Repeat says what is
 * outside. Between samples 1/z is interpolated, which is exact on planes. */

#include "scene/depth_convert.h"

#include <assert.h>
#include <math.h>

bool zd_scene_depth_placing_is_plain(const zd_scene_depth_placing *p)
{
    const double(*m)[3] = p->inverse;
    return p->fit == ZD_SCENE_FIT_FILL && m[0][0] == 1.0 && m[0][1] == 0.0 && m[0][2] == 0.0 &&
           m[1][0] == 0.0 && m[1][1] == 1.0 && m[1][2] == 0.0;
}

static void fitted_size(const zd_scene_depth_placing *p, zd_view map, double *width, double *height)
{
    double sx = p->card_w / map.width;
    double sy = p->card_h / map.height;
    double s = p->fit == ZD_SCENE_FIT_FIT    ? fmin(sx, sy)
               : p->fit == ZD_SCENE_FIT_CROP ? fmax(sx, sy)
                                             : 1.0;
    bool fills = p->fit == ZD_SCENE_FIT_FILL || (p->fit != ZD_SCENE_FIT_NONE && !p->keeps_aspect);
    *width = fills ? p->card_w : s * map.width;
    *height = fills ? p->card_h : s * map.height;
}

/* The texel for an index that may lie outside; -1 for none. */
static int wrap(int i, int count, int repeat)
{
    assert(count > 0);
    if (i >= 0 && i < count) {
        return i;
    }
    switch (repeat) {
    case ZD_SCENE_REPEAT_MIRROR: {
        int period = 2 * count;
        int at = ((i % period) + period) % period;
        return at < count ? at : period - 1 - at;
    }
    case ZD_SCENE_REPEAT_TILE:
        return ((i % count) + count) % count;
    case ZD_SCENE_REPEAT_NONE:
        return -1;
    default:
        return i < 0 ? 0 : count - 1;
    }
}

static float texel(const zd_scene_depth_placing *p, zd_view map, double u, double v)
{
    /* Far outside, indexes would overflow; no repetition is that long. */
    if (!(fabs(u) < 1e8 && fabs(v) < 1e8)) {
        return NAN;
    }
    int x = wrap((int) floor(u), map.width, p->repeat);
    int y = wrap((int) floor(v), map.height, p->repeat);
    return x < 0 || y < 0 ? NAN : zd_view_row_f32(map, y)[x];
}

float zd_scene_depth_sample(const zd_scene_depth_placing *p, zd_view map, double u, double v)
{
    float nearest = texel(p, map, u, v);
    if (p->nearest) {
        return nearest;
    }
    double x = u - 0.5;
    double y = v - 0.5;
    double fx = x - floor(x);
    double fy = y - floor(y);
    double t[4] = { (double) texel(p, map, x, y), (double) texel(p, map, x + 1, y),
                    (double) texel(p, map, x, y + 1), (double) texel(p, map, x + 1, y + 1) };
    if (fx == 0.0 && fy == 0.0) {
        return (float) t[0];
    }
    double mixed = 0.0;
    for (int i = 0; i < 4; i++) {
        double weight = ((i & 1) != 0 ? fx : 1.0 - fx) * (i >= 2 ? fy : 1.0 - fy);
        mixed += weight * (p->is_height ? t[i] : 1.0 / t[i]);
    }
    if (isnan(mixed)) {
        return nearest;
    }
    return (float) (p->is_height ? mixed : 1.0 / mixed);
}

void zd_scene_depth_place(const zd_scene_depth_placing *p, zd_view map, zd_view grid)
{
    assert(map.format.channels == 1 && grid.format.channels == 1);
    double width = 0.0;
    double height = 0.0;
    fitted_size(p, map, &width, &height);
    for (int y = 0; y < grid.height; y++) {
        float *to = zd_view_row_f32(grid, y);
        double cy = p->card_h * (0.5 - (y + 0.5) / grid.height);
        for (int x = 0; x < grid.width; x++) {
            double cx = p->card_w * ((x + 0.5) / grid.width - 0.5);
            double mx = p->inverse[0][0] * cx + p->inverse[0][1] * cy + p->inverse[0][2];
            double my = p->inverse[1][0] * cx + p->inverse[1][1] * cy + p->inverse[1][2];
            to[x] = zd_scene_depth_sample(p, map, (mx / width + 0.5) * map.width,
                                          (0.5 - my / height) * map.height);
        }
    }
}
