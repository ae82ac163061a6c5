/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels' text, written once with vector types and compiled once for each instruction set.
 * No include guard: the including file first defines
 *   BODY_LANES  float lanes of a vector        BODY_ROWS  rows of a gemm tile
 *   BODY_NAME   of the table, an identifier    BODY_TITLE "its name"
 *   vf, vf_u, vi                               aligned, unaligned and integer vector types
 *   v_set1, v_fma, v_accumulate, v_min, v_max, v_abs, v_round, v_scale2, v_hmax,
 *   s_fma (of scalars, rounded as v_fma is)
 * and, where there are 16-bit dot products, BODY_DOT16 with v_dot16, v_from_int,
 * v_store16 and v_exp2_coarse; and where a square of vectors is turned in registers, BODY_TURN with v_turn.
 *
 * Tables that have a fused multiply-add give the same bits as each other, whatever their lanes: sums
 * over a row are kept in BODY_SUMS lanes and added up in one order, and what is left over at a row's
 * end is computed as in a vector.
 *
 * exp2: Cephes' exp2f polynomial (degree 5, relative error 2e-7 after range reduction to +-0.5).
 * erf: Abramowitz and Stegun 7.1.26, absolute error 1.5e-7. */

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "model/cpu/kernel_check.h"
#include "model/cpu/kernels.h"

#define BODY_LOCALITY 2 /* into the second-level cache: a panel may be larger than the first */
#define BODY_VECTORS  (ZD_PANEL / BODY_LANES)
#define BODY_SUMS     16 /* lanes of a sum over a row */
#define BODY_PARTS    (BODY_SUMS / BODY_LANES)
#define BODY_INLINE   static inline __attribute__((always_inline))
/* Under the address sanitizer, where clang takes minutes for what is unrolled, one tile of any size stands
 * for all. */
#if defined(ZD_TILE_IS_CHECKED)
#    define BODY_UNROLL
#    define BODY_TILE static __attribute__((noinline)) ZD_TILE_CODE
#elif defined(__clang__)
#    define BODY_UNROLL _Pragma("unroll")
#    define BODY_TILE   BODY_INLINE
#else
#    define BODY_UNROLL _Pragma("GCC unroll 16")
#    define BODY_TILE   BODY_INLINE
#endif

BODY_INLINE vf v_load(const float *x)
{
    return *(const vf_u *) (const void *) x;
}

BODY_INLINE void v_store(float *x, vf v)
{
    *(vf_u *) (void *) x = v;
}

/** The sum of a sum's lanes: halves added until one is left. */
BODY_INLINE float add_lanes(const vf parts[BODY_PARTS])
{
    float lanes[BODY_SUMS];
    BODY_UNROLL
    for (int p = 0; p < BODY_PARTS; p++) {
        v_store(lanes + p * BODY_LANES, parts[p]);
    }
    BODY_UNROLL
    for (int half = BODY_SUMS / 2; half > 0; half /= 2) {
        BODY_UNROLL
        for (int i = 0; i < half; i++) {
            lanes[i] += lanes[i + half];
        }
    }
    return lanes[0];
}

/** A word of the operands: a float, or two 16-bit codes. */
typedef float word __attribute__((may_alias));

/** sum + x w for a word and a vector of words. */
BODY_INLINE ZD_TILE_CODE vf add_product(vf sum, vf x, vf w, const bool is_i16)
{
#ifdef BODY_DOT16
    if (is_i16) {
        return (vf) v_dot16((vi) sum, (vi) x, (vi) w);
    }
#endif
    (void) is_i16;
    return v_accumulate(sum, x, w);
}

/** What becomes of a sum: vector j of row r of the result. */
BODY_INLINE ZD_TILE_CODE vf finish_sum(const zd_tile *tile, vf sum, int r, int j, const bool is_i16)
{
#ifdef BODY_DOT16
    if (is_i16) {
        vf by_row = v_set1(tile->row_scale[r * tile->row_scale_step]);
        vf by_column = v_load(tile->column_scale + j * BODY_LANES);
        vf bias = tile->bias != NULL ? v_load(tile->bias + j * BODY_LANES) : v_set1(0.0f);
        return v_fma(v_from_int((vi) sum), by_row * by_column, bias);
    }
#endif
    (void) tile;
    (void) r;
    (void) j;
    (void) is_i16;
    return sum;
}

