/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Doubtful probabilities along even colours: laws, and a shirt that the network half knows. */

#include <math.h>

#include "depth/even_out.h"
#include "zd_test.h"

enum { W = 73, H = 47 };

static zd_error err;

typedef struct rig {
    zd_context *ctx;
    zd_image *probability;
    zd_image *rgb;
} rig;

static rig rig_open(void)
{
    rig r = { .ctx = zd_test_context(1) };
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_GRAY_F32, &r.probability, &err));
    REQUIRE_OK(zd_image_create(r.ctx, W, H, ZD_RGB_F32, &r.rgb, &err));
    return r;
}

static void rig_close(rig *r)
{
    zd_image_unref(&r->probability);
    zd_image_unref(&r->rgb);
    zd_context_destroy(&r->ctx);
}

static float *at(const rig *r, int x, int y)
{
    return zd_view_row_f32(zd_image_view(r->probability), y) + x;
}

static void set(const rig *r, int x, int y, float probability, float light)
{
    float *rgb = zd_view_row_f32(zd_image_view(r->rgb), y) + 3 * x;
    *at(r, x, y) = probability;
    rgb[0] = rgb[1] = rgb[2] = light;
}

static void run(const rig *r)
{
    REQUIRE_OK(zd_even_out(r->ctx, zd_image_view(r->probability), zd_image_view(r->rgb), &err));
}

/* A white shirt before a dark wall: sure at its sides, in doubt in its middle. */
static void doubt_takes_what_its_colour_is_elsewhere(void)
{
    rig r = rig_open();
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            bool shirt = x >= 15 && x < 58;
            bool doubt = x >= 30 && x < 43;
            set(&r, x, y, shirt ? (doubt ? 0.4f : 0.97f) : 0.02f, shirt ? 0.9f : 0.2f);
        }
    }
    run(&r);
    REQUIRE(*at(&r, 36, 20) > 0.8f);
    REQUIRE(*at(&r, 20, 20) > 0.95f);
    REQUIRE(*at(&r, 13, 20) < 0.05f); /* nothing crosses the edge */
    REQUIRE(*at(&r, 15, 20) > 0.93f);
    rig_close(&r);
}

static void draw_noise(const rig *r, unsigned long long seed, bool mirrored)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float p = zd_test_uniform(&seed);
            set(r, mirrored ? W - 1 - x : x, y, p, zd_test_uniform(&seed));
        }
    }
}

static void stays_within_and_keeps_what_is_even(void)
{
    rig r = rig_open();
    draw_noise(&r, 5, false);
    run(&r);
    for (int i = 0; i < W * H; i++) {
        REQUIRE(*at(&r, i % W, i / W) >= 0.0f && *at(&r, i % W, i / W) <= 1.0f);
    }
    for (int i = 0; i < W * H; i++) {
        set(&r, i % W, i / W, 0.37f, (float) (i % 7) * 0.1f);
    }
    run(&r);
    for (int i = 0; i < W * H; i++) {
        REQUIRE(fabsf(*at(&r, i % W, i / W) - 0.37f) < 1e-5f);
    }
    rig_close(&r);
}

/* What is certain stays as it is, to the bit at 0 and 1. */
static void certainty_stays(void)
{
    rig r = rig_open();
    draw_noise(&r, 9, false);
    *at(&r, 5, 6) = 1.0f;
    *at(&r, 7, 6) = 0.0f;
    run(&r);
    REQUIRE(fabsf(*at(&r, 5, 6) - 1.0f) < 1e-6f && fabsf(*at(&r, 7, 6)) < 1e-6f);
    rig_close(&r);
}

static void no_memory_is_said(void)
{
    zd_test_memory memory = { .fail_at = 1000 };
    zd_context *ctx = zd_test_context_failing(&memory);
    rig r = rig_open();
    memory.fail_at = memory.calls + 1;
    REQUIRE_FAILS(zd_even_out(ctx, zd_image_view(r.probability), zd_image_view(r.rgb), &err),
                  ZD_ERR_NO_MEMORY, "not enough memory for the foreground probability");
    rig_close(&r);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(doubt_takes_what_its_colour_is_elsewhere);
    RUN(stays_within_and_keeps_what_is_even);
    RUN(certainty_stays);
    RUN(no_memory_is_said);
    return zd_test_finish();
}
