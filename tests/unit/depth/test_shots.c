/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts in made-up clips: a letter a frame, each letter a scene of its own. */

#include "depth/shots.h"
#include "zd_test.h"

enum { W = 67, H = 41, MOST = 64 };

static zd_error err;

typedef struct found {
    zd_shot_decision decisions[MOST];
    int count;
    int waited; /* frames pushed before the first decision */
} found;

/* A scene: blocks of its own colours, moved by `shift` pixels. */
static void draw(zd_view view, char scene, int shift, float light)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float *pixel = zd_view_row_f32(view, y) + 3 * (ptrdiff_t) x;
            unsigned long long seed = (unsigned) scene * 7919u + (unsigned) ((x + shift) / 9 * 31) +
                                      (unsigned) (y / 7 * 1009);
            for (int c = 0; c < 3; c++) {
                float base = scene % 3 == c ? 0.35f : 0.05f;
                pixel[c] = light * (base + 0.5f * zd_test_uniform(&seed));
            }
        }
    }
}

/* 'a'..'z' are scenes, '*' a white flash; a digit after 'p' pans a scene on. */
static found detect(const char *clip, int pan)
{
    found f = { .waited = -1 };
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_shot_detector *detector = NULL;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGB_F32, &image, &err));
    REQUIRE_OK(zd_shot_detector_create(ctx, &detector, &err));
    for (int i = 0; clip[i] != '\0'; i++) {
        zd_view view = zd_image_view(image);
        draw(view, clip[i] == '*' ? 'a' : clip[i], pan * i, clip[i] == '*' ? 40.0f : 1.0f);
        if (zd_shot_detector_push(detector, view, &f.decisions[f.count])) {
            f.waited = f.waited < 0 ? i : f.waited;
            f.count++;
        }
    }
    while (zd_shot_detector_drain(detector, &f.decisions[f.count])) {
        f.count++;
    }
    zd_image_unref(&image);
    zd_shot_detector_destroy(&detector);
    zd_shot_detector_destroy(&detector);
    zd_context_destroy(&ctx);
    return f;
}

/* `cuts` has a '|' under each frame that starts a shot. */
static void require_cuts(const char *clip, int pan, const char *cuts)
{
    found f = detect(clip, pan);
    REQUIRE_INT(f.count, strlen(clip));
    for (int i = 0; i < f.count; i++) {
        REQUIRE_INT(f.decisions[i].frame, i);
        if (f.decisions[i].starts_shot != (cuts[i] == '|')) {
            ZD_TEST_FAIL("%s: frame %d %s a shot (strength %g)", clip, i,
                         f.decisions[i].starts_shot ? "starts" : "does not start",
                         (double) f.decisions[i].strength);
        }
        REQUIRE((f.decisions[i].strength > 1.0f) == (i > 0 && cuts[i] == '|'));
    }
}

static void test_cuts(void)
{
    require_cuts("aaaaaaa", 0, "|      ");
    require_cuts("aaaaabbbbbb", 0, "|    |     ");
    require_cuts("aaaaabbbbbbcccccccc", 0, "|    |     |       ");
    require_cuts("abbbbbb", 0, "||     ");
    require_cuts("aaaaaab", 0, "|     |");
    require_cuts("a", 0, "|");
    require_cuts("", 0, "");
}

static void test_a_decision_comes_four_frames_later(void)
{
    REQUIRE_INT(detect("aaaaabbbbbb", 0).waited, ZD_SHOT_DELAY);
    REQUIRE_INT(ZD_SHOT_DELAY, 4);
    REQUIRE_INT(detect("aaa", 0).waited, -1);
}

/* The picture comes back within four frames: no cut; after longer it has been one. */
static void test_flashes_are_no_cuts(void)
{
    require_cuts("aaaaaaa*aaaaaaaa", 0, "|               ");
    require_cuts("aaaaaaa**aaaaaaa", 0, "|               ");
    require_cuts("aaaaaaa***aaaaaaa", 0, "|                ");
    require_cuts("aaaaaaabbbbbaaaaaaa", 0, "|      |    |      ");
}

/* What was before a cut does not count for the shots after it: b and c are no flash in a. */
static void test_shots_of_two_frames(void)
{
    require_cuts("aaaaaabbccaaaaaa", 0, "|     | | |     ");
}

