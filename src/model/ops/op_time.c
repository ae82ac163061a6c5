/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention of each cell over the frames of a window (Video Depth Anything, Chen et al. 2025). What the
 * position in the window adds to query, key and value is a table: the projection is linear,
 * W (n + p) = W n + W p, so a frame's projections can be kept and used at any position. gain:
 * [position][query, key, value]. */

#include <math.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return op->act == ZD_ACT_NONE ? zd_op_split_heads(op) : "no activation is possible after";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) made;
    return sizes->from[0].width == 1 && op->channels <= 4096;
}

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

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    zd_context *ctx = in->model->ctx;
    size_t channels = (size_t) in->op->channels;
    size_t count = ZD_NETWORK_WINDOW * 3 * channels;
    float *positions = NULL;
    float *weights = NULL;
    size_t bytes = in->out->bytes;
    ZD_TRY(zd_op_read(in, "pos_encoder.pe", count / 3, &positions, err));
    int64_t parameters =
        in->model->info.parameters; /* the layer that uses them counts the others */
    zd_status status = zd_op_read(in, "to_qkv.weight", 3 * channels * channels, &weights, err);
    in->model->info.parameters = parameters;
    float *table = zd_alloc(ctx, count * sizeof *table);
    in->out->gain = table;
    if (status == ZD_OK && table == NULL) {
        status = zd_fail_memory(err, in->op->weight);
    }
    if (status == ZD_OK) {
        project_positions(weights, positions, channels, table);
        in->out->bytes = bytes + count * sizeof *table;
    }
    zd_free(ctx, positions);
    zd_free(ctx, weights);
    return status;
}

/** Score of query `q` and key `k` of one head of one cell. */
static double score(const zd_op_call *call, int cell, int q, int k, int first)
{
    const zd_op_frames *f = call->frames;
    size_t channels = (size_t) call->op->channels;
    int size = call->op->channels / call->op->heads;
    const float *query = f->asked[q] + (size_t) cell * f->asked_step + first;
    const float *key = f->keys[k] + (size_t) cell * f->step[k] + first;
    const float *of_query =
        call->data->gain + (size_t) (f->count - f->queries + q) * 3 * channels + first;
    const float *of_key = call->data->gain + ((size_t) k * 3 + 1) * channels + first;
    double sum = 0.0;
    for (int i = 0; i < size; i++) {
        sum += ((double) query[i] + (double) of_query[i]) * ((double) key[i] + (double) of_key[i]);
    }
    return sum / sqrt((double) size);
}

static void attend(const zd_op_call *call, int cell, int q, int first)
{
    const zd_op_frames *f = call->frames;
    size_t channels = (size_t) call->op->channels;
    int size = call->op->channels / call->op->heads;
    float *out = f->made[q] + (size_t) cell * channels + first;
    double weights[ZD_NETWORK_WINDOW];
    double top = -(double) INFINITY;
    double total = 0.0;
    for (int k = 0; k < f->count; k++) {
        weights[k] = score(call, cell, q, k, first);
        top = fmax(top, weights[k]);
    }
    for (int k = 0; k < f->count; k++) {
        weights[k] = exp(weights[k] - top);
        total += weights[k];
    }
    for (int i = 0; i < size; i++) {
        double sum = 0.0;
        for (int k = 0; k < f->count; k++) {
            size_t at = channels + (size_t) (first + i);
            sum += weights[k] * ((double) f->keys[k][(size_t) cell * f->step[k] + at] +
                                 (double) call->data->gain[((size_t) k * 3 + 1) * channels + at]);
        }
        out[i] = (float) (sum / total);
    }
}

static void run(const zd_op_call *call)
{
    int size = call->op->channels / call->op->heads;
    for (int cell = call->y0; cell < call->y1; cell++) {
        for (int q = 0; q < call->frames->queries; q++) {
            for (int h = 0; h < call->op->heads; h++) {
                attend(call, cell, q, h * size);
            }
        }
    }
}

const zd_op_type zd_op_type_time = {
    .name = "time",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(HEADS),
    .allows = ZD_OP_FIELD(W),
    .rows = ZD_ROWS_ANY,
    .sees_frames = true,
    .complete = complete,
    .fits = fits,
    .read = read,
    .run = run,
};
