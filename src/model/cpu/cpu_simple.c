/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Operators that go once over their rows, with the kernels. */

#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

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
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    float *x = zd_value_row(band, band->op, band->y0);
    if (op->act != ZD_ACT_GELU || cpu->model->info.precision != ZD_PRECISION_FAST ||
        value->width > 1) {
        zd_apply_act(cpu->kernels, op->act, x, (size_t) (band->y1 - band->y0) * value->row);
        return;
    }
    band->peaks->op = band->op;
    for (int r = 0; r < band->y1 - band->y0; r++, x += value->row) {
        band->peaks->rows[r] = cpu->kernels->gelu_coarse(x, (int) value->row);
    }
}

void zd_run_norm(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_value *value = &cpu->values[band->op];
    int channels = cpu->graph->ops[band->op].channels;
    float epsilon = zd_op_epsilon(&cpu->graph->ops[band->op]);
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, cpu->graph->ops[band->op].inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++) {
            band->peaks->rows[y - band->y0] = cpu->kernels->norm(
                from + (size_t) x * (size_t) channels, channels, epsilon, value->data.gain,
                value->data.bias, out + (size_t) x * (size_t) channels);
        }
    }
    band->peaks->op =
        value->width == 1 && cpu->graph->ops[band->op].act == ZD_ACT_NONE ? band->op : -1;
    zd_finish_band(band);
}

/** add and mul; a second input of 1 x 1 is broadcast. */
void zd_run_pair(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    const zd_value *second = &cpu->values[op->inputs[1]];
    bool broadcast = second->height == 1 && second->width == 1 && value->height * value->width > 1;
    void (*apply)(const float *, const float *, int, float *) =
        op->kind == ZD_OP_ADD ? cpu->kernels->add : cpu->kernels->mul;
    for (int y = band->y0; y < band->y1; y++) {
        const float *a = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        if (!broadcast) {
            apply(a, zd_value_row(band, op->inputs[1], y), (int) value->row, out);
            continue;
        }
        const float *b = zd_value_data(cpu, op->inputs[1]);
        for (int x = 0; x < value->width; x++) {
            size_t at = (size_t) x * (size_t) op->channels;
            apply(a + at, b, op->channels, out + at);
        }
    }
    zd_finish_band(band);
}

/** Each channel gets the mean of its group. */
static void share_groups(double *sums, size_t cells, int channels, int groups)
{
    int size = channels / groups;
    for (int g = 0; g < groups; g++) {
        double sum = 0.0;
        for (int c = 0; c < size; c++) {
            sum += sums[g * size + c];
        }
        for (int c = 0; c < size; c++) {
            sums[g * size + c] = sum / ((double) cells * size);
        }
    }
}

size_t zd_groupnorm_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    return 2 * 2 * (size_t) cpu->graph->ops[op].channels + 16; /* of doubles */
}

/** All channels in one pass over the picture, not group by group. */
void zd_run_groupnorm(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    size_t cells = (size_t) value->height * (size_t) value->width;
    const float *from = zd_value_row(band, op->inputs[0], 0);
    float *out = zd_value_row(band, band->op, 0);
    double *mean = (double *) (void *) band->temp;
    double *variance = mean + op->channels;
    cpu->kernels->sum_channels(from, cells, op->channels, NULL, mean);
    share_groups(mean, cells, op->channels, op->groups);
    cpu->kernels->sum_channels(from, cells, op->channels, mean, variance);
    share_groups(variance, cells, op->channels, op->groups);
    float *gain = (float *) (void *) variance; /* each is read before it is written over */
    float *middle = (float *) (void *) mean;
    for (int c = 0; c < op->channels; c++) {
        middle[c] = (float) mean[c];
        gain[c] =
            (float) (1.0 / sqrt(variance[c] + (double) zd_op_epsilon(op))) * value->data.gain[c];
    }
    const zd_affine affine = { op->channels, middle, gain, value->data.bias };
    cpu->kernels->affine(from, cells, &affine, out);
    zd_finish_band(band);
}

/** gain: of queries weight and bias, then of keys. */
void zd_run_headnorm(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    int size = op->channels / 3 / op->heads;
    size_t third = (size_t) op->channels / 3;
    for (int y = band->y0; y < band->y1; y++) {
        for (int x = 0; x < value->width; x++) {
            size_t cell = (size_t) x * (size_t) op->channels;
            const float *from = zd_value_row(band, op->inputs[0], y) + cell;
            float *out = zd_value_row(band, band->op, y) + cell;
            for (int h = 0; h < 2 * op->heads; h++) {
                const float *gain = value->data.gain + (h < op->heads ? 0 : 2 * size);
                cpu->kernels->norm(from + h * size, size, zd_op_epsilon(op), gain, gain + size,
                                   out + h * size);
            }
            memcpy(out + 2 * third, from + 2 * third, third * sizeof(float));
        }
    }
    zd_finish_band(band);
}

void zd_run_geglu(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    bool is_fast = cpu->model->info.precision == ZD_PRECISION_FAST;
    for (int y = band->y0; y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y);
        float *out = zd_value_row(band, band->op, y);
        for (int x = 0; x < value->width; x++, from += 2 * op->channels, out += op->channels) {
            const float *gate = from + op->channels;
            band->peaks->rows[y - band->y0] =
                is_fast ? cpu->kernels->geglu_coarse(from, gate, op->channels, out)
                        : cpu->kernels->geglu(from, gate, op->channels, out);
        }
    }
    band->peaks->op = value->width == 1 && op->act == ZD_ACT_NONE ? band->op : -1;
    zd_finish_band(band);
}

/** What no trained network gives, and what nothing behind it expects. */
static void drop_not_finite(float *x, int count)
{
    for (int i = 0; i < count; i++) {
        x[i] = isfinite(x[i]) ? x[i] : 0.0f;
    }
}

void zd_run_output(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    int channels = cpu->graph->ops[op->inputs[0]].channels;
    float *plane = zd_network_plane(cpu->model, cpu->run->io, band->op);
    for (int y = band->y0; plane != NULL && y < band->y1; y++) {
        const float *from = zd_value_row(band, op->inputs[0], y) + op->channel;
        float *out = plane + (size_t) y * (size_t) value->width;
        for (int x = 0; x < value->width; x++) {
            out[x] = from[(size_t) x * (size_t) channels];
        }
        zd_apply_act(cpu->kernels, op->act, out, (size_t) value->width);
        if (op->gain != 1.0f) {
            cpu->kernels->scale(out, value->width, op->gain, out);
        }
        drop_not_finite(out, value->width);
    }
}
