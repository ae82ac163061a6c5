/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lambert's law on normals from the slope of nearness. With n = (-dz/dx, -dz/dy, 1) and l the unit vector to
 * the light, a colour is multiplied by 1 + amount (n.l / |n| - l_z): the second term is what a wall that
 * faces the camera gets there, so that the light changes shapes and not the exposure. */

#include "composite/effects/relight.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effect_tile.h"

enum { SURFACE, NEARNESS, BETWEEN };

typedef struct relight_look {
    const zd_relight *relight;
    float sigma;
    float scale; /* pixels per unit of nearness */
    float light_x;
    float light_y;
    float light_z;
} relight_look;

/* The slope of the surface. A cliff is the edge of a thing, drawn out by the network, and not a wall that
 * shines: above `most` it counts less the steeper it is. */
static float steepness(float before, float after, float scale)
{
    const float most = 0.8f;
    float slope = 0.5f * scale * (after - before);
    float steep = slope / most;
    return slope / (1.0f + steep * steep);
}

static zd_vec4 relight_pixel(const relight_look *look, const zd_effect_tile *tile, int x, int y,
                             zd_vec4 colour)
{
    const zd_relight *r = look->relight;
    float dx = steepness(zd_effect_tile_at(tile, SURFACE, x - 1, y),
                         zd_effect_tile_at(tile, SURFACE, x + 1, y), look->scale);
    float dy = steepness(zd_effect_tile_at(tile, SURFACE, x, y - 1),
                         zd_effect_tile_at(tile, SURFACE, x, y + 1), look->scale);
    float lx = look->light_x - ((float) x + 0.5f);
    float ly = look->light_y - ((float) y + 0.5f);
    float lz = look->light_z + look->scale * (1.0f - zd_effect_tile_at(tile, SURFACE, x, y));
    float length = sqrtf(lx * lx + ly * ly + lz * lz);
    float facing = (lz - dx * lx - dy * ly) / (length * sqrtf(1.0f + dx * dx + dy * dy));
    float gain = r->amount * (fmaxf(facing, 0.0f) - lz / length);
    zd_vec4 tint = { r->colour[0], r->colour[1], r->colour[2], 0.0f };
    zd_vec4 factor = gain > 0.0f ? zd_vec4_splat(gain) * tint : zd_vec4_splat(gain);
    zd_vec4 lit = colour * (zd_vec4_splat(1.0f) + factor);
    return zd_vec4_with_alpha(zd_vec4_max(lit, zd_vec4_min(colour, zd_vec4_splat(0.0f))), colour);
}

static void relight_tile(const void *params, const zd_effect_tile *tile)
{
    const relight_look *look = params;
    zd_effect_tile_nearness(tile, NEARNESS);
    zd_effect_tile_blur(tile, NEARNESS, BETWEEN, SURFACE, look->sigma);
    for (int y = tile->area.y0; y < tile->area.y1; y++) {
        for (int x = tile->area.x0; x < tile->area.x1; x++) {
            zd_vec4 colour = zd_effect_tile_colour(tile, x, y);
            zd_effect_tile_mix(tile, x, y, colour, relight_pixel(look, tile, x, y, colour));
        }
    }
}

zd_status zd_relight_apply(zd_context *ctx, const zd_relight *relight, const zd_effect_io *io,
                           zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_relight, relight, io, true, err));
    float height = (float) io->picture.height;
    relight_look look = { .relight = relight,
                          .sigma = fmaxf(relight->smooth * height, 0.3f),
                          .scale = relight->relief * height,
                          .light_x = relight->x * (float) io->picture.width,
                          .light_y = relight->y * height,
                          .light_z = relight->height * height };
    return zd_effect_run_tiles(ctx, io, zd_effect_reach(look.sigma) + 1, relight_tile, &look,
                               "the relight effect", err);
}

static const zd_effect_field fields[] = {
    { .name = "x",
      .offset = offsetof(zd_relight, x),
      .count = 1,
      .min = -2,
      .max = 3,
      .initial = 0.15f,
      .help = "where it stands, fraction of the width",
      .place = ZD_EFFECT_PLACE_X },
    { .name = "y",
      .offset = offsetof(zd_relight, y),
      .count = 1,
      .min = -2,
      .max = 3,
      .initial = 0.1f,
      .help = "fraction of the height",
      .place = ZD_EFFECT_PLACE_Y },
    { .name = "height",
      .offset = offsetof(zd_relight, height),
      .count = 1,
      .min = 0.05f,
      .max = 4,
      .initial = 0.4f,
      .help = "how far before the picture, fraction of the height" },
    { .name = "relief",
      .offset = offsetof(zd_relight, relief),
      .count = 1,
      .min = 0,
      .max = 2,
      .initial = 0.5f,
      .help = "depth of the whole range, fraction of the height" },
    { .name = "smooth",
      .offset = offsetof(zd_relight, smooth),
      .count = 1,
      .min = 0,
      .max = 0.02f,
      .initial = 0.012f,
      .help = "blur of the surface, fraction of the height" },
    { .name = "amount",
      .offset = offsetof(zd_relight, amount),
      .count = 1,
      .min = 0,
      .max = 2,
      .initial = 1,
      .help = "how strong" },
    { .name = "red",
      .offset = offsetof(zd_relight, colour[0]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 1.2f,
      .help = "the colour it adds, linear: red" },
    { .name = "green",
      .offset = offsetof(zd_relight, colour[1]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 1,
      .help = "green" },
    { .name = "blue",
      .offset = offsetof(zd_relight, colour[2]),
      .count = 1,
      .min = 0,
      .max = 10,
      .initial = 0.8f,
      .help = "blue" },
};

ZD_EFFECT_DEFINE(relight, "zrelight", ZD_EFFECT_LOOKS_AROUND,
                 "a light of your own on the surface of the depth");
