/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Supplied maps: every rule of depth/supplied.h with numbers worked out by hand. */

#include "depth/supplied.h"
#include "zd_test.h"

enum { WIDE = 50, HIGH = 40, ALL = WIDE * HIGH };

static zd_view gray(float *values, int width, int height)
{
    return (zd_view){ .data = values,
                      .stride_bytes = (ptrdiff_t) sizeof(float) * width,
                      .width = width,
                      .height = height,
                      .format = ZD_GRAY_F32 };
}

static void require_size(int width, int height, int small_width, int small_height)
{
    int w = -1;
    int h = -1;
    zd_supplied_size(width, height, &w, &h);
    REQUIRE_INT(w, small_width);
    REQUIRE_INT(h, small_height);
}

static void sizes_are_at_most_1024_a_side(void)
{
    require_size(1920, 1080, 1024, 576);
    require_size(1080, 1920, 576, 1024);
    require_size(2000, 1500, 1024, 768);
    require_size(1025, 3, 1024, 3);
    require_size(7, 1024, 7, 1024); /* what fits stays */
    require_size(1000, 400, 1000, 400);
    require_size(5, 4096, 1, 1024);
    require_size(4096, 1, 1024, 1); /* a quarter of a pixel is one */
}

static void pixels_are_taken_from_the_middle_of_what_they_cover(void)
{
    float from[5 * 7];
    float to[2 * 3];
    for (int i = 0; i < 5 * 7; i++) {
        from[i] = (float) (10 * (i / 7) + i % 7);
    }
    zd_supplied_pick(gray(from, 7, 5), gray(to, 3, 2));
    /* 7/6, 21/6, 35/6 across and 5/4, 15/4 down. */
    const float expected[6] = { 11, 13, 15, 31, 33, 35 };
    REQUIRE_BYTES(to, expected, sizeof to);
    float same[5 * 7];
    zd_supplied_pick(gray(from, 7, 5), gray(same, 7, 5));
    REQUIRE_BYTES(same, from, sizeof from);
}

static void require_values(zd_supplied_type type, const float *given, const float *expected,
                           int count, zd_depth_kind kind)
{
    float values[16];
    memcpy(values, given, (size_t) count * sizeof *given);
    REQUIRE_INT(zd_supplied_convert(type, gray(values, count, 1)), kind);
    for (int i = 0; i < count; i++) {
        if (values[i] != expected[i]) {
            ZD_TEST_FAIL("value %d of type %d is %g, expected %g", i, (int) type,
                         (double) values[i], (double) expected[i]);
        }
    }
}

static void nearness_keeps_its_values_and_fills_holes_with_the_furthest(void)
{
    const float with_less[6] = { NAN, -2, 3, INFINITY, 0.5f, -INFINITY };
    const float filled[6] = { -2, -2, 3, -2, 0.5f, -2 };
    require_values(ZD_SUPPLIED_NEARNESS, with_less, filled, 6, ZD_DEPTH_NEARNESS);
    require_values(ZD_SUPPLIED_NORMALISED, with_less, filled, 6, ZD_DEPTH_NORMALISED);
    /* The furthest of all is an infinite distance, not the least that happens to be seen. */
    const float positive[4] = { 2, NAN, 0.25f, 7 };
    const float holes[4] = { 2, 0, 0.25f, 7 };
    require_values(ZD_SUPPLIED_NEARNESS, positive, holes, 4, ZD_DEPTH_NEARNESS);
}

static void distances_become_their_inverse_and_metres_stay(void)
{
    const float given[9] = { 2, 0, NAN, INFINITY, 1e9f, 4, -1, 1e-6f, 8 };
    const float inverse[9] = { 0.5f, 0, 0, 0, 0, 0.25f, 0, 0, 0.125f };
    const float metres[9] = { 2, INFINITY, INFINITY, INFINITY, INFINITY, 4, INFINITY, INFINITY, 8 };
    require_values(ZD_SUPPLIED_DISTANCE, given, inverse, 9, ZD_DEPTH_NEARNESS);
    require_values(ZD_SUPPLIED_METRES, given, metres, 9, ZD_DEPTH_METRES);
}

