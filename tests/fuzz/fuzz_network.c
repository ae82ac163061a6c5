/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: decisions become a weights file whose operator list and header are valid and then bent
 * (network_maker.h), which is opened, planned at two sizes and run. Exact results must have the same
 * bits when every tensor is kept, which switches off enlargements while loading and sums in tiles,
 * and every result is finite. */

#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/digest.h"
#include "model/cpu/runner_internal.h"
#include "network_maker.h"

enum { MOST_PIXELS = 1 << 16 };

static const size_t most_memory = (size_t) 160 << 20;
static const double most_flop = 1e7;
static const size_t most_values = (size_t) 1 << 18; /* of a tensor, also one that is never stored */

static size_t in_use;

static void *allocate(void *user, size_t bytes, size_t alignment)
{
    size_t *memory = NULL;
    (void) user;
    (void) alignment;
    if (bytes > most_memory || in_use + bytes > most_memory ||
        posix_memalign((void **) &memory, 64, bytes + 64) != 0)
    {
        return NULL;
    }
    *memory = bytes;
    in_use += bytes;
    return (char *) memory + 64;
}

static void release(void *user, void *memory)
{
    size_t *start = (size_t *) (void *) ((char *) memory - 64);
    (void) user;
    in_use -= *start;
    free(start);
}

static zd_context *context(void)
{
    static zd_context *ctx;
    zd_context_params params = { .allocator = { allocate, release, NULL }, .threads = 1 };
    if (ctx == NULL && zd_context_create(&params, &ctx, NULL) != ZD_OK) {
        abort();
    }
    return ctx;
}

static bool is_small(const zd_network *net)
{
    double flop = 0.0;
    for (int s = 0; s < zd_network_stage_count(net); s++) {
        flop += zd_network_stage_cost(net, s).flop;
    }
    const zd_runner *cpu = zd_runner_of(net);
    for (int i = 0; i < cpu->graph->count; i++) {
        if (cpu->values[i].row * (size_t) cpu->values[i].height > most_values) {
            return false;
        }
    }
    return flop <= most_flop;
}

/** Runs a network at a size; returns how many outputs it has, 0 when it was refused. */
static int run(const char *path, const network_maker *m, bool keep, int width, int height,
               float *outputs)
{
    static float rgb[MOST_PIXELS * 3];
    zd_network *net = NULL;
    zd_error err = { 0 };
    zd_network_io io = { .rgb = rgb };
    zd_network_params params = { .keep_tensors = keep,
                                 .precision = m->fast ? ZD_PRECISION_FAST : ZD_PRECISION_EXACT };
    int made = 0;
    for (int i = 0; i < width * height * 3; i++) {
        rgb[i] = (float) (i * 7919 % 257) / 257.0f;
    }
    if (zd_network_open(context(), path, &params, &net, &err) == ZD_OK) {
        for (int i = 0; i < zd_network_describe(net)->output_count; i++) {
            io.outputs[i] = outputs + i * MOST_PIXELS;
        }
        if (zd_network_plan(net, width, height, &err) == ZD_OK && is_small(net)) {
            if (zd_network_run(net, &io, NULL, &err) != ZD_OK) {
                abort();
            }
            made = zd_network_describe(net)->output_count;
        }
    }
    zd_network_close(&net);
    if (in_use > 4096 || (made == 0 && net != NULL)) {
        abort(); /* something was kept */
    }
    return made;
}

static void check_finite(const float *x, int count)
{
    for (int i = 0; i < count; i++) {
        if (!isfinite(x[i])) {
            abort();
        }
    }
}

static void check_network(const char *path, const network_maker *m, int width, int height)
{
    static float plain[ZD_NETWORK_MAX_OUTPUTS * MOST_PIXELS];
    static float kept[ZD_NETWORK_MAX_OUTPUTS * MOST_PIXELS];
    int made = run(path, m, m->keep, width, height, plain);
    for (int i = 0; i < made; i++) {
        check_finite(plain + i * MOST_PIXELS, width * height);
    }
    if (made == 0 || m->keep || m->fast || run(path, m, true, width, height, kept) != made) {
        return;
    }
    for (int i = 0; i < made; i++) {
        if (memcmp(plain + i * MOST_PIXELS, kept + i * MOST_PIXELS,
                   (size_t) (width * height) * sizeof(float)) != 0)
        {
            abort();
        }
    }
}

/** Whether this network was not looked at before: two thirds of a corpus's variants make one that was. */
static bool is_new(const uint8_t *bytes, size_t length, const network_maker *m)
{
    enum { MOST = 1 << 14 };
    static zd_digest seen[MOST]; /* by their first bits; where two meet the later one stays */
    const int how[] = { m->width, m->height, m->multiple, m->fast, m->keep };
    zd_hasher hasher;
    zd_digest digest;
    zd_hasher_init(&hasher);
    zd_hasher_update(&hasher, bytes, length);
    zd_hasher_update(&hasher, how, sizeof how);
    zd_hasher_finish(&hasher, &digest);
    zd_digest *slot = &seen[(digest.bytes[0] | digest.bytes[1] << 8) % MOST];
    bool is_other = memcmp(slot, &digest, sizeof digest) != 0;
    *slot = digest;
    return is_other;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static network_maker maker;
    static uint8_t *bytes;
    char path[64];
    bytes = bytes != NULL ? bytes : malloc(MAKER_FILE_BYTES);
    if (bytes == NULL) {
        abort();
    }
    size_t length = network_maker_make(&maker, data, size, bytes);
    if (!is_new(bytes, length, &maker)) {
        return 0;
    }
    int file = memfd_create("network", 0);
    if (length == 0 || file < 0 || write(file, bytes, length) != (ssize_t) length) {
        close(file);
        return 0;
    }
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    check_network(path, &maker, maker.width, maker.height);
    check_network(path, &maker, maker.height, maker.width + maker.multiple);
    close(file);
    return 0;
}
