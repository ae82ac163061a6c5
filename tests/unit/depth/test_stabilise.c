/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Steadied depth: the mean that it is where nothing moves, and that it follows what moves. */

#include "depth/stabilise.h"
#include "zd_test.h"

enum { W = 93, H = 61 };

static zd_error err;

typedef struct stage {
    zd_context *ctx;
    zd_stabiliser *stabiliser;
    zd_image *depth;
    zd_image *rgb;
    zd_image *out;
} stage;

static stage open_stage(int threads)
{
    stage s = { .ctx = zd_test_context(threads) };
    REQUIRE_OK(zd_stabiliser_create(s.ctx, W, H, &s.stabiliser, &err));
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.depth, &err));
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_RGB_F32, &s.rgb, &err));
    REQUIRE_OK(zd_image_create(s.ctx, W, H, ZD_GRAY_F32, &s.out, &err));
    return s;
}

static void close_stage(stage *s)
{
    zd_image_unref(&s->depth);
    zd_image_unref(&s->rgb);
    zd_image_unref(&s->out);
    zd_stabiliser_destroy(&s->stabiliser);
    zd_context_destroy(&s->ctx);
}

static float *at(zd_image *image, int x, int y)
{
    zd_view view = zd_image_view(image);
    return zd_view_row_f32(view, y) + (ptrdiff_t) x * view.format.channels;
}

static double grain(int x, int y, int c)
{
    unsigned long long seed = (unsigned) (x + 4096) * 73856093u ^ (unsigned) (y + 4096) * 19349663u;
    seed += (unsigned) c * 83492791u;
    return (double) zd_test_uniform(&seed);
}

/* A smooth texture over the plane that nowhere repeats: grains four pixels apart. */
static float texture(double x, double y, int c)
{
    double u = floor(x / 4.0);
    double v = floor(y / 4.0);
    double fx = x / 4.0 - u;
    double fy = y / 4.0 - v;
    fx = fx * fx * (3.0 - 2.0 * fx);
    fy = fy * fy * (3.0 - 2.0 * fy);
    double top = grain((int) u, (int) v, c) * (1.0 - fx) + grain((int) u + 1, (int) v, c) * fx;
    double low =
        grain((int) u, (int) v + 1, c) * (1.0 - fx) + grain((int) u + 1, (int) v + 1, c) * fx;
    return (float) (top * (1.0 - fy) + low * fy);
}

typedef struct motion {
    double x;
    double y;
    double zoom_x;
    double zoom_y;
} motion;

/* Frame `time` of a moving, textured plane whose depth slopes much more across than down. */
static void draw(stage *s, motion m, int time)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            double u = x + time * (m.x + m.zoom_x * (x - W / 2));
            double v = y + time * (m.y + m.zoom_y * (y - H / 2));
            *at(s->depth, x, y) = (float) (0.2 + 0.006 * u + 0.0008 * v);
            for (int c = 0; c < 3; c++) {
                at(s->rgb, x, y)[c] = texture(u, v, c);
            }
        }
    }
}

static void process(stage *s, float strength)
{
    REQUIRE_OK(zd_stabiliser_process(s->stabiliser, zd_image_view(s->depth), zd_image_view(s->rgb),
                                     strength, zd_image_view(s->out), &err));
}

/* The mean difference of what came out from what went in, away from the border. */
static double mean_error(stage *s)
{
    double sum = 0.0;
    for (int y = 6; y < H - 6; y++) {
        for (int x = 6; x < W - 6; x++) {
            sum += (double) fabsf(*at(s->out, x, y) - *at(s->depth, x, y));
        }
    }
    return sum / ((W - 12) * (H - 12));
}

static void test_the_first_frame_keeps_its_bits(void)
{
    stage s = open_stage(1);
    for (int shot = 0; shot < 2; shot++) {
        draw(&s, (motion){ 0 }, shot);
        *at(s.depth, 3, 4) = NAN;
        *at(s.depth, 4, 4) = INFINITY;
        process(&s, 1.0f);
        for (int y = 0; y < H; y++) {
            REQUIRE_BYTES(at(s.out, 0, y), at(s.depth, 0, y), W * sizeof(float));
        }
        zd_stabiliser_reset(s.stabiliser);
    }
    close_stage(&s);
}

/* Depth that moves with the picture stays what it is, whatever the direction. A pixel across is 6e-3,
 * motion is found in whole pixels, and a zoom moves each place otherwise. */
