/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

#include "models/tflite.h"

#include <stdio.h>
#include <string.h>

#include "core/size.h"
#include "models/flatbuffer.h"

/* TensorFlow's numbers. */
enum {
    OP_ADD = 0,
    OP_CONCATENATION = 2,
    OP_CONV = 3,
    OP_DEPTHWISE = 4,
    OP_DEQUANTIZE = 6,
    OP_MAX_POOL = 17,
    OP_RELU = 19,
    OP_RESHAPE = 22,
    OP_PAD = 34,
    OP_PRELU = 54,
};
enum { TYPE_F32 = 0, TYPE_F16 = 1, TYPE_I32 = 2 };
enum { PADDING_SAME = 0 };
enum { ACT_NONE = 0, ACT_RELU = 1, ACT_RELU6 = 3 };
enum { MODEL_CODES = 1, MODEL_GRAPHS = 2, MODEL_BUFFERS = 4 };
enum { GRAPH_TENSORS = 0, GRAPH_INPUTS = 1, GRAPH_OUTPUTS = 2, GRAPH_OPERATORS = 3 };
enum { TENSOR_SHAPE = 0, TENSOR_TYPE = 1, TENSOR_BUFFER = 2 };
enum { OPERATOR_CODE = 0, OPERATOR_INPUTS = 1, OPERATOR_OUTPUTS = 2, OPERATOR_OPTIONS = 4 };
enum { MOST_TENSORS = 4096, MOST_LINES = 1024, LINE_SIZE = 160, MOST_SIDE = 4096 };

/** A value of the file: a constant, what a line makes, or several such joined. */
typedef struct value {
    int shape[4];
    int rank;
    size_t count;
    int type;
    zd_flat_vector constant; /* its bytes; count 0: none */
    int part_count;          /* 0: not made yet */
    int parts[ZD_TFLITE_MAX_PARTS];
    int readers;
} value;

/** A line of the list; its activation comes last and may be set by a later operator. */
typedef struct line {
    char text[LINE_SIZE];
    const char *act;
    int channels;
} line;

typedef struct reader {
    zd_context *ctx;
    zd_flat flat;
    const char *prefix;
    zd_tflite *out;
    zd_flat_vector codes;
    zd_flat_vector buffers;
    zd_flat_vector operators;
    value *values;
    size_t value_count;
    line *lines;
    int line_count;
    int tensor_room;
    zd_error *err;
} reader;

/** One operator of the file. */
typedef struct step {
    int index;
    int code;
    zd_flat_vector inputs;
    zd_flat_table options;
    value *in; /* the first input */
    value *result;
} step;

static zd_status fail_step(const reader *in, const step *s, const char *what)
{
    return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "operator %d (TensorFlow Lite's %d): %s", s->index,
                   s->code, what);
}

static value *value_at(reader *in, int index)
{
    if (index < 0 || (size_t) index >= in->value_count) {
        in->flat.is_bad = true;
        return NULL;
    }
    return &in->values[index];
}

static value *input_at(reader *in, const step *s, size_t index)
{
    return value_at(in, zd_flat_int(&in->flat, s->inputs, index));
}

static zd_status read_value(reader *in, zd_flat_table tensor, value *out)
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

static zd_status read_values(reader *in, zd_flat_vector tensors)
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

/** Bytes of one element of a constant that networks compute with; 0: no such constant. */
static size_t element_bytes(const value *v)
{
    size_t bytes = v->type == TYPE_F16 ? 2 : v->type == TYPE_F32 ? 4 : 0;
    size_t all;
    return bytes > 0 && zd_size_mul(v->count, bytes, &all) && v->constant.count == all ? bytes : 0;
}

