/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Backward mapping with an even grid of samples in each pixel: its size follows the map's derivatives at the
 * pixel's middle (Heckbert, Fundamentals of Texture Mapping and Image Warping, 1989, chapter 3). */

#include "image/warp.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"

enum { MOST_TAPS = 16 };

typedef struct warp_job {
    zd_placed_view from;
    zd_homography back;
    zd_rect roi;
    zd_view out;
} warp_job;

zd_rect zd_warp_bounds(zd_placed_view from, const zd_homography *h, zd_rect within)
{
    zd_rect r = zd_placed_rect(from);
    double low[2] = { INFINITY, INFINITY };
    double high[2] = { -INFINITY, -INFINITY };
    if (zd_rect_is_empty(r)) {
        return (zd_rect){ 0 };
    }
    for (int i = 0; i < 4; i++) { /* with the half pixel that a border fades over */
        double p[2];
        if (!zd_homography_apply(h, i % 2 == 0 ? r.x0 - 0.5 : r.x1 + 0.5,
                                 i < 2 ? r.y0 - 0.5 : r.y1 + 0.5, p))
        {
            return within;
        }
        for (int k = 0; k < 2; k++) {
            low[k] = fmin(low[k], p[k]);
            high[k] = fmax(high[k], p[k]);
        }
    }
    zd_rect out = { (int) floor(fmax(low[0] - 1.0, within.x0)),
                    (int) floor(fmax(low[1] - 1.0, within.y0)),
                    (int) ceil(fmin(high[0] + 1.0, within.x1)),
                    (int) ceil(fmin(high[1] + 1.0, within.y1)) };
    out = zd_rect_intersect(out, within);
    return zd_rect_is_empty(out) ? (zd_rect){ 0 } : out;
}

/* Adds the sample at (x, y) of the view, whose pixels' middles are at .5; beside it is nothing. */
static void add_sample(zd_view view, double x, double y, float sum[4])
{
    double u = floor(x - 0.5);
    double v = floor(y - 0.5);
    if (!(u >= -1.0 && v >= -1.0 && u < view.width && v < view.height)) {
        return;
    }
    int column = (int) u;
    int row = (int) v;
    float across = (float) (x - 0.5 - u);
    float down = (float) (y - 0.5 - v);
    for (int i = 0; i < 4; i++) {
        int px = column + i % 2;
        int py = row + i / 2;
        float weight = (i % 2 == 0 ? 1.0f - across : across) * (i / 2 == 0 ? 1.0f - down : down);
        if (px >= 0 && py >= 0 && px < view.width && py < view.height) {
            const float *pixel = zd_view_row_f32(view, py) + (ptrdiff_t) px * 4;
            for (int c = 0; c < 4; c++) {
                sum[c] += weight * pixel[c];
            }
        }
    }
}

static int taps_for(double length)
{
    return zd_int_clamp((int) ceil(fmin(length, MOST_TAPS) - 0.01), 1, MOST_TAPS);
}

/* How far the picture's point moves over one pixel, across and down. */
static bool count_taps(const zd_homography *back, double x, double y, int taps[2])
{
    double ends[4][2];
    if (!zd_homography_apply(back, x - 0.5, y, ends[0]) ||
        !zd_homography_apply(back, x + 0.5, y, ends[1]) ||
        !zd_homography_apply(back, x, y - 0.5, ends[2]) ||
        !zd_homography_apply(back, x, y + 0.5, ends[3]))
    {
        return false;
    }
    taps[0] = taps_for(hypot(ends[1][0] - ends[0][0], ends[1][1] - ends[0][1]));
    taps[1] = taps_for(hypot(ends[3][0] - ends[2][0], ends[3][1] - ends[2][1]));
    return true;
}

static void warp_pixel(const warp_job *job, double x, double y, float *out)
{
    int taps[2];
    float sum[4] = { 0 };
    memset(out, 0, 4 * sizeof *out);
    if (!count_taps(&job->back, x, y, taps)) {
        return;
    }
    for (int i = 0; i < taps[0] * taps[1]; i++) {
        double p[2];
        double dx = (i % taps[0] + 0.5) / taps[0] - 0.5;
        double dy = (i / taps[0] + 0.5) / taps[1] - 0.5;
        if (zd_homography_apply(&job->back, x + dx, y + dy, p)) {
            add_sample(job->from.view, p[0] - job->from.x, p[1] - job->from.y, sum);
        }
    }
    for (int c = 0; c < 4; c++) {
        out[c] = sum[c] / (float) (taps[0] * taps[1]);
    }
}

static void warp_row(void *user, int item)
{
    const warp_job *job = user;
    float *row = zd_view_row_f32(job->out, item);
    for (int x = 0; x < job->out.width; x++) {
        warp_pixel(job, job->roi.x0 + x + 0.5, job->roi.y0 + item + 0.5, row + (ptrdiff_t) x * 4);
    }
}

void zd_warp(zd_context *ctx, zd_placed_view from, const zd_homography *h, zd_rect roi, zd_view out)
{
    warp_job job = { .from = from, .roi = roi, .out = out };
    assert(out.width == roi.x1 - roi.x0 && out.height == roi.y1 - roi.y0);
    assert(out.format.channels == 4 && from.view.format.channels == 4);
    if (!zd_homography_invert(*h, &job.back)) {
        zd_view_clear(out);
        return;
    }
    zd_pool_run(zd_context_pool(ctx), out.height, warp_row, &job);
}
