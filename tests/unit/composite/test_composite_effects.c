/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What holds for every built-in effect, and for each of them. */

#include "composite/effects/fog.h"
#include "composite/effects/grade.h"
#include "composite/effects/lens_blur.h"
#include "composite/effects/paint.h"
#include "composite_pictures.h"

enum { WIDTH = 200, HEIGHT = 150, EFFECTS = 5 };

static zd_error err;
static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

/* A near disc in focus over a far background, and a nearer bar. */
static float scene_nearness(int x, int y)
{
    float dx = (float) (x - 90);
    float dy = (float) (y - 75);
    if (x > 150 && x < 170) {
        return 1.0f;
    }
    return dx * dx + dy * dy < 900.0f ? 0.6f : 0.1f + 0.001f * (float) y;
}

static pictures scene_open(int threads)
{
    unsigned long long seed = 3;
    pictures s;
    pictures_open(&s, threads, WIDTH, HEIGHT);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float *p = zd_view_row_f32(zd_image_view(s.picture), y) + 4 * x;
            p[0] = 0.2f + 0.6f * zd_test_uniform(&seed);
            p[1] = (float) x / WIDTH;
            p[2] = (float) y / HEIGHT;
            p[3] = 1.0f;
            zd_view_row_f32(zd_image_view(s.nearness), y)[x] = scene_nearness(x, y);
            zd_view_row_f32(zd_image_view(s.matte), y)[x] = x < 40 ? 0.0f : 1.0f;
        }
    }
    return s;
}

static zd_status apply(zd_context *ctx, int effect, const zd_effect_io *io)
{
    zd_fog fog = { { 0.7f, 0.8f, 0.9f }, 1.5f, 0.9f, 1.3f };
    zd_grade grade = zd_grade_neutral();
    zd_lens_blur blur = { .focus = 0.6f, .range = 0.05f, .radius = 0.05f };
    zd_paint paint = { 0.04f, 8.0f, 5.0f };
    grade.exposure = 0.5f;
    grade.lift[0] = 0.1f;
    grade.gamma[1] = 1.3f;
    grade.gain[2] = 0.8f;
    grade.saturation = 1.4f;
    switch (effect) {
    case 0:
        return zd_fog_apply(ctx, &fog, io, &err);
    case 1:
        return zd_grade_apply(ctx, &grade, io, &err);
    case 2:
        return zd_paint_apply(ctx, &paint, io, &err);
    case 3:
        blur.blades = 6.0f;
        return zd_lens_blur_apply(ctx, &blur, io, &err);
    default:
        return zd_lens_blur_apply(ctx, &blur, io, &err);
    }
}

static void require_same(zd_image *a, zd_image *b)
{
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(pictures_at(a, 0, y), pictures_at(b, 0, y), WIDTH * 16);
    }
}

static void tiles_and_threads_equal_the_whole(void)
{
    for (int effect = 0; effect < EFFECTS; effect++) {
        pictures a = scene_open(1);
        pictures b = scene_open(4);
        zd_effect_io io = pictures_io(&a, whole);
        REQUIRE_OK(apply(a.ctx, effect, &io));
        io = pictures_io(&b, whole);
        REQUIRE_OK(apply(b.ctx, effect, &io));
        require_same(a.out, b.out);
        zd_view_clear(zd_image_view(b.out));
        for (int y = 0; y < HEIGHT; y += 47) {
            for (int x = 0; x < WIDTH; x += 61) {
                zd_rect tile = { x, y, x + 61, y + 47 };
                io = pictures_io(&b, zd_rect_intersect(tile, whole));
                REQUIRE_OK(apply(b.ctx, effect, &io));
            }
        }
        require_same(a.out, b.out);
        pictures_close(&a);
        pictures_close(&b);
    }
}

