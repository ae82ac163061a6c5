/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pigment density d changes a colour by C' = C - (C - C^2)(d - 1): twice the pigment darkens the middle
 * most and leaves black and white. d comes from the slope of the blurred tone (the rim of a wash) and from
 * smooth noise that stands still in the frame (the paper). */

#include "composite/effects/watercolour.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effect_tile.h"
#include "composite/tone.h"

enum { BLURRED, TONE, BETWEEN };

typedef struct wash_look {
    const zd_watercolour *watercolour;
    float sigma;
    float grain; /* pixels */
} wash_look;

/* A number of 0..1 that belongs to a point of the lattice: the finaliser of MurmurHash3 (Appleby). */
static float lattice(int x, int y)
{
    uint32_t h = (uint32_t) x * 0x9e3779b1u ^ (uint32_t) y * 0x85ebca77u;
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return (float) ((h ^ h >> 16) >> 8) * 0x1p-24f;
}

static float eased(float part)
{
    return part * part * (3.0f - 2.0f * part);
}

/* Value noise of one period, 0..1. */
static float noise(float x, float y)
{
    float x0 = floorf(x);
    float y0 = floorf(y);
    float across = eased(x - x0);
    float down = eased(y - y0);
    int i = (int) x0;
    int j = (int) y0;
    float above = lattice(i, j) + across * (lattice(i + 1, j) - lattice(i, j));
    float below = lattice(i, j + 1) + across * (lattice(i + 1, j + 1) - lattice(i, j + 1));
    return above + down * (below - above);
}

/* The paper's height at a pixel, -1..1: two octaves. */
static float paper(float grain, int x, int y)
{
    if (!(grain > 0.0f)) {
        return 0.0f;
    }
    float u = (float) x / grain;
    float v = (float) y / grain;
    return (4.0f * noise(u, v) + 2.0f * noise(2.0f * u, 2.0f * v)) / 3.0f - 1.0f;
}

static float slope(const zd_effect_tile *tile, int x, int y)
{
    float dx =
        zd_effect_tile_at(tile, BLURRED, x + 1, y) - zd_effect_tile_at(tile, BLURRED, x - 1, y);
    float dy =
        zd_effect_tile_at(tile, BLURRED, x, y + 1) - zd_effect_tile_at(tile, BLURRED, x, y - 1);
    return 0.5f * sqrtf(dx * dx + dy * dy);
}

static zd_vec4 wash_pixel(const wash_look *look, const zd_effect_tile *tile, int x, int y,
                          zd_vec4 colour)
{
    const zd_watercolour *w = look->watercolour;
    float tone = zd_tone_of(colour);
    zd_vec4 washed = zd_tone_set(colour, tone + 0.35f * w->wash * (1.0f - fminf(tone, 1.0f)));
    float pigment = w->edges * fminf(4.0f * look->sigma * slope(tile, x, y), 1.0f) +
                    w->rough * paper(look->grain, x, y);
    zd_vec4 one = zd_vec4_splat(1.0f);
    zd_vec4 inside = zd_vec4_min(zd_vec4_max(washed, zd_vec4_splat(0.0f)), one);
    zd_vec4 made = washed - (inside - inside * inside) * zd_vec4_splat(pigment);
    return zd_vec4_with_alpha(zd_vec4_max(made, zd_vec4_splat(0.0f)), colour);
}

static void wash_tile(const void *params, const zd_effect_tile *tile)
{
    const wash_look *look = params;
    zd_effect_tile_tone(tile, TONE);
    zd_effect_tile_blur(tile, TONE, BETWEEN, BLURRED, look->sigma);
    for (int y = tile->area.y0; y < tile->area.y1; y++) {
        for (int x = tile->area.x0; x < tile->area.x1; x++) {
            zd_vec4 colour = zd_effect_tile_colour(tile, x, y);
            zd_effect_tile_mix(tile, x, y, colour, wash_pixel(look, tile, x, y, colour));
        }
    }
}

zd_status zd_watercolour_apply(zd_context *ctx, const zd_watercolour *watercolour,
                               const zd_effect_io *io, zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_watercolour, watercolour, io, false, err));
    float height = (float) io->picture.height;
    wash_look look = { watercolour, fmaxf(0.5f * watercolour->rim * height, 0.5f),
                       watercolour->grain * height };
    look.grain = look.grain > 0.0f ? fmaxf(look.grain, 2.0f) : 0.0f;
    return zd_effect_run_tiles(ctx, io, zd_effect_reach(look.sigma) + 1, wash_tile, &look,
                               "the watercolour effect", err);
}

static const zd_effect_field fields[] = {
    { .name = "rim",
      .offset = offsetof(zd_watercolour, rim),
      .count = 1,
      .min = 0.0005f,
      .max = 0.01f,
      .initial = 0.003f,
      .help = "width of a rim, fraction of the height" },
    { .name = "edges",
      .offset = offsetof(zd_watercolour, edges),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1.5f,
      .help = "how much pigment gathers there" },
    { .name = "grain",
      .offset = offsetof(zd_watercolour, grain),
      .count = 1,
      .min = 0,
      .max = 0.02f,
      .initial = 0.006f,
      .help = "size of the grain, fraction of the height; 0 is smooth" },
    { .name = "rough",
      .offset = offsetof(zd_watercolour, rough),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.2f,
      .help = "how much pigment the grain takes" },
    { .name = "wash",
      .offset = offsetof(zd_watercolour, wash),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.3f,
      .help = "how thin the paint is" },
};

ZD_EFFECT_DEFINE(watercolour, "zwater", ZD_EFFECT_LOOKS_AROUND,
                 "washes with dark rims on rough paper; lay it over zpaint");
