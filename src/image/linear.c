/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs of pixels that changed are encoded together; the others keep their bits. */

#include "image/linear.h"

#include <assert.h>
#include <stdatomic.h>
#include <string.h>

#include "core/pool.h"

enum { BAND_ROWS = 16 };

typedef struct job {
    zd_transfer transfer;
    zd_view display;
    zd_view linear;
    zd_view linear_was;
    zd_view out;
    atomic_bool changed;
} job;

static zd_view band_of(zd_view view, int band)
{
    int y0 = band * BAND_ROWS;
    int y1 = y0 + BAND_ROWS < view.height ? y0 + BAND_ROWS : view.height;
    return zd_view_crop(view, (zd_rect){ 0, y0, view.width, y1 });
}

static int band_count(zd_view view)
{
    return (view.height + BAND_ROWS - 1) / BAND_ROWS;
}

void zd_linear_premultiply(zd_view view)
{
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++, row += 4) {
            for (int c = 0; c < 3; c++) {
                row[c] *= row[3];
            }
        }
    }
}

static void decode_band(void *user, int band)
{
    job *j = user;
    zd_view from = band_of(j->display, band);
    zd_view to = band_of(j->linear, band);
    if (from.data != to.data) {
        zd_view_copy(from, to);
    }
    zd_transfer_decode_view(j->transfer, to);
    zd_linear_premultiply(to);
}

void zd_linear_decode(zd_context *ctx, zd_transfer transfer, zd_view display, zd_view linear)
{
    assert(display.format.channels == 4 && linear.format.channels == 4);
    assert(display.width == linear.width && display.height == linear.height);
    job j = { .transfer = transfer, .display = display, .linear = linear };
    zd_pool_run(zd_context_pool(ctx), band_count(display), decode_band, &j);
}

void zd_linear_bound(zd_view view)
{
    assert(view.format.channels == 4 && view.format.sample == ZD_SAMPLE_F32);
    const float limit = ZD_LINEAR_LIMIT;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int i = 0; i < 4 * view.width; i++) {
            row[i] = row[i] > limit ? limit : row[i] < -limit ? -limit : row[i];
        }
    }
}

static inline bool differs(const float *a, const float *b)
{
    uint64_t x[2];
    uint64_t y[2];
    memcpy(x, a, sizeof x);
    memcpy(y, b, sizeof y);
    return ((x[0] ^ y[0]) | (x[1] ^ y[1])) != 0;
}

/* How many pixels from `x` on are changed, or are not. */
static int run_of(const float *was, const float *now, int x, int width, bool *changed)
{
    int end = x + 1;
    *changed = differs(was + 4 * x, now + 4 * x);
    while (end < width && differs(was + 4 * end, now + 4 * end) == *changed) {
        end++;
    }
    return end - x;
}

static void divide_alpha(const float *now, int count, float *out)
{
    for (int i = 0; i < count; i++) {
        float alpha = now[4 * i + 3];
        float scale = alpha > 0.0f ? 1.0f / alpha : 0.0f;
        for (int c = 0; c < 3; c++) {
            out[4 * i + c] = alpha == 1.0f ? now[4 * i + c] : now[4 * i + c] * scale;
        }
        out[4 * i + 3] = alpha;
    }
}

/* Encodes runs of changed pixels, which lie together, and leaves the rest. */
static bool encode_row(const job *j, const float *was, const float *now, const float *display,
                       float *out, int width)
{
    bool any = false;
    for (int x = 0; x < width;) {
        bool changed;
        int count = run_of(was, now, x, width, &changed);
        if (changed) {
            zd_view run = { out + 4 * x, count, 1, 0, ZD_RGBA_F32 };
            divide_alpha(now + 4 * x, count, out + 4 * x);
            zd_transfer_encode_view(j->transfer, run);
        } else {
            memcpy(out + 4 * x, display + 4 * x, (size_t) count * 4 * sizeof *out);
        }
        any |= changed;
        x += count;
    }
    return any;
}

static void encode_band(void *user, int band)
{
    job *j = user;
    zd_view was = band_of(j->linear_was, band);
    zd_view now = band_of(j->linear, band);
    zd_view display = band_of(j->display, band);
    zd_view out = band_of(j->out, band);
    bool changed = false;
    for (int y = 0; y < now.height; y++) {
        changed |= encode_row(j, zd_view_row_f32(was, y), zd_view_row_f32(now, y),
                              zd_view_row_f32(display, y), zd_view_row_f32(out, y), now.width);
    }
    if (changed) {
        atomic_store_explicit(&j->changed, true, memory_order_relaxed);
    }
}

bool zd_linear_encode_changed(zd_context *ctx, zd_transfer transfer, zd_view linear_was,
                              zd_view linear, zd_view display_was, zd_view out)
{
    assert(linear.width == linear_was.width && linear.height == linear_was.height);
    assert(linear.width == display_was.width && linear.height == display_was.height);
    assert(linear.width == out.width && linear.height == out.height);
    job j = { .transfer = transfer,
              .display = display_was,
              .linear = linear,
              .linear_was = linear_was,
              .out = out };
    zd_pool_run(zd_context_pool(ctx), band_count(linear), encode_band, &j);
    return atomic_load(&j.changed);
}

void zd_linear_mix(zd_view was, zd_view processed, zd_view matte)
{
    assert(was.width == processed.width && was.height == processed.height);
    assert(was.width == matte.width && was.height == matte.height);
    assert(matte.format.channels == 1);
    for (int y = 0; y < was.height; y++) {
        const float *a = zd_view_row_f32(was, y);
        const float *m = zd_view_row_f32(matte, y);
        float *b = zd_view_row_f32(processed, y);
        for (int x = 0; x < was.width; x++) {
            for (int c = 0; c < 4; c++) {
                float mixed = a[4 * x + c] + m[x] * (b[4 * x + c] - a[4 * x + c]);
                b[4 * x + c] = m[x] >= 1.0f ? b[4 * x + c] : m[x] <= 0.0f ? a[4 * x + c] : mixed;
            }
        }
    }
}
