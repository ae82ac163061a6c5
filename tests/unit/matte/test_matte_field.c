/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How a depth map is taken in: its scale, its holes, its sky, its doubts and its facts. */

#include "matte/facts.h"
#include "matte/matte_internal.h"
#include "zd_test.h"

static zd_error err;
static zd_context *ctx;

static zd_image *gray(int width, int height)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_GRAY_F32, &image, &err));
    zd_view_clear(zd_image_view(image));
    return image;
}

static float *at(zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y) + x;
}

/* Nearness as a fraction of the range; what lies beyond is bent into -1..2 and never leaves it. */
static void values_are_bounded_in_order(void)
{
    const float values[8] = { 2.0f, 4.0f, 10.0f, 18.0f, 2.0f + 8e6f, 0.0f, -22.0f, -8e6f };
    const double expected[8] = { 0.0, 0.25, 1.0, 1.5, 2.0, -0.2, -0.75, -1.0 };
    zd_depth_map map = { .values = gray(8, 1) };
    float storage[8];
    memcpy(at(map.values, 0, 0), values, sizeof values);
    zd_plane field = zd_field_load(ctx, &map, (zd_depth_range){ 2.0f, 10.0f }, storage);
    REQUIRE(field.data == storage && field.width == 8 && field.height == 1 && field.stride == 8);
    for (int i = 0; i < 8; i++) {
        REQUIRE_NEAR(storage[i], expected[i], 2e-6);
        float n = (values[i] - 2.0f) / 8.0f;
        REQUIRE_NEAR(zd_bound_depth(n), storage[i], 1e-6);
        double back = (double) zd_unbound_depth(zd_bound_depth(n));
        REQUIRE_NEAR(back - (double) n, 0.0, fabs((double) n) * (i == 4 || i == 7 ? 0.2 : 1e-5));
    }
    zd_depth_map_release(&map);
}

/* A hole is filled by the farther of its neighbours in the row, at the border by the one it has. */
static void holes_take_the_farther_side(void)
{
    const float row[9] = { NAN, 0.5f, NAN, INFINITY, 0.25f, 1.0f, -INFINITY, 0.75f, NAN };
    const float filled[9] = { 0.5f, 0.5f, 0.25f, 0.25f, 0.25f, 1.0f, 0.75f, 0.75f, 0.75f };
    zd_depth_map map = { .values = gray(9, 5) };
    float storage[45];
    for (int y = 0; y < 5; y++) {
        for (int x = 0; x < 9; x++) {
            *at(map.values, x, y) = y == 1 ? row[x] : y == 3 ? 0.125f : NAN;
        }
    }
    (void) zd_field_load(ctx, &map, (zd_depth_range){ 0.0f, 1.0f }, storage);
    REQUIRE_BYTES(storage, filled, sizeof filled); /* the first row that is there */
    REQUIRE_BYTES(storage + 9, filled, sizeof filled);
    REQUIRE_BYTES(storage + 18, filled, sizeof filled); /* and the one above */
    for (int i = 27; i < 45; i++) {
        REQUIRE(storage[i] == 0.125f);
    }
    for (int i = 0; i < 45; i++) {
        at(map.values, 0, i / 9)[i % 9] = NAN;
    }
    (void) zd_field_load(ctx, &map, (zd_depth_range){ 0.0f, 1.0f }, storage);
    for (int i = 0; i < 45; i++) {
        REQUIRE(storage[i] == 0.0f);
    }
    zd_depth_map_release(&map);
}

/* Infinite metres are far, of nearness they are no reading; sky is beyond all. */
static void infinity_and_sky_are_far(void)
{
    zd_depth_map map = { .values = gray(4, 1), .kind = ZD_DEPTH_METRES };
    const zd_depth_range range = { 9.0f, 1.0f };
    float storage[4];
    const float values[4] = { INFINITY, 5.0f, NAN, 3.0f };
    memcpy(at(map.values, 0, 0), values, sizeof values);
    (void) zd_field_load(ctx, &map, range, storage);
    REQUIRE(storage[0] == -1.0f && storage[1] == 0.5f && storage[2] == 0.5f && storage[3] == 0.75f);
    map.sky = gray(4, 1);
    *at(map.sky, 2, 0) = 0.3f;
    *at(map.sky, 3, 0) = 0.31f;
    *at(map.sky, 1, 0) = 0.2f;
    (void) zd_field_load(ctx, &map, range, storage);
    REQUIRE(storage[0] == -1.0f && storage[1] == 0.5f && storage[2] == -1.0f &&
            storage[3] == -1.0f);
    map.kind = ZD_DEPTH_NEARNESS;
    *at(map.sky, 2, 0) = 0.0f;
    *at(map.sky, 3, 0) = 0.0f;
    const float nearness[4] = { -INFINITY, 5.0f, NAN, 3.0f };
    memcpy(at(map.values, 0, 0), nearness, sizeof nearness);
    (void) zd_field_load(ctx, &map, (zd_depth_range){ 1.0f, 9.0f }, storage);
    REQUIRE(storage[0] == 0.5f && storage[2] == 0.25f && storage[3] == 0.25f);
    zd_depth_map_release(&map);
}

