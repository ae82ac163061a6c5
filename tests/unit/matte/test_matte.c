/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The laws that matte.h promises, on a small drawn scene with every setting that matters. */

#include "matte/decontaminate.h"
#include "matte/matte_internal.h"
#include "matte/object.h"
#include "matte_bench.h"
#include "sanitized.h"

/* Settings that take every path. */
static const zd_matte_params settings[] = {
    { .depth_in = 4.5f, .depth_out = 9.0f },
    { .depth_in = 4.5f, .depth_out = 9.0f, .edges = ZD_MATTE_EDGES_DEPTH },
    { .depth_in = 4.5f, .depth_out = 9.0f, .feather = 1.0f },
    { .depth_in = 4.5f, .depth_out = 9.0f, .feather = 2.0f, .choke = 1.7f, .invert = true },
    { .depth_in = 4.5f, .depth_out = 9.0f, .choke = -2.0f, .auto_feather = true },
    { .depth_in = 4.5f, .depth_out = 9.0f, .auto_feather = true, .nearest_only = true },
    { .depth_in = 2.4f, .depth_out = 5.0f, .auto_feather = true, .level_gamma = 1.5f },
    { .mode = ZD_MATTE_NORMALISED, .depth_in = 0.1f, .depth_out = 0.8f, .feather = 0.3f },
};
enum { SETTINGS = sizeof settings / sizeof *settings };

static void tiles_equal_the_whole(void)
{
    bench b = open_bench(1, SCENE_HAIR);
    static const zd_rect tiles[] = {
        { 0, 0, 1, 1 },      { 3, 5, 130, 140 },     { 64, 64, 128, 128 },
        { 100, 0, 333, 77 }, { 332, 210, 333, 211 }, { 17, 60, 300, 61 },
    };
    for (int i = 0; i < SETTINGS; i++) {
        prepare(&b, true, i % 2 == 1);
        render(&b, &settings[i], b.out);
        for (size_t t = 0; t < sizeof tiles / sizeof *tiles; t++) {
            int width = tiles[t].x1 - tiles[t].x0;
            zd_image *part = scene_image(b.ctx, width, tiles[t].y1 - tiles[t].y0, 1);
            REQUIRE_OK(zd_matte_render(b.matte, &settings[i], tiles[t], zd_image_view(part), &err));
            for (int y = tiles[t].y0; y < tiles[t].y1; y++) {
                REQUIRE_BYTES(row_of(part, y - tiles[t].y0), row_of(b.out, y) + tiles[t].x0,
                              (size_t) width * sizeof(float));
            }
            zd_image_unref(&part);
        }
    }
    close_bench(&b);
}

/* Reads from the guide as from a file. */
static void read_part(void *user, zd_rect rect, zd_view out)
{
    const zd_view *guide = user;
    zd_view_copy(zd_view_crop(*guide, rect), out);
}

/* A part of a frame that nobody has seen the rest of, from a guide that is read by pieces, and one part after
 * the other: the layers are made for what is asked for, and all give the bits of the whole. Frames of more
 * rows than cells. */
