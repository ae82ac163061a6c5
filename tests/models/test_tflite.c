/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The converter of TensorFlow Lite networks: a small network with every operator that is read, made by
 * tests/fuzz/make_tflite.py, gives through our engine the numbers that LiteRT gave. */

#include "zd_test.h"

#include <unistd.h>

#include "core/file.h"
#include "model/network.h"
#include "models/face_convert.h"
#include "models/tflite.h"

static zd_error err;
static const char *seed; /* tests/fuzz/corpus/tflite/small.tflite */

static zd_tflite read_seed(zd_context *ctx)
{
    zd_mapping file;
    zd_tflite network;
    REQUIRE_OK(zd_file_map(seed, &file, &err));
    REQUIRE_OK(zd_tflite_read(ctx, file.data, file.bytes, "a.", &network, &err));
    zd_file_unmap(&file);
    return network;
}

static void test_list(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_tflite network = read_seed(ctx);
    REQUIRE_TEXT(network.list.data, "input a.0 c=3\n"
                                    "conv a.1 a.0 k=4 s=2 p=1 o=4 act=relu\n"
                                    "conv a.2 a.1 k=3 s=1 p=1 o=4 g=4\n"
                                    "add a.3 a.1 a.2\n"
                                    "prelu a.4 a.3\n"
                                    "max2 a.5 a.4\n"
                                    "conv a.6 a.5 k=1 s=1 p=0 o=6 bias=0\n"
                                    "conv a.7 a.6 k=2 s=1 p=0 o=5\n"
                                    "conv a.8 a.1 k=1 s=1 p=0 o=2\n");
    REQUIRE_INT(network.side, 8);
    REQUIRE_INT(network.output_count, 1);
    REQUIRE_INT(network.outputs[0].values, 37);
    REQUIRE_INT(network.outputs[0].part_count, 2);
    REQUIRE_INT(network.outputs[0].parts[0], 7);
    REQUIRE_INT(network.outputs[0].parts[1], 8);
    zd_tflite_release(&network);
    zd_context_destroy(&ctx);
}

static const char *made_file(void)
{
    static char path[256];
    const char *folder = getenv("TMPDIR");
    snprintf(path, sizeof path, "%s/zdepth-tflite-%d.safetensors", folder != NULL ? folder : "/tmp",
             (int) getpid());
    return path;
}

/* What LiteRT 2.3.0 gave for the same picture. */
static const float expected[37] = {
    8.51318f,  -14.8408f,  5.68896f,  -12.0679f,  -11.8032f, -5.24609f,  -4.05078f,  -3.75f,
    -3.6875f,  0.0f,       -0.5f,     -2.625f,    -2.13281f, 0.0f,       -1.34375f,  -2.71484f,
    -1.75f,    0.210938f,  0.976562f, -3.26953f,  -1.90234f, -0.988281f, -0.324219f, -4.04688f,
    -3.21875f, 0.0f,       -0.875f,   -0.136719f, -1.27344f, 0.0351562f, -0.347656f, -1.50391f,
    -2.24219f, -0.644531f, 0.964844f, 0.28125f,   1.30469f
};

static void test_numbers(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_tflite network = read_seed(ctx);
    zd_text_add(&network.list, "result small a.7\nresult wide a.8\n");
    const char *const metadata[][2] = { { "format", "zdepth-face" },  { "version", "1" },
                                        { "mean", "0 0 0" },          { "std", "1 1 1" },
                                        { "multiple", "8" },          { "short_side", "32" },
                                        { "arch", network.list.data } };
    const zd_tensor_file file = { network.tensors, network.tensor_count, metadata, 7 };
    REQUIRE_OK(zd_safetensors_write(ctx, made_file(), &file, &err));
    zd_network *net = NULL;
    const zd_network_params params = { .precision = ZD_PRECISION_EXACT };
    REQUIRE_OK(zd_network_open(ctx, made_file(), &params, &net, &err));
    float rgb[192];
    for (int i = 0; i < 192; i++) {
        rgb[i] = 0.25f * (float) (i * 7 % 11) - 1.0f;
    }
    const zd_network_io io = { .rgb = rgb, .is_normalised = true };
    REQUIRE_OK(zd_network_plan(net, 8, 8, &err));
    REQUIRE_OK(zd_network_run(net, &io, NULL, &err));
    zd_network_tensor small;
    zd_network_tensor wide;
    REQUIRE(zd_network_find_tensor(net, "small", &small));
    REQUIRE(zd_network_find_tensor(net, "wide", &wide));
    for (int i = 0; i < 37; i++) {
        REQUIRE_NEAR(i < 5 ? small.data[i] : wide.data[i - 5], expected[i], 1e-4);
    }
    zd_network_close(&net);
    unlink(made_file());
    zd_tflite_release(&network);
    zd_context_destroy(&ctx);
}