static void test_depth_follows_the_motion(void)
{
    static const struct {
        motion motion;
        double most;
    } cases[] = { { { 0.0, 0.0, 0.0, 0.0 }, 1e-6 },    { { 2.0, 0.0, 0.0, 0.0 }, 2e-5 },
                  { { 0.0, -3.0, 0.0, 0.0 }, 2e-5 },   { { -1.0, 2.0, 0.0, 0.0 }, 2e-5 },
                  { { 0.0, 0.0, 0.0, 0.03 }, 5.7e-4 }, { { 0.0, 0.0, 0.0, 0.06 }, 3.7e-4 },
                  { { 1.0, 0.0, 0.0, 0.05 }, 4.4e-4 } };
    for (int i = 0; i < (int) (sizeof cases / sizeof *cases); i++) {
        stage s = open_stage(2);
        double most = 0.0;
        for (int time = 0; time < 6; time++) {
            draw(&s, cases[i].motion, time);
            process(&s, 1.0f);
            most = fmax(most, mean_error(&s));
        }
        if (getenv("ZD_SHOW") != NULL) {
            printf("motion %d: %g\n", i, most);
        }
        REQUIRE(most < cases[i].most);
        close_stage(&s);
    }
}

/* The scale and shift of each frame jump, and it is noisy: what is left of the flicker from frame to
 * frame once the past has settled. */
static void test_jumps_and_noise_are_steadied(void)
{
    static float last[2][H][W];
    stage s = open_stage(1);
    unsigned long long seed = 3;
    double change[2] = { 0.0, 0.0 };
    for (int time = 0; time < 24; time++) {
        float scale = 1.0f + 0.06f * sinf(2.1f * (float) time);
        float shift = 0.04f * cosf(1.3f * (float) time);
        draw(&s, (motion){ 0 }, 0);
        for (int i = 0; i < W * H; i++) {
            float *depth = at(s.depth, i % W, i / W);
            *depth = scale * (*depth + 0.02f * (zd_test_uniform(&seed) - 0.5f)) + shift;
        }
        process(&s, 1.0f);
        for (int i = 0; i < W * H; i++) {
            float now[2] = { *at(s.depth, i % W, i / W), *at(s.out, i % W, i / W) };
            for (int k = 0; k < 2; k++) {
                double step = (double) (now[k] - last[k][i / W][i % W]);
                change[k] += time >= 16 ? step * step : 0.0;
                last[k][i / W][i % W] = now[k];
            }
        }
    }
    double ratio = sqrt(change[1] / change[0]);
    if (getenv("ZD_SHOW") != NULL) {
        printf("flicker left: %g\n", ratio);
    }
    REQUIRE(ratio > 0.0076 && ratio < 0.0120);
    close_stage(&s);
}

/* Where nothing changes, what follows is the mean of all frames, until a new one counts 8 %. */
static void test_a_plane_that_follows_is_the_mean(void)
{
    stage s = open_stage(1);
    double expected = 0.0;
    for (int time = 0; time < 20; time++) {
        float value = 0.1f + 0.04f * (float) (time * 7 % 11);
        double gain = fmax(1.0 / (time + 1), 0.08);
        expected += gain * ((double) value - expected);
        draw(&s, (motion){ 0 }, 0);
        process(&s, 1.0f);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                *at(s.depth, x, y) = value;
            }
        }
        *at(s.depth, 9, 8) = time == 3 ? NAN : value;
        zd_stabiliser_follow(s.stabiliser, ZD_FOLLOWER_FOREGROUND, zd_image_view(s.depth),
                             zd_image_view(s.out));
        REQUIRE_NEAR(*at(s.out, 40, 30), expected, 1e-5);
        REQUIRE_NEAR(*at(s.out, W - 1, H - 1), expected, 1e-5);
        REQUIRE(isnan(*at(s.out, 9, 8)) == (time == 3));
        if (time == 4) {
            REQUIRE_NEAR(*at(s.out, 9, 8), value, 1e-6);
        }
    }
    close_stage(&s);
}

/* Each plane has a past of its own. */
static void test_followers_do_not_mix(void)
{
    stage s = open_stage(1);
    for (int time = 0; time < 3; time++) {
        draw(&s, (motion){ 0 }, 0);
        process(&s, 1.0f);
        for (int which = 0; which < ZD_FOLLOWER_COUNT; which++) {
            for (int i = 0; i < W * H; i++) {
                *at(s.depth, i % W, i / W) = which == ZD_FOLLOWER_SKY ? 0.75f : 0.25f;
            }
            zd_stabiliser_follow(s.stabiliser, (zd_follower) which, zd_image_view(s.depth),
                                 zd_image_view(s.out));
            REQUIRE(*at(s.out, 40, 30) == *at(s.depth, 40, 30));
        }
    }
    close_stage(&s);
}

