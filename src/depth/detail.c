/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Subtracts first and filters once: low(coarse) - low(fine) = low(coarse - fine). */

#include "depth/detail.h"

#include <math.h>
#include <string.h>

#include "core/size.h"

enum { PASSES = 3, HEIGHTS = 48 };

/* Three boxes of this radius have about the variance of the Gaussian: r(r+1) = sigma^2. */
static int radius_for(int height)
{
    float sigma = (float) height / HEIGHTS;
    return zd_int_max(1, (int) lroundf(sqrtf(sigma * sigma + 0.25f) - 0.5f));
}

/* The mean over 2r+1 values, those at the ends repeated. */
static void box_line(const float *from, float *to, int count, int radius)
{
    double sum = (double) from[0] * radius;
    for (int i = 0; i <= radius; i++) {
        sum += (double) from[zd_int_min(i, count - 1)];
    }
    for (int i = 0; i < count; i++) {
        to[i] = (float) (sum / (2 * radius + 1));
        sum += (double) from[zd_int_min(i + radius + 1, count - 1)];
        sum -= (double) from[zd_int_max(i - radius, 0)];
    }
}

static void blur_line(float *line, float *scratch, int count, int radius)
{
    for (int pass = 0; pass < PASSES; pass++) {
        box_line(line, scratch, count, radius);
        memcpy(line, scratch, (size_t) count * sizeof *line);
    }
}

static void blur(float *plane, int width, int height, float *scratch)
{
    int radius = radius_for(height);
    float *column = scratch + zd_int_max(width, height);
    for (int y = 0; y < height; y++) {
        blur_line(plane + (ptrdiff_t) y * width, scratch, width, radius);
    }
    for (int x = 0; x < width; x++) {
        for (int y = 0; y < height; y++) {
            column[y] = plane[(ptrdiff_t) y * width + x];
        }
        blur_line(column, scratch, height, radius);
        for (int y = 0; y < height; y++) {
            plane[(ptrdiff_t) y * width + x] = column[y];
        }
    }
}

zd_status zd_detail_merge(zd_context *ctx, float *fine, float *coarse, int width, int height,
                          float most, zd_error *err)
{
    size_t line = (size_t) zd_int_max(width, height);
    ptrdiff_t samples = (ptrdiff_t) width * height;
    float *scratch = zd_alloc(ctx, 2 * line * sizeof *scratch);
    if (scratch == NULL) {
        return zd_fail_memory(err, "the detail of a depth map");
    }
    for (ptrdiff_t i = 0; i < samples; i++) {
        coarse[i] -= fine[i];
    }
    blur(coarse, width, height, scratch);
    for (ptrdiff_t i = 0; i < samples; i++) {
        fine[i] = fminf(fmaxf(fine[i] + coarse[i], 0.0f), most);
    }
    zd_free(ctx, scratch);
    return ZD_OK;
}
