/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_MATTE_LINES_H
#define ZD_MATTE_MATTE_LINES_H

/* What a row of the matte is made with: thresholds, and lines of samples brought to pixels, eight at once.
 * Everything is inline, so that functions that are compiled for AVX2 as well (core/vector.h) have their own. */

#include <stddef.h>

#include "image/vec4.h"
#include "matte/matte_internal.h"

enum { LANES = ZD_MATTE_LANES };

typedef float lanes __attribute__((vector_size(4 * LANES)));
typedef int lane_indices __attribute__((vector_size(4 * LANES)));

#if defined(__GNUC__) && !defined(__clang__)
#    define ZD_HAS_SHUFFLE /* of lanes by indices that are not constant */
#    define ZD_AS_VECTORS \
        _Pragma("GCC unroll 1") /* not as single steps, where there are LANES of them */
#else
#    define ZD_AS_VECTORS
#endif

static inline float clamp01(float value)
{
    return value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f; /* NaN is 0 */
}

static inline float is_inside(zd_thresholds t, float depth, float probability)
{
    return zd_thresholds_hold(t, depth, probability) ? 1.0f : 0.0f;
}

/* The same with ramps of the height `slope` around the thresholds. A depth on a threshold is inside
 * where there is no slope. */
static inline float is_inside_soft(zd_thresholds t, float depth, float probability, float slope)
{
    float steep = 1.0f / (slope > 1e-6f ? slope : 1e-6f);
    float above = depth + zd_subject_shift_of(t.at_low, probability) - t.low;
    float below = t.high - depth + zd_subject_shift_of(t.at_high, probability);
    float low = clamp01((above + 1e-6f) * steep + 0.5f);
    float high = clamp01((below + 1e-6f) * steep + 0.5f);
    return low < high ? low : high;
}

/* Between two rows. All planes lie in one block, where a few samples more can be read than there are; room
 * for as many is in `out`. */
static inline void mix_rows(const float *top, const float *bottom, float share, int count,
                            float *restrict out)
{
    for (int i = 0; i < count; i += LANES) {
        for (int k = 0; k < LANES; k++) {
            out[i + k] = top[i + k] + (bottom[i + k] - top[i + k]) * share;
        }
    }
}

/* Samples of a line at the places of pixels, of which indices do not fall. Where LANES pixels lie between
 * LANES samples, as where pixels are finer, all of these are loaded once. */
static inline __attribute__((always_inline)) void spread_line(const float *line, const int *indices,
                                                              const float *shares, int count,
                                                              float *restrict out)
{
    int i = 0;
#ifdef ZD_HAS_SHUFFLE
    for (; i + LANES <= count && indices[i + LANES - 1] - indices[i] < LANES - 1; i += LANES) {
        lanes all;
        lanes share;
        lane_indices at;
        all = *(const zd_vec8_at *) (const void *) (line + indices[i]);
        at = (lane_indices) * (const zd_vec8_at *) (const void *) (indices + i);
        share = *(const zd_vec8_at *) (const void *) (shares + i);
        at -= indices[i];
        lanes before = __builtin_shuffle(all, at);
        lanes after = __builtin_shuffle(all, at + 1);
        before += (after - before) * share;
        *(zd_vec8_at *) (void *) (out + i) = before;
    }
#endif
    for (; i < count; i++) {
        const float *at = line + indices[i];
        out[i] = at[0] + (at[1] - at[0]) * shares[i];
    }
}

/* Colours of LANES pixels of four floats, plane by plane; stored whole, as they are loaded. */
static inline __attribute__((always_inline)) void split_colours(const float *pixel, float *red,
                                                                float *green, float *blue)
{
    const zd_vec8_at *p = (const zd_vec8_at *) (const void *) pixel;
    lanes p04 = __builtin_shufflevector(p[0], p[2], 0, 1, 2, 3, 8, 9, 10, 11);
    lanes p15 = __builtin_shufflevector(p[0], p[2], 4, 5, 6, 7, 12, 13, 14, 15);
    lanes p26 = __builtin_shufflevector(p[1], p[3], 0, 1, 2, 3, 8, 9, 10, 11);
    lanes p37 = __builtin_shufflevector(p[1], p[3], 4, 5, 6, 7, 12, 13, 14, 15);
    lanes low = __builtin_shufflevector(p04, p15, 0, 8, 1, 9, 4, 12, 5, 13);
    lanes low2 = __builtin_shufflevector(p26, p37, 0, 8, 1, 9, 4, 12, 5, 13);
    lanes high = __builtin_shufflevector(p04, p15, 2, 10, 3, 11, 6, 14, 7, 15);
    lanes high2 = __builtin_shufflevector(p26, p37, 2, 10, 3, 11, 6, 14, 7, 15);
    lanes r = __builtin_shufflevector(low, low2, 0, 1, 8, 9, 4, 5, 12, 13);
    lanes g = __builtin_shufflevector(low, low2, 2, 3, 10, 11, 6, 7, 14, 15);
    lanes b = __builtin_shufflevector(high, high2, 0, 1, 8, 9, 4, 5, 12, 13);
    *(zd_vec8_at *) (void *) red = r;
    *(zd_vec8_at *) (void *) green = g;
    *(zd_vec8_at *) (void *) blue = b;
}

/* A plane between the two nodes of a span. */
typedef struct stretch {
    float first;
    float rise;
} stretch;

static inline stretch stretch_of(const float *plane, int node)
{
    return (stretch){ plane[node], plane[node + 1] - plane[node] };
}

static inline float at_share(stretch s, float share)
{
    return s.first + s.rise * share;
}

#endif
