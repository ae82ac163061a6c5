/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* mark puts another token first: the first of those in tensor W, gain, and in a window's other frames
 * the second where there is one. first takes the first one. */

#include <string.h>

#include "model/operator.h"

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    size_t count;
    ZD_TRY(zd_op_count(in, "", &count, err));
    if (count % (size_t) in->op->channels != 0) {
        return zd_fail(err, ZD_ERR_CORRUPT, "tensor '%.80s' has %zu values, no multiple of %d",
                       in->op->weight, count, in->op->channels);
    }
    in->out->count = count / (size_t) in->op->channels;
    return zd_op_read(in, "", count, &in->out->gain, err);
}

static void run_mark(const zd_op_call *call)
{
    bool is_second = call->frame > 0 && call->data->count > 1;
    const float *token = call->data->gain + (is_second ? call->out.row : 0);
    for (int y = call->y0; y < call->y1; y++) {
        memcpy(zd_op_row(&call->out, y), y == 0 ? token : zd_op_row(&call->in[0], y),
               call->out.row * sizeof(float));
    }
}

static void shape(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) op;
    (void) sizes;
    (void) width;
    *height = 1;
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) made;
    return sizes->from[0].width == 1 && op->channels <= 4096;
}

static void run_first(const zd_op_call *call)
{
    memcpy(zd_op_row(&call->out, 0), zd_op_row(&call->in[0], 0), call->out.row * sizeof(float));
}

const zd_op_type zd_op_type_mark = {
    .name = "mark",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(W),
    .read = read,
    .run = run_mark,
};

const zd_op_type zd_op_type_first = {
    .name = "first",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_ANY,
    .shape = shape,
    .fits = fits,
    .run = run_first,
};
