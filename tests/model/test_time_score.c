/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Figures of depth over time: TAE against numpy (tests/model/make_time_vectors.py), on maps of a formula
 * and on what a network of Video Depth Anything's shape gave; laws of the others; the drawn clips. */

#include "zd_test.h"

#include "formula.h"
#include "jobs/measure/time_scene.h"
#include "jobs/measure/time_score.h"
#include "model/safetensors.h"

enum { MOST_FRAMES = 5 };

static zd_error err;

static zd_image *plane(zd_context *ctx, int width, int height, int channels)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, channels == 3 ? ZD_RGB_F32 : ZD_GRAY_F32, &image,
                               &err));
    return image;
}

static float *at(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + x * view.format.channels;
}

/* ---- TAE ---- */

typedef struct clip {
    zd_context *ctx;
    int count;
    int width;
    int height;
    zd_image *maps[MOST_FRAMES];
    zd_image *truths[MOST_FRAMES];
    zd_temporal_camera cameras[MOST_FRAMES];
} clip;

/** A camera of the numpy script. */
static zd_temporal_camera script_camera(int t, int width, int height)
{
    double c = cos(0.03 * t);
    double s = sin(0.03 * t);
    return (zd_temporal_camera){ .focal = { 0.9 * width, 0.8 * height },
                                 .centre = { 0.5 * width - 0.5, 0.5 * height - 0.5 },
                                 .turn = { c, 0.0, -s, 0.0, 1.0, 0.0, s, 0.0, c },
                                 .place = { 0.02 * t, -0.01 * t, 0.03 * t } };
}

static void fill(clip *c, zd_image *image, const char *stem, int t, double middle, double reach)
{
    char name[32];
    snprintf(name, sizeof name, "%s.%d", stem, t);
    for (int i = 0; i < c->width * c->height; i++) {
        *at(image, i % c->width, i / c->width) =
            (float) (middle + reach * formula_unit(name, (size_t) i));
    }
}

static clip open_clip(int count, int width, int height)
{
    clip c = { .ctx = zd_test_context(1), .count = count, .width = width, .height = height };
    for (int t = 0; t < count; t++) {
        c.maps[t] = plane(c.ctx, width, height, 1);
        c.truths[t] = plane(c.ctx, width, height, 1);
        c.cameras[t] = script_camera(t, width, height);
        fill(&c, c.maps[t], "map", t, 2.0, 0.5);
        fill(&c, c.truths[t], "truth", t, 3.0, 1.0);
    }
    *at(c.truths[0], 0, 0) = 0.0f;
    *at(c.truths[0], 1, 0) = 11.0f;
    *at(c.truths[0], 2, 0) = INFINITY;
    return c;
}

static double tae_of(clip *c)
{
    double tae = 0.0;
    zd_view maps[MOST_FRAMES];
    zd_view truths[MOST_FRAMES];
    for (int t = 0; t < c->count; t++) {
        maps[t] = zd_image_view(c->maps[t]);
        truths[t] = zd_image_view(c->truths[t]);
    }
    zd_temporal_clip all = { c->count, maps, truths, c->cameras };
    REQUIRE_OK(zd_temporal_tae(c->ctx, &all, &tae, &err));
    return tae;
}

static void close_clip(clip *c)
{
    for (int t = 0; t < c->count; t++) {
        zd_image_unref(&c->maps[t]);
        zd_image_unref(&c->truths[t]);
    }
    zd_context_destroy(&c->ctx);
}

static void tae_is_numpys(void)
{
    clip c = open_clip(4, 19, 13);
    REQUIRE_NEAR(tae_of(&c), 1.182360004, 1e-8);
    close_clip(&c);
}

/* `depth` of vda_tiny_T5_70x98: the truth is the formula's. */
static void tae_of_a_video_network_is_numpys(void)
{
    char path[512];
    zd_safetensors *file = NULL;
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/vda_tiny_T5_70x98.safetensors");
    }
    clip c = open_clip(5, 98, 70);
    snprintf(path, sizeof path, "%s/vectors/vda_tiny_T5_70x98.safetensors", zd_test_shared());
    REQUIRE_OK(zd_safetensors_open(c.ctx, path, &file, &err));
    const zd_stored_tensor *depth = zd_safetensors_find(file, "depth");
    REQUIRE(depth != NULL && depth->count == 5 * 70 * 98);
    for (int t = 0; t < 5; t++) {
        for (int y = 0; y < 70; y++) {
            zd_safetensors_read(file, depth, (size_t) (t * 70 + y) * 98, 98, at(c.maps[t], 0, y));
        }
    }
    REQUIRE_NEAR(tae_of(&c), 1.117544341, 1e-8);
    zd_safetensors_close(&file);
    close_clip(&c);
}

