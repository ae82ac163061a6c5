/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_CPU_KERNELS_H
#define ZD_MODEL_CPU_KERNELS_H

/* The inner loops, one table for each instruction set. Every matrix product and convolution of the
 * engine goes through gemm_f32 or gemm_i16: a tile of up to max_rows rows by ZD_PANEL columns,
 * summed over `segments` runs of consecutive values in a row. A plain product has one segment; a
 * 3x3 convolution over interleaved channels has three (a window's row is consecutive in memory).
 *
 * Sums run over k in ascending order for each element, so a result does not depend on how rows are
 * cut into tiles. Tables differ from each other by rounding only. */

#include <stddef.h>
#include <stdint.h>

enum {
    ZD_PANEL = 32,                /* columns of a packed weight panel */
    ZD_TILE_ROWS = 14,            /* the most rows that any table's tile has */
    ZD_TOP_LANES = 16,            /* see zd_tile.tops */
    ZD_ACTIVATION_CODE_MAX = 4095 /* magnitude of 16-bit activation codes */
};

/** A tile of a product. Operands are words of four bytes, and so are their steps: a float32, or a
 *  pair of 16-bit codes. With a panel's words as [k][ZD_PANEL]:
 *
 *  float32: c[r][n] = bias[n] + sum a[r][k] b[k][n] + add[r][n]
 *  16-bit:  c[r][n] = bias[n] + row_scale[r] column_scale[n] sum a[r][k] b[k][n] + add[r][n], where
 *  the sum is exact in 32-bit integers: whoever makes the codes sees to it that it fits. */
typedef struct zd_tile {
    const void *a;
    ptrdiff_t row_step; /* words from a row of `a` to the next */
    int segments;
    int length;             /* words in a segment */
    ptrdiff_t segment_step; /* words from a segment to the next */
    const void *b;
    const float *bias; /* ZD_PANEL values, or NULL */
    const float *add;  /* laid out as c is, or NULL */
    float *c;
    ptrdiff_t c_step;
    float *tops; /* NULL, or for each row ZD_TOP_LANES values that are raised to what is written, */
    int columns; /* 1..ZD_PANEL of them, in whole tiles only */
    const float *row_scale; /* 16-bit only */
    int row_scale_step;     /* 1, or 0 when all rows share one scale */
    const float *column_scale;
    const char
        *next;     /* memory that will be read soon, brought nearer while the tile is computed; */
    int next_step; /* 128 bytes at a time, so many bytes further for each k */
} zd_tile;

/** Each channel filtered by itself: c[x][n] = bias[n] + sum over taps w[tap][n] a[x][tap][n], for up to
 *  ZD_PANEL channels. Rows of `a` may be read up to ZD_PANEL values beyond the last channel. */
typedef struct zd_depthwise {
    const float *a;
    ptrdiff_t step;     /* values from a result's window to the next's */
    ptrdiff_t tap_step; /* values from a tap to the next in a row of the window */
    ptrdiff_t row_step; /* values from a row of the window to the next */
    int kernel;
    const float *weights; /* [kernel * kernel][ZD_PANEL] */
    const float *bias;    /* ZD_PANEL values, or NULL */
    float *c;
    ptrdiff_t c_step;
    int columns; /* 1..ZD_PANEL of them are written */
} zd_depthwise;

enum { ZD_WINOGRAD_TILE = 4, ZD_WINOGRAD_POINTS = 36 };

/** A tile of ZD_WINOGRAD_TILE squared results of a 3x3 convolution, of its products at
 *  ZD_WINOGRAD_POINTS points. */
typedef struct zd_winograd {
    const float *points; /* `columns` values of each, ... */
    ptrdiff_t step;      /* ... so many values after those of the point before */
    const float *bias;   /* ZD_PANEL values, or NULL */
    const float *add;    /* laid out as c is, or NULL */
    float *c;
    ptrdiff_t c_row;  /* values from a row of results to the next */
    ptrdiff_t c_step; /* from a result to the next in a row */
    int height;       /* 1..ZD_WINOGRAD_TILE rows of so many results are wanted */
    int width;
    int columns; /* 16 or ZD_PANEL */
} zd_winograd;

/** What normalises each channel; see zd_kernels.affine. */
typedef struct zd_affine {
    int channels;
    const float *middle;
    const float *gain;
    const float *bias;
} zd_affine;

