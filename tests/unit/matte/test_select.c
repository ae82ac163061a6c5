/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Boxes on a map of four layers; the layers' depths are known, so are the ranges. */

#include <math.h>

#include "matte/select.h"
#include "zd_test.h"

enum { W = 150, H = 70 };

static zd_error err;

/* Normalised depths of the layers, from left to right; a fifth of each is a slope of 0.02. */
static const float layers[] = { 0.1f, 0.35f, 0.6f, 0.9f };
static const int ends[] = { 45, 70, 110, 150 };

typedef struct bench {
    zd_context *ctx;
    zd_depth_map map;
    zd_depth_range range;
} bench;

static bench open_bench(zd_depth_kind kind)
{
    bench b = { .ctx = zd_test_context(1), .map = { .kind = kind } };
    b.range =
        kind == ZD_DEPTH_METRES ? (zd_depth_range){ 40.0f, 4.0f } : (zd_depth_range){ 3.0f, 11.0f };
    REQUIRE_OK(zd_image_create(b.ctx, W, H, ZD_GRAY_F32, &b.map.values, &err));
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int layer = 0;
            while (x >= ends[layer]) {
                layer++;
            }
            float depth = layers[layer] + 0.02f * (float) y / H;
            zd_view_row_f32(zd_image_view(b.map.values), y)[x] =
                y == 3 && x % 20 == 0 ? NAN : zd_depth_from_normalised(b.range, depth);
        }
    }
    return b;
}

static void close_bench(bench *b)
{
    zd_image_unref(&b->map.values);
    zd_context_destroy(&b->ctx);
}

/* A box inside a layer. */
static zd_selection on(int layer, bool subtract)
{
    float left = (float) (layer > 0 ? ends[layer - 1] : 0) / W;
    float right = (float) ends[layer] / W;
    return (zd_selection){ left + 0.3f * (right - left), 0.2f, 0.4f * (right - left), 0.6f,
                           subtract };
}

/* The range of boxes in normalised depth. */
static void select_boxes(zd_depth_kind kind, const zd_selection *boxes, int count, float out[2])
{
    bench b = open_bench(kind);
    for (int mode = 0; mode < 2; mode++) {
        zd_matte_params params = { .mode = (zd_matte_mode) mode, .feather = 0.5f };
        REQUIRE_OK(zd_select_range(&b.map, b.range, boxes, count, &params, &err));
        REQUIRE(params.mode == (zd_matte_mode) mode && params.feather == 0.5f);
        float in = params.depth_in;
        float near = params.depth_out;
        if (mode == ZD_MATTE_ABSOLUTE) {
            in = zd_depth_to_normalised(b.range, in);
            near = zd_depth_to_normalised(b.range, near);
            out[0] = in;
            out[1] = near;
        }
        /* Either mode says the same. */
        REQUIRE_NEAR(in, out[0], 1e-5);
        REQUIRE_NEAR(near, out[1], 1e-5);
    }
    close_bench(&b);
}

static void require_between(float value, double low, double high)
{
    if (!((double) value > low && (double) value < high)) {
        ZD_TEST_FAIL("%g is not between %g and %g", (double) value, low, high);
    }
}

/* The range holds the layer, and ends in the gap to the next: at its first empty depth. */
static void test_each_layer(void)
{
    static const double below[] = { -0.25, 0.1, 0.35, 0.6, 0.9 };
    for (int kind = 0; kind < 3; kind++) {
        for (int layer = 0; layer < 4; layer++) {
            float range[2];
            zd_selection box = on(layer, false);
            select_boxes((zd_depth_kind) kind, &box, 1, range);
            double depth = (double) layers[layer];
            require_between(range[0], below[layer] + (layer > 0 ? 0.03 : 0.0), depth);
            require_between(range[1], depth + 0.02, layer < 3 ? below[layer + 2] : 1.25);
            REQUIRE(range[1] - range[0] < 0.3f);
        }
    }
}

