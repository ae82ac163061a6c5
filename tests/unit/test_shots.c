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

int main(void)
{
    RUN(test_cuts);
    RUN(test_a_decision_comes_four_frames_later);
    RUN(test_flashes_are_no_cuts);
    RUN(test_shots_of_two_frames);
    RUN(test_pans_are_no_cuts);
    RUN(test_pixels_that_are_no_numbers);
    return zd_test_finish();
}