static void parts_alone_equal_the_whole(void)
{
    enum { WIDE = 613, HIGH = 571 };
    static const zd_rect parts[] = { { 250, 170, 390, 300 }, { 0, 0, 90, 70 },
                                     { 590, 540, 613, 571 }, { 300, 0, 301, 571 },
                                     { 0, 333, 613, 334 },   { 100, 90, 520, 500 } };
    zd_context *ctx = zd_test_context(1);
    scene s = scene_create(ctx, SCENE_HAIR, WIDE, HIGH);
    zd_view guide = zd_image_view(s.display);
    zd_view map = zd_image_view(s.map.values);
    zd_matte_size size = { WIDE, HIGH, map.width, map.height };
    zd_matte *mattes[2] = { NULL };
    zd_image *whole = scene_image(ctx, WIDE, HIGH, 1);
    zd_image *part = scene_image(ctx, WIDE, HIGH, 1);
    REQUIRE_OK(zd_matte_create(ctx, &size, &mattes[0], &err));
    REQUIRE_OK(zd_matte_create(ctx, &size, &mattes[1], &err));
    zd_matte_set_guide_reader(mattes[1], read_part, &guide);
    for (int i = 0; i < (ZD_TEST_HAS_TSAN ? 1 : SETTINGS); i++) { /* all on one thread */
        zd_matte_frame frame = { .map = &s.map, .range = scene_range(), .guide = &guide };
        zd_rect all = { 0, 0, WIDE, HIGH };
        REQUIRE_OK(zd_matte_prepare(mattes[0], &frame, &err));
        REQUIRE_OK(zd_matte_render(mattes[0], &settings[i], all, zd_image_view(whole), &err));
        frame.guide = NULL;
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            zd_rect r = parts[p];
            if (p % 3 != 2) { /* else the frame before is gone on with: its second part */
                REQUIRE_OK(zd_matte_prepare(mattes[1], &frame, &err));
            }
            if (p == 1) {
                zd_matte_expect(mattes[1], parts[2]);
            }
            zd_view out = zd_view_crop(zd_image_view(part), r);
            REQUIRE_OK(zd_matte_render(mattes[1], &settings[i], r, out, &err));
            for (int y = r.y0; y < r.y1; y++) {
                REQUIRE_BYTES(row_of(part, y) + r.x0, row_of(whole, y) + r.x0,
                              (size_t) (r.x1 - r.x0) * sizeof(float));
            }
        }
    }
    zd_image_unref(&part);
    zd_image_unref(&whole);
    zd_matte_destroy(&mattes[0]);
    zd_matte_destroy(&mattes[1]);
    scene_destroy(&s);
    zd_context_destroy(&ctx);
}

/* Memory is planned: a second frame takes none. */
static void frames_take_no_memory(void)
{
    zd_test_memory memory = { 0 };
    zd_context *ctx = zd_test_context_failing(&memory);
    bench b = { .ctx = ctx, .s = scene_create(ctx, SCENE_HAIR, W, H) };
    b.guide = zd_image_view(b.s.display);
    zd_view map = zd_image_view(b.s.map.values);
    zd_matte_size size = { W, H, map.width, map.height };
    REQUIRE_OK(zd_matte_create(ctx, &size, &b.matte, &err));
    b.out = scene_image(ctx, W, H, 1);
    long before = 0;
    for (int frame = 0; frame < 3; frame++) {
        before = frame == 1 ? memory.calls : before;
        prepare(&b, true, false);
        for (int i = 0; i < SETTINGS; i++) {
            render(&b, &settings[i], b.out);
        }
    }
    REQUIRE_INT(memory.calls, before);
    zd_image_unref(&b.out);
    zd_matte_destroy(&b.matte);
    scene_destroy(&b.s);
    zd_context_destroy(&ctx);
    REQUIRE_INT(memory.alive, 0);
}

static void threads_do_not_matter(void)
{
    bench one = open_bench(1, SCENE_FUR);
    bench four = open_bench(4, SCENE_FUR);
    for (int i = 0; i < SETTINGS; i++) {
        prepare(&one, true, true);
        prepare(&four, true, true);
        render(&one, &settings[i], one.out);
        render(&four, &settings[i], four.out);
        for (int y = 0; y < H; y++) {
            REQUIRE_BYTES(row_of(one.out, y), row_of(four.out, y), W * sizeof(float));
        }
    }
    close_bench(&one);
    close_bench(&four);
}

static void inverted_is_one_minus(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_image *inverted = scene_image(b.ctx, W, H, 1);
    prepare(&b, true, false);
    for (int i = 0; i < SETTINGS; i++) {
        zd_matte_params params = settings[i];
        render(&b, &params, b.out);
        params.invert = !params.invert;
        render(&b, &params, inverted);
        const zd_matte_params *p = &settings[i];
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float plain = p->invert ? row_of(inverted, y)[x] : row_of(b.out, y)[x];
                float other = p->invert ? row_of(b.out, y)[x] : row_of(inverted, y)[x];
                REQUIRE(other == 1.0f - plain);
            }
        }
    }
    zd_image_unref(&inverted);
    close_bench(&b);
}