static void test_boxes_unite(void)
{
    float range[2];
    zd_selection boxes[] = { on(2, false), on(0, false) };
    select_boxes(ZD_DEPTH_METRES, boxes, 2, range);
    require_between(range[0], -0.25, 0.1);
    require_between(range[1], 0.62, 0.9);
}

/* Of [0.1, 0.92] a middle layer is cut off towards the side that loses less. */
static void test_a_box_subtracts(void)
{
    float range[2];
    for (int kind = 0; kind < 3; kind++) {
        zd_selection nearer[] = { on(0, false), on(3, false), on(2, true) };
        select_boxes((zd_depth_kind) kind, nearer, 3, range);
        require_between(range[0], -0.25, 0.1);
        require_between(range[1], 0.36, 0.6);
        zd_selection farther[] = { on(0, false), on(3, false), on(1, true) };
        select_boxes((zd_depth_kind) kind, farther, 3, range);
        require_between(range[0], 0.37, 0.6);
        require_between(range[1], 0.92, 1.25);
        zd_selection beyond[] = { on(2, false), on(0, true), on(3, true) };
        select_boxes((zd_depth_kind) kind, beyond, 3, range);
        require_between(range[0], 0.36, 0.6);
        require_between(range[1], 0.62, 0.9);
    }
}

/* A box over two layers means the one that fills it more; the frame's border cuts a box off. */
static void test_the_dominant_depth_counts(void)
{
    float range[2];
    zd_selection two = { (float) (ends[1] - 15) / W, 0.1f, 25.0f / W, 0.7f, false };
    select_boxes(ZD_DEPTH_NEARNESS, &two, 1, range);
    require_between(range[0], 0.12, 0.35);
    require_between(range[1], 0.37, 0.6);
    zd_selection corner = { 0.9f, 0.5f, 0.8f, 0.9f, false };
    select_boxes(ZD_DEPTH_NEARNESS, &corner, 1, range);
    require_between(range[0], 0.62, 0.91);
    zd_selection left = { -0.5f, -0.5f, 0.6f, 0.8f, false };
    select_boxes(ZD_DEPTH_NEARNESS, &left, 1, range);
    require_between(range[1], 0.12, 0.35);
}

