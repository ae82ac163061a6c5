/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Bilinear enlargement and the resizing of the position embedding. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/network_internal.h"

static zd_status allocate_axis(zd_context *ctx, zd_axis *axis, int size, zd_error *err)
{
    axis->index = zd_alloc(ctx, (size_t) size * sizeof(int));
    axis->step = zd_alloc(ctx, (size_t) size * sizeof(int));
    axis->t = zd_alloc(ctx, (size_t) size * sizeof(float));
    return axis->index != NULL && axis->step != NULL && axis->t != NULL
               ? ZD_OK
               : zd_fail_memory(err, "an enlargement");
}

/** Where each sample of `to` lies between those of `from`, in float32 as PyTorch computes it. */
static void fill_axis(zd_axis *axis, int from, int to, bool corners)
{
    float step = to > 1 ? (float) (from - 1) / (float) (to - 1) : 0.0f;
    for (int i = 0; i < to; i++) {
        float at = corners ? (float) i * step : ((float) i + 0.5f) * 0.5f - 0.5f;
        at = at < 0.0f ? 0.0f : at;
        int index = zd_int_min((int) at, from - 1);
        axis->index[i] = index;
        axis->step[i] = index < from - 1 ? 1 : 0;
        axis->t[i] = at - (float) index;
    }
}

zd_status zd_network_prepare_resize(zd_network *net, zd_error *err)
{
    for (int i = 0; i < net->graph.count; i++) {
        const zd_op *op = &net->graph.ops[i];
        zd_value *value = &net->values[i];
        if (op->kind != ZD_OP_RESIZE && op->kind != ZD_OP_UP2) {
            continue;
        }
        const zd_value *from = &net->values[op->inputs[0]];
        ZD_TRY(allocate_axis(net->ctx, &value->across, value->width, err));
        ZD_TRY(allocate_axis(net->ctx, &value->down, value->height, err));
        fill_axis(&value->across, from->width, value->width, op->kind == ZD_OP_RESIZE);
        fill_axis(&value->down, from->height, value->height, op->kind == ZD_OP_RESIZE);
    }
    return ZD_OK;
}

void zd_resize_row(const zd_network *net, int op, int y, float *temp, float *out)
{
    const zd_value *value = &net->values[op];
    int source = net->graph.ops[op].inputs[0];
    const zd_value *from = &net->values[source];
    const float *top = zd_value_data(net, source) + (size_t) value->down.index[y] * from->row;
    const float *bottom = top + (size_t) value->down.step[y] * from->row;
    net->kernels->mix(top, bottom, (int) from->row, value->down.t[y], temp);
    net->kernels->stretch(temp, net->graph.ops[op].channels, &value->across, value->width, out);
}

void zd_run_resize(const zd_band *band)
{
    for (int y = band->y0; y < band->y1; y++) {
        float *out = zd_value_row(band, band->op, y);
        zd_resize_row(band->net, band->op, y, band->temp, out);
        zd_apply_act(band->net->kernels, band->net->graph.ops[band->op].act, out,
                     band->net->values[band->op].row);
    }
}

/** Weights of the four samples around a point, A = -0.75, for a fraction in 0..1. */
static void cubic_weights(double t, double w[4])
{
    const double a = -0.75;
    for (int i = 0; i < 4; i++) {
        double d = fabs(t - (i - 1));
        w[i] = d <= 1.0 ? ((a + 2.0) * d - (a + 3.0)) * d * d + 1.0
                        : ((a * d - 5.0 * a) * d + 8.0 * a) * d - 4.0 * a;
    }
}

/** The point of a side of `from` cells that cell `i` of `to` looks at. The reference gives the
 *  resize the factor (to + 0.1) / from, not the sizes. */
static double position_source(int i, int from, int to, bool by_size)
{
    double size = by_size ? to : (double) to + 0.1;
    return (i + 0.5) * from / size - 0.5;
}

typedef struct position_job {
    const float *stored; /* [side][side][width] */
    int side;
    int width;
    int rows;
    int columns;
    bool by_size;
} position_job;

static void resize_position(const position_job *job, int y, int x, float *out)
{
    double sy = position_source(y, job->side, job->rows, job->by_size);
    double sx = position_source(x, job->side, job->columns, job->by_size);
    double wy[4];
    double wx[4];
    cubic_weights(sy - floor(sy), wy);
    cubic_weights(sx - floor(sx), wx);
    memset(out, 0, (size_t) job->width * sizeof(float));
    for (int j = 0; j < 4; j++) {
        int row = zd_int_clamp((int) floor(sy) - 1 + j, 0, job->side - 1);
        for (int i = 0; i < 4; i++) {
            int column = zd_int_clamp((int) floor(sx) - 1 + i, 0, job->side - 1);
            const float *from =
                job->stored +
                ((size_t) row * (size_t) job->side + (size_t) column) * (size_t) job->width;
            float weight = (float) (wy[j] * wx[i]);
            for (int c = 0; c < job->width; c++) {
                out[c] += weight * from[c];
            }
        }
    }
}

static zd_status prepare_tokens(zd_network *net, int index, zd_error *err)
{
    const zd_op *op = &net->graph.ops[index];
    zd_value *value = &net->values[index];
    const zd_value *from = &net->values[op->inputs[0]];
    size_t width = (size_t) op->channels;
    int side = (int) lround(sqrt((double) (value->position_count - 1)));
    position_job job = { .stored = value->bias + width,
                         .side = side,
                         .width = op->channels,
                         .rows = from->height,
                         .columns = from->width,
                         .by_size = net->params.pos_embed_by_size };
    value->position = zd_alloc(net->ctx, (size_t) value->height * width * sizeof(float));
    if (value->position == NULL) {
        return zd_fail_memory(err, "the position embedding");
    }
    for (size_t c = 0; c < width; c++) {
        value->position[c] = value->bias[c] + value->gain[c];
    }
    if (from->height == side && from->width == side) {
        memcpy(value->position + width, job.stored,
               (size_t) (value->height - 1) * width * sizeof(float));
        return ZD_OK;
    }
    for (int i = 0; i < value->height - 1; i++) {
        resize_position(&job, i / from->width, i % from->width,
                        value->position + (size_t) (i + 1) * width);
    }
    return ZD_OK;
}

zd_status zd_network_prepare_position(zd_network *net, zd_error *err)
{
    for (int i = 0; i < net->graph.count; i++) {
        if (net->graph.ops[i].kind == ZD_OP_TOKENS) {
            ZD_TRY(prepare_tokens(net, i, err));
        }
    }
    return ZD_OK;
}
