/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Rotary positions (Su et al. 2021) in two dimensions, as in Depth Anything 3: half of each head of
 * queries and keys is turned by the cell's row in `like`, half by its column, from 1 on; the first token
 * is at 0, and with `flat` all others at 1. table: of each place the cosines, then the sines. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/operator.h"

static const double base = 100.0;

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    int size = op->channels / 3 / op->heads;
    return op->channels == 3 * size * op->heads && size % 4 == 0
               ? NULL
               : "heads do not divide the channels of";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) made;
    return sizes->from[0].width == 1 &&
           (op->is_flat ||
            sizes->from[0].height <= (long long) sizes->like.height * sizes->like.width + 1);
}

static zd_status prepare(const zd_network_model *model, const zd_op *op, const zd_op_sizes *sizes,
                         zd_op_data *data, zd_error *err)
{
    int quarter = op->channels / 3 / op->heads / 4;
    int places = zd_int_max(zd_int_max(sizes->like.width, sizes->like.height), 1) + 1;
    float *table = zd_alloc(model->ctx, (size_t) places * 2 * (size_t) quarter * sizeof *table);
    data->table = table;
    if (table == NULL) {
        return zd_fail_memory(err, "the rotary positions");
    }
    for (int p = 0; p < places; p++, table += 2 * quarter) {
        for (int j = 0; j < quarter; j++) {
            double angle = p * pow(base, -(double) j / quarter);
            table[j] = (float) cos(angle);
            table[quarter + j] = (float) sin(angle);
        }
    }
    return ZD_OK;
}

/** Turns one axis of a head: pairs are half of it apart. `turn` is the place's cosines, then sines. */
static void turn_axis(const float *x, const float *turn, int half, float *out)
{
    for (int j = 0; j < half; j++) {
        float a = x[j];
        float b = x[j + half];
        out[j] = a * turn[j] - b * turn[half + j];
        out[j + half] = b * turn[j] + a * turn[half + j];
    }
}

static void run(const zd_op_call *call)
{
    const zd_op *op = call->op;
    int across = call->like.width;
    int size = op->channels / 3 / op->heads;
    size_t third = (size_t) op->channels / 3;
    for (int t = call->y0; t < call->y1; t++) {
        const float *from = zd_op_row(&call->in[0], t);
        float *out = zd_op_row(&call->out, t);
        int row = t == 0 ? 0 : op->is_flat ? 1 : (t - 1) / across + 1;
        int column = t == 0 ? 0 : op->is_flat ? 1 : (t - 1) % across + 1;
        const float *down = call->data->table + row * (size / 2);
        const float *right = call->data->table + column * (size / 2);
        for (int h = 0; h < 2 * op->heads; h++) {
            turn_axis(from + h * size, down, size / 4, out + h * size);
            turn_axis(from + h * size + size / 2, right, size / 4, out + h * size + size / 2);
        }
        memcpy(out + 2 * third, from + 2 * third, third * sizeof(float));
    }
}

const zd_op_type zd_op_type_rope = {
    .name = "rope",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(HEADS) | ZD_OP_FIELD(LIKE),
    .allows = ZD_OP_FIELD(FLAT),
    .complete = complete,
    .fits = fits,
    .prepare = prepare,
    .run = run,
};
