/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The figures of `zdepth bench quality`, on maps whose figures are known by hand, and the drawn clips of
 * `bench time`, against rays that are cast here. */

#include "jobs/measure/quality_score.h"
#include "jobs/measure/time_scene.h"
#include "zd_test.h"

enum { WIDTH = 24, HEIGHT = 64 };

static zd_context *ctx;
static zd_error err;

static zd_image *plane(int width, int height)
{
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, width, height, ZD_GRAY_F32, &image, &err));
    return image;
}

static float *at(zd_image *image, int x, int y)
{
    return zd_view_row_f32(zd_image_view(image), y) + x;
}

static zd_quality_score score(zd_image *near, zd_image *truth)
{
    zd_quality_score out;
    REQUIRE_OK(zd_quality_depth(ctx, zd_image_view(near), zd_image_view(truth), 1, &out, &err));
    return out;
}

/* Truths that are a baseline each: that one orders all pairs, and any other some of them wrongly. */
static void each_baseline_is_its_own_mixture(void)
{
    static const double shares[ZD_QUALITY_BASELINES] = { 0.0,  -1.0, 0.1, 0.25, 0.5,
                                                         0.75, 1.0,  1.5, 2.5 };
    zd_image *near = plane(WIDTH, HEIGHT);
    zd_image *truth = plane(WIDTH, HEIGHT);
    for (int k = 0; k < ZD_QUALITY_BASELINES; k++) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double x = (i % WIDTH + 0.5) / WIDTH;
            double y = (i / WIDTH + 0.5) / HEIGHT;
            double centre = 1.0 - sqrt((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5));
            *at(truth, i % WIDTH, i / WIDTH) =
                (float) (shares[k] < 0.0 ? centre : y + shares[k] * centre);
            *at(near, i % WIDTH, i / WIDTH) = 3.0f;
        }
        zd_quality_score s = score(near, truth);
        REQUIRE(s.valid && s.pairs == 0.5); /* nothing but ties */
        for (int other = 0; other < ZD_QUALITY_BASELINES; other++) {
            if ((s.baselines[other] > 0.9995) != (other == k)) {
                ZD_TEST_FAIL("the truth is baseline %d, and %d reaches %.5f", k, other,
                             s.baselines[other]);
            }
        }
    }
    zd_image_unref(&near);
    zd_image_unref(&truth);
}

/* A prediction that is a straight line of the truth is perfect; turned round it is as wrong as can be. */
static void scale_and_shift_do_not_count(void)
{
    zd_image *near = plane(WIDTH, HEIGHT);
    zd_image *truth = plane(WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        *at(truth, i % WIDTH, i / WIDTH) = 1.0f + 0.01f * (float) ((i * 37) % (WIDTH * HEIGHT));
        *at(near, i % WIDTH, i / WIDTH) = 20.0f * *at(truth, i % WIDTH, i / WIDTH) - 7.0f;
    }
    zd_quality_score s = score(near, truth);
    REQUIRE_NEAR(s.pairs, 1.0, 0.0);
    REQUIRE_NEAR(s.abs_rel, 0.0, 1e-5);
    REQUIRE_NEAR(s.delta1, 1.0, 0.0);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        *at(near, i % WIDTH, i / WIDTH) *= -1.0f;
    }
    s = score(near, truth);
    REQUIRE_NEAR(s.pairs, 0.0, 0.0);
    REQUIRE_NEAR(s.abs_rel, 0.0, 1e-5); /* the line turns with it */
    zd_image_unref(&near);
    zd_image_unref(&truth);
}

/* A flat prediction is fitted by the mean inverse depth: of 1 and 3, halves of each, 2. Depths are then 1/2, and
 * the true ones 1 and 1/3: |1/2 - 1| / 1 and |1/2 - 1/3| / (1/3). */
static void a_flat_map_is_fitted_by_the_mean(void)
{
    zd_image *near = plane(WIDTH, HEIGHT);
    zd_image *truth = plane(WIDTH, HEIGHT);
    for (int i = 0; i < WIDTH * HEIGHT; i++) {
        *at(truth, i % WIDTH, i / WIDTH) = i % 2 == 0 ? 1.0f : 3.0f;
        *at(near, i % WIDTH, i / WIDTH) = 0.7f;
    }
    zd_quality_score s = score(near, truth);
    REQUIRE_NEAR(s.abs_rel, 0.5 * (0.5 + 0.5), 1e-6);
    REQUIRE_NEAR(s.delta1, 0.0, 0.0);
    for (int i = 0; i < WIDTH * HEIGHT; i++) { /* of 9 and 11 all are within a quarter */
        *at(truth, i % WIDTH, i / WIDTH) = i % 2 == 0 ? 9.0f : 11.0f;
    }
    s = score(near, truth);
    REQUIRE_NEAR(s.abs_rel, 0.1, 1e-6);
    REQUIRE_NEAR(s.delta1, 1.0, 0.0);
    zd_image_unref(&near);
    zd_image_unref(&truth);
}

