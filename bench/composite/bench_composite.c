/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Ratios of the compositor's steps to a memcpy of the same 1080p RGBA float frame. The two are
 * measured in turns within one run and the smallest times are compared, since wall clock on a
 * shared machine is noise. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "composite/composite.h"
#include "composite/effect_spec.h"
#include "composite/effects/grade.h"
#include "composite/effects/lens_blur.h"
#include "composite/effects/paint.h"
#include "composite/insert_light.h"
#include "image/colour.h"

enum { WIDTH = 1920, HEIGHT = 1080, ROUNDS = 15 };

static const zd_rect whole = { 0, 0, WIDTH, HEIGHT };

typedef struct bench {
    zd_context *one;
    zd_context *two;
    zd_image *footage;
    zd_image *insert;
    zd_image *copy;
    zd_image *matte;
    zd_image *nearness;
    zd_image *background;
    zd_image *air;
} bench;

static double now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return 1e3 * (double) t.tv_sec + 1e-6 * (double) t.tv_nsec;
}

static zd_image *make(zd_context *ctx, int channels, int kind)
{
    zd_image *image = NULL;
    zd_error err;
    if (zd_image_create(ctx, WIDTH, HEIGHT, (zd_format){ ZD_SAMPLE_F32, channels }, &image, &err) !=
        ZD_OK)
    {
        puts(err.message);
        exit(1);
    }
    for (int y = 0; y < HEIGHT; y++) {
        float *row = zd_view_row_f32(zd_image_view(image), y);
        for (int x = 0; x < WIDTH; x++) {
            float edge = (float) (x - 900) / 120.0f + (float) (y % 64) / 64.0f;
            float soft = edge < 0.0f ? 0.0f : edge > 1.0f ? 1.0f : edge;
            for (int c = 0; c < channels; c++) {
                row[x * channels + c] =
                    kind == 1 ? soft : 0.5f + 0.001f * (float) ((x + y + c) % 300);
            }
            if (channels == 4) {
                row[4 * x + 3] = 1.0f;
            }
        }
    }
    return image;
}

typedef void (*step)(bench *b, zd_context *ctx);

static void check(zd_status status, const zd_error *err)
{
    if (status != ZD_OK) {
        puts(err->message);
        exit(1);
    }
}

static void composite_with(bench *b, zd_context *ctx, zd_blend blend, bool background)
{
    zd_error err;
    zd_composite_layer layer = { .picture = { zd_image_view(b->insert), 0, 0 },
                                 .matte = { zd_image_view(b->matte), 0, 0 },
                                 .opacity = 0.75f,
                                 .blend = blend };
    if (background) {
        layer.background = (zd_placed_view){ zd_image_view(b->background), 0, 0 };
    }
    zd_composite composite = { .picture = { zd_image_view(b->footage), 0, 0 },
                               .layers = &layer,
                               .count = 1 };
    check(zd_composite_render(ctx, &composite, whole, &err), &err);
}

static void step_normal(bench *b, zd_context *ctx)
{
    composite_with(b, ctx, ZD_BLEND_NORMAL, false);
}

static void step_background(bench *b, zd_context *ctx)
{
    composite_with(b, ctx, ZD_BLEND_NORMAL, true);
}

static void step_soft_light(bench *b, zd_context *ctx)
{
    composite_with(b, ctx, ZD_BLEND_SOFT_LIGHT, false);
}

static void step_decode(bench *b, zd_context *ctx)
{
    (void) ctx;
    zd_transfer_decode_view(ZD_TRANSFER_SRGB, zd_image_view(b->insert));
}

static void step_encode(bench *b, zd_context *ctx)
{
    (void) ctx;
    zd_transfer_encode_view(ZD_TRANSFER_SRGB, zd_image_view(b->insert));
}

static zd_effect_io io_of(bench *b)
{
    return (zd_effect_io){ .picture = zd_image_view(b->insert),
                           .nearness = zd_image_view(b->nearness),
                           .roi = whole,
                           .out = zd_image_view(b->footage) };
}

static void step_grade(bench *b, zd_context *ctx)
{
    zd_error err;
    zd_grade grade = zd_grade_neutral();
    zd_effect_io io = io_of(b);
    grade.gamma[0] = 1.1f;
    grade.saturation = 0.5f;
    check(zd_grade_apply(ctx, &grade, &io, &err), &err);
}

static void step_lens_blur(bench *b, zd_context *ctx)
{
    zd_error err;
    zd_lens_blur blur = { .focus = 1.0f, .range = 0.1f, .radius = 0.01f };
    zd_effect_io io = io_of(b);
    check(zd_lens_blur_apply(ctx, &blur, &io, &err), &err);
}

static void step_paint(bench *b, zd_context *ctx)
{
    zd_error err;
    zd_paint paint = { .brush = 0.006f, .sharpness = 8.0f };
    zd_effect_io io = io_of(b);
    check(zd_paint_apply(ctx, &paint, &io, &err), &err);
}

static const char *the_effect; /* of the steps below */

