/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures on planes: what must stay, what must be the same by another way, and what a plain sum gives. */

#include "image/warp.h"
#include "zd_test.h"

enum { W = 23, H = 17 };

static zd_error err;

static zd_image *random_picture(zd_context *ctx, unsigned long long seed)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGBA_F32, &image, &err));
    for (int y = 0; y < H; y++) {
        for (int i = 0; i < 4 * W; i++) {
            zd_view_row_f32(zd_image_view(image), y)[i] = zd_test_uniform(&seed);
        }
    }
    return image;
}

static zd_image *warped(zd_context *ctx, zd_placed_view from, zd_homography h, zd_rect roi)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, roi.x1 - roi.x0, roi.y1 - roi.y0, ZD_RGBA_F32, &image, &err));
    zd_warp(ctx, from, &h, roi, zd_image_view(image));
    return image;
}

static void moves_by_whole_pixels_exactly(void)
{
    zd_context *ctx = zd_test_context(2);
    zd_image *picture = random_picture(ctx, 5);
    zd_placed_view from = { zd_image_view(picture), 3, -2 };
    zd_rect roi = { 0, 0, 40, 30 };
    zd_image *out = warped(ctx, from, zd_homography_scaled(1.0, 1.0, 4.0, 7.0), roi);
    zd_rect lies = { 7, 5, 7 + W, 5 + H };
    static const float nothing[4] = { 0.0f };
    for (int y = 0; y < roi.y1; y++) {
        for (int x = 0; x < roi.x1; x++) {
            const float *pixel = zd_view_row_f32(zd_image_view(out), y) + 4 * x;
            bool is_in = x >= lies.x0 && x < lies.x1 && y >= lies.y0 && y < lies.y1;
            const float *want =
                is_in ? zd_view_row_f32(from.view, y - lies.y0) + 4 * (x - lies.x0) : nothing;
            REQUIRE_BYTES(pixel, want, 16);
        }
    }
    zd_image_unref(&out);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

static void a_part_has_the_bits_of_the_whole(void)
{
    zd_homography h = { { 1.3, 0.2, 4.0, -0.1, 0.9, 3.0, 0.004, -0.002, 1.0 } };
    zd_context *ctx = zd_test_context(1);
    zd_context *many = zd_test_context(4);
    zd_image *picture = random_picture(ctx, 9);
    zd_placed_view from = { zd_image_view(picture), 2, 1 };
    zd_rect all = { 0, 0, 48, 36 };
    zd_rect part = { 11, 5, 30, 33 };
    zd_image *whole = warped(ctx, from, h, all);
    zd_image *piece = warped(many, from, h, part);
    for (int y = part.y0; y < part.y1; y++) {
        REQUIRE_BYTES(zd_view_row_f32(zd_image_view(whole), y) + 4 * part.x0,
                      zd_view_row_f32(zd_image_view(piece), y - part.y0),
                      (size_t) (part.x1 - part.x0) * 16);
    }
    zd_image_unref(&whole);
    zd_image_unref(&piece);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
    zd_context_destroy(&many);
}

/* Halved: each pixel is the mean of the 2 by 2 samples, which lie on the pixels' middles. */
static void shrinks_by_the_mean(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *picture = random_picture(ctx, 3);
    zd_placed_view from = { zd_image_view(picture), 0, 0 };
    zd_image *out = warped(ctx, from, zd_homography_scaled(0.5, 0.5, 0.0, 0.0),
                           (zd_rect){ 0, 0, W / 2, H / 2 });
    for (int y = 0; y < H / 2; y++) {
        for (int i = 0; i < 4 * (W / 2); i++) {
            const float *a = zd_view_row_f32(from.view, 2 * y) + i / 4 * 8 + i % 4;
            const float *b = zd_view_row_f32(from.view, 2 * y + 1) + i / 4 * 8 + i % 4;
            double mean = 0.25 * ((double) a[0] + (double) a[4] + (double) b[0] + (double) b[4]);
            REQUIRE_NEAR(zd_view_row_f32(zd_image_view(out), y)[i], mean, 1e-6);
        }
    }
    zd_image_unref(&out);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

/* Light is neither made nor lost, at any size. */
static void keeps_the_sum_of_light(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *picture = random_picture(ctx, 21);
    zd_placed_view from = { zd_image_view(picture), -11, -8 };
    static const double scales[] = { 0.21, 0.5, 0.77, 1.0, 1.9 };
    double had = 0.0;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            had += (double) zd_view_row_f32(from.view, y)[4 * x + 3];
        }
    }
    for (int i = 0; i < 5; i++) {
        double s = scales[i];
        zd_homography h = { { s * 0.8, -s * 0.6, 31.3, s * 0.6, s * 0.8, 30.7, 0.0, 0.0, 1.0 } };
        zd_image *out = warped(ctx, from, h, (zd_rect){ 0, 0, 64, 64 });
        double sum = 0.0;
        for (int y = 0; y < 64; y++) {
            for (int x = 0; x < 64; x++) {
                sum += (double) zd_view_row_f32(zd_image_view(out), y)[4 * x + 3];
            }
        }
        REQUIRE_NEAR(sum / (had * s * s), 1.0, 0.02);
        zd_image_unref(&out);
    }
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

static void bounds_hold_all_that_shows(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *picture = random_picture(ctx, 2);
    zd_rect within = { 0, 0, 60, 50 };
    unsigned long long seed = 77;
    for (int round = 0; round < 40; round++) {
        zd_homography h = zd_homography_identity();
        for (int i = 0; i < 8; i++) {
            double r = (double) zd_test_uniform(&seed) - 0.5;
            h.m[i] += i % 3 == 2 ? 40.0 * r : i < 6 ? r : 0.02 * r;
        }
        zd_placed_view from = { zd_image_view(picture), round % 7 - 3, round % 5 };
        zd_rect bounds = zd_warp_bounds(from, &h, within);
        zd_image *out = warped(ctx, from, h, within);
        for (int y = 0; y < within.y1; y++) {
            for (int x = 0; x < within.x1; x++) {
                bool is_in = x >= bounds.x0 && x < bounds.x1 && y >= bounds.y0 && y < bounds.y1;
                REQUIRE(is_in || zd_view_row_f32(zd_image_view(out), y)[4 * x + 3] == 0.0f);
            }
        }
        zd_image_unref(&out);
    }
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

static void a_map_without_a_way_back_gives_nothing(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *picture = random_picture(ctx, 4);
    zd_placed_view from = { zd_image_view(picture), 0, 0 };
    zd_homography flat = { { 1.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 0.0, 1.0 } };
    zd_homography broken = zd_homography_scaled((double) NAN, 1.0, 0.0, 0.0);
    zd_homography behind = { { 1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, -1.0 } };
    const zd_homography *all[3] = { &flat, &broken, &behind };
    for (int i = 0; i < 3; i++) {
        zd_image *out = warped(ctx, from, *all[i], (zd_rect){ 0, 0, 9, 9 });
        for (int k = 0; k < 81 * 4; k++) {
            REQUIRE(zd_view_row_f32(zd_image_view(out), k / 36)[k % 36] == 0.0f);
        }
        zd_image_unref(&out);
    }
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
}

static void maps_and_their_ways_back(void)
{
    zd_homography h = { { 1.1, 0.2, 4.0, -0.1, 0.9, 3.0, 0.001, -0.002, 1.0 } };
    zd_homography back;
    double p[2];
    double q[2];
    REQUIRE(zd_homography_invert(h, &back));
    REQUIRE(zd_homography_apply(&h, 12.0, 34.0, p));
    REQUIRE_NEAR(p[0], (1.1 * 12.0 + 0.2 * 34.0 + 4.0) / (0.012 - 0.068 + 1.0), 1e-12);
    REQUIRE(zd_homography_apply(&back, p[0], p[1], q));
    REQUIRE_NEAR(q[0], 12.0, 1e-10);
    REQUIRE_NEAR(q[1], 34.0, 1e-10);
    zd_homography large = zd_homography_resize(h, 2.0, 3.0);
    REQUIRE(zd_homography_apply(&large, 24.0, 102.0, q));
    REQUIRE_NEAR(q[0], 2.0 * p[0], 1e-10);
    REQUIRE_NEAR(q[1], 3.0 * p[1], 1e-10);
    REQUIRE(!zd_homography_apply(&h, 0.0, 501.0, q)); /* behind the eye */
}

int main(void)
{
    RUN(moves_by_whole_pixels_exactly);
    RUN(a_part_has_the_bits_of_the_whole);
    RUN(shrinks_by_the_mean);
    RUN(keeps_the_sum_of_light);
    RUN(bounds_hold_all_that_shows);
    RUN(a_map_without_a_way_back_gives_nothing);
    RUN(maps_and_their_ways_back);
    return zd_test_finish();
}
