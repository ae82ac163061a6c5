/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Depth maps of scenes and curves over time, against formulas written down here: every convention with
 * focal lengths that differ and an axis off the middle, and keys of every kind. */

#include "scene/depth_convert.h"
#include "scene/scene_internal.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

enum { W = 9, H = 5 };

static zd_image *gray(int width, int height, float value)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_GRAY_F32, &image, &err));
    for (int i = 0; i < width * height; i++) {
        zd_view_row_f32(zd_image_view(image), i / width)[i % width] = value;
    }
    return image;
}

static float *at(zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y) + x;
}

static const zd_scene_depth_rule plain = { .range = ZD_SCENE_ZRANGE_ABSOLUTE,
                                           .scale = 2.0,
                                           .near_px = 10.0,
                                           .far_px = 250.0,
                                           .focal_x = 7.0,
                                           .focal_y = 4.0,
                                           .shift_x = 1.5,
                                           .shift_y = -0.75 };

/* One value by one convention; NaN where it is none. */
static float converted(zd_scene_depth_rule rule, float value)
{
    zd_image *image = gray(1, 1, value);
    int64_t valid = zd_scene_depth_convert(&rule, zd_image_view(image), zd_image_view(image));
    float z = *at(image, 0, 0);
    REQUIRE_INT(valid, !isnan(z));
    zd_image_unref(&image);
    return z;
}

static void every_convention_is_its_formula(void)
{
    zd_scene_depth_rule rule = plain;
    REQUIRE_NEAR(converted(rule, 21.0f), 42.0, 1e-4);
    REQUIRE(isnan(converted(rule, 0.0f)) && isnan(converted(rule, -3.0f)));
    REQUIRE(isnan(converted(rule, INFINITY)) && isnan(converted(rule, 1e9f)));
    REQUIRE(isnan(converted(rule, 6e8f))); /* twice that is too far */
    REQUIRE_NEAR(converted(rule, 4e8f), 8e8, 100.0);
    rule.range = ZD_SCENE_ZRANGE_NORMALIZED;
    REQUIRE_NEAR(converted(rule, 0.0f), 10.0, 1e-5);
    REQUIRE_NEAR(converted(rule, 0.25f), 70.0, 1e-4);
    REQUIRE_NEAR(converted(rule, 1.0f), 250.0, 1e-4);
    REQUIRE(isnan(converted(rule, 1e6f)) && isnan(converted(rule, -0.05f)));
    rule.range = ZD_SCENE_ZRANGE_INVERSE;
    REQUIRE_NEAR(converted(rule, 0.05f), 40.0, 1e-4);
    REQUIRE(isnan(converted(rule, 0.0f)) && isnan(converted(rule, -1.0f)));
    REQUIRE(isnan(converted(rule, 1e-9f)) && isnan(converted(rule, 1e9f)));
    rule.range = ZD_SCENE_ZRANGE_INVERSE_NORMALIZED;
    REQUIRE_NEAR(converted(rule, 1.0f), 10.0, 1e-4);
    REQUIRE_NEAR(converted(rule, 0.0f), 250.0, 1e-3);
    REQUIRE_NEAR(converted(rule, 0.5f), 1.0 / (0.5 * 0.1 + 0.5 * 0.004), 1e-4);
    rule.range = ZD_SCENE_ZRANGE_HEIGHT;
    REQUIRE_NEAR(converted(rule, -3.0f), -6.0, 1e-5); /* heights have a sign */
    REQUIRE(isnan(converted(rule, 1e9f)));
}

/* Distances along a ray: to the middle of each pixel, y upwards, from where the axis meets the map. */
static void radial_maps_are_turned_into_planes(void)
{
    zd_scene_depth_rule rule = plain;
    zd_image *image = gray(W, H, 50.0f);
    rule.is_radial = true;
    REQUIRE_INT(zd_scene_depth_convert(&rule, zd_image_view(image), zd_image_view(image)), W * H);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double right = (x + 0.5 - (0.5 * W + 1.5)) / 7.0;
            double down = (y + 0.5 - (0.5 * H - 0.75)) / 4.0;
            REQUIRE_NEAR(*at(image, x, y), 100.0 / sqrt(1 + right * right + down * down), 1e-4);
        }
    }
    zd_image_unref(&image);
    image = gray(W, H, 50.0f);
    rule.range = ZD_SCENE_ZRANGE_HEIGHT; /* which stay what they are */
    (void) zd_scene_depth_convert(&rule, zd_image_view(image), zd_image_view(image));
    REQUIRE(*at(image, 0, 0) == 100.0f && *at(image, 8, 4) == 100.0f);
    *at(image, 3, 2) = NAN;
    REQUIRE_INT(zd_scene_depth_convert(&rule, zd_image_view(image), zd_image_view(image)),
                W * H - 1);
    zd_image_unref(&image);
}

