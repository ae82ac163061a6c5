/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte's parts one by one, against plain references: choke, feather, connected objects, what is
 * kept of them, and what the numbers mean. All planes have odd sizes and rows with room behind. */

#include <string.h>

#include "core/cpu.h"
#include "matte/components.h"
#include "matte/matte_internal.h"
#include "zd_test.h"

static zd_error err;

enum { W = 37, H = 23, STRIDE = 41, ROOM = STRIDE * H + 2 * ZD_SOFTEN_KERNEL_REACH + STRIDE };

static unsigned long long seed = 7;

static void fill_noise(float *plane)
{
    for (int i = 0; i < STRIDE * H; i++) {
        plane[i] =
            i % STRIDE < W ? zd_test_uniform(&seed) : 77.0f; /* what is behind does not count */
    }
}

static float border_at(const float *plane, int x, int y)
{
    return plane[zd_int_clamp(y, 0, H - 1) * STRIDE + zd_int_clamp(x, 0, W - 1)];
}

/* The share of a raised cosine of full width `width` that lies within a pixel, by 2000 small steps. */
static double tap_by_steps(double width, int pixel)
{
    const double pi = 3.14159265358979323846;
    double sum = 0.0;
    for (int i = 0; i < 2000; i++) {
        double at = pixel - 0.5 + (i + 0.5) / 2000;
        sum += fabs(at) < 0.5 * width ? (1.0 + cos(2.0 * pi * at / width)) / width / 2000 : 0.0;
    }
    return sum;
}

static void kernels_are_raised_cosines(void)
{
    static zd_soften_kernel kernel;
    const float widths[] = { 1.3f, 2.0f, 3.7f, 8.0f, 21.5f };
    const int reaches[] = { 1, 1, 2, 4, 11 };
    for (int i = 0; i < 5; i++) {
        double sum = 0.0;
        zd_soften_kernel_init(&kernel, widths[i]);
        REQUIRE_INT(kernel.reach, reaches[i]);
        for (int k = -kernel.reach; k <= kernel.reach; k++) {
            REQUIRE_NEAR(kernel.taps[k + kernel.reach], tap_by_steps((double) widths[i], k), 1e-4);
            sum += (double) kernel.taps[k + kernel.reach];
        }
        REQUIRE_NEAR(sum, 1.0, 1e-6);
    }
    const float narrow[] = { 0.0f, 0.4f, 1.0f }; /* nothing is softened within a pixel */
    for (int i = 0; i < 3; i++) {
        zd_soften_kernel_init(&kernel, narrow[i]);
        REQUIRE(kernel.reach == 0 && kernel.taps[0] == 1.0f);
    }
    zd_soften_kernel_init(&kernel, 5000.0f);
    REQUIRE_INT(kernel.reach, ZD_SOFTEN_KERNEL_REACH);
}

static void feather_is_a_plain_sum(void)
{
    static zd_soften_kernel kernel;
    static float plane[ROOM];
    static float before[ROOM];
    static float scratch[ROOM + STRIDE * H];
    const float widths[] = { 1.0f, 2.6f, 9.3f,
                             60.0f }; /* the last is wider than the plane is high */
    for (int i = 0; i < 4; i++) {
        fill_noise(plane);
        memcpy(before, plane, sizeof plane);
        zd_soften_kernel_init(&kernel, widths[i]);
        zd_soften_blur(&kernel, plane, scratch, W, H, STRIDE);
        int r = kernel.reach;
        for (int y = 0; y < H; y += 3) {
            for (int x = 0; x < W; x++) {
                double sum = 0.0;
                for (int j = -r; j <= r; j++) {
                    for (int k = -r; k <= r; k++) {
                        sum += (double) kernel.taps[j + r] * (double) kernel.taps[k + r] *
                               (double) border_at(before, x + k, y + j);
                    }
                }
                REQUIRE_NEAR(plane[y * STRIDE + x], sum, 2e-5);
            }
        }
        for (int y = 0; y < H; y++) {
            REQUIRE(plane[y * STRIDE + W] == 77.0f);
        }
    }
}