/* One scale and shift of the whole clip change nothing; without two frames there is nothing. */
static void tae_knows_no_scale(void)
{
    clip c = open_clip(4, 19, 13);
    for (int t = 0; t < 4; t++) {
        for (int i = 0; i < 19 * 13; i++) {
            float *v = at(c.maps[t], i % 19, i / 19);
            *v = 40.0f * *v - 7.0f;
        }
    }
    REQUIRE_NEAR(tae_of(&c), 1.182360004, 1e-5);
    double tae;
    zd_view map = zd_image_view(c.maps[0]);
    zd_view truth = zd_image_view(c.truths[0]);
    zd_temporal_clip one = { 1, &map, &truth, c.cameras };
    REQUIRE_FAILS(zd_temporal_tae(c.ctx, &one, &tae, &err), ZD_ERR_INVALID_ARGUMENT,
                  "1 frames; two are needed to compare");
    close_clip(&c);
}

/* ---- the drawn clips ---- */

enum { W = 192, H = 108 };

/** TAE of a drawn clip's first frames with maps that are the truth times `wobble` in turns. */
static double tae_of_scene(zd_context *ctx, zd_temporal_scene scene, float wobble)
{
    clip c = open_clip(MOST_FRAMES, W, H);
    for (int t = 0; t < MOST_FRAMES; t++) {
        c.cameras[t] = zd_temporal_scene_camera(scene, t, W, H);
        zd_temporal_scene_depth(ctx, scene, t, zd_image_view(c.truths[t]));
        for (int i = 0; i < W * H; i++) {
            float metres = *at(c.truths[t], i % W, i / W);
            REQUIRE(metres > 0.1f && metres < 10.0f);
            *at(c.maps[t], i % W, i / W) = (t % 2 == 0 ? 1.0f : wobble) / metres;
        }
    }
    double tae = tae_of(&c);
    close_clip(&c);
    return tae;
}

/* Depth and cameras belong together: the truth itself errs by rounding to pixels alone, and 4 % of
 * wobble are 4 % more. */
static void drawn_clips_are_true(void)
{
    zd_context *ctx = zd_test_context(2);
    for (int scene = 0; scene < ZD_TEMPORAL_SCENE_COUNT; scene++) {
        double still = tae_of_scene(ctx, (zd_temporal_scene) scene, 1.0f);
        double wobbly = tae_of_scene(ctx, (zd_temporal_scene) scene, 1.04f);
        printf("  %s: TAE of the truth %.2f, with 4 %% of wobble %.2f\n",
               zd_temporal_scene_name((zd_temporal_scene) scene), still, wobbly);
        REQUIRE(still < 1.2);
        REQUIRE(wobbly > 3.5 && wobbly < 6.0);
    }
    zd_context_destroy(&ctx);
}

/* ---- OPW and wander ---- */

/** A ramp of nearness, `up` higher, and a textured picture moved by whole pixels. */
static void draw(zd_image *map, zd_image *picture, float up, int moved, bool map_moves)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            int u = x + moved + 40;
            *at(map, x, y) = up + (float) (map_moves ? u : x) / W;
            for (int c = 0; c < 3; c++) {
                double n = formula_unit("texture", (size_t) ((u / 3) + 1000 * (y / 3)));
                at(picture, x, y)[c] = 0.5f + 0.4f * (float) n;
            }
        }
    }
}

/** Half of the picture is of another colour of the same light. */
static void tint(zd_image *picture, bool is_lower)
{
    for (int y = is_lower ? H / 2 : 0; y < (is_lower ? H : H / 2); y++) {
        for (int x = 0; x < W; x++) {
            at(picture, x, y)[0] += 0.2f;
            at(picture, x, y)[1] -= 0.2f * 0.299f / 0.587f;
        }
    }
}

