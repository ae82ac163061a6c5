/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Transposed convolution whose stride is its kernel. gain: [inputs][o][k][k]; bias: [o] or NULL. */

#include "model/operator.h"

static void shape(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) sizes;
    *height *= op->kernel;
    *width *= op->kernel;
}

static double flop(const zd_op *op, int from, zd_op_size made)
{
    return 2.0 * made.height * made.width * (double) from * op->channels;
}

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    const zd_op *op = in->op;
    size_t outputs = (size_t) op->channels;
    size_t taps = (size_t) op->kernel * (size_t) op->kernel;
    ZD_TRY(zd_op_read(in, "weight", (size_t) in->from * outputs * taps, &in->out->gain, err));
    return op->has_bias ? zd_op_read(in, "bias", outputs, &in->out->bias, err) : ZD_OK;
}

static void run(const zd_op_call *call)
{
    const zd_op *op = call->op;
    int k = op->kernel;
    for (int y = call->y0; y < call->y1; y++) {
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++) {
            const float *from = zd_op_row(&call->in[0], y / k) + x / k * call->in[0].channels;
            for (int o = 0; o < op->channels; o++) {
                double sum = call->data->bias != NULL ? (double) call->data->bias[o] : 0.0;
                for (int i = 0; i < call->in[0].channels; i++) {
                    int tap = ((i * op->channels + o) * k + y % k) * k + x % k;
                    sum += (double) from[i] * (double) call->data->gain[tap];
                }
                *out++ = (float) sum;
            }
        }
    }
}

const zd_op_type zd_op_type_convt = {
    .name = "convt",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(K) | ZD_OP_FIELD(O),
    .allows = ZD_OP_FIELD(BIAS) | ZD_OP_FIELD(W),
    .rows = ZD_ROWS_ANY,
    .shape = shape,
    .flop = flop,
    .read = read,
    .run = run,
};
