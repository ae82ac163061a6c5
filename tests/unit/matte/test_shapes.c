/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shapes by hand: what they cover, by numbers known beforehand, and what their text may say. */

#include <math.h>

#include "matte/matte.h"
#include "matte/shapes.h"
#include "zd_test.h"

enum { W = 80, H = 50 };

#define EXPECTED                                                                                  \
    "; write garbage or holdout, then three points X,Y or more in fractions of the frame, as in " \
    "'garbage 0.1,0.2 0.4,0.2 0.4,0.9'"

static zd_error err;

typedef struct rig {
    zd_context *ctx;
    zd_image *raise;
    zd_image *cap;
} rig;

static void clear(const rig *r)
{
    for (int i = 0; i < W * H; i++) {
        zd_view_row_f32(zd_image_view(r->raise), i / W)[i % W] = 0.0f;
        zd_view_row_f32(zd_image_view(r->cap), i / W)[i % W] = 1.0f;
    }
}

static rig rig_open(void)
{
    rig r = { .ctx = zd_test_context(2) };
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_GRAY_F32, &r.raise, &err));
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_GRAY_F32, &r.cap, &err));
    clear(&r);
    return r;
}

static void rig_close(rig *r)
{
    zd_image_unref(&r->raise);
    zd_image_unref(&r->cap);
    zd_context_destroy(&r->ctx);
}

static void draw(const rig *r, const char *text, double time_s)
{
    zd_shapes *shapes = NULL;
    clear(r);
    REQUIRE_OK(zd_shapes_parse(r->ctx, text, &shapes, &err));
    zd_shapes_draw(r->ctx, shapes, time_s, zd_image_view(r->raise), zd_image_view(r->cap));
    zd_shapes_destroy(&shapes);
}

static double sum(zd_image *image)
{
    double total = 0.0;
    for (int i = 0; i < W * H; i++) {
        total += (double) zd_view_row_f32(zd_image_view(image), i / W)[i % W];
    }
    return total;
}

static float at(zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y)[x];
}

static void a_rectangle_covers_its_pixels(void)
{
    rig r = rig_open();
    draw(&r, "holdout 0.25,0.2 0.75,0.2 0.75,0.6 0.25,0.6", 0.0); /* 20..60, 10..30 */
    REQUIRE(fabs(sum(r.raise) - 40.0 * 20.0) < 2.0);
    REQUIRE(sum(r.cap) == (double) (W * H));
    REQUIRE(at(r.raise, 20, 10) > 0.9f && at(r.raise, 19, 10) < 0.1f);
    REQUIRE(at(r.raise, 59, 29) > 0.9f && at(r.raise, 60, 29) < 0.1f);
    draw(&r, "garbage 0.25,0.2 0.75,0.2 0.75,0.6 0.25,0.6", 7.0);
    REQUIRE(sum(r.raise) == 0.0);
    REQUIRE(fabs(sum(r.cap) - (W * H - 800.0)) < 2.0);
    rig_close(&r);
}

/* A shape that crosses itself is empty where it lies twice; one may leave the frame. */
static void crossings_and_the_frames_edge(void)
{
    rig r = rig_open();
    draw(&r,
         "holdout 0.2,0.2 0.8,0.2 0.8,0.8 0.2,0.8 0.2,0.2 0.4,0.4 0.4,0.6 0.6,0.6 0.6,0.4 0.4,0.4",
         0.0);
    REQUIRE(at(r.raise, 40, 25) == 0.0f && at(r.raise, 24, 25) == 1.0f);
    draw(&r, "holdout -5,-5 0.5,-5 0.5,5 -5,5", 0.0);
    REQUIRE(fabs(sum(r.raise) - 40.0 * H) < 2.0);
    draw(&r, "holdout 2,2 3,2 3,3", 0.0);
    REQUIRE(sum(r.raise) == 0.0);
    rig_close(&r);
}

static void feather_is_as_wide_as_it_says(void)
{
    rig r = rig_open();
    draw(&r, "holdout feather 20 0.5,-1 2,-1 2,2 0.5,2", 0.0); /* ten pixels about x = 40 */
    for (int x = 30; x < 50; x++) {
        float expected = fminf(fmaxf(((float) x + 0.5f - 40.0f) / 10.0f + 0.5f, 0.0f), 1.0f);
        REQUIRE(fabsf(at(r.raise, x, 25) - expected) < 1e-4f);
    }
    rig_close(&r);
}

static void keys_move_points_evenly(void)
{
    const char *text = "holdout @1 0,0 0.1,0 0.1,1 0,1 @3 0.5,0 0.6,0 0.6,1 0.5,1";
    rig r = rig_open();
    draw(&r, text, 0.0);
    REQUIRE(at(r.raise, 4, 25) == 1.0f && at(r.raise, 24, 25) == 0.0f);
    draw(&r, text, 2.0);
    REQUIRE(at(r.raise, 24, 25) == 1.0f && at(r.raise, 4, 25) == 0.0f);
    draw(&r, text, 9.0);
    REQUIRE(at(r.raise, 44, 25) == 1.0f);
    zd_shapes *shapes = NULL;
    REQUIRE_OK(zd_shapes_parse(r.ctx, text, &shapes, &err));
    REQUIRE(!zd_shapes_are_still(shapes) && zd_shapes_count(shapes, true) == 1 &&
            zd_shapes_count(shapes, false) == 0);
    zd_shapes_destroy(&shapes);
    rig_close(&r);
}

