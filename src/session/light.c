/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "session/light.h"

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
    bool premultiplied;
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

static void premultiply_row(float *row, int width)
{
    for (int x = 0; x < width; x++, row += 4) {
        for (int c = 0; c < 3; c++) {
            row[c] *= row[3];
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
    for (int y = 0; j->premultiplied && y < to.height; y++) {
        premultiply_row(zd_view_row_f32(to, y), to.width);
    }
}

void zd_light_decode(zd_context *ctx, zd_transfer transfer, zd_view display, zd_view linear,
                     bool premultiplied)
{
    job j = {
        .transfer = transfer, .display = display, .linear = linear, .premultiplied = premultiplied
    };
    zd_pool_run(zd_context_pool(ctx), band_count(display), decode_band, &j);
}

/* Encodes runs of changed pixels, which lie together, and leaves the rest. */
static bool encode_row(const job *j, const float *was, const float *now, const float *display,
                       float *out, int width)
{
    bool changed = false;
    for (int x = 0; x < width;) {
        int end = x;
        while (end < width && memcmp(was + 4 * end, now + 4 * end, 4 * sizeof *now) != 0) {
            end++;
        }
        if (end == x) {
            memcpy(out + 4 * x, display + 4 * x, 4 * sizeof *out);
            x++;
            continue;
        }
        for (int i = x; i < end; i++) {
            float alpha = now[4 * i + 3];
            float scale = alpha > 0.0f ? 1.0f / alpha : 0.0f;
            for (int c = 0; c < 3; c++) {
                out[4 * i + c] = alpha == 1.0f ? now[4 * i + c] : now[4 * i + c] * scale;
            }
            out[4 * i + 3] = alpha;
        }
        zd_view run = { out + 4 * x, end - x, 1, 0, ZD_RGBA_F32 };
        zd_transfer_encode_view(j->transfer, run);
        changed = true;
        x = end;
    }
    return changed;
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

bool zd_light_encode_changed(zd_context *ctx, zd_transfer transfer, zd_view linear_was,
                             zd_view linear, zd_view display_was, zd_view out)
{
    job j = { .transfer = transfer,
              .display = display_was,
              .linear = linear,
              .linear_was = linear_was,
              .out = out };
    zd_pool_run(zd_context_pool(ctx), band_count(linear), encode_band, &j);
    return atomic_load(&j.changed);
}

void zd_light_mix(zd_view was, zd_view processed, zd_view matte)
{
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
