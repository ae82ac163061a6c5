/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every blend mode against the formulas of the W3C's Compositing and Blending Level 1, written
 * there on colours that are not premultiplied. */

#include "composite/blend.h"
#include "zd_test.h"

static double multiply(double cb, double cs)
{
    return cb * cs;
}

static double screen(double cb, double cs)
{
    return cb + cs - cb * cs;
}

static double hard_light(double cb, double cs)
{
    return cs <= 0.5 ? multiply(cb, 2.0 * cs) : screen(cb, 2.0 * cs - 1.0);
}

static double soft_light(double cb, double cs)
{
    double d = cb <= 0.25 ? ((16.0 * cb - 12.0) * cb + 4.0) * cb : sqrt(cb);
    return cs <= 0.5 ? cb - (1.0 - 2.0 * cs) * cb * (1.0 - cb) : cb + (2.0 * cs - 1.0) * (d - cb);
}

static double reference(zd_blend blend, double cb, double cs)
{
    switch (blend) {
    case ZD_BLEND_ADD:
        return cb + cs;
    case ZD_BLEND_SCREEN:
        return screen(cb, cs);
    case ZD_BLEND_MULTIPLY:
        return multiply(cb, cs);
    case ZD_BLEND_OVERLAY:
        return hard_light(cs, cb);
    case ZD_BLEND_SOFT_LIGHT:
        return soft_light(cb, cs);
    case ZD_BLEND_HARD_LIGHT:
        return hard_light(cb, cs);
    case ZD_BLEND_DARKEN:
        return fmin(cb, cs);
    case ZD_BLEND_LIGHTEN:
        return fmax(cb, cs);
    case ZD_BLEND_DIFFERENCE:
        return fabs(cb - cs);
    case ZD_BLEND_NORMAL:
    case ZD_BLEND_COUNT:
        break;
    }
    return cs;
}

/* A value from a list of telling ones, or any. */
static float pick(unsigned long long *seed)
{
    const float telling[] = { 0.0f, 1.0f, 0.5f, 0.25f, 0.5f + 1e-6f, 1.0f / 3.0f };
    unsigned long long which = zd_test_random(seed) % 12;
    return which < 6 ? telling[which] : zd_test_uniform(seed);
}

static void modes_follow_their_formulas(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        unsigned long long seed = 7;
        for (int i = 0; i < 20000; i++) {
            double as = (double) pick(&seed);
            double ab = (double) pick(&seed);
            double cs[3];
            double cb[3];
            float source[4] = { 0, 0, 0, (float) as };
            float backdrop[4] = { 0, 0, 0, (float) ab };
            float out[4];
            for (int c = 0; c < 3; c++) {
                cs[c] = (double) pick(&seed);
                cb[c] = (double) pick(&seed);
                source[c] = (float) (as * cs[c]);
                backdrop[c] = (float) (ab * cb[c]);
            }
            zd_blend_pixel((zd_blend) blend, source, backdrop, out);
            REQUIRE_NEAR(out[3], as + ab - as * ab, 1e-6);
            for (int c = 0; c < 3; c++) {
                double expected = as * (1.0 - ab) * cs[c] + ab * (1.0 - as) * cb[c] +
                                  as * ab * reference((zd_blend) blend, cb[c], cs[c]);
                REQUIRE_NEAR(out[c], expected, 2e-6);
            }
        }
    }
}

static void nothing_over_anything_is_the_same(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        unsigned long long seed = 8;
        for (int i = 0; i < 1000; i++) {
            const float nothing[4] = { 0, 0, 0, 0 };
            float backdrop[4];
            float out[4];
            backdrop[3] = zd_test_uniform(&seed);
            for (int c = 0; c < 3; c++) {
                backdrop[c] = backdrop[3] * zd_test_uniform(&seed);
            }
            zd_blend_pixel((zd_blend) blend, nothing, backdrop, out);
            REQUIRE_BYTES(out, backdrop, sizeof out);
            zd_blend_pixel((zd_blend) blend, backdrop, nothing, out);
            REQUIRE_BYTES(out, backdrop, sizeof out);
        }
    }
}

/* No mode jumps where a value passes 1, and none goes below 0. */
static void highlights_go_on(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        for (int s = 0; s <= 40; s++) {
            float before = 0.0f;
            for (int b = 0; b <= 4000; b++) {
                float source[4] = { 0.1f * (float) s, 0, 0, 1 };
                float backdrop[4] = { 0.001f * (float) b, 0, 0, 1 };
                float out[4];
                zd_blend_pixel((zd_blend) blend, source, backdrop, out);
                REQUIRE(isfinite(out[0]) && out[0] >= 0.0f);
                REQUIRE(b == 0 || fabsf(out[0] - before) < 0.06f);
                before = out[0];
            }
        }
    }
}

static void names_go_both_ways(void)
{
    for (int blend = 0; blend < ZD_BLEND_COUNT; blend++) {
        zd_blend found = ZD_BLEND_COUNT;
        REQUIRE(zd_blend_name(blend) != NULL);
        REQUIRE(zd_blend_parse(zd_blend_name(blend), &found));
        REQUIRE_INT(found, blend);
    }
    zd_blend found = ZD_BLEND_NORMAL;
    REQUIRE(!zd_blend_parse("burn", &found));
    REQUIRE(zd_blend_name(ZD_BLEND_COUNT) == NULL && zd_blend_name(-1) == NULL);
}

int main(void)
{
    RUN(modes_follow_their_formulas);
    RUN(nothing_over_anything_is_the_same);
    RUN(highlights_go_on);
    RUN(names_go_both_ways);
    return zd_test_finish();
}