/** Writes the first columns of spare rows of ZD_PANEL values, with what is added to them or NULL. */
static __attribute__((noinline)) void store_part(const float *spare, int rows, int columns,
                                                 const float *add, float *c, ptrdiff_t c_step)
{
    for (int r = 0; r < rows; r++) {
        for (int n = 0; n < columns; n++) {
            ptrdiff_t at = r * c_step + n;
            c[at] = spare[r * ZD_PANEL + n] + (add != NULL ? add[at] : 0.0f);
        }
    }
}

/** A tile of `vectors` vectors of columns: those of a panel, or of its first half where no more are wanted. */
BODY_TILE void gemm_rows(const zd_tile *tile, const int rows, const int vectors, const bool is_i16)
{
    vf acc[BODY_ROWS][BODY_VECTORS];
    const word *b = tile->b;
    const char *next = tile->next;
    const ptrdiff_t step = tile->row_step;
    BODY_UNROLL
    for (int r = 0; r < rows; r++) {
        BODY_UNROLL
        for (int j = 0; j < vectors; j++) {
            acc[r][j] =
                tile->bias != NULL && !is_i16 ? v_load(tile->bias + j * BODY_LANES) : v_set1(0.0f);
        }
    }
    for (int s = 0; s < tile->segments; s++) {
        /* Three rows share a pointer: their distances are what an address can hold. */
        const word *a[(BODY_ROWS + 2) / 3];
        BODY_UNROLL
        for (int r = 0; r < rows; r += 3) {
            a[r / 3] = (const word *) tile->a + s * tile->segment_step + r * step;
        }
        for (int k = 0; k < tile->length; k++) {
            __builtin_prefetch(next, 0, BODY_LOCALITY);
            __builtin_prefetch(next + 64, 0, BODY_LOCALITY);
            next += tile->next_step;
            vf w[BODY_VECTORS];
            BODY_UNROLL
            for (int j = 0; j < vectors; j++) {
                w[j] = v_load(b + j * BODY_LANES);
            }
            BODY_UNROLL
            for (int r = 0; r < rows; r++) {
                vf x = v_set1(a[r / 3][(r % 3) * step]);
                BODY_UNROLL
                for (int j = 0; j < vectors; j++) {
                    acc[r][j] = add_product(acc[r][j], x, w[j], is_i16);
                }
            }
            b += ZD_PANEL;
            BODY_UNROLL
            for (int r = 0; r < rows; r += 3) {
                a[r / 3]++;
            }
        }
    }
    float spare[BODY_ROWS][ZD_PANEL];
    bool whole = tile->columns == vectors * BODY_LANES;
    float *c = whole ? tile->c : spare[0];
    ptrdiff_t c_step = whole ? tile->c_step : ZD_PANEL;
    const float *add = whole ? tile->add : NULL;
    BODY_UNROLL
    for (int r = 0; r < rows; r++) {
        vf top = v_set1(-INFINITY);
        BODY_UNROLL
        for (int j = 0; j < vectors; j++) {
            vf value = finish_sum(tile, acc[r][j], r, j, is_i16);
            ptrdiff_t at = r * c_step + j * BODY_LANES;
            if (add != NULL) {
                value = value + v_load(add + at);
            }
            v_store(c + at, value);
            top = v_max(top, value);
        }
        if (tile->tops != NULL && tile->columns == ZD_PANEL) {
            float *tops = tile->tops + r * ZD_TOP_LANES;
            v_store(tops, v_max(v_load(tops), top));
        }
    }
    if (!whole) {
        store_part(spare[0], rows, tile->columns, tile->add, tile->c, tile->c_step);
    }
}

#define BODY_CASE(n)                         \
    case n:                                  \
        gemm_rows(tile, n, vectors, is_i16); \
        break;

