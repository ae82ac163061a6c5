/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Group normalisation (Wu, He 2018): over groups of channels of a whole picture, then gain and bias for
 * each channel. */

#include <math.h>

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    return op->channels % op->groups == 0 ? NULL : "groups do not divide the channels of";
}

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    size_t channels = (size_t) in->op->channels;
    ZD_TRY(zd_op_read(in, "weight", channels, &in->out->gain, err));
    return zd_op_read(in, "bias", channels, &in->out->bias, err);
}

/** Mean of one group's channels over a picture, or with `mean` that of squared distances from it. */
static double group_mean(const float *x, size_t cells, int channels, int size, const double *mean)
{
    double sum = 0.0;
    for (size_t i = 0; i < cells; i++, x += channels) {
        for (int c = 0; c < size; c++) {
            double d = mean != NULL ? (double) x[c] - *mean : (double) x[c];
            sum += mean != NULL ? d * d : d;
        }
    }
    return sum / ((double) cells * size);
}

static void run(const zd_op_call *call)
{
    const zd_op *op = call->op;
    const float *from = call->in[0].data;
    float *out = zd_op_row(&call->out, 0);
    size_t cells = (size_t) call->out.size.height * (size_t) call->out.size.width;
    int size = op->channels / op->groups;
    for (int g = 0; g < op->groups; g++) {
        const float *x = from + g * size;
        double mean = group_mean(x, cells, op->channels, size, NULL);
        double variance = group_mean(x, cells, op->channels, size, &mean);
        float inverse = (float) (1.0 / sqrt(variance + (double) zd_op_epsilon(op)));
        for (size_t i = 0; i < cells; i++) {
            for (int c = g * size; c < (g + 1) * size; c++) {
                size_t at = i * (size_t) op->channels + (size_t) c;
                out[at] =
                    (from[at] - (float) mean) * inverse * call->data->gain[c] + call->data->bias[c];
            }
        }
    }
}

const zd_op_type zd_op_type_groupnorm = {
    .name = "groupnorm",
    .low_inputs = 1,
    .high_inputs = 1,
    .needs = ZD_OP_FIELD(G),
    .allows = ZD_OP_FIELD(W) | ZD_OP_FIELD(EPS),
    .rows = ZD_ROWS_ALL,
    .complete = complete,
    .read = read,
    .run = run,
};