/* Half the strength is half of the way. */
static void test_strength(void)
{
    float results[3];
    for (int i = 0; i < 3; i++) {
        stage s = open_stage(1);
        draw(&s, (motion){ 0 }, 0);
        process(&s, 1.0f);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                *at(s.depth, x, y) += (x + y) % 2 == 0 ? 0.004f : -0.004f;
            }
        }
        process(&s, 0.5f * (float) i);
        results[i] = *at(s.out, 40, 30) - *at(s.depth, 40, 30);
        close_stage(&s);
    }
    REQUIRE(results[0] == 0.0f);
    REQUIRE_NEAR(results[2], -0.002, 2e-4); /* the mean of two frames */
    REQUIRE_NEAR(results[1], -0.001, 2e-4);
}

/* What is new in the picture has its own depth at once; the rest stays steady. */
static void test_something_new_is_seen_at_once(void)
{
    stage s = open_stage(1);
    for (int time = 0; time < 8; time++) {
        draw(&s, (motion){ 0 }, 0);
        for (int y = 20; y < 44 && time >= 5; y++) {
            for (int x = 30; x < 70; x++) {
                *at(s.depth, x, y) = 1.6f;
                for (int c = 0; c < 3; c++) {
                    at(s.rgb, x, y)[c] = 1.0f - texture(x, y, c) + 0.4f * (float) c;
                }
            }
        }
        process(&s, 1.0f);
        if (time >= 5) {
            REQUIRE_NEAR(*at(s.out, 50, 32), 1.6, 0.02);
            REQUIRE_NEAR(*at(s.out, 33, 41), 1.6, 0.06);
            REQUIRE_NEAR(*at(s.out, 10, 50), 0.2 + 0.06 + 0.04, 1e-3);
        }
    }
    close_stage(&s);
}

static void test_holes_stay_holes(void)
{
    stage s = open_stage(1);
    for (int time = 0; time < 3; time++) {
        draw(&s, (motion){ 0 }, 0);
        *at(s.depth, 20 + 3 * time, 17) = NAN;
        process(&s, 1.0f);
        REQUIRE(isnan(*at(s.out, 20 + 3 * time, 17)));
        REQUIRE(time == 0 || isfinite(*at(s.out, 20 + 3 * (time - 1), 17)));
        REQUIRE_NEAR(*at(s.out, 60, 40), *at(s.depth, 60, 40), 1e-4);
    }
    close_stage(&s);
}

static void test_any_number_of_threads(void)
{
    static float results[2][W * H];
    for (int i = 0; i < 2; i++) {
        stage s = open_stage(i == 0 ? 1 : 5);
        for (int time = 0; time < 4; time++) {
            draw(&s, (motion){ 1.3, -0.4, 0.01, 0.02 }, time);
            process(&s, 0.8f);
        }
        for (int y = 0; y < H; y++) {
            memcpy(results[i] + (ptrdiff_t) y * W, at(s.out, 0, y), W * sizeof(float));
        }
        close_stage(&s);
    }
    REQUIRE_BYTES(results[0], results[1], sizeof results[0]);
}

/* A subject of its own texture, 40 by 30 at (left, 16), before a wall of another. */
static void draw_subject(stage *s, double left, double moved)
{
    draw(s, (motion){ 0 }, 0);
    for (int y = 16; y < 46; y++) {
        for (int x = (int) ceil(left); x < left + 40.0; x++) {
            *at(s->depth, x, y) = 1.2f;
            for (int c = 0; c < 3; c++) {
                at(s->rgb, x, y)[c] = 0.3f + 0.7f * texture(x - moved + 700.0, y + 300.0, c);
            }
        }
    }
}

/* The mean probability that comes out deep in the subject, which is `inside`, and the most that comes out elsewhere. */
static void follow_subject(stage *s, double left, float inside, float *mean_in, float *most_out)
{
    *mean_in = 0.0f;
    *most_out = 0.0f;
    process(s, 1.0f);
    for (int i = 0; i < W * H; i++) {
        bool is_in = i % W >= left && i % W < left + 40.0 && i / W >= 16 && i / W < 46;
        *at(s->depth, i % W, i / W) = is_in ? inside : 0.02f;
    }
    zd_stabiliser_follow(s->stabiliser, ZD_FOLLOWER_FOREGROUND, zd_image_view(s->depth),
                         zd_image_view(s->out));
    for (int i = 0; i < W * H; i++) {
        float value = *at(s->out, i % W, i / W);
        double from_left = i % W - left;
        bool is_deep = from_left >= 12.0 && from_left < 28.0 && i / W >= 24 && i / W < 38;
        bool is_in = from_left > -1.0 && from_left < 41.0 && i / W >= 15 && i / W < 47;
        *mean_in += is_deep ? value / (16.0f * 14.0f) : 0.0f;
        *most_out = is_in ? *most_out : fmaxf(*most_out, value);
    }
}

