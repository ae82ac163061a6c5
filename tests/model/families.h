/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_FAMILIES_H
#define ZD_TESTS_FAMILIES_H

/* Tensors of a network of ours against those that the original one produced, layer by layer: relative L1
 * (sum |a - b| / sum |b|) at most 1e-4 exact and 1e-2 fast. The weights come from a formula (formula.h). */

#include "core/cpu.h"
#include "formula.h"
#include "model/backend.h"
#include "model/safetensors.h"
#include "zd_test.h"

static zd_error err;

static const zd_backend *backend; /* NULL: the product's */
static int views;                 /* that are seen together; 0: one */

typedef struct fixture {
    zd_context *ctx;
    zd_safetensors *vectors;
    zd_network *net;
    double bar;
    double worst;
    char worst_name[64];
    int checked;
} fixture;

static inline char *shared_path(const char *name)
{
    static char path[512];
    if (zd_test_shared() == NULL) {
        SKIP("$ZD_SHARED names no folder with vectors/%s", name);
    }
    snprintf(path, sizeof path, "%s/vectors/%s", zd_test_shared(), name);
    return path;
}

static inline void open_all(fixture *f, const char *vectors, formula_network which,
                            zd_precision precision, bool keep)
{
    zd_network_params params = {
        .precision = precision, .keep_tensors = keep, .backend = backend, .views = views
    };
    const char *of_vectors = shared_path(vectors);
    *f =
        (fixture){ .ctx = zd_test_context(2), .bar = precision == ZD_PRECISION_FAST ? 1e-2 : 1e-4 };
    REQUIRE_OK(zd_safetensors_open(f->ctx, of_vectors, &f->vectors, &err));
    char *path = formula_write(f->ctx, which);
    REQUIRE(path != NULL);
    REQUIRE_OK(zd_network_open(f->ctx, path, &params, &f->net, &err));
    formula_remove(path);
}

static inline void close_all(fixture *f)
{
    printf("  %s: %d tensors, worst relative L1 %.2g (%s)\n",
           zd_network_describe(f->net)->arithmetic, f->checked, f->worst, f->worst_name);
    zd_network_close(&f->net);
    zd_safetensors_close(&f->vectors);
    zd_context_destroy(&f->ctx);
}

/** Values of a tensor of the vectors from one on, as many as there are. Release with free. */
static inline float *read_from(const fixture *f, const char *name, size_t first, size_t count)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    float *values = malloc((count + 1) * sizeof *values);
    REQUIRE(tensor != NULL && first + count <= tensor->count);
    zd_safetensors_read(f->vectors, tensor, first, count, values);
    return values;
}

static inline void compare(fixture *f, const char *name, const float *a, const float *b,
                           size_t count)
{
    double off = 0.0;
    double sum = 0.0;
    for (size_t i = 0; i < count; i++) {
        off += fabs((double) a[i] - (double) b[i]);
        sum += fabs((double) b[i]);
    }
    double error = sum > 0.0 ? off / sum : off;
    f->checked++;
    if (error > f->worst) {
        f->worst = error;
        snprintf(f->worst_name, sizeof f->worst_name, "%s", name);
    }
    if (!(error <= f->bar)) {
        ZD_TEST_FAIL("%s: relative L1 %.3g, at most %.3g", name, error, f->bar);
    }
}

/** Whether a tensor of the vectors is [..., C, h, w], unlike ours. */
static inline bool has_planes(const zd_stored_tensor *tensor, const zd_network_tensor *ours)
{
    int r = tensor->rank;
    return r >= 3 && ours->width > 1 && (int) tensor->shape[r - 1] == ours->width &&
           (int) tensor->shape[r - 2] == ours->height &&
           (int) tensor->shape[r - 3] == ours->channels;
}

/** One frame's tensor against entry `entry` of the vector called `name`. */
static inline void check(fixture *f, const char *name, const char *mine, int entry)
{
    zd_network_tensor t;
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    if (!zd_network_find_tensor(f->net, mine, &t) || tensor == NULL) {
        ZD_TEST_FAIL("no tensor %s or %s", mine, name);
    }
    size_t cells = (size_t) t.height * (size_t) t.width;
    size_t count = cells * (size_t) t.channels;
    float *expected = read_from(f, name, (size_t) entry * count, count);
    float *ours = malloc(count * sizeof *ours);
    memcpy(ours, t.data, count * sizeof *ours);
    if (has_planes(tensor, &t)) {
        for (size_t i = 0; i < cells; i++) {
            for (int c = 0; c < t.channels; c++) {
                ours[(size_t) c * cells + i] = t.data[i * (size_t) t.channels + (size_t) c];
            }
        }
    }
    compare(f, name, ours, expected, count);
    free(expected);
    free(ours);
}

static inline float *read_picture(const fixture *f, const char *name, int frame, int *width,
                                  int *height)
{
    const zd_stored_tensor *tensor = zd_safetensors_find(f->vectors, name);
    REQUIRE(tensor != NULL);
    *height = (int) tensor->shape[tensor->rank - 2];
    *width = (int) tensor->shape[tensor->rank - 1];
    size_t cells = (size_t) *height * (size_t) *width;
    float *planes = read_from(f, name, (size_t) frame * 3 * cells, 3 * cells);
    float *rgb = malloc(3 * cells * sizeof *rgb);
    for (size_t i = 0; i < 3 * cells; i++) {
        rgb[i] = planes[i % 3 * cells + i / 3];
    }
    free(planes);
    return rgb;
}

/** A still network's outputs, at most two. */
static inline void run_still(fixture *f, float *outputs[2], size_t *cells)
{
    int width;
    int height;
    float *rgb = read_picture(f, "input", 0, &width, &height);
    *cells = (size_t) width * (size_t) height;
    zd_network_io io = { .rgb = rgb, .is_normalised = true };
    for (int i = 0; i < 2; i++) {
        outputs[i] = malloc(*cells * sizeof(float));
        io.outputs[i] = outputs[i];
    }
    REQUIRE_OK(zd_network_plan(f->net, width, height, &err));
    REQUIRE_OK(zd_network_run(f->net, &io, NULL, &err));
    free(rgb);
}

static inline void check_outputs(fixture *f, float *outputs[2], size_t cells, const char *first,
                                 const char *second)
{
    float *expected = read_from(f, first, 0, cells);
    compare(f, first, outputs[0], expected, cells);
    free(expected);
    expected = read_from(f, second, 0, cells);
    compare(f, second, outputs[1], expected, cells);
    free(expected);
    free(outputs[0]);
    free(outputs[1]);
}

#endif
