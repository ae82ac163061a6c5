/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_LAYER_WINDOW_H
#define ZD_MATTE_LAYER_WINDOW_H

/* The sums of the layer analysis over one window: where most of its time goes. The body is inline,
 * so that each instruction set compiles its own; all give the same bits, since every one adds the
 * same eight lanes in the same order and none contracts. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __AVX__
#    include <immintrin.h>
#endif

#include "image/vec4.h"

/* Tuned on the scenes of tests/quality; see docs/matte.md. */
#define ZD_PLATEAU_STEEP 0.30f /* part of the jump over four cells at which a cell is in between */
#define ZD_PLATEAU_FLAT  0.10f /* and at which it surely is of one layer */
#define ZD_LAYER_LEAST   0.65f /* share of the jump at which a cell begins to be of its layer */
#define ZD_LAYER_WIDTH   0.20f

enum {
    ZD_SUM_WEIGHT,
    ZD_SUM_DEPTH,
    ZD_SUM_PROBABILITY,
    ZD_SUM_TEXTURE,
    ZD_SUM_RED,
    ZD_SUM_GREEN,
    ZD_SUM_BLUE,
    ZD_SUM_RR,
    ZD_SUM_GG,
    ZD_SUM_BB,
    ZD_SUM_RG,
    ZD_SUM_RB,
    ZD_SUM_GB,
    ZD_SUM_COUNT,
    ZD_SUM_VECTORS = (ZD_SUM_COUNT + 3) / 4
};

enum {
    ZD_LAYER_WINDOW_LANES = 8,
    ZD_LAYER_WINDOW_ROW_STEP = 4,
    ZD_LAYER_WINDOW_ROWS = 8, /* of these steps in the highest window */
};

/** A window of `width` columns, a multiple of ZD_LAYER_WINDOW_LANES, of which every fourth row counts. */
typedef struct zd_layer_window {
    const float *depth; /* the window's first sample of each plane; one stride for all */
    const float *gradient;
    const float *probability;
    const float *texture;
    const float *colours[3];
    const float *weights; /* width x height, 0 outside the window's shape */
    ptrdiff_t stride;
    int width;
    int height;
    int first_row;
    float low;   /* depth of the far end of the jump */
    float scale; /* one over its height */
} zd_layer_window;

/** Sums the near layer into totals[0] and the far one into totals[1]. */
typedef void (*zd_layer_window_sum)(const zd_layer_window *window, float totals[2][ZD_SUM_COUNT]);

void zd_layer_window_sum_c(const zd_layer_window *window, float totals[2][ZD_SUM_COUNT]);
#ifdef __x86_64__
void zd_layer_window_sum_avx2(const zd_layer_window *window, float totals[2][ZD_SUM_COUNT]);
#endif

typedef float zd_lanes __attribute__((vector_size(4 * ZD_LAYER_WINDOW_LANES)));
typedef int32_t zd_lane_mask __attribute__((vector_size(4 * ZD_LAYER_WINDOW_LANES)));

/** The weights of one column of vectors, one for each row that has any, and where that row begins. */
typedef struct zd_layer_rows {
    zd_lanes weights[ZD_LAYER_WINDOW_ROWS];
    ptrdiff_t at[ZD_LAYER_WINDOW_ROWS];
    int count;
} zd_layer_rows;

/** Not a vector by value, whose ABI depends on what is compiled for. */
static inline __attribute__((always_inline)) const zd_vec8_at *zd_lanes_of(const float *from)
{
    return (const zd_vec8_at *) (const void *) from;
}

/** NaN is 0. */
static inline __attribute__((always_inline)) void zd_lanes_clamp01(zd_lanes *v)
{
#ifdef __AVX__
    *v = _mm256_min_ps(_mm256_max_ps(*v, _mm256_setzero_ps()), _mm256_set1_ps(1.0f));
#else
    const zd_lanes one = { 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f, 1.0f };
    zd_lane_mask positive = *v > 0.0f;
    zd_lane_mask large = *v > 1.0f;
    *v = (zd_lanes) (((zd_lane_mask) *v & positive & ~large) | ((zd_lane_mask) one & large));
#endif
}

static inline __attribute__((always_inline)) bool zd_lanes_any(const zd_lanes *v)
{
    zd_lane_mask is_set = *v != 0.0f;
#ifdef __AVX__
    return _mm256_movemask_ps((zd_lanes) is_set) != 0;
#else
    int64_t parts[ZD_LAYER_WINDOW_LANES / 2];
    memcpy(parts, &is_set, sizeof parts);
    return (parts[0] | parts[1] | parts[2] | parts[3]) != 0;
#endif
}

/** Adds a row where its weights are not all 0, without a branch. */
static inline __attribute__((always_inline)) void zd_layer_rows_add(zd_layer_rows *rows,
                                                                    const zd_lanes *w, ptrdiff_t at)
{
    rows->weights[rows->count] = *w;
    rows->at[rows->count] = at;
    rows->count += zd_lanes_any(w);
}