/* One step of a pixel's length, whole or in part, by the four neighbours or by all eight. */
static void plain_step(const float *from, float *to, bool square, bool erode, float part)
{
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float best = border_at(from, x, y);
            for (int j = -1; j <= 1; j++) {
                for (int k = -1; k <= 1; k++) {
                    float other = border_at(from, x + k, y + j);
                    bool counts = square || j == 0 || k == 0;
                    best = counts && (erode ? other < best : other > best) ? other : best;
                }
            }
            to[y * STRIDE + x] = from[y * STRIDE + x] + part * (best - from[y * STRIDE + x]);
        }
    }
}

/* 0.414 of an octagon's steps are square: the second, the fourth, and then the sixth, eighth ... */
static void choke_is_an_octagon(void)
{
    static float plane[ROOM];
    static float scratch[ROOM];
    static float expected[2][ROOM];
    const float radii[] = { 0.4f, 1.0f, 2.0f, 3.3f, 7.0f, -0.7f, -1.0f, -2.5f, -6.0f };
    for (int i = 0; i < 9; i++) {
        fill_noise(plane);
        memcpy(expected[0], plane, sizeof plane);
        float left = fabsf(radii[i]);
        int now = 0;
        double squares = 0.0;
        for (; left > 0.0f; left -= 1.0f) {
            squares += 0.414;
            bool square = floor(squares + 0.5) > floor(squares - 0.414 + 0.5);
            plain_step(expected[now], expected[!now], square, radii[i] > 0.0f,
                       left < 1.0f ? left : 1.0f);
            now = !now;
        }
        zd_soften_choke(plane, scratch, W, H, STRIDE, radii[i]);
        for (int y = 0; y < H; y++) {
            for (int x = 0; x < W; x++) {
                REQUIRE_NEAR(plane[y * STRIDE + x], expected[now][y * STRIDE + x], 1e-6);
            }
        }
    }
    fill_noise(plane);
    memcpy(expected[0], plane, sizeof plane);
    zd_soften_choke(plane, scratch, W, H, STRIDE, 0.0f);
    REQUIRE_BYTES(plane, expected[0], sizeof plane);
}

/* A lone black pixel grows into an octagon: counted by hand for four steps (diamond, square,
 * diamond, square). */
static void four_steps_make_37_pixels(void)
{
    static float plane[ROOM];
    static float scratch[ROOM];
    for (int i = 0; i < STRIDE * H; i++) {
        plane[i] = 1.0f;
    }
    plane[11 * STRIDE + 18] = 0.0f;
    zd_soften_choke(plane, scratch, W, H, STRIDE, 3.0f);
    int black = 0;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            black += plane[y * STRIDE + x] == 0.0f;
        }
    }
    REQUIRE_INT(black, 37); /* 7 x 7 without three pixels in each corner */
    REQUIRE(plane[11 * STRIDE + 15] == 0.0f && plane[11 * STRIDE + 14] == 1.0f);
    REQUIRE(plane[8 * STRIDE + 17] == 0.0f && plane[8 * STRIDE + 16] == 1.0f);
}

static const char *const drawing[9] = {
    "..............", /* */
    ".aaa....bbbbb.", /* */
    ".aaaa...bbbbb.", /* */
    "......c..bbbb.", /* a lone sample, which touches d by a corner only; so does b */
    ".......dd.....", /* */
    "......dd......", /* */
    ".eee..........", /* */
    ".eee.......f..", /* */
    ".............."
};
enum { DW = 14, DH = 9 };

/* Each letter has a depth of its own; the field is smooth, since all differ by little. */
static zd_plane draw_field(float *data, float step)
{
    for (int y = 0; y < DH; y++) {
        for (int x = 0; x < DW; x++) {
            char c = drawing[y][x];
            data[y * DW + x] = c == '.' ? 0.5f : 0.5f + step * (float) (c - 'a' + 1);
        }
    }
    return (zd_plane){ data, DW, DH, DW };
}

static const zd_plane unknown = { 0 };

static zd_thresholds between(float low, float high)
{
    return (zd_thresholds){ low, high, { 0.0f, 0.0f }, { 0.0f, 0.0f } };
}

