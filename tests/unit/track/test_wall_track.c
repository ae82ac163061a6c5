/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A drawn wall seen by a camera that moves, whose every pose is known, and a person who passes before it. */

#include "sanitized.h"
#include "track/wall_track.h"
#include "zd_test.h"

enum { W = 400, H = 226, FRAMES = 120, MAP_W = 100, MAP_H = 57 };

/* Of a long walk, in an instrumented build. */
static int first_of(int frames)
{
    return ZD_TEST_IS_SANITIZED ? frames / 5 : frames;
}

static zd_error err;

typedef struct stage {
    zd_context *ctx;
    zd_wall_track *track;
    zd_image *picture;
    zd_image *hidden;
    unsigned long long grain;
    double contrast;
    bool is_calm; /* the wall has hardly any texture where the title is */
} stage;

/* The part that a title would cover. */
static const zd_wall_box title = { 120.0, 70.0, 290.0, 150.0 };

static stage open_stage(zd_wall_box box)
{
    stage s = { .ctx = zd_test_context(2), .grain = 11, .contrast = 1.0 };
    REQUIRE_OK(zd_wall_track_create(s.ctx, W, H, box, &s.track, &err));
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_RGB_F32, &s.picture, &err));
    REQUIRE_OK(zd_image_create(s.ctx, MAP_W, MAP_H, ZD_GRAY_F32, &s.hidden, &err));
    return s;
}

static void close_stage(stage *s)
{
    zd_image_unref(&s->picture);
    zd_image_unref(&s->hidden);
    zd_wall_track_destroy(&s->track);
    zd_context_destroy(&s->ctx);
}

static double noise_at(int x, int y)
{
    unsigned long long seed = (unsigned) (x + 4096) * 73856093u ^ (unsigned) (y + 4096) * 19349663u;
    return (double) zd_test_uniform(&seed);
}

/* Smooth patches of two sizes. */
static double patches(double x, double y, double size)
{
    double u = floor(x / size);
    double v = floor(y / size);
    double fx = x / size - u;
    double fy = y / size - v;
    fx = fx * fx * (3.0 - 2.0 * fx);
    fy = fy * fy * (3.0 - 2.0 * fy);
    double a = noise_at((int) u, (int) v) * (1.0 - fx) + noise_at((int) u + 1, (int) v) * fx;
    double b =
        noise_at((int) u, (int) v + 1) * (1.0 - fx) + noise_at((int) u + 1, (int) v + 1) * fx;
    return a * (1.0 - fy) + b * fy;
}

static double wall(double x, double y)
{
    return 0.3 * patches(x, y, 5.0) + 0.5 * patches(x + 900.0, y, 19.0);
}

/* Where a point of the first frame is at a moment: the camera pans, rolls, comes nearer and goes around. */
static zd_homography camera(double t)
{
    double zoom = 1.0 + 0.35 * sin(2.2 * t);
    double roll = 0.12 * sin(3.0 * t);
    zd_homography h = { { zoom * cos(roll), -zoom * sin(roll), 45.0 * sin(2.6 * t),
                          zoom * sin(roll), zoom * cos(roll), 18.0 * sin(4.1 * t),
                          0.0006 * sin(3.3 * t), -0.0004 * sin(2.0 * t), 1.0 } };
    zd_homography to = zd_homography_scaled(1.0, 1.0, -0.5 * W, -0.5 * H);
    zd_homography from = zd_homography_scaled(1.0, 1.0, 0.5 * W, 0.5 * H);
    return zd_homography_chain(zd_homography_chain(to, h), from);
}

/* Someone walks by: a body and a head with a texture of their own; x is the middle, beyond all: nobody. */
static bool is_person(double x, double y, double person)
{
    double head = hypot((x - person) / 17.0, (y - 66.0) / 21.0);
    double body = hypot((x - person) / 33.0, (y - 180.0) / 98.0);
    return head < 1.0 || body < 1.0;
}