static void step_effect(bench *b, zd_context *ctx)
{
    zd_error err;
    zd_effect_chain chain;
    zd_effect_io io = io_of(b);
    check(zd_effect_parse(the_effect, 0.0, &chain, &err), &err);
    check(zd_effect_step_apply(ctx, &chain.steps[0], &io, &err), &err);
}

static zd_composite_light the_light; /* of the step below */

static void step_light(bench *b, zd_context *ctx)
{
    zd_error err;
    zd_composite_light_scene scene = { .picture = zd_image_view(b->insert),
                                       .nearness = zd_image_view(b->nearness),
                                       .matte = zd_image_view(b->matte),
                                       .insert = { zd_view_crop(zd_image_view(b->insert),
                                                                (zd_rect){ 0, 0, 1200, 300 }),
                                                   400, 400 },
                                       .opacity = 1.0f,
                                       .depth = 0.5f };
    int margin = zd_composite_light_margin(&the_light, HEIGHT);
    zd_rect roi = { 400 - margin, 400 - margin, 1600 + margin, 700 + margin };
    check(zd_composite_light_make(ctx, &the_light, &scene, roi, zd_image_view(b->footage),
                                  zd_image_view(b->air), &err),
          &err);
}

static double time_step(bench *b, zd_context *ctx, step run)
{
    double start = now_ms();
    run(b, ctx);
    return now_ms() - start;
}

static double time_copy(const bench *b)
{
    double start = now_ms();
    memcpy(zd_image_view(b->copy).data, zd_image_view(b->insert).data,
           (size_t) WIDTH * HEIGHT * 4 * sizeof(float));
    return now_ms() - start;
}

static void report(bench *b, const char *name, step run, int rounds)
{
    double copy = 1e30;
    double one = 1e30;
    double two = 1e30;
    for (int i = 0; i < rounds; i++) {
        double t = time_copy(b);
        copy = t < copy ? t : copy;
        t = time_step(b, b->one, run);
        one = t < one ? t : one;
        t = time_step(b, b->two, run);
        two = t < two ? t : two;
    }
    printf("%-28s %8.2f ms  %6.2f x memcpy (%.2f ms)  two threads %.2f x\n", name, one, one / copy,
           copy, one / two);
}

/* Every built-in effect as it is written without numbers: bench_composite effects; or one as given. */
static void report_effects(bench *b, const char *only)
{
    static const char *const more[] = { "zblur=blades=6:bloom=8", "zstereo=layout=2" };
    for (int i = 0; only == NULL && i < zd_effect_count(); i++) {
        the_effect = zd_effect_at(i)->name;
        report(b, the_effect, step_effect, 2);
    }
    for (int i = 0; i < (only != NULL ? 1 : 2); i++) {
        the_effect = only != NULL ? only : more[i];
        report(b, the_effect, step_effect, only != NULL ? 5 : 2);
    }
}

/* What lights an insert of 1200 x 300 pixels: bench_composite light. */
static void report_light(bench *b)
{
    const zd_composite_light none = { .wrap_width = 0.015f,
                                      .shadow_softness = 0.015f,
                                      .shadow_direction = 60.0f,
                                      .shadow_length = 0.05f,
                                      .shadow_reach = 0.15f };
    the_light = none;
    the_light.wrap = 1.0f;
    report(b, "light wrap", step_light, 5);
    the_light = none;
    the_light.wrap_front = 1.0f;
    report(b, "light wrap in front", step_light, 5);
    the_light = none;
    the_light.shadow = 1.0f;
    report(b, "contact shadow", step_light, 5);
    the_light = none;
    the_light.shadow_front = 1.0f;
    report(b, "contact shadow from the front", step_light, 5);
}

int main(int argc, char **argv)
{
    zd_context_params one = { .threads = 1 };
    zd_context_params two = { .threads = 2 };
    bench b = { 0 };
    zd_error err;
    check(zd_context_create(&one, &b.one, &err), &err);
    check(zd_context_create(&two, &b.two, &err), &err);
    b.footage = make(b.one, 4, 0);
    b.insert = make(b.one, 4, 0);
    b.copy = make(b.one, 4, 0);
    b.matte = make(b.one, 1, 1);
    b.nearness = make(b.one, 1, 1);
    b.background = make(b.one, 3, 0);
    b.air = make(b.one, 4, 0);
    if (argc > 1 && strcmp(argv[1], "light") == 0) {
        report_light(&b);
        return 0;
    }
    if (argc > 1 && strcmp(argv[1], "effects") == 0) {
        report_effects(&b, argc > 2 ? argv[2] : NULL);
        return 0;
    }
    report(&b, "composite, normal", step_normal, ROUNDS);
    report(&b, "composite, with background", step_background, ROUNDS);
    report(&b, "composite, soft light", step_soft_light, ROUNDS);
    report(&b, "decode sRGB (one thread)", step_decode, ROUNDS);
    report(&b, "encode sRGB (one thread)", step_encode, ROUNDS);
    report(&b, "grade", step_grade, 5);
    report(&b, "lens blur, radius 1 %", step_lens_blur, 2);
    report(&b, "paint, brush 0.6 %", step_paint, 2);
    return 0;
}