static void objects_are_those_that_hang_together(void)
{
    float data[DW * DH];
    int labels[DW * DH];
    int queue[DW * DH];
    zd_component found[ZD_MATTE_MAX_COMPONENTS];
    zd_plane field = draw_field(data, 0.004f);
    int count = zd_components_find(field, unknown, between(0.502f, 2.0f), labels, queue, found);
    /* In the order of their first samples: a, b, c, d, e, f. */
    const char letters[] = "abcdef";
    const int areas[6] = { 7, 14, 1, 4, 6, 1 };
    REQUIRE_INT(count, 6);
    for (int i = 0; i < 6; i++) {
        double sx = 0.0;
        double sy = 0.0;
        for (int at = 0; at < DW * DH; at++) {
            bool is_in = drawing[at / DW][at % DW] == letters[i];
            REQUIRE_INT(labels[at] == i + 1, is_in);
            sx += is_in ? at % DW : 0;
            sy += is_in ? at / DW : 0;
        }
        REQUIRE_INT(found[i].area, areas[i]);
        REQUIRE_NEAR(found[i].x, sx / areas[i], 1e-5);
        REQUIRE_NEAR(found[i].y, sy / areas[i], 1e-5);
        REQUIRE_NEAR(found[i].depth, 0.5 + 0.004 * (i + 1), 1e-6);
        REQUIRE_NEAR(found[i].nearest, 0.5 + 0.004 * (i + 1), 1.5 / 128.0 + 1e-6);
    }
    REQUIRE_INT(zd_components_nearest(found, 6), found[3].nearest == found[5].nearest ? 3 : 5);
    REQUIRE_INT(zd_components_nearest(found, 0), -1);
    REQUIRE_INT(zd_components_nearest(found, 1), 0);
    /* Only b, by both of its thresholds. */
    count = zd_components_find(field, unknown, between(0.506f, 0.51f), labels, queue, found);
    REQUIRE_INT(count, 1);
    REQUIRE_INT(found[0].area, 14);
}

/* A sample that depth alone leaves out comes in by its probability. */
static void probability_chooses_too(void)
{
    float data[DW * DH];
    float sure[DW * DH];
    int labels[DW * DH];
    int queue[DW * DH];
    zd_component found[ZD_MATTE_MAX_COMPONENTS];
    zd_plane field = draw_field(data, 0.004f);
    for (int i = 0; i < DW * DH; i++) {
        char c = drawing[i / DW][i % DW];
        sure[i] = c == 'a' ? 1.0f : c == 'b' ? 0.0f : 0.5f;
    }
    zd_thresholds t = { 0.507f, 2.0f, { 0.01f, 0.01f }, { 0.0f, 0.0f } };
    int count = zd_components_find(field, (zd_plane){ sure, DW, DH, DW }, t, labels, queue, found);
    REQUIRE_INT(count, 5); /* a, c, d, e, f */
    REQUIRE_INT(found[0].area, 7);
    REQUIRE_INT(labels[2 * DW + 9], 0);
}

/* Where depth changes by 0.06 over two samples, objects part. */
static void steps_of_depth_part_objects(void)
{
    float data[20 * 3];
    int labels[20 * 3];
    int queue[20 * 3];
    zd_component found[ZD_MATTE_MAX_COMPONENTS];
    for (int steep = 0; steep < 2; steep++) {
        for (int i = 0; i < 60; i++) {
            data[i] = i % 20 < 10 ? 0.3f : steep ? 0.362f : 0.358f;
        }
        int count = zd_components_find((zd_plane){ data, 20, 3, 20 }, unknown, between(0.1f, 2.0f),
                                       labels, queue, found);
        REQUIRE_INT(count, steep ? 2 : 1);
        REQUIRE_INT(found[0].area, steep ? 27 : 60);
        REQUIRE_INT(labels[9] == 0, steep); /* those at the step are of neither */
        REQUIRE_INT(labels[10] == 0, steep);
    }
    for (int i = 0; i < 60; i++) { /* and the same downwards */
        data[i] = i / 3 < 10 ? 0.3f : 0.362f;
    }
    REQUIRE_INT(zd_components_find((zd_plane){ data, 3, 20, 3 }, unknown, between(0.1f, 2.0f),
                                   labels, queue, found),
                2);
}

