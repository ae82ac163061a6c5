/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lines by composite/effects/ink.h; hatching in three directions, each where the tone is below its threshold and
 * wider the darker it is. */

#include "composite/effects/pencil.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_list.h"
#include "composite/effects/ink.h"
#include "composite/tone.h"

enum { LINES, TONE, SPARE, BLURRED }; /* planes; ink.h leaves what it blurred in SPARE + 1 */

static const float paper_tone = 0.97f;
static const float graphite_tone = 0.2f;

/* A direction of the hatching: its unit normal, and the tone below which it is drawn. */
typedef struct stroke {
    float x;
    float y;
    float below;
} stroke;

static const stroke strokes[] = { { 0.7071f, 0.7071f, 0.75f },
                                  { 0.7071f, -0.7071f, 0.5f },
                                  { 0.2588f, 0.9659f, 0.3f } };

typedef struct pencil_look {
    const zd_pencil *pencil;
    float sigma;
    float period; /* of the hatching in pixels; 0 for none */
} pencil_look;

/* How much of a pixel one direction covers: a stroke a pixel's edge soft around its middle. */
static float stroke_cover(const stroke *s, float period, int x, int y, float tone)
{
    float dark = (s->below - tone) / s->below;
    if (dark <= 0.0f) {
        return 0.0f;
    }
    float at = ((float) x * s->x + (float) y * s->y) / period;
    float off = fabsf(at - floorf(at) - 0.5f) * period;
    float half_width = 0.35f * period * fminf(1.5f * dark, 1.0f);
    return zd_float_clamp(half_width - off + 0.5f, 0.0f, 1.0f) * fminf(4.0f * dark, 1.0f);
}

static float hatching(const pencil_look *look, int x, int y, float tone)
{
    float light = 1.0f;
    for (size_t i = 0; i < sizeof strokes / sizeof *strokes && look->period > 0.0f; i++) {
        light *= 1.0f - 0.6f * stroke_cover(&strokes[i], look->period, x, y, tone);
    }
    return 1.0f - light;
}

static zd_vec4 pencil_pixel(const pencil_look *look, const zd_effect_tile *tile, int x, int y,
                            zd_vec4 colour)
{
    const zd_pencil *pencil = look->pencil;
    float tone = zd_effect_tile_at(tile, BLURRED, x, y);
    float line = pencil->lines * zd_effect_tile_at(tile, LINES, x, y);
    float dark = 1.0f - (1.0f - line) * (1.0f - pencil->shade * hatching(look, x, y, tone));
    float drawn = paper_tone + dark * (graphite_tone - paper_tone);
    zd_vec4 gray = zd_vec4_splat(drawn * drawn) * zd_vec4_alpha(colour);
    zd_vec4 tinted = zd_tone_set(colour, drawn) * zd_vec4_alpha(colour);
    return zd_vec4_with_alpha(gray + zd_vec4_splat(pencil->colour) * (tinted - gray), colour);
}

static void pencil_tile(const void *params, const zd_effect_tile *tile)
{
    const pencil_look *look = params;
    zd_effect_tile_tone(tile, TONE);
    zd_ink_draw(tile, &(zd_ink){ look->sigma, 0.002f, 0.014f }, TONE, LINES, SPARE);
    for (int y = tile->area.y0; y < tile->area.y1; y++) {
        for (int x = tile->area.x0; x < tile->area.x1; x++) {
            zd_vec4 colour = zd_effect_tile_colour(tile, x, y);
            zd_effect_tile_mix(tile, x, y, colour, pencil_pixel(look, tile, x, y, colour));
        }
    }
}

zd_status zd_pencil_apply(zd_context *ctx, const zd_pencil *pencil, const zd_effect_io *io,
                          zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_pencil, pencil, io, false, err));
    pencil_look look = { pencil, zd_ink_sigma(pencil->line, io),
                         pencil->hatch * (float) io->picture.height };
    look.period = look.period > 0.0f ? fmaxf(look.period, 3.0f) : 0.0f;
    return zd_effect_run_tiles(ctx, io, zd_ink_reach(look.sigma), pencil_tile, &look,
                               "the pencil effect", err);
}

static const zd_effect_field fields[] = {
    { .name = "line",
      .offset = offsetof(zd_pencil, line),
      .count = 1,
      .min = 0.0005f,
      .max = 0.01f,
      .initial = 0.0015f,
      .help = "width of the lines, fraction of the height" },
    { .name = "lines",
      .offset = offsetof(zd_pencil, lines),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.9f,
      .help = "how dark they are" },
    { .name = "hatch",
      .offset = offsetof(zd_pencil, hatch),
      .count = 1,
      .min = 0,
      .max = 0.05f,
      .initial = 0.009f,
      .help = "distance of the strokes, fraction of the height; 0 is none" },
    { .name = "shade",
      .offset = offsetof(zd_pencil, shade),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0.8f,
      .help = "how dark the hatching is" },
    { .name = "colour",
      .offset = offsetof(zd_pencil, colour),
      .count = 1,
      .min = 0,
      .max = 1,
      .initial = 0,
      .help = "0 is graphite, 1 has the picture's colours" },
};

ZD_EFFECT_DEFINE(pencil, "zpencil", ZD_EFFECT_LOOKS_AROUND,
                 "a pencil drawing with hatched shadows");