/** Adds a tensor PREFIX LINE SUFFIX of zeros, to be filled in. NULL without memory. */
static uint8_t *add_tensor(reader *in, const char *suffix, size_t bytes, int rank,
                           const size_t *shape)
{
    zd_tflite *out = in->out;
    char name[48];
    if (out->tensor_count == in->tensor_room) {
        return NULL;
    }
    size_t count = bytes;
    zd_tensor_source *tensor = &out->tensors[out->tensor_count];
    *tensor = (zd_tensor_source){ .dtype = bytes == 2 ? ZD_DTYPE_F16 : ZD_DTYPE_F32, .rank = rank };
    for (int i = 0; i < rank; i++) {
        tensor->shape[i] = shape[i];
        if (!zd_size_mul(count, shape[i], &count)) {
            return NULL;
        }
    }
    snprintf(name, sizeof name, "%s%d.%s", in->prefix, in->line_count, suffix);
    uint8_t *data = zd_alloc_zeroed(in->ctx, count, 1);
    tensor->name = zd_strdup(in->ctx, name);
    tensor->data = data;
    out->tensor_count++;
    return tensor->name != NULL ? data : NULL;
}

static zd_status no_tensor(reader *in)
{
    return zd_fail_memory(in->err, "a network's weights");
}

/** Begins a line that makes the step's result. */
static line *add_line(reader *in, const step *s, int channels)
{
    line *made = &in->lines[in->line_count];
    made->channels = channels;
    s->result->part_count = 1;
    s->result->parts[0] = in->line_count++;
    return made;
}

/** The line that makes an input, -1 when it is joined or not made. */
static int line_of(const value *v)
{
    return v != NULL && v->part_count == 1 ? v->parts[0] : -1;
}

static zd_status set_act(reader *in, const step *s, line *made, int64_t act)
{
    if (act != ACT_NONE && act != ACT_RELU && act != ACT_RELU6) {
        return fail_step(in, s, "its activation is neither ReLU nor ReLU6");
    }
    made->act = act == ACT_RELU ? "relu" : act == ACT_RELU6 ? "relu6" : made->act;
    return ZD_OK;
}

/** What a window is in our list. Ours pads both sides alike, TensorFlow's SAME the far side more, so
 *  with a stride the kernel gets a first row and column of zeros. */
typedef struct window {
    int kernel; /* ours */
    int lead;   /* zeros before theirs */
    int stride;
    int padding;
} window;

static zd_status read_window(reader *in, const step *s, int kernel, window *out)
{
    zd_flat *flat = &in->flat;
    int stride = (int) zd_flat_scalar(flat, s->options, 1, 4);
    bool same = zd_flat_scalar(flat, s->options, 0, 1) == PADDING_SAME;
    const int *size = s->in->shape;
    bool is_square = stride == zd_flat_scalar(flat, s->options, 2, 4);
    if (!same && kernel == size[1] && kernel == size[2]) {
        stride = 1; /* one window is all there is */
    }
    *out = (window){ .kernel = kernel, .stride = stride };
    if (!is_square || stride < 1 || stride > 2) {
        return fail_step(in, s, "strides other than 1 or 2 both ways are not read");
    }
    if (!same || kernel == 1) {
        return ZD_OK;
    }
    if (kernel % 2 == 0 || kernel > 7 || size[1] % stride != 0 || size[2] % stride != 0) {
        return fail_step(in, s, "this padding is not read");
    }
    out->padding = kernel / 2;
    if (stride == 2) {
        out->lead = 1;
        out->kernel = kernel + 1;
    }
    return ZD_OK;
}

/** Moves weights from [o][y][x][i] to [o][i][y][x] within the larger kernel; by itself: [y][x][o]. */
static void move_weights(const reader *in, const value *weight, const window *w, bool by_itself,
                         uint8_t *out)
{
    size_t bytes = element_bytes(weight);
    const uint8_t *from = in->flat.data + weight->constant.at;
    int outputs = by_itself ? weight->shape[3] : weight->shape[0];
    int inputs = by_itself ? 1 : weight->shape[3];
    int side = weight->shape[1];
    for (int o = 0; o < outputs; o++) {
        for (int t = 0; t < side * side; t++) {
            for (int i = 0; i < inputs; i++) {
                size_t source = by_itself ? (size_t) t * (size_t) outputs + (size_t) o
                                          : ((size_t) o * (size_t) (side * side) + (size_t) t) *
                                                    (size_t) inputs +
                                                (size_t) i;
                int place = (t / side + w->lead) * w->kernel + t % side + w->lead;
                size_t target =
                    ((size_t) o * (size_t) inputs + (size_t) i) * (size_t) (w->kernel * w->kernel) +
                    (size_t) place;
                memcpy(out + target * bytes, from + source * bytes, bytes);
            }
        }
    }
}

