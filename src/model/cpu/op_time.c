/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention of each cell over the frames of a window (Video Depth Anything, Chen et al. 2025). The
 * cells of a picture are a batch: of each, at most ZD_NETWORK_WINDOW queries meet as many keys, one
 * panel. What the position in the window adds to query, key and value is a table: the projection is
 * linear, W (n + p) = W n + W p, so a frame's projections can be kept and used at any position. */

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/network_internal.h"

/** The table: for each position what is added to query, key and value. */
static void project_positions(const float *weights, const float *positions, size_t channels,
                              float *table)
{
    for (size_t t = 0; t < ZD_NETWORK_WINDOW; t++) {
        for (size_t n = 0; n < 3 * channels; n++) {
            double sum = 0.0;
            for (size_t c = 0; c < channels; c++) {
                sum += (double) weights[n * channels + c] * (double) positions[t * channels + c];
            }
            table[t * 3 * channels + n] = (float) sum;
        }
    }
}

zd_status zd_across_pack(zd_network *net, int index, zd_error *err)
{
    const zd_op *op = &net->graph.ops[index];
    size_t channels = (size_t) op->channels;
    char name[256];
    float *positions = NULL;
    float *weights = NULL;
    snprintf(name, sizeof name, "%s.pos_encoder.pe", op->weight);
    ZD_TRY(zd_network_read_vector(net, name, ZD_NETWORK_WINDOW * channels, &positions, err));
    snprintf(name, sizeof name, "%s.to_qkv.weight", op->weight);
    zd_status status = zd_network_read_vector(net, name, 3 * channels * channels, &weights, err);
    float *table = zd_alloc(net->ctx, ZD_NETWORK_WINDOW * 3 * channels * sizeof *table);
    net->values[index].gain = table;
    if (status == ZD_OK && table == NULL) {
        status = zd_fail_memory(err, name);
    }
    if (status == ZD_OK) {
        project_positions(weights, positions, channels, table);
        net->info.parameters -=
            (int64_t) (3 * channels * channels); /* counted where they are used */
        net->weight_bytes += ZD_NETWORK_WINDOW * 3 * channels * sizeof *table;
    }
    zd_free(net->ctx, positions);
    zd_free(net->ctx, weights);
    return status;
}

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

size_t zd_across_temp_floats(const zd_network *net, int op)
{
    const zd_op *of = &net->graph.ops[op];
    size_t size = (size_t) (of->channels / of->heads);
    size_t panels = (size_t) zd_panel_count((int) size);
    return ZD_NETWORK_WINDOW * (2 * size + panels * ZD_PANEL + ZD_PANEL) + 64;
}

/** Loads keys and values of a cell's head, with what their positions add. `key`: its first channel. */
static void load_head(const head_of *h, const zd_across_rows *rows, size_t cell, const float *table,
                      int channels, int key)
{
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

/** Queries times log2(e) / sqrt(size). `query`: of the cell's first frame that has one; it and the
 *  table at the head's first channel. */
static void load_queries(const head_of *h, const float *query, size_t frame_step,
                         const float *table, int channels)
{
    float factor = 1.44269504088896341f / sqrtf((float) h->size);
    int first = h->count - h->queries;
    for (int t = 0; t < h->queries; t++, query += frame_step) {
        const float *add = table + (size_t) (first + t) * 3 * (size_t) channels;
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
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    zd_across_rows rows;
    zd_stream_rows(net, band->op, &rows);
    head_of h = { .kernels = net->kernels,
                  .size = op->channels / op->heads,
                  .count = rows.count,
                  .queries = rows.queries,
                  .keys = band->temp };
    h.values = h.keys + (size_t) h.size * ZD_PANEL;
    h.asked = h.values + (size_t) zd_panel_count(h.size) * ZD_PANEL * ZD_NETWORK_WINDOW;
    h.scores = h.asked + (size_t) h.size * ZD_NETWORK_WINDOW;
    for (int y = band->y0; y < band->y1; y++) {
        for (int i = 0; i < op->heads; i++) {
            int first = i * h.size;
            size_t row = (size_t) y * from->row;
            load_head(&h, &rows, (size_t) y, value->gain, op->channels, first);
            load_queries(&h, net->arena + from->offset + row + first, from->frame_step,
                         value->gain + first, op->channels);
            run_head(&h, net->arena + value->offset + (size_t) y * value->row + first,
                     (ptrdiff_t) value->frame_step);
        }
    }
}
