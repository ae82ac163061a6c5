/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: a tiny file of each family (formula.h), bent by decisions in its header (characters, sides
 * of a shape that change places) and its weights (what is no number, what is huge), is opened, planned
 * as a window or alone, and run. Whatever opens must run, and every result is finite. */

#include "fuzz.h"

#include <math.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../model/formula.h"
#include "core/file.h"
#include "core/size.h"
#include "model/network.h"

enum { FAMILIES = 4, WIDE = 42, HIGH = 28, FRAMES = 3 };

typedef struct bytes {
    uint8_t *data;
    size_t size;
    size_t header; /* bytes of the header, after its length */
} bytes;

/** The family's file, made once. */
static const bytes *file_of(int family)
{
    static bytes files[FAMILIES];
    bytes *file = &files[family];
    if (file->data == NULL) {
        zd_mapping mapping;
        char *path = formula_write(fuzz_context(), (formula_network) family);
        if (path == NULL || zd_file_map(path, &mapping, NULL) != ZD_OK) {
            abort();
        }
        file->size = mapping.bytes;
        file->data = malloc(file->size);
        memcpy(file->data, mapping.data, file->size);
        memcpy(&file->header, file->data, 8);
        zd_file_unmap(&mapping);
        formula_remove(path);
    }
    return file;
}

/** Lets two sides of the shape at or after a place of the header change places. */
static void turn_shape(uint8_t *header, size_t size, size_t at)
{
    static const char key[] = "\"shape\":[";
    for (; at + 64 < size; at++) {
        unsigned a;
        unsigned b;
        int length = 0;
        char text[64];
        char turned[64];
        if (memcmp(header + at, key, sizeof key - 1) != 0) {
            continue;
        }
        memcpy(text, header + at + sizeof key - 1, 40);
        text[40] = '\0';
        if (sscanf(text, "%u,%u%n", &a, &b, &length) == 2) {
            snprintf(turned, sizeof turned, "%u,%u", b, a);
            memcpy(header + at + sizeof key - 1, turned, (size_t) length);
        }
        return;
    }
}

/** One decision of four bytes: what, and where. */
static void bend(const bytes *base, uint8_t *copy, const uint8_t *decision)
{
    static const float wild[] = { NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-40f, 0.0f, 1e20f };
    static const char characters[] = "0123456789,:[]{}\"weightbias.";
    uint32_t where =
        (uint32_t) decision[1] | (uint32_t) decision[2] << 8 | (uint32_t) decision[3] << 16;
    uint8_t *header = copy + 8;
    size_t floats = (base->size - 8 - base->header) / sizeof(float);
    if (decision[0] % 4 == 0) {
        header[where % base->header] =
            (uint8_t) characters[decision[0] / 4 % (sizeof characters - 1)];
    } else if (decision[0] % 4 == 1) {
        turn_shape(header, base->header, where % base->header);
    } else {
        memcpy(header + base->header + where % floats * sizeof(float), &wild[decision[0] / 4 % 8],
               sizeof(float));
    }
}

static void check_finite(const float *x, int count)
{
    for (int i = 0; i < count; i++) {
        if (!isfinite(x[i])) {
            abort();
        }
    }
}

static void run(zd_network *net, bool as_window)
{
    static float rgb[WIDE * HIGH * 3];
    static float planes[FRAMES][ZD_NETWORK_MAX_OUTPUTS][WIDE * HIGH];
    const zd_network_info *info = zd_network_describe(net);
    zd_network_window window = { .count = as_window ? zd_int_min(FRAMES, info->window) : 1 };
    zd_error err;
    for (int i = 0; i < WIDE * HIGH * 3; i++) {
        rgb[i] = (float) (i * 7919 % 257) / 257.0f;
    }
    for (int t = 0; t < window.count; t++) {
        window.rgb[t] = rgb;
        for (int i = 0; i < info->output_count; i++) {
            window.outputs[t][i] = planes[t][i];
        }
    }
    if (zd_network_plan_window(net, WIDE, HIGH, window.count, &err) != ZD_OK) {
        return;
    }
    if (zd_network_run_window(net, &window, NULL, &err) != ZD_OK) {
        abort();
    }
    for (int t = 0; t < window.count; t++) {
        for (int i = 0; i < info->output_count; i++) {
            check_finite(planes[t][i], WIDE * HIGH);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    zd_network *net = NULL;
    zd_error err;
    if (size < 2) {
        return 0;
    }
    const bytes *base = file_of(data[0] % FAMILIES);
    uint8_t *copy = malloc(base->size);
    int file = memfd_create("family", 0);
    if (copy == NULL || file < 0) {
        abort();
    }
    memcpy(copy, base->data, base->size);
    for (size_t at = 2; at + 4 <= size && at < 2 + 4 * (size_t) (data[1] % 8 + 1); at += 4) {
        bend(base, copy, data + at);
    }
    zd_network_params params = { .precision = data[0] & 64 ? ZD_PRECISION_FAST : ZD_PRECISION_EXACT,
                                 .views = data[0] & 32 ? ZD_NETWORK_VIEWS : 0 };
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (write(file, copy, base->size) == (ssize_t) base->size &&
        zd_network_open(fuzz_context(), path, &params, &net, &err) == ZD_OK)
    {
        run(net, (data[0] & 128) != 0);
    }
    zd_network_close(&net);
    close(file);
    free(copy);
    return 0;
}
