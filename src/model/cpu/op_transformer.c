/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Operators of transformers beyond those of Depth Anything V2: normalisation over groups and heads,
 * rotary positions (Su et al. 2021, in two dimensions as in Depth Anything 3), GEGLU (Shazeer 2020),
 * an embedding of each cell's place, and tokens with another first one. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/network_internal.h"

static const double place_base = 100.0;

static void run_mark(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_value *value = &net->values[band->op];
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, net->graph.ops[band->op].inputs[0], y);
        memcpy(zd_value_row(band, band->op, y), y == 0 ? value->gain : from,
               value->row * sizeof(float));
    }
}

static void run_first(const zd_band *band)
{
    const zd_network *net = band->net;
    memcpy(zd_value_row(band, band->op, 0), zd_value_data(net, net->graph.ops[band->op].inputs[0]),
           net->values[band->op].row * sizeof(float));
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

static void run_group_norm(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    const float *from = zd_value_data(net, op->inputs[0]);
    float *out = zd_value_row(band, band->op, 0);
    size_t cells = (size_t) value->height * (size_t) value->width;
    int size = op->channels / op->groups;
    for (int g = 0; g < op->groups; g++) {
        const float *x = from + g * size;
        double mean = group_mean(x, cells, op->channels, size, NULL);
        double variance = group_mean(x, cells, op->channels, size, &mean);
        float inverse = (float) (1.0 / sqrt(variance + (double) zd_op_epsilon(op)));
        for (size_t i = 0; i < cells; i++) {
            for (int c = g * size; c < (g + 1) * size; c++) {
                size_t at = i * (size_t) op->channels + (size_t) c;
                out[at] = (from[at] - (float) mean) * inverse * value->gain[c] + value->bias[c];
            }
        }
    }
}

/** gain: of queries weight and bias, then of keys. */
static void run_head_norm(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    int size = op->channels / 3 / op->heads;
    size_t third = (size_t) op->channels / 3;
    for (int y = band->y0; y < band->y1; y++) {
        for (int x = 0; x < value->width; x++) {
            size_t cell = (size_t) x * (size_t) op->channels;
            const float *from = zd_value_row(band, op->inputs[0], y) + cell;
            float *out = zd_value_row(band, band->op, y) + cell;
            for (int h = 0; h < 2 * op->heads; h++) {
                const float *gain = value->gain + (h < op->heads ? 0 : 2 * size);
                net->kernels->norm(from + h * size, size, zd_op_epsilon(op), gain, gain + size,
                                   out + h * size);
            }
            memcpy(out + 2 * third, from + 2 * third, third * sizeof(float));
        }
    }
}

/** Turns one axis of a head: pairs are half of it apart. `turn` is the place's cosines, then sines. */
static void turn_axis(const float *x, const float *turn, int half, float *out)
{
    for (int j = 0; j < half; j++) {
        float a = x[j];
        float b = x[j + half];
        out[j] = a * turn[j] - b * turn[half + j];
        out[j + half] = b * turn[j] + a * turn[half + j];
    }
}

static void run_rope(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    int across = net->values[op->like].width;
    int size = op->channels / 3 / op->heads;
    size_t third = (size_t) op->channels / 3;
    for (int t = band->y0; t < band->y1; t++) {
        const float *from = zd_value_row(band, op->inputs[0], t);
        float *out = zd_value_row(band, band->op, t);
        int row = t == 0 ? 0 : op->is_flat ? 1 : (t - 1) / across + 1;
        int column = t == 0 ? 0 : op->is_flat ? 1 : (t - 1) % across + 1;
        const float *down = value->position + row * (size / 2);
        const float *right = value->position + column * (size / 2);
        for (int h = 0; h < 2 * op->heads; h++) {
            turn_axis(from + h * size, down, size / 4, out + h * size);
            turn_axis(from + h * size + size / 2, right, size / 4, out + h * size + size / 2);
        }
        memcpy(out + 2 * third, from + 2 * third, third * sizeof(float));
    }
}

/** position: for each column half of the channels, then for each row the others. */
static void run_place(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    size_t half = (size_t) op->channels / 2;
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        const float *down = value->position + (size_t) (value->width + y) * half;
        for (int x = 0; x < value->width; x++, from += 2 * half, out += 2 * half) {
            net->kernels->add(from, value->position + (size_t) x * half, (int) half, out);
            net->kernels->add(from + half, down, (int) half, out + half);
        }
    }
}