static void fifty_known_points_are_needed(void)
{
    zd_image *near = plane(WIDTH, HEIGHT);
    zd_image *truth = plane(WIDTH, HEIGHT);
    for (int known = 49; known <= 50; known++) {
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            *at(truth, i % WIDTH, i / WIDTH) = i < known ? 1.0f + (float) i : NAN;
            *at(near, i % WIDTH, i / WIDTH) = 1.0f + (float) i;
        }
        zd_quality_score s = score(near, truth);
        REQUIRE_INT(s.valid, known == 50);
        REQUIRE_NEAR(s.pairs, known == 50 ? 1.0 : 0.0, 0.0);
    }
    zd_image_unref(&near);
    zd_image_unref(&truth);
}

/* Columns 0..9 hold their number; the object is 6..9 of the upper row and 5 of the lower. */
static void masks_are_compared_by_hand(void)
{
    zd_image *near = plane(10, 2);
    zd_image *mask = plane(10, 2);
    for (int x = 0; x < 10; x++) {
        *at(near, x, 0) = *at(near, x, 1) = (float) x;
        *at(mask, x, 0) = x >= 6 ? 1.0f : 0.5f; /* a half is none yet */
        *at(mask, x, 1) = x == 5 ? 0.51f : 0.0f;
    }
    zd_mask_score s = zd_quality_mask(zd_image_view(near), zd_image_view(mask), 8.0f);
    REQUIRE_NEAR(s.automatic, 2.0 / 7.0,
                 1e-9);                     /* 8, 9 of both rows: 2 of 4; 3 of the object missed */
    REQUIRE_NEAR(s.best, 5.0 / 10.0, 1e-9); /* from 5 on: all 5 of 10 */
    s = zd_quality_mask(zd_image_view(near), zd_image_view(mask), 5.0f);
    REQUIRE_NEAR(s.automatic, 0.5, 1e-9);
    s = zd_quality_mask(zd_image_view(near), zd_image_view(mask), 100.0f);
    REQUIRE_NEAR(s.automatic, 0.0, 0.0);
    for (int i = 0; i < 20; i++)
    { /* nothing there, nothing found: no figure, and no number that is none */
        *at(mask, i % 10, i / 10) = 0.0f;
    }
    s = zd_quality_mask(zd_image_view(near), zd_image_view(mask), 100.0f);
    REQUIRE(s.automatic == 0.0 && s.best == 0.0);
    zd_image_unref(&near);
    zd_image_unref(&mask);
}

/* ---- the drawn clips ---- */

typedef struct solid {
    double low[3], high[3]; /* a ball: its middle, and its radius in high[0] */
} solid;

/* The room, and what stands in it, as jobs/measure/time_scene.c draws it. */
static const solid room = { { -2.6, -1.5, -1.5 }, { 2.6, 1.2, 6.5 } };
static const solid boxes[] = {
    { { -1.9, 0.1, 3.2 }, { -0.7, 1.2, 4.0 } },    { { 0.5, 0.45, 2.4 }, { 1.5, 0.55, 3.4 } },
    { { 0.55, 0.55, 2.45 }, { 0.65, 1.2, 2.55 } }, { { 1.35, 0.55, 2.45 }, { 1.45, 1.2, 2.55 } },
    { { 0.55, 0.55, 3.25 }, { 0.65, 1.2, 3.35 } }, { { 1.35, 0.55, 3.25 }, { 1.45, 1.2, 3.35 } },
    { { -0.5, -0.9, 6.3 }, { 0.9, 0.1, 6.5 } },    { { 1.9, -0.8, 4.6 }, { 2.6, 1.2, 5.6 } }
};
static const solid balls[] = { { { 1.0, 0.25, 2.9 }, { 0.2 } },
                               { { -0.3, 0.85, 2.2 }, { 0.35 } },
                               { { -1.3, -0.2, 3.6 }, { 0.3 } } };

static bool is_inside(const solid *s, const double p[3])
{
    bool inside = true;
    for (int i = 0; i < 3; i++) {
        inside = inside && p[i] > s->low[i] && p[i] < s->high[i];
    }
    return inside;
}

static bool is_free(const double p[3])
{
    bool is_free = is_inside(&room, p);
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        is_free = is_free && !is_inside(&boxes[i], p);
    }
    for (size_t i = 0; i < sizeof balls / sizeof *balls; i++) {
        double d =
            hypot(hypot(p[0] - balls[i].low[0], p[1] - balls[i].low[1]), p[2] - balls[i].low[2]);
        is_free = is_free && d > balls[i].high[0];
    }
    return is_free;
}

/* In steps of a millimetre along the axis. */
static double march(const zd_temporal_camera *c, double x, double y)
{
    double seen[3] = { (x - c->centre[0]) / c->focal[0], (y - c->centre[1]) / c->focal[1], 1.0 };
    for (double z = 0.05; z < 12.0; z += 0.001) {
        double p[3] = { 0.0, 0.0, 0.0 };
        for (int i = 0; i < 3; i++) { /* the world's point: turn transposed, of z seen - place */
            for (int k = 0; k < 3; k++) {
                p[i] += c->turn[3 * k + i] * (z * seen[k] - c->place[k]);
            }
        }
        if (!is_free(p)) {
            return z;
        }
    }
    return 0.0;
}

