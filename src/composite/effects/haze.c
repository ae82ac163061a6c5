/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The law is in haze.h; the sky's colour is the mean of what is furthest and high in the frame, by a grid of
 * samples of the whole frame, so that a rectangle sees the sky of the whole. */

#include "composite/effects/haze.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

enum { GRID = 96 }; /* samples along either side, at most */

typedef struct haze_look {
    const zd_haze *haze;
    zd_vec4 veil; /* its light, with alpha 1 */
    float height;
} haze_look;

/* Distance in units of the furthest, 1 / reach .. 1. */
static float distance_at(const zd_haze *haze, float nearness)
{
    return 1.0f / (1.0f + nearness * (haze->reach - 1.0f));
}

/* (1 - e^-q) / q without its hole at 0; below the camera the air is thicker, within bounds. */
static float thinning(float q)
{
    q = zd_float_clamp(q, -4.0f, 60.0f);
    return fabsf(q) < 1e-3f ? 1.0f - 0.5f * q : (1.0f - expf(-q)) / q;
}

static zd_vec4 haze_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                          float strength)
{
    const haze_look *look = params;
    const zd_haze *haze = look->haze;
    float nearest = 1.0f / haze->reach;
    float distance = distance_at(haze, zd_effect_nearness(io, x, y));
    float path = (distance - nearest) / (1.0f - nearest);
    float climbs = haze->horizon - ((float) y + 0.5f) / look->height;
    float air = haze->density * path * thinning(climbs * distance / haze->thickness);
    float hidden = strength * (1.0f - expf(-air));
    if (!(hidden > 0.0f)) {
        return colour;
    }
    zd_vec4 k = zd_vec4_splat(hidden);
    return zd_vec4_with_alpha(colour + k * (look->veil * zd_vec4_alpha(colour) - colour), colour);
}

/* Steep, so that the sky counts and not the hills before it. */
static float sky_weight(const zd_effect_io *io, int x, int y)
{
    float far = 1.0f - zd_effect_nearness(io, x, y);
    float high = 1.0f - (float) y / (float) io->picture.height;
    far *= far;
    far *= far;
    return far * far * high * high;
}

static zd_vec4 veil_of(const zd_haze *haze, const zd_effect_io *io)
{
    zd_vec4 own = { haze->red, haze->green, haze->blue, 1.0f };
    zd_vec4 sum = zd_vec4_splat(0.0f);
    int across = zd_int_max(io->picture.width / GRID, 1);
    int down = zd_int_max(io->picture.height / GRID, 1);
    for (int y = down / 2; y < io->picture.height; y += down) {
        for (int x = across / 2; x < io->picture.width; x += across) {
            zd_vec4 colour = zd_vec4_load(zd_effect_in(io, x, y));
            if (zd_vec4_is_finite(colour)[0]) {
                sum += colour * zd_vec4_splat(sky_weight(io, x, y));
            }
        }
    }
    if (!(sum[3] > 1e-6f)) { /* weights times alpha: no sky in sight */
        return own;
    }
    zd_vec4 sky = sum / zd_vec4_alpha(sum);
    return own + zd_vec4_splat(haze->sky) * (sky - own);
}

zd_status zd_haze_apply(zd_context *ctx, const zd_haze *haze, const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_haze, haze, io, true, err));
    haze_look look = { haze, veil_of(haze, io), (float) io->picture.height };
    zd_effect_run_pixels(ctx, io, haze_pixel, &look);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "density",
      .offset = offsetof(zd_haze, density),
      .count = 1,
      .min = 0,
      .max = 20,
      .initial = 1,
      .help = "1 hides 63 % of the furthest" },
    { .name = "reach",
      .offset = offsetof(zd_haze, reach),
      .count = 1,
      .min = 1.5f,
      .max = 1000,
      .initial = 20,
      .help = "how many times further the furthest is than the nearest" },
    { .name = "horizon",
      .offset = offsetof(zd_haze, horizon),
      .count = 1,
      .min = -1,
      .max = 2,
      .initial = 0.5f,
      .help = "the camera's height in the frame, fraction of its height from the top" },
    { .name = "height",
      .offset = offsetof(zd_haze, thickness),
      .count = 1,
      .min = 0.02f,
      .max = 10,
      .initial = 0.5f,
      .help = "over which the air thins out, fraction of the height" },
    { .name = "sky",
      .offset = offsetof(zd_haze, sky),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "how much of its colour is the sky's, that of what is furthest and high" },
    { .name = "red",
      .offset = offsetof(zd_haze, red),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.6f,
      .help = "its own colour in linear light: red" },
    { .name = "green",
      .offset = offsetof(zd_haze, green),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.65f,
      .help = "green" },
    { .name = "blue",
      .offset = offsetof(zd_haze, blue),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.7f,
      .help = "blue" },
};

ZD_EFFECT_DEFINE(haze, "zhaze", ZD_EFFECT_POINTWISE,
                 "haze that thins out with height, in the colour of the sky");