BODY_INLINE void gemm_wide(const zd_tile *tile, int rows, const int vectors, const bool is_i16)
{
    switch (rows) {
        BODY_CASE(1)
#if BODY_ROWS > 1
        BODY_CASE(2)
        BODY_CASE(3)
#endif
#if BODY_ROWS > 3
        BODY_CASE(4)
        BODY_CASE(5)
        BODY_CASE(6)
        BODY_CASE(7)
        BODY_CASE(8)
        BODY_CASE(9)
        BODY_CASE(10)
        BODY_CASE(11)
        BODY_CASE(12)
        BODY_CASE(13)
        BODY_CASE(14)
#endif
    default:
        break;
    }
}
#undef BODY_CASE

BODY_INLINE void gemm(const zd_tile *tile, int rows, const bool is_i16)
{
    zd_tile_check(tile, rows, tile->columns <= ZD_PANEL / 2 ? ZD_PANEL / 2 : ZD_PANEL, is_i16);
    if (tile->columns <= ZD_PANEL / 2) {
        gemm_wide(tile, rows, BODY_VECTORS / 2, is_i16);
    } else {
        gemm_wide(tile, rows, BODY_VECTORS, is_i16);
    }
}

static void gemm_f32(const zd_tile *tile, int rows)
{
    gemm(tile, rows, false);
}

#ifdef BODY_DOT16
static void gemm_i16(const zd_tile *tile, int rows)
{
    gemm(tile, rows, true);
}
#endif

/** 2^x for x <= 127; 0 below -126 or so. */
BODY_INLINE vf exp2_vector(vf x)
{
    x = v_max(x, v_set1(-126.0f));
    vf whole = v_round(x);
    vf t = x - whole;
    vf p = v_set1(1.535336188319500e-4f);
    p = v_fma(p, t, v_set1(1.339887440266574e-3f));
    p = v_fma(p, t, v_set1(9.618437357674640e-3f));
    p = v_fma(p, t, v_set1(5.550332471162809e-2f));
    p = v_fma(p, t, v_set1(2.402264791363012e-1f));
    p = v_fma(p, t, v_set1(6.931472028550421e-1f));
    p = v_fma(p, t, v_set1(1.0f));
    return v_scale2(p, whole);
}

/* Results that share the weights of a tap; their sums fill half of the registers. */
#define BODY_SIDE (BODY_VECTORS <= 2 ? 4 : BODY_VECTORS <= 4 ? 2 : 1)

BODY_INLINE void depthwise_side(const zd_depthwise *of, int first, const int side)
{
    vf acc[BODY_SIDE][BODY_VECTORS];
    const float *w = of->weights;
    BODY_UNROLL
    for (int r = 0; r < side; r++) {
        BODY_UNROLL
        for (int j = 0; j < BODY_VECTORS; j++) {
            acc[r][j] = of->bias != NULL ? v_load(of->bias + j * BODY_LANES) : v_set1(0.0f);
        }
    }
    for (int ky = 0; ky < of->kernel; ky++) {
        const float *a = of->a + first * of->step + ky * of->row_step;
        for (int kx = 0; kx < of->kernel; kx++, a += of->tap_step, w += ZD_PANEL) {
            BODY_UNROLL
            for (int r = 0; r < side; r++) {
                BODY_UNROLL
                for (int j = 0; j < BODY_VECTORS; j++) {
                    vf x = v_load(a + r * of->step + j * BODY_LANES);
                    acc[r][j] = v_accumulate(acc[r][j], x, v_load(w + j * BODY_LANES));
                }
            }
        }
    }
    float spare[BODY_SIDE][ZD_PANEL];
    bool whole = of->columns == ZD_PANEL;
    float *c = of->c + first * of->c_step;
    BODY_UNROLL
    for (int r = 0; r < side; r++) {
        float *out = whole ? c + r * of->c_step : spare[r];
        BODY_UNROLL
        for (int j = 0; j < BODY_VECTORS; j++) {
            v_store(out + j * BODY_LANES, acc[r][j]);
        }
    }
    if (!whole) {
        store_part(spare[0], side, of->columns, NULL, c, of->c_step);
    }
}

static void depthwise(const zd_depthwise *of, int count)
{
    int x = 0;
    for (; x + BODY_SIDE <= count; x += BODY_SIDE) {
        depthwise_side(of, x, BODY_SIDE);
    }
    for (; x < count; x++) {
        depthwise_side(of, x, 1);
    }
}

