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

/** One cell: rows of all its frames, and what is made of them. */
typedef struct cell_of {
    const zd_kernels *kernels;
    int channels;
    int size;      /* of a head */
    int count;     /* of keys */
    int queries;   /* the last of them */
    float *rows;   /* [key][query, key, value]: with what their positions add */
    float *asked;  /* [channels][ZD_PANEL queries] */
    float *scores; /* [key][ZD_PANEL queries] of a head */
    float *mixed;  /* [channels][ZD_PANEL queries] */
} cell_of;

size_t zd_across_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    size_t channels = (size_t) cpu->graph->ops[op].channels;
    return channels * (3 * ZD_NETWORK_WINDOW + 2 * ZD_PANEL) + ZD_NETWORK_WINDOW * ZD_PANEL + 64;
}

/** Loads a cell's rows; queries are turned, times log2(e) / sqrt(size). */
static void load_cell(const cell_of *c, const zd_op_frames *frames, size_t cell, const float *table)
{
    assert(c->count <= ZD_NETWORK_WINDOW && c->queries <= c->count);
    size_t channels = (size_t) c->channels;
    int first = c->count - c->queries;
    for (int t = 0; t < c->count; t++) {
        float *row = c->rows + (size_t) t * 3 * channels;
        const float *add = table + (size_t) t * 3 * channels;
        const float *keys = frames->keys[t] + cell * frames->step[t];
        const float *asked =
            t >= first ? frames->asked[t - first] + cell * frames->asked_step : NULL;
        if (asked != NULL && asked + channels == keys) {
            c->kernels->add(asked, add, 3 * c->channels, row);
            continue;
        }
        c->kernels->add(keys, add + channels, 2 * c->channels, row + channels);
        if (asked != NULL) {
            c->kernels->add(asked, add, c->channels, row);
        }
    }
    c->kernels->turn(c->rows + (size_t) first * 3 * channels, 3 * c->channels, c->queries,
                     c->channels, 1.44269504088896341f / sqrtf((float) c->size), c->asked,
                     ZD_PANEL);
}

/** The rows of a product with a panel whose columns are queries. */
static void multiply(const cell_of *c, zd_tile tile, int rows, float *out)
{
    /* Columns beyond the queries are computed too: that is faster than to leave them out. */
    const float *a = tile.a;
    int tiles = (rows + c->kernels->max_rows - 1) / c->kernels->max_rows;
    tile.columns = c->queries <= ZD_PANEL / 2 ? ZD_PANEL / 2 : ZD_PANEL;
    tile.c_step = ZD_PANEL;
    tile.next = tile.b;
    for (int i = 0; i < tiles; i++) {
        int first = rows * i / tiles;
        tile.a = a + first * tile.row_step;
        tile.c = out + first * ZD_PANEL;
        c->kernels->gemm_f32(&tile, rows * (i + 1) / tiles - first);
    }
}

static void run_head(const cell_of *c, int first)
{
    const float *keys = c->rows + c->channels + first;
    zd_tile score = { .row_step = 3 * c->channels, .segments = 1, .length = c->size };
    score.a = keys;
    score.b = c->asked + (ptrdiff_t) first * ZD_PANEL;
    multiply(c, score, c->count, c->scores);
    c->kernels->softmax_columns(c->scores, c->count, c->queries);
    /* A value's channels are the rows, so that what is summed is one below the other. */
    zd_tile mix = { .row_step = 1, .segments = c->count, .length = 1 };
    mix.a = keys + c->channels;
    mix.segment_step = 3 * c->channels;
    mix.b = c->scores;
    multiply(c, mix, c->size, c->mixed + (ptrdiff_t) first * ZD_PANEL);
}

void zd_run_time(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    const zd_op_frames *frames = band->frames;
    cell_of c = { .kernels = cpu->kernels,
                  .channels = op->channels,
                  .size = op->channels / op->heads,
                  .count = frames->count,
                  .queries = frames->queries,
                  .scores = band->temp };
    size_t panel = (size_t) op->channels * ZD_PANEL;
    ptrdiff_t step = frames->queries > 1 ? frames->made[1] - frames->made[0] : 0;
    c.asked = c.scores + ZD_NETWORK_WINDOW * ZD_PANEL;
    c.mixed = c.asked + panel;
    c.rows = c.mixed + panel;
    memset(c.asked, 0, panel * sizeof(float)); /* for columns that are no queries */
    for (int y = band->y0; y < band->y1; y++) {
        load_cell(&c, frames, (size_t) y, value->data.gain);
        for (int i = 0; i < op->heads; i++) {
            run_head(&c, i * c.size);
        }
        cpu->kernels->turn(c.mixed, ZD_PANEL, op->channels, c.queries, 1.0f,
                           frames->made[0] + (size_t) y * value->row, step);
    }
}
