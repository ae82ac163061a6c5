/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Two scales of depth: laws of the merge, and a true Gaussian beside it. */

#include <math.h>
#include <string.h>

#include "depth/detail.h"
#include "zd_test.h"

enum { W = 97, H = 61, COUNT = W * H };

static zd_error err;

/* Blobs and noise, 0.2 to 0.8. */
static void draw(float *plane, unsigned long long seed)
{
    for (int i = 0; i < COUNT; i++) {
        float x = (float) (i % W);
        float y = (float) (i / W);
        plane[i] = 0.5f + 0.15f * sinf(0.09f * x + (float) seed) * cosf(0.07f * y) +
                   0.2f * (zd_test_uniform(&seed) - 0.5f);
    }
}

/* out = low(coarse) + fine - low(fine) by a Gaussian of sigma = H / 48, ends repeated. */
static float reference(const float *fine, const float *coarse, int x, int y)
{
    double sigma = H / 48.0;
    double sum = 0.0;
    double weights = 0.0;
    for (int dy = -6; dy <= 6; dy++) {
        for (int dx = -6; dx <= 6; dx++) {
            int px = x + dx < 0 ? 0 : x + dx >= W ? W - 1 : x + dx;
            int py = y + dy < 0 ? 0 : y + dy >= H ? H - 1 : y + dy;
            double w = exp(-(dx * dx + dy * dy) / (2.0 * sigma * sigma));
            sum += w * ((double) coarse[py * W + px] - (double) fine[py * W + px]);
            weights += w;
        }
    }
    return fine[y * W + x] + (float) (sum / weights);
}

static void is_nearly_the_gaussian(void)
{
    zd_context *ctx = zd_test_context(1);
    static float fine[COUNT], coarse[COUNT], merged[COUNT], scratch[COUNT];
    double square = 0.0;
    draw(fine, 3);
    draw(coarse, 8);
    memcpy(merged, fine, sizeof merged);
    memcpy(scratch, coarse, sizeof scratch);
    REQUIRE_OK(zd_detail_merge(ctx, merged, scratch, W, H, &err));
    for (int i = 0; i < COUNT; i++) {
        double off = (double) merged[i] - (double) reference(fine, coarse, i % W, i / W);
        square += off * off;
    }
    printf("three boxes against a Gaussian: rms %.4f of 0.16\n", sqrt(square / COUNT));
    REQUIRE(sqrt(square / COUNT) < 0.02);
    zd_context_destroy(&ctx);
}

/* Alike planes stay, a shift of the coarse one is followed, and limits hold. */
static void layout_is_coarse_and_detail_fine(void)
{
    zd_context *ctx = zd_test_context(1);
    static float fine[COUNT], coarse[COUNT], merged[COUNT];
    draw(fine, 5);
    memcpy(merged, fine, sizeof merged);
    memcpy(coarse, fine, sizeof coarse);
    REQUIRE_OK(zd_detail_merge(ctx, merged, coarse, W, H, &err));
    REQUIRE_BYTES(merged, fine, sizeof merged);
    for (int i = 0; i < COUNT; i++) {
        coarse[i] = fine[i] + 0.125f;
    }
    REQUIRE_OK(zd_detail_merge(ctx, merged, coarse, W, H, &err));
    for (int i = 0; i < COUNT; i++) {
        REQUIRE(fabsf(merged[i] - fine[i] - 0.125f) < 1e-5f);
        coarse[i] = i % 2 == 0 ? 9.0f : -9.0f;
    }
    REQUIRE_OK(zd_detail_merge(ctx, merged, coarse, W, H, &err));
    for (int i = 0; i < COUNT; i++) {
        REQUIRE(merged[i] >= 0.0f);
    }
    zd_context_destroy(&ctx);
}

static void small_planes_and_no_memory(void)
{
    zd_test_memory memory = { .fail_at = 0 };
    zd_context *ctx = zd_test_context_failing(&memory);
    for (int w = 1; w < 6; w++) {
        for (int h = 1; h < 6; h++) {
            float fine[25] = { 0.5f };
            float coarse[25] = { 0.25f };
            REQUIRE_OK(zd_detail_merge(ctx, fine, coarse, w, h, &err));
            REQUIRE(fine[0] >= 0.0f);
        }
    }
    float one[1] = { 0.5f };
    float other[1] = { 0.75f };
    REQUIRE_OK(zd_detail_merge(ctx, one, other, 1, 1, &err));
    REQUIRE(fabsf(one[0] - 0.75f) < 1e-6f);
    memory.fail_at = memory.calls + 1;
    REQUIRE_FAILS(zd_detail_merge(ctx, one, other, 1, 1, &err), ZD_ERR_NO_MEMORY, err.message);
    zd_context_destroy(&ctx);
    REQUIRE_INT(memory.alive, 0);
}

