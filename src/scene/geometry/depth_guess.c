/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Guesses a depth map's convention. The file's own words come first; else the values: beyond 1 is
 * absolute; small values over a background of 0, or larger ones below than above, are inverse. What is
 * left is 0 to 1, black or white near, and nobody can tell: the lower part of a picture is mostly
 * nearer, and the other reading is named with the guess. */

#include "scene/depth_convert.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

typedef struct statistics {
    int64_t count; /* that can be a depth */
    int64_t zeros;
    int64_t ones;
    int64_t sentinels; /* NaN, infinite, 1e9 and beyond, the largest half */
    double minimum;    /* of positive values */
    double maximum;
    double upper_sum; /* of the upper and lower third of the rows */
    double lower_sum;
    int64_t upper_count;
    int64_t lower_count;
} statistics;

static void add_value(statistics *s, float v, int y, int height)
{
    if (!isfinite(v) || fabsf(v) >= 1e9f || v == 65504.0f) {
        s->sentinels++;
        return;
    }
    s->count++;
    s->zeros += v == 0.0f;
    s->ones += v == 1.0f;
    if (v <= 0.0f) {
        return;
    }
    s->minimum = fmin(s->minimum, (double) v);
    s->maximum = fmax(s->maximum, (double) v);
    if (3 * y < height) {
        s->upper_sum += (double) v;
        s->upper_count++;
    } else if (3 * y >= 2 * height) {
        s->lower_sum += (double) v;
        s->lower_count++;
    }
}

static statistics measure(zd_view view)
{
    statistics s = { .minimum = HUGE_VAL };
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            add_value(&s, row[x], y, view.height);
        }
    }
    return s;
}

static bool from_words(const char *declared, zd_scene_depth_guess *guess)
{
    guess->is_radial = strstr(declared, "radial") != NULL;
    if (strstr(declared, "nearness") != NULL || strstr(declared, "white near") != NULL) {
        guess->range = ZD_SCENE_ZRANGE_NEARNESS;
    } else if (strstr(declared, "inverse_normalized") != NULL) {
        guess->range = ZD_SCENE_ZRANGE_INVERSE_NORMALIZED;
    } else if (strstr(declared, "inverse") != NULL) {
        guess->range = ZD_SCENE_ZRANGE_INVERSE;
    } else if (strstr(declared, "normali") != NULL) {
        guess->range = ZD_SCENE_ZRANGE_NORMALIZED;
    } else if (strstr(declared, "absolute") != NULL || strstr(declared, "metres") != NULL) {
        guess->range = ZD_SCENE_ZRANGE_ABSOLUTE;
    } else {
        return false;
    }
    guess->confidence = ZD_SCENE_GUESS_DECLARED;
    snprintf(guess->reason, sizeof guess->reason, "the file says '%.40s'", declared);
    return true;
}

static void from_values(const statistics *s, zd_scene_depth_guess *guess)
{
    double upper = s->upper_count > 0 ? s->upper_sum / (double) s->upper_count : 0.0;
    double lower = s->lower_count > 0 ? s->lower_sum / (double) s->lower_count : 0.0;
    guess->confidence = ZD_SCENE_GUESS_LIKELY;
    if (s->maximum > 1.0) {
        guess->range = ZD_SCENE_ZRANGE_ABSOLUTE;
        snprintf(guess->reason, sizeof guess->reason, "values reach %g%s", s->maximum,
                 s->sentinels > 0 ? ", and nothing is marked by a huge value" : "");
    } else if (s->ones * 50 > s->count) {
        guess->range = ZD_SCENE_ZRANGE_NORMALIZED;
        snprintf(guess->reason, sizeof guess->reason, "values are 0 to 1 with a background at 1");
    } else if (s->maximum < 0.5 && (s->zeros * 50 > s->count || s->maximum < 0.05)) {
        guess->range = ZD_SCENE_ZRANGE_INVERSE;
        snprintf(guess->reason, sizeof guess->reason, "values are small (up to %g)%s", s->maximum,
                 s->zeros > 0 ? " over a background at 0" : "");
    } else if (s->zeros * 50 > s->count && lower > upper) {
        guess->range = ZD_SCENE_ZRANGE_INVERSE_NORMALIZED;
        snprintf(guess->reason, sizeof guess->reason,
                 "values are 0 to 1, a background at 0, larger below than above");
    } else if (s->sentinels > 0) {
        guess->range = ZD_SCENE_ZRANGE_NORMALIZED;
        snprintf(guess->reason, sizeof guess->reason, "values are %g to %g", s->minimum,
                 s->maximum);
    } else {
        bool white_near = lower > 1.05 * upper;
        guess->range = white_near ? ZD_SCENE_ZRANGE_NEARNESS : ZD_SCENE_ZRANGE_NORMALIZED;
        guess->other = white_near ? "normalized" : "nearness";
        guess->confidence = ZD_SCENE_GUESS_UNSURE;
        snprintf(guess->reason, sizeof guess->reason, "values are %g to %g%s", s->minimum,
                 s->maximum, white_near ? ", larger below than above" : "");
    }
}

zd_scene_depth_guess zd_scene_depth_guess_range(const char *declared, zd_view values)
{
    zd_scene_depth_guess guess = { 0 };
    if (declared[0] == '\0' || !from_words(declared, &guess)) {
        statistics s = measure(values);
        from_values(&s, &guess);
    }
    return guess;
}