/* Less than a thousandth of the field is no object, and there are 64 at most. */
static void crumbs_are_left_out(void)
{
    enum { BIG_W = 70, BIG_H = 60 };
    static float data[BIG_W * BIG_H];
    static int labels[BIG_W * BIG_H];
    static int queue[BIG_W * BIG_H];
    zd_component found[ZD_MATTE_MAX_COMPONENTS];
    zd_plane field = { data, BIG_W, BIG_H, BIG_W };
    for (int i = 0; i < BIG_W * BIG_H; i++) {
        data[i] = 0.5f;
    }
    for (int i = 0; i < 4; i++) {
        data[20 * BIG_W + 10 + i] = 0.52f; /* 4 of 4200 */
        data[40 * BIG_W + 30 + i] = i < 3 ? 0.52f : 0.5f;
    }
    int count = zd_components_find(field, unknown, between(0.51f, 2.0f), labels, queue, found);
    REQUIRE_INT(count, 1);
    REQUIRE_INT(labels[20 * BIG_W + 13], 1);
    REQUIRE_INT(labels[40 * BIG_W + 31], 0);
    for (int i = 0; i < BIG_W * BIG_H; i++) { /* 3 x 3 squares in a lattice of 5: 14 x 12 */
        data[i] = i % BIG_W % 5 < 3 && i / BIG_W % 5 < 3 ? 0.52f : 0.5f;
    }
    count = zd_components_find(field, unknown, between(0.51f, 2.0f), labels, queue, found);
    REQUIRE_INT(count, ZD_MATTE_MAX_COMPONENTS);
    REQUIRE_INT(labels[63 / 14 * 5 * BIG_W + 63 % 14 * 5], 64);
    REQUIRE_INT(labels[64 / 14 * 5 * BIG_W + 64 % 14 * 5], 0);
}

/* The 95th percentile of an object's depths, in bins of 3/128 over -1..2. */
static void the_nearest_depth_is_a_percentile(void)
{
    float data[100];
    int labels[100];
    int queue[100];
    zd_component found[ZD_MATTE_MAX_COMPONENTS];
    for (int far = 93; far <= 97; far += 2) {
        for (int i = 0; i < 100; i++) {
            data[i] = i < far ? 0.1f + 0.05f * (float) i / 100.0f : 0.16f;
        }
        REQUIRE_INT(zd_components_find((zd_plane){ data, 100, 1, 100 }, unknown,
                                       between(0.0f, 1.0f), labels, queue, found),
                    1);
        double last = (floor((0.16 + 1.0) * 128 / 3) + 0.5) * 3 / 128 - 1;
        double before = last - 3.0 / 128;
        REQUIRE_NEAR(found[0].nearest, far <= 95 ? last : before, 1e-5);
    }
}

static void labels_spread_to_the_nearest(void)
{
    enum { SW = 11, SH = 7 };
    int labels[SW * SH] = { 0 };
    int queue[SW * SH];
    labels[1 * SW + 1] = 3;
    labels[5 * SW + 9] = 8;
    zd_components_spread(SW, SH, labels, queue);
    for (int y = 0; y < SH; y++) {
        for (int x = 0; x < SW; x++) {
            int to_first = abs(x - 1) + abs(y - 1);
            int to_second = abs(x - 9) + abs(y - 5);
            int label = labels[y * SW + x];
            REQUIRE(label == 3 || label == 8);
            REQUIRE(to_first == to_second || label == (to_first < to_second ? 3 : 8));
        }
    }
}

static void labels_grow_within_the_foreground(void)
{
    float data[DW * DH];
    int labels[DW * DH] = { 0 };
    int queue[DW * DH];
    zd_plane field = draw_field(data, 0.2f);
    labels[2 * DW + 2] = 5; /* in a */
    zd_components_grow(field, unknown, between(0.6f, 2.0f), labels, queue);
    for (int i = 0; i < DW * DH; i++) {
        REQUIRE_INT(labels[i], drawing[i / DW][i % DW] == 'a' ? 5 : 0);
    }
}