static void wider_is_never_less(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_image *last = scene_image(b.ctx, W, H, 1);
    for (int i = 0; i < SETTINGS; i++) {
        prepare(&b, true, i % 2 == 0);
        for (int step = 0; step < 24; step++) {
            zd_matte_params params = settings[i];
            params.mode = ZD_MATTE_ABSOLUTE;
            params.nearest_only = false;
            params.invert = false;
            params.depth_in = 5.0f - 0.17f * (float) step;
            params.depth_out = 5.01f + 0.17f * (float) step;
            render(&b, &params, b.out);
            for (int y = 0; y < H; y++) {
                for (int x = 0; x < W && step > 0; x++) {
                    REQUIRE(row_of(b.out, y)[x] >= row_of(last, y)[x] - 2e-6f);
                }
            }
            zd_view_copy(zd_image_view(b.out), zd_image_view(last));
        }
    }
    zd_image_unref(&last);
    close_bench(&b);
}

/* The subject's weight at its fullest, from nothing to all: also for depths outside the range, which
 * lie beyond the ends where the weight has faded. */
static void wider_is_never_less_with_a_subject(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_image *last = scene_image(b.ctx, W, H, 1);
    zd_view_row_f32(b.probability, 3)[5] = 1.0f;
    zd_view_row_f32(b.probability, 4)[9] = 0.0f;
    zd_view_row_f32(zd_image_view(b.s.map.values), 3)[5] = -40.0f;
    zd_view_row_f32(zd_image_view(b.s.map.values), 4)[9] = 60.0f;
    prepare(&b, true, true);
    for (int soft = 0; soft < 2; soft++) {
        for (int step = 0; step <= 60; step++) {
            zd_matte_params params = { .mode = ZD_MATTE_NORMALISED, .auto_feather = soft == 1 };
            params.depth_in = 1.2f - 0.024f * (float) step;
            params.depth_out = INFINITY;
            params.probability = 1.0f;
            render(&b, &params, b.out);
            for (int y = 0; y < H && step > 0; y++) {
                for (int x = 0; x < W; x++) {
                    REQUIRE(row_of(b.out, y)[x] >= row_of(last, y)[x] - 2e-6f);
                }
            }
            zd_view_copy(zd_image_view(b.out), zd_image_view(last));
        }
    }
    zd_image_unref(&last);
    close_bench(&b);
}

/* At Depth In 0 nothing that depth lets in is kept out, at 1 nothing let in that depth keeps out. */
static void ends_of_the_range_are_depth_alone(void)
{
    bench b = open_bench(1, SCENE_BLOCKS);
    zd_image *alone = scene_image(b.ctx, W, H, 1);
    prepare(&b, false, true);
    for (int end = 0; end < 2; end++) {
        zd_matte_params params = { .mode = ZD_MATTE_NORMALISED, .depth_in = (float) end };
        params.depth_out = INFINITY;
        params.depth_in += end == 0 ? 1e-9f : 0.0f; /* two zeros would be no thresholds */
        params.probability = 1.0f;
        render(&b, &params, b.out);
        params.probability = -1.0f;
        render(&b, &params, alone);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                float more = row_of(b.out, y)[x] - row_of(alone, y)[x];
                REQUIRE(end == 0 ? more >= 0.0f : more <= 0.0f);
            }
        }
    }
    zd_image_unref(&alone);
    zd_subject_shift at = zd_subject_shift_in(0.66f, 0.5f);
    REQUIRE(at.subject == 0.33f && at.rest == 0.66f);
    at = zd_subject_shift_in(0.66f, 0.25f);
    REQUIRE(at.subject == 0.33f && at.rest == 0.5f);
    REQUIRE(zd_subject_shift_of(at, 1.0f) == 0.33f && zd_subject_shift_of(at, 0.0f) == -0.5f);
    REQUIRE(zd_subject_shift_of(at, 0.5f) == 0.0f);
    at = zd_subject_shift_out(0.66f, 0.25f);
    REQUIRE(at.subject == 0.5f && at.rest == 0.66f);
    at = zd_subject_shift_in(-1.0f, 0.5f);
    REQUIRE(at.subject == 0.0f && at.rest == 0.0f);
    close_bench(&b);
}

