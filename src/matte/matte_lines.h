/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_MATTE_LINES_H
#define ZD_MATTE_MATTE_LINES_H

/* What a row of the matte is made with: thresholds, and lines of samples brought to pixels, eight at once.
 * Everything is inline, so that functions that are compiled for AVX2 as well (core/vector.h) have their own. */

#include <stddef.h>

#include "image/vec4.h"
#include "matte/matte_internal.h"

typedef float zd_matte_lanes __attribute__((vector_size(4 * ZD_MATTE_LANES)));
typedef int zd_matte_lane_indices __attribute__((vector_size(4 * ZD_MATTE_LANES)));

#if defined(__GNUC__) && !defined(__clang__)
#    define ZD_HAS_SHUFFLE /* of lanes by indices that are not constant */
#    define ZD_AS_VECTORS \
        _Pragma("GCC unroll 1") /* not as single steps, where there are ZD_MATTE_LANES of them */
#else
#    define ZD_AS_VECTORS
#endif

static inline float zd_matte_clamp01(float value)
{
    return value > 0.0f ? (value < 1.0f ? value : 1.0f) : 0.0f; /* NaN is 0 */
}

static inline float zd_matte_is_inside(zd_thresholds t, float depth, float probability)
{
    return zd_thresholds_hold(t, depth, probability) ? 1.0f : 0.0f;
}

/* The same with ramps of the height `slope` around the thresholds. A depth on a threshold is inside
 * where there is no slope. */
static inline float zd_matte_is_inside_soft(zd_thresholds t, float depth, float probability,
                                            float slope)
{
    float steep = 1.0f / (slope > 1e-6f ? slope : 1e-6f);
    float above = depth + zd_subject_shift_of(t.at_low, probability) - t.low;
    float below = t.high - depth + zd_subject_shift_of(t.at_high, probability);
    float low = zd_matte_clamp01((above + 1e-6f) * steep + 0.5f);
    float high = zd_matte_clamp01((below + 1e-6f) * steep + 0.5f);
    return low < high ? low : high;
}

/* Between two rows. All planes lie in one block, where a few samples more can be read than there are; room
 * for as many is in `out`. */
static inline void zd_matte_mix_rows(const float *top, const float *bottom, float share, int count,
                                     float *__restrict out)
{
    for (int i = 0; i < count; i += ZD_MATTE_LANES) {
        for (int k = 0; k < ZD_MATTE_LANES; k++) {
            out[i + k] = top[i + k] + (bottom[i + k] - top[i + k]) * share;
        }
    }
}

/* Samples of a line at the places of pixels, of which indices do not fall. Where ZD_MATTE_LANES pixels lie between
 * ZD_MATTE_LANES samples, as where pixels are finer, all of these are loaded once. */
static inline __attribute__((always_inline)) void zd_matte_spread_line(
    const float *line, const int *indices, const float *shares, int count, float *__restrict out)
{
    int i = 0;
#ifdef ZD_HAS_SHUFFLE
    for (; i + ZD_MATTE_LANES <= count &&
           indices[i + ZD_MATTE_LANES - 1] - indices[i] < ZD_MATTE_LANES - 1;
         i += ZD_MATTE_LANES)
    {
        zd_matte_lanes all;
        zd_matte_lanes share;
        zd_matte_lane_indices at;
        all = *(const zd_vec8_at *) (const void *) (line + indices[i]);
        at = (zd_matte_lane_indices) * (const zd_vec8_at *) (const void *) (indices + i);
        share = *(const zd_vec8_at *) (const void *) (shares + i);
        at -= indices[i];
        zd_matte_lanes before = __builtin_shuffle(all, at);
        zd_matte_lanes after = __builtin_shuffle(all, at + 1);
        before += (after - before) * share;
        *(zd_vec8_at *) (void *) (out + i) = before;
    }
#endif
    for (; i < count; i++) {
        const float *at = line + indices[i];
        out[i] = at[0] + (at[1] - at[0]) * shares[i];
    }
}

/* Colours of ZD_MATTE_LANES pixels of four floats, plane by plane; stored whole, as they are loaded. */
static inline __attribute__((always_inline)) void zd_matte_split_colours(const float *pixel,
                                                                         float *red, float *green,
                                                                         float *blue)
{
    const zd_vec8_at *p = (const zd_vec8_at *) (const void *) pixel;
    zd_matte_lanes p04 = __builtin_shufflevector(p[0], p[2], 0, 1, 2, 3, 8, 9, 10, 11);
    zd_matte_lanes p15 = __builtin_shufflevector(p[0], p[2], 4, 5, 6, 7, 12, 13, 14, 15);
    zd_matte_lanes p26 = __builtin_shufflevector(p[1], p[3], 0, 1, 2, 3, 8, 9, 10, 11);
    zd_matte_lanes p37 = __builtin_shufflevector(p[1], p[3], 4, 5, 6, 7, 12, 13, 14, 15);
    zd_matte_lanes low = __builtin_shufflevector(p04, p15, 0, 8, 1, 9, 4, 12, 5, 13);
    zd_matte_lanes low2 = __builtin_shufflevector(p26, p37, 0, 8, 1, 9, 4, 12, 5, 13);
    zd_matte_lanes high = __builtin_shufflevector(p04, p15, 2, 10, 3, 11, 6, 14, 7, 15);
    zd_matte_lanes high2 = __builtin_shufflevector(p26, p37, 2, 10, 3, 11, 6, 14, 7, 15);
    zd_matte_lanes r = __builtin_shufflevector(low, low2, 0, 1, 8, 9, 4, 5, 12, 13);
    zd_matte_lanes g = __builtin_shufflevector(low, low2, 2, 3, 10, 11, 6, 7, 14, 15);
    zd_matte_lanes b = __builtin_shufflevector(high, high2, 0, 1, 8, 9, 4, 5, 12, 13);
    *(zd_vec8_at *) (void *) red = r;
    *(zd_vec8_at *) (void *) green = g;
    *(zd_vec8_at *) (void *) blue = b;
}

/* A plane between the two nodes of a span. */
typedef struct zd_matte_stretch {
    float first;
    float rise;
} zd_matte_stretch;

static inline zd_matte_stretch zd_matte_stretch_of(const float *plane, int node)
{
    return (zd_matte_stretch){ plane[node], plane[node + 1] - plane[node] };
}

static inline float zd_matte_at_share(zd_matte_stretch s, float share)
{
    return s.first + s.rise * share;
}

#endif
