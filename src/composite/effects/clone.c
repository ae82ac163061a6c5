/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* out = C (1 - m) + H m: H is what was held, moved, m its matte where the layer itself does not stand before it. */

#include "composite/effects/clone.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

typedef struct clone_look {
    const zd_clone *clone;
    float x; /* pixels */
    float y;
} clone_look;

/* A pixel of what was held, moved, weighted by its matte, which is the share in *matte. */
static zd_vec4 moved(const zd_effect_io *io, float x, float y, float *matte)
{
    zd_vec4 sum = zd_vec4_splat(0.0f);
    zd_rect held = zd_placed_rect(io->held.picture);
    int left = (int) floorf(x);
    int above = (int) floorf(y);
    float right = x - (float) left;
    float down = y - (float) above;
    *matte = 0.0f;
    for (int i = 0; i < 4; i++) {
        int at_x = left + (i & 1);
        int at_y = above + (i >> 1);
        float share = ((i & 1) != 0 ? right : 1.0f - right) * (i > 1 ? down : 1.0f - down);
        if (at_x < held.x0 || at_x >= held.x1 || at_y < held.y0 || at_y >= held.y1) {
            continue;
        }
        zd_vec4 c = zd_vec4_load(zd_placed_pixel_f32(io->held.picture, at_x, at_y));
        share *= zd_placed_pixel_f32(io->held.matte, at_x, at_y)[0];
        if (share > 0.0f && zd_vec4_is_finite(c)[0]) {
            sum += zd_vec4_splat(share) * c;
            *matte += share;
        }
    }
    return sum;
}

static zd_vec4 clone_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                           float strength)
{
    float matte;
    const clone_look *look = params;
    zd_vec4 light = moved(io, (float) x - look->x, (float) y - look->y, &matte);
    float own = zd_view_row_f32(io->layer, y)[x];
    float seen = look->clone->opacity * (look->clone->front >= 0.5f ? 1.0f : 1.0f - own);
    (void) strength;
    if (!(matte * seen > 0.0f) || !zd_vec4_is_finite(colour)[0]) {
        return colour;
    }
    return colour + zd_vec4_splat(seen) * (light - zd_vec4_splat(matte) * colour);
}

zd_status zd_clone_apply(zd_context *ctx, const zd_clone *clone, const zd_effect_io *io,
                         zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_clone, clone, io, false, err));
    if (io->layer.data == NULL || io->held.picture.view.data == NULL) { /* bit for bit */
        zd_view_copy(zd_view_crop(io->picture, io->roi), io->out);
        return ZD_OK;
    }
    float height = (float) io->picture.height;
    clone_look look = { clone, clone->x * height, clone->y * height };
    zd_effect_run_pixels(ctx, io, clone_pixel, &look);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "x",
      .offset = offsetof(zd_clone, x),
      .count = 1,
      .min = -2,
      .max = 2,
      .initial = 0.4f,
      .help = "how far to the right the clone stands, fraction of the height" },
    { .name = "y",
      .offset = offsetof(zd_clone, y),
      .count = 1,
      .min = -2,
      .max = 2,
      .initial = 0,
      .help = "and below" },
    { .name = "delay",
      .offset = offsetof(zd_clone, delay),
      .count = 1,
      .min = 0,
      .max = 48,
      .initial = 0,
      .help = "frames that it is late; it is not there before as many are over" },
    { .name = "front",
      .offset = offsetof(zd_clone, front),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "1 stands before the layer, 0 behind it" },
    { .name = "opacity",
      .offset = offsetof(zd_clone, opacity),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "of the clone" },
};

ZD_EFFECT_DEFINE(clone, "zclone", ZD_EFFECT_MOVES_LAYERS,
                 "the layer once more, aside, behind itself and late");
