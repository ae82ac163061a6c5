/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Operators that go once over their rows. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/network_internal.h"

static void add_one(float *x, int count)
{
    for (int i = 0; i < count; i++) {
        x[i] += 1.0f;
    }
}

void zd_apply_act(const zd_kernels *kernels, zd_act act, float *x, size_t count)
{
    enum { CHUNK = 1 << 24 };
    while (act != ZD_ACT_NONE && count > 0) {
        int part = count > CHUNK ? CHUNK : (int) count;
        if (act == ZD_ACT_RELU) {
            kernels->relu(x, part, x);
        } else if (act == ZD_ACT_RELU6) {
            kernels->clamp(x, part, 6.0f);
        } else if (act == ZD_ACT_GELU) {
            kernels->gelu(x, part);
        } else if (act == ZD_ACT_EXP || act == ZD_ACT_EXP1) {
            kernels->exponential(x, part);
            add_one(x, act == ZD_ACT_EXP1 ? part : 0);
        } else {
            kernels->sigmoid(x, part);
        }
        x += part;
        count -= (size_t) part;
    }
}

void zd_finish_band(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    float *x = zd_value_row(band, band->op, band->y0);
    if (op->act != ZD_ACT_GELU || net->info.precision != ZD_PRECISION_FAST || value->width > 1) {
        zd_apply_act(net->kernels, op->act, x, (size_t) (band->y1 - band->y0) * value->row);
        return;
    }
    band->peaks->op = band->op;
    for (int r = 0; r < band->y1 - band->y0; r++, x += value->row) {
        band->peaks->rows[r] = net->kernels->gelu_coarse(x, (int) value->row);
    }
}

/** (rgb - mean) / std. */
static void run_input(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_network_info *info = &net->info;
    const zd_value *value = &net->values[band->op];
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = net->io->rgb + (size_t) y * value->row;
        float *out = zd_value_row(band, band->op, y);
        if (net->io->is_normalised) {
            memcpy(out, from, value->row * sizeof(float));
            continue;
        }
        for (int x = 0; x < value->width; x++) {
            for (int c = 0; c < 3; c++) {
                out[x * 3 + c] = (from[x * 3 + c] - info->mean[c]) / info->std[c];
            }
        }
    }
}

static void run_tokens(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_value *value = &net->values[band->op];
    for (int t = band->y0; t < band->y1; t++) {
        float *out = zd_value_row(band, band->op, t);
        const float *position = value->position + (size_t) t * value->row;
        if (t == 0) {
            memcpy(out, position, value->row * sizeof(float));
        } else {
            net->kernels->add(zd_value_data(net, net->graph.ops[band->op].inputs[0]) +
                                  (size_t) (t - 1) * value->row,
                              position, (int) value->row, out);
        }
    }
}

static void run_norm(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_value *value = &net->values[band->op];
    int channels = net->graph.ops[band->op].channels;
    float epsilon = zd_op_epsilon(&net->graph.ops[band->op]);
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, net->graph.ops[band->op].inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++) {
            band->peaks->rows[y - band->y0] =
                net->kernels->norm(from + (size_t) x * (size_t) channels, channels, epsilon,
                                   value->gain, value->bias, out + (size_t) x * (size_t) channels);
        }
    }
    band->peaks->op =
        value->width == 1 && net->graph.ops[band->op].act == ZD_ACT_NONE ? band->op : -1;
}

/** add and mul; a second input of 1 x 1 is broadcast. */
static void run_pair(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *second = &net->values[op->inputs[1]];
    bool broadcast = second->height == 1 && second->width == 1 && value->height * value->width > 1;
    void (*apply)(const float *, const float *, int, float *) =
        op->kind == ZD_OP_ADD ? net->kernels->add : net->kernels->mul;
    for (int y = band->y0; y < band->y1; y++) {
        const float *a = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        if (!broadcast) {
            apply(a, zd_value_row(band, op->inputs[1], y), (int) value->row, out);
            continue;
        }
        const float *b = zd_value_data(net, op->inputs[1]);
        for (int x = 0; x < value->width; x++) {
            size_t at = (size_t) x * (size_t) op->channels;
            apply(a + at, b, op->channels, out + at);
        }
    }
}