/** The largest value or magnitude, or `least` if that is larger. */
BODY_INLINE float largest_of(const float *x, int count, float least, const bool magnitude)
{
    vf top[4] = { v_set1(least), v_set1(least), v_set1(least), v_set1(least) };
    int i = 0;
    for (; i + 4 * BODY_LANES <= count; i += 4 * BODY_LANES) {
        BODY_UNROLL
        for (int j = 0; j < 4; j++) {
            vf value = v_load(x + i + j * BODY_LANES);
            top[j] = v_max(top[j], magnitude ? v_abs(value) : value);
        }
    }
    for (; i + BODY_LANES <= count; i += BODY_LANES) {
        vf value = v_load(x + i);
        top[0] = v_max(top[0], magnitude ? v_abs(value) : value);
    }
    float most = v_hmax(v_max(v_max(top[0], top[1]), v_max(top[2], top[3])));
    for (; i < count; i++) {
        float value = magnitude ? fabsf(x[i]) : x[i];
        most = value > most ? value : most;
    }
    return most;
}

static float largest(const float *x, int count)
{
    return largest_of(x, count, -INFINITY, false);
}

static float largest_magnitude(const float *x, int count)
{
    return largest_of(x, count, 0.0f, true);
}

static void encode_i16(const float *x, int count, float factor, int least, int most, int16_t *codes)
{
    float low = (float) least;
    float high = (float) most;
    int i = 0;
#ifdef BODY_DOT16
    for (; i + 2 * BODY_LANES <= count; i += 2 * BODY_LANES) {
        vf a = v_load(x + i) * v_set1(factor);
        vf b = v_load(x + i + BODY_LANES) * v_set1(factor);
        v_store16(codes + i, v_min(v_max(a, v_set1(low)), v_set1(high)),
                  v_min(v_max(b, v_set1(low)), v_set1(high)));
    }
#endif
    for (; i < count; i++) {
        float v = x[i] * factor;
        v = v > high ? high : v < low ? low : v;
        codes[i] = (int16_t) lrintf(v);
    }
}

static float softmax(float *x, float top_score, int count)
{
    float padded[BODY_SUMS];
    int whole = count / BODY_SUMS * BODY_SUMS;
    int rest = count - whole;
    vf top = v_set1(top_score);
    vf sums[BODY_PARTS];
    BODY_UNROLL
    for (int p = 0; p < BODY_PARTS; p++) {
        sums[p] = v_set1(0.0f);
    }
    for (int i = 0; i < whole; i += BODY_SUMS) {
        BODY_UNROLL
        for (int p = 0; p < BODY_PARTS; p++) {
            vf e = exp2_vector(v_load(x + i + p * BODY_LANES) - top);
            v_store(x + i + p * BODY_LANES, e);
            sums[p] = sums[p] + e;
        }
    }
    for (int i = 0; i < BODY_SUMS && rest > 0; i++) {
        padded[i] = i < rest ? x[whole + i] : -INFINITY;
    }
    for (int p = 0; p < BODY_PARTS && rest > 0; p++) {
        v_store(padded + p * BODY_LANES, exp2_vector(v_load(padded + p * BODY_LANES) - top));
    }
    for (int i = rest; i < BODY_SUMS && rest > 0; i++) {
        padded[i] = 0.0f;
    }
    if (rest > 0) {
        memcpy(x + whole, padded, (size_t) rest * sizeof(float));
        for (int p = 0; p < BODY_PARTS; p++) {
            sums[p] = sums[p] + v_load(padded + p * BODY_LANES);
        }
    }
    return add_lanes(sums);
}

static void softmax_columns(float *x, int rows, int columns)
{
    for (int c = 0; c < columns; c += BODY_LANES) {
        vf top = v_load(x + c);
        vf sum = v_set1(0.0f);
        for (int r = 1; r < rows; r++) {
            top = v_max(top, v_load(x + r * ZD_PANEL + c));
        }
        for (int r = 0; r < rows; r++) {
            vf e = exp2_vector(v_load(x + r * ZD_PANEL + c) - top);
            v_store(x + r * ZD_PANEL + c, e);
            sum = sum + e;
        }
        sum = v_set1(1.0f) / sum;
        for (int r = 0; r < rows; r++) {
            v_store(x + r * ZD_PANEL + c, v_load(x + r * ZD_PANEL + c) * sum);
        }
    }
}

