/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What is told beside the depth: surfaces that do not jump, sky, confidence; and the facts of a matte. */

#include "matte/facts.h"
#include "matte/matte_internal.h"
#include "matte_bench.h"

static float largest_step(bench *b)
{
    float most = 0.0f;
    zd_rect whole = { 0, 0, W, H };
    prepare(b, true, false);
    REQUIRE_OK(zd_matte_render_depth(b->matte, whole, zd_image_view(b->out), &err));
    for (int y = 0; y < H; y++) {
        for (int x = 1; x < W; x++) {
            most = fmaxf(most, fabsf(row_of(b->out, y)[x] - row_of(b->out, y)[x - 1]));
        }
    }
    return most;
}

/* Depth jumps where the picture does; a surface that is known to be unbroken only slopes, however
 * steep it is; and what is known of one frame is forgotten when it is told so. */
static void unbroken_surfaces_do_not_jump(void)
{
    bench b = open_bench(1, SCENE_HAIR);
    zd_view map = zd_image_view(b.s.map.values);
    zd_image *surface = scene_image(b.ctx, map.width, map.height, 1);
    zd_view everywhere = zd_image_view(surface);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            zd_view_row_f32(everywhere, y)[x] = 1.0f;
        }
    }
    float jump = largest_step(&b);
    zd_matte_set_surface(b.matte, &everywhere);
    float slope = largest_step(&b);
    REQUIRE(slope < 0.6f * jump);
    zd_matte_set_surface(b.matte, NULL);
    REQUIRE_NEAR(largest_step(&b), jump, 0.0);
    zd_image_unref(&surface);
    close_bench(&b);
}

/* A plane of the map's size: `inside` right of a column, `outside` before it. */
static zd_image *told_plane(const bench *b, int column, float outside, float inside)
{
    zd_view map = zd_image_view(b->s.map.values);
    zd_image *image = scene_image(b->ctx, map.width, map.height, 1);
    for (int y = 0; y < map.height; y++) {
        for (int x = 0; x < map.width; x++) {
            zd_view_row_f32(zd_image_view(image), y)[x] = x < column ? outside : inside;
        }
    }
    return image;
}

/* Whatever its depth says and however low Depth In is. */
static void sky_is_never_foreground(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_view map = zd_image_view(b.s.map.values);
    int column = map.width / 2;
    b.s.map.sky = told_plane(&b, column, 0.29f, 0.31f);
    prepare(&b, false, false);
    zd_matte_params params = { .depth_in = -1e4f,
                               .depth_out = INFINITY,
                               .edges = ZD_MATTE_EDGES_DEPTH };
    render(&b, &params, b.out);
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int from_edge = x - column * W / map.width;
            REQUIRE(abs(from_edge) <= W / map.width + 1 ||
                    row_of(b.out, y)[x] == (from_edge < 0 ? 1.0f : 0.0f));
        }
    }
    zd_image_unref(&b.s.map.sky);
    close_bench(&b);
}

/* A wider Depth In never lowers a pixel, whatever the confidence is. */
static void wider_is_never_less_where_depth_is_doubted(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_image *last = scene_image(b.ctx, W, H, 1);
    zd_view map = zd_image_view(b.s.map.values);
    b.s.map.confidence = told_plane(&b, map.width / 2, 1.02f, 9.0f);
    prepare(&b, true, false);
    for (int step = 0; step < 24; step++) {
        zd_matte_params params = { .depth_in = 5.0f - 0.17f * (float) step,
                                   .depth_out = INFINITY,
                                   .auto_feather = true };
        render(&b, &params, b.out);
        for (int y = 0; y < H && step > 0; y++) {
            for (int x = 0; x < W; x++) {
                REQUIRE(row_of(b.out, y)[x] >= row_of(last, y)[x] - 2e-6f);
            }
        }
        zd_view_copy(zd_image_view(b.out), zd_image_view(last));
    }
    zd_image_unref(&last);
    zd_image_unref(&b.s.map.confidence);
    close_bench(&b);
}

/** The mean error of the matte against the scene's own, after the map's right half was moved by
 *  samples that are beyond what an edge may be off by. */
static double error_with_confidence(bench *b, const zd_image *confidence)
{
    double sum = 0.0;
    zd_matte_params params = { .depth_in = 4.5f, .depth_out = INFINITY, .auto_feather = true };
    b->s.map.confidence = (zd_image *) confidence;
    prepare(b, true, false);
    render(b, &params, b->out);
    b->s.map.confidence = NULL;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            sum += (double) fabsf(row_of(b->out, y)[x] - row_of(b->s.alpha, y)[x]);
        }
    }
    return sum / (W * H);
}

/* Where the network doubts a map whose edge is wrong, the picture's edge counts. A confidence that is
 * alike everywhere changes nothing. */