static void test_pans_are_no_cuts(void)
{
    require_cuts("aaaaaaaaaaaa", 3, "|           ");
    require_cuts("aaaaaabbbbbbb", 3, "|     |      ");
}

/* Light that is no light does not upset it. */
static void test_pixels_that_are_no_numbers(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_shot_detector *detector = NULL;
    zd_shot_decision decision;
    REQUIRE_OK(zd_image_create(ctx, W, H, ZD_RGBA_F32, &image, &err));
    REQUIRE_OK(zd_shot_detector_create(ctx, &detector, &err));
    for (int i = 0; i < 9; i++) {
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < 4 * W; x++) {
                zd_view_row_f32(zd_image_view(image), y)[x] = x % 5 == 0    ? NAN
                                                              : x % 7 == 0  ? INFINITY
                                                              : x % 11 == 0 ? -3.0f
                                                                            : 0.4f;
            }
        }
        if (zd_shot_detector_push(detector, zd_image_view(image), &decision)) {
            REQUIRE(isfinite(decision.strength) && decision.starts_shot == (decision.frame == 0));
        }
    }
    zd_image_unref(&image);
    zd_shot_detector_destroy(&detector);
    zd_context_destroy(&ctx);
}

/* ---- a plain reference, in double, of what shots.h and docs/engine.md say ---- */

enum { GRID_W = 32, GRID_H = 18, LEVELS = 8, FRAMES = 23 };

typedef struct plain {
    double grid[GRID_H][GRID_W][3];
    double histogram[LEVELS][LEVELS][LEVELS];
} plain;

static double tamed(float value)
{
    return value > 0.0f ? fmin((double) value, 1.0) : 0.0;
}

static void plain_features(zd_view view, plain *out)
{
    memset(out, 0, sizeof *out);
    for (int gy = 0; gy < GRID_H; gy++) {
        for (int gx = 0; gx < GRID_W; gx++) {
            int x0 = gx * view.width / GRID_W;
            int x1 = (gx + 1) * view.width / GRID_W;
            int y0 = gy * view.height / GRID_H;
            int y1 = (gy + 1) * view.height / GRID_H;
            int samples = ((x1 - x0 + 1) / 2) * ((y1 - y0 + 1) / 2);
            for (int i = 0; i < (x1 - x0) * (y1 - y0); i++) {
                int x = i % (x1 - x0);
                int y = i / (x1 - x0);
                const float *p = zd_view_row_f32(view, y0 + y) + (ptrdiff_t) 3 * (x0 + x);
                for (int c = 0; c < 3; c++) {
                    out->grid[gy][gx][c] += tamed(p[c]) / ((x1 - x0) * (y1 - y0));
                }
                for (int bin = 0; x % 2 == 0 && y % 2 == 0 && bin < 512; bin++) {
                    double share = fmax(0.0, 1.0 - fabs(tamed(p[0]) * 7 - bin / 64)) *
                                   fmax(0.0, 1.0 - fabs(tamed(p[1]) * 7 - bin / 8 % 8)) *
                                   fmax(0.0, 1.0 - fabs(tamed(p[2]) * 7 - bin % 8));
                    out->histogram[bin / 64][bin / 8 % 8][bin % 8] +=
                        share / (samples * GRID_W * GRID_H);
                }
            }
        }
    }
}

static double plain_contrast(const plain *f)
{
    double sum = 0.0;
    for (int c = 0; c < 3; c++) {
        double mean = 0.0;
        for (int i = 0; i < GRID_W * GRID_H; i++) {
            mean += f->grid[i / GRID_W][i % GRID_W][c] / (GRID_W * GRID_H);
        }
        for (int i = 0; i < GRID_W * GRID_H; i++) {
            sum += fabs(f->grid[i / GRID_W][i % GRID_W][c] - mean) / (GRID_W * GRID_H * 3);
        }
    }
    return sum;
}

