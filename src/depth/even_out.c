/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Normalised convolution: the sum of weighted probabilities and the sum of weights run through the same
 * filter. Two rounds, the second with half the memory, along rows and columns in both directions. The
 * memory falls with the fourth power of one plus the change of colour, which needs no exponential and so
 * has the same bits everywhere. */

#include "depth/even_out.h"

#include <assert.h>
#include <math.h>

#include "core/block.h"
#include "core/size.h"

enum { ROUNDS = 2, PLANES = 4, TOGETHER = 4 };

#define REACH 0.18f /* of the height: standard deviation of the first round */
#define LEAST 0.02f /* weight of a sample that is in doubt */

typedef struct filter {
    int width;
    int height;
    float *values; /* probability times weight */
    float *weights;
    float *across; /* memory from the sample to the left, without the share of distance */
    float *down;   /* and from the one above */
} filter;

static float change(const float *a, const float *b)
{
    float sum = 1.0f + fabsf(a[0] - b[0]) + fabsf(a[1] - b[1]) + fabsf(a[2] - b[2]);
    float square = sum * sum;
    return 1.0f / (square * square);
}

static void load(const filter *f, zd_view probability, zd_view rgb)
{
    int channels = rgb.format.channels;
    for (int y = 0; y < f->height; y++) {
        const float *p = zd_view_row_f32(probability, y);
        const float *colour = zd_view_row_f32(rgb, y);
        const float *above = zd_view_row_f32(rgb, zd_int_max(y - 1, 0));
        ptrdiff_t row = (ptrdiff_t) y * f->width;
        for (int x = 0; x < f->width; x++) {
            float sure = 2.0f * p[x] - 1.0f;
            const float *here = colour + (ptrdiff_t) x * channels;
            f->weights[row + x] = LEAST + sure * sure;
            f->values[row + x] = p[x] * f->weights[row + x];
            f->across[row + x] = change(here, x > 0 ? here - channels : here);
            f->down[row + x] = change(here, above + (ptrdiff_t) x * channels);
        }
    }
}

/* Some rows at once, along them and back: each sample waits for the one beside it, so rows side by side cost
 * hardly more than one. */
static inline __attribute__((always_inline)) void filter_together(const filter *f, int y,
                                                                  const int rows, float keep)
{
    ptrdiff_t first = (ptrdiff_t) y * f->width;
    float *values = f->values + first;
    float *weights = f->weights + first;
    const float *across = f->across + first;
    for (int x = 1; x < f->width; x++) {
        for (int i = 0; i < rows; i++) {
            ptrdiff_t at = (ptrdiff_t) i * f->width + x;
            float m = keep * across[at];
            values[at] += m * (values[at - 1] - values[at]);
            weights[at] += m * (weights[at - 1] - weights[at]);
        }
    }
    for (int x = f->width - 2; x >= 0; x--) {
        for (int i = 0; i < rows; i++) {
            ptrdiff_t at = (ptrdiff_t) i * f->width + x;
            float m = keep * across[at + 1];
            values[at] += m * (values[at + 1] - values[at]);
            weights[at] += m * (weights[at + 1] - weights[at]);
        }
    }
}

static void filter_rows(const filter *f, float keep)
{
    int y = 0;
    for (; y + TOGETHER <= f->height; y += TOGETHER) {
        filter_together(f, y, TOGETHER, keep);
    }
    for (; y < f->height; y++) {
        filter_together(f, y, 1, keep);
    }
}

/* Moves one row towards another. */
static void follow(const filter *f, int to, int from, const float *memory, float keep)
{
    float *v = f->values + (ptrdiff_t) to * f->width;
    float *w = f->weights + (ptrdiff_t) to * f->width;
    const float *other_v = f->values + (ptrdiff_t) from * f->width;
    const float *other_w = f->weights + (ptrdiff_t) from * f->width;
    for (int x = 0; x < f->width; x++) {
        float m = keep * memory[x];
        v[x] += m * (other_v[x] - v[x]);
        w[x] += m * (other_w[x] - w[x]);
    }
}

static void filter_columns(const filter *f, float keep)
{
    for (int y = 1; y < f->height; y++) {
        follow(f, y, y - 1, f->down + (ptrdiff_t) y * f->width, keep);
    }
    for (int y = f->height - 2; y >= 0; y--) {
        follow(f, y, y + 1, f->down + (ptrdiff_t) (y + 1) * f->width, keep);
    }
}

static void run(const filter *f)
{
    float reach = fmaxf(REACH * (float) f->height, 4.0f);
    for (int i = 0; i < ROUNDS; i++, reach *= 0.5f) {
        float keep = 1.0f - 1.41421356f / reach;
        filter_rows(f, keep);
        filter_columns(f, keep);
    }
}

zd_status zd_even_out(zd_context *ctx, zd_view probability, zd_view rgb, zd_error *err)
{
    assert(rgb.width == probability.width && rgb.height == probability.height);
    size_t samples = (size_t) rgb.width * (size_t) rgb.height;
    size_t bytes = PLANES * samples * sizeof(float);
    float *memory = zd_block_take(ctx, bytes);
    if (memory == NULL) {
        return zd_fail_memory(err, "the foreground probability");
    }
    filter f = { rgb.width,        rgb.height,           memory,
                 memory + samples, memory + 2 * samples, memory + 3 * samples };
    load(&f, probability, rgb);
    run(&f);
    for (int y = 0; y < f.height; y++) {
        float *p = zd_view_row_f32(probability, y);
        ptrdiff_t row = (ptrdiff_t) y * f.width;
        for (int x = 0; x < f.width; x++) {
            float even = f.values[row + x] / f.weights[row + x];
            float sure = fabsf(2.0f * p[x] - 1.0f);
            p[x] = even + (p[x] - even) * sure * sure;
        }
    }
    zd_block_give(ctx, memory, bytes);
    return ZD_OK;
}