static void turn(const float *x, ptrdiff_t step, int rows, int columns, float factor, float *out,
                 ptrdiff_t out_step)
{
    int whole_rows = 0;
    int whole_columns = 0;
#ifdef BODY_TURN
    whole_rows = rows / BODY_LANES * BODY_LANES;
    whole_columns = columns / BODY_LANES * BODY_LANES;
    for (int r = 0; r < whole_rows; r += BODY_LANES) {
        for (int c = 0; c < whole_columns; c += BODY_LANES) {
            v_turn(x + r * step + c, step, v_set1(factor), out + c * out_step + r, out_step);
        }
    }
#endif
    for (int r = 0; r < rows; r++) {
        for (int c = r < whole_rows ? whole_columns : 0; c < columns; c++) {
            out[c * out_step + r] = x[r * step + c] * factor;
        }
    }
}

#ifdef BODY_DOT16
static float softmax_i16(float *x, float top_score, const float *weight, float top_weight,
                         int count, float room, int16_t *codes)
{
    vf sum[BODY_PARTS] = { v_set1(0.0f) };
    for (int i = 0; i < count; i += BODY_LANES) {
        vf e = v_exp2_coarse(v_load(x + i) - v_set1(top_score));
        v_store(x + i, e * v_load(weight + i));
        sum[0] = sum[0] + e;
    }
    float total = add_lanes(sum);
    float factor = top_weight > 0.0f ? fminf(32767.0f, room / total) / top_weight : 0.0f;
    for (int i = 0; i < count; i += 2 * BODY_LANES) {
        v_store16(codes + i, v_load(x + i) * v_set1(factor),
                  v_load(x + i + BODY_LANES) * v_set1(factor));
    }
    return factor > 0.0f ? 1.0f / (factor * total) : 0.0f;
}
#endif

/** The sum of a row, or with `mean` that of the squares of its distances from it. */
BODY_INLINE float sum_row(const float *x, int count, const float *mean)
{
    int whole = count / BODY_SUMS * BODY_SUMS;
    vf sums[BODY_PARTS];
    BODY_UNROLL
    for (int p = 0; p < BODY_PARTS; p++) {
        sums[p] = v_set1(0.0f);
    }
    for (int i = 0; i < whole; i += BODY_SUMS) {
        BODY_UNROLL
        for (int p = 0; p < BODY_PARTS; p++) {
            vf d = v_load(x + i + p * BODY_LANES);
            if (mean != NULL) {
                d = d - v_set1(*mean);
                sums[p] = v_fma(d, d, sums[p]);
            } else {
                sums[p] = sums[p] + d;
            }
        }
    }
    float total = add_lanes(sums);
    for (int i = whole; i < count; i++) {
        float d = mean != NULL ? x[i] - *mean : x[i];
        total = mean != NULL ? s_fma(d, d, total) : total + d;
    }
    return total;
}

static float norm(const float *x, int count, float epsilon, const float *gain, const float *bias,
                  float *out)
{
    float mean = sum_row(x, count, NULL) / (float) count;
    float variance = sum_row(x, count, &mean) / (float) count;
    float inverse = 1.0f / sqrtf(variance + epsilon);
    int whole = count / BODY_LANES * BODY_LANES;
    vf top = v_set1(0.0f);
    for (int i = 0; i < whole; i += BODY_LANES) {
        vf d = (v_load(x + i) - v_set1(mean)) * v_set1(inverse);
        vf y = v_fma(d, v_load(gain + i), v_load(bias + i));
        v_store(out + i, y);
        top = v_max(top, v_abs(y));
    }
    for (int i = whole; i < count; i++) {
        out[i] = s_fma((x[i] - mean) * inverse, gain[i], bias[i]);
    }
    return fmaxf(v_hmax(top), largest_magnitude(out + whole, count - whole));
}