static void thresholds_are_resolved(void)
{
    const zd_depth_range range = { 2.0f, 10.0f };
    zd_matte_params p = { .depth_in = 4.0f, .depth_out = 12.0f, .probability = -1.0f };
    zd_thresholds t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, 0.25, 1e-6);
    REQUIRE_NEAR(t.high, 2.0 - 1.0 / 1.25, 1e-6); /* beyond the range is bent */
    REQUIRE_NEAR(t.at_low.subject, 0.0, 0.0);
    p.probability = 0.0f; /* not told: the default weight */
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.at_low.subject, 0.33, 1e-6);
    REQUIRE_NEAR(t.at_low.rest, 0.5, 1e-6);
    REQUIRE_NEAR(t.at_high.rest, 0.0, 1e-6);
    p = (zd_matte_params){ .mode = ZD_MATTE_NORMALISED, .depth_in = -1.0f, .depth_out = 0.5f };
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, -0.5, 1e-6);
    REQUIRE_NEAR(t.high, 0.5, 1e-6);
    p = (zd_matte_params){ 0 }; /* neither is told: all */
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, -1.0, 1e-6);
    REQUIRE_NEAR(t.high, 2.0, 1e-6);
    REQUIRE(zd_thresholds_hold(t, -1.0f, 0.0f) && zd_thresholds_hold(t, 2.0f, 0.0f));
}

/* Levels turn normalised depth n into ((n - far) / (near - far)) ^ (1 / gamma): thresholds undo it. */
static void levels_are_undone(void)
{
    const zd_depth_range range = { 0.0f, 1.0f };
    zd_matte_params p = { .mode = ZD_MATTE_NORMALISED,
                          .depth_in = 0.5f,
                          .depth_out = 0.75f,
                          .level_far = 0.2f,
                          .level_near = 0.6f,
                          .level_gamma = 2.0f };
    zd_thresholds t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, 0.2 + 0.4 * 0.25, 1e-6);
    REQUIRE_NEAR(t.high, 0.2 + 0.4 * 0.5625, 1e-6);
    p.depth_in = 0.0f;  /* all that is clamped to 0 is in */
    p.depth_out = 1.0f; /* and to 1 */
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, -1.0, 1e-6);
    REQUIRE_NEAR(t.high, 2.0, 1e-6);
    p.depth_in = 1.0f;
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, 0.6, 1e-6);
    p.depth_in = 1.01f; /* nothing is */
    p.depth_out = -0.01f;
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, 2.0, 1e-6);
    REQUIRE_NEAR(t.high, -1.0, 1e-6);
    p.depth_out = 0.0f;
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.high, 0.2, 1e-6);
    p = (zd_matte_params){ .mode = ZD_MATTE_NORMALISED, .depth_in = 0.25f, .depth_out = 0.5f };
    p.level_gamma = 0.5f; /* alone, over the whole range */
    t = zd_thresholds_resolve(&p, range);
    REQUIRE_NEAR(t.low, 0.5, 1e-6);
    REQUIRE_NEAR(t.high, sqrt(0.5), 1e-6);
}

static void modes_are_converted(void)
{
    const zd_depth_range metres = { 9.0f, 1.0f };
    zd_matte_params p = { .depth_in = 7.0f, .depth_out = 3.0f };
    zd_matte_convert_mode(&p, metres, ZD_MATTE_NORMALISED);
    REQUIRE(p.mode == ZD_MATTE_NORMALISED && p.depth_in == 0.25f && p.depth_out == 0.75f);
    zd_matte_convert_mode(&p, metres, ZD_MATTE_NORMALISED);
    REQUIRE(p.depth_in == 0.25f && p.depth_out == 0.75f);
    zd_matte_convert_mode(&p, metres, ZD_MATTE_ABSOLUTE);
    REQUIRE(p.mode == ZD_MATTE_ABSOLUTE && p.depth_in == 7.0f && p.depth_out == 3.0f);
    p = (zd_matte_params){ 0 }; /* "not told" stays so */
    zd_matte_convert_mode(&p, metres, ZD_MATTE_NORMALISED);
    REQUIRE(p.mode == ZD_MATTE_NORMALISED && p.depth_in == 0.0f && p.depth_out == 0.0f);
    p = (zd_matte_params){ .depth_out = 3.0f }; /* one of them is enough */
    zd_matte_convert_mode(&p, metres, ZD_MATTE_NORMALISED);
    REQUIRE(p.depth_in == 1.125f && p.depth_out == 0.75f);
}

