/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Plus a tenth of an embedding of each cell's place, as in Depth Anything 3's head. table: for each
 * column half of the channels, then for each row the others; sines, then cosines. */

#include <math.h>

#include "model/operator.h"

static const double base = 100.0;

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return op->channels % 4 == 0 ? NULL : "channels are no multiple of 4 in";
}

/** One axis of the embedding: sines, then cosines, of `count` points evenly around 0. */
static void embed_axis(int count, double span, int quarter, float *out)
{
    for (int i = 0; i < count; i++, out += 2 * quarter) {
        double edge = span * (count - 1) / count;
        double at = count > 1 ? -edge + 2.0 * edge * i / (count - 1) : 0.0;
        for (int j = 0; j < quarter; j++) {
            double angle = at * pow(base, -(double) j / quarter);
            out[j] = 0.1f * (float) sin(angle);
            out[quarter + j] = 0.1f * (float) cos(angle);
        }
    }
}

static zd_status prepare(const zd_network_model *model, const zd_op *op, const zd_op_sizes *sizes,
                         zd_op_data *data, zd_error *err)
{
    zd_op_size size = sizes->from[0];
    int quarter = op->channels / 4;
    double aspect = (double) sizes->picture.width / sizes->picture.height;
    double diagonal = sqrt(aspect * aspect + 1.0);
    size_t count = ((size_t) size.width + (size_t) size.height) * 2 * (size_t) quarter;
    data->table = zd_alloc(model->ctx, count * sizeof(float));
    if (data->table == NULL) {
        return zd_fail_memory(err, "the embedding of places");
    }
    embed_axis(size.width, aspect / diagonal, quarter, data->table);
    embed_axis(size.height, 1.0 / diagonal, quarter,
               data->table + (size_t) size.width * 2 * (size_t) quarter);
    return ZD_OK;
}

static void add_half(const float *a, const float *b, size_t count, float *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = a[i] + b[i];
    }
}

static void run(const zd_op_call *call)
{
    size_t half = (size_t) call->op->channels / 2;
    size_t width = (size_t) call->out.size.width;
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y);
        float *out = zd_op_row(&call->out, y);
        const float *down = call->data->table + (width + (size_t) y) * half;
        for (size_t x = 0; x < width; x++, from += 2 * half, out += 2 * half) {
            add_half(from, call->data->table + x * half, half, out);
            add_half(from + half, down, half, out + half);
        }
    }
}

const zd_op_type zd_op_type_place = {
    .name = "place",
    .low_inputs = 1,
    .high_inputs = 1,
    .complete = complete,
    .prepare = prepare,
    .run = run,
};
