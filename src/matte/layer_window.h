/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_LAYER_WINDOW_H
#define ZD_MATTE_LAYER_WINDOW_H

/* The sums of the layer analysis over one window: where most of its time goes. The body is inline,
 * so that each instruction set compiles its own; all give the same bits, since every one adds the
 * same eight lanes in the same order and none contracts. */

#include <stddef.h>
#include <stdint.h>
#include <string.h>

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
    ZD_SUM_COUNT
};

enum { ZD_LAYER_WINDOW_LANES = 8, ZD_LAYER_WINDOW_ROW_STEP = 4 };

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

static inline __attribute__((always_inline)) void zd_lanes_clamp01(zd_lanes *v)
{
    zd_lanes one = *v * 0.0f + 1.0f;
    zd_lane_mask positive = *v > 0.0f;
    zd_lane_mask large = *v > 1.0f;
    *v = (zd_lanes) (((zd_lane_mask) *v & positive & ~large) | ((zd_lane_mask) one & large));
}

static inline __attribute__((always_inline)) void zd_layer_window_sum_body(
    const zd_layer_window *window, float totals[2][ZD_SUM_COUNT])
{
    memset(totals, 0, 2 * sizeof totals[0]);
    for (int column = 0; column < window->width; column += ZD_LAYER_WINDOW_LANES) {
        for (int far = 0; far < 2; far++) {
            zd_lanes sums[ZD_SUM_COUNT];
            float sign = far ? -1.0f : 1.0f;
            float shift = (far ? 1.0f : 0.0f) - ZD_LAYER_LEAST;
            memset(sums, 0, sizeof sums);
            for (int y = window->first_row; y < window->height; y += ZD_LAYER_WINDOW_ROW_STEP) {
                ptrdiff_t at = y * window->stride + column;
                zd_lanes d, g, p, t, r, gr, b, w;
                memcpy(&d, window->depth + at, sizeof d);
                memcpy(&g, window->gradient + at, sizeof g);
                memcpy(&p, window->probability + at, sizeof p);
                memcpy(&t, window->texture + at, sizeof t);
                memcpy(&r, window->colours[0] + at, sizeof r);
                memcpy(&gr, window->colours[1] + at, sizeof gr);
                memcpy(&b, window->colours[2] + at, sizeof b);
                memcpy(&w, window->weights + (ptrdiff_t) y * window->width + column, sizeof w);
                zd_lanes share = (d - window->low) * window->scale;
                zd_lanes member = (sign * share + shift) * (1.0f / ZD_LAYER_WIDTH);
                zd_lanes flat = (ZD_PLATEAU_STEEP - g * window->scale) *
                                (1.0f / (ZD_PLATEAU_STEEP - ZD_PLATEAU_FLAT));
                zd_lanes_clamp01(&member);
                zd_lanes_clamp01(&flat);
                w *= member * flat;
                zd_lanes wr = w * r;
                zd_lanes wg = w * gr;
                zd_lanes wb = w * b;
                sums[ZD_SUM_WEIGHT] += w;
                sums[ZD_SUM_DEPTH] += w * d;
                sums[ZD_SUM_PROBABILITY] += w * p;
                sums[ZD_SUM_TEXTURE] += w * t;
                sums[ZD_SUM_RED] += wr;
                sums[ZD_SUM_GREEN] += wg;
                sums[ZD_SUM_BLUE] += wb;
                sums[ZD_SUM_RR] += wr * r;
                sums[ZD_SUM_GG] += wg * gr;
                sums[ZD_SUM_BB] += wb * b;
                sums[ZD_SUM_RG] += wr * gr;
                sums[ZD_SUM_RB] += wr * b;
                sums[ZD_SUM_GB] += wg * b;
            }
            for (int i = 0; i < ZD_SUM_COUNT; i++) {
                float lanes[ZD_LAYER_WINDOW_LANES];
                memcpy(lanes, &sums[i], sizeof lanes);
                totals[far][i] += ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
                                  ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
            }
        }
    }
}

#endif
