/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What exceeds the threshold, weighted by depth, blurred by a Gaussian and added. The blur is that of a smaller
 * picture, on a grid of the frame, whose pixels are a third of the Gaussian's sigma or less; it is made of the
 * whole frame, so that a rectangle sees what the whole sees. */

#include "composite/glow.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "core/block.h"
#include "core/pool.h"

enum { MOST_REACH = 20 };

typedef struct glow_work {
    const zd_glow *glow;
    const zd_effect_io *io;
    int shrink; /* squares of so many pixels are one */
    int width;  /* of the small picture */
    int height;
    int reach;
    float weights[MOST_REACH + 1]; /* half a kernel that sums to 1, its middle first */
    zd_vec4 *light;
    zd_vec4 *across; /* blurred along rows */
} glow_work;

/* What glows of a pixel. The brightest channel decides, so that colours stay. */
static zd_vec4 excess(const zd_glow *glow, const zd_effect_io *io, int x, int y)
{
    zd_vec4 c = zd_vec4_load(zd_effect_in(io, x, y));
    float most = fmaxf(c[0], fmaxf(c[1], c[2]));
    if (!(most > glow->threshold) || !zd_vec4_is_finite(c)[0]) {
        return zd_vec4_splat(0.0f);
    }
    float depth = glow->far + (glow->near - glow->far) * zd_effect_nearness(io, x, y);
    zd_vec4 part = zd_vec4_splat(depth * (most - glow->threshold) / most);
    return zd_vec4_with_alpha(part * zd_vec4_max(c, zd_vec4_splat(0.0f)), zd_vec4_splat(0.0f));
}

static int band_end(int item, int height)
{
    return zd_int_min((item + 1) * ZD_EFFECT_BAND, height);
}

/* The means of the squares. */
static void shrink_rows(void *user, int item)
{
    const glow_work *w = user;
    zd_vec4 part = zd_vec4_splat(1.0f / (float) (w->shrink * w->shrink));
    for (int y = item * ZD_EFFECT_BAND; y < band_end(item, w->height); y++) {
        zd_vec4 *row = w->light + (size_t) y * (size_t) w->width;
        int last = zd_int_min((y + 1) * w->shrink, w->io->picture.height);
        memset(row, 0, (size_t) w->width * sizeof *row);
        for (int from = y * w->shrink; from < last; from++) {
            for (int x = 0; x < w->io->picture.width; x++) {
                row[x / w->shrink] += part * excess(w->glow, w->io, x, from);
            }
        }
    }
}

static void blur_across(void *user, int item)
{
    const glow_work *w = user;
    for (int y = item * ZD_EFFECT_BAND; y < band_end(item, w->height); y++) {
        const zd_vec4 *in = w->light + (size_t) y * (size_t) w->width;
        zd_vec4 *out = w->across + (size_t) y * (size_t) w->width;
        for (int x = 0; x < w->width; x++) {
            zd_vec4 sum = zd_vec4_splat(w->weights[0]) * in[x];
            for (int i = 1; i <= w->reach; i++) {
                zd_vec4 pair = in[zd_int_max(x - i, 0)] + in[zd_int_min(x + i, w->width - 1)];
                sum += zd_vec4_splat(w->weights[i]) * pair;
            }
            out[x] = sum;
        }
    }
}

static void blur_down(void *user, int item)
{
    const glow_work *w = user;
    for (int y = item * ZD_EFFECT_BAND; y < band_end(item, w->height); y++) {
        zd_vec4 *out = w->light + (size_t) y * (size_t) w->width;
        memset(out, 0, (size_t) w->width * sizeof *out);
        for (int i = -w->reach; i <= w->reach; i++) {
            int from = zd_int_clamp(y + i, 0, w->height - 1);
            const zd_vec4 *in = w->across + (size_t) from * (size_t) w->width;
            zd_vec4 weight = zd_vec4_splat(w->weights[i < 0 ? -i : i]);
            for (int x = 0; x < w->width; x++) {
                out[x] += weight * in[x];
            }
        }
    }
}

/* A place of the small picture between its pixels. */
static int between(int pixel, int shrink, int size, float *share)
{
    float at = ((float) pixel + 0.5f) / (float) shrink - 0.5f;
    at = zd_float_clamp(at, 0.0f, (float) (size - 1));
    int first = zd_int_min((int) at, zd_int_max(size - 2, 0));
    *share = at - (float) first;
    return first;
}

