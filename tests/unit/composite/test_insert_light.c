/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Light wrap and contact shadows on drawn scenes, against Gaussians by hand. */

#include <math.h>

#include "composite/insert_light.h"
#include "image/image.h"
#include "zd_test.h"

enum { WIDTH = 243, HEIGHT = 160, EDGE = 120 };

static zd_error err;
static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

typedef struct scene {
    zd_context *ctx;
    zd_image *picture;
    zd_image *nearness;
    zd_image *matte;
    zd_image *insert;
    zd_image *lit;
    zd_image *air;
    zd_composite_light_scene scene;
} scene;

static float *pixel(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + view.format.channels * (ptrdiff_t) x;
}

/* A gray of 0.4 at the furthest, nothing before the insert, which is red, at 0.5, and left of EDGE. */
static scene scene_open(int threads)
{
    scene s = { .ctx = zd_test_context(threads) };
    zd_image **colours[] = { &s.picture, &s.insert, &s.lit, &s.air };
    for (int i = 0; i < 4; i++) {
        REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, colours[i], &err));
        zd_view_clear(zd_image_view(*colours[i]));
    }
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.nearness, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.matte, &err));
    zd_view_clear(zd_image_view(s.nearness));
    zd_view_clear(zd_image_view(s.matte));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float *p = pixel(s.picture, x, y);
            p[0] = p[1] = p[2] = 0.4f;
            p[3] = 1.0f;
            if (x < EDGE) {
                pixel(s.insert, x, y)[0] = pixel(s.insert, x, y)[3] = 1.0f;
            }
        }
    }
    s.scene = (zd_composite_light_scene){ .picture = zd_image_view(s.picture),
                                          .nearness = zd_image_view(s.nearness),
                                          .matte = zd_image_view(s.matte),
                                          .insert = { zd_image_view(s.insert), 0, 0 },
                                          .opacity = 1.0f,
                                          .blend = ZD_BLEND_NORMAL,
                                          .depth = 0.5f };
    return s;
}

static void scene_close(scene *s)
{
    zd_image **all[] = { &s->picture, &s->nearness, &s->matte, &s->insert, &s->lit, &s->air };
    for (int i = 0; i < 6; i++) {
        zd_image_unref(all[i]);
    }
    zd_context_destroy(&s->ctx);
}

static void make(const scene *s, zd_composite_light light, zd_rect roi)
{
    REQUIRE_OK(zd_composite_light_make(s->ctx, &light, &s->scene, roi, zd_image_view(s->lit),
                                       zd_image_view(s->air), &err));
}

static zd_composite_light soft(void)
{
    return (zd_composite_light){ .wrap_width = 0.05f,
                                 .shadow_softness = 0.05f,
                                 .shadow_reach = 0.2f,
                                 .shadow_direction = 0.0f };
}

/* What a Gaussian leaves of a step, at a distance from it in sigmas. */
static double step(double sigmas)
{
    return 0.5 * erfc(sigmas / sqrt(2.0));
}

/* The light behind, half of it at the edge and less inside by the Gaussian's law, on top of the insert. */
static void light_wraps_around_the_insert(void)
{
    scene s = scene_open(1);
    zd_composite_light light = soft();
    light.wrap = 0.8f;
    make(&s, light, whole);
    for (int inside = 0; inside < 40; inside++) {
        double spill = 0.8 * 0.4 * step((inside + 0.5) / (0.05 * HEIGHT));
        const float *p = pixel(s.lit, EDGE - 1 - inside, 70);
        REQUIRE_NEAR(p[0], 1.0 + spill, 0.01);
        REQUIRE_NEAR(p[1], spill, 0.01);
        REQUIRE_NEAR(p[3], 1.0, 0);
    }
    const float none[4] = { 0 };
    REQUIRE_BYTES(pixel(s.lit, EDGE, 70), none, 16);
    REQUIRE_BYTES(pixel(s.air, EDGE, 70), none, 16);
    for (int y = 0; y < HEIGHT; y++) { /* what is in front lights nothing behind it */
        for (int x = EDGE; x < WIDTH; x++) {
            *pixel(s.matte, x, y) = 1.0f;
        }
    }
    make(&s, light, whole);
    REQUIRE_BYTES(pixel(s.lit, EDGE - 1, 70), pixel(s.insert, EDGE - 1, 70), 16);
    scene_close(&s);
}

/* A red insert behind a thing whose edge is at EDGE: red runs over the edge, and no green is taken away. */
static void light_wraps_around_the_front(void)
{
    scene s = scene_open(1);
    zd_composite_light light = soft();
    light.wrap_front = 0.5f;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *pixel(s.matte, x, y) = x < EDGE ? 0.0f : 1.0f;
            pixel(s.insert, x, y)[0] = pixel(s.insert, x, y)[3] = 1.0f;
        }
    }
    make(&s, light, whole);
    for (int inside = 0; inside < 30; inside++) {
        const float *p = pixel(s.air, EDGE + inside, 70);
        REQUIRE_NEAR(p[0], 0.5 * (1.0 - 0.4) * step((inside + 0.5) / (0.05 * HEIGHT)), 0.006);
        REQUIRE(p[1] == 0.0f && p[2] == 0.0f && p[3] == 0.0f);
    }
    REQUIRE(pixel(s.air, EDGE - 1, 70)[0] == 0.0f);
    REQUIRE_BYTES(pixel(s.lit, 30, 70), pixel(s.insert, 30, 70), 16);
    scene_close(&s);
}