static void hard_is_binary(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    for (int guided = 0; guided < 2; guided++) {
        prepare(&b, guided == 1, true);
        for (int choke = -2; choke <= 2; choke++) {
            zd_matte_params params = { .depth_in = 4.5f,
                                       .depth_out = 9.0f,
                                       .choke = 0.73f * (float) choke };
            render(&b, &params, b.out);
            for (int y = 0; y < H; y++) {
                for (int x = 0; x < W; x++) {
                    REQUIRE(row_of(b.out, y)[x] == 0.0f || row_of(b.out, y)[x] == 1.0f);
                }
            }
        }
    }
    close_bench(&b);
}

/* Bad depths and bad pixels change nothing beyond the analysis window around them. */
static void poison_stays_where_it_is(void)
{
    static const float poisons[] = { NAN, INFINITY, -INFINITY, 1e38f, -1e38f };
    bench b = open_bench(2, SCENE_HAIR);
    zd_image *clean = scene_image(b.ctx, W, H, 1);
    for (int i = 0; i < SETTINGS; i++) {
        prepare(&b, true, false);
        render(&b, &settings[i], clean);
        zd_view map = zd_image_view(b.s.map.values);
        float *depth = &zd_view_row_f32(map, map.height / 2)[map.width / 2];
        float *colour = &zd_view_row_f32(b.guide, H / 2)[4 * (W / 2)];
        float saved[2] = { *depth, *colour };
        for (size_t p = 0; p < sizeof poisons / sizeof *poisons; p++) {
            *depth = poisons[p];
            *colour = poisons[p];
            prepare(&b, true, false);
            render(&b, &settings[i], b.out);
            for (int y = 0; y < H; y++) {
                for (int x = 0; x < W; x++) {
                    float m = row_of(b.out, y)[x];
                    REQUIRE(m >= 0.0f && m <= 1.0f);
                    bool near = 100 * abs(x - W / 2) < 12 * H && 100 * abs(y - H / 2) < 12 * H;
                    REQUIRE(near || settings[i].nearest_only || m == row_of(clean, y)[x]);
                }
            }
        }
        *depth = saved[0];
        *colour = saved[1];
    }
    zd_image_unref(&clean);
    close_bench(&b);
}

/* Without thresholds all is foreground; a map of nothing but NaN still gives a finite matte. */
static void extremes_are_defined(void)
{
    bench b = open_bench(1, SCENE_BLOCKS);
    zd_matte_params params = { 0 };
    prepare(&b, true, false);
    render(&b, &params, b.out);
    REQUIRE(row_of(b.out, 0)[0] == 1.0f && row_of(b.out, H / 2)[W / 2] == 1.0f);
    zd_view map = zd_image_view(b.s.map.values);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            zd_view_row_f32(map, y)[x] = NAN;
        }
    }
    prepare(&b, true, false);
    render(&b, &settings[4], b.out);
    REQUIRE(row_of(b.out, H / 2)[W / 2] == 0.0f);
    close_bench(&b);
}

/* Switching the mode and converting the thresholds leaves the picture as it is; metres count the
 * other way round. */