static void test_messages(void)
{
    zd_context *ctx = zd_test_context(1);
    zd_tflite network;
    zd_mapping file;
    char text[400];
    REQUIRE_FAILS(zd_tflite_read(ctx, (const uint8_t *) "short", 5, "a.", &network, &err),
                  ZD_ERR_CORRUPT, "it is not a TensorFlow Lite network");
    REQUIRE_OK(zd_file_map(seed, &file, &err));
    REQUIRE_FAILS(zd_tflite_read(ctx, file.data, 64, "a.", &network, &err), ZD_ERR_CORRUPT,
                  "its first tables are damaged");
    zd_file_unmap(&file);
    snprintf(text, sizeof text, "'%s': it has no output of 14336 values for the boxes", seed);
    REQUIRE_FAILS(zd_model_convert_faces(ctx, seed, seed, made_file(), &err), ZD_ERR_UNSUPPORTED,
                  text);
    REQUIRE(!zd_file_exists(made_file()));
    zd_context_destroy(&ctx);
}

static int32_t number_at(const uint8_t *bytes, size_t at)
{
    return (int32_t) ((uint32_t) bytes[at] | (uint32_t) bytes[at + 1] << 8 |
                      (uint32_t) bytes[at + 2] << 16 | (uint32_t) bytes[at + 3] << 24);
}

static void put_number(uint8_t *bytes, size_t at, int32_t value)
{
    for (int i = 0; i < 4; i++) {
        bytes[at + (size_t) i] = (uint8_t) ((uint32_t) value >> 8 * i);
    }
}

/* Of four numbers in a list that may be a tensor's shape, 1 x H x W x C, any that is no side is told. */
static void test_sides(void)
{
    static const int32_t wrong[] = { 0, -1, (1 << 20) + 1, INT32_MAX };
    zd_context *ctx = zd_test_context(1);
    zd_mapping file;
    int told = 0;
    REQUIRE_OK(zd_file_map(seed, &file, &err));
    const uint8_t *from = file.data;
    uint8_t *bytes = malloc(file.bytes);
    REQUIRE(bytes != NULL);
    for (size_t at = 0; at + 20 <= file.bytes; at += 4) {
        bool is_shape = number_at(from, at) == 4 && number_at(from, at + 4) == 1;
        for (size_t i = 2; i <= 4 && is_shape; i++) {
            int32_t side = number_at(from, at + 4 * i);
            is_shape = side >= 1 && side <= 8;
        }
        for (size_t i = 0; i < 16 && is_shape; i++) {
            zd_tflite network;
            char text[64];
            memcpy(bytes, from, file.bytes);
            put_number(bytes, at + 4 * (i / 4 + 1), wrong[i % 4]);
            snprintf(text, sizeof text, "a tensor has a side of %d", wrong[i % 4]);
            REQUIRE_FAILS(zd_tflite_read(ctx, bytes, file.bytes, "a.", &network, &err),
                          ZD_ERR_CORRUPT, text);
            told++;
        }
    }
    REQUIRE(told >= 16 * 8);
    free(bytes);
    zd_file_unmap(&file);
    zd_context_destroy(&ctx);
}

static void test_no_memory(void)
{
    zd_mapping file;
    bool done = false;
    REQUIRE_OK(zd_file_map(seed, &file, &err));
    for (long at = 1; at < 300 && !done; at++) {
        zd_test_memory memory = { .fail_at = at };
        zd_context *ctx = zd_test_context_failing(&memory);
        zd_tflite network;
        if (ctx == NULL) {
            continue;
        }
        zd_status status = zd_tflite_read(ctx, file.data, file.bytes, "a.", &network, &err);
        REQUIRE(status == ZD_OK || status == ZD_ERR_NO_MEMORY);
        done = status == ZD_OK && memory.calls < at;
        if (status == ZD_OK) {
            zd_tflite_release(&network);
        }
        zd_context_destroy(&ctx);
        REQUIRE_INT(memory.alive, 0);
    }
    REQUIRE(done);
    zd_file_unmap(&file);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        printf("which network?\n");
        return 1;
    }
    seed = argv[1];
    RUN(test_list);
    RUN(test_numbers);
    RUN(test_messages);
    RUN(test_sides);
    RUN(test_no_memory);
    return zd_test_finish();
}
