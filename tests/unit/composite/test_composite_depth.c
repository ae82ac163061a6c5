/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the effects that think in depth must do, on drawn scenes and by numbers made by hand: the lens's
 * apertures, highlights and places, haze, glow, grades over the depth, moves and stereo. */

#include "composite/effect_chain.h"
#include "composite/effects/lens_kernel.h"
#include "composite/effects/rack.h"
#include "composite/tone.h"
#include "zd_test.h"

enum { WIDTH = 201, HEIGHT = 120 };

static zd_error err;

typedef struct scene {
    zd_context *ctx;
    zd_image *picture;
    zd_image *nearness;
    zd_image *out;
} scene;

static float *pixel(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + view.format.channels * (ptrdiff_t) x;
}

/* One gray at one depth. */
static scene scene_open(float gray, float nearness)
{
    scene s = { .ctx = zd_test_context(1) };
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s.picture, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_RGBA_F32, &s.out, &err));
    REQUIRE_OK(zd_image_create(s.ctx, WIDTH, HEIGHT, ZD_GRAY_F32, &s.nearness, &err));
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float *p = pixel(s.picture, x, y);
            p[0] = p[1] = p[2] = gray;
            p[3] = 1.0f;
            *pixel(s.nearness, x, y) = nearness;
        }
    }
    return s;
}

static void scene_close(scene *s)
{
    zd_image_unref(&s->picture);
    zd_image_unref(&s->nearness);
    zd_image_unref(&s->out);
    zd_context_destroy(&s->ctx);
}

static zd_effect_io io_of(const scene *s)
{
    return (zd_effect_io){ .picture = zd_image_view(s->picture),
                           .nearness = zd_image_view(s->nearness),
                           .roi = { 0, 0, WIDTH, HEIGHT },
                           .out = zd_image_view(s->out) };
}

static void apply_io(const scene *s, const char *effect, const zd_effect_io *io)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(effect, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 1);
    REQUIRE_OK(zd_effect_step_apply(s->ctx, &chain.steps[0], io, &err));
}

static void apply(const scene *s, const char *effect)
{
    zd_effect_io io = io_of(s);
    apply_io(s, effect, &io);
}

static void colour(const scene *s, int x, int y, float red, float green, float blue)
{
    float *p = pixel(s->picture, x, y);
    p[0] = red;
    p[1] = green;
    p[2] = blue;
}

static void require_same(const scene *s, zd_image *a, zd_image *b)
{
    (void) s;
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(pixel(a, 0, y), pixel(b, 0, y), (size_t) WIDTH * 16);
    }
}

/* ---- the lens ---- */

/* A lone light behind the focus is spread over the aperture's shape, and nothing is lost. Each pixel looks
 * for it by the shape, so its image is the shape turned by half a turn, as in a camera. */
static void a_light_takes_the_apertures_shape(void)
{
    scene s = scene_open(0.0f, 0.0f);
    double sum = 0.0;
    colour(&s, 100, 60, 0.5f, 0.5f, 0.5f);
    apply(&s, "zblur=radius=0.1:range=0:blades=3"); /* 12 pixels, a corner up */
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            sum += (double) pixel(s.out, x, y)[0];
        }
    }
    REQUIRE_NEAR(sum, 0.5, 1e-4);
    REQUIRE(pixel(s.out, 100, 60 + 11)[0] > 0.0f && pixel(s.out, 100, 60 - 5)[0] > 0.0f);
    REQUIRE(pixel(s.out, 100, 60 - 8)[0] == 0.0f && pixel(s.out, 100 - 8, 60 + 8)[0] == 0.0f);
    REQUIRE(pixel(s.out, 100 - 8, 60 - 5)[0] > 0.0f && pixel(s.out, 100 + 8, 60 - 5)[0] > 0.0f);
    apply(&s, "zblur=radius=0.1:range=0:squeeze=0.5");
    REQUIRE(pixel(s.out, 100, 60 - 12)[0] > 0.0f && pixel(s.out, 100 - 6, 60)[0] > 0.0f);
    REQUIRE(pixel(s.out, 100 - 7, 60)[0] == 0.0f && pixel(s.out, 100 + 7, 60)[0] == 0.0f);
    scene_close(&s);
}