/* The network loses sight of a subject that it was sure of, for a second of a still one and for some frames
 * of a moving one, and finds it again; nothing else comes along. */
static void test_what_was_surely_the_subject_is_recalled(void)
{
    for (int speed = 0; speed <= 2; speed++) {
        stage s = open_stage(1);
        int lost = speed == 0 ? 30 : 5;
        for (int time = 0; time < 8 + lost; time++) {
            float mean;
            float most;
            draw_subject(&s, 2 + speed * time, speed * time);
            follow_subject(&s, 2 + speed * time, time < 8 ? 0.95f : 0.25f, &mean, &most);
            if (getenv("ZD_SHOW") != NULL) {
                printf("speed %d frame %d: %g inside, %g outside\n", speed, time, (double) mean,
                       (double) most);
            }
            REQUIRE(mean > (time < 8 ? 0.94f : 0.75f));
            REQUIRE(most < 0.12f);
        }
        close_stage(&s);
    }
}

/* What the network is no longer sure of for long is let go, and what it was sure of once is not raised. */
static void test_a_recalled_subject_is_let_go(void)
{
    float mean;
    float most;
    stage s = open_stage(1);
    for (int time = 0; time < 400; time++) {
        draw_subject(&s, 20 + (time % 2), time % 2);
        follow_subject(&s, 20 + (time % 2), time < 8 ? 0.95f : 0.25f, &mean, &most);
    }
    REQUIRE_NEAR(mean, 0.25, 0.01);
    zd_stabiliser_reset(s.stabiliser);
    for (int time = 0; time < 20; time++) {
        draw_subject(&s, 20, 0);
        follow_subject(&s, 20, time == 12 ? 0.95f : 0.2f, &mean, &most);
        REQUIRE(time == 12 || mean < 0.3f);
    }
    close_stage(&s);
}

/* Where a subject vanishes from the picture the network has the only say, at once. */
static void test_what_leaves_the_picture_is_not_recalled(void)
{
    float mean;
    float most;
    stage s = open_stage(1);
    for (int time = 0; time < 30; time++) {
        draw_subject(&s, 20, 0);
        follow_subject(&s, 20, 0.98f, &mean, &most);
    }
    for (int time = 0; time < 3; time++) {
        draw(&s, (motion){ 0 }, 0);
        follow_subject(&s, 2 * W, 0.98f, &mean, &most);
        REQUIRE(most < 0.06f);
    }
    close_stage(&s);
}

static void test_wrong_sizes(void)
{
    stage s = open_stage(1);
    zd_rect part = { 0, 0, W, H - 1 };
    zd_view depth = zd_image_view(s.depth);
    zd_view rgb = zd_image_view(s.rgb);
    REQUIRE_FAILS(
        zd_stabiliser_process(s.stabiliser, zd_view_crop(depth, part), rgb, 1.0f, depth, &err),
        ZD_ERR_INVALID_ARGUMENT,
        "depth of 93x60 and picture of 93x61; the stabiliser was made for 93x61");
    REQUIRE_FAILS(
        zd_stabiliser_process(s.stabiliser, depth, zd_view_crop(rgb, part), 1.0f, depth, &err),
        ZD_ERR_INVALID_ARGUMENT,
        "depth of 93x61 and picture of 93x60; the stabiliser was made for 93x61");
    zd_stabiliser *none = NULL;
    REQUIRE_INT(zd_stabiliser_create(s.ctx, 0, 5, &none, &err), ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(none == NULL);
    close_stage(&s);
}

int main(void)
{
    RUN(test_the_first_frame_keeps_its_bits);
    RUN(test_depth_follows_the_motion);
    RUN(test_jumps_and_noise_are_steadied);
    RUN(test_a_plane_that_follows_is_the_mean);
    RUN(test_followers_do_not_mix);
    RUN(test_strength);
    RUN(test_something_new_is_seen_at_once);
    RUN(test_holes_stay_holes);
    RUN(test_any_number_of_threads);
    RUN(test_what_was_surely_the_subject_is_recalled);
    RUN(test_a_recalled_subject_is_let_go);
    RUN(test_what_leaves_the_picture_is_not_recalled);
    RUN(test_wrong_sizes);
    return zd_test_finish();
}