static void matte_of_zero_keeps_the_bits(void)
{
    for (int effect = 0; effect < 3; effect++) {
        pictures s = scene_open(1);
        zd_effect_io io = pictures_io(&s, whole);
        REQUIRE_OK(apply(s.ctx, effect, &io));
        bool changed = false;
        for (int y = 0; y < HEIGHT; y++) {
            REQUIRE_BYTES(pictures_at(s.out, 0, y), pictures_at(s.picture, 0, y), 40 * 16);
            changed |=
                memcmp(pictures_at(s.out, 40, y), pictures_at(s.picture, 40, y), 160 * 16) != 0;
        }
        REQUIRE(changed);
        pictures_close(&s);
    }
}

static void bad_numbers_stay_in_their_pixel(void)
{
    const float bad[] = { NAN, INFINITY };
    for (int effect = 0; effect < EFFECTS; effect++) {
        pictures s = scene_open(1);
        zd_effect_io io = pictures_io(&s, whole);
        pictures_at(s.picture, 100, 20)[1] = bad[effect % 2];
        pictures_at(s.nearness, 60, 90)[0] = bad[effect % 2];
        pictures_at(s.matte, 70, 100)[0] = bad[effect % 2];
        REQUIRE_OK(apply(s.ctx, effect, &io));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                const float *p = pictures_at(s.out, x, y);
                REQUIRE((x == 100 && y == 20) || isfinite(p[0] + p[1] + p[2] + p[3]));
            }
        }
        pictures_close(&s);
    }
}

static void every_allocation_may_fail(void)
{
    for (int effect = 2; effect < EFFECTS; effect++) {
        bool done = false;
        pictures s = scene_open(1);
        for (long n = 1; !done && n < 200; n++) {
            zd_test_memory memory = { .fail_at = n };
            zd_context *ctx = zd_test_context_failing(&memory);
            zd_effect_io io = pictures_io(&s, whole);
            if (ctx == NULL) {
                continue;
            }
            zd_status status = apply(ctx, effect, &io);
            REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
            done = status == ZD_OK;
            zd_context_destroy(&ctx);
            REQUIRE_INT(memory.alive, 0);
        }
        REQUIRE(done);
        pictures_close(&s);
    }
}

/* One block for all tiles; it was one a tile, and the system's time for it 24 to 43 % of the whole. */
static void memory_is_taken_once(void)
{
    pictures s = scene_open(1);
    zd_test_memory memory = { 0 };
    zd_context *counting = zd_test_context_failing(&memory);
    for (int effect = 0; effect < EFFECTS; effect++) {
        zd_effect_io io = pictures_io(&s, whole);
        long before = memory.calls;
        REQUIRE_OK(apply(counting, effect, &io));
        REQUIRE(memory.calls - before <= 1);
    }
    zd_context_destroy(&counting);
    pictures_close(&s);
}

static void neutral_effects_keep_the_bits(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = pictures_io(&s, whole);
    zd_grade grade = zd_grade_neutral();
    REQUIRE_OK(zd_grade_apply(s.ctx, &grade, &io, &err));
    require_same(s.out, s.picture);
    REQUIRE_OK(zd_fog_apply(s.ctx, &(zd_fog){ { 1, 1, 1 }, 0.0f, 1.0f, 1.0f }, &io, &err));
    require_same(s.out, s.picture);
    REQUIRE_OK(zd_paint_apply(s.ctx, &(zd_paint){ 0.0f, 8.0f, 0.0f }, &io, &err));
    require_same(s.out, s.picture);
    REQUIRE_OK(zd_lens_blur_apply(s.ctx, &(zd_lens_blur){ .focus = 0.5f }, &io, &err));
    require_same(s.out, s.picture);
    pictures_close(&s);
}

static void fog_follows_the_law(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = pictures_io(&s, whole);
    zd_fog fog = { { 1.0f, 0.5f, 0.25f }, 2.0f, 1.0f, 1.0f };
    io.matte.data = NULL;
    REQUIRE_OK(zd_fog_apply(s.ctx, &fog, &io, &err));
    for (int x = 0; x < WIDTH; x++) {
        float k = 1.0f - expf(-2.0f * (1.0f - scene_nearness(x, 60)));
        for (int c = 0; c < 3; c++) {
            float expected = (1.0f - k) * pictures_at(s.picture, x, 60)[c] + k * fog.colour[c];
            REQUIRE_NEAR(pictures_at(s.out, x, 60)[c], expected, 1e-6);
        }
        REQUIRE_NEAR(pictures_at(s.out, x, 60)[3], 1.0f, 1e-6);
    }
    pictures_close(&s);
}