/* The difference of z between two neighbouring values of the file. */
static void steps_are_differences_of_neighbours(void)
{
    static const zd_zrange ranges[] = { ZD_SCENE_ZRANGE_ABSOLUTE, ZD_SCENE_ZRANGE_NORMALIZED,
                                        ZD_SCENE_ZRANGE_INVERSE,
                                        ZD_SCENE_ZRANGE_INVERSE_NORMALIZED };
    static const double values[] = { 40.0, 0.4, 0.05, 0.4 };
    for (int i = 0; i < 4; i++) {
        zd_scene_depth_rule rule = plain;
        rule.range = ranges[i];
        double z = (double) converted(rule, (float) values[i]);
        double half = ldexp(1.0, (int) floor(log2(values[i])) - 10);
        double slope =
            fabs((double) converted(rule, (float) (values[i] * 1.001)) - z) / (values[i] * 0.001);
        REQUIRE_NEAR(zd_scene_depth_step(&rule, 10, false, z) / (slope / 1023.0), 1.0, 0.01);
        REQUIRE_NEAR(zd_scene_depth_step(&rule, 8, false, z) / (slope / 255.0), 1.0, 0.01);
        REQUIRE_NEAR(zd_scene_depth_step(&rule, 0, true, z) / (slope * half), 1.0, 0.01);
        REQUIRE(zd_scene_depth_step(&rule, 0, false, z) == 0.0);
    }
}

static void soft_depth_keeps_its_amount_and_its_holes(void)
{
    enum { WIDE = 61, HIGH = 47 };
    for (int vertical = 0; vertical < 2; vertical++) {
        zd_image *image = gray(WIDE, HIGH, 100.0f);
        *at(image, 30, 20) = 200.0f;
        REQUIRE_OK(zd_scene_depth_soften(ctx, zd_image_view(image), vertical ? 0.0 : 6.0,
                                         vertical ? 6.0 : 0.0, false, &err));
        double sum = 0.0;
        double square = 0.0;
        for (int i = 0; i < WIDE * HIGH; i++) {
            double more = (double) *at(image, i % WIDE, i / WIDE) - 100.0;
            int along = vertical ? i / WIDE - 20 : i % WIDE - 30;
            int beside = vertical ? i % WIDE - 30 : i / WIDE - 20;
            REQUIRE(beside == 0 || fabs(more) < 1e-4);
            sum += more;
            square += more * along * along;
        }
        REQUIRE_NEAR(sum, 100.0, 0.1);
        REQUIRE_NEAR(square / sum, 9.0, 0.4); /* sigma is half the softness */
        zd_image_unref(&image);
    }
    zd_image *image = gray(WIDE, HIGH, 100.0f);
    for (int i = 0; i < WIDE * HIGH; i++) {
        *at(image, i % WIDE, i / WIDE) = i % WIDE < 20 ? NAN : 100.0f;
    }
    REQUIRE_OK(zd_scene_depth_soften(ctx, zd_image_view(image), 8.0, 5.0, false, &err));
    for (int i = 0; i < WIDE * HIGH; i++) {
        float z = *at(image, i % WIDE, i / WIDE);
        REQUIRE(i % WIDE < 20 ? isnan(z) : fabsf(z - 100.0f) < 1e-3f);
    }
    zd_image_unref(&image);
}

/* What was measured is evened out for light: roughness and the droop beside an edge go, the edge stays where it
 * is and planes stay planes. */
static void even_depth_has_no_rim(void)
{
    enum { WIDE = 241, HIGH = 200, EDGE = 120, RIM = 8 };
    unsigned long long state = 3;
    double rough[2] = { 0, 0 };
    double rim[2] = { 0, 0 };
    zd_image *image = gray(WIDE, HIGH, 0.0f);
    for (int i = 0; i < WIDE * HIGH; i++) {
        int x = i % WIDE;
        double noise = (double) (zd_test_random(&state) >> 11) * 0x1p-53 - 0.5;
        double z = x < EDGE ? 200.0 + 0.1 * x : 340.0 - 0.05 * (i / WIDE);
        double droop = x < EDGE && x >= EDGE - RIM ? 6.0 : 0.0; /* as a network's edges have */
        *at(image, x, i / WIDE) = (float) (z + droop + noise);
    }
    for (int pass = 0; pass < 2; pass++) {
        if (pass == 1) {
            REQUIRE_OK(zd_scene_depth_even(ctx, zd_image_view(image), &err));
        }
        for (int y = 20; y < HIGH - 20; y++) {
            for (int x = 20; x < WIDE - 20; x++) {
                double step = (double) *at(image, x + 1, y) - (double) *at(image, x, y);
                bool is_far = x >= EDGE;
                if (x + 1 == EDGE) {
                    REQUIRE(step > 100.0);
                } else if (x + 1 == EDGE - RIM) {
                    rim[pass] += step / (HIGH - 40);
                } else if (x < EDGE - 3 * RIM || is_far) {
                    rough[pass] = fmax(rough[pass], fabs(step - (is_far ? 0.0 : 0.1)));
                }
            }
        }
    }
    REQUIRE(rim[0] > 5.5 && rim[1] < 3.0);      /* 2.62 */
    REQUIRE(rough[0] > 0.9 && rough[1] < 0.06); /* 0.052 */
    for (int y = 20; y < HIGH - 20; y++) {      /* 40 samples from the edge nothing is left of it */
        REQUIRE_NEAR(*at(image, 60, y), 206.0, 0.4);
        REQUIRE_NEAR(*at(image, 200, y), 340.0 - 0.05 * y, 0.4);
    }
    zd_image_unref(&image);
}