static zd_status read_bias(reader *in, const step *s, int channels)
{
    const value *bias = input_at(in, s, 2);
    size_t bytes = bias != NULL ? element_bytes(bias) : 0;
    size_t shape[1] = { (size_t) channels };
    if (bytes == 0 || bias->count != shape[0]) {
        return fail_step(in, s, "its bias is not a constant of its channels");
    }
    uint8_t *to = add_tensor(in, "bias", bytes, 1, shape);
    if (to == NULL) {
        return no_tensor(in);
    }
    memcpy(to, in->flat.data + bias->constant.at, bias->constant.count);
    return ZD_OK;
}

static zd_status read_conv(reader *in, const step *s)
{
    bool by_itself = s->code == OP_DEPTHWISE;
    const value *weight = input_at(in, s, 1);
    window w = { 0 };
    if (weight == NULL || weight->rank != 4 || weight->shape[1] != weight->shape[2] ||
        weight->shape[1] > 7 || element_bytes(weight) == 0)
    {
        return fail_step(in, s, "its weights are not a constant with a square window up to 7");
    }
    int channels = by_itself ? weight->shape[3] : weight->shape[0];
    int from = line_of(s->in);
    if (from < 0 || s->in->rank != 4 ||
        in->lines[from].channels != (by_itself ? channels : weight->shape[3]) ||
        (by_itself && (weight->shape[0] != 1 || weight->shape[1] == 1)))
    {
        return fail_step(in, s, "its weights do not fit its input");
    }
    ZD_TRY(read_window(in, s, weight->shape[1], &w));
    size_t k = (size_t) w.kernel;
    size_t shape[4] = { (size_t) channels, by_itself ? 1 : (size_t) weight->shape[3], k, k };
    uint8_t *to = add_tensor(in, "weight", element_bytes(weight), 4, shape);
    if (to == NULL) {
        return no_tensor(in);
    }
    move_weights(in, weight, &w, by_itself, to);
    ZD_TRY(read_bias(in, s, channels));
    line *made = add_line(in, s, channels);
    int length =
        snprintf(made->text, LINE_SIZE, "conv %s%d %s%d k=%d s=%d p=%d o=%d", in->prefix,
                 in->line_count - 1, in->prefix, from, w.kernel, w.stride, w.padding, channels);
    if (by_itself) {
        snprintf(made->text + length, LINE_SIZE - (size_t) length, " g=%d", channels);
    }
    return set_act(in, s, made, zd_flat_scalar(&in->flat, s->options, by_itself ? 4 : 3, 1));
}

static zd_status read_add(reader *in, const step *s)
{
    int a = line_of(s->in);
    int b = line_of(input_at(in, s, 1));
    if (a < 0 || b < 0 || in->lines[a].channels != in->lines[b].channels) {
        return fail_step(in, s, "only two results of equal channels are added");
    }
    line *made = add_line(in, s, in->lines[a].channels);
    snprintf(made->text, LINE_SIZE, "add %s%d %s%d %s%d", in->prefix, in->line_count - 1,
             in->prefix, a, in->prefix, b);
    return set_act(in, s, made, zd_flat_scalar(&in->flat, s->options, 0, 1));
}

/** An operator with one input, no numbers, and as many channels. */
static zd_status read_plain(reader *in, const step *s, const char *name)
{
    int from = line_of(s->in);
    if (from < 0) {
        return fail_step(in, s, "its input is not one result");
    }
    line *made = add_line(in, s, in->lines[from].channels);
    snprintf(made->text, LINE_SIZE, "%s %s%d %s%d", name, in->prefix, in->line_count - 1,
             in->prefix, from);
    return ZD_OK;
}

static zd_status read_prelu(reader *in, const step *s)
{
    const value *slope = input_at(in, s, 1);
    int from = line_of(s->in);
    size_t bytes = slope != NULL ? element_bytes(slope) : 0;
    if (from < 0 || bytes == 0 || slope->count != (size_t) in->lines[from].channels) {
        return fail_step(in, s, "its slopes are not a constant of its channels");
    }
    size_t shape[1] = { slope->count };
    uint8_t *to = add_tensor(in, "slope", bytes, 1, shape);
    if (to == NULL) {
        return no_tensor(in);
    }
    memcpy(to, in->flat.data + slope->constant.at, slope->constant.count);
    return read_plain(in, s, "prelu");
}

