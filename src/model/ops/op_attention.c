/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention (Vaswani et al. 2017) over all tokens: channels are queries, keys and values, each of all
 * heads; softmax(q k / sqrt(d)) v. */

#include <math.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    const char *wrong = zd_op_split_heads(op);
    /* No operator makes a view, so none could pack its keys for a backend. */
    return wrong == NULL && zd_op_is_view(&ops[op->inputs[0]]) ? "a view is the input of" : wrong;
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    return sizes->from[0].width == 1 && made.height < (1 << 18) && op->channels / op->heads <= 1024;
}

static double flop(const zd_op *op, int from, zd_op_size made)
{
    double cells = (double) made.height * made.width;
    (void) from;
    return 4.0 * cells * cells * op->channels;
}

/** One query's head, in two passes over the keys: the largest score, then the weighted sum. */
static void attend(const zd_op_call *call, int t, int first, int size, float *out)
{
    enum { MOST_SIZE = 1024 };
    double sums[MOST_SIZE] = { 0 };
    double total = 0.0;
    double top = -(double) INFINITY;
    int width = call->op->channels;
    int count = call->in[0].size.height;
    const float *query = zd_op_row(&call->in[0], t) + first;
    for (int k = 0; k < count; k++) {
        top = fmax(top, zd_op_score(query, zd_op_row(&call->in[0], k) + width + first, size));
    }
    for (int k = 0; k < count; k++) {
        const float *key = zd_op_row(&call->in[0], k) + width + first;
        double weight = exp(zd_op_score(query, key, size) - top);
        total += weight;
        for (int i = 0; i < size; i++) {
            sums[i] += weight * (double) key[width + i];
        }
    }
    for (int i = 0; i < size; i++) {
        out[i] = (float) (sums[i] / total);
    }
}

static void run(const zd_op_call *call)
{
    int size = call->op->channels / call->op->heads;
    for (int t = call->y0; t < call->y1; t++) {
        for (int h = 0; h < call->op->heads; h++) {
            attend(call, t, h * size, size, zd_op_row(&call->out, t) + h * size);
        }
    }
}

const zd_op_type zd_op_type_attention = {
    .name = "attention",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(HEADS),
    .rows = ZD_ROWS_ANY,
    .complete = complete,
    .fits = fits,
    .flop = flop,
    .run = run,
};
