/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Tones from the slightly blurred picture, so that grain draws no dots; lines by composite/effects/ink.h, once of
 * nearness and once of tone. */

#include "composite/effects/comic.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/ink.h"
#include "composite/tone.h"

enum { OUTLINES, LINES, SPARE, BLURRED }; /* planes; ink.h leaves what it blurred in SPARE + 1 */

typedef struct comic_look {
    const zd_comic *comic;
    float sigma;
} comic_look;

static zd_vec4 comic_pixel(const comic_look *look, const zd_effect_tile *tile, int x, int y,
                           zd_vec4 colour)
{
    const float soft = 0.2f;
    const zd_comic *comic = look->comic;
    float tone = zd_effect_tile_at(tile, BLURRED, x, y);
    float line = fmaxf(comic->ink * zd_effect_tile_at(tile, LINES, x, y),
                       comic->outline * zd_effect_tile_at(tile, OUTLINES, x, y));
    zd_vec4 flat = zd_tone_set(colour, zd_tone_step(tone, comic->levels, soft));
    zd_vec4 gray = zd_vec4_splat(zd_tone_luminance(flat));
    zd_vec4 vivid = gray + zd_vec4_splat(comic->saturation) * (flat - gray);
    vivid = zd_vec4_max(vivid, zd_vec4_splat(0.0f)) * zd_vec4_splat(1.0f - line);
    return zd_vec4_with_alpha(vivid, colour);
}

static void comic_tile(const void *params, const zd_effect_tile *tile)
{
    const comic_look *look = params;
    zd_effect_tile_nearness(tile, LINES);
    zd_ink_draw(tile, &(zd_ink){ 2.0f * look->sigma, 0.002f, 0.01f }, LINES, OUTLINES, SPARE);
    zd_effect_tile_tone(tile, LINES);
    zd_ink_draw(tile, &(zd_ink){ look->sigma, 0.003f, 0.016f }, LINES, LINES, SPARE);
    for (int y = tile->area.y0; y < tile->area.y1; y++) {
        for (int x = tile->area.x0; x < tile->area.x1; x++) {
            zd_vec4 colour = zd_effect_tile_colour(tile, x, y);
            zd_effect_tile_mix(tile, x, y, colour, comic_pixel(look, tile, x, y, colour));
        }
    }
}

zd_status zd_comic_apply(zd_context *ctx, const zd_comic *comic, const zd_effect_io *io,
                         zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_comic, comic, io, true, err));
    comic_look look = { comic, zd_ink_sigma(comic->line, io) };
    return zd_effect_run_tiles(ctx, io, zd_ink_reach(2.0f * look.sigma), comic_tile, &look,
                               "the comic effect", err);
}

static const zd_effect_field fields[] = {
    { .name = "line",
      .offset = offsetof(zd_comic, line),
      .count = 1,
      .min = 0.0005f,
      .max = 0.01f,
      .initial = 0.002f,
      .help = "width of the lines, fraction of the height" },
    { .name = "ink",
      .offset = offsetof(zd_comic, ink),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.9f,
      .help = "how black the lines are" },
    { .name = "outline",
      .offset = offsetof(zd_comic, outline),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 1,
      .help = "the same where the depth steps" },
    { .name = "levels",
      .offset = offsetof(zd_comic, levels),
      .count = 1,
      .min = 2,
      .max = 64,
      .initial = 5,
      .help = "how many tones" },
    { .name = "saturation",
      .offset = offsetof(zd_comic, saturation),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1.3f,
      .help = "of the colours" },
};

ZD_EFFECT_DEFINE(comic, "zcomic", ZD_EFFECT_LOOKS_AROUND,
                 "flat tones, and ink along edges and depth steps");
