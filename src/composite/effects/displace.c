/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* out(p) = in(p + (n - zero) v + refract grad n), with bilinear samples. */

#include "composite/effects/displace.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effect_tile.h"

enum { SURFACE, NEARNESS, BETWEEN };

typedef struct displace_look {
    const zd_displace *displace;
    float sigma;
    float height;
} displace_look;

static zd_vec4 sample(const zd_effect_io *io, float x, float y, zd_vec4 own)
{
    int width = io->picture.width;
    int height = io->picture.height;
    x = zd_float_clamp(x, 0.0f, (float) width - 1.0f);
    y = zd_float_clamp(y, 0.0f, (float) height - 1.0f);
    int left = (int) x;
    int above = (int) y;
    float right = x - (float) left;
    float down = y - (float) above;
    zd_vec4 sum = zd_vec4_splat(0.0f);
    for (int i = 0; i < 4; i++) {
        float share = ((i & 1) != 0 ? right : 1.0f - right) * (i > 1 ? down : 1.0f - down);
        zd_vec4 c = zd_vec4_load(zd_effect_in(io, zd_int_min(left + (i & 1), width - 1),
                                              zd_int_min(above + (i >> 1), height - 1)));
        if (zd_vec4_is_finite(c)[0]) {
            sum += c * zd_vec4_splat(share);
        }
    }
    return sum[3] > 0.0f ? sum * zd_vec4_alpha(own) / zd_vec4_alpha(sum) : own;
}

static void displace_tile(const void *params, const zd_effect_tile *tile)
{
    const displace_look *look = params;
    const zd_displace *d = look->displace;
    float bend = 0.5f * d->refract * look->height * look->height;
    zd_effect_tile_nearness(tile, NEARNESS);
    zd_effect_tile_blur(tile, NEARNESS, BETWEEN, SURFACE, look->sigma);
    for (int y = tile->area.y0; y < tile->area.y1; y++) {
        for (int x = tile->area.x0; x < tile->area.x1; x++) {
            zd_vec4 colour = zd_effect_tile_colour(tile, x, y);
            float k = zd_effect_tile_at(tile, SURFACE, x, y) - d->zero;
            float across = zd_effect_tile_at(tile, SURFACE, x + 1, y) -
                           zd_effect_tile_at(tile, SURFACE, x - 1, y);
            float down = zd_effect_tile_at(tile, SURFACE, x, y + 1) -
                         zd_effect_tile_at(tile, SURFACE, x, y - 1);
            float from_x = (float) x + k * d->x * look->height + bend * across;
            float from_y = (float) y + k * d->y * look->height + bend * down;
            zd_effect_tile_mix(tile, x, y, colour, sample(tile->io, from_x, from_y, colour));
        }
    }
}

zd_status zd_displace_apply(zd_context *ctx, const zd_displace *displace, const zd_effect_io *io,
                            zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_displace, displace, io, true, err));
    float height = (float) io->picture.height;
    displace_look look = { displace, fmaxf(displace->smooth * height, 0.3f), height };
    return zd_effect_run_tiles(ctx, io, zd_effect_reach(look.sigma) + 1, displace_tile, &look,
                               "the displacement", err);
}

static const zd_effect_field fields[] = {
    { .name = "x",
      .offset = offsetof(zd_displace, x),
      .count = 1,
      .min = -0.2f,
      .max = 0.2f,
      .initial = 0.05f,
      .help = "where pixels of the nearest come from, right of theirs, fraction of the height" },
    { .name = "y",
      .offset = offsetof(zd_displace, y),
      .count = 1,
      .min = -0.2f,
      .max = 0.2f,
      .initial = 0,
      .help = "and below" },
    { .name = "zero",
      .offset = offsetof(zd_displace, zero),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "normalised depth that stays in its place" },
    { .name = "refract",
      .offset = offsetof(zd_displace, refract),
      .count = 1,
      .min = -0.2f,
      .max = 0.2f,
      .initial = 0,
      .help = "how far slopes bend what is seen through them" },
    { .name = "smooth",
      .offset = offsetof(zd_displace, smooth),
      .count = 1,
      .min = 0,
      .max = 0.02f,
      .initial = 0.004f,
      .help = "blur of the depth, fraction of the height" },
};

ZD_EFFECT_DEFINE(displace, "zdisplace", ZD_EFFECT_LOOKS_AROUND,
                 "the picture displaced by its depth");