/* n r^2 sin(2 pi / n) / 2, and a pixel's half around it. */
static void shapes_have_their_area(void)
{
    zd_lens_levels levels;
    zd_lens_levels_make(&levels, &(zd_lens_blur){ .blades = 6.0f }, 20.0f);
    REQUIRE_INT(levels.shapes[levels.count - 1].radius, 20);
    REQUIRE_NEAR(levels.shapes[levels.count - 1].area, 1039.2, 45.0);
    zd_lens_levels_make(&levels, &(zd_lens_blur){ .blades = 12.0f, .turn = 0.3f }, 20.0f);
    REQUIRE_NEAR(levels.shapes[levels.count - 1].area, 1200.0, 45.0);
    zd_lens_levels_make(&levels, &(zd_lens_blur){ .blades = 3.0f, .turn = 0.25f }, 20.0f);
    REQUIRE_NEAR(levels.shapes[levels.count - 1].area, 519.6, 45.0);
}

/* A white light counts 1 + bloom times, one below 0.7 as it is, and what is sharp keeps its bits. */
static void highlights_bloom_and_the_sharp_stays(void)
{
    scene s = scene_open(0.0f, 0.0f);
    double sums[2] = { 0.0, 0.0 };
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < 60; x++) {
            *pixel(s.nearness, x, y) = 1.0f;
        }
    }
    colour(&s, 30, 60, 1.0f, 1.0f, 1.0f);
    colour(&s, 100, 60, 1.0f, 1.0f, 1.0f);
    colour(&s, 170, 60, 0.6f, 0.6f, 0.6f);
    apply(&s, "zblur=radius=0.08:range=0.1:bloom=4");
    for (int y = 0; y < HEIGHT; y++) {
        REQUIRE_BYTES(pixel(s.out, 0, y), pixel(s.picture, 0, y), (size_t) 60 * 16);
        for (int x = 60; x < WIDTH; x++) {
            sums[x >= 135] += (double) pixel(s.out, x, y)[0];
        }
    }
    REQUIRE_NEAR(sums[0], 5.0, 1e-3);
    REQUIRE_NEAR(sums[1], 0.6, 1e-4);
    scene_close(&s);
}

static void the_focus_view_tells_three_kinds(void)
{
    scene s = scene_open(0.4f, 0.5f);
    for (int y = 0; y < HEIGHT; y++) {
        *pixel(s.nearness, 10, y) = 0.9f;
        *pixel(s.nearness, 20, y) = 0.1f;
    }
    apply(&s, "zblur=focus=0.5:show=1");
    REQUIRE_BYTES(pixel(s.out, 5, 5), pixel(s.picture, 5, 5), 16);
    REQUIRE(pixel(s.out, 10, 5)[0] > 2.0f * pixel(s.out, 10, 5)[2]);
    REQUIRE(pixel(s.out, 20, 5)[2] > 2.0f * pixel(s.out, 20, 5)[0]);
    scene_close(&s);
}

/* A place takes the focus from the depth there; a focus that was found by others comes before it. */
static void a_place_is_a_focus(void)
{
    scene s = scene_open(0.2f, 0.3f);
    scene t = scene_open(0.2f, 0.3f);
    zd_effect_io io = io_of(&s);
    unsigned long long seed = 5;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            float light = zd_test_uniform(&seed);
            float near = x == 160 && y == 60 ? 0.1f : x > 120 ? 0.8f : 0.3f; /* one stray value */
            colour(&s, x, y, light, light, 0.5f);
            colour(&t, x, y, light, light, 0.5f);
            *pixel(s.nearness, x, y) = near;
            *pixel(t.nearness, x, y) = near;
        }
    }
    apply(&s, "zblur=radius=0.05:focus=0.1:x=0.8:y=0.5");
    apply(&t, "zblur=radius=0.05:focus=0.8");
    require_same(&s, s.out, t.out);
    io.has_focus = true;
    io.focus = 0.3f;
    apply_io(&s, "zblur=radius=0.05:x=0.8:y=0.5:follow=1", &io);
    apply(&t, "zblur=radius=0.05:focus=0.3");
    require_same(&s, s.out, t.out);
    scene_close(&s);
    scene_close(&t);
}

/* The way is 0, 5/32, 1/2, 27/32, 1 at the quarters; the depths are 0.8 and 0.2. A lens with that focus makes
 * the same picture, and both ends are those of a lens that looks at the place. */
