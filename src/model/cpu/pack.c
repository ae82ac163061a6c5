/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Weights from the file into panels, once, when a network is opened. Rows of the kernel come
 * first, then columns and channels, as a window lies in memory. LayerScale factors are multiplied
 * in. The file's pages are given back after each tensor.
 *
 * 16-bit panels: column n has codes round(w / s) with s chosen so that no sum can overflow:
 * sum |code| * ZD_ACTIVATION_CODE_MAX < 2^31 for each column, and |code| <= 32767.
 *
 * A token's codes share one scale, so a channel that a norm makes much larger than the others takes their
 * bits. What the product gets from a norm is therefore evened: the norm gives each channel over a factor
 * and the weights have it instead (Xiao et al., "SmoothQuant", 2023, by the norm's own gain and bias
 * instead of samples). The product is the same. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/runner_internal.h"

/** One operator's weights while they are packed. */
typedef struct packer {
    zd_runner *cpu;
    const zd_op *op;
    zd_packed *packed;
    zd_weight weight;
    float *whole; /* transposed convolutions: the tensor */
    float *scale; /* factors for each column, or NULL */
    float *even;  /* factors for each input, or NULL */
    float *rows;  /* scratch for every item */
    int inputs;
} packer;

bool zd_runner_is_narrow(const zd_runner *cpu, int op)
{
    const zd_op *of = &cpu->graph->ops[op];
    int from = of->input_count > 0 ? cpu->graph->ops[of->inputs[0]].channels : 0;
    /* Codes go in pairs: of channels, or, of patches of the picture, of a patch's row. */
    bool is_patch = of->kind == ZD_OP_CONV && from == 3 && of->kernel == of->stride &&
                    of->padding == 0 && of->kernel % 2 == 0 && of->kernel >= 6 &&
                    cpu->graph->ops[of->inputs[0]].kind == ZD_OP_INPUT &&
                    cpu->model->info.multiple % of->kernel == 0;
    return cpu->model->info.precision == ZD_PRECISION_FAST && of->groups <= 1 &&
           ((from % 2 == 0 && from >= 8) || is_patch);
}

/** Reads the weights of one column, in the order of a window, into out[depth]. */
static void read_column(const packer *in, int group, int column, float *buffer, float *out)
{
    assert(column >= 0 && column < in->packed->columns);
    const zd_op *op = in->op;
    int taps = op->kernel * op->kernel;
    if (op->kind == ZD_OP_CONVT) {
        int kx = column / op->channels;
        int o = column % op->channels;
        for (int i = 0; i < in->inputs; i++) {
            out[i] = in->whole[((size_t) i * (size_t) op->channels + (size_t) o) * (size_t) taps +
                               (size_t) (group * op->kernel + kx)];
        }
        return;
    }
    zd_weight_read(&in->weight, (size_t) column, 1, taps == 1 ? out : buffer);
    if (taps > 1) {
        for (int c = 0; c < in->inputs; c++) {
            for (int t = 0; t < taps; t++) {
                out[t * in->inputs + c] = buffer[c * taps + t];
            }
        }
    }
    for (int k = 0; k < in->packed->depth && in->scale != NULL; k++) {
        out[k] *= in->scale[column];
    }
    for (int k = 0; k < in->packed->depth && in->even != NULL; k++) {
        out[k] *= in->even[k];
    }
}

/** The norm that a layer of 16-bit codes alone reads, so that both may share factors; -1: none. */
static int norm_before(const zd_runner *cpu, int index)
{
    const zd_op *op = &cpu->graph->ops[index];
    int norm = op->inputs[0];
    int readers = 0;
    for (int i = 0; i < cpu->graph->count; i++) {
        for (int j = 0; j < cpu->graph->ops[i].input_count; j++) {
            readers += cpu->graph->ops[i].inputs[j] == norm;
        }
    }
    bool is_pair = op->kind == ZD_OP_CONV && op->kernel == 1 && op->stride == 1 &&
                   cpu->graph->ops[norm].kind == ZD_OP_NORM &&
                   cpu->graph->ops[norm].act == ZD_ACT_NONE && readers == 1;
    return is_pair && !cpu->model->params.keep_tensors ? norm : -1;
}

