/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What exceeds the threshold, weighted by depth, blurred by a Gaussian (soft.h) and added. */

#include "composite/effects/glow.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/soft.h"

typedef struct glow_work {
    const zd_glow *glow;
    const zd_effect_io *io;
    zd_soft soft;
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

static void excess_row(const void *user, const zd_soft *soft, int y, float part, zd_vec4 *row)
{
    const glow_work *w = user;
    for (int x = 0; x < soft->frame_width; x++) {
        row[x / soft->shrink] += zd_vec4_splat(part) * excess(w->glow, w->io, x, y);
    }
}

static zd_vec4 glow_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                          float strength)
{
    const glow_work *w = params;
    (void) io;
    zd_vec4 light = zd_soft_at(&w->soft, (float) x + 0.5f, (float) y + 0.5f);
    return zd_vec4_is_finite(colour)[0] ? colour + zd_vec4_splat(strength * w->glow->amount) * light
                                        : colour;
}

zd_status zd_glow_apply(zd_context *ctx, const zd_glow *glow, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_glow, glow, io, true, err));
    float sigma = fmaxf(glow->radius * (float) io->picture.height, 0.3f);
    glow_work w = { .glow = glow, .io = io };
    ZD_TRY(zd_soft_open(ctx, io->picture.width, io->picture.height, zd_vec4_splat(sigma),
                        "the glow effect", &w.soft, err));
    zd_soft_fill(&w.soft, excess_row, &w);
    zd_effect_run_pixels(ctx, io, glow_pixel, &w);
    zd_soft_close(&w.soft);
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