static void a_rack_goes_at_ease(void)
{
    const struct {
        double time_s;
        float way;
    } moments[] = { { -1.0, 0.0f },    { 2.0, 0.0f }, { 2.5, 0.15625f }, { 3.0, 0.5f },
                    { 3.5, 0.84375f }, { 4.0, 1.0f }, { 99.0, 1.0f } };
    zd_rack rack = { .start = 2.0f, .length = 2.0f };
    scene s = scene_open(0.2f, 0.8f);
    scene t = scene_open(0.2f, 0.8f);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            colour(&s, x, y, 0.1f + 0.004f * (float) x, (float) (x * y % 7) * 0.1f, 0.3f);
            colour(&t, x, y, 0.1f + 0.004f * (float) x, (float) (x * y % 7) * 0.1f, 0.3f);
            *pixel(s.nearness, x, y) = *pixel(t.nearness, x, y) = x > 120 ? 0.2f : 0.8f;
        }
    }
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        char lens[80];
        zd_effect_io io = io_of(&s);
        io.time_s = moments[i].time_s;
        REQUIRE_NEAR(zd_rack_way(&rack, io.time_s), moments[i].way, 1e-6);
        apply_io(&s, "zrack=x=0.2:y=0.5:to_x=0.9:to_y=0.4:start=2:length=2:radius=0.05", &io);
        float focus = moments[i].way < 1.0f ? 0.8f + moments[i].way * (0.2f - 0.8f) : 0.2f;
        snprintf(lens, sizeof lens, "zblur=focus=%.9g:radius=0.05", (double) focus);
        apply(&t, lens);
        require_same(&s, s.out, t.out);
    }
    rack.length = 0.0f; /* a jump */
    REQUIRE_NEAR(zd_rack_way(&rack, 2.0), 0.0, 0);
    REQUIRE_NEAR(zd_rack_way(&rack, 2.001), 1.0, 0);
    zd_effect_io io = io_of(&s); /* who followed knows better, if it was to follow */
    io.has_focus = true;
    io.focus = 0.45f;
    apply_io(&s, "zrack=x=0.2:y=0.5:radius=0.05", &io);
    apply(&t, "zblur=focus=0.45:radius=0.05");
    require_same(&s, s.out, t.out);
    apply_io(&s, "zrack=x=0.2:y=0.5:radius=0.05:follow=0", &io);
    apply(&t, "zblur=focus=0.8:radius=0.05");
    require_same(&s, s.out, t.out);
    scene_close(&s);
    scene_close(&t);
}

/* ---- air ---- */

/* By the formula of haze.h; the nearest has none, and the sky's colour is that of the top where all is
 * furthest. */
static void haze_follows_its_law(void)
{
    scene s = scene_open(0.2f, 0.0f);
    apply(&s, "zhaze=density=1:reach=20:horizon=0.5:height=0.25:sky=0:red=1:green=0.5:blue=0");
    for (int y = 3; y < HEIGHT; y += 19) {
        double q = (0.5 - (y + 0.5) / HEIGHT) / 0.25;
        double hidden = 1.0 - exp(-(1.0 - exp(-q)) / q);
        REQUIRE_NEAR(pixel(s.out, 7, y)[0], 0.2 + hidden * 0.8, 1e-5);
        REQUIRE_NEAR(pixel(s.out, 7, y)[2], 0.2 - hidden * 0.2, 1e-5);
    }
    REQUIRE(pixel(s.out, 7, 100)[0] > pixel(s.out, 7, 20)[0]);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *pixel(s.nearness, x, y) = y < 40 || (x == 7 && y == 110) ? 0.0f : 1.0f;
            if (y < 40) {
                colour(&s, x, y, 0.1f, 0.3f, 0.9f);
            }
        }
    }
    apply(&s, "zhaze=density=20:height=10");
    REQUIRE_BYTES(pixel(s.out, 7, 100), pixel(s.picture, 7, 100), 16);
    REQUIRE_NEAR(pixel(s.out, 7, 10)[0], 0.1, 1e-4);
    REQUIRE_NEAR(pixel(s.out, 7, 110)[0], 0.1, 2e-3);
    REQUIRE_NEAR(pixel(s.out, 7, 110)[2], 0.9, 2e-3);
    scene_close(&s);
}

/* The light of a far lamp runs over its surroundings, and all of it is found there; a near one does not. */
static void glow_is_for_the_far(void)
{
    scene s = scene_open(0.1f, 0.0f);
    double gained = 0.0;
    colour(&s, 100, 60, 2.0f, 1.0f, 0.1f);
    apply(&s, "zglow=amount=1:threshold=0.5:radius=0.02");
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            gained += (double) (pixel(s.out, x, y)[0] - pixel(s.picture, x, y)[0]);
        }
    }
    REQUIRE_NEAR(gained, 2.0 * (2.0 - 0.5) / 2.0, 1e-3);
    REQUIRE_NEAR(pixel(s.out, 103, 60)[1] - 0.1f, 0.5f * (pixel(s.out, 103, 60)[0] - 0.1f), 1e-5);
    REQUIRE(pixel(s.out, 103, 60)[0] > 0.11f);
    *pixel(s.nearness, 100, 60) = 1.0f;
    apply(&s, "zglow=amount=1:threshold=0.5:radius=0.02");
    REQUIRE_NEAR(pixel(s.out, 103, 60)[0], 0.1f, 1e-6);
    scene_close(&s);
}