/** The factors of a layer behind a norm: sqrt(a / w), a being what the norm may make of a channel, w the root
 *  mean square of the channel's weights. The norm is divided by them. */
static zd_status even_out(packer *in, zd_op_data *norm, zd_error *err)
{
    zd_context *ctx = in->cpu->ctx;
    size_t inputs = (size_t) in->inputs;
    float *row = zd_alloc(ctx, inputs * sizeof *row);
    in->even = zd_alloc_zeroed(ctx, inputs, sizeof *in->even);
    if (row == NULL || in->even == NULL) {
        zd_free(ctx, row);
        return zd_fail_memory(err, in->op->weight);
    }
    for (int n = 0; n < in->packed->columns; n++) {
        zd_weight_read(&in->weight, (size_t) n, 1, row);
        for (size_t c = 0; c < inputs; c++) {
            in->even[c] += row[c] * row[c] / (float) in->packed->columns;
        }
    }
    for (size_t c = 0; c < inputs; c++) {
        float most = fabsf(norm->gain[c]) + fabsf(norm->bias[c]);
        float factor = sqrtf(most / sqrtf(in->even[c]));
        bool is_fit =
            factor > 1e-4f && factor < 1e4f; /* no channel without a gain or without weights */
        in->even[c] = is_fit ? factor : 1.0f;
        norm->gain[c] /= in->even[c];
        norm->bias[c] /= in->even[c];
    }
    zd_free(ctx, row);
    return ZD_OK;
}

static float column_step(const float *w, int depth)
{
    double largest = 0.0;
    double total = 0.0;
    for (int k = 0; k < depth; k++) {
        double magnitude = fabs((double) w[k]);
        largest = magnitude > largest ? magnitude : largest;
        total += magnitude;
    }
    /* Rounding adds at most half a code for each value. */
    double room = 2147483647.0 / ZD_ACTIVATION_CODE_MAX - 0.5 * depth;
    double step = largest / 32767.0;
    double by_sum = total / room;
    step = step > by_sum ? step : by_sum;
    return step > 0.0 ? (float) (step * (1.0 + 1e-6)) : 1.0f;
}

static void pack_panel_i16(zd_packed *packed, size_t panel, const float *rows, int columns)
{
    int16_t *out = packed->i16 + panel * (size_t) packed->depth * ZD_PANEL;
    for (int n = 0; n < ZD_PANEL; n++) {
        const float *w = rows + (size_t) n * (size_t) packed->depth;
        float step = n < columns ? column_step(w, packed->depth) : 1.0f;
        float inverse = 1.0f / step;
        packed->column_scale[panel * ZD_PANEL + (size_t) n] = n < columns ? step : 0.0f;
        for (int k = 0; k < packed->depth; k++) {
            float code = n < columns ? w[k] * inverse : 0.0f;
            out[((k / 2) * ZD_PANEL + n) * 2 + k % 2] = (int16_t) lrintf(code);
        }
    }
}

static void pack_panel_f32(zd_packed *packed, size_t panel, const float *rows, int columns)
{
    float *out = packed->f32 + panel * (size_t) packed->depth * ZD_PANEL;
    for (int k0 = 0; k0 < packed->depth; k0 += 16) {
        int k1 = zd_int_min(k0 + 16, packed->depth);
        for (int n = 0; n < ZD_PANEL; n++) {
            const float *w = rows + (size_t) n * (size_t) packed->depth;
            for (int k = k0; k < k1; k++) {
                out[k * ZD_PANEL + n] = n < columns ? w[k] : 0.0f;
            }
        }
    }
}