static void depth_is_where_rays_end(void)
{
    const int width = 41;
    const int height = 23;
    zd_image *depth = plane(width, height);
    for (int scene = 0; scene < ZD_TEMPORAL_SCENE_COUNT; scene++) {
        for (int frame = 0; frame < ZD_TEMPORAL_SCENE_FRAMES; frame += 11) {
            zd_temporal_camera c =
                zd_temporal_scene_camera((zd_temporal_scene) scene, frame, width, height);
            int off = 0;
            zd_temporal_scene_depth(ctx, (zd_temporal_scene) scene, frame, zd_image_view(depth));
            for (int y = 0; y < height; y += 2) {
                for (int x = 0; x < width; x += 3) {
                    off += fabs(march(&c, x, y) - (double) *at(depth, x, y)) > 0.002;
                }
            }
            REQUIRE(off <= 1); /* a ray that grazes an edge between two steps */
        }
    }
    zd_image_unref(&depth);
}

static void cameras_go_as_told(void)
{
    zd_temporal_camera c = zd_temporal_scene_camera(ZD_TEMPORAL_SCENE_WALK, 10, 320, 180);
    REQUIRE_NEAR(c.focal[0], 288.0, 1e-9);
    REQUIRE_NEAR(c.focal[1], 288.0, 1e-9);
    REQUIRE_NEAR(c.centre[0], 159.5, 1e-9);
    REQUIRE_NEAR(c.centre[1], 89.5, 1e-9);
    double yaw = 0.1 - 0.08;
    double at0[3] = { -0.7 + 0.45, -0.2, 0.3 };
    REQUIRE_NEAR(c.turn[0], cos(yaw), 1e-12);
    REQUIRE_NEAR(c.turn[2], -sin(yaw), 1e-12);
    REQUIRE_NEAR(c.turn[6], sin(yaw), 1e-12);
    REQUIRE_NEAR(c.place[0], -(cos(yaw) * at0[0] - sin(yaw) * at0[2]), 1e-12);
    REQUIRE_NEAR(c.place[1], 0.2, 1e-12);
    REQUIRE_NEAR(c.place[2], -(sin(yaw) * at0[0] + cos(yaw) * at0[2]), 1e-12);
    c = zd_temporal_scene_camera(ZD_TEMPORAL_SCENE_PAN, 2, 160, 90);
    yaw = -0.3 + 0.05;
    REQUIRE_NEAR(c.turn[8], cos(yaw), 1e-12);
    REQUIRE_NEAR(c.place[1], -0.02 * sin(2.0), 1e-12);
    REQUIRE_NEAR(c.place[0], -(cos(yaw) * 0.03 * sin(1.8) - sin(yaw) * 0.2), 1e-12);
    REQUIRE_TEXT(zd_temporal_scene_name(ZD_TEMPORAL_SCENE_WALK), "drawn: walk");
    REQUIRE_TEXT(zd_temporal_scene_name(ZD_TEMPORAL_SCENE_PAN), "drawn: pan");
}

/* Figures of the pictures as they were looked at (bench time writes them); a change is meant or is none. */
static void pictures_are_those_that_were_looked_at(void)
{
    static const struct {
        int scene, frame, x, y;
        double rgb[3];
    } places[] = {
#include "drawn_pixels.h"
    };
    zd_image *image = NULL;
    REQUIRE_OK(zd_image_create(ctx, 64, 36, ZD_RGB_F32, &image, &err));
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        zd_temporal_scene_draw(ctx, (zd_temporal_scene) places[i].scene, places[i].frame,
                               zd_image_view(image));
        const float *c =
            zd_view_row_f32(zd_image_view(image), places[i].y) + (ptrdiff_t) 3 * places[i].x;
        if (getenv("ZD_UPDATE") != NULL) {
            printf("        { %d, %d, %d, %d, { %.4f, %.4f, %.4f } },\n", places[i].scene,
                   places[i].frame, places[i].x, places[i].y, (double) c[0], (double) c[1],
                   (double) c[2]);
            continue;
        }
        for (int k = 0; k < 3; k++) {
            REQUIRE_NEAR(c[k], places[i].rgb[k], 2e-4);
        }
    }
    zd_image_unref(&image);
}

int main(void)
{
    ctx = zd_test_context(2);
    RUN(each_baseline_is_its_own_mixture);
    RUN(scale_and_shift_do_not_count);
    RUN(a_flat_map_is_fitted_by_the_mean);
    RUN(fifty_known_points_are_needed);
    RUN(masks_are_compared_by_hand);
    RUN(depth_is_where_rays_end);
    RUN(cameras_go_as_told);
    RUN(pictures_are_those_that_were_looked_at);
    zd_context_destroy(&ctx);
    return zd_test_finish();
}
