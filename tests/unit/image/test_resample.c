/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Resizing against a slow sum written from the definition: output i's centre lies at
 * (i + 1/2) inputs / outputs - 1/2 of the input, whose pixels go on beyond the border. */

#include "image/resample.h"
#include "zd_test.h"

static zd_error err;

static double kernel(zd_resample_filter filter, double x)
{
    double a = fabs(x);
    if (filter == ZD_RESAMPLE_LINEAR) {
        return fmax(1.0 - a, 0.0);
    }
    /* Keys 1981 with a = -1/2. */
    return a <= 1.0  ? 1.5 * a * a * a - 2.5 * a * a + 1.0
           : a < 2.0 ? -0.5 * a * a * a + 2.5 * a * a - 4.0 * a + 2.0
                     : 0.0;
}

/* The weight of an input in an output, normalised over all that the kernel reaches. */
static double weight_of(zd_resample_filter filter, int output, int outputs, int input, int inputs)
{
    double ratio = (double) inputs / outputs;
    double wide = fmax(ratio, 1.0);
    double centre = ((double) output + 0.5) * ratio - 0.5;
    double sum = 0.0;
    double mine = 0.0;
    for (int k = -4 * inputs - 8; k <= 5 * inputs + 8; k++) {
        double w = kernel(filter, ((double) k - centre) / wide);
        int clamped = k < 0 ? 0 : k >= inputs ? inputs - 1 : k;
        sum += w;
        mine += clamped == input ? w : 0.0;
    }
    return mine / sum;
}

static double slow(zd_resample_filter filter, zd_view from, zd_view to, int x, int y, int c)
{
    double sum = 0.0;
    for (int v = 0; v < from.height; v++) {
        double down = weight_of(filter, y, to.height, v, from.height);
        for (int u = 0; u < from.width && down != 0.0; u++) {
            double across = weight_of(filter, x, to.width, u, from.width);
            sum += down * across * (double) zd_view_row_f32(from, v)[u * from.format.channels + c];
        }
    }
    return sum;
}

static zd_image *noise(zd_context *ctx, int width, int height, int channels)
{
    zd_image *image = NULL;
    unsigned long long seed = 5;
    REQUIRE_OK(
        zd_image_create(ctx, width, height, (zd_format){ ZD_SAMPLE_F32, channels }, &image, &err));
    for (int y = 0; y < height; y++) {
        for (int i = 0; i < width * channels; i++) {
            zd_view_row_f32(zd_image_view(image), y)[i] = 3.0f * zd_test_uniform(&seed) - 1.0f;
        }
    }
    return image;
}

static const struct {
    int from[2];
    int to[2];
    int channels;
} sizes[] = {
    { { 7, 5 }, { 11, 8 }, 1 },  { { 13, 9 }, { 4, 3 }, 3 }, { { 6, 11 }, { 17, 5 }, 4 },
    { { 1, 4 }, { 3, 9 }, 3 },   { { 5, 1 }, { 2, 1 }, 1 },  { { 8, 6 }, { 8, 6 }, 1 },
    { { 19, 3 }, { 20, 2 }, 1 }, { { 2, 2 }, { 1, 1 }, 4 },
};

static void test_equals_the_definition(void)
{
    zd_context *ctx = zd_test_context(2);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        for (int filter = ZD_RESAMPLE_LINEAR; filter <= ZD_RESAMPLE_CUBIC; filter++) {
            zd_image *from = noise(ctx, sizes[i].from[0], sizes[i].from[1], sizes[i].channels);
            zd_image *to = noise(ctx, sizes[i].to[0], sizes[i].to[1], sizes[i].channels);
            zd_view out = zd_image_view(to);
            REQUIRE_OK(
                zd_resample(ctx, (zd_resample_filter) filter, zd_image_view(from), out, &err));
            for (int y = 0; y < out.height; y++) {
                for (int x = 0; x < out.width; x++) {
                    for (int c = 0; c < sizes[i].channels; c++) {
                        REQUIRE_NEAR(
                            zd_view_row_f32(out, y)[x * sizes[i].channels + c],
                            slow((zd_resample_filter) filter, zd_image_view(from), out, x, y, c),
                            2e-6);
                    }
                }
            }
            zd_image_unref(&from);
            zd_image_unref(&to);
        }
    }
    zd_context_destroy(&ctx);
}

/* The same size is the same picture, bit for bit: each pixel's centre is a sample's. */
static void test_the_same_size_is_the_same(void)
{
    zd_context *ctx = zd_test_context(1);
    for (int filter = ZD_RESAMPLE_LINEAR; filter <= ZD_RESAMPLE_CUBIC; filter++) {
        zd_image *from = noise(ctx, 9, 5, 3);
        zd_image *to = noise(ctx, 9, 5, 3);
        REQUIRE_OK(zd_resample(ctx, (zd_resample_filter) filter, zd_image_view(from),
                               zd_image_view(to), &err));
        for (int y = 0; y < 5; y++) {
            REQUIRE_BYTES(zd_view_row_f32(zd_image_view(to), y),
                          zd_view_row_f32(zd_image_view(from), y), 27 * sizeof(float));
        }
        zd_image_unref(&from);
        zd_image_unref(&to);
    }
    zd_context_destroy(&ctx);
}

static void test_any_number_of_threads(void)
{
    float results[2][23 * 31 * 3];
    for (int i = 0; i < 2; i++) {
        zd_context *ctx = zd_test_context(1 + 3 * i);
        zd_image *from = noise(ctx, 41, 17, 3);
        zd_view to = { results[i], 23, 31, 23 * 3 * sizeof(float), ZD_RGB_F32 };
        REQUIRE_OK(zd_resample(ctx, ZD_RESAMPLE_CUBIC, zd_image_view(from), to, &err));
        zd_image_unref(&from);
        zd_context_destroy(&ctx);
    }
    REQUIRE_BYTES(results[0], results[1], sizeof results[0]);
}

static void test_every_allocation_may_fail(void)
{
    float in[12] = { 0 };
    float out[20];
    for (long n = 1; n < 20; n++) {
        zd_test_memory memory = { .fail_at = n };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx == NULL) {
            continue;
        }
        zd_view from = { in, 4, 3, 4 * sizeof(float), ZD_GRAY_F32 };
        zd_view to = { out, 5, 4, 5 * sizeof(float), ZD_GRAY_F32 };
        long before = memory.alive;
        zd_status status = zd_resample(ctx, ZD_RESAMPLE_LINEAR, from, to, &err);
        REQUIRE_INT(memory.alive, before);
        if (status == ZD_OK) {
            REQUIRE(n > memory.calls);
        } else {
            REQUIRE_INT(status, ZD_ERR_NO_MEMORY);
        }
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
}

int main(void)
{
    RUN(test_equals_the_definition);
    RUN(test_the_same_size_is_the_same);
    RUN(test_any_number_of_threads);
    RUN(test_every_allocation_may_fail);
    return zd_test_finish();
}
