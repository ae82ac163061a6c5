/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The small operators by hand-made networks of two parts in one file, written by our own writer,
 * against sums done here the plain way. */

#include "zd_test.h"

#include <unistd.h>

#include "model/network.h"
#include "model/safetensors_write.h"

static zd_error err;

enum { WIDTH = 6, HEIGHT = 4, CELLS = WIDTH * HEIGHT };

static const char *file_name(void)
{
    static char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zdepth-operators-%d.safetensors",
             folder != NULL ? folder : "/tmp", (int) getpid());
    return path;
}

static void write_network(zd_context *ctx)
{
    static const float slopes[3] = { 0.5f, -2.0f, 0.0f };
    static const float weights[6] = { 1.0f, 2.0f, 3.0f, -1.0f, 0.5f, 0.25f };
    static const float bias[2] = { 0.125f, -4.0f };
    const zd_tensor_source tensors[] = {
        { "bend.slope", ZD_DTYPE_F32, 1, { 3 }, slopes },
        { "mix.weight", ZD_DTYPE_F32, 4, { 2, 3, 1, 1 }, weights },
        { "mix.bias", ZD_DTYPE_F32, 1, { 2 }, bias },
    };
    static const char *const metadata[][2] = {
        { "format", "zdepth-face" },
        { "version", "1" },
        { "mean", "0 0 0" },
        { "std", "1 1 1" },
        { "multiple", "2" },
        { "short_side", "32" },
        { "one.arch", "input image c=3\nprelu bend image\nmax2 less bend\nresult bent bend\n"
                      "result most less" },
        { "two.arch", "input image c=3\nconv mix image k=1 s=1 o=2\nresult mixed mix" },
        { "two.name", "the \"second\"\tone" },
    };
    const zd_tensor_file file = { tensors, 3, metadata, 9 };
    REQUIRE_OK(zd_safetensors_write(ctx, file_name(), &file, &err));
}

static void make_picture(float *rgb)
{
    unsigned long long state = 7;
    for (int i = 0; i < CELLS * 3; i++) {
        rgb[i] = zd_test_uniform(&state) * 2.0f - 1.0f;
    }
}

static zd_network *open_part(zd_context *ctx, const char *part)
{
    zd_network *net = NULL;
    const zd_network_params params = { .precision = ZD_PRECISION_EXACT, .part = part };
    REQUIRE_OK(zd_network_open(ctx, file_name(), &params, &net, &err));
    return net;
}

static void run(zd_network *net, const float *rgb)
{
    const zd_network_io io = { .rgb = rgb };
    REQUIRE_OK(zd_network_plan(net, WIDTH, HEIGHT, &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
}

static void test_prelu_and_max(void)
{
    zd_context *ctx = zd_test_context(2);
    float rgb[CELLS * 3];
    zd_network_tensor bent;
    zd_network_tensor most;
    write_network(ctx);
    zd_network *net = open_part(ctx, "one");
    make_picture(rgb);
    REQUIRE(!zd_network_find_tensor(net, "bent", &bent));
    run(net, rgb);
    REQUIRE(zd_network_find_tensor(net, "bent", &bent));
    REQUIRE(zd_network_find_tensor(net, "most", &most));
    REQUIRE(!zd_network_find_tensor(net, "bend", &most));
    REQUIRE_INT(bent.width, WIDTH);
    REQUIRE_INT(most.height, HEIGHT / 2);
    REQUIRE_INT(most.channels, 3);
    for (int i = 0; i < CELLS * 3; i++) {
        float slope = i % 3 == 0 ? 0.5f : i % 3 == 1 ? -2.0f : 0.0f;
        REQUIRE_NEAR(bent.data[i], rgb[i] > 0.0f ? rgb[i] : slope * rgb[i], 0.0);
    }
    for (int i = 0; i < CELLS / 4 * 3; i++) {
        int c = i % 3;
        int x = i / 3 % (WIDTH / 2) * 2;
        int y = i / 3 / (WIDTH / 2) * 2;
        float largest = -INFINITY;
        for (int k = 0; k < 4; k++) {
            float value = bent.data[((y + k / 2) * WIDTH + x + k % 2) * 3 + c];
            largest = value > largest ? value : largest;
        }
        REQUIRE_NEAR(most.data[i], largest, 0.0);
    }
    zd_network_close(&net);
    unlink(file_name());
    zd_context_destroy(&ctx);
}

static void test_second_part(void)
{
    zd_context *ctx = zd_test_context(1);
    float rgb[CELLS * 3];
    zd_network_tensor mixed;
    write_network(ctx);
    zd_network *net = open_part(ctx, "two");
    REQUIRE_TEXT(zd_network_describe(net)->name, "the \"second\"\tone");
    REQUIRE_TEXT(zd_network_describe(net)->family, "zdepth-face");
    make_picture(rgb);
    run(net, rgb);
    REQUIRE(zd_network_find_tensor(net, "mixed", &mixed));
    REQUIRE_INT(mixed.channels, 2);
    for (int i = 0; i < CELLS; i++) {
        const float *p = rgb + (ptrdiff_t) i * 3;
        REQUIRE_NEAR(mixed.data[i * 2], p[0] + 2.0f * p[1] + 3.0f * p[2] + 0.125f, 1e-5);
        REQUIRE_NEAR(mixed.data[i * 2 + 1], 0.5f * p[1] - p[0] + 0.25f * p[2] - 4.0f, 1e-5);
    }
    zd_network_close(&net);
    unlink(file_name());
    zd_context_destroy(&ctx);
}

static void test_absent_part(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_network *net = NULL;
    char expected[400];
    write_network(ctx);
    const zd_network_params params = { .part = "three" };
    snprintf(expected, sizeof expected,
             "model '%s': version 1 of the network's format has no operator list 'three.arch'",
             file_name());
    REQUIRE_FAILS(zd_network_open(ctx, file_name(), &params, &net, &err), ZD_ERR_UNSUPPORTED,
                  expected);
    unlink(file_name());
    zd_context_destroy(&ctx);
}

static void test_no_memory(void)
{
    for (long at = 1; at < 60; at++) {
        zd_test_memory memory = { .fail_at = at };
        zd_context *ctx = zd_test_context_failing(&memory);
        if (ctx == NULL) {
            continue;
        }
        static const float value = 1.0f;
        const zd_tensor_source tensor = { "t", ZD_DTYPE_F32, 1, { 1 }, &value };
        const zd_tensor_file file = { &tensor, 1, NULL, 0 };
        zd_status status = zd_safetensors_write(ctx, file_name(), &file, &err);
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        unlink(file_name());
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
}

int main(void)
{
    RUN(test_prelu_and_max);
    RUN(test_second_part);
    RUN(test_absent_part);
    RUN(test_no_memory);
    return zd_test_finish();
}
