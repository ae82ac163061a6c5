/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Attention over all tokens of all views of a window (Depth Anything 3, Lin et al. 2025): as op_attention.c
 * has it, with the views' tokens one after the other. */

#include <math.h>

#include "model/operator.h"

enum { MOST_SIZE = 1024 };

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return op->act == ZD_ACT_NONE ? zd_op_split_heads(op) : "no activation is possible after";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    return sizes->from[0].width == 1 && made.height < (1 << 18) &&
           op->channels / op->heads <= MOST_SIZE;
}

static double flop(const zd_op *op, int from, zd_op_size made)
{
    double cells = (double) made.height * made.width;
    (void) from;
    return 4.0 * cells * cells * op->channels; /* for each other view as much again */
}

/** One query's head, in one pass over the keys: what was summed shrinks when a larger score comes. */
static void attend(const zd_op_call *call, const float *query, int first, float *out)
{
    const zd_op_frames *f = call->frames;
    double sums[MOST_SIZE] = { 0 };
    double total = 0.0;
    double top = -(double) INFINITY;
    int size = call->op->channels / call->op->heads;
    int tokens = call->out.size.height;
    for (int k = 0; k < f->count * tokens; k++) {
        const float *key =
            f->keys[k / tokens] + (size_t) (k % tokens) * f->step[k / tokens] + first;
        const float *value = key + call->op->channels;
        double at = zd_op_score(query, key, size);
        double shrink = at > top ? exp(top - at) : 1.0;
        top = fmax(top, at);
        double weight = exp(at - top);
        total = total * shrink + weight;
        for (int i = 0; i < size; i++) {
            sums[i] = sums[i] * shrink + weight * (double) value[i];
        }
    }
    for (int i = 0; i < size; i++) {
        out[i] = (float) (sums[i] / total);
    }
}

static void run(const zd_op_call *call)
{
    const zd_op_frames *f = call->frames;
    int size = call->op->channels / call->op->heads;
    for (int q = 0; q < f->queries; q++) {
        for (int t = call->y0; t < call->y1; t++) {
            for (int h = 0; h < call->op->heads; h++) {
                size_t row = (size_t) t * (size_t) call->op->channels;
                attend(call, f->asked[q] + (size_t) t * f->asked_step + h * size, h * size,
                       f->made[q] + row + h * size);
            }
        }
    }
}

const zd_op_type zd_op_type_views = {
    .name = "views",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(HEADS),
    .rows = ZD_ROWS_ANY,
    .needs_all = 1,
    .sees_frames = true,
    .complete = complete,
    .fits = fits,
    .flop = flop,
    .run = run,
};
