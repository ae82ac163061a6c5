/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Operators in the order of the file become lines; constants become tensors in our layout. */

#include "models/tflite.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "models/tflite_internal.h"

enum { MODEL_CODES = 1, MODEL_GRAPHS = 2, MODEL_BUFFERS = 4 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };
enum { MOST_TENSORS = 4096, MOST_LINES = 1024, MOST_SIDE = 4096 };

zd_status zd_tflite_fail(const zd_tflite_reader *in, const zd_tflite_step *s, const char *what)
{
    return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "operator %d (TensorFlow Lite's %d): %s", s->index,
                   s->code, what);
}

zd_tflite_value *zd_tflite_value_at(zd_tflite_reader *in, int index)
{
    if (index < 0 || (size_t) index >= in->value_count) {
        in->flat.is_bad = true;
        return NULL;
    }
    return &in->values[index];
}

zd_tflite_value *zd_tflite_input(zd_tflite_reader *in, const zd_tflite_step *s, size_t index)
{
    return zd_tflite_value_at(in, zd_flat_int(&in->flat, s->inputs, index));
}

static zd_status read_value(zd_tflite_reader *in, zd_flat_table tensor, zd_tflite_value *out)
{
    zd_flat *flat = &in->flat;
    zd_flat_vector shape = zd_flat_list(flat, tensor, TENSOR_SHAPE, 4);
    int64_t buffer = zd_flat_scalar(flat, tensor, TENSOR_BUFFER, 4);
    out->type = (int) zd_flat_scalar(flat, tensor, TENSOR_TYPE, 1);
    out->rank = (int) shape.count;
    out->count = 1;
    if (shape.count > 4) {
        return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "a tensor has %zu dimensions; 4 are read",
                       shape.count);
    }
    for (size_t i = 0; i < shape.count; i++) {
        out->shape[i] = zd_flat_int(flat, shape, i);
        if (out->shape[i] < 1 || out->shape[i] > (1 << 20) ||
            !zd_size_mul(out->count, (size_t) out->shape[i], &out->count))
        {
            return zd_fail(in->err, ZD_ERR_CORRUPT, "a tensor has a side of %d", out->shape[i]);
        }
    }
    out->constant = zd_flat_list(flat, zd_flat_element(flat, in->buffers, buffer), 0, 1);
    return ZD_OK;
}

static zd_status read_values(zd_tflite_reader *in, zd_flat_vector tensors)
{
    if (tensors.count < 1 || tensors.count > MOST_TENSORS) {
        return zd_fail(in->err, ZD_ERR_LIMIT, "%zu tensors; 1 to %d are read", tensors.count,
                       MOST_TENSORS);
    }
    in->value_count = tensors.count;
    in->values = zd_alloc_zeroed(in->ctx, tensors.count, sizeof *in->values);
    if (in->values == NULL) {
        return zd_fail_memory(in->err, "a network's tensors");
    }
    for (size_t i = 0; i < tensors.count && !in->flat.is_bad; i++) {
        zd_flat_table tensor = zd_flat_element(&in->flat, tensors, (int64_t) i);
        ZD_TRY(read_value(in, tensor, &in->values[i]));
    }
    return ZD_OK;
}

static zd_status find_step(zd_tflite_reader *in, size_t index, zd_tflite_step *out)
{
    zd_flat *flat = &in->flat;
    zd_flat_table op = zd_flat_element(flat, in->operators, (int64_t) index);
    zd_flat_table code =
        zd_flat_element(flat, in->codes, zd_flat_scalar(flat, op, OPERATOR_CODE, 4));
    int64_t old = zd_flat_scalar(flat, code, 0, 1);
    int64_t now = zd_flat_scalar(flat, code, 3, 4);
    zd_flat_vector outputs = zd_flat_list(flat, op, OPERATOR_OUTPUTS, 4);
    *out = (zd_tflite_step){ .index = (int) index,
                             .code = (int) (now > old ? now : old),
                             .inputs = zd_flat_list(flat, op, OPERATOR_INPUTS, 4),
                             .options = zd_flat_child(flat, op, OPERATOR_OPTIONS) };
    out->in = zd_tflite_input(in, out, 0);
    out->result = zd_tflite_value_at(in, zd_flat_int(flat, outputs, 0));
    return flat->is_bad ? zd_fail(in->err, ZD_ERR_CORRUPT, "operator %zu is damaged", index)
                        : ZD_OK;
}

static zd_status count_readers(zd_tflite_reader *in)
{
    for (size_t i = 0; i < in->operators.count; i++) {
        zd_tflite_step s;
        ZD_TRY(find_step(in, i, &s));
        for (size_t j = 0; j < s.inputs.count; j++) {
            int index = zd_flat_int(&in->flat, s.inputs, j);
            if (index >= 0 && (size_t) index < in->value_count) {
                in->values[index].readers++;
            }
        }
    }
    return ZD_OK;
}

static zd_status read_picture(zd_tflite_reader *in, zd_flat_table graph)
{
    zd_flat_vector inputs = zd_flat_list(&in->flat, graph, GRAPH_INPUTS, 4);
    zd_tflite_value *picture = zd_tflite_value_at(in, zd_flat_int(&in->flat, inputs, 0));
    if (picture == NULL || picture->rank != 4 || picture->shape[3] != 3 ||
        picture->shape[1] != picture->shape[2] || picture->shape[1] > MOST_SIDE)
    {
        return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "its input is not one square RGB picture");
    }
    in->out->side = picture->shape[1];
    in->lines[0].channels = 3;
    snprintf(in->lines[0].text, ZD_TFLITE_LINE_SIZE, "input %s0 c=3", in->prefix);
    in->line_count = 1;
    picture->part_count = 1;
    return ZD_OK;
}

