/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Convolution with a border of zeros, or of the picture in a mirror that stands on its outermost cells; a linear layer is one of 1x1 over tokens. With as many groups as
 * channels each channel is filtered by itself. gain: [o][inputs of a group][k][k], times the factors
 * of `scale`; bias: [o], times them too, or NULL. */

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    int from = ops[op->inputs[0]].channels;
    op->is_row_local = op->kernel == 1 && op->stride == 1 && op->padding == 0 && op->groups == 1;
    bool is_possible =
        op->groups <= 1 || (op->groups == from && op->channels == from && op->kernel > 1);
    return is_possible ? NULL : "groups of one channel and a kernel above 1 are needed by";
}

static void shape(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) sizes;
    long long down = *height + 2 * op->padding - op->kernel;
    long long across = *width + 2 * op->padding - op->kernel;
    *height = down < 0 || across < 0 ? 0 : down / op->stride + 1;
    *width = down < 0 || across < 0 ? 0 : across / op->stride + 1;
}

static double flop(const zd_op *op, int from, zd_op_size made)
{
    double taps = op->kernel * op->kernel;
    double cells = (double) made.height * made.width;
    return 2.0 * cells * taps * (double) from / op->groups * op->channels;
}

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    const zd_op *op = in->op;
    size_t inputs = (size_t) (in->from / op->groups);
    size_t each = inputs * (size_t) (op->kernel * op->kernel);
    size_t outputs = (size_t) op->channels;
    ZD_TRY(zd_op_read(in, "weight", outputs * each, &in->out->gain, err));
    if (op->has_bias) {
        ZD_TRY(zd_op_read(in, "bias", outputs, &in->out->bias, err));
    }
    if (op->scale != NULL) {
        zd_op of = { .weight = op->scale };
        zd_op_reader scale = { in->model, &of, 0, in->out };
        float *factors = NULL;
        ZD_TRY(zd_op_read(&scale, "", outputs, &factors, err));
        for (size_t i = 0; i < outputs * each; i++) {
            in->out->gain[i] *= factors[i / each];
        }
        for (size_t i = 0; i < outputs && op->has_bias; i++) {
            in->out->bias[i] *= factors[i];
        }
        zd_free(in->model->ctx, factors);
    }
    return ZD_OK;
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) made;
    return !op->is_mirrored ||
           (op->padding < sizes->from[0].height && op->padding < sizes->from[0].width);
}

/** Where the cell at `at` of a side of `count` is found; -1: it is 0. */
static int cell_of(const zd_op *op, int at, int count)
{
    if (at >= 0 && at < count) {
        return at;
    }
    return op->is_mirrored ? zd_op_mirrored(at, count) : -1;
}

/** One value: output channel o at (y, x). */
static float value_at(const zd_op_call *call, int o, int y, int x)
{
    const zd_op *op = call->op;
    const zd_op_tensor *in = &call->in[0];
    int inputs = in->channels / op->groups;
    int first = op->groups > 1 ? o : 0;
    double sum = call->data->bias != NULL ? (double) call->data->bias[o] : 0.0;
    for (int ky = 0; ky < op->kernel; ky++) {
        int at = cell_of(op, y * op->stride - op->padding + ky, in->size.height);
        for (int kx = 0; kx < op->kernel && at >= 0; kx++) {
            int column = cell_of(op, x * op->stride - op->padding + kx, in->size.width);
            if (column < 0) {
                continue;
            }
            const float *from = zd_op_row(in, at) + column * in->channels + first;
            for (int i = 0; i < inputs; i++) {
                double value = op->input_relu && from[i] < 0.0f ? 0.0 : (double) from[i];
                int tap = ((o * inputs + i) * op->kernel + ky) * op->kernel + kx;
                sum += value * (double) call->data->gain[tap];
            }
        }
    }
    return (float) sum;
}

static void run(const zd_op_call *call)
{
    for (int y = call->y0; y < call->y1; y++) {
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++) {
            for (int o = 0; o < call->op->channels; o++) {
                *out++ = value_at(call, o, y, x);
            }
        }
    }
}

const zd_op_type zd_op_type_conv = {
    .name = "conv",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(K) | ZD_OP_FIELD(O),
    .allows = ZD_OP_FIELD(S) | ZD_OP_FIELD(P) | ZD_OP_FIELD(G) | ZD_OP_FIELD(BIAS) |
              ZD_OP_FIELD(PRE) | ZD_OP_FIELD(W) | ZD_OP_FIELD(SCALE) | ZD_OP_FIELD(PAD),
    .rows = ZD_ROWS_ANY,
    .complete = complete,
    .shape = shape,
    .fits = fits,
    .flop = flop,
    .read = read,
    .run = run,
};
