/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention of each cell over the frames of a window (ops/op_time.c). The cells of a picture are a
 * batch: of each, at most ZD_NETWORK_WINDOW queries meet as many keys. Queries are the columns of one
 * panel, so that what a query sees lies one below the other: softmax needs no sums across a vector,
 * and its results are the panel of the second product. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

/** One head of one cell. */
typedef struct head_of {
    const zd_kernels *kernels;
    int size;
    int count;     /* of keys */
    int queries;   /* the last of them */
    float *keys;   /* [key][size] */
    float *values; /* [size][ZD_NETWORK_WINDOW keys] */
    float *asked;  /* [size][ZD_PANEL queries] */
    float *scores; /* [key][ZD_PANEL queries] */
    float *mixed;  /* [size][ZD_PANEL queries] */
} head_of;

size_t zd_across_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    const zd_op *of = &cpu->graph->ops[op];
    size_t size = (size_t) (of->channels / of->heads);
    return 2 * size * ZD_NETWORK_WINDOW + 2 * size * ZD_PANEL + ZD_NETWORK_WINDOW * ZD_PANEL + 64;
}

/** Loads keys and values of a cell's head, with what their positions add. `key`: its first channel. */
static void load_head(const head_of *h, const zd_op_frames *rows, size_t cell, const float *table,
                      int channels, int key)
{
    assert(h->count <= ZD_NETWORK_WINDOW && h->queries <= h->count);
    for (int t = 0; t < h->count; t++) {
        const float *from = rows->keys[t] + cell * rows->step[t] + key;
        const float *add = table + (size_t) t * 3 * (size_t) channels + channels + key;
        float *keys = h->keys + t * h->size;
        for (int i = 0; i < h->size; i++) {
            keys[i] = from[i] + add[i];
        }
        from += channels;
        add += channels;
        for (int i = 0; i < h->size; i++) {
            h->values[i * ZD_NETWORK_WINDOW + t] = from[i] + add[i];
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
            h->asked[i * ZD_PANEL + t] = (query[i] + add[i]) * factor;
        }
    }
}

/** c = a b, of a panel `b` whose columns are queries. */
static void multiply(const head_of *h, const float *a, int row_step, int rows, int length,
                     const float *b, float *c)
{
    /* Columns beyond the queries are computed too: that is faster than to leave them out. */
    int columns = h->queries <= ZD_PANEL / 2 ? ZD_PANEL / 2 : ZD_PANEL;
    int tiles = (rows + h->kernels->max_rows - 1) / h->kernels->max_rows;
    for (int i = 0; i < tiles; i++) {
        int first = rows * i / tiles;
        zd_tile tile = { .a = a + first * row_step,
                         .row_step = row_step,
                         .segments = 1,
                         .length = length,
                         .b = b,
                         .c = c + first * ZD_PANEL,
                         .c_step = ZD_PANEL,
                         .columns = columns,
                         .next = (const char *) b };
        h->kernels->gemm_f32(&tile, rows * (i + 1) / tiles - first);
    }
}

static void run_head(const head_of *h, float *const made[], size_t at)
{
    multiply(h, h->keys, h->size, h->count, h->size, h->asked, h->scores);
    h->kernels->softmax_columns(h->scores, h->count, h->queries);
    multiply(h, h->values, ZD_NETWORK_WINDOW, h->size, h->count, h->scores, h->mixed);
    for (int t = 0; t < h->queries; t++) {
        float *out = made[t] + at;
        for (int i = 0; i < h->size; i++) {
            out[i] = h->mixed[i * ZD_PANEL + t];
        }
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
    size_t size = (size_t) h.size;
    h.values = h.keys + size * ZD_NETWORK_WINDOW;
    h.asked = h.values + size * ZD_NETWORK_WINDOW;
    h.mixed = h.asked + size * ZD_PANEL;
    h.scores = h.mixed + size * ZD_PANEL;
    memset(h.asked, 0, size * ZD_PANEL * sizeof(float)); /* for columns that are no queries */
    for (int y = band->y0; y < band->y1; y++) {
        for (int i = 0; i < op->heads; i++) {
            int first = i * h.size;
            load_head(&h, rows, (size_t) y, value->data.gain, op->channels, first);
            load_queries(&h, rows, (size_t) y, value->data.gain, op->channels, first);
            run_head(&h, rows->made, (size_t) y * value->row + (size_t) first);
        }
    }
}