static zd_status read_outputs(zd_tflite_reader *in, zd_flat_table graph)
{
    zd_flat_vector outputs = zd_flat_list(&in->flat, graph, GRAPH_OUTPUTS, 4);
    if (outputs.count < 1 || outputs.count > ZD_TFLITE_MAX_OUTPUTS) {
        return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "%zu outputs; 1 to %d are read", outputs.count,
                       ZD_TFLITE_MAX_OUTPUTS);
    }
    for (size_t i = 0; i < outputs.count; i++) {
        const zd_tflite_value *v = zd_tflite_value_at(in, zd_flat_int(&in->flat, outputs, i));
        if (v == NULL || v->part_count == 0) {
            return zd_fail(in->err, ZD_ERR_CORRUPT, "output %zu is not made", i);
        }
        zd_tflite_output *out = &in->out->outputs[in->out->output_count++];
        out->values = v->count;
        out->part_count = v->part_count;
        memcpy(out->parts, v->parts, sizeof out->parts);
    }
    return ZD_OK;
}

static void write_list(zd_tflite_reader *in)
{
    assert(in->line_count <= (int) in->operators.count + 1);
    for (int i = 0; i < in->line_count; i++) {
        zd_text_add(&in->out->list, in->lines[i].text);
        if (in->lines[i].act != NULL) {
            zd_text_format(&in->out->list, " act=%s", in->lines[i].act);
        }
        zd_text_add(&in->out->list, "\n");
    }
}

/** Room for what the operators make: a line and two tensors each at most. */
static zd_status make_room(zd_tflite_reader *in)
{
    if (in->operators.count < 1 || in->operators.count >= MOST_LINES) {
        return zd_fail(in->err, ZD_ERR_LIMIT, "%zu operators; 1 to %d are read",
                       in->operators.count, MOST_LINES - 1);
    }
    in->tensor_room = (int) in->operators.count * 2;
    in->lines = zd_alloc_zeroed(in->ctx, in->operators.count + 1, sizeof *in->lines);
    in->out->tensors = zd_alloc_zeroed(in->ctx, (size_t) in->tensor_room, sizeof *in->out->tensors);
    return in->lines != NULL && in->out->tensors != NULL ? ZD_OK
                                                         : zd_fail_memory(in->err, "a network");
}

static zd_status read_graph(zd_tflite_reader *in)
{
    zd_flat *flat = &in->flat;
    zd_flat_table model = zd_flat_root(flat);
    zd_flat_vector graphs = zd_flat_list(flat, model, MODEL_GRAPHS, 4);
    zd_flat_table graph = zd_flat_element(flat, graphs, 0);
    in->codes = zd_flat_list(flat, model, MODEL_CODES, 4);
    in->buffers = zd_flat_list(flat, model, MODEL_BUFFERS, 4);
    in->operators = zd_flat_list(flat, graph, GRAPH_OPERATORS, 4);
    zd_flat_vector tensors = zd_flat_list(flat, graph, GRAPH_TENSORS, 4);
    if (flat->is_bad) {
        return zd_fail(in->err, ZD_ERR_CORRUPT, "its first tables are damaged");
    }
    ZD_TRY(read_values(in, tensors));
    ZD_TRY(make_room(in));
    ZD_TRY(count_readers(in));
    ZD_TRY(read_picture(in, graph));
    for (size_t i = 0; i < in->operators.count; i++) {
        zd_tflite_step s;
        ZD_TRY(find_step(in, i, &s));
        ZD_TRY(zd_tflite_operator(in, &s));
    }
    ZD_TRY(read_outputs(in, graph));
    write_list(in);
    return flat->is_bad ? zd_fail(in->err, ZD_ERR_CORRUPT, "an offset leaves the file")
                        : zd_text_finish(&in->out->list, "the operator list", in->err);
}

zd_status zd_tflite_read(zd_context *ctx, const uint8_t *data, size_t bytes, const char *prefix,
                         zd_tflite *out, zd_error *err)
{
    ZD_REQUIRE(err, prefix != NULL && (data != NULL || bytes == 0));
    zd_tflite_reader in = { .ctx = ctx,
                            .flat = { .data = data, .bytes = bytes },
                            .prefix = prefix,
                            .out = out,
                            .err = err };
    *out = (zd_tflite){ .ctx = ctx };
    zd_text_init(&out->list, ctx);
    zd_status status = bytes >= 8 && memcmp(data + 4, "TFL3", 4) == 0
                           ? read_graph(&in)
                           : zd_fail(err, ZD_ERR_CORRUPT, "it is not a TensorFlow Lite network");
    zd_free(ctx, in.values);
    zd_free(ctx, in.lines);
    if (status != ZD_OK) {
        zd_tflite_release(out);
    }
    return status;
}

void zd_tflite_release(zd_tflite *network)
{
    for (int i = 0; i < network->tensor_count; i++) {
        zd_free(network->ctx, (void *) (uintptr_t) network->tensors[i].name);
        zd_free(network->ctx, (void *) (uintptr_t) network->tensors[i].data);
    }
    zd_free(network->ctx, network->tensors);
    zd_text_release(&network->list);
    *network = (zd_tflite){ .ctx = network->ctx };
}