static void pack_item(void *user, int item)
{
    const packer *in = user;
    zd_packed *packed = in->packed;
    int group = item / packed->panels;
    int first = item % packed->panels * ZD_PANEL;
    int columns = zd_int_min(ZD_PANEL, packed->columns - first);
    assert(columns > 0);
    size_t depth = (size_t) packed->depth;
    float *rows = in->rows + (size_t) item * (ZD_PANEL + 1) * depth;
    float *buffer = rows + ZD_PANEL * depth;
    for (int n = 0; n < columns; n++) {
        read_column(in, group, first + n, buffer, rows + (size_t) n * depth);
    }
    if (packed->is_winograd) {
        size_t values = ZD_WINOGRAD_POINTS * (size_t) in->inputs * ZD_PANEL;
        zd_winograd_pack_panel(rows, in->inputs, columns, packed->f32 + (size_t) item * values);
    } else if (packed->is_i16) {
        pack_panel_i16(packed, (size_t) item, rows, columns);
    } else {
        pack_panel_f32(packed, (size_t) item, rows, columns);
    }
}

static zd_status find_weights(packer *in, const char *suffix, size_t count, size_t row,
                              zd_weight *out, zd_error *err)
{
    char name[256];
    snprintf(name, sizeof name, "%s.%s", in->op->weight, suffix);
    return zd_weights_expect(&in->cpu->model->weights, name, count, row, out, err);
}

static zd_op_reader reader_of(zd_runner *cpu, int index)
{
    const zd_op *op = &cpu->graph->ops[index];
    int from = op->input_count > 0 ? cpu->graph->ops[op->inputs[0]].channels : 0;
    return (zd_op_reader){ cpu->model, op, from, &cpu->values[index].data };
}

/** The bias in panels, each group alike, times the scale. */
static zd_status pack_bias(packer *in, zd_error *err)
{
    zd_packed *packed = in->packed;
    const zd_op *op = in->op;
    zd_op_data unused = { 0 };
    const zd_op_reader reader = { in->cpu->model, op, in->inputs, &unused };
    float *values = NULL;
    ZD_TRY(zd_op_read(&reader, "bias", (size_t) op->channels, &values, err));
    size_t count = (size_t) (packed->groups * packed->panels) * ZD_PANEL;
    packed->bias = zd_alloc_zeroed(in->cpu->ctx, count, sizeof(float));
    if (packed->bias != NULL) {
        for (int g = 0; g < packed->groups; g++) {
            for (int n = 0; n < packed->columns; n++) {
                int o = n % op->channels;
                packed->bias[g * packed->panels * ZD_PANEL + n] =
                    values[o] * (in->scale != NULL ? in->scale[o] : 1.0f);
            }
        }
    }
    in->cpu->weight_bytes += count * sizeof(float);
    zd_free(in->cpu->ctx, values);
    return packed->bias != NULL ? ZD_OK : zd_fail_memory(err, op->weight);
}

static zd_status allocate_panels(packer *in, size_t depth, zd_error *err)
{
    zd_packed *packed = in->packed;
    zd_context *ctx = in->cpu->ctx;
    size_t panels = (size_t) packed->groups * (size_t) packed->panels;
    size_t count = panels * depth * ZD_PANEL;
    if (packed->is_winograd) {
        count = panels * ZD_WINOGRAD_POINTS * (size_t) in->inputs * ZD_PANEL;
    }
    if (packed->is_i16) {
        packed->i16 = zd_alloc(ctx, count * sizeof(int16_t));
        packed->column_scale = zd_alloc(ctx, panels * ZD_PANEL * sizeof(float));
        in->cpu->weight_bytes += count * sizeof(int16_t) + panels * ZD_PANEL * sizeof(float);
    } else {
        packed->f32 = zd_alloc(ctx, count * sizeof(float));
        in->cpu->weight_bytes += count * sizeof(float);
    }
    in->rows = zd_alloc(ctx, panels * (ZD_PANEL + 1) * depth * sizeof(float));
    bool has_panels =
        packed->is_i16 ? packed->i16 != NULL && packed->column_scale != NULL : packed->f32 != NULL;
    return has_panels && in->rows != NULL ? ZD_OK : zd_fail_memory(err, "the packed weights");
}