/* More rows than one item of the pool takes, each with its own value. */
static void every_row_is_its_own(void)
{
    enum { HIGH = 150 };
    zd_depth_map map = { .values = gray(3, HIGH) };
    static float storage[3 * HIGH];
    for (int y = 0; y < HIGH; y++) {
        *at(map.values, 0, y) = *at(map.values, 2, y) = (float) y / 1024.0f;
        *at(map.values, 1, y) = y % 7 == 3 ? NAN : 0.5f;
    }
    (void) zd_field_load(ctx, &map, (zd_depth_range){ 0.0f, 1.0f }, storage);
    for (int y = 0; y < HIGH; y++) {
        REQUIRE(storage[3 * y] == (float) y / 1024.0f && storage[3 * y + 2] == storage[3 * y]);
        REQUIRE(storage[3 * y + 1] == (y % 7 == 3 ? storage[3 * y] : 0.5f));
    }
    zd_depth_map_release(&map);
}

/* Centres of pixels over centres of samples, for maps smaller and larger than the frame. */
static void positions_are_those_of_centres(void)
{
    const int sizes[][2] = { { 101, 37 }, { 37, 101 }, { 64, 64 }, { 7, 1 }, { 1, 9 } };
    for (int i = 0; i < 5; i++) {
        int frame = sizes[i][0];
        int map = sizes[i][1];
        for (int pixel = 0; pixel < frame; pixel++) {
            double exact = (pixel + 0.5) * map / frame - 0.5;
            exact = exact < 0.0 ? 0.0 : exact > map - 1 ? map - 1 : exact;
            float share = -1.0f;
            int index = zd_field_position(pixel, frame, map, &share);
            REQUIRE(index >= 0 && index < map && share >= 0.0f && share < 1.0f);
            REQUIRE_NEAR(index + (double) share, exact, 2e-5);
        }
    }
}

static void probabilities_are_0_to_1(void)
{
    zd_image *image = gray(3, 2);
    float storage[6];
    zd_plane plane;
    const float values[6] = { NAN, -1.0f, 0.25f, 1.0f, 7.0f, 0.0f };
    memcpy(at(image, 0, 0), values, 3 * sizeof(float));
    memcpy(at(image, 0, 1), values + 3, 3 * sizeof(float));
    zd_view view = zd_image_view(image);
    zd_field_load_plane(&plane, storage, &view);
    const float expected[6] = { 0.0f, 0.0f, 0.25f, 1.0f, 1.0f, 0.0f };
    REQUIRE_BYTES(storage, expected, sizeof expected);
    REQUIRE(plane.data == storage && plane.width == 3 && plane.height == 2 && plane.stride == 3);
    zd_field_load_plane(&plane, storage, NULL);
    REQUIRE(plane.data == NULL && plane.width == 0);
    zd_image_unref(&image);
}

static zd_matte *make_matte(int width, int height, int map_width, int map_height)
{
    zd_matte *matte = NULL;
    zd_matte_size size = { width, height, map_width, map_height };
    REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
    return matte;
}

/* Whether a map of this size with steps of `ramp` samples counts as rendered. */
static bool is_fine(int map_width, int map_height, int ramp, float height)
{
    zd_matte *matte = make_matte(200, 120, map_width, map_height);
    zd_image *map = gray(map_width, map_height);
    zd_depth_map depth = { .values = map };
    for (int y = 0; y < map_height; y++) {
        for (int x = 0; x < map_width; x++) {
            int in = zd_int_clamp(x % 40 - 15, 0, ramp); /* every step rises by `height` */
            *at(map, x, y) = x % 40 < 30 ? height * (float) in / (float) ramp : 0.0f;
        }
    }
    zd_matte_frame frame = { .map = &depth, .range = { 0.0f, 1.0f } };
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    bool fine = zd_field_is_fine(matte);
    REQUIRE_INT(fine, matte->is_fine);
    zd_image_unref(&map);
    zd_matte_destroy(&matte);
    return fine;
}

static void rendered_maps_are_told_by_their_steps(void)
{
    REQUIRE(is_fine(200, 120, 1, 0.5f));
    REQUIRE(!is_fine(200, 120, 8, 0.9f)); /* soft, as a network's */
    REQUIRE(is_fine(150, 90, 1, 0.5f));   /* three quarters of the frame are enough */
    REQUIRE(!is_fine(149, 90, 1, 0.5f));
    REQUIRE(!is_fine(150, 89, 1, 0.5f));
    REQUIRE(!is_fine(200, 120, 1, 0.07f)); /* no jumps at all */
}

