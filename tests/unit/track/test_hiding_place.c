/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Titles that come out from behind someone: where they wait, and the way from there. */

#include "track/hiding_place.h"
#include "zd_test.h"

enum { W = 120, H = 70 };

static zd_error err;
static const double aspect = (double) W / H;
static const zd_hiding_box small_box = { 0.46, 0.10, 0.54, 0.20 };
static const zd_hiding_box wide_box = { 0.10, 0.10, 0.90, 0.30 };

/* Someone in the middle, from a third of the height to the bottom. */
static zd_image *draw(zd_context *ctx)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &image, &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool is_in = x >= 48 && x < 72 && y >= 24;
            zd_view_row_f32(zd_image_view(image), y)[x] = is_in ? 1.0f : 0.0f;
        }
    }
    return image;
}

static void rises_from_behind_the_subject(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *cover = draw(ctx);
    zd_hiding_place p =
        zd_hiding_place_find(zd_image_view(cover), small_box, ZD_HIDING_RISE, aspect);
    REQUIRE(p.hidden >= 0.97);
    REQUIRE_NEAR(p.x, 0.0, 0.0);
    REQUIRE_NEAR(p.y, 24.0 / 70.0 - 0.10, 0.03); /* no lower than it must */
    p = zd_hiding_place_find(zd_image_view(cover), small_box, ZD_HIDING_SLIDE_LEFT, aspect);
    REQUIRE(p.x > 0.4); /* nobody beside it: from outside the frame */
    zd_hiding_box beside = { 0.70, 0.60, 0.80, 0.70 };
    p = zd_hiding_place_find(zd_image_view(cover), beside, ZD_HIDING_SLIDE_RIGHT, aspect);
    REQUIRE(p.hidden >= 0.97);
    REQUIRE_NEAR(p.x, -0.20, 0.03);
    zd_image_unref(&cover);
    zd_context_destroy(&ctx);
}

static void grows_from_its_middle(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *cover = draw(ctx);
    zd_hiding_place p =
        zd_hiding_place_find(zd_image_view(cover), wide_box, ZD_HIDING_GROW, aspect);
    double x = 0.5 * (wide_box.x0 + wide_box.x1) + p.x;
    double y = 0.5 * (wide_box.y0 + wide_box.y1) + p.y;
    double half = 0.5 * p.scale * hypot((wide_box.x1 - wide_box.x0) * aspect, 0.2);
    REQUIRE_NEAR(x, 0.5, 0.03);
    REQUIRE(y - half > 24.0 / 70.0 - 0.03);
    REQUIRE(half < 12.0 / 70.0 + 0.02 && half > 8.0 / 70.0);
    zd_view_clear(zd_image_view(cover));
    p = zd_hiding_place_find(zd_image_view(cover), wide_box, ZD_HIDING_GROW, aspect);
    REQUIRE_NEAR(p.hidden, 0.0, 0.0);
    REQUIRE_NEAR(zd_hiding_place_opacity(&p, 0.0), 0.0, 0.0);
    zd_image_unref(&cover);
    zd_context_destroy(&ctx);
}

static void the_way_ends_at_its_place(void)
{
    zd_hiding_place p = { 0.2, -0.3, 0.25, 1.0 };
    zd_homography same = zd_homography_identity();
    zd_homography h = zd_hiding_place_way(&p, wide_box, 1.0);
    double at[2];
    for (int i = 0; i < 9; i++) {
        REQUIRE_NEAR(h.m[i], same.m[i], 1e-12);
    }
    h = zd_hiding_place_way(&p, wide_box, 0.0);
    REQUIRE(zd_homography_apply(&h, 0.5, 0.2, at));
    REQUIRE_NEAR(at[0], 0.7, 1e-12);
    REQUIRE_NEAR(at[1], -0.1, 1e-12);
    REQUIRE(zd_homography_apply(&h, 0.9, 0.2, at));
    REQUIRE_NEAR(at[0], 0.8, 1e-12);
    double before = -1.0;
    for (int i = 0; i <= 20; i++) {
        h = zd_hiding_place_way(&p, wide_box, 0.05 * i);
        REQUIRE(zd_homography_apply(&h, 0.5, 0.2, at));
        REQUIRE(at[1] > before);
        before = at[1];
    }
    REQUIRE_NEAR(zd_hiding_place_opacity(&p, 0.0), 1.0, 0.0);
    p.hidden = 0.5;
    REQUIRE_NEAR(zd_hiding_place_opacity(&p, 0.0), 0.0, 0.0);
    REQUIRE_NEAR(zd_hiding_place_opacity(&p, 0.5), 1.0, 0.0);
}

static void nothing_is_its_place(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *cover = draw(ctx);
    zd_hiding_place p =
        zd_hiding_place_find(zd_image_view(cover), wide_box, ZD_HIDING_NONE, aspect);
    REQUIRE(p.x == 0.0 && p.y == 0.0 && p.scale == 1.0);
    zd_image_unref(&cover);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(rises_from_behind_the_subject);
    RUN(grows_from_its_middle);
    RUN(the_way_ends_at_its_place);
    RUN(nothing_is_its_place);
    return zd_test_finish();
}