static void run_geglu(const zd_band *band)
{
    const zd_network *net = band->net;
    const zd_op *op = &net->graph.ops[band->op];
    const zd_value *value = &net->values[band->op];
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++, from += 2 * op->channels, out += op->channels) {
            memcpy(out, from + op->channels, (size_t) op->channels * sizeof(float));
            net->kernels->gelu(out, op->channels);
            net->kernels->mul(out, from, op->channels, out);
        }
    }
}

void zd_run_transformer(const zd_band *band)
{
    switch ((int) band->net->graph.ops[band->op].kind) {
    case ZD_OP_MARK:
        run_mark(band);
        break;
    case ZD_OP_FIRST:
        run_first(band);
        break;
    case ZD_OP_GROUP_NORM:
        run_group_norm(band);
        break;
    case ZD_OP_HEAD_NORM:
        run_head_norm(band);
        break;
    case ZD_OP_ROPE:
        run_rope(band);
        break;
    case ZD_OP_PLACE:
        run_place(band);
        break;
    default:
        run_geglu(band);
        break;
    }
    zd_finish_band(band);
}

/** Cosines and sines of every place of a side. */
static zd_status prepare_rope(zd_network *net, int index, zd_error *err)
{
    const zd_op *op = &net->graph.ops[index];
    const zd_value *like = &net->values[op->like];
    int quarter = op->channels / 3 / op->heads / 4;
    int places = zd_int_max(zd_int_max(like->width, like->height), 1) + 1;
    size_t count = (size_t) places * 2 * (size_t) quarter;
    float *table = zd_alloc(net->ctx, count * sizeof *table);
    net->values[index].position = table;
    if (table == NULL) {
        return zd_fail_memory(err, "the rotary positions");
    }
    for (int p = 0; p < places; p++, table += 2 * quarter) {
        for (int j = 0; j < quarter; j++) {
            double angle = p * pow(place_base, -(double) j / quarter);
            table[j] = (float) cos(angle);
            table[quarter + j] = (float) sin(angle);
        }
    }
    return ZD_OK;
}

/** One axis of the embedding: sines, then cosines, of `count` points evenly around 0. */
static void embed_axis(int count, double span, int quarter, float *out)
{
    for (int i = 0; i < count; i++, out += 2 * quarter) {
        double edge = span * (count - 1) / count;
        double at = count > 1 ? -edge + 2.0 * edge * i / (count - 1) : 0.0;
        for (int j = 0; j < quarter; j++) {
            double angle = at * pow(place_base, -(double) j / quarter);
            out[j] = 0.1f * (float) sin(angle);
            out[quarter + j] = 0.1f * (float) cos(angle);
        }
    }
}

static zd_status prepare_place(zd_network *net, int index, zd_error *err)
{
    zd_value *value = &net->values[index];
    int quarter = net->graph.ops[index].channels / 4;
    double aspect = (double) net->width / net->height;
    double diagonal = sqrt(aspect * aspect + 1.0);
    size_t count = ((size_t) value->width + (size_t) value->height) * 2 * (size_t) quarter;
    value->position = zd_alloc(net->ctx, count * sizeof(float));
    if (value->position == NULL) {
        return zd_fail_memory(err, "the embedding of places");
    }
    embed_axis(value->width, aspect / diagonal, quarter, value->position);
    embed_axis(value->height, 1.0 / diagonal, quarter,
               value->position + (size_t) value->width * 2 * (size_t) quarter);
    return ZD_OK;
}

zd_status zd_network_prepare_places(zd_network *net, zd_error *err)
{
    for (int i = 0; i < net->graph.count; i++) {
        zd_op_kind kind = net->graph.ops[i].kind;
        if (kind == ZD_OP_ROPE) {
            ZD_TRY(prepare_rope(net, i, err));
        } else if (kind == ZD_OP_PLACE) {
            ZD_TRY(prepare_place(net, i, err));
        }
    }
    return ZD_OK;
}
