/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where tiles lie, the line that brings one tile's depth to the whole's, and the ramps of the
 * blend. */

#include "depth/tiles.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

static int step_of(int size, int multiple)
{
    int step = size * 3 / 4 / multiple * multiple;
    return step > 0 ? step : multiple;
}

void zd_tiles_layout(zd_tiles *tiles, int count, int tile_width, int tile_height, int multiple)
{
    assert(count >= 0 && multiple > 0);
    *tiles = (zd_tiles){ .count = count,
                         .tile_width = tile_width,
                         .tile_height = tile_height,
                         .step_x = step_of(tile_width, multiple),
                         .step_y = step_of(tile_height, multiple) };
    tiles->width = tile_width + (count - 1) * tiles->step_x;
    tiles->height = tile_height + (count - 1) * tiles->step_y;
}

void zd_tiles_fit(const float *tile, const float *guide, size_t n, float *scale, float *shift)
{
    double mean_t = 0.0;
    double mean_g = 0.0;
    for (size_t i = 0; i < n; i++) {
        mean_t += (double) tile[i];
        mean_g += (double) guide[i];
    }
    mean_t /= (double) n;
    mean_g /= (double) n;
    double square = 0.0;
    double product = 0.0;
    for (size_t i = 0; i < n; i++) {
        double d = (double) tile[i] - mean_t;
        square += d * d;
        product += d * ((double) guide[i] - mean_g);
    }
    double best = square > 1e-12 * (double) n ? product / square : 0.0;
    *scale = best > 0.0 ? (float) best : 0.0f;
    *shift = (float) (mean_g - (double) *scale * mean_t);
}

/** 0 at the beginning of an overlap, 1 at its end, without a kink at either. */
static float ramp(int position, int overlap)
{
    if (overlap < 1) {
        return 1.0f;
    }
    float t = ((float) position + 0.5f) / (float) overlap;
    return t >= 1.0f ? 1.0f : t * t * (3.0f - 2.0f * t);
}

float zd_tiles_weight(int position, int index, int count, int size, int step)
{
    int overlap = size - step;
    float weight = index > 0 ? ramp(position, overlap) : 1.0f;
    /* The next tile's ramp, subtracted, so that the two sum to one exactly where they meet. */
    if (index < count - 1 && position >= step) {
        weight *= 1.0f - ramp(position - step, overlap);
    }
    return weight;
}

void zd_tiles_enlarge(const float *plane, int width, int height, float *out, int to_width,
                      int to_height)
{
    for (int y = 0; y < to_height; y++) {
        float fy = fmaxf(((float) y + 0.5f) * (float) height / (float) to_height - 0.5f, 0.0f);
        int y0 = zd_int_min((int) fy, height - 1);
        int y1 = zd_int_min(y0 + 1, height - 1);
        float ty = fy - (float) y0;
        for (int x = 0; x < to_width; x++) {
            float fx = fmaxf(((float) x + 0.5f) * (float) width / (float) to_width - 0.5f, 0.0f);
            int x0 = zd_int_min((int) fx, width - 1);
            int x1 = zd_int_min(x0 + 1, width - 1);
            float tx = fx - (float) x0;
            const float *a = plane + (ptrdiff_t) y0 * width;
            const float *b = plane + (ptrdiff_t) y1 * width;
            float top = a[x0] + (a[x1] - a[x0]) * tx;
            float bottom = b[x0] + (b[x1] - b[x0]) * tx;
            out[(ptrdiff_t) y * to_width + x] = top + (bottom - top) * ty;
        }
    }
}
