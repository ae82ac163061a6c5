/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* out = plate (1 - m) + held m, m being the held layer's matte; the frame itself until something is held. */

#include "composite/effects/freeze.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

static zd_vec4 freeze_pixel(const void *params, const zd_effect_io *io, int x, int y,
                            zd_vec4 colour, float strength)
{
    const zd_freeze *freeze = params;
    zd_vec4 behind = zd_vec4_load(zd_view_row_f32(io->plate, y) + 4 * (ptrdiff_t) x);
    zd_rect held = zd_placed_rect(io->held.picture);
    (void) strength;
    if (!zd_vec4_is_finite(behind)[0]) {
        return colour;
    }
    if (x < held.x0 || x >= held.x1 || y < held.y0 || y >= held.y1) {
        return behind;
    }
    float matte = freeze->opacity * zd_placed_pixel_f32(io->held.matte, x, y)[0];
    zd_vec4 before = zd_vec4_load(zd_placed_pixel_f32(io->held.picture, x, y));
    return matte > 0.0f && zd_vec4_is_finite(before)[0]
               ? behind + zd_vec4_splat(matte) * (before - behind)
               : behind;
}

zd_status zd_freeze_apply(zd_context *ctx, const zd_freeze *freeze, const zd_effect_io *io,
                          zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_freeze, freeze, io, false, err));
    if (io->plate.data == NULL || io->held.picture.view.data == NULL) { /* bit for bit */
        zd_view_copy(zd_view_crop(io->picture, io->roi), io->out);
        return ZD_OK;
    }
    zd_effect_run_pixels(ctx, io, freeze_pixel, freeze);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "at",
      .offset = offsetof(zd_freeze, at),
      .count = 1,
      .min = 0,
      .max = 36000,
      .initial = 0,
      .help = "second of the clip from which on the layer stands still" },
    { .name = "opacity",
      .offset = offsetof(zd_freeze, opacity),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "of the layer; 0 leaves the clean plate alone" },
};

ZD_EFFECT_DEFINE(freeze, "zfreeze", ZD_EFFECT_MOVES_LAYERS,
                 "the layer stands still while the other goes on");