/** Weighs a column of vectors for both layers. */
static inline __attribute__((always_inline)) void zd_layer_window_weigh(
    const zd_layer_window *window, int column, zd_layer_rows layers[2])
{
    layers[0].count = layers[1].count = 0;
    for (int y = window->first_row; y < window->height; y += ZD_LAYER_WINDOW_ROW_STEP) {
        ptrdiff_t at = y * window->stride + column;
        zd_lanes w = *zd_lanes_of(window->weights + (ptrdiff_t) y * window->width + column);
        zd_lanes share = (*zd_lanes_of(window->depth + at) - window->low) * window->scale;
        zd_lanes flat = (ZD_PLATEAU_STEEP - *zd_lanes_of(window->gradient + at) * window->scale) *
                        (1.0f / (ZD_PLATEAU_STEEP - ZD_PLATEAU_FLAT));
        zd_lanes near = (share - ZD_LAYER_LEAST) * (1.0f / ZD_LAYER_WIDTH);
        zd_lanes far = ((1.0f - ZD_LAYER_LEAST) - share) * (1.0f / ZD_LAYER_WIDTH);
        zd_lanes_clamp01(&near);
        zd_lanes_clamp01(&far);
        zd_lanes_clamp01(&flat);
        near = w * (near * flat);
        far = w * (far * flat);
        zd_layer_rows_add(&layers[0], &near, at);
        zd_layer_rows_add(&layers[1], &far, at);
    }
}

/** The sums of lanes, of four vectors at once: of lanes 0 and 4, 2 and 6, and those two; of 1 and 5, 3 and 7, and
 *  those two; and both. */
static inline __attribute__((always_inline)) zd_vec4 zd_lanes_totals(const zd_lanes v[4])
{
    zd_vec4 a[4];
    for (int i = 0; i < 4; i++) {
        a[i] = __builtin_shufflevector(v[i], v[i], 0, 1, 2, 3) +
               __builtin_shufflevector(v[i], v[i], 4, 5, 6, 7);
    }
    zd_vec4 low01 = __builtin_shufflevector(a[0], a[1], 0, 4, 1, 5);
    zd_vec4 low23 = __builtin_shufflevector(a[2], a[3], 0, 4, 1, 5);
    zd_vec4 high01 = __builtin_shufflevector(a[0], a[1], 2, 6, 3, 7);
    zd_vec4 high23 = __builtin_shufflevector(a[2], a[3], 2, 6, 3, 7);
    zd_vec4 even = __builtin_shufflevector(low01, low23, 0, 1, 4, 5) +
                   __builtin_shufflevector(high01, high23, 0, 1, 4, 5);
    zd_vec4 odd = __builtin_shufflevector(low01, low23, 2, 3, 6, 7) +
                  __builtin_shufflevector(high01, high23, 2, 3, 6, 7);
    return even + odd;
}

/** Sums one layer of a column of vectors. */
static inline __attribute__((always_inline)) void zd_layer_window_add(
    const zd_layer_window *window, const zd_layer_rows *rows, zd_vec4 totals[ZD_SUM_VECTORS])
{
    zd_lanes sums[4 * ZD_SUM_VECTORS];
    memset(sums, 0, sizeof sums);
    for (int i = 0; i < rows->count; i++) {
        ptrdiff_t at = rows->at[i];
        zd_lanes w = rows->weights[i];
        zd_lanes r = *zd_lanes_of(window->colours[0] + at);
        zd_lanes g = *zd_lanes_of(window->colours[1] + at);
        zd_lanes b = *zd_lanes_of(window->colours[2] + at);
        zd_lanes wr = w * r;
        zd_lanes wg = w * g;
        zd_lanes wb = w * b;
        sums[ZD_SUM_WEIGHT] += w;
        sums[ZD_SUM_DEPTH] += w * *zd_lanes_of(window->depth + at);
        sums[ZD_SUM_PROBABILITY] += w * *zd_lanes_of(window->probability + at);
        sums[ZD_SUM_TEXTURE] += w * *zd_lanes_of(window->texture + at);
        sums[ZD_SUM_RED] += wr;
        sums[ZD_SUM_GREEN] += wg;
        sums[ZD_SUM_BLUE] += wb;
        sums[ZD_SUM_RR] += wr * r;
        sums[ZD_SUM_GG] += wg * g;
        sums[ZD_SUM_BB] += wb * b;
        sums[ZD_SUM_RG] += wr * g;
        sums[ZD_SUM_RB] += wr * b;
        sums[ZD_SUM_GB] += wg * b;
    }
    for (int i = 0; i < ZD_SUM_VECTORS; i++) {
        totals[i] += zd_lanes_totals(sums + 4 * i);
    }
}

/** Of a jump most cells belong to one layer only, so what has no weight is passed over: adding nothing
 *  changes no bit. */
static inline __attribute__((always_inline)) void zd_layer_window_sum_body(
    const zd_layer_window *window, float totals[2][ZD_SUM_COUNT])
{
    zd_vec4 sums[2][ZD_SUM_VECTORS];
    memset(sums, 0, sizeof sums);
    for (int column = 0; column < window->width; column += ZD_LAYER_WINDOW_LANES) {
        zd_layer_rows layers[2];
        zd_layer_window_weigh(window, column, layers);
        for (int layer = 0; layer < 2; layer++) {
            if (layers[layer].count > 0) {
                zd_layer_window_add(window, &layers[layer], sums[layer]);
            }
        }
    }
    memcpy(totals[0], sums[0], sizeof totals[0]);
    memcpy(totals[1], sums[1], sizeof totals[1]);
}

#endif
