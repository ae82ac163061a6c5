/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* out = (1 - h) C + h fog, with h = 1 - exp(-density depth^falloff): Beer and Lambert. */

#include "composite/effects/fog.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

static zd_vec4 fog_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                         float strength)
{
    const zd_fog *fog = params;
    float depth = (fog->near - zd_effect_nearness(io, x, y)) / fog->near;
    if (depth <= 0.0f) {
        return colour;
    }
    float path = fog->falloff == 1.0f ? depth : powf(depth, fog->falloff);
    float hidden = strength * (1.0f - expf(-fog->density * path));
    if (hidden <= 0.0f) {
        return colour;
    }
    zd_vec4 veil = { fog->colour[0], fog->colour[1], fog->colour[2], 1.0f };
    zd_vec4 k = zd_vec4_splat(hidden);
    return (zd_vec4_splat(1.0f) - k) * colour + k * (veil * zd_vec4_alpha(colour));
}

zd_status zd_fog_apply(zd_context *ctx, const zd_fog *fog, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_fog, fog, io, true, err));
    zd_effect_run_pixels(ctx, io, fog_pixel, fog);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "density",
      .offset = offsetof(zd_fog, density),
      .count = 1,
      .min = 0,
      .max = 20,
      .initial = 1,
      .help = "1 hides 63 % of the furthest" },
    { .name = "near",
      .offset = offsetof(zd_fog, near),
      .count = 1,
      .min = 0.001f,
      .max = 1,
      .initial = 1,
      .help = "normalised depth where it begins" },
    { .name = "falloff",
      .offset = offsetof(zd_fog, falloff),
      .count = 1,
      .min = 0.1f,
      .max = 10,
      .initial = 1,
      .help = "gathers it in the distance" },
    { .name = "red",
      .offset = offsetof(zd_fog, colour[0]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.6f,
      .help = "its colour in linear light: red" },
    { .name = "green",
      .offset = offsetof(zd_fog, colour[1]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.65f,
      .help = "green" },
    { .name = "blue",
      .offset = offsetof(zd_fog, colour[2]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.7f,
      .help = "blue" },
};

ZD_EFFECT_DEFINE(fog, "zfog", ZD_EFFECT_POINTWISE, "fog that thickens with the distance");