/** How samples of a row lie between those of another; see zd_kernels.stretch. */
typedef struct zd_axis {
    int *index; /* of the first of the two samples; the second is index + step */
    int *step;  /* 0 or 1 */
    float *t;
} zd_axis;

typedef struct zd_kernels {
    const char *name;
    int max_rows;
    void (*gemm_f32)(const zd_tile *tile, int rows);
    void (*gemm_i16)(const zd_tile *tile, int rows); /* NULL: not on this processor */

    /** `count` results side by side. */
    void (*depthwise)(const zd_depthwise *of, int count);
    /** A window of 6 x 6 cells of interleaved channels, a multiple of 16, to its points; `row` and
     *  `step` count values, from a row to the next and from a point to the next. */
    void (*winograd_in)(const float *a, ptrdiff_t row, int channels, float *points, ptrdiff_t step);
    void (*winograd_out)(const zd_winograd *of);
    float (*largest)(const float *x, int count);
    float (*largest_magnitude)(const float *x, int count);
    /** codes[i] = round(x[i] * factor), limited to least..most. */
    void (*encode_i16)(const float *x, int count, float factor, int least, int most,
                       int16_t *codes);
    /** x[i] = 2^(x[i] - top_score), the largest of them; returns their sum. */
    float (*softmax)(float *x, float top_score, int count);
    /** Softmax, to the base 2, down each of the first `columns` of [rows][ZD_PANEL]. */
    void (*softmax_columns)(float *x, int rows, int columns);
    /** out[c][r] = x[r][c] factor, of so many rows and columns of `x`; steps are from a row to the next. */
    void (*turn)(const float *x, ptrdiff_t step, int rows, int columns, float factor, float *out,
                 ptrdiff_t out_step);
    /** codes[i] = round(f weight[i] 2^(x[i] - top_score)), with f such that no code is above 32767
     *  and that they add up to no more than `room` (and half a code for each). Returns
     *  1 / (f sum 2^(x[i] - top_score)). count is a multiple of ZD_PANEL; x is lost. NULL where
     *  gemm_i16 is. */
    float (*softmax_i16)(float *x, float top_score, const float *weight, float top_weight,
                         int count, float room, int16_t *codes);
    /** out = (x - mean) / sqrt(variance + epsilon) * gain + bias. This and those in place return the
     *  largest magnitude of what they make. */
    float (*norm)(const float *x, int count, float epsilon, const float *gain, const float *bias,
                  float *out);
    float (*gelu)(float *x, int count);
    float (*gelu_coarse)(float *x, int count); /* absolute error 8e-5 */
    /** out = x gelu(gate); returns the largest magnitude. */
    float (*geglu)(const float *x, const float *gate, int count, float *out);
    float (*geglu_coarse)(const float *x, const float *gate, int count, float *out);
    float (*sigmoid)(float *x, int count);
    float (*exponential)(float *x, int count); /* e^x, at most 2^127 */
    void (*relu)(const float *x, int count, float *out);
    /** x = min(max(x, 0), high). */
    void (*clamp)(float *x, int count, float high);
    void (*add)(const float *a, const float *b, int count, float *out);
    void (*mul)(const float *a, const float *b, int count, float *out);
    /** out = a + (b - a) * t. */
    void (*mix)(const float *a, const float *b, int count, float t, float *out);
    /** A row of interleaved values made wider: out[x] = mix(row[index[x]], row[index[x] + step[x]],
     *  t[x]). */
    void (*stretch)(const float *row, int channels, const zd_axis *axis, int width, float *out);
    void (*scale)(const float *x, int count, float factor, float *out);
    /** Sums of each channel over cells, or with `mean` of squared distances from what the channel has
     *  there, in order. */
    void (*sum_channels)(const float *x, size_t cells, int channels, const double *mean,
                         double *sums);
    /** out = (x - middle) gain + bias, of each channel of cells. */
    void (*affine)(const float *x, size_t cells, const zd_affine *of, float *out);
} zd_kernels;

/** The best table for a set of ZD_CPU_ features. */
const zd_kernels *zd_kernels_choose(uint32_t cpu);

/* The tables themselves, for zd_kernels_choose and for tests. */
extern const zd_kernels zd_kernels_portable;
extern const zd_kernels zd_kernels_avx2;
extern const zd_kernels zd_kernels_avx512;
extern const zd_kernels zd_kernels_vnni;

#endif
