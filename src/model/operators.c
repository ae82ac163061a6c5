/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of operators, and what their files share. */

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/operator.h"

#define OP_TYPE(kind, name) [ZD_OP_##kind] = &zd_op_type_##name,
static const zd_op_type *const types[ZD_OP_KINDS] = { ZD_OPERATORS(OP_TYPE) };

const zd_op_type *zd_op_type_of(const zd_op *op)
{
    assert(op->kind < ZD_OP_KINDS);
    return types[op->kind];
}

zd_op_kind zd_op_find(const char *name)
{
    int kind = 0;
    while (kind < ZD_OP_KINDS && strcmp(types[kind]->name, name) != 0) {
        kind++;
    }
    return (zd_op_kind) kind;
}

static void name_tensor(const zd_op_reader *in, const char *suffix, char *out, size_t size)
{
    snprintf(out, size, "%s%s%s", in->op->weight, suffix[0] != '\0' ? "." : "", suffix);
}

zd_status zd_op_count(const zd_op_reader *in, const char *suffix, size_t *count, zd_error *err)
{
    char name[256];
    zd_weight found;
    name_tensor(in, suffix, name, sizeof name);
    ZD_TRY(zd_weights_find(&in->model->weights, name, &found, err));
    *count = found.shape[0] * found.row;
    return ZD_OK;
}

zd_status zd_op_read(const zd_op_reader *in, const char *suffix, size_t count, float **out,
                     zd_error *err)
{
    char name[256];
    zd_weight weight;
    name_tensor(in, suffix, name, sizeof name);
    ZD_TRY(zd_weights_find(&in->model->weights, name, &weight, err));
    if (weight.shape[0] * weight.row != count) {
        return zd_fail(err, ZD_ERR_CORRUPT, "tensor '%.120s' has %zu values, expected %zu", name,
                       weight.shape[0] * weight.row, count);
    }
    *out = zd_alloc(in->model->ctx, count * sizeof(float));
    if (*out == NULL) {
        return zd_fail_memory(err, name);
    }
    zd_weight_read(&weight, 0, weight.shape[0], *out);
    in->model->info.parameters += (int64_t) count;
    in->out->bytes += count * sizeof(float);
    return ZD_OK;
}

void zd_op_data_release(zd_context *ctx, zd_op_data *data)
{
    zd_free(ctx, data->gain);
    zd_free(ctx, data->bias);
    zd_free(ctx, data->table);
    *data = (zd_op_data){ 0 };
}

const char *zd_op_split_heads(zd_op *op)
{
    int size = op->channels / 3 / op->heads;
    bool is_possible = op->channels == 3 * size * op->heads;
    op->channels /= 3;
    return is_possible ? NULL : "heads do not divide the channels of";
}

double zd_op_score(const float *query, const float *key, int size)
{
    double sum = 0.0;
    for (int i = 0; i < size; i++) {
        sum += (double) query[i] * (double) key[i];
    }
    return sum / sqrt((double) size);
}

float zd_op_epsilon(const zd_op *op)
{
    assert(op->epsilon >= 0 && op->epsilon <= 12);
    float inverse = 1.0f;
    for (int i = 0; i < op->epsilon; i++) {
        inverse *= 10.0f;
    }
    return 1.0f / inverse;
}

float zd_op_activate(zd_act act, float x)
{
    switch (act) {
    case ZD_ACT_RELU:
        return x > 0.0f ? x : 0.0f;
    case ZD_ACT_RELU6:
        return x > 0.0f ? fminf(x, 6.0f) : 0.0f;
    case ZD_ACT_SIGMOID:
        return (float) (1.0 / (1.0 + exp(-(double) x)));
    case ZD_ACT_GELU:
        return (float) (0.5 * (double) x * (1.0 + erf((double) x * 0.70710678118654752)));
    case ZD_ACT_EXP:
        return (float) exp(fmin((double) x, 88.0));
    case ZD_ACT_EXP1:
        return (float) exp(fmin((double) x, 88.0)) + 1.0f;
    case ZD_ACT_NONE:
    case ZD_ACT_COUNT:
        break;
    }
    return x;
}

zd_op_sizes zd_op_sizes_of(const zd_graph *graph, const zd_op_size *sizes, int index,
                           zd_op_size picture)
{
    assert(index >= 0 && index < graph->count);
    const zd_op *op = &graph->ops[index];
    zd_op_sizes out = { .picture = picture };
    for (int i = 0; i < op->input_count; i++) {
        out.from[i] = sizes[op->inputs[i]];
    }
    out.like = op->like >= 0 ? sizes[op->like] : out.from[0];
    return out;
}
