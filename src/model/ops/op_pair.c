/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* add and mul of two pictures; a second one of 1 x 1 goes to every cell. */

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    return ops[op->inputs[1]].channels == op->channels ? NULL : "channels differ in";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    zd_op_size second = sizes->from[1];
    (void) op;
    return (second.height == made.height && second.width == made.width) ||
           (second.height == 1 && second.width == 1);
}

static void run(const zd_op_call *call)
{
    zd_op_size size = call->in[1].size;
    int channels = call->op->channels;
    for (int y = call->y0; y < call->y1; y++) {
        const float *a = zd_op_row(&call->in[0], y);
        const float *b = zd_op_row(&call->in[1], size.height > 1 ? y : 0);
        float *out = zd_op_row(&call->out, y);
        for (int i = 0; i < (int) call->out.row; i++) {
            float second = b[size.width > 1 ? i : i % channels];
            out[i] = call->op->kind == ZD_OP_ADD ? a[i] + second : a[i] * second;
        }
    }
}

const zd_op_type zd_op_type_add = {
    .name = "add",
    .low_inputs = 2,
    .high_inputs = 2,
    .complete = complete,
    .fits = fits,
    .run = run,
};

const zd_op_type zd_op_type_mul = {
    .name = "mul",
    .low_inputs = 2,
    .high_inputs = 2,
    .complete = complete,
    .fits = fits,
    .run = run,
};
