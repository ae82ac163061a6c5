/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Mean and largest of 2x2, and the mean of a whole picture. */

#include <math.h>
#include <string.h>

#include "model/operator.h"

static void halve(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) op;
    (void) sizes;
    *height /= 2;
    *width /= 2;
}

static void run_halve(const zd_op_call *call)
{
    int channels = call->op->channels;
    for (int y = call->y0; y < call->y1; y++) {
        const float *top = zd_op_row(&call->in[0], 2 * y);
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++) {
            for (int c = 0; c < channels; c++) {
                const float *at = top + (size_t) (2 * x * channels + c);
                const float *below = at + call->in[0].row;
                out[x * channels + c] =
                    call->op->kind == ZD_OP_AVG2
                        ? 0.25f * (at[0] + at[channels] + below[0] + below[channels])
                        : fmaxf(fmaxf(at[0], at[channels]), fmaxf(below[0], below[channels]));
            }
        }
    }
}

static void shape_gap(const zd_op *op, const zd_op_sizes *sizes, long long *height,
                      long long *width)
{
    (void) op;
    (void) sizes;
    *height = 1;
    *width = 1;
}

static void run_gap(const zd_op_call *call)
{
    zd_op_size size = call->in[0].size;
    size_t channels = (size_t) call->op->channels;
    size_t cells = (size_t) size.height * (size_t) size.width;
    const float *from = call->in[0].data;
    float *out = zd_op_row(&call->out, 0);
    memset(out, 0, channels * sizeof(float));
    for (size_t i = 0; i < cells; i++, from += channels) {
        for (size_t c = 0; c < channels; c++) {
            out[c] += from[c];
        }
    }
    for (size_t c = 0; c < channels; c++) {
        out[c] *= 1.0f / (float) cells;
    }
}

const zd_op_type zd_op_type_avg2 = {
    .name = "avg2",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_ANY,
    .shape = halve,
    .run = run_halve,
};

const zd_op_type zd_op_type_max2 = {
    .name = "max2",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_ANY,
    .shape = halve,
    .run = run_halve,
};

const zd_op_type zd_op_type_gap = {
    .name = "gap",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_ALL,
    .shape = shape_gap,
    .run = run_gap,
};