/** ReLU by itself becomes the activation of what nothing else reads. */
static zd_status read_relu(reader *in, const step *s)
{
    int from = line_of(s->in);
    if (from < 0 || s->in->readers != 1 || in->lines[from].act != NULL) {
        return fail_step(in, s, "its input is read elsewhere too");
    }
    in->lines[from].act = "relu";
    s->result->part_count = 1;
    s->result->parts[0] = from;
    return ZD_OK;
}

static zd_status read_max_pool(reader *in, const step *s)
{
    for (int field = 1; field <= 4; field++) {
        if (zd_flat_scalar(&in->flat, s->options, field, 4) != 2) {
            return fail_step(in, s, "only 2x2 maxima of stride 2 are read");
        }
    }
    if (s->in == NULL || s->in->rank != 4 || s->in->shape[1] % 2 != 0 || s->in->shape[2] % 2 != 0) {
        return fail_step(in, s, "the sides of its input are not even");
    }
    return read_plain(in, s, "max2");
}

/** Further channels of zeros: a 1x1 convolution by ones on the diagonal. */
static zd_status read_pad(reader *in, const step *s)
{
    const value *pads = input_at(in, s, 1);
    int from = line_of(s->in);
    if (from < 0 || pads == NULL || pads->type != TYPE_I32 || pads->count != 8 ||
        pads->constant.count != 32)
    {
        return fail_step(in, s, "its widths are not a constant");
    }
    int width[8];
    zd_flat_vector list = { pads->constant.at, 8 };
    for (size_t i = 0; i < 8; i++) {
        width[i] = zd_flat_int(&in->flat, list, i);
        if (i < 7 && width[i] != 0) {
            return fail_step(in, s, "only channels at the end are added");
        }
    }
    int channels = in->lines[from].channels;
    if (width[7] < 0 || width[7] > 4096) {
        return fail_step(in, s, "too many channels are added");
    }
    size_t shape[4] = { (size_t) (channels + width[7]), (size_t) channels, 1, 1 };
    uint8_t *to = add_tensor(in, "weight", 2, 4, shape);
    if (to == NULL) {
        return no_tensor(in);
    }
    for (size_t i = 0; i < (size_t) channels; i++) {
        static const uint16_t one = 0x3C00;
        memcpy(to + 2 * (i * (size_t) channels + i), &one, 2);
    }
    line *made = add_line(in, s, channels + width[7]);
    snprintf(made->text, LINE_SIZE, "conv %s%d %s%d k=1 s=1 p=0 o=%d bias=0", in->prefix,
             in->line_count - 1, in->prefix, from, channels + width[7]);
    return ZD_OK;
}

/** Reshaped values are the same results, joined values several. */
static zd_status read_joined(reader *in, const step *s)
{
    size_t count = s->code == OP_RESHAPE ? 1 : s->inputs.count;
    for (size_t i = 0; i < count; i++) {
        const value *from = input_at(in, s, i);
        if (from == NULL || from->part_count == 0 ||
            s->result->part_count + from->part_count > ZD_TFLITE_MAX_PARTS)
        {
            return fail_step(in, s, "it joins too much, or what is not made yet");
        }
        for (int p = 0; p < from->part_count; p++) {
            s->result->parts[s->result->part_count++] = from->parts[p];
        }
    }
    return ZD_OK;
}

static zd_status run_step(reader *in, step *s)
{
    if (s->in == NULL || s->result == NULL || s->result->part_count != 0) {
        return fail_step(in, s, "its inputs or outputs are not there");
    }
    switch (s->code) {
    case OP_DEQUANTIZE:
        s->result->constant = s->in->constant;
        s->result->type = s->in->type;
        return s->result->count == s->in->count ? ZD_OK : fail_step(in, s, "its sizes differ");
    case OP_CONV:
    case OP_DEPTHWISE:
        return read_conv(in, s);
    case OP_ADD:
        return read_add(in, s);
    case OP_PRELU:
        return read_prelu(in, s);
    case OP_RELU:
        return read_relu(in, s);
    case OP_MAX_POOL:
        return read_max_pool(in, s);
    case OP_PAD:
        return read_pad(in, s);
    case OP_RESHAPE:
    case OP_CONCATENATION:
        return read_joined(in, s);
    default:
        return fail_step(in, s, "this operator is not read");
    }
}

