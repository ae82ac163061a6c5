/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Channels of several pictures side by side. */

#include <string.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    for (int i = 1; i < op->input_count; i++) {
        op->channels += ops[op->inputs[i]].channels;
    }
    return op->channels <= ZD_GRAPH_MAX_CHANNELS ? NULL : "too many channels in";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    bool same = true;
    for (int i = 1; i < op->input_count; i++) {
        same = same && sizes->from[i].height == made.height && sizes->from[i].width == made.width;
    }
    return same;
}

static void run(const zd_op_call *call)
{
    int offset = 0;
    for (int i = 0; i < call->op->input_count; i++) {
        int channels = call->in[i].channels;
        for (int y = call->y0; y < call->y1; y++) {
            const float *from = zd_op_row(&call->in[i], y);
            float *out = zd_op_row(&call->out, y) + offset;
            for (int x = 0; x < call->out.size.width; x++) {
                memcpy(out + (size_t) x * (size_t) call->op->channels,
                       from + (size_t) x * (size_t) channels, (size_t) channels * sizeof(float));
            }
        }
        offset += channels;
    }
}

const zd_op_type zd_op_type_cat = {
    .name = "cat",
    .low_inputs = 2,
    .high_inputs = ZD_GRAPH_MAX_INPUTS,
    .complete = complete,
    .fits = fits,
    .run = run,
};