static double plain_difference(const plain *a, const plain *b)
{
    double colour = 0.0;
    double best = 1e30;
    for (int i = 0; i < 512; i++) {
        colour += 0.5 * fabs((&a->histogram[0][0][0])[i] - (&b->histogram[0][0][0])[i]);
    }
    if (colour < 0.05) {
        return colour;
    }
    for (int shift = 0; shift < 13 * 7; shift++) {
        int dx = shift % 13 - 6;
        int dy = shift / 13 - 3;
        double sum = 0.0;
        int count = 0;
        for (int i = 0; i < GRID_W * GRID_H; i++) {
            int x = i % GRID_W;
            int y = i / GRID_W;
            bool both = x + dx >= 0 && x + dx < GRID_W && y + dy >= 0 && y + dy < GRID_H;
            for (int c = 0; both && c < 3; c++, count++) {
                sum += fabs(a->grid[y][x][c] - b->grid[y + dy][x + dx][c]);
            }
        }
        best = fmin(best, sum / count);
    }
    double scale = 0.5 * (plain_contrast(a) + plain_contrast(b)) + 0.02;
    return sqrt(colour * fmin(best / scale, 1.0));
}

/* How much a frame differs from the one before, against what is usual around it in its shot. */
static double plain_strength(const plain *f, int frame, int start)
{
    double here = plain_difference(&f[frame - 1], &f[frame]);
    double sum = 0.0;
    double most = 0.0;
    int count = 0;
    for (int i = frame - 7; i <= frame + 4 && i < FRAMES; i++) {
        if (i > start && i != frame) {
            double d = plain_difference(&f[i - 1], &f[i]);
            sum += d;
            most = fmax(most, d);
            count++;
        }
    }
    double strength = here / fmax(0.2, count > 1 ? 2.2 * (sum - most) / (count - 1) : 0.0);
    double least = 1e30;
    for (int before = frame - 4; before < frame; before++) {
        for (int after = frame; after < frame + 4; after++) {
            bool counts = before >= start && after < FRAMES && after - before > 1;
            least = counts ? fmin(least, plain_difference(&f[before], &f[after])) : least;
        }
    }
    return strength > 1.0 && least < 0.6 * here ? 0.99 : strength;
}

/* A clip with unrest, a flash, three cuts and colours out of range, of a size that no block divides. */
static void test_strengths_equal_a_plain_reference(void)
{
    static plain features[FRAMES];
    static const char clip[FRAMES + 1] = "aabbbbbbb*bbccaaaaaaadd";
    found f = { 0 };
    zd_context *ctx = zd_test_context(1);
    zd_image *image = NULL;
    zd_shot_detector *detector = NULL;
    unsigned long long seed = 11;
    REQUIRE_OK(zd_image_create(ctx, 151, 89, ZD_RGB_F32, &image, &err));
    REQUIRE_OK(zd_shot_detector_create(ctx, &detector, &err));
    zd_view view = zd_image_view(image);
    for (int i = 0; i < FRAMES; i++) {
        for (int y = 0; y < 89; y++) {
            for (int x = 0; x < 151 * 3; x++) {
                float base =
                    0.5f + 0.5f * sinf((float) (clip[i] * (x / 3 / 17 + 3 * (y / 11)) + x % 3));
                float noise = 0.06f * (float) (i % 4) * (zd_test_uniform(&seed) - 0.5f);
                zd_view_row_f32(view, y)[x] = clip[i] == '*' ? 2.0f : 1.2f * base - 0.1f + noise;
            }
        }
        plain_features(view, &features[i]);
        f.count += zd_shot_detector_push(detector, view, &f.decisions[f.count]);
    }
    REQUIRE_INT(f.count, FRAMES - 4);
    while (zd_shot_detector_drain(detector, &f.decisions[f.count])) {
        f.count++;
    }
    int start = 0;
    int cuts = 0;
    REQUIRE(f.decisions[0].starts_shot && f.decisions[0].strength == 1.0f);
    for (int i = 1; i < FRAMES; i++) {
        double expected = plain_strength(features, i, start);
        REQUIRE_NEAR(f.decisions[i].strength, expected, 1e-3 * (1.0 + expected));
        REQUIRE_INT(f.decisions[i].starts_shot, expected > 1.0);
        start = expected > 1.0 ? i : start;
        cuts += expected > 1.0;
    }
    REQUIRE(cuts >= 3 && f.decisions[9].strength < 1.0f);
    zd_shot_detector_destroy(&detector);
    zd_image_unref(&image);
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(test_cuts);
    RUN(test_a_decision_comes_four_frames_later);
    RUN(test_flashes_are_no_cuts);
    RUN(test_shots_of_two_frames);
    RUN(test_pans_are_no_cuts);
    RUN(test_pixels_that_are_no_numbers);
    RUN(test_strengths_equal_a_plain_reference);
    return zd_test_finish();
}
