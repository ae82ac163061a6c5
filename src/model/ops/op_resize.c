/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Bilinear enlargement: up2 by two, with half-pixel centres; resize by a factor or to another picture's
 * size, with corners aligned. */

#include "core/size.h"
#include "model/operator.h"

zd_op_sample zd_op_sample_at(const zd_op *op, int i, int from, int to)
{
    float step = to > 1 ? (float) (from - 1) / (float) (to - 1) : 0.0f;
    float at = op->kind == ZD_OP_RESIZE ? (float) i * step : ((float) i + 0.5f) * 0.5f - 0.5f;
    at = at < 0.0f ? 0.0f : at;
    int index = zd_int_min((int) at, from - 1);
    return (zd_op_sample){ index, index < from - 1 ? 1 : 0, at - (float) index };
}

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return (op->factor == 0) != (op->like < 0) ? NULL : "either factor or like is needed by";
}

static void shape_up2(const zd_op *op, const zd_op_sizes *sizes, long long *height,
                      long long *width)
{
    (void) op;
    (void) sizes;
    *height *= 2;
    *width *= 2;
}

static void shape_resize(const zd_op *op, const zd_op_sizes *sizes, long long *height,
                         long long *width)
{
    *height = op->factor > 0 ? *height * op->factor : sizes->like.height;
    *width = op->factor > 0 ? *width * op->factor : sizes->like.width;
}

static void run(const zd_op_call *call)
{
    const zd_op_tensor *in = &call->in[0];
    zd_op_size made = call->out.size;
    int channels = in->channels;
    for (int y = call->y0; y < call->y1; y++) {
        zd_op_sample down = zd_op_sample_at(call->op, y, in->size.height, made.height);
        const float *top = zd_op_row(in, down.index);
        const float *bottom = zd_op_row(in, down.index + down.step);
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < made.width; x++) {
            zd_op_sample at = zd_op_sample_at(call->op, x, in->size.width, made.width);
            int a = at.index * channels;
            int b = (at.index + at.step) * channels;
            for (int c = 0; c < channels; c++, a++, b++) {
                float left = top[a] + (bottom[a] - top[a]) * down.t;
                float right = top[b] + (bottom[b] - top[b]) * down.t;
                *out++ = left + (right - left) * at.t;
            }
        }
    }
}

const zd_op_type zd_op_type_up2 = {
    .name = "up2",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_ANY,
    .shape = shape_up2,
    .run = run,
};

const zd_op_type zd_op_type_resize = {
    .name = "resize",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(FACTOR) | ZD_OP_FIELD(LIKE),
    .rows = ZD_ROWS_ANY,
    .complete = complete,
    .shape = shape_resize,
    .run = run,
};