/* The shadow on footage at the insert's own depth lies at the edge and is a third as soft; at half the reach it falls
 * half the length aside and half remains; at the reach, and a quarter of it before the insert, there is none. */
static void shadows_fall_by_depth(void)
{
    scene s = scene_open(1);
    zd_composite_light light = soft();
    light.shadow = 0.9f;
    light.shadow_length = 0.2f; /* 32 pixels */
    const struct {
        float nearness;
        double aside;
        double sigma;
        double dark;
    } grounds[] = { { 0.5f, 0.0, 0.3, 0.9 },    { 0.45f, 8.0, 0.5, 0.675 },
                    { 0.4f, 16.0, 0.75, 0.45 }, { 0.35f, 24.0, 1.0, 0.225 },
                    { 0.3f, 0.0, 1.0, 0.0 },    { 0.551f, 0.0, 1.0, 0.0 },
                    { 0.525f, 0.0, 0.3, 0.45 } };
    for (size_t i = 0; i < sizeof grounds / sizeof *grounds; i++) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                *pixel(s.nearness, x, y) = grounds[i].nearness;
            }
        }
        make(&s, light, whole);
        for (int x = EDGE - 10; x < EDGE + 60; x++) {
            double at = x + 0.5 - EDGE - grounds[i].aside;
            double dark = grounds[i].dark * step(at / (grounds[i].sigma * 0.05 * HEIGHT));
            REQUIRE_NEAR(pixel(s.air, x, 50)[3], dark, 0.02);
            REQUIRE(pixel(s.air, x, 50)[0] == 0.0f);
        }
        REQUIRE_BYTES(pixel(s.lit, 30, 50), pixel(s.insert, 30, 50), 16);
    }
    scene_close(&s);
}

/* Something stands before the insert above row 60, and throws its shadow down on it. */
static void what_stands_before_throws_shadows(void)
{
    scene s = scene_open(1);
    zd_composite_light light = soft();
    light.shadow_front = 0.8f;
    light.shadow_length = 0.2f;
    light.shadow_direction = 90.0f;
    const struct {
        float nearness;
        double aside;
        double sigma;
        double dark;
    } things[] = { { 0.6f, 16.0, 0.75, 0.4 }, { 0.71f, 0.0, 1.0, 0.0 }, { 0.45f, 0.0, 1.0, 0.0 } };
    for (size_t i = 0; i < sizeof things / sizeof *things; i++) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                *pixel(s.matte, x, y) = y < 60 ? 1.0f : 0.0f;
                *pixel(s.nearness, x, y) = y < 60 ? things[i].nearness : 0.0f;
            }
        }
        make(&s, light, whole);
        for (int y = 61; y < 110; y++) {
            double at = y + 0.5 - 60.0 - things[i].aside;
            double dark = things[i].dark * step(at / (things[i].sigma * 0.05 * HEIGHT));
            REQUIRE_NEAR(pixel(s.lit, 50, y)[0], 1.0 - dark, 0.02);
            REQUIRE(pixel(s.lit, 50, y)[3] == 1.0f && pixel(s.air, 50, y)[3] == 0.0f);
        }
    }
    scene_close(&s);
}

/* All at once in an uneven scene, with an insert that leaves the frame, and numbers that are none. */
static scene uneven(int threads)
{
    unsigned long long seed = 3;
    scene s = scene_open(threads);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            pixel(s.picture, x, y)[1] = zd_test_uniform(&seed);
            *pixel(s.nearness, x, y) = 0.3f + 0.004f * (float) y;
            *pixel(s.matte, x, y) = x + y > 200 ? 1.0f : 0.0f;
        }
    }
    pixel(s.picture, 100, 70)[0] = NAN;
    pixel(s.insert, 90, 60)[2] = INFINITY;
    *pixel(s.matte, 80, 80) = NAN;
    *pixel(s.nearness, 110, 90) = NAN;
    s.scene.insert.x = -20;
    s.scene.insert.y = 13;
    s.scene.opacity = 0.7f;
    return s;
}

static const zd_composite_light all = { .wrap = 1.0f,
                                        .wrap_front = 0.7f,
                                        .wrap_width = 0.03f,
                                        .shadow = 0.8f,
                                        .shadow_front = 0.6f,
                                        .shadow_softness = 0.04f,
                                        .shadow_direction = 35.0f,
                                        .shadow_length = 0.1f,
                                        .shadow_reach = 0.3f };