static void draw(stage *s, const zd_homography *pose, double person, double light)
{
    zd_homography back;
    REQUIRE(zd_homography_invert(*pose, &back));
    for (int y = 0; y < H; y++) {
        float *row = zd_view_row_f32(zd_image_view(s->picture), y);
        for (int x = 0; x < W; x++) {
            double p[2] = { 0.0, 0.0 };
            zd_homography_apply(&back, x + 0.5, y + 0.5, p);
            bool is_calm = s->is_calm && p[0] > 40.0 && p[0] < 360.0 && p[1] > 50.0 && p[1] < 190.0;
            double contrast = is_calm ? 0.12 : s->contrast;
            double value = 0.4 + contrast * (wall(p[0], p[1]) - 0.4);
            if (is_person(x + 0.5, y + 0.5, person)) {
                value = 0.2 + 0.6 * patches(x - person + 300.0, y, 9.0);
            }
            value = light * value + 0.01 * ((double) zd_test_uniform(&s->grain) - 0.5);
            row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = (float) value;
        }
    }
    for (int y = 0; y < MAP_H; y++) {
        for (int x = 0; x < MAP_W; x++) {
            double px = (x + 0.5) * W / MAP_W;
            double py = (y + 0.5) * H / MAP_H;
            zd_view_row_f32(zd_image_view(s->hidden), y)[x] =
                is_person(px, py, person) ? 1.0f : 0.0f;
        }
    }
}

static zd_wall_pose push(stage *s, bool with_matte)
{
    zd_wall_pose pose;
    zd_view hidden = with_matte ? zd_image_view(s->hidden) : (zd_view){ 0 };
    REQUIRE_OK(zd_wall_track_push(s->track, zd_image_view(s->picture), hidden, &pose, &err));
    return pose;
}

/* How far the title's corners are from where they should be, at most. */
static double error_of(const zd_homography *found, const zd_homography *truth)
{
    double most = 0.0;
    for (int i = 0; i < 4; i++) {
        double p[2];
        double q[2];
        double x = i % 2 == 0 ? title.x0 : title.x1;
        double y = i < 2 ? title.y0 : title.y1;
        REQUIRE(zd_homography_apply(found, x, y, p) && zd_homography_apply(truth, x, y, q));
        most = fmax(most, hypot(p[0] - q[0], p[1] - q[1]));
    }
    return most;
}

static double follow(stage *s, bool with_person, bool with_matte, double *last)
{
    double most = 0.0;
    for (int i = 0; i < first_of(FRAMES); i++) {
        double t = (double) i / (FRAMES - 1);
        zd_homography pose = camera(t);
        draw(s, &pose, with_person ? -60.0 + 520.0 * t : -1e6, 1.0 + 0.15 * sin(5.0 * t));
        zd_wall_pose found = push(s, with_matte);
        *last = error_of(&found.h, &pose);
        most = fmax(most, *last);
        REQUIRE(!found.is_held);
        REQUIRE(found.has_texture);
    }
    return most;
}

/* The bar: half a pixel over 120 frames. */
static void holds_a_title_to_a_moving_wall(void)
{
    double last;
    stage s = open_stage(title);
    double most = follow(&s, false, true, &last);
    printf("  a moving wall: %.3f pixels at most, %.3f in the last frame\n", most, last);
    REQUIRE(most < 0.15);
    REQUIRE_INT(zd_wall_track_model(s.track), ZD_WALL_PERSPECTIVE);
    close_stage(&s);
}

static void holds_it_while_someone_passes(void)
{
    double last;
    stage s = open_stage(title);
    double most = follow(&s, true, true, &last);
    printf("  someone passes: %.3f pixels at most, %.3f in the last frame\n", most, last);
    REQUIRE(most < 0.5);
    close_stage(&s);
    s = open_stage(title);
    most = follow(&s, true, false, &last);
    printf("  the same without a matte: %.3f, %.3f\n", most, last);
    REQUIRE(last < 0.5);
    close_stage(&s);
}

