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

/* ---- a plain reference: E. S. L. Gastal, M. M. Oliveira, "Domain Transform for Edge-Aware Image and
 * Video Processing", 2011, recursive filtering of values and weights, in double ---- */

typedef struct plain {
    double value[H][W];
    double weight[H][W];
} plain;

static double feedback(const rig *r, int x0, int y0, int x1, int y1)
{
    const float *a = zd_view_row_f32(zd_image_view(r->rgb), y0) + 3 * x0;
    const float *b = zd_view_row_f32(zd_image_view(r->rgb), y1) + 3 * x1;
    double distance = 1.0;
    for (int c = 0; c < 3; c++) {
        distance += fabs((double) a[c] - (double) b[c]);
    }
    return pow(distance, -4.0);
}

static void pull(plain *f, int x, int y, int from_x, int from_y, double share)
{
    f->value[y][x] += share * (f->value[from_y][from_x] - f->value[y][x]);
    f->weight[y][x] += share * (f->weight[from_y][from_x] - f->weight[y][x]);
}

static void plain_even_out(const rig *r, double out[H][W])
{
    static plain f;
    for (int i = 0; i < W * H; i++) {
        double p = (double) *at(r, i % W, i / W);
        f.weight[i / W][i % W] = 0.02 + (2 * p - 1) * (2 * p - 1);
        f.value[i / W][i % W] = p * f.weight[i / W][i % W];
    }
    for (double reach = 0.18 * H; reach > 0.06 * H; reach /= 2) { /* two rounds */
        double keep = 1.0 - sqrt(2.0) / reach;
        for (int y = 0; y < H; y++) {
            for (int x = 1; x < W; x++) {
                pull(&f, x, y, x - 1, y, keep * feedback(r, x - 1, y, x, y));
            }
            for (int x = W - 2; x >= 0; x--) {
                pull(&f, x, y, x + 1, y, keep * feedback(r, x, y, x + 1, y));
            }
        }
        for (int x = 0; x < W; x++) {
            for (int y = 1; y < H; y++) {
                pull(&f, x, y, x, y - 1, keep * feedback(r, x, y - 1, x, y));
            }
            for (int y = H - 2; y >= 0; y--) {
                pull(&f, x, y, x, y + 1, keep * feedback(r, x, y, x, y + 1));
            }
        }
    }
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double p = (double) *at(r, x, y);
            double even = f.value[y][x] / f.weight[y][x];
            out[y][x] = even + (p - even) * (2 * p - 1) * (2 * p - 1);
        }
    }
}

static void equals_a_plain_reference(void)
{
    static double expected[H][W];
    rig r = rig_open();
    unsigned long long seed = 21;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *rgb = zd_view_row_f32(zd_image_view(r.rgb), y) + 3 * x;
            *at(&r, x, y) = zd_test_uniform(&seed);
            for (int c = 0; c < 3; c++) {
                rgb[c] = (float) ((x / 9 + y / 5 + c) % 3) * 0.4f + 0.05f * zd_test_uniform(&seed);
            }
        }
    }
    plain_even_out(&r, expected);
    run(&r);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            REQUIRE_NEAR(*at(&r, x, y), expected[y][x], 2e-5);
        }
    }
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
    RUN(equals_a_plain_reference);
    RUN(no_memory_is_said);
    return zd_test_finish();
}