/* Of a large map not every neighbour is asked: nearly what edge-aware softness of a fiftieth gives, and not it. */
static void even_depth_of_large_maps(void)
{
    enum { WIDE = 720, HIGH = 700 };
    zd_image *fast = gray(WIDE, HIGH, 0.0f);
    zd_image *slow = gray(WIDE, HIGH, 0.0f);
    double most = 0.0;
    for (int i = 0; i < WIDE * HIGH; i++) {
        double x = i % WIDE;
        double y = i / WIDE;
        double z = 200.0 + 8.0 * sin(x * 0.3) * cos(y * 0.2) + (x + y > 800.0 ? 90.0 : 0.0);
        *at(fast, i % WIDE, i / WIDE) = *at(slow, i % WIDE, i / WIDE) = (float) z;
    }
    REQUIRE_OK(zd_scene_depth_even(ctx, zd_image_view(fast), &err));
    REQUIRE_OK(zd_scene_depth_soften(ctx, zd_image_view(slow), 14.0, 14.0, true, &err));
    for (int i = 0; i < WIDE * HIGH; i++) {
        most = fmax(most, fabs((double) *at(fast, i % WIDE, i / WIDE) -
                               (double) *at(slow, i % WIDE, i / WIDE)));
    }
    REQUIRE(most > 1e-4 && most < 0.45); /* 0.37 of waves of 16 */
    zd_image_unref(&fast);
    zd_image_unref(&slow);
}

/* Fritsch and Carlson's monotone cubic with harmonic tangents, as Hermite's four polynomials. */
static double plain_tangent(const zd_keyframe *k, int count, int i)
{
    if (i == 0 || i == count - 1) {
        return 0.0;
    }
    double before = (k[i].value - k[i - 1].value) / (k[i].frame - k[i - 1].frame);
    double after = (k[i + 1].value - k[i].value) / (k[i + 1].frame - k[i].frame);
    return before * after > 0.0 ? 2.0 / (1.0 / before + 1.0 / after) : 0.0;
}

static double plain_curve(const zd_keyframe *k, int count, double frame)
{
    for (int i = count - 2; i >= 0; i--) {
        if (frame >= k[i].frame && frame < k[i + 1].frame) {
            double width = k[i + 1].frame - k[i].frame;
            double t = (frame - k[i].frame) / width;
            double u = 1.0 - t;
            if (k[i].interp == ZD_SCENE_INTERP_SMOOTH) {
                return u * u * (1 + 2 * t) * k[i].value + t * t * (1 + 2 * u) * k[i + 1].value +
                       width * t * u * u * plain_tangent(k, count, i) -
                       width * t * t * u * plain_tangent(k, count, i + 1);
            }
            return k[i].interp == ZD_SCENE_INTERP_HOLD ? k[i].value
                                                       : u * k[i].value + t * k[i + 1].value;
        }
    }
    return frame < k[0].frame ? k[0].value : k[count - 1].value;
}

static void curves_are_as_by_the_formula(void)
{
    zd_keyframe keys[8] = { { -4, 3, ZD_SCENE_INTERP_SMOOTH }, { 1, 5, ZD_SCENE_INTERP_SMOOTH },
                            { 2.5, 11, ZD_SCENE_INTERP_HOLD }, { 7, -2, ZD_SCENE_INTERP_LINEAR },
                            { 8, -3, ZD_SCENE_INTERP_SMOOTH }, { 12, 4, ZD_SCENE_INTERP_SMOOTH },
                            { 13, 4, ZD_SCENE_INTERP_HOLD },   { 20, 9, ZD_SCENE_INTERP_LINEAR } };
    for (int count = 1; count <= 8; count++) {
        zd_scene_curve curve = { keys, count };
        for (double frame = -6.0; frame <= 22.0; frame += 0.125) {
            REQUIRE_NEAR(zd_scene_curve_at(&curve, frame), plain_curve(keys, count, frame), 1e-12);
        }
        for (int i = 0; i < count; i++) { /* at a key it is the key's, whatever comes after */
            REQUIRE_NEAR(zd_scene_curve_at(&curve, keys[i].frame), keys[i].value, 1e-12);
        }
    }
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(every_convention_is_its_formula);
    RUN(radial_maps_are_turned_into_planes);
    RUN(steps_are_differences_of_neighbours);
    RUN(soft_depth_keeps_its_amount_and_its_holes);
    RUN(even_depth_has_no_rim);
    RUN(even_depth_of_large_maps);
    RUN(curves_are_as_by_the_formula);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