BODY_INLINE vf gelu_vector(vf x)
{
    vf z = v_abs(x) * v_set1(0.70710678118654752f);
    vf t = v_set1(1.0f) / v_fma(z, v_set1(0.3275911f), v_set1(1.0f));
    vf p = v_set1(1.061405429f);
    p = v_fma(p, t, v_set1(-1.453152027f));
    p = v_fma(p, t, v_set1(1.421413741f));
    p = v_fma(p, t, v_set1(-0.284496736f));
    p = v_fma(p, t, v_set1(0.254829592f));
    /* 0.5 erfc(z) = 0.5 p t exp(-z z); gelu(x) = x - x h for x > 0 and x h below. */
    vf h = v_set1(0.5f) * p * t * exp2_vector(z * z * v_set1(-1.44269504088896341f));
    vf tail = v_abs(x) * h;
    return v_max(x, v_set1(0.0f)) - tail;
}

/** x (1/2 + t P(t t)) with t = x limited to +-4.2: absolute error 8e-5. */
BODY_INLINE vf gelu_coarse_vector(vf x)
{
    static const float factors[7] = { 7.941373e-8f, -3.0379406e-6f, 6.689082e-5f, -9.5065846e-4f,
                                      9.298233e-3f, -6.552821e-2f,  0.39846587f };
    vf t = v_min(v_max(x, v_set1(-4.2f)), v_set1(4.2f));
    vf square = t * t;
    vf p = v_set1(-9.017583e-10f);
    BODY_UNROLL
    for (int i = 0; i < 7; i++) {
        p = v_fma(p, square, v_set1(factors[i]));
    }
    return x * v_fma(t, p, v_set1(0.5f));
}

BODY_INLINE vf sigmoid_vector(vf x)
{
    vf e = exp2_vector(v_min(x * v_set1(-1.44269504088896341f), v_set1(126.0f)));
    return v_set1(1.0f) / (v_set1(1.0f) + e);
}

BODY_INLINE vf exponential_vector(vf x)
{
    return exp2_vector(v_min(x * v_set1(1.44269504088896341f), v_set1(127.0f)));
}

/* Applies a vector function to any count of values; returns their largest magnitude. */
#define BODY_MAP(function, vector_function)                                 \
    static float function(float *x, int count)                              \
    {                                                                       \
        vf top = v_set1(0.0f);                                              \
        int i = 0;                                                          \
        for (; i + BODY_LANES <= count; i += BODY_LANES) {                  \
            vf y = vector_function(v_load(x + i));                          \
            v_store(x + i, y);                                              \
            top = v_max(top, v_abs(y));                                     \
        }                                                                   \
        if (i < count) {                                                    \
            float last[BODY_LANES] = { 0 };                                 \
            size_t bytes = (size_t) (count - i) * sizeof(float);            \
            memcpy(last, x + i, bytes);                                     \
            v_store(last, vector_function(v_load(last)));                   \
            memcpy(x + i, last, bytes);                                     \
            return fmaxf(v_hmax(top), largest_magnitude(x + i, count - i)); \
        }                                                                   \
        return v_hmax(top);                                                 \
    }

BODY_MAP(gelu, gelu_vector)
BODY_MAP(gelu_coarse, gelu_coarse_vector)
BODY_MAP(sigmoid, sigmoid_vector)
BODY_MAP(exponential, exponential_vector)
#undef BODY_MAP

/** out = x gelu(gate), of any count of values; returns their largest magnitude. */
BODY_INLINE float gated(const float *x, const float *gate, int count, float *out,
                        const bool is_coarse)
{
    vf top = v_set1(0.0f);
    int i = 0;
    for (; i + BODY_LANES <= count; i += BODY_LANES) {
        vf g = v_load(gate + i);
        vf y = v_load(x + i) * (is_coarse ? gelu_coarse_vector(g) : gelu_vector(g));
        v_store(out + i, y);
        top = v_max(top, v_abs(y));
    }
    if (i < count) {
        float rest[2][BODY_LANES] = { { 0 } };
        size_t bytes = (size_t) (count - i) * sizeof(float);
        memcpy(rest[0], x + i, bytes);
        memcpy(rest[1], gate + i, bytes);
        vf g = v_load(rest[1]);
        vf y = v_load(rest[0]) * (is_coarse ? gelu_coarse_vector(g) : gelu_vector(g));
        v_store(rest[0], y);
        memcpy(out + i, rest[0], bytes);
        top = v_max(top, v_abs(y));
    }
    return v_hmax(top);
}

