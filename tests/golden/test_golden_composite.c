/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Golden pictures of the compositor and the effects, and the law of a title, all on one small made-up scene: a
 * ball on a floor before a striped wall. */

#include "composite/composite.h"
#include "composite/effects/fog.h"
#include "composite/effects/grade.h"
#include "composite/effects/lens_blur.h"
#include "composite/effects/paint.h"
#include "golden.h"
#include "image/colour.h"
#include "library_reports.h"
#include "title/title.h"

enum { WIDTH = 96, HEIGHT = 64 };

static zd_error err;

typedef struct scene {
    zd_context *ctx;
    zd_image *picture;
    zd_image *nearness;
    zd_image *matte;
    zd_image *insert;
    zd_image *out;
} scene;

static float ball_coverage(int x, int y)
{
    float dx = (float) x - 40.0f;
    float dy = (float) y - 34.0f;
    float inside = 18.5f - sqrtf(dx * dx + dy * dy);
    return inside < 0.0f ? 0.0f : inside > 1.0f ? 1.0f : inside;
}

static void draw_pixel(const scene *s, int x, int y)
{
    float *p = zd_view_row_f32(zd_image_view(s->picture), y) + 4 * x;
    float ball = ball_coverage(x, y);
    float shade = 0.2f + 0.8f * (float) (64 - y) / 64.0f;
    float stripe = (x / 6) % 2 == 0 ? 0.7f : 0.15f;
    bool floor_here = y > 48;
    const float back[3] = { floor_here ? 0.3f : stripe, floor_here ? 0.25f : 0.4f,
                            floor_here ? 0.2f : 0.6f };
    const float front[3] = { 0.9f * shade, 0.25f * shade, 0.1f * shade };
    for (int c = 0; c < 3; c++) {
        p[c] = ball * front[c] + (1.0f - ball) * back[c];
    }
    p[3] = 1.0f;
    float ground = floor_here ? 0.1f + 0.9f * (float) (y - 48) / 16.0f : 0.1f;
    zd_view_row_f32(zd_image_view(s->nearness), y)[x] = ball > 0.5f ? 0.6f : ground;
    zd_view_row_f32(zd_image_view(s->matte), y)[x] = ball;
    float *i = zd_view_row_f32(zd_image_view(s->insert), y) + 4 * x;
    i[3] = y > 20 && y < 44 ? 0.9f : 0.0f;
    i[0] = i[3] * 0.1f;
    i[1] = i[3] * (float) x / WIDTH;
    i[2] = i[3] * 0.9f;
}

static zd_image *make(zd_context *ctx, int channels)
{
    zd_image *image = NULL;
    zd_format format = { ZD_SAMPLE_F32, channels };
    REQUIRE_OK(zd_image_create(ctx, WIDTH, HEIGHT, format, &image, &err));
    return image;
}

static scene scene_open(void)
{
    scene s = { .ctx = zd_test_context(1) };
    s.picture = make(s.ctx, 4);
    s.nearness = make(s.ctx, 1);
    s.matte = make(s.ctx, 1);
    s.insert = make(s.ctx, 4);
    s.out = make(s.ctx, 4);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            draw_pixel(&s, x, y);
        }
    }
    zd_view_copy(zd_image_view(s.picture), zd_image_view(s.out));
    return s;
}

static void scene_close(scene *s)
{
    zd_image_unref(&s->picture);
    zd_image_unref(&s->nearness);
    zd_image_unref(&s->matte);
    zd_image_unref(&s->insert);
    zd_image_unref(&s->out);
    zd_context_destroy(&s->ctx);
}

static void scene_check(scene *s, const char *name, int largest, double mean)
{
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_image_view(s->out));
    zd_golden_check(name, zd_image_view(s->out), largest, mean);
    scene_close(s);
}

static zd_placed_view placed(zd_image *image)
{
    return (zd_placed_view){ zd_image_view(image), 0, 0 };
}

static void lay(scene *s, zd_composite_layer *layer)
{
    zd_composite composite = { .picture = placed(s->out), .layers = layer, .count = 1 };
    layer->matte = placed(s->matte);
    layer->opacity = 1.0f;
    REQUIRE_OK(zd_composite_render(s->ctx, &composite, (zd_rect){ 0, 0, WIDTH, HEIGHT }, &err));
}

static void insert_between_the_layers(void)
{
    scene s = scene_open();
    zd_composite_layer layer = { .picture = placed(s.insert) };
    lay(&s, &layer);
    scene_check(&s, "composite_normal", 1, 0.1);
}

static void insert_in_overlay(void)
{
    scene s = scene_open();
    zd_composite_layer layer = { .picture = placed(s.insert), .blend = ZD_BLEND_OVERLAY };
    lay(&s, &layer);
    scene_check(&s, "composite_overlay", 1, 0.1);
}

