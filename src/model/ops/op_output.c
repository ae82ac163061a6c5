/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What callers get. output: one channel as a plane of the picture's size, through its activation, times
 * `gain`; what is not finite, which no trained network gives and nothing behind it expects, is 0.
 * result: a whole tensor, kept for zd_network_find_tensor. */

#include <math.h>
#include <string.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    op->channels = 1;
    return op->channel < ops[op->inputs[0]].channels ? NULL : "no such channel for";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) op;
    return made.height == sizes->picture.height && made.width == sizes->picture.width;
}

static void run_output(const zd_op_call *call)
{
    const zd_op *op = call->op;
    for (int y = call->y0; call->out.data != NULL && y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y) + op->channel;
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++, from += call->in[0].channels) {
            float value = zd_op_activate(op->act, *from) * op->gain;
            out[x] = isfinite(value) ? value : 0.0f;
        }
    }
}

static void run_result(const zd_op_call *call)
{
    for (int y = call->y0; y < call->y1; y++) {
        memcpy(zd_op_row(&call->out, y), zd_op_row(&call->in[0], y), call->out.row * sizeof(float));
    }
}

const zd_op_type zd_op_type_output = {
    .name = "output",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(CHANNEL),
    .allows = ZD_OP_FIELD(GAIN),
    .is_end = true,
    .complete = complete,
    .fits = fits,
    .run = run_output,
};

const zd_op_type zd_op_type_result = {
    .name = "result",
    .low_inputs = 1,
    .high_inputs = 1,
    .is_end = true,
    .run = run_result,
};
