/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The sheet is a smooth bump of nearness, (1 - t^2)^2 within its width; what is nearer is dimmed over half
 * the width. */

#include "composite/effects/reveal.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

static zd_vec4 reveal_pixel(const void *params, const zd_effect_io *io, int x, int y,
                            zd_vec4 colour, float strength)
{
    const zd_reveal *reveal = params;
    float ahead = (zd_effect_nearness(io, x, y) - reveal->at) / reveal->width;
    float bump = fmaxf(1.0f - ahead * ahead, 0.0f);
    float sheet = strength * reveal->glow * bump * bump;
    float dark = strength * reveal->hide * zd_float_clamp(ahead + 0.5f, 0.0f, 1.0f);
    zd_vec4 light = { reveal->colour[0], reveal->colour[1], reveal->colour[2], 0.0f };
    zd_vec4 dimmed = colour * zd_vec4_splat(1.0f - dark);
    zd_vec4 lit = dimmed + (dimmed + zd_vec4_splat(0.05f) * zd_vec4_alpha(colour)) * light *
                               zd_vec4_splat(sheet);
    return zd_vec4_with_alpha(lit, colour);
}

zd_status zd_reveal_apply(zd_context *ctx, const zd_reveal *reveal, const zd_effect_io *io,
                          zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_reveal, reveal, io, true, err));
    zd_effect_run_pixels(ctx, io, reveal_pixel, reveal);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "at",
      .offset = offsetof(zd_reveal, at),
      .count = 1,
      .min = -1,
      .max = 2,
      .initial = 0.5f,
      .help = "normalised depth of the sheet" },
    { .name = "width",
      .offset = offsetof(zd_reveal, width),
      .count = 1,
      .min = 0.001f,
      .max = 1,
      .initial = 0.08f,
      .help = "of the sheet in normalised depth" },
    { .name = "glow",
      .offset = offsetof(zd_reveal, glow),
      .count = 1,
      .min = 0,
      .max = 20,
      .initial = 4,
      .help = "its brightness" },
    { .name = "hide",
      .offset = offsetof(zd_reveal, hide),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "how dark what it has not reached is" },
    { .name = "red",
      .offset = offsetof(zd_reveal, colour[0]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.4f,
      .help = "its colour, linear: red" },
    { .name = "green",
      .offset = offsetof(zd_reveal, colour[1]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.8f,
      .help = "green" },
    { .name = "blue",
      .offset = offsetof(zd_reveal, colour[2]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 1,
      .help = "blue" },
};

ZD_EFFECT_DEFINE(reveal, "zreveal", ZD_EFFECT_POINTWISE,
                 "a sheet of light that sweeps through the depth");