static float geglu(const float *x, const float *gate, int count, float *out)
{
    return gated(x, gate, count, out, false);
}

static float geglu_coarse(const float *x, const float *gate, int count, float *out)
{
    return gated(x, gate, count, out, true);
}

static void relu(const float *x, int count, float *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = x[i] > 0.0f ? x[i] : 0.0f;
    }
}

static void clamp(float *x, int count, float high)
{
    for (int i = 0; i < count; i++) {
        float low = x[i] > 0.0f ? x[i] : 0.0f;
        x[i] = low < high ? low : high;
    }
}

static void add(const float *a, const float *b, int count, float *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = a[i] + b[i];
    }
}

static void mul(const float *a, const float *b, int count, float *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = a[i] * b[i];
    }
}

static void mix(const float *a, const float *b, int count, float t, float *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = a[i] + (b[i] - a[i]) * t;
    }
}

static void stretch(const float *row, int channels, const zd_axis *axis, int width, float *out)
{
    for (int x = 0; x < width; x++, out += channels) {
        const float *a = row + axis->index[x] * channels;
        const float *b = a + axis->step[x] * channels;
        float t = axis->t[x];
        int i = 0;
        for (; i + BODY_LANES <= channels; i += BODY_LANES) {
            vf first = v_load(a + i);
            v_store(out + i, v_fma(v_load(b + i) - first, v_set1(t), first));
        }
        for (; i < channels; i++) {
            out[i] = s_fma(b[i] - a[i], t, a[i]);
        }
    }
}

static void scale(const float *x, int count, float factor, float *out)
{
    for (int i = 0; i < count; i++) {
        out[i] = x[i] * factor;
    }
}

static void sum_channels(const float *x, size_t cells, int channels, const double *mean,
                         double *sums)
{
    memset(sums, 0, (size_t) channels * sizeof *sums);
    for (size_t i = 0; i < cells && mean == NULL; i++, x += channels) {
        for (int c = 0; c < channels; c++) {
            sums[c] += (double) x[c];
        }
    }
    for (size_t i = 0; i < cells && mean != NULL; i++, x += channels) {
        for (int c = 0; c < channels; c++) {
            double d = (double) x[c] - mean[c];
            sums[c] += d * d;
        }
    }
}

static void affine(const float *x, size_t cells, const zd_affine *of, float *out)
{
    const int channels = of->channels;
    const float *middle = of->middle;
    const float *gain = of->gain;
    const float *bias = of->bias;
    for (size_t i = 0; i < cells; i++, x += channels, out += channels) {
        for (int c = 0; c < channels; c++) {
            out[c] = (x[c] - middle[c]) * gain[c] + bias[c];
        }
    }
}

#include "model/cpu/kernel_winograd.h"

const zd_kernels BODY_NAME = {
    .name = BODY_TITLE,
    .max_rows = BODY_ROWS,
    .gemm_f32 = gemm_f32,
#ifdef BODY_DOT16
    .gemm_i16 = gemm_i16,
    .softmax_i16 = softmax_i16,
#endif
    .depthwise = depthwise,
    .winograd_in = winograd_in,
    .winograd_out = winograd_out,
    .largest = largest,
    .largest_magnitude = largest_magnitude,
    .encode_i16 = encode_i16,
    .softmax = softmax,
    .softmax_columns = softmax_columns,
    .turn = turn,
    .norm = norm,
    .gelu = gelu,
    .gelu_coarse = gelu_coarse,
    .geglu = geglu,
    .geglu_coarse = geglu_coarse,
    .sigmoid = sigmoid,
    .exponential = exponential,
    .relu = relu,
    .clamp = clamp,
    .add = add,
    .mul = mul,
    .mix = mix,
    .stretch = stretch,
    .scale = scale,
    .sum_channels = sum_channels,
    .affine = affine,
};
