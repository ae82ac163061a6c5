/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The clean plate of a layer: its own bits, nothing of the other, the same for any threads. */

#include "composite/clean_plate.h"

#include "zd_test.h"

enum { WIDTH = 203, HEIGHT = 117 };

static zd_error err;

typedef struct stage {
    zd_context *ctx;
    zd_clean_plate *plate;
    zd_image *light;
    zd_image *nearness;
    zd_image *matte; /* 1 on the background */
} stage;

static float *light_at(const stage *s, int x, int y)
{
    return zd_view_row_f32(zd_image_view(s->light), y) + 4 * x;
}

static float *gray_at(const zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y) + x;
}

/* A red disc, near, before a far ramp of green and blue; its edge is mixed over two pixels. */
static stage open_stage(int threads)
{
    stage s = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s.light, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.nearness, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.matte, &err));
    REQUIRE_OK(zd_clean_plate_create(s.ctx, WIDTH, HEIGHT, &s.plate, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float r = sqrtf((float) ((x - 120) * (x - 120) + (y - 50) * (y - 50)));
            float m = fminf(1.0f, fmaxf(0.0f, (r - 29.0f) / 2.0f));
            float *p = light_at(&s, x, y);
            p[0] = 1.0f - m;
            p[1] = m * (0.2f + 0.6f * (float) x / WIDTH);
            p[2] = m * (0.8f - 0.6f * (float) y / HEIGHT);
            p[3] = 1.0f;
            *gray_at(s.matte, x, y) = m;
            *gray_at(s.nearness, x, y) = 0.9f - 0.8f * m;
        }
    }
    return s;
}

static void close_stage(stage *s)
{
    zd_clean_plate_destroy(&s->plate);
    zd_image_unref(&s->light);
    zd_image_unref(&s->nearness);
    zd_image_unref(&s->matte);
    zd_context_destroy(&s->ctx);
}

static zd_view make(stage *s, bool is_hidden)
{
    return zd_clean_plate_make(s->plate, zd_image_view(s->light), zd_image_view(s->nearness),
                               zd_image_view(s->matte), is_hidden);
}

static void nothing_of_the_subject_is_in_the_plate(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, false);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *p = zd_view_row_f32(plate, y) + 4 * x;
            REQUIRE(p[0] <= 1.0f / 255.0f);
            REQUIRE_NEAR(p[3], 1.0f, 1e-5);
            REQUIRE_NEAR(*gray_at(s.nearness, x, y), 0.1f, 4e-3);
            /* The ramps are carried on: no farther off than the disc is wide. */
            REQUIRE_NEAR(p[1], 0.2f + 0.6f * (float) x / WIDTH, 0.6 * 60 / WIDTH);
            REQUIRE_NEAR(p[2], 0.8f - 0.6f * (float) y / HEIGHT, 0.6 * 60 / HEIGHT);
        }
    }
    close_stage(&s);
}

static void the_layer_keeps_its_bits(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, false);
    REQUIRE(memcmp(zd_view_row_f32(plate, 50) + 4 * 30, light_at(&s, 30, 50), 4 * sizeof(float)) ==
            0);
    REQUIRE(memcmp(zd_view_row_f32(plate, 116) + 4 * 202, light_at(&s, 202, 116),
                   4 * sizeof(float)) == 0);
    close_stage(&s);
}

static void what_the_matte_leaves_over_is_the_other_layer(void)
{
    stage s = open_stage(1);
    zd_view plate = make(&s, true);
    const float *outside = zd_view_row_f32(plate, 5) + 4 * 5;
    REQUIRE_NEAR(outside[0], 1.0f, 1.0 / 255);
    REQUIRE_NEAR(outside[1], 0.0f, 1.0 / 255);
    close_stage(&s);
}

static void a_wide_feather_keeps_its_own_pixels(void)
{
    stage s = open_stage(1);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *gray_at(s.matte, x, y) = fminf(1.0f, fmaxf(0.0f, (float) (x - 20) / 150.0f));
        }
    }
    zd_view plate = make(&s, false);
    for (int x = 36; x < WIDTH; x++) { /* from a tenth of the matte on */
        REQUIRE_BYTES(zd_view_row_f32(plate, 50) + 4 * x, light_at(&s, x, 50), 4 * sizeof(float));
    }
    close_stage(&s);
}