/* The three values are met, and between two equal ones the curve does not leave them. */
static void grades_meet_their_values(void)
{
    const float depths[] = { 0.0f, 0.4f, 1.0f, 0.2f, 0.7f };
    scene s = scene_open(0.2f, 0.0f);
    for (int i = 0; i < 5; i++) {
        *pixel(s.nearness, i, 0) = depths[i];
    }
    apply(&s,
          "zdepthgrade=middle=0.4:exposure_far=1:exposure_mid=1:exposure_near=-1:warmth_near=2");
    REQUIRE_NEAR(pixel(s.out, 0, 0)[1], 0.4f, 1e-4);
    REQUIRE_NEAR(pixel(s.out, 1, 0)[1], 0.4f, 1e-3); /* the table's step */
    REQUIRE_NEAR(pixel(s.out, 3, 0)[1], 0.4f, 1e-4);
    REQUIRE_NEAR(pixel(s.out, 2, 0)[1], 0.1f, 1e-4);
    REQUIRE_NEAR(pixel(s.out, 2, 0)[0], 0.2f, 1e-4);
    REQUIRE_NEAR(pixel(s.out, 2, 0)[2], 0.05f, 1e-4);
    REQUIRE(pixel(s.out, 4, 0)[1] > 0.1f && pixel(s.out, 4, 0)[1] < 0.4f);
    colour(&s, 0, 0, 0.9f, 0.3f, 0.1f);
    apply(&s, "zdepthgrade=saturation_far=0");
    float gray = 0.2126f * 0.9f + 0.7152f * 0.3f + 0.0722f * 0.1f;
    REQUIRE_NEAR(pixel(s.out, 0, 0)[0], gray, 1e-5);
    REQUIRE_NEAR(pixel(s.out, 0, 0)[2], gray, 1e-5);
    apply(&s, "zdepthgrade");
    require_same(&s, s.out, s.picture);
    scene_close(&s);
}

/* ---- moves ---- */

/* A red square at 0.9 before a wall at 0.1, whose green grows from left to right; over the square's edge the
 * depth goes from one to the other in `soft` pixels, as networks draw it. */
static scene square_before_wall(int soft)
{
    scene s = scene_open(0.0f, 0.1f);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            int out_x = x < 80 ? 80 - x : x >= 120 ? x - 119 : 0;
            int out_y = y < 40 ? 40 - y : y >= 80 ? y - 79 : 0;
            int out = out_x > out_y ? out_x : out_y;
            float slope = 0.9f - 0.8f * (float) out / ((float) soft + 1.0f);
            colour(&s, x, y, out == 0 ? 1.0f : 0.0f, 0.002f * (float) x, out == 0 ? 0.0f : 0.5f);
            *pixel(s.nearness, x, y) = out > soft ? 0.1f : slope;
        }
    }
    return s;
}

/* Things move by (nearness - zero) x, keep their colours, and uncover the wall's own. */
static void things_move_by_their_nearness(void)
{
    for (int soft = 0; soft < 4; soft += 3) {
        scene s = square_before_wall(soft);
        apply(&s, "zparallax=x=0.1:zero=0.1"); /* 12 pixels times 0.8: 9.6, the wall stays */
        int red = 0;
        for (int x = 0; x < WIDTH; x++) {
            const float *p = pixel(s.out, x, 60);
            red += p[0] > 0.5f;
            REQUIRE(x < 92 || x > 127 || p[0] > 0.99f);
            REQUIRE((x >= 89 && x <= 130) || p[0] < 1.0f / 255.0f);
            if (x < 79 - 2 * soft || x > 132 + soft) { /* the wall's own place */
                REQUIRE_NEAR(p[1], 0.002 * x, 1e-4);
            } else if (x < 88) { /* uncovered: some of the wall's left side */
                REQUIRE(p[1] > 0.1f && p[1] <= 0.16f && p[2] > 0.49f);
            }
        }
        REQUIRE(red >= 37 && red <= 42);
        scene_close(&s);
    }
}

