/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Merging subtracts first and filters once: low(coarse) - low(fine) = low(coarse - fine). */

#include "depth/detail.h"

#include <math.h>
#include <string.h>

#include "core/size.h"

enum { PASSES = 3, HEIGHTS = 48, SOFTER = 6 };

#define FLAT 1e-3f /* of a plane's variance: less is noise */

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

static void blur(float *plane, int width, int height, int radius, float *scratch)
{
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
                          zd_error *err)
{
    size_t line = (size_t) zd_int_max(width, height);
    ptrdiff_t samples = (ptrdiff_t) width * height;
    int radius = radius_for(height);
    float *scratch = zd_alloc(ctx, 2 * line * sizeof *scratch);
    if (scratch == NULL) {
        return zd_fail_memory(err, "the detail of a depth map");
    }
    for (ptrdiff_t i = 0; i < samples; i++) {
        coarse[i] -= fine[i];
    }
    blur(coarse, width, height, radius, scratch);
    for (ptrdiff_t i = 0; i < samples; i++) {
        fine[i] = fmaxf(fine[i] + coarse[i], 0.0f);
    }
    zd_free(ctx, scratch);
    return ZD_OK;
}

void zd_detail_pool(float *fine, const float *coarse, ptrdiff_t samples)
{
    for (ptrdiff_t i = 0; i < samples; i++) {
        float for_it = sqrtf(fine[i] * coarse[i]);
        float against = sqrtf((1.0f - fine[i]) * (1.0f - coarse[i]));
        fine[i] = for_it + against > 0.0f ? for_it / (for_it + against) : 0.5f;
    }
}

void zd_detail_mean(float *plane, const float *other, ptrdiff_t samples)
{
    for (ptrdiff_t i = 0; i < samples; i++) {
        plane[i] = 0.5f * (plane[i] + other[i]);
    }
}

/* ---- two networks ---- */

/* Means over the filter's width of a, b, a^2, a b and b^2, in five planes. */
typedef struct fusion {
    ptrdiff_t samples;
    float *mean_fine;
    float *mean_steady;
    float *square;
    float *product;
    float *square_steady;
    float flat_fine; /* variances that are none */
    float flat_steady;
} fusion;

static float variance_of(const float *plane, ptrdiff_t samples)
{
    double sum = 0.0;
    double square = 0.0;
    for (ptrdiff_t i = 0; i < samples; i++) {
        sum += (double) plane[i];
        square += (double) plane[i] * (double) plane[i];
    }
    double mean = sum / (double) samples;
    return (float) fmax(square / (double) samples - mean * mean, 1e-24);
}

/* `soft`, in `mean_fine`, is the fine plane about as soft as the steady one. */
static void collect(const fusion *f, const float *steady)
{
    for (ptrdiff_t i = 0; i < f->samples; i++) {
        float soft = f->mean_fine[i];
        f->mean_steady[i] = steady[i];
        f->square[i] = soft * soft;
        f->product[i] = soft * steady[i];
        f->square_steady[i] = steady[i] * steady[i];
    }
}

/* From means to how much one plane stretches the other, in `product`, and to the variance of the steady one
 * that the other explains, in `square_steady`, of all that there is, in `square`: both are smoothed before
 * they are divided, so that outlines count and not the flat parts around them. */
static void compare_planes(const fusion *f)
{
    for (ptrdiff_t i = 0; i < f->samples; i++) {
        float mean = f->mean_fine[i];
        float of = f->mean_steady[i];
        float variance = fmaxf(f->square[i] - mean * mean, 0.0f) + f->flat_fine;
        float of_steady = fmaxf(f->square_steady[i] - of * of, 0.0f) + f->flat_steady;
        float shared = fmaxf(f->product[i] - mean * of, 0.0f); /* what runs the other way is none */
        f->product[i] = sqrtf(of_steady / variance);
        f->square_steady[i] = fminf(shared * shared / variance, of_steady);
        f->square[i] = of_steady;
    }
}

zd_status zd_detail_fuse(zd_context *ctx, float *steady, float *fine, int width, int height,
                         zd_error *err)
{
    size_t line = (size_t) zd_int_max(width, height);
    size_t samples = (size_t) width * (size_t) height;
    float *memory = zd_alloc(ctx, (5 * samples + 2 * line) * sizeof *memory);
    if (memory == NULL) {
        return zd_fail_memory(err, "the detail of a depth map");
    }
    float *scratch = memory + 5 * samples;
    int radius = radius_for(height);
    fusion f = { .samples = (ptrdiff_t) samples,
                 .mean_fine = memory,
                 .mean_steady = memory + samples,
                 .square = memory + 2 * samples,
                 .product = memory + 3 * samples,
                 .square_steady = memory + 4 * samples };
    f.flat_fine = FLAT * variance_of(fine, f.samples);
    f.flat_steady = FLAT * variance_of(steady, f.samples);
    /* Around their means, so that squares keep their digits. */
    float offset = fine[0];
    for (ptrdiff_t i = 0; i < f.samples; i++) {
        fine[i] -= offset;
    }
    memcpy(f.mean_fine, fine, samples * sizeof *fine);
    blur(f.mean_fine, width, height, zd_int_max(1, radius / SOFTER), scratch);
    collect(&f, steady);
    for (int i = 0; i < 5; i++) {
        blur(memory + (size_t) i * samples, width, height, radius, scratch);
    }
    compare_planes(&f);
    blur(f.product, width, height, radius, scratch);
    blur(f.square_steady, width, height, radius, scratch);
    blur(f.square, width, height, radius, scratch);
    for (ptrdiff_t i = 0; i < f.samples; i++) {
        float guided = f.mean_steady[i] + f.product[i] * (fine[i] - f.mean_fine[i]);
        float agreed = zd_float_clamp(f.square_steady[i] / f.square[i], 0.0f, 1.0f);
        steady[i] = fmaxf(steady[i] + agreed * (guided - steady[i]), 0.0f);
    }
    zd_free(ctx, memory);
    return ZD_OK;
}