/* Each number at both ends of what it may be, and a step beyond. */
static void numbers_are_held_to_their_range(void)
{
    static const struct {
        const char *name;
        size_t offset;
        float low, high;
    } numbers[] = {
        { "feather", offsetof(zd_matte_params, feather), 0.0f, 2.0f },
        { "choke", offsetof(zd_matte_params, choke), -2.0f, 2.0f },
        { "level near", offsetof(zd_matte_params, level_near), 0.0f, 1.0f },
        { "level gamma", offsetof(zd_matte_params, level_gamma), 0.01f, 100.0f },
        { "level far", offsetof(zd_matte_params, level_far), 0.0f, 1.0f },
        { "probability", offsetof(zd_matte_params, probability), -INFINITY, 1.0f },
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        for (int end = 0; end < 2; end++) {
            zd_matte_params p = { 0 };
            float *value = (float *) ((char *) &p + numbers[i].offset);
            float limit = end ? numbers[i].high : numbers[i].low;
            char text[120];
            *value = limit;
            if (i == 4 && end) {
                REQUIRE_FAILS(zd_matte_params_check(&p, &err), ZD_ERR_INVALID_ARGUMENT,
                              "level far is 1 and level near 1; far must be below near");
            } else {
                REQUIRE_OK(zd_matte_params_check(&p, &err));
            }
            *value = end ? nextafterf(limit, INFINITY) : nextafterf(limit, -INFINITY);
            if (isfinite(limit)) {
                snprintf(text, sizeof text, "%s is %g; it must be %g to %g", numbers[i].name,
                         (double) *value, (double) numbers[i].low, (double) numbers[i].high);
                REQUIRE_FAILS(zd_matte_params_check(&p, &err), ZD_ERR_INVALID_ARGUMENT, text);
            }
            *value = NAN;
            REQUIRE(zd_matte_params_check(&p, &err) == ZD_ERR_INVALID_ARGUMENT);
        }
    }
    zd_matte_params p = { .depth_in = NAN };
    REQUIRE_FAILS(zd_matte_params_check(&p, &err), ZD_ERR_INVALID_ARGUMENT,
                  "Depth In and Depth Out must be numbers");
    p = (zd_matte_params){ .depth_out = NAN };
    REQUIRE_FAILS(zd_matte_params_check(&p, &err), ZD_ERR_INVALID_ARGUMENT,
                  "Depth In and Depth Out must be numbers");
    p = (zd_matte_params){ .level_far = 0.5f, .level_near = 0.5f };
    REQUIRE_FAILS(zd_matte_params_check(&p, &err), ZD_ERR_INVALID_ARGUMENT,
                  "level far is 0.5 and level near 0.5; far must be below near");
    p = (zd_matte_params){ .level_far = 0.5f, .level_near = 0.51f, .depth_in = INFINITY };
    REQUIRE_OK(zd_matte_params_check(&p, &err));
}

enum { WINDOW = 24, WINDOW_STRIDE = 29 };

/* What a window's cells have of one layer, without passing over any; lane by lane, in the order that is promised. */
static void plain_window(const zd_layer_window *w, int layer, float total[ZD_SUM_COUNT])
{
    memset(total, 0, ZD_SUM_COUNT * sizeof *total);
    for (int column = 0; column < w->width; column += 8) {
        float lanes[ZD_SUM_COUNT][8] = { { 0.0f } };
        for (int y = w->first_row; y < w->height; y += ZD_LAYER_WINDOW_ROW_STEP) {
            for (int k = 0; k < 8; k++) {
                ptrdiff_t at = y * w->stride + column + k;
                float share = (w->depth[at] - w->low) * w->scale;
                float own = layer == 0 ? share - ZD_LAYER_LEAST : 1.0f - ZD_LAYER_LEAST - share;
                float member = zd_float_clamp(own * (1.0f / ZD_LAYER_WIDTH), 0.0f, 1.0f);
                float flat = (ZD_PLATEAU_STEEP - w->gradient[at] * w->scale) *
                             (1.0f / (ZD_PLATEAU_STEEP - ZD_PLATEAU_FLAT));
                flat = zd_float_clamp(flat, 0.0f, 1.0f);
                float weight = w->weights[y * w->width + column + k] * (member * flat);
                float r = w->colours[0][at];
                float g = w->colours[1][at];
                float b = w->colours[2][at];
                float terms[ZD_SUM_COUNT] = { weight,
                                              weight * w->depth[at],
                                              weight * w->probability[at],
                                              weight * w->texture[at],
                                              weight * r,
                                              weight * g,
                                              weight * b,
                                              weight * r * r,
                                              weight * g * g,
                                              weight * b * b,
                                              weight * r * g,
                                              weight * r * b,
                                              weight * g * b };
                for (int i = 0; i < ZD_SUM_COUNT; i++) {
                    lanes[i][k] += terms[i];
                }
            }
        }
        for (int i = 0; i < ZD_SUM_COUNT; i++) {
            const float *v = lanes[i];
            total[i] += ((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7]));
        }
    }
}