static void modes_and_kinds_agree(void)
{
    bench b = open_bench(1, SCENE_HAIR);
    zd_image *other = scene_image(b.ctx, W, H, 1);
    zd_matte_params params = { .depth_in = 4.43f, .depth_out = 9.0f, .auto_feather = true };
    prepare(&b, true, false);
    render(&b, &params, b.out);
    zd_matte_convert_mode(&params, scene_range(), ZD_MATTE_NORMALISED);
    REQUIRE_NEAR(params.depth_in, (4.43 - 2.0) / 5.0, 1e-6);
    render(&b, &params, other);
    double most = 0.0;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            most = fmax(most, fabs((double) row_of(b.out, y)[x] - (double) row_of(other, y)[x]));
        }
    }
    REQUIRE(most < 1e-4);
    zd_view map = zd_image_view(b.s.map.values);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            float *depth = &zd_view_row_f32(map, y)[x];
            *depth = 10.0f - *depth; /* the same scene as distances */
        }
    }
    b.s.map.kind = ZD_DEPTH_METRES;
    zd_matte_frame frame = { .map = &b.s.map, .range = { 8.0f, 3.0f }, .guide = &b.guide };
    REQUIRE_OK(zd_matte_prepare(b.matte, &frame, &err));
    params.mode = ZD_MATTE_ABSOLUTE;
    params.depth_in = 10.0f - 4.43f;
    params.depth_out = 1.0f;
    render(&b, &params, other);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            REQUIRE_NEAR(row_of(b.out, y)[x], row_of(other, y)[x], 1e-3);
        }
    }
    zd_image_unref(&other);
    close_bench(&b);
}

/* A matte at half the size is the halved matte of the whole size. */
static void lengths_follow_the_frame(void)
{
    zd_context *ctx = zd_test_context(2);
    double error = 0.0;
    double edge = 0.0;
    zd_image *mattes[2];
    for (int half = 0; half < 2; half++) {
        int w = half ? 480 : 960;
        int h = half ? 270 : 540;
        scene s = scene_create(ctx, SCENE_BLOCKS, w, h);
        zd_view map = zd_image_view(s.map.values);
        zd_view guide = zd_image_view(s.display);
        zd_matte_size size = { w, h, map.width, map.height };
        zd_matte_frame frame = { .map = &s.map, .range = scene_range(), .guide = &guide };
        zd_matte_params params = {
            .depth_in = 4.5f, .depth_out = 9.0f, .feather = 2.0f, .choke = 1.0f
        };
        zd_matte *matte = NULL;
        mattes[half] = scene_image(ctx, w, h, 1);
        REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
        REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
        REQUIRE_OK(zd_matte_render(matte, &params, (zd_rect){ 0, 0, w, h },
                                   zd_image_view(mattes[half]), &err));
        zd_matte_destroy(&matte);
        scene_destroy(&s);
    }
    for (int y = 0; y < 270; y++) {
        const float *a = row_of(mattes[0], 2 * y);
        const float *b = row_of(mattes[0], 2 * y + 1);
        for (int x = 0; x < 480; x++) {
            float mean = 0.25f * (a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1]);
            error += fabs((double) (mean - row_of(mattes[1], y)[x]));
            edge += mean > 0.0f && mean < 1.0f;
        }
    }
    printf("half size: mean difference %.4f over the edge\n", error / edge);
    REQUIRE(error / edge < 0.06);
    zd_image_unref(&mattes[0]);
    zd_image_unref(&mattes[1]);
    zd_context_destroy(&ctx);
}

/* Everything that takes memory fails cleanly at its nth allocation. */
static void memory_failures_are_errors(void)
{
    for (long n = 1;; n++) {
        zd_test_memory memory = { .fail_at = 0 };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_matte *matte = NULL;
        zd_decontaminator *decontaminator = NULL;
        zd_object_tracker *tracker = NULL;
        zd_matte_size size = { W, H, 96, 54 };
        memory.fail_at = memory.calls + n;
        zd_status status = zd_matte_create(ctx, &size, &matte, &err);
        if (status == ZD_OK) {
            status = zd_decontaminator_create(ctx, W, H, &decontaminator, &err);
        }
        if (status == ZD_OK) {
            status = zd_object_tracker_create(ctx, 96, 54, &tracker, &err);
        }
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        zd_matte_destroy(&matte);
        zd_decontaminator_destroy(&decontaminator);
        zd_object_tracker_destroy(&tracker);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (status == ZD_OK) {
            return;
        }
    }
}