/* Nothing moves with a move of 0, bit for bit; down and larger are what they say. */
static void moves_have_their_signs(void)
{
    scene s = square_before_wall(2);
    apply(&s, "zparallax=x=0");
    require_same(&s, s.out, s.picture);
    apply(&s, "zparallax=x=0:y=0.05:zero=0.1"); /* 4.8 pixels down */
    REQUIRE(pixel(s.out, 100, 42)[0] < 0.01f && pixel(s.out, 100, 46)[0] > 0.99f);
    REQUIRE(pixel(s.out, 100, 82)[0] > 0.99f && pixel(s.out, 100, 87)[0] < 0.01f);
    apply(&s, "zparallax=x=0:zoom=0.25:zero=0.1"); /* the square grows to 1.2 of its size */
    REQUIRE(pixel(s.out, 78, 60)[0] > 0.99f && pixel(s.out, 73, 60)[0] < 0.01f);
    REQUIRE(pixel(s.out, 122, 60)[0] > 0.99f && pixel(s.out, 126, 60)[0] < 0.01f);
    scene_close(&s);
}

/* The first red pixel of the row, from a column on. */
static int edge_from(const scene *s, int x)
{
    while (x < WIDTH && pixel(s->out, x, 60)[0] < 0.5f) {
        x++;
    }
    return x;
}

/* What is near stands right in the left eye's picture; the limit holds whatever is asked for. */
static void eyes_see_within_comfort(void)
{
    scene s = square_before_wall(0);
    apply(&s, "zstereo=depth=0.1:zero=0.1:comfort=0.1:layout=3"); /* 0.1 * 201 * 0.8 / 2 = 8.04 */
    REQUIRE_NEAR(edge_from(&s, 0), 88, 1);
    apply(&s, "zstereo=depth=0.1:zero=0.1:comfort=0.1:layout=4");
    REQUIRE_NEAR(edge_from(&s, 0), 72, 1);
    apply(&s, "zstereo=depth=0.1:zero=0.1:comfort=0.0225:layout=3"); /* 0.025 * 201 * 0.8 / 2 */
    REQUIRE_NEAR(edge_from(&s, 0), 82, 1);
    apply(&s, "zstereo=depth=0.1:zero=0.1:comfort=0.1");
    REQUIRE_NEAR(edge_from(&s, 0), 44, 1);
    REQUIRE_NEAR(edge_from(&s, 101), 101 + 36, 1);
    apply(&s, "zstereo=depth=0.1:zero=0.1:comfort=0.1:layout=2");
    REQUIRE_NEAR(pixel(s.out, 108, 60)[0], 0.2126 + 0.7152 * 0.002 * 100,
                 1e-3);                                /* left: the square */
    REQUIRE_NEAR(pixel(s.out, 118, 60)[2], 0.5, 1e-3); /* right: the wall */
    scene_close(&s);
}

static void displacement_is_a_look_aside(void)
{
    scene s = scene_open(0.0f, 0.5f);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            colour(&s, x, y, 0.004f * (float) x, 0.004f * (float) y, 0.0f);
        }
    }
    apply(&s, "zdisplace=x=0.1:y=-0.2:zero=0"); /* 12 * 0.5 to the right, 24 * 0.5 up */
    REQUIRE_NEAR(pixel(s.out, 100, 60)[0], 0.004 * 106, 1e-5);
    REQUIRE_NEAR(pixel(s.out, 100, 60)[1], 0.004 * 48, 1e-5);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            *pixel(s.nearness, x, y) = 0.004f * (float) x;
        }
    }
    apply(&s, "zdisplace=x=0:refract=0.1"); /* slope 0.004 * 120 over the height, times 0.1 * 120 */
    REQUIRE_NEAR(pixel(s.out, 100, 60)[0], 0.004 * (100.0 + 0.1 * 120.0 * 0.48), 1e-4);
    scene_close(&s);
}

int main(void)
{
    RUN(a_light_takes_the_apertures_shape);
    RUN(shapes_have_their_area);
    RUN(highlights_bloom_and_the_sharp_stays);
    RUN(the_focus_view_tells_three_kinds);
    RUN(a_place_is_a_focus);
    RUN(a_rack_goes_at_ease);
    RUN(haze_follows_its_law);
    RUN(glow_is_for_the_far);
    RUN(grades_meet_their_values);
    RUN(things_move_by_their_nearness);
    RUN(moves_have_their_signs);
    RUN(eyes_see_within_comfort);
    RUN(displacement_is_a_look_aside);
    return zd_test_finish();
}