static void test_boxes_that_cannot_be(void)
{
    bench b = open_bench(ZD_DEPTH_NEARNESS);
    zd_matte_params params = { .depth_in = 7.0f, .depth_out = 8.0f };
    static const zd_selection outside[] = {
        { 1.0f, 0.1f, 0.2f, 0.2f, false },  { 0.1f, 1.0f, 0.2f, 0.2f, false },
        { -0.2f, 0.1f, 0.2f, 0.2f, false }, { 0.1f, -0.2f, 0.2f, 0.2f, false },
        { 0.1f, 0.1f, 0.0f, 0.2f, false },  { 0.1f, 0.1f, 0.2f, -0.1f, false },
        { NAN, 0.1f, 0.2f, 0.2f, false }
    };
    for (int i = 0; i < 7; i++) {
        REQUIRE_INT(zd_select_range(&b.map, b.range, &outside[i], 1, &params, &err),
                    ZD_ERR_INVALID_ARGUMENT);
    }
    REQUIRE_FAILS(zd_select_range(&b.map, b.range, &outside[1], 1, &params, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the selection 0.1,1,0.2,0.2 lies outside the frame");
    zd_selection first = on(1, true);
    REQUIRE_FAILS(zd_select_range(&b.map, b.range, &first, 1, &params, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the first selection cannot take away: there is nothing yet");
    for (int x = 0; x < W; x++) {
        zd_view_row_f32(zd_image_view(b.map.values), 0)[x] = NAN;
    }
    zd_selection top = { 0.25f, 0.0f, 0.5f, 0.01f, false };
    REQUIRE_FAILS(zd_select_range(&b.map, b.range, &top, 1, &params, &err), ZD_ERR_UNSUPPORTED,
                  "the selection 0.25,0,0.5,0.01 holds no depths");
    REQUIRE(params.depth_in == 7.0f && params.depth_out == 8.0f); /* untouched */
    close_bench(&b);
}

/* A sloppy box: a sixth of it is the subject, a layer that is not the densest there. */
static void test_the_subject_in_a_box_is_its_object(void)
{
    bench b = open_bench(ZD_DEPTH_NEARNESS);
    zd_image *plane = NULL;
    zd_matte_params with = { .mode = ZD_MATTE_NORMALISED };
    zd_matte_params without = with;
    zd_selection box = { 0.05f, 0.1f, 0.4f, 0.8f, false }; /* layers 0.1 and 0.35 */
    zd_selection away = { 0.8f, 0.1f, 0.1f, 0.8f, false };
    REQUIRE_OK(zd_image_create(b.ctx, W / 2, H / 2, ZD_GRAY_F32, &plane, &err));
    zd_view view = zd_image_view(plane);
    for (int y = 0; y < H / 2; y++) {
        for (int x = 0; x < W / 2; x++) {
            zd_view_row_f32(view, y)[x] = x >= 25 && x < 34 ? 0.9f : 0.1f; /* of layer 0.35 */
        }
    }
    REQUIRE(zd_select_has_subject(view, box) && !zd_select_has_subject(view, away));
    box.subtract = true;
    REQUIRE(!zd_select_has_subject(view, box));
    box.subtract = false;
    REQUIRE_OK(zd_select_add(&b.map, b.range, box, NULL, &without, &err));
    REQUIRE_OK(zd_select_add(&b.map, b.range, box, &view, &with, &err));
    REQUIRE(without.depth_in < 0.1f && without.depth_out < 0.35f);
    REQUIRE(with.depth_in > 0.12f && with.depth_in < 0.35f && with.depth_out > 0.37f);
    zd_image_unref(&plane);
    zd_image_unref(&b.map.values);
    zd_context_destroy(&b.ctx);
}

/* Nine tenths of the subject in the box, moved by its weight; the rest of the box does not count. */
static void the_depth_that_a_subject_needs(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_depth_map map = { .kind = ZD_DEPTH_NEARNESS };
    zd_image *foreground = NULL;
    REQUIRE_OK(zd_image_create(ctx, 40, 30, ZD_GRAY_F32, &map.values, &err));
    REQUIRE_OK(zd_image_create(ctx, 40, 30, ZD_GRAY_F32, &foreground, &err));
    for (int i = 0; i < 40 * 30; i++) {
        bool subject = i % 40 < 20;
        zd_view_row_f32(zd_image_view(map.values), i / 40)[i % 40] = subject ? 5.0f : 2.5f;
        zd_view_row_f32(zd_image_view(foreground), i / 40)[i % 40] = subject ? 1.0f : 0.1f;
    }
    zd_selection box = { 0.25f, 0.2f, 0.5f, 0.5f, false };
    zd_view p = zd_image_view(foreground);
    float plain =
        zd_select_subject_depth(&map, (zd_depth_range){ 2.0f, 12.0f }, p, box, 0.0f, 0.5f);
    float moved =
        zd_select_subject_depth(&map, (zd_depth_range){ 2.0f, 12.0f }, p, box, 0.4f, 0.5f);
    REQUIRE(fabsf(plain - 5.0f) < 0.1f && plain <= 5.0f);
    REQUIRE(fabsf(moved - 9.0f) < 0.1f && moved <= 9.0f);
    zd_image_unref(&map.values);
    zd_image_unref(&foreground);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(test_each_layer);
    RUN(test_boxes_unite);
    RUN(test_a_box_subtracts);
    RUN(test_the_dominant_depth_counts);
    RUN(test_the_subject_in_a_box_is_its_object);
    RUN(test_boxes_that_cannot_be);
    RUN(the_depth_that_a_subject_needs);
    return zd_test_finish();
}