static void bad_arguments_are_told(void)
{
    bench b = open_bench(1, SCENE_BLOCKS);
    zd_matte_params params = { .feather = 3.0f };
    zd_view out = zd_image_view(b.out);
    REQUIRE_FAILS(zd_matte_render(b.matte, &params, (zd_rect){ 0, 0, W, H }, out, &err),
                  ZD_ERR_INVALID_ARGUMENT, "feather is 3; it must be 0 to 2");
    params.feather = 0.0f;
    REQUIRE_FAILS(zd_matte_render(b.matte, &params, (zd_rect){ 0, 0, W, H }, out, &err),
                  ZD_ERR_INVALID_ARGUMENT, "the matte has no prepared frame");
    prepare(&b, true, false);
    REQUIRE_FAILS(zd_matte_render(b.matte, &params, (zd_rect){ 0, 0, W + 1, H }, out, &err),
                  ZD_ERR_INVALID_ARGUMENT,
                  "the region 0,0..334,211 lies outside the frame of 333x211");
    close_bench(&b);
}

/* Every size works, down to a single pixel. */
static void any_size_works(void)
{
    static const int sizes[][4] = { { 1, 1, 1, 1 },   { 7, 1, 3, 2 },     { 1, 9, 1, 1 },
                                    { 40, 30, 8, 6 }, { 64, 64, 64, 64 }, { 100, 3, 90, 80 } };
    zd_context *ctx = zd_test_context(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        zd_image *picture = scene_image(ctx, sizes[i][0], sizes[i][1], 3);
        zd_image *map = scene_image(ctx, sizes[i][2], sizes[i][3], 1);
        zd_image *out = scene_image(ctx, sizes[i][0], sizes[i][1], 1);
        unsigned long long random = 3;
        for (int y = 0; y < sizes[i][3]; y++) {
            for (int x = 0; x < sizes[i][2]; x++) {
                scene_row(map, y)[x] = zd_test_uniform(&random);
            }
        }
        zd_depth_map depth = { .values = map, .kind = ZD_DEPTH_NORMALISED };
        zd_view guide = zd_image_view(picture);
        zd_matte *matte = NULL;
        zd_matte_size size = { sizes[i][0], sizes[i][1], sizes[i][2], sizes[i][3] };
        zd_matte_frame frame = { .map = &depth, .range = { 0.0f, 1.0f }, .guide = &guide };
        REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
        REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
        for (int j = 0; j < SETTINGS; j++) {
            REQUIRE_OK(zd_matte_render(matte, &settings[j],
                                       (zd_rect){ 0, 0, sizes[i][0], sizes[i][1] },
                                       zd_image_view(out), &err));
        }
        zd_matte_destroy(&matte);
        zd_image_unref(&picture);
        zd_image_unref(&map);
        zd_image_unref(&out);
    }
    zd_context_destroy(&ctx);
}

/* No height where fewer lines cost more: the analysis looks at a 270th of the height, whatever it is, and
 * its cost goes with the fourth power of the rows. 404 lines took three times as long as 406. */
static void cost_does_not_fall_with_height(void)
{
    zd_context *ctx = zd_test_context(1);
    int rows = 0;
    int radius = 0;
    for (int height = 1; height <= 2200; height = height < 420 ? height + 1 : height + 89) {
        zd_matte *matte = NULL;
        zd_matte_size size = { 16, height, 8, 8 };
        REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
        zd_plane cells = matte->cells[ZD_CELL_DEPTH];
        REQUIRE_INT(cells.height, height < 270 ? height : 270);
        REQUIRE(cells.height >= rows && matte->radius >= radius);
        rows = cells.height;
        radius = matte->radius;
        /* The cells cover the frame without a gap, and each has a pixel. */
        for (int i = 0; i < cells.height; i++) {
            REQUIRE(zd_matte_cell_edge(matte, i + 1) > zd_matte_cell_edge(matte, i));
        }
        REQUIRE_INT(zd_matte_cell_edge(matte, cells.height), height);
        REQUIRE(zd_matte_cell_edge(matte, cells.width) >= 16);
        /* Every pixel lies between two nodes that there are. */
        for (int y = 0; y < height; y++) {
            int node = zd_matte_node_before(matte, y);
            float share = zd_matte_node_distance(matte, y, node) / zd_matte_node_step(matte);
            REQUIRE(node >= -1 && node < matte->nodes[0].height && share >= 0.0f && share <= 1.0f);
            REQUIRE(y < zd_matte_node_end(matte, node) && y >= zd_matte_node_end(matte, node - 1));
        }
        zd_matte_destroy(&matte);
    }
    zd_context_destroy(&ctx);
}