/* The wall goes out of the picture for a while; parts of it that were never seen take over, and then the first. */
static void comes_back_to_where_it_was(void)
{
    double most = 0.0;
    stage s = open_stage(title);
    for (int i = 0; i <= first_of(60); i++) {
        double far = 300.0 * sin(3.14159265 * i / 60.0);
        zd_homography pose = zd_homography_scaled(1.0, 1.0, -far, 0.2 * far);
        draw(&s, &pose, -1e6, 1.0);
        zd_wall_pose found = push(&s, true);
        REQUIRE(!found.is_held);
        double error = error_of(&found.h, &pose);
        most = fmax(most, error);
        REQUIRE(i < 60 || error < 0.1);
    }
    printf("  away by 300 pixels and back: %.3f at most\n", most);
    REQUIRE(most < 2.5); /* as far outside the picture as it is wide */
    close_stage(&s);
}

static void a_fast_pan_is_caught_by_the_flow(void)
{
    stage s = open_stage(title);
    for (int i = 0; i < 8; i++) {
        zd_homography pose = zd_homography_scaled(1.0, 1.0, 13.0 * i * (i % 2), -6.0 * i * (i % 2));
        draw(&s, &pose, -1e6, 1.0);
        zd_wall_pose found = push(&s, true);
        REQUIRE(!found.is_held);
        REQUIRE_NEAR(error_of(&found.h, &pose), 0.0, 0.25);
        i += i == 1;
        if (i == 2) {
            break;
        }
    }
    close_stage(&s);
}

static void a_wall_without_texture_is_told(void)
{
    stage s = open_stage(title);
    s.contrast = 0.0;
    for (int i = 0; i < 3; i++) {
        zd_homography pose = camera(0.2 * i);
        zd_homography still = zd_homography_identity();
        draw(&s, &pose, -1e6, 1.0);
        zd_wall_pose found = push(&s, true);
        REQUIRE(!found.has_texture);
        REQUIRE(found.is_held);
        REQUIRE_BYTES(&found.h, &still, sizeof still);
    }
    REQUIRE_INT(zd_wall_track_model(s.track), ZD_WALL_NONE);
    close_stage(&s);
}

/* All of the wall behind someone: carried on, said, and found again. */
static void what_is_all_hidden_is_carried_on(void)
{
    int held = 0;
    double error = 0.0;
    stage s = open_stage(title);
    for (int i = 0; i < 20; i++) {
        zd_homography pose = zd_homography_scaled(1.0, 1.0, 2.0 * i, -0.5 * i);
        draw(&s, &pose, -1e6, 1.0);
        for (int y = 0; y < MAP_H && i >= 8 && i < 14; y++) {
            for (int x = 8; x < MAP_W - 8; x++) {
                zd_view_row_f32(zd_image_view(s.hidden), y)[x] = 1.0f;
            }
        }
        zd_wall_pose found = push(&s, true);
        held += found.is_held;
        error = error_of(&found.h, &pose);
        REQUIRE(error < 6.0);
    }
    REQUIRE_INT(held, 6);
    REQUIRE(error < 0.1);
    close_stage(&s);
}

/* Someone full of texture walks over a wall that has hardly any, and no matte knows of it: the track may be lost, and
 * must neither be taken along nor shrink. Once a title on a pavement came out at a quarter of its size. */
static void a_stranger_takes_nothing_along(void)
{
    double most = 0.0;
    stage s = open_stage(title);
    s.is_calm = true;
    for (int i = 0; i < first_of(60); i++) {
        zd_homography pose =
            zd_homography_scaled(1.0, 1.0, 25.0 * sin(0.1 * i), 9.0 * sin(0.07 * i));
        draw(&s, &pose, -60.0 + 9.0 * i, 1.0);
        zd_wall_pose found = push(&s, false);
        most = fmax(most, error_of(&found.h, &pose));
    }
    printf("  a stranger before a calm wall: %.3f pixels at most\n", most);
    REQUIRE(most < 6.0);
    close_stage(&s);
}

/* Grain that is another in each frame is no texture: nothing may bend a title by it. Light falls off to one side, which is
 * seen again as well as any wall. */
