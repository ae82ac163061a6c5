/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The range of a frame against sorting, and the range of a shot against its rules. */

#include "depth/range.h"
#include "zd_test.h"

enum { W = 61, H = 37, PIXELS = W * H };

static zd_error err;

static int ascending(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

/* Values with both signs and many magnitudes; some are no depths. */
static int draw(zd_view view, unsigned long long seed, float scale, float sorted[PIXELS])
{
    int count = 0;
    for (int y = 0; y < H; y++) {
        for (int x = 0; x < W; x++) {
            float u = zd_test_uniform(&seed);
            float value = scale * (u * u * u * 40.0f - 3.0f * zd_test_uniform(&seed));
            float *out = &zd_view_row_f32(view, y)[x];
            *out = x == 5 && y % 3 == 0 ? NAN : x == 7 && y % 9 == 0 ? INFINITY : value;
            *out = x == 9 && y == 1 ? -INFINITY : *out;
            if (isfinite(*out)) {
                sorted[count++] = *out;
            }
        }
    }
    qsort(sorted, (size_t) count, sizeof *sorted, ascending);
    return count;
}

static void test_a_frame_against_sorting(void)
{
    static const float scales[] = { 1.0f, -1.0f, 1e-6f, 3e7f };
    float sorted[PIXELS];
    zd_context *ctx = zd_test_context(1);
    for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < 4; i++) {
            zd_depth_map map = { .kind = (zd_depth_kind) kind };
            REQUIRE_OK(zd_image_create(ctx, W, H, ZD_GRAY_F32, &map.values, &err));
            int count = draw(zd_image_view(map.values), 7 + (unsigned) i, scales[i], sorted);
            int outer = (int) (0.005 * count);
            double low = (double) sorted[outer];
            double high = (double) sorted[count - 1 - outer];
            zd_range_extent extent = zd_range_measure(&map);
            bool metres = kind == ZD_DEPTH_METRES;
            REQUIRE(extent.valid);
            /* A bin is 2^-15 of a value. */
            REQUIRE_NEAR(metres ? extent.nearest : extent.furthest, low, fabs(low) * 4e-5);
            REQUIRE_NEAR(metres ? extent.furthest : extent.nearest, high, fabs(high) * 4e-5);
            zd_image_unref(&map.values);
        }
    }
    zd_context_destroy(&ctx);
}

static void test_a_frame_without_depth(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_depth_map map = { .kind = ZD_DEPTH_METRES };
    REQUIRE_OK(zd_image_create(ctx, 3, 2, ZD_GRAY_F32, &map.values, &err));
    for (int i = 0; i < 6; i++) {
        zd_view_row_f32(zd_image_view(map.values), i / 3)[i % 3] = i % 2 == 0 ? NAN : INFINITY;
    }
    REQUIRE(!zd_range_measure(&map).valid);
    zd_view_row_f32(zd_image_view(map.values), 1)[2] = 2.5f;
    zd_range_extent one = zd_range_measure(&map);
    REQUIRE(one.valid);
    REQUIRE_NEAR(one.nearest, 2.5, 1e-4);
    REQUIRE_NEAR(one.furthest, 2.5, 1e-4);
    zd_image_unref(&map.values);
    zd_context_destroy(&ctx);
}

static zd_depth_range range_of(float (*ends)[2], int count, zd_depth_kind kind)
{
    zd_context *ctx = zd_test_context(1);
    zd_range_estimator *estimator = NULL;
    REQUIRE_OK(zd_range_estimator_create(ctx, &estimator, &err));
    /* What was before a reset does not count; nor does a frame without depth. */
    REQUIRE_OK(zd_range_estimator_add(estimator, (zd_range_extent){ -99.0f, 99.0f, true }, &err));
    zd_range_estimator_reset(estimator);
    for (int i = 0; i < count; i++) {
        zd_range_extent nothing = { 1e9f, -1e9f, false };
        zd_range_extent extent = { ends[i][0], ends[i][1], true };
        REQUIRE_OK(zd_range_estimator_add(estimator, nothing, &err));
        REQUIRE_OK(zd_range_estimator_add(estimator, extent, &err));
    }
    zd_depth_range range = zd_range_estimator_result(estimator, kind);
    zd_range_estimator_destroy(&estimator);
    REQUIRE(estimator == NULL);
    zd_range_estimator_destroy(&estimator);
    zd_context_destroy(&ctx);
    return range;
}