/* Two layers with a border that wanders, cells between them, corners without weight: whole vectors of nothing
 * are passed over, and no bit changes. */
static void windows_pass_over_nothing(void)
{
    static float planes[7][WINDOW_STRIDE * WINDOW];
    static float weights[WINDOW * WINDOW];
    zd_context *ctx = zd_test_context(1);
    for (int turn = 0; turn < 40; turn++) {
        for (int i = 0; i < WINDOW_STRIDE * WINDOW; i++) {
            for (int p = 0; p < 7; p++) {
                planes[p][i] = zd_test_uniform(&seed);
            }
            bool is_near = i % WINDOW_STRIDE + i / WINDOW_STRIDE % 5 > turn;
            planes[0][i] = is_near ? 0.9f + 0.1f * planes[0][i] : 0.2f * planes[0][i];
            planes[1][i] *= 0.4f;
        }
        for (int i = 0; i < WINDOW * WINDOW; i++) {
            int x = i % WINDOW - WINDOW / 2;
            int y = i / WINDOW - WINDOW / 2;
            weights[i] = zd_float_clamp(1.0f - (float) (x * x + y * y) / 150.0f, 0.0f, 1.0f);
        }
        zd_layer_window window = { .depth = planes[0],
                                   .gradient = planes[1],
                                   .probability = planes[2],
                                   .texture = planes[3],
                                   .colours = { planes[4], planes[5], planes[6] },
                                   .weights = weights,
                                   .stride = WINDOW_STRIDE,
                                   .width = WINDOW,
                                   .height = WINDOW,
                                   .first_row = turn % ZD_LAYER_WINDOW_ROW_STEP,
                                   .low = 0.1f,
                                   .scale = 1.25f };
        float plain[2][ZD_SUM_COUNT];
        float found[2][ZD_SUM_COUNT];
        plain_window(&window, 0, plain[0]);
        plain_window(&window, 1, plain[1]);
        zd_layer_window_sum_c(&window, found);
        REQUIRE(memcmp(plain, found, sizeof plain) == 0);
#ifdef __x86_64__
        if ((zd_context_cpu(ctx) & ZD_CPU_AVX2) != 0) {
            zd_layer_window_sum_avx2(&window, found);
            REQUIRE(memcmp(plain, found, sizeof plain) == 0);
        }
#endif
    }
    zd_context_destroy(&ctx);
}

int main(void)
{
    RUN(windows_pass_over_nothing);
    RUN(kernels_are_raised_cosines);
    RUN(feather_is_a_plain_sum);
    RUN(choke_is_an_octagon);
    RUN(four_steps_make_37_pixels);
    RUN(objects_are_those_that_hang_together);
    RUN(probability_chooses_too);
    RUN(steps_of_depth_part_objects);
    RUN(crumbs_are_left_out);
    RUN(the_nearest_depth_is_a_percentile);
    RUN(labels_spread_to_the_nearest);
    RUN(labels_grow_within_the_foreground);
    RUN(thresholds_are_resolved);
    RUN(levels_are_undone);
    RUN(modes_are_converted);
    RUN(numbers_are_held_to_their_range);
    return zd_test_finish();
}
