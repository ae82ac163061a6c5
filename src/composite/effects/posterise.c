/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Each pixel's tone is drawn to the nearest of a few even ones; its colour stays in proportion. */

#include "composite/effects/posterise.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/tone.h"

static zd_vec4 posterise_pixel(const void *params, const zd_effect_io *io, int x, int y,
                               zd_vec4 colour, float strength)
{
    (void) io;
    (void) x;
    (void) y;
    const zd_posterise *posterise = params;
    float tone = zd_tone_of(colour);
    if (!(tone > 0.0f)) {
        return colour;
    }
    float stepped = zd_tone_step(tone, posterise->levels, posterise->soft);
    return colour + zd_vec4_splat(strength) * (zd_tone_set(colour, stepped) - colour);
}

zd_status zd_posterise_apply(zd_context *ctx, const zd_posterise *posterise, const zd_effect_io *io,
                             zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_posterise, posterise, io, false, err));
    zd_effect_run_pixels(ctx, io, posterise_pixel, posterise);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "levels",
      .offset = offsetof(zd_posterise, levels),
      .count = 1,
      .min = 2,
      .max = 64,
      .initial = 5,
      .help = "how many tones" },
    { .name = "soft",
      .offset = offsetof(zd_posterise, soft),
      .count = 1,
      .min = 0.01f,
      .max = 1,
      .initial = 0.25f,
      .help = "how gradual the steps are" },
};

ZD_EFFECT_DEFINE(posterise, "zposter", ZD_EFFECT_POINTWISE, "tones in a few even steps");