static void grain_bends_nothing(void)
{
    double most = 0.0;
    zd_homography still = zd_homography_identity();
    stage s = open_stage(title);
    for (int i = 0; i < first_of(30); i++) {
        for (int y = 0; y < H; y++) {
            float *row = zd_view_row_f32(zd_image_view(s.picture), y);
            for (int x = 0; x < W; x++) {
                double value = 0.2 + 0.001 * x + 0.0007 * y;
                value += 0.06 * ((double) zd_test_uniform(&s.grain) - 0.5);
                row[3 * x] = row[3 * x + 1] = row[3 * x + 2] = (float) value;
            }
        }
        zd_wall_pose found = push(&s, false);
        most = fmax(most, error_of(&found.h, &still));
    }
    printf("  grain: %.3f pixels at most\n", most);
    REQUIRE(most < 1.5);
    close_stage(&s);
}

static void threads_change_no_bit(void)
{
    zd_wall_pose poses[2][5];
    for (int k = 0; k < 2; k++) {
        stage s = open_stage(title);
        zd_wall_track_destroy(&s.track);
        zd_context *ctx = zd_test_context(k == 0 ? 1 : 4);
        REQUIRE_OK(zd_wall_track_create(ctx, W, H, title, &s.track, &err));
        for (int i = 0; i < 5; i++) {
            zd_homography pose = camera(0.02 * i);
            draw(&s, &pose, 150.0 + i, 1.0);
            poses[k][i] = push(&s, true);
        }
        zd_wall_track_destroy(&s.track);
        zd_context_destroy(&ctx);
        close_stage(&s);
    }
    for (int i = 0; i < 5; i++) {
        REQUIRE_BYTES(&poses[0][i].h, &poses[1][i].h, sizeof poses[0][i].h);
    }
}

static void pictures_that_are_tiny_or_broken_do_no_harm(void)
{
    zd_context *ctx = zd_test_context(1);
    static const int sizes[][2] = { { 1, 1 }, { 3, 2 }, { 17, 5 }, { 40, 33 } };
    for (int k = 0; k < 4; k++) {
        zd_image *image = NULL;
        zd_wall_track *track = NULL;
        zd_wall_pose pose;
        zd_wall_box box = { -5.0, 0.0, 1e5, 1.0 };
        REQUIRE_OK(zd_wall_track_create(ctx, sizes[k][0], sizes[k][1], box, &track, &err));
        REQUIRE_OK(zd_image_create(ctx, sizes[k][0], sizes[k][1], ZD_RGBA_F32, &image, &err));
        for (int i = 0; i < 4; i++) {
            for (int y = 0; y < sizes[k][1]; y++) {
                for (int x = 0; x < 4 * sizes[k][0]; x++) {
                    zd_view_row_f32(zd_image_view(image), y)[x] = (x + y + i) % 7 == 0 ? NAN
                                                                  : (x + y) % 5 == 0   ? -INFINITY
                                                                                       : (float) x;
                }
            }
            REQUIRE_OK(
                zd_wall_track_push(track, zd_image_view(image), (zd_view){ 0 }, &pose, &err));
            for (int m = 0; m < 9; m++) {
                REQUIRE(isfinite(pose.h.m[m]));
            }
        }
        zd_image_unref(&image);
        zd_wall_track_destroy(&track);
    }
    zd_context_destroy(&ctx);
}

static void any_allocation_may_fail(void)
{
    for (long n = 1; n < 100; n++) {
        zd_test_memory memory = { .fail_at = 0 };
        zd_wall_track *track = NULL;
        zd_context *ctx = zd_test_context_failing(&memory);
        memory.fail_at = memory.calls + n;
        zd_status status = zd_wall_track_create(ctx, 64, 48, title, &track, &err);
        zd_wall_track_destroy(&track);
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
        if (status == ZD_OK) {
            REQUIRE(n > 2);
            return;
        }
        REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
    }
    REQUIRE(false);
}

int main(void)
{
    RUN(holds_a_title_to_a_moving_wall);
    RUN(holds_it_while_someone_passes);
    RUN(comes_back_to_where_it_was);
    RUN(a_fast_pan_is_caught_by_the_flow);
    RUN(a_wall_without_texture_is_told);
    RUN(what_is_all_hidden_is_carried_on);
    RUN(a_stranger_takes_nothing_along);
    RUN(grain_bends_nothing);
    RUN(threads_change_no_bit);
    RUN(pictures_that_are_tiny_or_broken_do_no_harm);
    RUN(any_allocation_may_fail);
    return zd_test_finish();
}