static zd_status find_step(reader *in, size_t index, step *out)
{
    zd_flat *flat = &in->flat;
    zd_flat_table op = zd_flat_element(flat, in->operators, (int64_t) index);
    zd_flat_table code =
        zd_flat_element(flat, in->codes, zd_flat_scalar(flat, op, OPERATOR_CODE, 4));
    int64_t old = zd_flat_scalar(flat, code, 0, 1);
    int64_t now = zd_flat_scalar(flat, code, 3, 4);
    zd_flat_vector outputs = zd_flat_list(flat, op, OPERATOR_OUTPUTS, 4);
    *out = (step){ .index = (int) index,
                   .code = (int) (now > old ? now : old),
                   .inputs = zd_flat_list(flat, op, OPERATOR_INPUTS, 4),
                   .options = zd_flat_child(flat, op, OPERATOR_OPTIONS) };
    out->in = input_at(in, out, 0);
    out->result = value_at(in, zd_flat_int(flat, outputs, 0));
    return flat->is_bad ? zd_fail(in->err, ZD_ERR_CORRUPT, "operator %zu is damaged", index)
                        : ZD_OK;
}

static zd_status count_readers(reader *in)
{
    for (size_t i = 0; i < in->operators.count; i++) {
        step s;
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

static zd_status read_picture(reader *in, zd_flat_table graph)
{
    zd_flat_vector inputs = zd_flat_list(&in->flat, graph, GRAPH_INPUTS, 4);
    value *picture = value_at(in, zd_flat_int(&in->flat, inputs, 0));
    if (picture == NULL || picture->rank != 4 || picture->shape[3] != 3 ||
        picture->shape[1] != picture->shape[2] || picture->shape[1] > MOST_SIDE)
    {
        return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "its input is not one square RGB picture");
    }
    in->out->side = picture->shape[1];
    in->lines[0].channels = 3;
    snprintf(in->lines[0].text, LINE_SIZE, "input %s0 c=3", in->prefix);
    in->line_count = 1;
    picture->part_count = 1;
    return ZD_OK;
}

static zd_status read_outputs(reader *in, zd_flat_table graph)
{
    zd_flat_vector outputs = zd_flat_list(&in->flat, graph, GRAPH_OUTPUTS, 4);
    if (outputs.count < 1 || outputs.count > ZD_TFLITE_MAX_OUTPUTS) {
        return zd_fail(in->err, ZD_ERR_UNSUPPORTED, "%zu outputs; 1 to %d are read", outputs.count,
                       ZD_TFLITE_MAX_OUTPUTS);
    }
    for (size_t i = 0; i < outputs.count; i++) {
        const value *v = value_at(in, zd_flat_int(&in->flat, outputs, i));
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

static void write_list(reader *in)
{
    for (int i = 0; i < in->line_count; i++) {
        zd_text_add(&in->out->list, in->lines[i].text);
        if (in->lines[i].act != NULL) {
            zd_text_format(&in->out->list, " act=%s", in->lines[i].act);
        }
        zd_text_add(&in->out->list, "\n");
    }
}

/** Room for what the operators make: a line and two tensors each at most. */
static zd_status make_room(reader *in)
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

static zd_status read_graph(reader *in)
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
        step s;
        ZD_TRY(find_step(in, i, &s));
        ZD_TRY(run_step(in, &s));
    }
    ZD_TRY(read_outputs(in, graph));
    write_list(in);
    return flat->is_bad ? zd_fail(in->err, ZD_ERR_CORRUPT, "an offset leaves the file")
                        : zd_text_finish(&in->out->list, "the operator list", in->err);
}

zd_status zd_tflite_read(zd_context *ctx, const uint8_t *data, size_t bytes, const char *prefix,
                         zd_tflite *out, zd_error *err)
{
    reader in = { .ctx = ctx,
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