/* Small parts far from all else that the network takes for nobody are dropped, whatever their depth; what
 * is large, likely, near the subject, or looked at by depth alone stays. */
static void crumbs_are_dropped(void)
{
    enum { MW = 160, MH = 90 };
    static const struct {
        int x, y, side;
        float probability, weight;
        bool stays;
    } parts[] = { { 120, 20, 3, 0.1f, 0.66f, false }, { 120, 20, 3, 0.7f, 0.66f, true },
                  { 120, 20, 9, 0.1f, 0.66f, true },  { 61, 40, 3, 0.1f, 0.66f, true },
                  { 120, 20, 3, 0.1f, -1.0f, true },  { 0, 87, 3, 0.1f, 0.66f, false },
                  { 120, 20, 3, 0.1f, 0.05f, true } };
    zd_context *ctx = zd_test_context(1);
    zd_image *map = scene_image(ctx, MW, MH, 1);
    zd_image *probability = scene_image(ctx, MW, MH, 1);
    zd_image *out = scene_image(ctx, MW, MH, 1);
    zd_view p = zd_image_view(probability);
    zd_depth_map depth = { .values = map, .kind = ZD_DEPTH_NORMALISED };
    zd_matte_size size = { MW, MH, MW, MH };
    zd_matte *matte = NULL;
    REQUIRE_OK(zd_matte_create(ctx, &size, &matte, &err));
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        for (int y = 0; y < MH; y++) {
            for (int x = 0; x < MW; x++) {
                bool subject = x >= 20 && x < 60 && y >= 30 && y < 80;
                bool part = x >= parts[i].x && x < parts[i].x + parts[i].side && y >= parts[i].y &&
                            y < parts[i].y + parts[i].side;
                scene_row(map, y)[x] = part ? 0.95f : subject ? 0.8f : 0.1f;
                scene_row(probability, y)[x] = part      ? parts[i].probability
                                               : subject ? 0.95f
                                                         : 0.02f;
            }
        }
        zd_matte_frame frame = { .map = &depth, .range = { 0.0f, 1.0f }, .foreground = &p };
        zd_matte_params params = { .depth_in = 0.35f,
                                   .depth_out = INFINITY,
                                   .probability = parts[i].weight,
                                   .edges = ZD_MATTE_EDGES_DEPTH };
        REQUIRE_OK(zd_matte_prepare(matte, &frame, &err));
        REQUIRE_OK(
            zd_matte_render(matte, &params, (zd_rect){ 0, 0, MW, MH }, zd_image_view(out), &err));
        float middle = scene_row(out, parts[i].y + 1)[parts[i].x + 1];
        REQUIRE(middle == (parts[i].stays ? 1.0f : 0.0f));
        REQUIRE(scene_row(out, 50)[40] == 1.0f && scene_row(out, 10)[10] == 0.0f);
    }
    zd_matte_destroy(&matte);
    zd_image_unref(&map);
    zd_image_unref(&probability);
    zd_image_unref(&out);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(crumbs_are_dropped);
    RUN(tiles_equal_the_whole);
    RUN(parts_alone_equal_the_whole);
    RUN(frames_take_no_memory);
    RUN(threads_do_not_matter);
    RUN(inverted_is_one_minus);
    RUN(wider_is_never_less);
    RUN(wider_is_never_less_with_a_subject);
    RUN(ends_of_the_range_are_depth_alone);
    RUN(hard_is_binary);
    RUN(poison_stays_where_it_is);
    RUN(extremes_are_defined);
    RUN(modes_and_kinds_agree);
    RUN(lengths_follow_the_frame);
    RUN(memory_failures_are_errors);
    RUN(bad_arguments_are_told);
    RUN(any_size_works);
    RUN(cost_does_not_fall_with_height);
    return zd_test_finish();
}