static void grade_divides_alpha_out(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = pictures_io(&s, whole);
    zd_grade grade = zd_grade_neutral();
    grade.exposure = 1.0f;
    grade.lift[0] = 0.1f;
    grade.gamma[0] = 2.0f;
    float *p = pictures_at(s.picture, 50, 50);
    p[0] = 0.2f;
    p[3] = 0.5f;
    REQUIRE_OK(zd_grade_apply(s.ctx, &grade, &io, &err));
    float exposed = 2.0f * 0.2f / 0.5f;
    float lifted = exposed + 0.1f * (1.0f - exposed);
    REQUIRE_NEAR(pictures_at(s.out, 50, 50)[0], 0.5f * sqrtf(lifted), 1e-6);
    REQUIRE_NEAR(pictures_at(s.out, 50, 50)[3], 0.5f, 0);
    pictures_close(&s);
}

/* Blue background, red disc in focus, with the disc's mixed edge left out: no red may leak. */
static void focus_keeps_its_bits_and_does_not_leak(void)
{
    const float blades[] = { 0.0f, 6.0f, 5.0f };
    for (int aperture = 0; aperture < 3; aperture++) {
        pictures s = scene_open(1);
        zd_effect_io io = pictures_io(&s, whole);
        zd_lens_blur blur = { .focus = 0.6f,
                              .range = 0.05f,
                              .radius = 0.08f,
                              .blades = blades[aperture],
                              .bloom = 3.0f * (float) aperture };
        io.matte.data = NULL;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                float red = scene_nearness(x, y) >= 0.5f ? 1.0f : 0.0f;
                pictures_at(s.nearness, x, y)[0] = fminf(pictures_at(s.nearness, x, y)[0], 0.6f);
                pictures_at(s.picture, x, y)[0] = red;
                pictures_at(s.picture, x, y)[1] = 0.0f;
            }
        }
        REQUIRE_OK(zd_lens_blur_apply(s.ctx, &blur, &io, &err));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                if (scene_nearness(x, y) >= 0.5f) {
                    REQUIRE_BYTES(pictures_at(s.out, x, y), pictures_at(s.picture, x, y), 16);
                } else {
                    REQUIRE_NEAR(pictures_at(s.out, x, y)[0], 0.0f, 1.0 / 255.0);
                }
            }
        }
        pictures_close(&s);
    }
}

/* The blur of a busy picture that is moved by (dx, dy) in its frame. */
static zd_image *blur_moved(zd_context *ctx, int dx, int dy)
{
    enum { WIDE = 200, TALL = 2000 }; /* tall: edges are mixed over four pixels */
    zd_image *images[3] = { NULL, NULL, NULL };
    for (int i = 0; i < 3; i++) {
        zd_format format = i < 2 ? ZD_RGBA_F32 : ZD_GRAY_F32;
        REQUIRE_OK(zd_image_create(ctx, WIDE, TALL, format, &images[i], &err));
    }
    for (int y = 0; y < TALL; y++) {
        for (int x = 0; x < WIDE; x++) {
            unsigned long long block = (unsigned) ((x - dx + 999) / 5 * 1013 + (y - dy + 999) / 4);
            unsigned long long grain = (unsigned) ((x - dx + 999) * 7919 + (y - dy + 999) * 31);
            float near = zd_test_uniform(&block);
            pictures_at(images[2], x, y)[0] = near < 0.6f ? 0.1f : near;
            pictures_at(images[0], x, y)[0] = 20.0f * zd_test_uniform(&grain);
            pictures_at(images[0], x, y)[1] = pictures_at(images[0], x, y)[2] = 10.0f * near;
            pictures_at(images[0], x, y)[3] = 1.0f;
        }
    }
    zd_lens_blur blur = { .focus = 0.1f, .range = 0.02f, .radius = 0.006f, .blades = 5.0f };
    zd_effect_io io = { .picture = zd_image_view(images[0]),
                        .nearness = zd_image_view(images[2]),
                        .roi = { 0, 0, WIDE, TALL },
                        .out = zd_image_view(images[1]) };
    REQUIRE_OK(zd_lens_blur_apply(ctx, &blur, &io, &err));
    zd_image_unref(&images[0]);
    zd_image_unref(&images[2]);
    return images[1];
}

