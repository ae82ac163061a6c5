/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Light becomes sRGB codes, the painter paints them, and what it made is mixed back as light. Kept colours
 * are the differences of red, green and blue from luma (BT.601), in codes. */

#include "composite/effects/stylise.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "core/pool.h"
#include "image/colour.h"

typedef struct style_job {
    const zd_stylise *stylise;
    const zd_effect_io *io;
    zd_view codes;   /* RGB f32 of the picture's size */
    zd_view painted; /* the same */
} style_job;

/* Codes of 0..1 of a premultiplied colour; black for one that is not finite or not there. */
static void straight(const float *pixel, float *out)
{
    zd_vec4 colour = zd_vec4_load(pixel);
    bool is_known = zd_vec4_is_finite(colour)[0] != 0;
    float scale = pixel[3] > 0.0f && pixel[3] < 1.0f ? 1.0f / pixel[3] : 1.0f;
    for (int c = 0; c < 3; c++) {
        out[c] = is_known ? zd_float_clamp(pixel[c] * scale, 0.0f, 1.0f) : 0.0f;
    }
}

static void encode_band(void *user, int item)
{
    const style_job *job = user;
    int end = zd_int_min((item + 1) * ZD_EFFECT_BAND, job->codes.height);
    zd_rect band = { 0, item * ZD_EFFECT_BAND, job->codes.width, end };
    for (int y = band.y0; y < end; y++) {
        float *out = zd_view_row_f32(job->codes, y);
        for (int x = 0; x < job->codes.width; x++) {
            straight(zd_effect_in(job->io, x, y), out + 3 * (ptrdiff_t) x);
        }
    }
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_view_crop(job->codes, band));
    zd_view_copy(zd_view_crop(job->codes, band), zd_view_crop(job->painted, band));
}

static float luma(const float *codes)
{
    return 0.299f * codes[0] + 0.587f * codes[1] + 0.114f * codes[2];
}

/* Mixes the footage's colours into what was painted. */
static void keep_colour(float amount, const float *codes, float *painted, int count)
{
    for (int x = 0; x < count; x++, codes += 3, painted += 3) {
        float was = luma(codes);
        float now = luma(painted);
        for (int c = 0; c < 3; c++) {
            float mixed = painted[c] + amount * (codes[c] - was - painted[c] + now);
            painted[c] = zd_float_clamp(mixed, 0.0f, 1.0f);
        }
    }
}

static void mix_row(const style_job *job, int y, const float *painted)
{
    const zd_effect_io *io = job->io;
    for (int x = io->roi.x0; x < io->roi.x1; x++, painted += 3) {
        zd_vec4 colour = zd_vec4_load(zd_effect_in(io, x, y));
        float strength = zd_effect_strength(io, x, y) * job->stylise->strength;
        if (strength > 0.0f && zd_vec4_is_finite(colour)[0]) {
            float alpha = colour[3];
            zd_vec4 made = { painted[0] * alpha, painted[1] * alpha, painted[2] * alpha, alpha };
            colour += zd_vec4_splat(strength) * (made - colour);
        }
        zd_vec4_store(zd_effect_out(io, x, y), colour);
    }
}

static void mix_band(void *user, int item)
{
    const style_job *job = user;
    zd_rect roi = job->io->roi;
    zd_rect band = { roi.x0, roi.y0 + item * ZD_EFFECT_BAND, roi.x1,
                     zd_int_min(roi.y0 + (item + 1) * ZD_EFFECT_BAND, roi.y1) };
    zd_view painted = zd_view_crop(job->painted, band);
    zd_view codes = zd_view_crop(job->codes, band);
    for (int y = 0; y < painted.height; y++) {
        keep_colour(job->stylise->colour, zd_view_row_f32(codes, y), zd_view_row_f32(painted, y),
                    painted.width);
    }
    zd_transfer_decode_view(ZD_TRANSFER_SRGB, painted);
    for (int y = 0; y < painted.height; y++) {
        mix_row(job, band.y0 + y, zd_view_row_f32(painted, y));
    }
}

static int bands(int rows)
{
    return (rows + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND;
}

static zd_status check(const zd_stylise *s, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_stylise, s, io, false, err));
    return io->painter != NULL ? ZD_OK
                               : zd_fail(err, ZD_ERR_UNSUPPORTED, "zstyle has no network here");
}

zd_status zd_stylise_apply(zd_context *ctx, const zd_stylise *stylise, const zd_effect_io *io,
                           zd_error *err)
{
    zd_image *codes = NULL;
    zd_image *painted = NULL;
    ZD_TRY(check(stylise, io, err));
    int width = io->picture.width;
    int height = io->picture.height;
    zd_status status = zd_image_create(ctx, width, height, ZD_RGB_F32, &codes, err);
    if (status == ZD_OK) {
        status = zd_image_create(ctx, width, height, ZD_RGB_F32, &painted, err);
    }
    if (status == ZD_OK) {
        style_job job = { stylise, io, zd_image_view(codes), zd_image_view(painted) };
        zd_effect_painting how = { (int) lroundf(stylise->style), stylise->size, stylise->steady };
        zd_pool_run(zd_context_pool(ctx), bands(height), encode_band, &job);
        status = io->painter->paint(io->painter->user, &how, job.painted, err);
        if (status == ZD_OK) {
            zd_pool_run(zd_context_pool(ctx), bands(io->out.height), mix_band, &job);
        }
    }
    zd_image_unref(&codes);
    zd_image_unref(&painted);
    return status;
}

/* The first are those of embedded-styles; files of one's own have others. */
static const char *const names[] = { "oil", "ink", "mosaic", NULL };

static const zd_effect_field fields[] = {
    { .name = "style",
      .offset = offsetof(zd_stylise, style),
      .count = 1,
      .min = 0,
      .max = ZD_STYLISE_LAST,
      .initial = 0,
      .names = names,
      .help = "which one of the style model's" },
    { .name = "strength",
      .offset = offsetof(zd_stylise, strength),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "of the style over the footage" },
    { .name = "size",
      .offset = offsetof(zd_stylise, size),
      .count = 1,
      .min = 0.5f,
      .max = 4,
      .initial = 1,
      .help = "of its strokes; half takes four times as long" },
    { .name = "colour",
      .offset = offsetof(zd_stylise, colour),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "how much of the footage's colours stays" },
    { .name = "steady",
      .offset = offsetof(zd_stylise, steady),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.85f,
      .help = "how much of the frame before stays, moved along, where only noise changed" },
};

ZD_EFFECT_DEFINE(stylise, "zstyle", ZD_EFFECT_LOOKS_AROUND,
                 "the style of a painting, by a network (style_model)");