/* Numbers by hand: the odds 9 and 1 make 3; what both say stays; nothing and all are heard as such. */
static void odds_are_pooled(void)
{
    const float given[][3] = { { 0.9f, 0.5f, 0.75f }, { 0.5f, 0.9f, 0.75f },
                               { 0.2f, 0.2f, 0.2f },  { 0.9f, 0.1f, 0.5f },
                               { 0.0f, 0.9f, 0.0f },  { 1.0f, 0.1f, 1.0f },
                               { 0.0f, 0.0f, 0.0f },  { 1.0f, 1.0f, 1.0f },
                               { 0.0f, 1.0f, 0.5f },  { 0.8f, 0.05f, 0.31452f } };
    enum { GIVEN = sizeof given / sizeof given[0] };
    float fine[GIVEN], coarse[GIVEN];
    for (int i = 0; i < GIVEN; i++) {
        fine[i] = given[i][0];
        coarse[i] = given[i][1];
    }
    zd_detail_pool(fine, coarse, GIVEN);
    for (int i = 0; i < GIVEN; i++) {
        REQUIRE(fabsf(fine[i] - given[i][2]) < 1e-5f);
    }
}

/* ---- two networks ---- */

enum { FW = 320, FH = 240, FCOUNT = FW * FH };

/** A near disc before a slope, and its outline as a network for video has it: soft. */
static void draw_disc(float *sharp, float *soft, float softness)
{
    for (int i = 0; i < FCOUNT; i++) {
        float dx = (float) (i % FW) - 160.0f;
        float dy = (float) (i / FW) - 120.0f;
        float inside = 60.0f - sqrtf(dx * dx + dy * dy);
        float slope = 1.0f + 0.5f * (float) (i / FW) / FH;
        float s = 0.5f + 0.5f * tanhf(inside / softness);
        sharp[i] = inside > 0.0f ? 4.0f : slope;
        soft[i] = slope + s * (4.0f - slope);
    }
}

static double mean_error(const float *a, const float *b)
{
    double sum = 0.0;
    for (int i = 0; i < FCOUNT; i++) {
        sum += fabs((double) a[i] - (double) b[i]);
    }
    return sum / FCOUNT;
}

static void fuse(float *steady, const float *fine)
{
    static float scratch[FCOUNT];
    zd_context *ctx = zd_test_context(1);
    memcpy(scratch, fine, sizeof scratch);
    REQUIRE_OK(zd_detail_fuse(ctx, steady, scratch, FW, FH, &err));
    zd_context_destroy(&ctx);
}

/* Outlines come from the still network, whatever its scale and shift; levels from the video's. */
static void outlines_are_fused_in(void)
{
    static float sharp[FCOUNT], soft[FCOUNT], fine[FCOUNT], out[FCOUNT], again[FCOUNT];
    draw_disc(sharp, soft, 1.5f);
    for (int i = 0; i < FCOUNT; i++) {
        fine[i] = 0.3f * sharp[i] + 5.0f;
    }
    memcpy(out, soft, sizeof out);
    fuse(out, fine);
    printf("  mean error of a soft outline %.4f, fused %.4f\n", mean_error(soft, sharp),
           mean_error(out, sharp));
    REQUIRE(mean_error(out, sharp) < 0.2 * mean_error(soft, sharp));
    for (int i = 0; i < FCOUNT; i++) {
        fine[i] = 40.0f * fine[i] - 3.0f;
    }
    memcpy(again, soft, sizeof again);
    fuse(again, fine);
    REQUIRE(mean_error(out, again) < 1e-3);
}

/* What one frame's look shows and the steady map does not stays out: grain, a printed pattern, an
 * outline that runs the other way, or nothing at all. */
static void what_only_one_sees_stays_out(void)
{
    static float sharp[FCOUNT], soft[FCOUNT], fine[FCOUNT], out[FCOUNT];
    unsigned long long seed = 5;
    draw_disc(sharp, soft, 1.5f);
    for (int kind = 0; kind < 3; kind++) {
        for (int i = 0; i < FCOUNT; i++) {
            fine[i] = kind == 0 ? 1.0f + zd_test_uniform(&seed) : kind == 1 ? -sharp[i] : 7.0f;
        }
        memcpy(out, soft, sizeof out);
        fuse(out, fine);
        printf("  changed by what it does not share: %.5f\n", mean_error(out, soft));
        REQUIRE(mean_error(out, soft) < 0.01);
    }
    for (int i = 0; i < FCOUNT; i++) {
        soft[i] = 2.0f;
    }
    memcpy(out, soft, sizeof out);
    fuse(out, sharp);
    REQUIRE(mean_error(out, soft) < 1e-4); /* an outline where the steady map is flat */
}

int main(void)
{
    RUN(is_nearly_the_gaussian);
    RUN(layout_is_coarse_and_detail_fine);
    RUN(small_planes_and_no_memory);
    RUN(odds_are_pooled);
    RUN(outlines_are_fused_in);
    RUN(what_only_one_sees_stays_out);
    return zd_test_finish();
}