/* Tiles lie where they lie in the frame: wherever the picture is, its blur is the same, so that no tile
 * sees less around it than it needs. */
static void a_moved_picture_has_the_same_blur(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *here = blur_moved(ctx, 0, 0);
    zd_image *there = blur_moved(ctx, 23, 27);
    for (int y = 30; y < 1940; y++) {
        for (int x = 30; x < 140; x++) {
            for (int c = 0; c < 2; c++) {
                REQUIRE_NEAR(pictures_at(here, x, y)[c], pictures_at(there, x + 23, y + 27)[c],
                             1e-3);
            }
        }
    }
    zd_image_unref(&here);
    zd_image_unref(&there);
    zd_context_destroy(&ctx);
}

/* A near bar over a sharp background spreads over it by its radius and not farther. */
static void near_blur_spreads(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = pictures_io(&s, whole);
    zd_lens_blur blur = { .range = 0.3f, .radius = 0.06f }; /* 9 pixels */
    io.matte.data = NULL;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            bool bar = x >= 100 && x < 120;
            pictures_at(s.nearness, x, y)[0] = bar ? 1.0f : 0.0f;
            pictures_at(s.picture, x, y)[0] = bar ? 1.0f : 0.0f;
        }
    }
    REQUIRE_OK(zd_lens_blur_apply(s.ctx, &blur, &io, &err));
    for (int x = 0; x < WIDTH; x++) {
        float red = pictures_at(s.out, x, 75)[0];
        if (x < 100 - 9 || x >= 120 + 9) {
            REQUIRE_BYTES(pictures_at(s.out, x, 75), pictures_at(s.picture, x, 75), 16);
        } else {
            REQUIRE(red > 0.0f && red < 1.0f + 1e-5f);
        }
    }
    REQUIRE_NEAR(pictures_at(s.out, 110, 75)[0], 1.0f, 0.02);
    REQUIRE_NEAR(pictures_at(s.out, 100, 75)[0], 0.5f, 0.06);
    pictures_close(&s);
}

/* A step blurred by more pixels than are summed one by one: the share of a disc that lies beyond it. And a
 * rectangle has the bits of the whole. */
static void large_blurs_are_plain_sums(void)
{
    enum { SIDE = 420, EDGE = 203 };
    zd_context *ctx = zd_test_context(1);
    zd_image *images[3] = { NULL };
    zd_image *part = NULL;
    const zd_rect roi = { 130, 77, 301, 350 };
    double radius = 42.3; /* a tenth of the height, as the shape is drawn */
    for (int i = 0; i < 3; i++) {
        REQUIRE_OK(
            zd_image_create(ctx, SIDE, SIDE, i < 2 ? ZD_RGBA_F32 : ZD_GRAY_F32, &images[i], &err));
        zd_view_clear(zd_image_view(images[i]));
    }
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            float *p = pictures_at(images[0], x, y);
            p[0] = x >= EDGE ? 1.0f : 0.0f;
            p[1] = y >= EDGE ? 1.0f : 0.0f;
            p[3] = 1.0f;
        }
    }
    zd_lens_blur blur = { .focus = 1.0f, .radius = 0.1f };
    zd_effect_io io = { .picture = zd_image_view(images[0]),
                        .nearness = zd_image_view(images[2]),
                        .roi = { 0, 0, SIDE, SIDE },
                        .out = zd_image_view(images[1]) };
    REQUIRE_OK(zd_lens_blur_apply(ctx, &blur, &io, &err));
    for (int at = 100; at < 320; at++) {
        double d = (EDGE - 0.5 - at) / radius; /* of the chord from the middle */
        d = d < -1.0 ? -1.0 : d > 1.0 ? 1.0 : d;
        double share = (acos(d) - d * sqrt(1.0 - d * d)) / 3.14159265358979;
        REQUIRE_NEAR(pictures_at(images[1], at, 90)[0], share, 0.02);
        REQUIRE_NEAR(pictures_at(images[1], 90, at)[1], share, 0.02);
    }
    REQUIRE_OK(zd_image_create(ctx, roi.x1 - roi.x0, roi.y1 - roi.y0, ZD_RGBA_F32, &part, &err));
    io.roi = roi;
    io.out = zd_image_view(part);
    REQUIRE_OK(zd_lens_blur_apply(ctx, &blur, &io, &err));
    for (int y = roi.y0; y < roi.y1; y++) {
        REQUIRE_BYTES(pictures_at(part, 0, y - roi.y0), pictures_at(images[1], roi.x0, y),
                      (size_t) (roi.x1 - roi.x0) * 16);
    }
    zd_image_unref(&part);
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&images[i]);
    }
    zd_context_destroy(&ctx);
}

