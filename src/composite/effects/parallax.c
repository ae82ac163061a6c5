/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A camera that goes aside alone sees row by row (zd_shift_find_row); else each pixel by zd_shift_at. */

#include "composite/effects/parallax.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/depth_shift.h"
#include "core/pool.h"

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
    zd_vec4 made = zd_shift_at(&look->scene, &look->shift, (float) x + 0.5f, (float) y + 0.5f, own);
    return zd_shift_mix(colour, made, strength);
}

static void move_span(const parallax_look *look, int x0, int x1, int y)
{
    float places[ZD_SHIFT_SPAN];
    const zd_effect_io *io = &look->scene.io;
    zd_shift_span span = { .y = (float) y + 0.5f, .step = 1.0f, .first = x0, .count = x1 - x0 };
    zd_shift_find_row(&look->scene, &look->shift, span, places);
    for (int x = x0; x < x1; x++) {
        zd_vec4 colour = zd_vec4_load(zd_effect_in(io, x, y));
        float strength = zd_effect_strength(io, x, y);
        if (strength > 0.0f && zd_vec4_is_finite(colour)[0]) {
            zd_vec4 own = colour[3] > 0.0f ? colour / zd_vec4_alpha(colour) : colour;
            zd_vec4 made = zd_shift_colour_row(&look->scene, places[x - x0], y, own);
            colour = zd_shift_mix(colour, made, strength);
        }
        zd_vec4_store(zd_effect_out(io, x, y), colour);
    }
}

static void move_rows(void *user, int item)
{
    const parallax_look *look = user;
    zd_rect roi = look->scene.io.roi;
    int y0 = roi.y0 + item * ZD_EFFECT_BAND;
    for (int y = y0; y < zd_int_min(y0 + ZD_EFFECT_BAND, roi.y1); y++) {
        for (int x = roi.x0; x < roi.x1; x += ZD_SHIFT_SPAN) {
            move_span(look, x, zd_int_min(x + ZD_SHIFT_SPAN, roi.x1), y);
        }
    }
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
    bool is_aside = look.shift.y == 0.0f && look.shift.zoom == 0.0f;
    int bands = (io->roi.y1 - io->roi.y0 + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND;
    ZD_TRY(zd_shift_scene_open(ctx, io, is_aside ? NULL : &look.shift, &look.scene, err));
    if (is_aside) {
        zd_pool_run(zd_context_pool(ctx), bands, move_rows, &look);
    } else {
        zd_effect_run_pixels(ctx, io, parallax_pixel, &look);
    }
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