/* Half of the mean confidence, by its logarithm, is the least that is no doubt. */
static void doubt_is_told_by_the_pictures_own_confidence(void)
{
    zd_matte *matte = make_matte(120, 90, 4, 3);
    zd_image *values = gray(4, 3);
    zd_image *confidence = gray(4, 3);
    const float told[12] = { 5, 17, 5, 17, 1, 3, INFINITY, 5, 17, NAN, 5, 17 };
    for (int i = 0; i < 12; i++) {
        *at(confidence, i % 4, i / 4) = told[i];
    }
    zd_depth_map map = { .values = values, .confidence = confidence };
    zd_field_load_confidence(matte, &map);
    /* exp of the mean of log 4 (4 times), log 16 (4 times) and log 2. */
    double mean = exp((4 * log(4.0) + 4 * log(16.0) + log(2.0)) / 9.0);
    REQUIRE_NEAR(matte->doubt_below, 0.5 * mean, 1e-4);
    REQUIRE(matte->cell_rows == 90 && 0.5 * mean > 3.0 && 0.5 * mean < 4.0);
    /* Nodes are two cells of a pixel: samples are 30 pixels, 15 nodes. */
    for (int y = 0; y < 3; y++) {
        for (int x = 0; x < 4; x++) {
            float c = told[4 * y + x] - 1.0f;
            bool doubtful = !(c >= 3.9f);
            REQUIRE_INT(zd_matte_is_doubtful(matte, 15 * x + 1, 15 * y + 1), doubtful);
            REQUIRE_INT(zd_matte_is_doubtful(matte, 15 * x + 13, 15 * y + 13), doubtful);
        }
    }
    map.confidence = NULL;
    zd_field_load_confidence(matte, &map);
    REQUIRE(matte->doubt_below == 0.0f && !zd_matte_is_doubtful(matte, 1, 16));
    zd_image_unref(&values);
    zd_image_unref(&confidence);
    zd_matte_destroy(&matte);
}

/* A map of 30 x 12: a figure in the middle, a floor, and a second one that is hardly seen. */
static void facts_are_those_of_the_drawing(void)
{
    zd_depth_map map = { .values = gray(30, 12) };
    zd_image *seen = gray(30, 12);
    for (int y = 0; y < 12; y++) {
        for (int x = 0; x < 30; x++) {
            bool figure = x >= 10 && x < 15 && y >= 2 && y < 9;
            bool second = (x == 25 && y == 3) || (x == 28 && y == 7);
            bool floor = y >= 9;
            *at(map.values, x, y) = figure ? 0.8f : floor ? 0.6f : 0.2f;
            *at(seen, x, y) = figure ? 0.9f : second ? 0.5f : floor && x < 4 ? 0.3f : 0.1f;
        }
    }
    zd_view probability = zd_image_view(seen);
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = 0.9f, .probability = -1.0f };
    zd_matte_facts facts;
    zd_depth_range range = { 0.0f, 1.0f };
    REQUIRE_OK(zd_matte_facts_measure(ctx, &map, range, &probability, &params, &facts, &err));
    REQUIRE_NEAR(facts.foreground, (35 + 90) / 360.0, 1e-5);
    REQUIRE_NEAR(facts.subject, 37 / 360.0, 1e-5);
    REQUIRE_NEAR(facts.in_subject, 35 / 360.0, 1e-5);
    REQUIRE_NEAR(facts.floor, 90 / 360.0, 1e-5); /* rows 9 to 11: below two thirds */
    REQUIRE_NEAR(facts.doubtful, (2 + 12) / 360.0, 1e-5);
    REQUIRE_INT(facts.subjects, 3); /* 360 / 200: one sample is a part */
    REQUIRE(facts.has_probability);
    params.depth_in = 0.7f; /* with a weight the subject alone decides */
    params.probability = 1.0f;
    REQUIRE_OK(zd_matte_facts_measure(ctx, &map, range, &probability, &params, &facts, &err));
    REQUIRE_NEAR(facts.foreground, 35 / 360.0, 1e-5);
    REQUIRE_OK(zd_matte_facts_measure(ctx, &map, range, NULL, &params, &facts, &err));
    REQUIRE(!facts.has_probability && facts.subject == 0.0f && facts.subjects == 0);
    REQUIRE_NEAR(facts.foreground, 35 / 360.0, 1e-5);
    REQUIRE(facts.doubtful == 0.0f && facts.floor == 0.0f);
    zd_view wrong = zd_view_crop(probability, (zd_rect){ 0, 0, 29, 12 });
    REQUIRE_FAILS(zd_matte_facts_measure(ctx, &map, range, &wrong, &params, &facts, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the depth map is 30x12 and the probability 29x12");
    wrong = zd_view_crop(probability, (zd_rect){ 0, 0, 30, 11 });
    REQUIRE_FAILS(zd_matte_facts_measure(ctx, &map, range, &wrong, &params, &facts, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the depth map is 30x12 and the probability 30x11");
    zd_depth_map_release(&map);
    zd_image_unref(&seen);
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(values_are_bounded_in_order);
    RUN(holes_take_the_farther_side);
    RUN(infinity_and_sky_are_far);
    RUN(every_row_is_its_own);
    RUN(positions_are_those_of_centres);
    RUN(probabilities_are_0_to_1);
    RUN(rendered_maps_are_told_by_their_steps);
    RUN(doubt_is_told_by_the_pictures_own_confidence);
    RUN(facts_are_those_of_the_drawing);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
