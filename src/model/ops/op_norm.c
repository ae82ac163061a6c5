/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Layer normalisation (Ba et al. 2016) of each cell's channels: (x - mean) / sqrt(variance + epsilon),
 * times gain, plus bias; the variance is the biased one. */

#include <math.h>

#include "model/operator.h"

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    size_t channels = (size_t) in->op->channels;
    ZD_TRY(zd_op_read(in, "weight", channels, &in->out->gain, err));
    return zd_op_read(in, "bias", channels, &in->out->bias, err);
}

static void normalise(const float *x, int count, double epsilon, const zd_op_data *data, float *out)
{
    double mean = 0.0;
    double variance = 0.0;
    for (int i = 0; i < count; i++) {
        mean += (double) x[i] / count;
    }
    for (int i = 0; i < count; i++) {
        double d = (double) x[i] - mean;
        variance += d * d / count;
    }
    for (int i = 0; i < count; i++) {
        double d = ((double) x[i] - mean) / sqrt(variance + epsilon);
        out[i] = (float) (d * (double) data->gain[i] + (double) data->bias[i]);
    }
}

static void run(const zd_op_call *call)
{
    int channels = call->op->channels;
    double epsilon = (double) zd_op_epsilon(call->op);
    for (int y = call->y0; y < call->y1; y++) {
        for (int x = 0; x < call->out.size.width; x++) {
            size_t at = (size_t) x * (size_t) channels;
            normalise(zd_op_row(&call->in[0], y) + at, channels, epsilon, call->data,
                      zd_op_row(&call->out, y) + at);
        }
    }
}

const zd_op_type zd_op_type_norm = {
    .name = "norm",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(W) | ZD_OP_FIELD(EPS),
    .read = read,
    .run = run,
};
