/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A curve is the monotone cubic through its three values (Fritsch and Butland, A Method for Constructing
 * Local Monotone Piecewise Cubic Interpolants, 1984): smooth, and never beyond the values. */

#include "composite/effects/grade_by_depth.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "composite/effect_internal.h"
#include "composite/effect_list.h"
#include "composite/tone.h"

enum { STEPS = 256 };

/* Factors over the depth, and the saturation. */
typedef struct grade_table {
    zd_vec4 gain[STEPS + 1];
    float saturation[STEPS + 1];
} grade_table;

static float hermite(float from, float to, float slope_from, float slope_to, float width, float t)
{
    float rest = 1.0f - t;
    return rest * rest * ((1.0f + 2.0f * t) * from + t * width * slope_from) +
           t * t * ((3.0f - 2.0f * t) * to - rest * width * slope_to);
}

/* The slope at an end, by the parabola through the three values, no steeper than monotone allows. */
static float end_slope(float near_width, float far_width, float near_slope, float far_slope)
{
    float slope = ((2.0f * near_width + far_width) * near_slope - near_width * far_slope) /
                  (near_width + far_width);
    if (slope * near_slope <= 0.0f) {
        return 0.0f;
    }
    return near_slope * far_slope <= 0.0f && fabsf(slope) > 3.0f * fabsf(near_slope)
               ? 3.0f * near_slope
               : slope;
}

static float curve_at(const float values[3], float middle, float depth)
{
    assert(middle > 0.0f && middle < 1.0f);
    float widths[2] = { middle, 1.0f - middle };
    float slopes[2] = { (values[1] - values[0]) / widths[0], (values[2] - values[1]) / widths[1] };
    float at[3] = { end_slope(widths[0], widths[1], slopes[0], slopes[1]), 0.0f,
                    end_slope(widths[1], widths[0], slopes[1], slopes[0]) };
    if (slopes[0] * slopes[1] > 0.0f) {
        float first = 2.0f * widths[1] + widths[0];
        float second = widths[1] + 2.0f * widths[0];
        at[1] = (first + second) / (first / slopes[0] + second / slopes[1]);
    }
    int part = depth >= middle;
    float t = (depth - (part == 0 ? 0.0f : middle)) / widths[part];
    return hermite(values[part], values[part + 1], at[part], at[part + 1], widths[part], t);
}

static void make_table(const zd_grade_by_depth *grade, grade_table *table)
{
    for (int i = 0; i <= STEPS; i++) {
        float depth = (float) i / STEPS;
        float stops = curve_at(grade->exposure, grade->middle, depth);
        float warmth = 0.5f * curve_at(grade->warmth, grade->middle, depth);
        table->gain[i] =
            (zd_vec4){ exp2f(stops + warmth), exp2f(stops), exp2f(stops - warmth), 1.0f };
        table->saturation[i] = curve_at(grade->saturation, grade->middle, depth);
    }
}

static zd_vec4 grade_pixel(const void *params, const zd_effect_io *io, int x, int y, zd_vec4 colour,
                           float strength)
{
    const grade_table *table = params;
    float at = zd_effect_nearness(io, x, y) * STEPS;
    int step = zd_int_min((int) at, STEPS - 1);
    float part = at - (float) step;
    zd_vec4 gain =
        table->gain[step] + zd_vec4_splat(part) * (table->gain[step + 1] - table->gain[step]);
    float saturation =
        table->saturation[step] + part * (table->saturation[step + 1] - table->saturation[step]);
    zd_vec4 made = colour * gain;
    if (saturation != 1.0f) {
        zd_vec4 gray = zd_vec4_splat(zd_tone_luminance(made));
        made = gray + zd_vec4_splat(saturation) * (made - gray);
    }
    made =
        zd_vec4_is_finite(colour)[0] ? colour + zd_vec4_splat(strength) * (made - colour) : colour;
    return zd_vec4_with_alpha(made, colour);
}

zd_status zd_grade_by_depth_apply(zd_context *ctx, const zd_grade_by_depth *grade,
                                  const zd_effect_io *io, zd_error *err)
{
    grade_table table;
    ZD_TRY(zd_effect_check(&zd_effect_grade_by_depth, grade, io, true, err));
    make_table(grade, &table);
    zd_effect_run_pixels(ctx, io, grade_pixel, &table);
    return ZD_OK;
}

static const zd_effect_field fields[] = {
    { .name = "middle",
      .offset = offsetof(zd_grade_by_depth, middle),
      .count = 1,
      .min = 0.01f,
      .max = 0.99f,
      .initial = 0.5f,
      .help = "normalised depth of the middle" },
    { .name = "exposure_far",
      .offset = offsetof(zd_grade_by_depth, exposure[0]),
      .count = 1,
      .min = -10,
      .max = 10,
      .initial = 0,
      .help = "stops, at the furthest" },
    { .name = "exposure_mid",
      .offset = offsetof(zd_grade_by_depth, exposure[1]),
      .count = 1,
      .min = -10,
      .max = 10,
      .initial = 0,
      .help = "in the middle" },
    { .name = "exposure_near",
      .offset = offsetof(zd_grade_by_depth, exposure[2]),
      .count = 1,
      .min = -10,
      .max = 10,
      .initial = 0,
      .help = "at the nearest" },
    { .name = "saturation_far",
      .offset = offsetof(zd_grade_by_depth, saturation[0]),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1,
      .help = "colour, at the furthest" },
    { .name = "saturation_mid",
      .offset = offsetof(zd_grade_by_depth, saturation[1]),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1,
      .help = "in the middle" },
    { .name = "saturation_near",
      .offset = offsetof(zd_grade_by_depth, saturation[2]),
      .count = 1,
      .min = 0,
      .max = 4,
      .initial = 1,
      .help = "at the nearest" },
    { .name = "warmth_far",
      .offset = offsetof(zd_grade_by_depth, warmth[0]),
      .count = 1,
      .min = -2,
      .max = 2,
      .initial = 0,
      .help = "towards red above 0, blue below, stops, at the furthest" },
    { .name = "warmth_mid",
      .offset = offsetof(zd_grade_by_depth, warmth[1]),
      .count = 1,
      .min = -2,
      .max = 2,
      .initial = 0,
      .help = "in the middle" },
    { .name = "warmth_near",
      .offset = offsetof(zd_grade_by_depth, warmth[2]),
      .count = 1,
      .min = -2,
      .max = 2,
      .initial = 0,
      .help = "at the nearest" },
};

ZD_EFFECT_DEFINE(grade_by_depth, "zdepthgrade", ZD_EFFECT_POINTWISE,
                 "exposure, colour and warmth as curves over the depth");
