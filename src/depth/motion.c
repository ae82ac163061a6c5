/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A pyramid of two levels: a full search at the coarse one, a refinement at the fine one, then a
 * median over neighbours. */

#include "depth/motion.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "core/vector.h"

enum {
    BLOCK = ZD_MOTION_BLOCK,
    REACH = 7, /* of the search, in half-size pixels */
    PAD = 2 * REACH + BLOCK + 4,
};

#define STILL       0.010f  /* mean difference of a block that counts as not moved */
#define LENGTH_COST 0.0008f /* for each pixel of a vector, in mean difference */

typedef struct motion_job {
    const zd_luma *now;
    const zd_luma *before;
    float *vectors;
    float *filtered;
    int across;
    int down;
} motion_job;

static int padded(int size)
{
    return size + 2 * PAD;
}

size_t zd_luma_floats(int width, int height)
{
    assert(width > 0 && height > 0);
    return (size_t) padded(width) * (size_t) padded(height) +
           (size_t) padded((width + 1) / 2) * (size_t) padded((height + 1) / 2);
}

void zd_luma_init(zd_luma *luma, float *memory, int width, int height)
{
    for (int i = 0; i < 2; i++) {
        luma->width[i] = width;
        luma->height[i] = height;
        luma->stride[i] = padded(width);
        luma->levels[i] = memory + (ptrdiff_t) PAD * padded(width) + PAD;
        memory += (ptrdiff_t) padded(width) * padded(height);
        width = (width + 1) / 2;
        height = (height + 1) / 2;
    }
}

static void pad_level(zd_luma *luma, int level)
{
    int width = luma->width[level];
    int height = luma->height[level];
    ptrdiff_t stride = luma->stride[level];
    for (int y = 0; y < height; y++) {
        float *row = luma->levels[level] + y * stride;
        for (int i = 1; i <= PAD; i++) {
            row[-i] = row[0];
            row[width - 1 + i] = row[width - 1];
        }
    }
    size_t bytes = (size_t) padded(width) * sizeof(float);
    float *top = luma->levels[level] - PAD;
    float *bottom = top + (height - 1) * stride;
    for (int i = 1; i <= PAD; i++) {
        memcpy(top - i * stride, top, bytes);
        memcpy(bottom + i * stride, bottom, bytes);
    }
}

static float luma_of(const float *pixel)
{
    float value = 0.25f * pixel[0] + 0.5f * pixel[1] + 0.25f * pixel[2];
    return value > -1.0f ? zd_float_min(value, 4.0f) : 0.0f;
}

ZD_VECTORISED void zd_luma_load(zd_luma *luma, zd_view rgb)
{
    assert(rgb.width == luma->width[0] && rgb.height == luma->height[0]);
    for (int y = 0; y < rgb.height; y++) {
        const float *pixel = zd_view_row_f32(rgb, y);
        float *row = luma->levels[0] + (ptrdiff_t) y * luma->stride[0];
        for (int x = 0; x < rgb.width; x++) {
            row[x] = luma_of(pixel + (ptrdiff_t) x * rgb.format.channels);
        }
    }
    pad_level(luma, 0);
    for (int y = 0; y < luma->height[1]; y++) {
        const float *a = luma->levels[0] + 2 * (ptrdiff_t) y * luma->stride[0];
        const float *b = a + luma->stride[0];
        float *row = luma->levels[1] + (ptrdiff_t) y * luma->stride[1];
        for (int x = 0; x < luma->width[1]; x++) {
            row[x] = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
        }
    }
    pad_level(luma, 1);
}

/* Mean difference of the block at (x, y) of `now` from the one (dx, dy) away in `before`. */
static float block_difference(const motion_job *job, int level, int x, int y, int dx, int dy)
{
    ptrdiff_t stride = job->now->stride[level];
    const float *a = job->now->levels[level] + y * stride + x;
    const float *b = job->before->levels[level] + (y + dy) * stride + x + dx;
    float lanes[BLOCK] = { 0 };
    for (int i = 0; i < BLOCK; i++) {
        for (int j = 0; j < BLOCK; j++) {
            lanes[j] += fabsf(a[j] - b[j]);
        }
        a += stride;
        b += stride;
    }
    float sum = 0.0f;
    for (int j = 0; j < BLOCK; j++) {
        sum += lanes[j];
    }
    return sum * (1.0f / (BLOCK * BLOCK));
}

/* Tries the vectors around (*dx, *dy); the cost of the best so far is in *best. */
static void search(const motion_job *job, int level, int x, int y, int reach, int *dx, int *dy)
{
    int middle_x = *dx;
    int middle_y = *dy;
    float best = INFINITY;
    float unit = LENGTH_COST * (level == 1 ? 2.0f : 1.0f);
    for (int v = middle_y - reach; v <= middle_y + reach; v++) {
        for (int u = middle_x - reach; u <= middle_x + reach; u++) {
            float cost = block_difference(job, level, x, y, u, v) +
                         unit * (float) (u * u > v * v ? (u < 0 ? -u : u) : (v < 0 ? -v : v));
            if (cost < best) {
                best = cost;
                *dx = u;
                *dy = v;
            }
        }
    }
}

static ZD_VECTORISED void find_row(void *user, int item)
{
    const motion_job *job = user;
    for (int i = 0; i < job->across; i++) {
        float *vector = job->vectors + 2 * ((ptrdiff_t) item * job->across + i);
        int dx = 0;
        int dy = 0;
        int x = i * BLOCK;
        int y = item * BLOCK;
        if (block_difference(job, 0, x, y, 0, 0) > STILL) {
            search(job, 1, x / 2 - BLOCK / 4, y / 2 - BLOCK / 4, REACH, &dx, &dy);
            dx *= 2;
            dy *= 2;
            search(job, 0, x, y, 1, &dx, &dy);
        }
        vector[0] = (float) dx;
        vector[1] = (float) dy;
    }
}

static float median_of(float *values, int count)
{
    for (int i = 1; i < count; i++) {
        float value = values[i];
        int j = i;
        for (; j > 0 && values[j - 1] > value; j--) {
            values[j] = values[j - 1];
        }
        values[j] = value;
    }
    return values[count / 2];
}

/* Replaces each vector by the median of its neighbourhood. */
static void filter_row(void *user, int item)
{
    const motion_job *job = user;
    for (int i = 0; i < job->across; i++) {
        float values[2][9] = { { 0.0f } };
        int count = 0;
        for (int y = zd_int_max(item - 1, 0); y <= zd_int_min(item + 1, job->down - 1); y++) {
            for (int x = zd_int_max(i - 1, 0); x <= zd_int_min(i + 1, job->across - 1); x++) {
                const float *vector = job->vectors + 2 * ((ptrdiff_t) y * job->across + x);
                values[0][count] = vector[0];
                values[1][count] = vector[1];
                count++;
            }
        }
        float *out = job->filtered + 2 * ((ptrdiff_t) item * job->across + i);
        out[0] = median_of(values[0], count);
        out[1] = median_of(values[1], count);
    }
}

void zd_motion_find(zd_context *ctx, const zd_luma *now, const zd_luma *before, float *vectors,
                    float *scratch)
{
    motion_job job = { now,
                       before,
                       scratch,
                       vectors,
                       (now->width[0] + BLOCK - 1) / BLOCK,
                       (now->height[0] + BLOCK - 1) / BLOCK };
    zd_pool *pool = zd_context_pool(ctx);
    zd_pool_run(pool, job.down, find_row, &job);
    zd_pool_run(pool, job.down, filter_row, &job);
}