static void a_camera_that_looks_along_minus_z_is_turned_round(void)
{
    float mostly[5] = { -2, -4, 1, -8, 16 };
    float evenly[4] = { -2, 4, 1, -8 };
    const float inverse[5] = { 0.5f, 0.25f, 0, 0.125f, 0 };
    const float metres[5] = { 2, 4, INFINITY, 8, INFINITY };
    const float not_turned[4] = { 0, 0.25f, 1, 0 };
    REQUIRE(zd_supplied_is_negative(ZD_SUPPLIED_DISTANCE, gray(mostly, 5, 1)));
    REQUIRE(zd_supplied_is_negative(ZD_SUPPLIED_METRES, gray(mostly, 1, 5)));
    REQUIRE(!zd_supplied_is_negative(ZD_SUPPLIED_NEARNESS, gray(mostly, 5, 1)));
    REQUIRE(!zd_supplied_is_negative(ZD_SUPPLIED_NORMALISED, gray(mostly, 5, 1)));
    REQUIRE(!zd_supplied_is_negative(ZD_SUPPLIED_DISTANCE, gray(evenly, 4, 1)));
    require_values(ZD_SUPPLIED_DISTANCE, mostly, inverse, 5, ZD_DEPTH_NEARNESS);
    require_values(ZD_SUPPLIED_METRES, mostly, metres, 5, ZD_DEPTH_METRES);
    require_values(ZD_SUPPLIED_DISTANCE, evenly, not_turned, 4, ZD_DEPTH_NEARNESS);
}

/* Whether pixels at `far` count for nothing, with all others up to `behind` before them. */
static bool is_nothing(float far, int pixels, float behind, bool far_first)
{
    float values[ALL];
    for (int i = 0; i < ALL; i++) {
        values[i] = i % 3 == 0 ? 1.0f : 3.0f + (float) (i % 5);
    }
    values[ALL / 2] = behind;
    for (int i = 0; i < pixels; i++) {
        values[far_first ? i : ALL - 1 - i] = far;
    }
    REQUIRE_INT(zd_supplied_convert(ZD_SUPPLIED_METRES, gray(values, WIDE, HIGH)), ZD_DEPTH_METRES);
    REQUIRE_NEAR(values[ALL / 2], behind, 0.0); /* what is before it is a surface */
    bool gone = values[far_first ? 0 : ALL - 1] == INFINITY;
    REQUIRE(gone || values[far_first ? 0 : ALL - 1] == far);
    return gone;
}

static void a_far_clip_plane_is_nothing(void)
{
    for (int first = 0; first < 2; first++) {
        REQUIRE(is_nothing(100.0f, 2, 24.9f, first));
        REQUIRE(!is_nothing(99.9f, 2, 20.0f, first));  /* too near for a clip plane */
        REQUIRE(!is_nothing(100.0f, 2, 25.0f, first)); /* not four times as far as all else */
        REQUIRE(!is_nothing(100.0f, 1, 24.9f, first)); /* less than a thousandth of the pixels */
        REQUIRE(is_nothing(5000.0f, 700, 90.0f, first));
    }
}

/* What no camera sees is not taken for the plane, nor for what is before it. */
static void readings_of_nothing_do_not_hide_the_far_clip(void)
{
    float values[ALL];
    for (int i = 0; i < ALL; i++) {
        values[i] = i < 600 ? 1e10f : i < 1200 ? -1.0f : i < 1900 ? 12.5f : 400.0f;
    }
    REQUIRE_INT(zd_supplied_convert(ZD_SUPPLIED_DISTANCE, gray(values, WIDE, HIGH)),
                ZD_DEPTH_NEARNESS);
    REQUIRE_NEAR(values[0], 0.0, 0.0);
    REQUIRE_NEAR(values[700], 0.0, 0.0);
    REQUIRE_NEAR(values[1500], 0.08, 1e-8);
    REQUIRE_NEAR(values[1999], 0.0, 0.0);
    /* One value alone has nothing before it, and is a wall. */
    for (int i = 0; i < ALL; i++) {
        values[i] = 400.0f;
    }
    (void) zd_supplied_convert(ZD_SUPPLIED_DISTANCE, gray(values, WIDE, HIGH));
    REQUIRE_NEAR(values[7], 0.0025, 1e-9);
}

int main(void)
{
    RUN(sizes_are_at_most_1024_a_side);
    RUN(pixels_are_taken_from_the_middle_of_what_they_cover);
    RUN(nearness_keeps_its_values_and_fills_holes_with_the_furthest);
    RUN(distances_become_their_inverse_and_metres_stay);
    RUN(a_camera_that_looks_along_minus_z_is_turned_round);
    RUN(a_far_clip_plane_is_nothing);
    RUN(readings_of_nothing_do_not_hide_the_far_clip);
    return zd_test_finish();
}