static void doubt_trusts_the_picture(void)
{
    bench b = open_bench(2, SCENE_HAIR);
    zd_view map = zd_image_view(b.s.map.values);
    zd_image *even = told_plane(&b, 0, 3.0f, 3.0f);
    zd_image *doubt = told_plane(&b, 0, 9.0f, 9.0f);
    for (int y = 0; y < map.height; y++) { /* the near layer loses its outermost samples */
        float *row = zd_view_row_f32(map, y);
        float *unsure = zd_view_row_f32(zd_image_view(doubt), y);
        for (int x = map.width - 1; x >= 5; x--) {
            bool is_edge = row[x] > 4.5f && row[x - 5] < 4.5f;
            for (int i = 0; is_edge && i < 12; i++) {
                unsure[zd_int_clamp(x - 8 + i, 0, map.width - 1)] = 1.05f;
            }
            row[x] = is_edge ? row[x - 5] : row[x];
        }
    }
    double plain = error_with_confidence(&b, NULL);
    REQUIRE(error_with_confidence(&b, even) == plain);
    double open = error_with_confidence(&b, doubt);
    printf("  mean error of the matte %.4f, where doubt is known %.4f\n", plain, open);
    REQUIRE(open < 0.98 * plain);
    zd_image_unref(&even);
    zd_image_unref(&doubt);
    close_bench(&b);
}

static void facts_are_counted(void)
{
    zd_test_memory memory = { .fail_at = 0 };
    zd_context *ctx = zd_test_context_failing(&memory);
    zd_image *map = scene_image(ctx, 40, 30, 1);
    zd_image *probability = scene_image(ctx, 40, 30, 1);
    zd_view p = zd_image_view(probability);
    for (int y = 0; y < 30; y++) {
        for (int x = 0; x < 40; x++) {
            bool first = x >= 4 && x < 14 && y >= 5 && y < 20;
            bool second = x >= 24 && x < 28 && y >= 5 && y < 15;
            scene_row(map, y)[x] = first ? 0.8f : second ? 0.2f : y >= 24 ? 0.9f : 0.1f;
            scene_row(probability, y)[x] = first || second ? 1.0f : x == 0 && y == 0 ? 0.3f : 0.0f;
        }
    }
    zd_depth_map depth = { .values = map, .kind = ZD_DEPTH_NORMALISED };
    zd_matte_params params = { .depth_in = 0.5f, .depth_out = INFINITY, .probability = -1.0f };
    zd_matte_facts facts;
    REQUIRE_OK(zd_matte_facts_measure(ctx, &depth, (zd_depth_range){ 0.0f, 1.0f }, &p, &params,
                                      &facts, &err));
    REQUIRE(fabsf(facts.foreground - (150.0f + 240.0f) / 1200.0f) < 1e-4f);
    REQUIRE(fabsf(facts.subject - 190.0f / 1200.0f) < 1e-4f);
    REQUIRE(fabsf(facts.in_subject - 150.0f / 1200.0f) < 1e-4f);
    REQUIRE(fabsf(facts.floor - 240.0f / 1200.0f) < 1e-4f);
    REQUIRE(fabsf(facts.doubtful - 1.0f / 1200.0f) < 1e-6f);
    REQUIRE_INT(facts.subjects, 2);
    params.probability = 0.66f; /* the far person is let in, the floor kept out */
    REQUIRE_OK(zd_matte_facts_measure(ctx, &depth, (zd_depth_range){ 0.0f, 1.0f }, &p, &params,
                                      &facts, &err));
    REQUIRE(fabsf(facts.in_subject - 190.0f / 1200.0f) < 1e-4f && facts.floor == 0.0f);
    REQUIRE_OK(zd_matte_facts_measure(ctx, &depth, (zd_depth_range){ 0.0f, 1.0f }, NULL, &params,
                                      &facts, &err));
    REQUIRE(!facts.has_probability && facts.subjects == 0);
    memory.fail_at = memory.calls + 2;
    REQUIRE_FAILS(zd_matte_facts_measure(ctx, &depth, (zd_depth_range){ 0.0f, 1.0f }, NULL, &params,
                                         &facts, &err),
                  ZD_ERR_NO_MEMORY, err.message);
    zd_image_unref(&map);
    zd_image_unref(&probability);
    zd_context_destroy(&ctx);
    REQUIRE_INT(memory.alive, 0);
}

int main(void)
{
    RUN(unbroken_surfaces_do_not_jump);
    RUN(sky_is_never_foreground);
    RUN(wider_is_never_less_where_depth_is_doubted);
    RUN(doubt_trusts_the_picture);
    RUN(facts_are_counted);
    return zd_test_finish();
}
