/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Layer normalisation over each head of queries and keys; values stay. gain: of queries weight and bias,
 * then of keys. */

#include <math.h>
#include <string.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return op->channels % (3 * op->heads) == 0 ? NULL : "heads do not divide the channels of";
}

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    static const char *const parts[] = { "q_norm.weight", "q_norm.bias", "k_norm.weight",
                                         "k_norm.bias" };
    size_t size = (size_t) (in->op->channels / 3 / in->op->heads);
    float *all = zd_alloc(in->model->ctx, 4 * size * sizeof *all);
    in->out->gain = all;
    if (all == NULL) {
        return zd_fail_memory(err, in->op->name);
    }
    for (size_t i = 0; i < 4; i++) {
        float *one = NULL;
        ZD_TRY(zd_op_read(in, parts[i], size, &one, err));
        memcpy(all + i * size, one, size * sizeof *all);
        zd_free(in->model->ctx, one);
    }
    return ZD_OK;
}

/** One head of one cell. */
static void normalise(const float *x, int size, double epsilon, const float *gain, float *out)
{
    double mean = 0.0;
    double variance = 0.0;
    for (int i = 0; i < size; i++) {
        mean += (double) x[i] / size;
    }
    for (int i = 0; i < size; i++) {
        variance += ((double) x[i] - mean) * ((double) x[i] - mean) / size;
    }
    for (int i = 0; i < size; i++) {
        double d = ((double) x[i] - mean) / sqrt(variance + epsilon);
        out[i] = (float) (d * (double) gain[i] + (double) gain[size + i]);
    }
}

static void run(const zd_op_call *call)
{
    const zd_op *op = call->op;
    int size = op->channels / 3 / op->heads;
    int third = op->channels / 3;
    double epsilon = (double) zd_op_epsilon(op);
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y);
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++, from += 3 * third, out += 3 * third) {
            for (int h = 0; h < 2 * op->heads; h++) {
                normalise(from + h * size, size, epsilon,
                          call->data->gain + (h < op->heads ? 0 : 2 * size), out + h * size);
            }
            memcpy(out + 2 * third, from + 2 * third, (size_t) third * sizeof(float));
        }
    }
}

const zd_op_type zd_op_type_headnorm = {
    .name = "headnorm",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(HEADS),
    .allows = ZD_OP_FIELD(W) | ZD_OP_FIELD(EPS),
    .complete = complete,
    .read = read,
    .run = run,
};
