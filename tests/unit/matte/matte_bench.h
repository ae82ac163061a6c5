/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TEST_MATTE_BENCH_H
#define ZD_TEST_MATTE_BENCH_H

/* A small drawn scene of odd size with its matte, for the tests of the matte's laws. */

#include "../quality/scene.h"
#include "matte/matte.h"

enum { W = 333, H = 211 };

static zd_error err;

typedef struct bench {
    zd_context *ctx;
    scene s;
    zd_view guide;
    zd_view probability;
    zd_image *probability_image;
    zd_matte *matte;
    zd_image *out;
} bench;

static inline bench open_bench(int threads, scene_kind kind)
{
    bench b = { .ctx = zd_test_context(threads) };
    b.s = scene_create(b.ctx, kind, W, H);
    b.guide = zd_image_view(b.s.display);
    zd_view map = zd_image_view(b.s.map.values);
    b.probability_image = scene_image(b.ctx, map.width, map.height, 1);
    b.probability = zd_image_view(b.probability_image);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            zd_view_row_f32(b.probability, y)[x] = zd_view_row_f32(map, y)[x] > 4.0f ? 0.9f : 0.1f;
        }
    }
    zd_matte_size size = { W, H, map.width, map.height };
    REQUIRE_OK(zd_matte_create(b.ctx, &size, &b.matte, &err));
    b.out = scene_image(b.ctx, W, H, 1);
    return b;
}

static inline void close_bench(bench *b)
{
    zd_image_unref(&b->out);
    zd_image_unref(&b->probability_image);
    zd_matte_destroy(&b->matte);
    scene_destroy(&b->s);
    zd_context_destroy(&b->ctx);
}

static inline void prepare(bench *b, bool guided, bool with_probability)
{
    zd_matte_frame frame = { .map = &b->s.map, .range = scene_range() };
    frame.guide = guided ? &b->guide : NULL;
    frame.foreground = with_probability ? &b->probability : NULL;
    REQUIRE_OK(zd_matte_prepare(b->matte, &frame, &err));
}

static inline void render(bench *b, const zd_matte_params *params, zd_image *out)
{
    REQUIRE_OK(
        zd_matte_render(b->matte, params, (zd_rect){ 0, 0, W, H }, zd_image_view(out), &err));
}

static inline const float *row_of(zd_image *image, int y)
{
    return zd_view_row_f32(zd_image_view(image), y);
}

#endif