static void a_frame_without_the_layer_stays(void)
{
    stage s = open_stage(1);
    for (int y = 0; y < HEIGHT; y++) {
        memset(gray_at(s.matte, 0, y), 0, WIDTH * sizeof(float));
    }
    REQUIRE(make(&s, false).data == zd_image_view(s.light).data);
    REQUIRE_NEAR(*gray_at(s.nearness, 120, 50), 0.9f, 1e-6);
    close_stage(&s);
}

static void what_is_not_finite_does_not_spread(void)
{
    stage s = open_stage(1);
    light_at(&s, 60, 60)[1] = NAN;
    light_at(&s, 61, 60)[2] = INFINITY;
    *gray_at(s.nearness, 40, 40) = NAN;
    zd_view plate = make(&s, false);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const float *p = zd_view_row_f32(plate, y) + 4 * x;
            bool is_one = y == 60 && (x == 60 || x == 61);
            REQUIRE(is_one || (isfinite(p[0]) && isfinite(p[1]) && isfinite(p[2])));
        }
    }
    close_stage(&s);
}

static void any_number_of_threads_gives_the_same_bits(void)
{
    stage one = open_stage(1);
    stage three = open_stage(3);
    zd_view a = make(&one, false);
    zd_view b = make(&three, false);
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE(memcmp(zd_view_row_f32(a, y), zd_view_row_f32(b, y), 16 * WIDTH) == 0);
    }
    close_stage(&one);
    close_stage(&three);
}

static void one_pixel_and_one_row_are_frames_too(void)
{
    static const int sizes[][2] = { { 1, 1 }, { 7, 1 }, { 1, 5 }, { 2, 2 } };
    zd_context *ctx = zd_test_context(1);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        zd_clean_plate *plate;
        zd_image *light;
        zd_image *gray;
        REQUIRE_OK(zd_clean_plate_create(ctx, sizes[i][0], sizes[i][1], &plate, &err));
        REQUIRE_OK(zd_image_create(ctx, sizes[i][0], sizes[i][1], ZD_RGBA_F32, &light, &err));
        REQUIRE_OK(zd_image_create(ctx, sizes[i][0], sizes[i][1], ZD_GRAY_F32, &gray, &err));
        for (int y = 0; y < sizes[i][1]; y++) {
            for (int x = 0; x < sizes[i][0]; x++) {
                *gray_at(gray, x, y) = 1.0f;
                for (int c = 0; c < 4; c++) {
                    zd_view_row_f32(zd_image_view(light), y)[4 * x + c] = 0.25f;
                }
            }
        }
        zd_view made = zd_clean_plate_make(plate, zd_image_view(light), zd_image_view(gray),
                                           zd_image_view(gray), false);
        REQUIRE(zd_view_row_f32(made, 0)[0] == 0.25f);
        zd_image_unref(&light);
        zd_image_unref(&gray);
        zd_clean_plate_destroy(&plate);
    }
    zd_context_destroy(&ctx);
}

static void every_allocation_may_fail(void)
{
    bool done = false;
    for (long n = 1; !done && n < 64; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_clean_plate *plate = NULL;
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_clean_plate_create(ctx, 40, 30, &plate, &err);
        REQUIRE(status == ZD_OK || (status == ZD_ERR_NO_MEMORY && plate == NULL));
        done = status == ZD_OK;
        zd_clean_plate_destroy(&plate);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(done);
}

int main(void)
{
    RUN(nothing_of_the_subject_is_in_the_plate);
    RUN(the_layer_keeps_its_bits);
    RUN(what_the_matte_leaves_over_is_the_other_layer);
    RUN(a_wide_feather_keeps_its_own_pixels);
    RUN(a_frame_without_the_layer_stays);
    RUN(what_is_not_finite_does_not_spread);
    RUN(any_number_of_threads_gives_the_same_bits);
    RUN(one_pixel_and_one_row_are_frames_too);
    RUN(every_allocation_may_fail);
    return zd_test_finish();
}
