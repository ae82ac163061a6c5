/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See lens_focus.h. */

#include "composite/effects/lens_focus.h"

#include <stdlib.h>

#include "composite/effect_internal.h"
#include "composite/tone.h"

enum { PICKS = 9 }; /* samples along either side of the square that a place stands for */

static int ascending(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

float zd_lens_focus_around(const zd_effect_io *io, float x, float y)
{
    float picked[PICKS * PICKS];
    int count = 0;
    float width = (float) io->picture.width;
    float height = (float) io->picture.height;
    for (int i = 0; i < PICKS * PICKS; i++) {
        float right = 0.02f * height * ((float) (i % PICKS) / (PICKS - 1) - 0.5f);
        float down = 0.02f * height * ((float) (i / PICKS) / (PICKS - 1) - 0.5f);
        int at_x = zd_int_clamp((int) (x * width + right), 0, io->picture.width - 1);
        int at_y = zd_int_clamp((int) (y * height + down), 0, io->picture.height - 1);
        picked[count++] = zd_effect_nearness(io, at_x, at_y);
    }
    qsort(picked, (size_t) count, sizeof *picked, ascending);
    return picked[count / 2];
}

float zd_lens_focus_of(const zd_lens_blur *lens, const zd_effect_io *io)
{
    if (!(lens->x > 0.0f && lens->y > 0.0f)) {
        return lens->focus;
    }
    return io->has_focus ? zd_float_clamp(io->focus, 0.0f, 1.0f)
                         : zd_lens_focus_around(io, lens->x, lens->y);
}

zd_vec4 zd_lens_bloom(float bloom, zd_vec4 colour, float levels)
{
    float most = fmaxf(colour[0], fmaxf(colour[1], colour[2]));
    float above = zd_float_clamp((most - 0.7f) / 0.3f, 0.0f, 1.0f);
    return colour * zd_vec4_splat(1.0f + bloom * above * above * fminf(levels, 1.0f));
}

typedef struct view_look {
    const zd_lens_blur *lens;
    float span;
} view_look;

static zd_vec4 view_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                          float strength)
{
    const view_look *look = params;
    float ahead = zd_effect_nearness(io, x, y) - look->lens->focus;
    float past = fabsf(ahead) - look->lens->range;
    if (!(past > 0.0f) || !(look->span > 0.0f) || !zd_vec4_is_finite(colour)[0]) {
        return colour;
    }
    zd_vec4 tint =
        ahead > 0.0f ? (zd_vec4){ 1.0f, 0.15f, 0.1f, 0.0f } : (zd_vec4){ 0.1f, 0.25f, 1.0f, 0.0f };
    float blurred = strength * (0.4f + 0.6f * fminf(past / look->span, 1.0f));
    zd_vec4 gray = zd_vec4_splat(0.03f * colour[3] + 0.9f * zd_tone_luminance(colour)) * tint;
    return zd_vec4_with_alpha(colour + zd_vec4_splat(blurred) * (gray - colour), colour);
}

void zd_lens_focus_view(zd_context *ctx, const zd_lens_blur *lens, float span,
                        const zd_effect_io *io)
{
    view_look look = { lens, span };
    zd_effect_run_pixels(ctx, io, view_pixel, &look);
}