static void require_range(zd_depth_range range, double furthest, double nearest)
{
    REQUIRE_NEAR(range.furthest, furthest, 1e-5);
    REQUIRE_NEAR(range.nearest, nearest, 1e-5);
}

/* The 95th percentile of the ends, by hand: of 21 frames whose ends move evenly it is the 20th. */
static void test_a_shot_takes_nearly_the_outermost(void)
{
    float ends[21][2];
    for (int i = 0; i < 21; i++) {
        ends[i][0] = 2.0f - 0.01f * (float) i;
        ends[i][1] = 10.0f + 0.02f * (float) i;
    }
    require_range(range_of(ends, 21, ZD_DEPTH_NEARNESS), 1.81, 10.38);
    for (int i = 0; i < 21; i++) {
        ends[i][0] = 10.0f + 0.02f * (float) i; /* metres: the furthest is the larger */
        ends[i][1] = 2.0f - 0.01f * (float) i;
    }
    require_range(range_of(ends, 21, ZD_DEPTH_METRES), 10.38, 1.81);
}

/* A tenth of the extent beyond what three quarters of the frames hold is let in, more is not. */
static void test_what_passes_for_a_moment_is_left_out(void)
{
    float ends[9][2];
    for (int i = 0; i < 9; i++) {
        ends[i][0] = 1.0f;
        ends[i][1] = 5.0f;
    }
    ends[3][1] = 5.39f;
    require_range(range_of(ends, 9, ZD_DEPTH_NEARNESS), 1.0, 5.0 + 0.6 * 0.39);
    ends[3][1] = 5.41f;
    require_range(range_of(ends, 9, ZD_DEPTH_NEARNESS), 1.0, 5.0);
    ends[3][1] = 5.0f;
    ends[6][0] = 0.59f;
    require_range(range_of(ends, 9, ZD_DEPTH_NEARNESS), 1.0, 5.0);
    ends[6][0] = 0.61f;
    require_range(range_of(ends, 9, ZD_DEPTH_NEARNESS), 1.0 - 0.6 * 0.39, 5.0);
}

static void test_many_frames(void)
{
    enum { COUNT = 1000 };
    static float ends[COUNT][2];
    for (int i = 0; i < COUNT; i++) {
        ends[i][0] = -4.0f;
        ends[i][1] = 3.0f;
    }
    require_range(range_of(ends, COUNT, ZD_DEPTH_NORMALISED), -4.0, 3.0);
}

static void test_the_ends_always_differ(void)
{
    static float same[1][2] = { { 5.0f, 5.0f } };
    static float zero[1][2] = { { 0.0f, 0.0f } };
    require_range(range_of(NULL, 0, ZD_DEPTH_NEARNESS), 0.0, 1.0);
    require_range(range_of(NULL, 0, ZD_DEPTH_METRES), 1.0, 0.0);
    require_range(range_of(same, 1, ZD_DEPTH_NEARNESS), 5.0, 5.005);
    require_range(range_of(same, 1, ZD_DEPTH_METRES), 5.0, 4.995);
    REQUIRE_NEAR(range_of(zero, 1, ZD_DEPTH_NEARNESS).nearest, 1e-6, 1e-9);
    REQUIRE_NEAR(range_of(zero, 1, ZD_DEPTH_METRES).nearest, -1e-6, 1e-9);
}

int main(void)
{
    RUN(test_a_frame_against_sorting);
    RUN(test_a_frame_without_depth);
    RUN(test_a_shot_takes_nearly_the_outermost);
    RUN(test_what_passes_for_a_moment_is_left_out);
    RUN(test_many_frames);
    RUN(test_the_ends_always_differ);
    return zd_test_finish();
}
