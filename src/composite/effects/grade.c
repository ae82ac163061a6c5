/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lift keeps white, gamma works on the value that lift made, saturation mixes with BT.709
 * luminance. */

#include "composite/effects/grade.h"

#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"

zd_grade zd_grade_neutral(void)
{
    return (zd_grade){ .gamma = { 1.0f, 1.0f, 1.0f },
                       .gain = { 1.0f, 1.0f, 1.0f },
                       .saturation = 1.0f };
}

typedef struct prepared {
    zd_vec4 lift;
    zd_vec4 gain;
    zd_vec4 exposure;
    zd_vec4 saturation;
    float power[3];
    bool has_power;
} prepared;

static prepared prepare(const zd_grade *grade)
{
    prepared p = { .lift = { grade->lift[0], grade->lift[1], grade->lift[2], 0.0f },
                   .gain = { grade->gain[0], grade->gain[1], grade->gain[2], 1.0f },
                   .exposure = zd_vec4_splat(exp2f(grade->exposure)),
                   .saturation = zd_vec4_splat(grade->saturation) };
    for (int c = 0; c < 3; c++) {
        p.power[c] = 1.0f / grade->gamma[c];
        p.has_power |= grade->gamma[c] != 1.0f;
    }
    return p;
}

static zd_vec4 raise_to(zd_vec4 colour, const float power[3])
{
    for (int c = 0; c < 3; c++) {
        colour[c] = colour[c] > 0.0f ? powf(colour[c], power[c]) : colour[c];
    }
    return colour;
}

static zd_vec4 grade_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                           float strength)
{
    (void) io;
    (void) x;
    (void) y;
    const prepared *p = params;
    if (!(colour[3] > 0.0f)) {
        return colour;
    }
    zd_vec4 alpha = zd_vec4_alpha(colour);
    zd_vec4 v = colour / alpha * p->exposure;
    v = v + p->lift * (zd_vec4_splat(1.0f) - v);
    v = p->has_power ? raise_to(v, p->power) : v;
    v = v * p->gain;
    zd_vec4 gray = zd_vec4_splat(0.2126f * v[0] + 0.7152f * v[1] + 0.0722f * v[2]);
    v = (gray + p->saturation * (v - gray)) * alpha;
    zd_vec4 graded = colour + zd_vec4_splat(strength) * (v - colour);
    return zd_vec4_with_alpha(graded, colour);
}

static zd_vec4 keep_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                          float strength)
{
    (void) params;
    (void) io;
    (void) x;
    (void) y;
    (void) strength;
    return colour;
}

zd_status zd_grade_apply(zd_context *ctx, const zd_grade *grade, const zd_effect_io *io,
                         zd_error *err)
{
    ZD_TRY(zd_effect_check(&zd_effect_grade, grade, io, false, err));
    zd_grade neutral = zd_grade_neutral();
    prepared p = prepare(grade);
    bool changes = memcmp(grade, &neutral, sizeof neutral) != 0;
    zd_effect_run_pixels(ctx, io, changes ? grade_pixel : keep_pixel, &p);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "exposure",
      .offset = offsetof(zd_grade, exposure),
      .count = 1,
      .min = -10,
      .max = 10,
      .initial = 0,
      .help = "stops" },
    { .name = "lift",
      .offset = offsetof(zd_grade, lift),
      .count = 3,
      .min = -1,
      .max = 1,
      .initial = 0,
      .help = "raises black" },
    { .name = "gamma",
      .offset = offsetof(zd_grade, gamma),
      .count = 3,
      .min = 0.1f,
      .max = 10,
      .initial = 1,
      .help = "above 1 lifts the middle" },
    { .name = "gain",
      .offset = offsetof(zd_grade, gain),
      .count = 3,
      .min = 0,
      .max = 10,
      .initial = 1,
      .help = "factor" },
    { .name = "saturation",
      .offset = offsetof(zd_grade, saturation),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1,
      .help = "0 is gray" },
};

ZD_EFFECT_DEFINE(grade, "zgrade", ZD_EFFECT_POINTWISE,
                 "exposure, tones and saturation, in linear light");