/** Sizes the panels, finds the tensor and checks its shape. */
static zd_status begin_panels(packer *in, zd_error *err)
{
    zd_packed *packed = in->packed;
    const zd_op *op = in->op;
    bool transposed = op->kind == ZD_OP_CONVT;
    size_t taps = (size_t) op->kernel * (size_t) op->kernel;
    size_t inputs = (size_t) in->inputs;
    size_t outputs = (size_t) op->channels;
    size_t row = (transposed ? outputs : inputs) * taps;
    size_t count = inputs * outputs * taps;
    packed->groups = transposed ? op->kernel : 1;
    packed->columns = transposed ? op->kernel * op->channels : op->channels;
    packed->panels = zd_panel_count(packed->columns);
    size_t depth = transposed ? inputs : inputs * taps;
    if (depth > (1 << 20) || packed->columns > (1 << 20)) {
        return zd_fail(err, ZD_ERR_LIMIT, "operator '%.80s' is too large", op->name);
    }
    packed->depth = (int) depth;
    ZD_TRY(find_weights(in, "weight", count, row, &in->weight, err));
    in->cpu->model->info.parameters += (int64_t) count;
    return allocate_panels(in, depth, err);
}

static zd_status pack_panels(packer *in, zd_error *err)
{
    zd_context *ctx = in->cpu->ctx;
    ZD_TRY(begin_panels(in, err));
    if (in->op->kind == ZD_OP_CONVT) {
        in->whole = zd_alloc(ctx, in->weight.shape[0] * in->weight.row * sizeof(float));
        if (in->whole == NULL) {
            return zd_fail_memory(err, in->op->name);
        }
        zd_weight_read(&in->weight, 0, in->weight.shape[0], in->whole);
    }
    if (in->op->scale != NULL) {
        zd_op_data unused = { 0 };
        const zd_op of = { .weight = in->op->scale };
        const zd_op_reader reader = { in->cpu->model, &of, 0, &unused };
        ZD_TRY(zd_op_read(&reader, "", (size_t) in->op->channels, &in->scale, err));
    }
    int norm = in->packed->is_i16 ? norm_before(in->cpu, (int) (in->op - in->cpu->graph->ops)) : -1;
    if (norm >= 0) {
        ZD_TRY(even_out(in, &in->cpu->values[norm].data, err));
    }
    zd_pool_run(zd_context_pool(ctx), in->packed->groups * in->packed->panels, pack_item, in);
    zd_weight_drop(&in->weight);
    return in->op->has_bias ? pack_bias(in, err) : ZD_OK;
}

zd_status zd_conv_pack(zd_runner *cpu, int index, zd_error *err)
{
    const zd_op *op = &cpu->graph->ops[index];
    packer in = { .cpu = cpu,
                  .op = op,
                  .packed = &cpu->values[index].packed,
                  .inputs = op->groups > 1 ? 1 : cpu->graph->ops[op->inputs[0]].channels };
    in.packed->is_winograd = zd_conv_is_winograd(cpu, index);
    in.packed->is_i16 = !in.packed->is_winograd && zd_runner_is_narrow(cpu, index);
    zd_status status = pack_panels(&in, err);
    zd_free(cpu->ctx, in.rows);
    zd_free(cpu->ctx, in.whole);
    zd_free(cpu->ctx, in.scale);
    zd_free(cpu->ctx, in.even);
    return status;
}

zd_status zd_runner_pack(zd_runner *cpu, zd_error *err)
{
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        const zd_op_type *type = zd_op_type_of(op);
        const zd_runner_own *own = zd_runner_op(op);
        if (own->pack != NULL) {
            ZD_TRY(own->pack(cpu, i, err));
        } else if (type->read != NULL) {
            zd_op_reader reader = reader_of(cpu, i);
            ZD_TRY(type->read(&reader, err));
            cpu->weight_bytes += reader.out->bytes;
        }
    }
    return ZD_OK;
}

void zd_runner_unpack(zd_runner *cpu)
{
    for (int i = 0; cpu->values != NULL && i < cpu->graph->count; i++) {
        zd_value *value = &cpu->values[i];
        zd_free(cpu->ctx, value->packed.f32);
        zd_free(cpu->ctx, value->packed.i16);
        zd_free(cpu->ctx, value->packed.bias);
        zd_free(cpu->ctx, value->packed.column_scale);
        value->packed = (zd_packed){ 0 };
        zd_op_data_release(cpu->ctx, &value->data);
    }
    cpu->weight_bytes = 0;
}