static void bad_texts_are_told(void)
{
    static const char *const texts[][2] = {
        { "", "shape '': its kind is missing" EXPECTED },
        { "circle 0,0", "shape 'circle 0,0': its kind is missing" EXPECTED },
        { "garbage 0,0 1,1", "shape 'garbage 0,0 1,1': fewer than three points" EXPECTED },
        { "garbage 0,0 1,1 x", "shape 'garbage 0,0 1,1 x': a point is no X,Y" EXPECTED },
        { "garbage 0,0 1,1 nan,0", "shape 'garbage 0,0 1,1 nan,0': a point is no X,Y" EXPECTED },
        { "garbage 0,0 1,1 11,0", "shape 'garbage 0,0 1,1 11,0': a point is no X,Y" EXPECTED },
        { "garbage feather 21 0,0 1,1 1,0",
          "shape 'garbage feather 21 0,0 1,1 1,0': after feather comes 0 to 20 percent of the "
          "height" EXPECTED },
        { "garbage @-1 0,0 1,1 1,0",
          "shape 'garbage @-1 0,0 1,1 1,0': after @ comes a time in seconds" EXPECTED },
        { "garbage @1 0,0 1,1 1,0 @1 0,0 1,1 1,0",
          "shape 'garbage @1 0,0 1,1 1,0 @1 0,0 1,1 1,0': times of keys must rise" EXPECTED },
        { "garbage @1 0,0 1,1 1,0 @2 0,0 1,1 1,0 2,2",
          "shape 'garbage @1 0,0 1,1 1,0 @2 0,0 1,1 1,0 2,': its keys differ in points" EXPECTED },
        { "garbage 0,0 1,1 1,0;", "shape 'garbage 0,0 1,1 1,0;': its kind is missing" EXPECTED },
    };
    rig r = rig_open();
    zd_shapes *shapes = NULL;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        REQUIRE_FAILS(zd_shapes_parse(r.ctx, texts[i][0], &shapes, &err), ZD_ERR_INVALID_ARGUMENT,
                      texts[i][1]);
        REQUIRE(shapes == NULL);
    }
    rig_close(&r);
}

static void every_allocation_may_fail(void)
{
    for (int i = 1;; i++) {
        zd_test_memory memory = { .fail_at = 1000000 };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_shapes *shapes = NULL;
        memory.fail_at = memory.calls + i;
        zd_status status = zd_shapes_parse(
            ctx, "garbage 0,0 1,1 1,0; holdout @0 0,0 1,1 1,0 @1 0,0 1,1 1,0", &shapes, &err);
        zd_shapes_destroy(&shapes);
        zd_context_destroy(&ctx);
        REQUIRE(memory.alive == 0);
        if (status == ZD_OK) {
            REQUIRE(i > 6);
            return;
        }
        REQUIRE(status == ZD_ERR_NO_MEMORY);
    }
}

/* min(max(matte, raise), cap), then inverted; a tile is the part of the whole. */
static void a_matte_is_mended(void)
{
    rig r = rig_open();
    zd_image *map = NULL;
    zd_image *whole = NULL;
    zd_image *tile = NULL;
    zd_matte *matte = NULL;
    zd_matte_size size = { W, H, W, H };
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = 2.0f, .feather = 1.5f };
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_GRAY_F32, &map, &err));
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_GRAY_F32, &whole, &err));
    REQUIRE_OK(zd_image_create(r.ctx, 17, 11, ZD_GRAY_F32, &tile, &err));
    for (int i = 0; i < W * H; i++) {
        zd_view_row_f32(zd_image_view(map), i / W)[i % W] = (float) (i % W) / W;
    }
    draw(&r, "holdout feather 3 0.1,0.1 0.3,0.1 0.3,0.6 0.1,0.6; garbage 0.2,0.4 0.9,0.4 0.9,0.7",
         0.0);
    zd_depth_map depth = { .values = map, .kind = ZD_DEPTH_NEARNESS };
    zd_matte_frame frame = { .map = &depth, .range = { 0.0f, 1.0f } };
    zd_view raise = zd_image_view(r.raise);
    zd_view cap = zd_image_view(r.cap);
    REQUIRE_OK(zd_matte_create(r.ctx, &size, &matte, &err));
    REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
    for (int inverted = 0; inverted < 2; inverted++) {
        params.invert = inverted == 1;
        zd_matte_set_hand(matte, NULL, NULL);
        zd_rect all = { 0, 0, W, H };
        REQUIRE_OK(zd_matte_render(matte, &params, all, zd_image_view(whole), &err));
        zd_matte_set_hand(matte, &raise, &cap);
        zd_rect part = { 13, 15, 30, 26 };
        REQUIRE_OK(zd_matte_render(matte, &params, part, zd_image_view(tile), &err));
        for (int y = part.y0; y < part.y1; y++) {
            for (int x = part.x0; x < part.x1; x++) {
                float m = at(whole, x, y);
                m = inverted ? 1.0f - m : m;
                m = fminf(fmaxf(m, at(r.raise, x, y)), at(r.cap, x, y));
                m = inverted ? 1.0f - m : m;
                REQUIRE(at(tile, x - part.x0, y - part.y0) == m);
            }
        }
    }
    zd_matte_destroy(&matte);
    zd_image_unref(&map);
    zd_image_unref(&whole);
    zd_image_unref(&tile);
    rig_close(&r);
}

int main(void)
{
    RUN(a_rectangle_covers_its_pixels);
    RUN(crossings_and_the_frames_edge);
    RUN(feather_is_as_wide_as_it_says);
    RUN(keys_move_points_evenly);
    RUN(bad_texts_are_told);
    RUN(every_allocation_may_fail);
    RUN(a_matte_is_mended);
    return zd_test_finish();
}