static zd_vec4 glow_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                          float strength)
{
    float right;
    float down;
    const glow_work *w = params;
    (void) io;
    int left = between(x, w->shrink, w->width, &right);
    int above = between(y, w->shrink, w->height, &down);
    const zd_vec4 *row = w->light + (size_t) above * (size_t) w->width + left;
    const zd_vec4 *next = above + 1 < w->height ? row + w->width : row;
    int one = left + 1 < w->width;
    zd_vec4 up = row[0] + zd_vec4_splat(right) * (row[one] - row[0]);
    zd_vec4 low = next[0] + zd_vec4_splat(right) * (next[one] - next[0]);
    zd_vec4 light = up + zd_vec4_splat(down) * (low - up);
    return zd_vec4_is_finite(colour)[0] ? colour + zd_vec4_splat(strength * w->glow->amount) * light
                                        : colour;
}

static void make_weights(glow_work *w, float sigma)
{
    assert(sigma > 0.0f);
    float total = 0.0f;
    w->reach = zd_int_clamp((int) ceilf(3.0f * sigma), 1, MOST_REACH);
    for (int i = 0; i <= w->reach; i++) {
        w->weights[i] = expf(-0.5f * ((float) i / sigma) * ((float) i / sigma));
        total += i == 0 ? w->weights[i] : 2.0f * w->weights[i];
    }
    for (int i = 0; i <= w->reach; i++) {
        w->weights[i] /= total;
    }
}

static void run_rows(zd_context *ctx, glow_work *w, zd_pool_item item)
{
    zd_pool_run(zd_context_pool(ctx), (w->height + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND, item, w);
}

static zd_status check_glow(const zd_glow *glow, zd_error *err)
{
    ZD_TRY(zd_effect_range(glow->amount, 0.0f, 10.0f, "the glow's amount", err));
    ZD_TRY(zd_effect_range(glow->far, 0.0f, 1.0f, "the glow of the furthest", err));
    ZD_TRY(zd_effect_range(glow->near, 0.0f, 1.0f, "the glow of the nearest", err));
    ZD_TRY(zd_effect_range(glow->threshold, 0.0f, 10.0f, "the glow's threshold", err));
    return zd_effect_range(glow->radius, 0.001f, 0.1f, "the glow's radius", err);
}

zd_status zd_glow_apply(zd_context *ctx, const zd_glow *glow, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(io, "glow", true, err));
    ZD_TRY(check_glow(glow, err));
    float sigma = fmaxf(glow->radius * (float) io->picture.height, 0.3f);
    glow_work w = { .glow = glow, .io = io, .shrink = 1 };
    while (6.0f * (float) w.shrink <= sigma) {
        w.shrink *= 2;
    }
    w.width = (io->picture.width + w.shrink - 1) / w.shrink;
    w.height = (io->picture.height + w.shrink - 1) / w.shrink;
    make_weights(&w, sigma / (float) w.shrink);
    size_t pixels = (size_t) w.width * (size_t) w.height; /* fewer than the picture has */
    size_t bytes;
    if (!zd_size_mul(pixels, 2 * sizeof(zd_vec4), &bytes) ||
        (w.light = zd_block_take(ctx, bytes)) == NULL)
    {
        return zd_fail_memory(err, "the glow effect");
    }
    w.across = w.light + pixels;
    run_rows(ctx, &w, shrink_rows);
    run_rows(ctx, &w, blur_across);
    run_rows(ctx, &w, blur_down);
    zd_effect_run_pixels(ctx, io, glow_pixel, &w);
    zd_block_give(ctx, w.light, bytes);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "amount",
      .offset = offsetof(zd_glow, amount),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 1,
      .help = "how strong" },
    { .name = "far",
      .offset = offsetof(zd_glow, far),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "how much of what is furthest glows" },
    { .name = "near",
      .offset = offsetof(zd_glow, near),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "how much of what is nearest glows" },
    { .name = "threshold",
      .offset = offsetof(zd_glow, threshold),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.5f,
      .help = "brightness from which on something glows, linear light" },
    { .name = "radius",
      .offset = offsetof(zd_glow, radius),
      .count = 1,
      .min = 0.001f,
      .max = 0.1f,
      .initial = 0.03f,
      .help = "how far the light runs, fraction of the height" },
};

ZD_EFFECT_DEFINE(glow, "zglow", ZD_EFFECT_LOOKS_AROUND, "glow of what is bright, by its depth");
