/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Each pixel by zd_shift_at. */

#include "composite/effects/parallax.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/depth_shift.h"

typedef struct parallax_look {
    zd_shift shift;
    zd_shift_scene scene;
} parallax_look;

static zd_vec4 parallax_pixel(const void *params, const zd_effect_io *io, int x, int y,
                              zd_vec4 colour, float strength)
{
    const parallax_look *look = params;
    (void) io;
    if (!zd_vec4_is_finite(colour)[0]) {
        return colour;
    }
    zd_vec4 own = colour[3] > 0.0f ? colour / zd_vec4_alpha(colour) : colour;
    zd_vec4 made =
        zd_shift_at(&look->scene, &look->shift, (float) x + 0.5f, (float) y + 0.5f, own) *
        zd_vec4_alpha(colour);
    return zd_vec4_with_alpha(colour + zd_vec4_splat(strength) * (made - colour), colour);
}

zd_status zd_parallax_apply(zd_context *ctx, const zd_parallax *parallax, const zd_effect_io *io,
                            zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_parallax, parallax, io, true, err));
    float height = (float) io->picture.height;
    parallax_look look = { .shift = { parallax->x * height, parallax->y * height, parallax->zoom,
                                      parallax->zero } };
    if (parallax->x == 0.0f && parallax->y == 0.0f && parallax->zoom == 0.0f) { /* bit for bit */
        zd_view_copy(zd_view_crop(io->picture, io->roi), io->out);
        return ZD_OK;
    }
    ZD_TRY(zd_shift_scene_open(ctx, io, &look.shift, &look.scene, err));
    zd_effect_run_pixels(ctx, io, parallax_pixel, &look);
    zd_shift_scene_close(&look.scene);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "x",
      .offset = offsetof(zd_parallax, x),
      .count = 1,
      .min = -0.1f,
      .max = 0.1f,
      .initial = 0.02f,
      .help = "how far the nearest moves right against the furthest, fraction of the height" },
    { .name = "y",
      .offset = offsetof(zd_parallax, y),
      .count = 1,
      .min = -0.1f,
      .max = 0.1f,
      .initial = 0,
      .help = "how far it moves down" },
    { .name = "zoom",
      .offset = offsetof(zd_parallax, zoom),
      .count = 1,
      .min = -0.3f,
      .max = 0.3f,
      .initial = 0,
      .help = "how much it grows against the furthest" },
    { .name = "zero",
      .offset = offsetof(zd_parallax, zero),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.5f,
      .help = "normalised depth that stays in its place" },
};

ZD_EFFECT_DEFINE(parallax, "zparallax", ZD_EFFECT_LOOKS_AROUND,
                 "the camera moves beside where it stood");
