/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A picture's cells as tokens, row by row after a class token, with the position embedding added.
 * gain: the class token; bias: the stored embedding, of the class token and of a square of cells;
 * table: the embedding for the planned size. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/operator.h"

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    size_t count;
    size_t width = (size_t) in->op->channels;
    ZD_TRY(zd_op_count(in, "pos_embed", &count, err));
    size_t cells = count / width;
    size_t side = (size_t) lround(sqrt((double) (cells - 1)));
    if (count % width != 0 || cells < 2 || cells > (1 << 20) || side * side + 1 != cells) {
        return zd_fail(err, ZD_ERR_CORRUPT,
                       "tensor '%.80s.pos_embed' has %zu values: no square grid", in->op->weight,
                       count);
    }
    in->out->count = cells;
    ZD_TRY(zd_op_read(in, "cls_token", width, &in->out->gain, err));
    return zd_op_read(in, "pos_embed", count, &in->out->bias, err);
}

static void shape(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) op;
    (void) sizes;
    *height = *height * *width + 1;
    *width = 1;
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
    zd_op_size grid;
    bool by_size;
} position_job;

static void resize_position(const position_job *job, int y, int x, float *out)
{
    double sy = position_source(y, job->side, job->grid.height, job->by_size);
    double sx = position_source(x, job->side, job->grid.width, job->by_size);
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

static zd_status prepare(const zd_network_model *model, const zd_op *op, const zd_op_sizes *sizes,
                         zd_op_data *data, zd_error *err)
{
    zd_op_size grid = sizes->from[0];
    size_t width = (size_t) op->channels;
    size_t cells = (size_t) grid.height * (size_t) grid.width;
    int side = (int) lround(sqrt((double) (data->count - 1)));
    position_job job = { .stored = data->bias + width,
                         .side = side,
                         .width = op->channels,
                         .grid = grid,
                         .by_size = model->params.pos_embed_by_size };
    data->table = zd_alloc(model->ctx, (cells + 1) * width * sizeof(float));
    if (data->table == NULL) {
        return zd_fail_memory(err, "the position embedding");
    }
    for (size_t c = 0; c < width; c++) {
        data->table[c] = data->bias[c] + data->gain[c];
    }
    if (grid.height == side && grid.width == side) {
        memcpy(data->table + width, job.stored, cells * width * sizeof(float));
        return ZD_OK;
    }
    for (int i = 0; i < (int) cells; i++) {
        resize_position(&job, i / grid.width, i % grid.width,
                        data->table + (size_t) (i + 1) * width);
    }
    return ZD_OK;
}

static void run(const zd_op_call *call)
{
    size_t row = call->out.row;
    for (int t = call->y0; t < call->y1; t++) {
        float *out = zd_op_row(&call->out, t);
        const float *position = call->data->table + (size_t) t * row;
        if (t == 0) {
            memcpy(out, position, row * sizeof(float));
            continue;
        }
        const float *from = call->in[0].data + (size_t) (t - 1) * row;
        for (size_t c = 0; c < row; c++) {
            out[c] = from[c] + position[c];
        }
    }
}

const zd_op_type zd_op_type_tokens = {
    .name = "tokens",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(W),
    .rows = ZD_ROWS_ANY,
    .shape = shape,
    .read = read,
    .prepare = prepare,
    .run = run,
};