/* Fonts and their renderer differ between systems, so the title's own picture is the truth: everywhere
 * C + (1 - m) (I over B - B), the footage's bits where the ball covers or no letter is, and letters on both
 * sides of the ball's edge. */
static void check_title(const scene *s, const zd_placed_view *title)
{
    int shown = 0;
    int hidden = 0;
    for (int y = 0; y < HEIGHT; y++) {
        const float *before = zd_view_row_f32(zd_image_view(s->picture), y);
        const float *after = zd_view_row_f32(zd_image_view(s->out), y);
        const float *matte = zd_view_row_f32(zd_image_view(s->matte), y);
        for (int x = 0; x < WIDTH; x++) {
            float none[4] = { 0 };
            int u = x - title->x;
            int v = y - title->y;
            bool inside = u >= 0 && v >= 0 && u < title->view.width && v < title->view.height;
            const float *letter = inside ? zd_view_row_f32(title->view, v) + 4 * u : none;
            bool stays = letter[3] == 0.0f || matte[x] == 1.0f;
            shown += letter[3] == 1.0f && matte[x] == 0.0f;
            hidden += letter[3] == 1.0f && matte[x] == 1.0f;
            for (int c = 0; c < 3; c++) {
                float b = before[4 * x + c];
                float wanted = b + (1.0f - matte[x]) * (letter[c] - letter[3] * b);
                REQUIRE_NEAR(after[4 * x + c], wanted, stays ? 0.0 : 1e-6);
            }
        }
    }
    REQUIRE(shown > 20 && hidden > 20);
}

static void title_behind_the_ball(void)
{
    scene s = scene_open();
    zd_title *title = NULL;
    zd_title_params params = zd_title_defaults();
    zd_composite_layer layer = { 0 };
    params.text = "Zdepth";
    params.outline = 0.04f;
    REQUIRE_OK(zd_title_create(s.ctx, &params, WIDTH, HEIGHT, &title, &err));
    REQUIRE(zd_title_still(title, 0.0, &layer.picture, &layer.opacity));
    lay(&s, &layer);
    check_title(&s, &layer.picture);
    zd_title_destroy(&title);
    scene_close(&s);
}

static zd_effect_io io_of(const scene *s)
{
    return (zd_effect_io){ .picture = zd_image_view(s->picture),
                           .nearness = zd_image_view(s->nearness),
                           .roi = { 0, 0, WIDTH, HEIGHT },
                           .out = zd_image_view(s->out) };
}

static void lens_on_the_ball(void)
{
    scene s = scene_open();
    zd_effect_io io = io_of(&s);
    zd_lens_blur blur = { .focus = 0.6f, .range = 0.1f, .radius = 0.08f };
    REQUIRE_OK(zd_lens_blur_apply(s.ctx, &blur, &io, &err));
    scene_check(&s, "lens_far", 1, 0.1);
}

static void lens_on_the_wall(void)
{
    scene s = scene_open();
    zd_effect_io io = io_of(&s);
    zd_lens_blur blur = { .focus = 0.1f, .range = 0.05f, .radius = 0.1f, .blades = 6.0f };
    REQUIRE_OK(zd_lens_blur_apply(s.ctx, &blur, &io, &err));
    scene_check(&s, "lens_near", 1, 0.1);
}

static void fog_before_the_wall(void)
{
    scene s = scene_open();
    zd_effect_io io = io_of(&s);
    zd_fog fog = { { 0.6f, 0.65f, 0.7f }, 2.0f, 0.8f, 1.0f };
    REQUIRE_OK(zd_fog_apply(s.ctx, &fog, &io, &err));
    scene_check(&s, "fog", 1, 0.1);
}

static void graded_ball(void)
{
    scene s = scene_open();
    zd_effect_io io = io_of(&s);
    zd_grade grade = zd_grade_neutral();
    io.matte = zd_image_view(s.matte);
    grade.exposure = 1.0f;
    grade.saturation = 0.3f;
    REQUIRE_OK(zd_grade_apply(s.ctx, &grade, &io, &err));
    scene_check(&s, "grade", 1, 0.1);
}

static void painted_scene(void)
{
    scene s = scene_open();
    zd_effect_io io = io_of(&s);
    REQUIRE_OK(zd_paint_apply(s.ctx, &(zd_paint){ 0.05f, 8.0f, 6.0f }, &io, &err));
    scene_check(&s, "paint", 1, 0.1);
}

int main(void)
{
    RUN(insert_between_the_layers);
    RUN(insert_in_overlay);
    RUN(title_behind_the_ball);
    RUN(lens_on_the_ball);
    RUN(lens_on_the_wall);
    RUN(fog_before_the_wall);
    RUN(graded_ball);
    RUN(painted_scene);
    return zd_test_finish();
}