static void tiles_and_threads_equal_the_whole(void)
{
    scene a = uneven(1);
    scene b = uneven(4);
    make(&a, all, whole);
    for (int y = 0; y < HEIGHT; y += 47) {
        for (int x = 0; x < WIDTH; x += 61) {
            make(&b, all, zd_rect_intersect((zd_rect){ x, y, x + 61, y + 47 }, whole));
        }
    }
    zd_rect own = zd_rect_intersect(zd_placed_rect(a.scene.insert), whole);
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(pixel(a.air, 0, y), pixel(b.air, 0, y), WIDTH * 16);
        for (int x = 0; x < WIDTH; x++) {
            const float *air = pixel(a.air, x, y);
            bool bad = x == 90 - 20 && y == 60 + 13;
            REQUIRE(isfinite(air[0] + air[1] + air[2]) && air[3] >= 0.0f && air[3] <= 0.8f);
            REQUIRE(bad || isfinite(pixel(a.lit, x, y)[2]));
        }
        if (y >= own.y0) {
            REQUIRE_BYTES(pixel(a.lit, own.x0, y), pixel(b.lit, own.x0, y),
                          (size_t) (own.x1 - own.x0) * 16);
        }
    }
    scene_close(&a);
    scene_close(&b);
}

/* Nothing of the air lies beyond the margin, but for what is less than a 2000th. */
static void the_margin_holds_all(void)
{
    scene s = scene_open(1);
    zd_composite_light light = all;
    light.shadow_direction = -45.0f;
    zd_rect small = { 0, 0, 30, 20 };
    s.scene.insert = (zd_placed_view){ zd_view_crop(zd_image_view(s.insert), small), 150, 90 };
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *pixel(s.nearness, x, y) = x % 2 == 0 ? 0.5f : 0.35f;
            *pixel(s.matte, x, y) = y > 95 ? 1.0f : 0.0f;
        }
    }
    make(&s, light, whole);
    int margin = zd_composite_light_margin(&light, HEIGHT);
    int shaded = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool inside =
                x >= 150 - margin && x < 180 + margin && y >= 90 - margin && y < 110 + margin;
            const float *air = pixel(s.air, x, y);
            shaded += air[3] > 0.05f;
            REQUIRE(inside || (air[3] < 0.0005f && air[0] < 0.0005f));
        }
    }
    REQUIRE(shaded > 500);
    REQUIRE(!zd_composite_light_is_on(
        &(zd_composite_light){ .wrap_width = 0.1f, .shadow_reach = 0.1f }));
    REQUIRE(zd_composite_light_is_on(&(zd_composite_light){ .shadow_front = 0.1f }));
    scene_close(&s);
}

/* Four deviations around, the way of a shadow that falls, and four pixels more; numbers of what is off do not
 * count. */
static void the_margin_is_counted(void)
{
    static const struct {
        zd_composite_light light;
        int margin; /* in a frame of 200 rows */
    } cases[] = {
        { { .wrap = 1.0f, .wrap_width = 0.1f }, 4 },
        { { .wrap_front = 0.1f, .wrap_width = 0.011f }, 9 + 4 },
        { { .wrap_width = 0.1f, .shadow_length = 0.5f, .shadow_softness = 0.1f }, 4 },
        { { .shadow = 0.1f, .shadow_length = 0.1f, .shadow_softness = 0.011f }, 29 + 4 },
        { { .shadow_front = 1.0f, .shadow_length = 0.5f }, 4 },
        { { .wrap_front = 1.0f, .wrap_width = 0.051f, .shadow = 1.0f, .shadow_length = 0.1f },
          41 + 4 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        REQUIRE_INT(zd_composite_light_margin(&cases[i].light, 200), cases[i].margin);
    }
}

static void memory_may_fail(void)
{
    scene s = uneven(1);
    for (int nth = 1; nth <= 4; nth++) {
        zd_test_memory memory = { 0 };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_composite_light light = all;
        light.shadow = nth == 1 ? 0.5f : 0.0f; /* each asks for its own first */
        light.wrap_front = nth == 2 ? 0.5f : 0.0f;
        light.shadow_front = nth == 3 ? 0.5f : 0.0f;
        light.wrap = nth == 4 ? 0.5f : 0.0f;
        memory.fail_at = memory.calls + 1;
        REQUIRE_FAILS(zd_composite_light_make(ctx, &light, &s.scene, whole, zd_image_view(s.lit),
                                              zd_image_view(s.air), &err),
                      ZD_ERR_NO_MEMORY, "not enough memory for the insert's light");
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    scene_close(&s);
}

int main(void)
{
    RUN(light_wraps_around_the_insert);
    RUN(light_wraps_around_the_front);
    RUN(shadows_fall_by_depth);
    RUN(what_stands_before_throws_shadows);
    RUN(tiles_and_threads_equal_the_whole);
    RUN(the_margin_holds_all);
    RUN(the_margin_is_counted);
    RUN(memory_may_fail);
    return zd_test_finish();
}