static void run_cat(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    int offset = 0;
    for (int i = 0; i < op->input_count; i++) {
        int channels = net->graph.ops[op->inputs[i]].channels;
        for (int y = band->y0; y < band->y1; y++) {
            const float *from = zd_value_row(band, op->inputs[i], y);
            float *out = zd_value_row(band, band->op, y) + offset;
            for (int x = 0; x < net->values[band->op].width; x++) {
                memcpy(out + (size_t) x * (size_t) op->channels,
                       from + (size_t) x * (size_t) channels, (size_t) channels * sizeof(float));
            }
        }
        offset += channels;
    }
}

static void run_avg2(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    for (int y = band->y0; y < band->y1; y++) {
        const float *top = zd_value_data(net, op->inputs[0]) + (size_t) (2 * y) * from->row;
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++) {
            for (int c = 0; c < op->channels; c++) {
                const float *at = top + (size_t) (2 * x * op->channels + c);
                out[x * op->channels + c] = 0.25f * (at[0] + at[op->channels] + at[from->row] +
                                                     at[from->row + (size_t) op->channels]);
            }
        }
    }
}

static void run_max2(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    for (int y = band->y0; y < band->y1; y++) {
        const float *top = zd_value_data(net, op->inputs[0]) + (size_t) (2 * y) * from->row;
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++) {
            for (int c = 0; c < op->channels; c++) {
                const float *at = top + (size_t) (2 * x * op->channels + c);
                const float *below = at + from->row;
                out[x * op->channels + c] =
                    fmaxf(fmaxf(at[0], at[op->channels]), fmaxf(below[0], below[op->channels]));
            }
        }
    }
}

static void run_prelu(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++, from += op->channels, out += op->channels) {
            for (int c = 0; c < op->channels; c++) {
                out[c] = from[c] < 0.0f ? from[c] * value->gain[c] : from[c];
            }
        }
    }
}

static void run_result(const zd_band *band)
{
    const zd_network *net = band->net;
    size_t row = net->values[band->op].row;
    for (int y = band->y0; y < band->y1; y++) {
        memcpy(zd_value_row(band, band->op, y),
               zd_value_row(band, net->graph.ops[band->op].inputs[0], y), row * sizeof(float));
    }
}

static void run_gap(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *from = &net->values[op->inputs[0]];
    float *out = zd_value_row(band, band->op, 0);
    size_t cells = (size_t) from->height * (size_t) from->width;
    memset(out, 0, (size_t) op->channels * sizeof(float));
    for (size_t i = 0; i < cells; i++) {
        net->kernels->add(out, zd_value_data(net, op->inputs[0]) + i * (size_t) op->channels,
                          op->channels, out);
    }
    net->kernels->scale(out, op->channels, 1.0f / (float) cells, out);
}

/** What no trained network gives, and what nothing behind it expects. */
static void drop_not_finite(float *x, int count)
{
    for (int i = 0; i < count; i++) {
        x[i] = isfinite(x[i]) ? x[i] : 0.0f;
    }
}

static void run_output(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    int channels = net->graph.ops[op->inputs[0]].channels;
    float *plane = NULL;
    for (int i = 0; i < net->info.output_count; i++) {
        plane = net->outputs[i] == band->op ? net->io->outputs[i] : plane;
    }
    for (int y = band->y0; plane != NULL && y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y) + op->channel;
        float *out = plane + (size_t) y * (size_t) value->width;
        for (int x = 0; x < value->width; x++) {
            out[x] = from[(size_t) x * (size_t) channels];
        }
        zd_apply_act(net->kernels, op->act, out, (size_t) value->width);
        if (op->gain != 1.0f) {
            net->kernels->scale(out, value->width, op->gain, out);
        }
        drop_not_finite(out, value->width);
    }
}

void zd_run_simple(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    switch ((int) op->kind) {
    case ZD_OP_INPUT:
        run_input(band);
        return;
    case ZD_OP_OUTPUT:
        run_output(band);
        return;
    case ZD_OP_TOKENS:
        run_tokens(band);
        break;
    case ZD_OP_NORM:
        run_norm(band);
        break;
    case ZD_OP_ADD:
    case ZD_OP_MUL:
        run_pair(band);
        break;
    case ZD_OP_CAT:
        run_cat(band);
        break;
    case ZD_OP_AVG2:
        run_avg2(band);
        break;
    case ZD_OP_MAX2:
        run_max2(band);
        break;
    case ZD_OP_PRELU:
        run_prelu(band);
        break;
    case ZD_OP_RESULT:
        run_result(band);
        break;
    case ZD_OP_GAP:
        run_gap(band);
        break;
    default:
        return;
    }
    zd_finish_band(band);
}