/* What changed its colour counts by exp(-50 d^2), wherever in the picture it lies. */
static void colours_weigh(void)
{
    zd_context *ctx = zd_test_context(1);
    double shift = 0.2 * 0.299 / 0.587;
    double weight = exp(-50.0 * (0.2 * 0.2 + shift * shift));
    for (int is_lower = 0; is_lower < 2; is_lower++) {
        zd_temporal_meter *meter = NULL;
        zd_depth_map map = { .values = plane(ctx, W, H, 1), .kind = ZD_DEPTH_NEARNESS };
        zd_image *picture = plane(ctx, W, H, 3);
        REQUIRE_OK(zd_temporal_meter_create(ctx, W, H, &meter, &err));
        draw(map.values, picture, 0.0f, 0, false);
        REQUIRE_OK(zd_temporal_meter_add(meter, &map, zd_image_view(picture), &err));
        draw(map.values, picture, 0.05f, 0, false);
        tint(picture, is_lower == 1);
        REQUIRE_OK(zd_temporal_meter_add(meter, &map, zd_image_view(picture), &err));
        zd_temporal_figures f = zd_temporal_meter_result(meter);
        REQUIRE_NEAR(f.opw, 100 * 0.05 / 1.04 * (0.5 + 0.5 * weight), 0.15);
        zd_temporal_meter_destroy(&meter);
        zd_image_unref(&map.values);
        zd_image_unref(&picture);
    }
    zd_context_destroy(&ctx);
}

static zd_temporal_figures figures(const float *ups, const int *moves, int count, bool map_moves)
{
    zd_context *ctx = zd_test_context(1);
    zd_temporal_meter *meter = NULL;
    zd_depth_map map = { .values = plane(ctx, W, H, 1), .kind = ZD_DEPTH_NEARNESS };
    zd_image *picture = plane(ctx, W, H, 3);
    REQUIRE_OK(zd_temporal_meter_create(ctx, W, H, &meter, &err));
    for (int i = 0; i < count; i++) {
        draw(map.values, picture, ups[i], moves[i], map_moves);
        REQUIRE_OK(zd_temporal_meter_add(meter, &map, zd_image_view(picture), &err));
    }
    zd_temporal_figures out = zd_temporal_meter_result(meter);
    REQUIRE_INT(out.pairs, count - 1);
    REQUIRE(out.tae < 0.0);
    zd_temporal_meter_destroy(&meter);
    zd_image_unref(&map.values);
    zd_image_unref(&picture);
    zd_context_destroy(&ctx);
    return out;
}

/* The ramp's own range is 0.99; one that jumps by .05 each time has the wider one of 1.04. */
static void figures_by_hand(void)
{
    static const int still[5] = { 0 };
    static const int moves[5] = { 0, 3, 6, 9, 12 };
    static const float same[5] = { 0 };
    static const float jumps[5] = { 0.0f, 0.05f, 0.0f, 0.05f, 0.0f };
    static const float rises[5] = { 0.0f, 0.05f, 0.1f, 0.15f, 0.2f };
    zd_temporal_figures f = figures(same, still, 5, false);
    REQUIRE(f.opw == 0.0 && f.wander == 0.0);
    f = figures(jumps, still, 5, false);
    REQUIRE_NEAR(f.opw, 100 * 0.05 / 1.04, 0.1);
    REQUIRE_NEAR(f.wander, 100 * 0.05 / 1.04, 0.1);
    f = figures(rises, still, 5, false);
    REQUIRE(f.opw > 3.0 && f.wander < 0.05); /* steady change */
    f = figures(same, moves, 5, true);
    REQUIRE(f.opw < 0.15); /* depth goes with the picture, but for what comes in at the side */
    f = figures(same, moves, 5, false);
    REQUIRE(f.opw > 1.0); /* depth stays where the picture moves */
}

int main(void)
{
    RUN(tae_is_numpys);
    RUN(tae_of_a_video_network_is_numpys);
    RUN(tae_knows_no_scale);
    RUN(drawn_clips_are_true);
    RUN(figures_by_hand);
    RUN(colours_weigh);
    return zd_test_finish();
}
