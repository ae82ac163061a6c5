/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Instance normalisation (Ulyanov, Vedaldi, Lempitsky 2016): each channel of a picture gets mean 0 and
 * variance 1, then gain and bias. It takes two operators, so that both run in bands of rows: `moments`
 * makes of each row one cell, the channels' means and then their mean squared distances from these;
 * `instance` puts the rows together (Chan, Golub, LeVeque 1979) in their order, whatever its band. */

#include <math.h>
#include <string.h>

#include "model/operator.h"

static const char *complete_moments(zd_op *op, const zd_op *ops)
{
    op->channels = 2 * ops[op->inputs[0]].channels;
    return op->channels <= ZD_GRAPH_MAX_CHANNELS ? NULL : "too many channels for";
}

static void shape_moments(const zd_op *op, const zd_op_sizes *sizes, long long *height,
                          long long *width)
{
    (void) op;
    (void) sizes;
    (void) height;
    *width = 1;
}

/* Adds a row's values, or with `mean` their squared distances from it. */
static void sum_row(const float *from, int cells, int channels, const float *mean, float *out)
{
    memset(out, 0, (size_t) channels * sizeof(float));
    for (int x = 0; x < cells; x++, from += channels) {
        for (int c = 0; c < channels; c++) {
            float d = mean != NULL ? from[c] - mean[c] : from[c];
            out[c] += mean != NULL ? d * d : d;
        }
    }
    for (int c = 0; c < channels; c++) {
        out[c] /= (float) cells;
    }
}

static void run_moments(const zd_op_call *call)
{
    const zd_op_tensor *in = &call->in[0];
    for (int y = call->y0; y < call->y1; y++) {
        float *out = zd_op_row(&call->out, y);
        sum_row(zd_op_row(in, y), in->size.width, in->channels, NULL, out);
        sum_row(zd_op_row(in, y), in->size.width, in->channels, out, out + in->channels);
    }
}

static const char *complete(zd_op *op, const zd_op *ops)
{
    const zd_op *of = &ops[op->inputs[1]];
    return of->channels == 2 * op->channels ? NULL
                                            : "the second input is not moments of the first:";
}

static bool fits(const zd_op *op, const zd_op_sizes *sizes, zd_op_size made)
{
    (void) op;
    return sizes->from[1].height == made.height && sizes->from[1].width == 1;
}

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    size_t channels = (size_t) in->op->channels;
    ZD_TRY(zd_op_read(in, "weight", channels, &in->out->gain, err));
    return zd_op_read(in, "bias", channels, &in->out->bias, err);
}

/* The mean of a channel over all rows, and what its deviation divides by. */
static void whole_moments(const zd_op_tensor *rows, int channel, double epsilon, float *mean,
                          float *inverse)
{
    int second = channel + rows->channels / 2;
    double sum = 0.0;
    double spread = 0.0;
    for (int y = 0; y < rows->size.height; y++) {
        sum += (double) zd_op_row(rows, y)[channel];
    }
    sum /= rows->size.height;
    for (int y = 0; y < rows->size.height; y++) {
        const float *row = zd_op_row(rows, y);
        double d = (double) row[channel] - sum;
        spread += d * d + (double) row[second];
    }
    *mean = (float) sum;
    *inverse = (float) (1.0 / sqrt(spread / rows->size.height + epsilon));
}

enum { CHUNK = 64 }; /* channels at a time */

/* Channels `first` and after of the call's rows. */
static void run_chunk(const zd_op_call *call, int first, int count)
{
    float mean[CHUNK];
    float factor[CHUNK];
    int channels = call->op->channels;
    const float *bias = call->data->bias + first;
    for (int c = 0; c < count; c++) {
        whole_moments(&call->in[1], first + c, (double) zd_op_epsilon(call->op), &mean[c],
                      &factor[c]);
        factor[c] *= call->data->gain[first + c];
    }
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y) + first;
        float *out = zd_op_row(&call->out, y) + first;
        for (int x = 0; x < call->out.size.width; x++, from += channels, out += channels) {
            for (int c = 0; c < count; c++) {
                out[c] = (from[c] - mean[c]) * factor[c] + bias[c];
            }
        }
    }
}

static void run(const zd_op_call *call)
{
    int channels = call->op->channels;
    for (int first = 0; first < channels; first += CHUNK) {
        run_chunk(call, first, channels - first < CHUNK ? channels - first : CHUNK);
    }
}

const zd_op_type zd_op_type_moments = {
    .name = "moments",
    .low_inputs = 1,
    .high_inputs = 1,
    .rows = ZD_ROWS_SAME,
    .complete = complete_moments,
    .shape = shape_moments,
    .run = run_moments,
};

const zd_op_type zd_op_type_instance = {
    .name = "instance",
    .low_inputs = 2,
    .high_inputs = 2,
    .allows = ZD_OP_FIELD(W) | ZD_OP_FIELD(EPS),
    .rows = ZD_ROWS_SAME,
    .needs_all = 1U << 1,
    .complete = complete,
    .fits = fits,
    .read = read,
    .run = run,
};