static void flat_pictures_stay_flat(void)
{
    for (int effect = 2; effect < EFFECTS; effect++) {
        pictures s = scene_open(1);
        zd_effect_io io = pictures_io(&s, whole);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                for (int c = 0; c < 3; c++) {
                    pictures_at(s.picture, x, y)[c] = 0.25f;
                }
            }
        }
        REQUIRE_OK(apply(s.ctx, effect, &io));
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                REQUIRE_NEAR(pictures_at(s.out, x, y)[1], 0.25f, 1e-5);
                REQUIRE_NEAR(pictures_at(s.out, x, y)[3], 1.0f, 1e-5);
            }
        }
        pictures_close(&s);
    }
}

static void mistakes_are_named(void)
{
    pictures s = scene_open(1);
    zd_effect_io io = pictures_io(&s, whole);
    REQUIRE_FAILS(zd_lens_blur_apply(s.ctx, &(zd_lens_blur){ .radius = 0.5f }, &io, &err),
                  ZD_ERR_INVALID_ARGUMENT, "zblur: radius is 0.5; it must be 0 to 0.1");
    REQUIRE_FAILS(zd_fog_apply(s.ctx, &(zd_fog){ { NAN }, 1.0f, 1.0f, 1.0f }, &io, &err),
                  ZD_ERR_INVALID_ARGUMENT, "zfog: red is nan; it must be 0 to 10");
    io.roi.x1 = WIDTH + 1;
    REQUIRE_FAILS(apply(s.ctx, 1, &io), ZD_ERR_INVALID_ARGUMENT,
                  "zgrade: the rectangle 0,0 to 201,150 does not fit the pictures");
    io = pictures_io(&s, whole);
    io.nearness.data = NULL;
    REQUIRE_FAILS(apply(s.ctx, 0, &io), ZD_ERR_INVALID_ARGUMENT,
                  "zfog: the depth must be gray in float and as large as the picture");
    REQUIRE_OK(apply(s.ctx, 1, &io));
    pictures_close(&s);
}

int main(void)
{
    RUN(tiles_and_threads_equal_the_whole);
    RUN(matte_of_zero_keeps_the_bits);
    RUN(bad_numbers_stay_in_their_pixel);
    RUN(every_allocation_may_fail);
    RUN(memory_is_taken_once);
    RUN(neutral_effects_keep_the_bits);
    RUN(fog_follows_the_law);
    RUN(grade_divides_alpha_out);
    RUN(focus_keeps_its_bits_and_does_not_leak);
    RUN(a_moved_picture_has_the_same_blur);
    RUN(near_blur_spreads);
    RUN(large_blurs_are_plain_sums);
    RUN(flat_pictures_stay_flat);
    RUN(mistakes_are_named);
    return zd_test_finish();
}
