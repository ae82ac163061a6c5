/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention of each cell over the frames of a window (ops/op_time.c). The cells of a picture are a
 * batch: of each, at most ZD_NETWORK_WINDOW queries meet as many keys, one panel. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

/** One head of one cell. */
typedef struct head_of {
    const zd_kernels *kernels;
    int size;
    int count;   /* of keys */
    int queries; /* the last of them */
    float *keys; /* [size][ZD_PANEL] */
    float *values;
    float *asked;
    float *scores;
} head_of;

size_t zd_across_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    const zd_op *of = &cpu->graph->ops[op];
    size_t size = (size_t) (of->channels / of->heads);
    size_t panels = (size_t) zd_panel_count((int) size);
    return ZD_NETWORK_WINDOW * (2 * size + panels * ZD_PANEL + ZD_PANEL) + 64;
}

/** Loads keys and values of a cell's head, with what their positions add. `key`: its first channel. */
static void load_head(const head_of *h, const zd_op_frames *rows, size_t cell, const float *table,
                      int channels, int key)
{
    assert(h->count <= ZD_NETWORK_WINDOW && h->queries <= h->count);
    memset(h->keys, 0, (size_t) (h->size * ZD_PANEL) * sizeof(float));
    for (int t = 0; t < h->count; t++) {
        const float *from = rows->keys[t] + cell * rows->step[t] + key;
        const float *add = table + (size_t) t * 3 * (size_t) channels + channels + key;
        for (int i = 0; i < h->size; i++) {
            h->keys[i * ZD_PANEL + t] = from[i] + add[i];
        }
        for (int i = 0; i < zd_panel_count(h->size) * ZD_PANEL; i++) {
            int at = (i / ZD_PANEL * ZD_NETWORK_WINDOW + t) * ZD_PANEL + i % ZD_PANEL;
            h->values[at] = i < h->size ? from[channels + i] + add[channels + i] : 0.0f;
        }
    }
}

/** Queries of a cell times log2(e) / sqrt(size). */
static void load_queries(const head_of *h, const zd_op_frames *rows, size_t cell,
                         const float *table, int channels, int first)
{
    float factor = 1.44269504088896341f / sqrtf((float) h->size);
    for (int t = 0; t < h->queries; t++) {
        const float *query = rows->asked[t] + cell * rows->asked_step + first;
        const float *add =
            table + (size_t) (h->count - h->queries + t) * 3 * (size_t) channels + first;
        for (int i = 0; i < h->size; i++) {
            h->asked[t * h->size + i] = (query[i] + add[i]) * factor;
        }
    }
}

/** Rows first..end of a product with one panel. */
static void multiply(const head_of *h, const float *a, int row_step, int length, const float *b,
                     float *c, ptrdiff_t c_step, int columns)
{
    for (int r = 0; r < h->queries; r += h->kernels->max_rows) {
        zd_tile tile = { .a = a + r * row_step,
                         .row_step = row_step,
                         .segments = 1,
                         .length = length,
                         .b = b,
                         .c = c + r * c_step,
                         .c_step = c_step,
                         .columns = columns,
                         .next = (const char *) b };
        h->kernels->gemm_f32(&tile, zd_int_min(h->kernels->max_rows, h->queries - r));
    }
}

static void run_head(const head_of *h, float *out, ptrdiff_t frame_step)
{
    multiply(h, h->asked, h->size, h->size, h->keys, h->scores, ZD_PANEL, ZD_PANEL);
    for (int t = 0; t < h->queries; t++) {
        float *row = h->scores + t * ZD_PANEL;
        float sum = h->kernels->softmax(row, h->kernels->largest(row, h->count), h->count);
        h->kernels->scale(row, h->count, 1.0f / sum, row);
    }
    for (int p = 0; p < zd_panel_count(h->size); p++) {
        multiply(h, h->scores, ZD_PANEL, h->count, h->values + p * ZD_NETWORK_WINDOW * ZD_PANEL,
                 out + p * ZD_PANEL, frame_step, zd_int_min(ZD_PANEL, h->size - p * ZD_PANEL));
    }
}

void zd_run_time(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    const zd_op_frames *rows = band->frames;
    head_of h = { .kernels = cpu->kernels,
                  .size = op->channels / op->heads,
                  .count = rows->count,
                  .queries = rows->queries,
                  .keys = band->temp };
    h.values = h.keys + (size_t) h.size * ZD_PANEL;
    h.asked = h.values + (size_t) zd_panel_count(h.size) * ZD_PANEL * ZD_NETWORK_WINDOW;
    h.scores = h.asked + (size_t) h.size * ZD_NETWORK_WINDOW;
    ptrdiff_t step = rows->queries > 1 ? rows->made[1] - rows->made[0] : 0;
    for (int y = band->y0; y < band->y1; y++) {
        for (int i = 0; i < op->heads; i++) {
            int first = i * h.size;
            load_head(&h, rows, (size_t) y, value->data.gain, op->channels, first);
            load_queries(&h, rows, (size_t) y, value->data.gain, op->channels, first);
            run_head(&h, rows->made[0] + (size_t) y * value->row + first, step);
        }
    }
}
