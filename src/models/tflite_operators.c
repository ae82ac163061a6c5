/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The operators: each becomes a line of our list, or another name for what is made already. */

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/size.h"
#include "models/tflite_internal.h"

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
enum { PADDING_SAME = 0 };
enum { ACT_NONE = 0, ACT_RELU = 1, ACT_RELU6 = 3 };

/** Bytes of one element of a constant that networks compute with; 0: no such constant. */
static size_t element_bytes(const zd_tflite_value *v)
{
    size_t bytes = v->type == ZD_TFLITE_F16 ? 2 : v->type == ZD_TFLITE_F32 ? 4 : 0;
    size_t all;
    return bytes > 0 && zd_size_mul(v->count, bytes, &all) && v->constant.count == all ? bytes : 0;
}

/** Adds a tensor PREFIX LINE SUFFIX of zeros, to be filled in. NULL without memory. */
static uint8_t *add_tensor(zd_tflite_reader *in, const char *suffix, size_t bytes, int rank,
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

static zd_status no_tensor(zd_tflite_reader *in)
{
    return zd_fail_memory(in->err, "a network's weights");
}

/** Begins a line that makes the step's result. */
static zd_tflite_line *add_line(zd_tflite_reader *in, const zd_tflite_step *s, int channels)
{
    assert(in->line_count <= (int) in->operators.count);
    zd_tflite_line *made = &in->lines[in->line_count];
    made->channels = channels;
    s->result->part_count = 1;
    s->result->parts[0] = in->line_count++;
    return made;
}

/** The line that makes an input, -1 when it is joined or not made. */
static int line_of(const zd_tflite_value *v)
{
    return v != NULL && v->part_count == 1 ? v->parts[0] : -1;
}

static zd_status set_act(zd_tflite_reader *in, const zd_tflite_step *s, zd_tflite_line *made,
                         int64_t act)
{
    if (act != ACT_NONE && act != ACT_RELU && act != ACT_RELU6) {
        return zd_tflite_fail(in, s, "its activation is neither ReLU nor ReLU6");
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

static zd_status read_window(zd_tflite_reader *in, const zd_tflite_step *s, int kernel, window *out)
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
        return zd_tflite_fail(in, s, "strides other than 1 or 2 both ways are not read");
    }
    if (!same || kernel == 1) {
        return ZD_OK;
    }
    if (kernel % 2 == 0 || kernel > 7 || size[1] % stride != 0 || size[2] % stride != 0) {
        return zd_tflite_fail(in, s, "this padding is not read");
    }
    out->padding = kernel / 2;
    if (stride == 2) {
        out->lead = 1;
        out->kernel = kernel + 1;
    }
    return ZD_OK;
}

/** Moves weights from [o][y][x][i] to [o][i][y][x] within the larger kernel; by itself: [y][x][o]. */
static void move_weights(const zd_tflite_reader *in, const zd_tflite_value *weight, const window *w,
                         bool by_itself, uint8_t *out)
{
    assert(weight->rank == 4 && weight->shape[1] == weight->shape[2]);
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

static zd_status read_bias(zd_tflite_reader *in, const zd_tflite_step *s, int channels)
{
    const zd_tflite_value *bias = zd_tflite_input(in, s, 2);
    size_t bytes = bias != NULL ? element_bytes(bias) : 0;
    size_t shape[1] = { (size_t) channels };
    if (bytes == 0 || bias->count != shape[0]) {
        return zd_tflite_fail(in, s, "its bias is not a constant of its channels");
    }
    uint8_t *to = add_tensor(in, "bias", bytes, 1, shape);
    if (to == NULL) {
        return no_tensor(in);
    }
    memcpy(to, in->flat.data + bias->constant.at, bias->constant.count);
    return ZD_OK;
}

static zd_status read_conv(zd_tflite_reader *in, const zd_tflite_step *s)
{
    bool by_itself = s->code == OP_DEPTHWISE;
    const zd_tflite_value *weight = zd_tflite_input(in, s, 1);
    window w = { 0 };
    if (weight == NULL || weight->rank != 4 || weight->shape[1] != weight->shape[2] ||
        weight->shape[1] > 7 || element_bytes(weight) == 0)
    {
        return zd_tflite_fail(in, s, "its weights are not a constant with a square window up to 7");
    }
    int channels = by_itself ? weight->shape[3] : weight->shape[0];
    int from = line_of(s->in);
    if (from < 0 || s->in->rank != 4 ||
        in->lines[from].channels != (by_itself ? channels : weight->shape[3]) ||
        (by_itself && (weight->shape[0] != 1 || weight->shape[1] == 1)))
    {
        return zd_tflite_fail(in, s, "its weights do not fit its input");
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
    zd_tflite_line *made = add_line(in, s, channels);
    int length =
        snprintf(made->text, ZD_TFLITE_LINE_SIZE, "conv %s%d %s%d k=%d s=%d p=%d o=%d", in->prefix,
                 in->line_count - 1, in->prefix, from, w.kernel, w.stride, w.padding, channels);
    if (by_itself) {
        snprintf(made->text + length, ZD_TFLITE_LINE_SIZE - (size_t) length, " g=%d", channels);
    }
    return set_act(in, s, made, zd_flat_scalar(&in->flat, s->options, by_itself ? 4 : 3, 1));
}

static zd_status read_add(zd_tflite_reader *in, const zd_tflite_step *s)
{
    int a = line_of(s->in);
    int b = line_of(zd_tflite_input(in, s, 1));
    if (a < 0 || b < 0 || in->lines[a].channels != in->lines[b].channels) {
        return zd_tflite_fail(in, s, "only two results of equal channels are added");
    }
    zd_tflite_line *made = add_line(in, s, in->lines[a].channels);
    snprintf(made->text, ZD_TFLITE_LINE_SIZE, "add %s%d %s%d %s%d", in->prefix, in->line_count - 1,
             in->prefix, a, in->prefix, b);
    return set_act(in, s, made, zd_flat_scalar(&in->flat, s->options, 0, 1));
}

/** An operator with one input, no numbers, and as many channels. */
static zd_status read_plain(zd_tflite_reader *in, const zd_tflite_step *s, const char *name)
{
    int from = line_of(s->in);
    if (from < 0) {
        return zd_tflite_fail(in, s, "its input is not one result");
    }
    zd_tflite_line *made = add_line(in, s, in->lines[from].channels);
    snprintf(made->text, ZD_TFLITE_LINE_SIZE, "%s %s%d %s%d", name, in->prefix, in->line_count - 1,
             in->prefix, from);
    return ZD_OK;
}

static zd_status read_prelu(zd_tflite_reader *in, const zd_tflite_step *s)
{
    const zd_tflite_value *slope = zd_tflite_input(in, s, 1);
    int from = line_of(s->in);
    size_t bytes = slope != NULL ? element_bytes(slope) : 0;
    if (from < 0 || bytes == 0 || slope->count != (size_t) in->lines[from].channels) {
        return zd_tflite_fail(in, s, "its slopes are not a constant of its channels");
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
static zd_status read_relu(zd_tflite_reader *in, const zd_tflite_step *s)
{
    int from = line_of(s->in);
    if (from < 0 || s->in->readers != 1 || in->lines[from].act != NULL) {
        return zd_tflite_fail(in, s, "its input is read elsewhere too");
    }
    in->lines[from].act = "relu";
    s->result->part_count = 1;
    s->result->parts[0] = from;
    return ZD_OK;
}

static zd_status read_max_pool(zd_tflite_reader *in, const zd_tflite_step *s)
{
    for (int field = 1; field <= 4; field++) {
        if (zd_flat_scalar(&in->flat, s->options, field, 4) != 2) {
            return zd_tflite_fail(in, s, "only 2x2 maxima of stride 2 are read");
        }
    }
    if (s->in == NULL || s->in->rank != 4 || s->in->shape[1] % 2 != 0 || s->in->shape[2] % 2 != 0) {
        return zd_tflite_fail(in, s, "the sides of its input are not even");
    }
    return read_plain(in, s, "max2");
}

/** Further channels of zeros: a 1x1 convolution by ones on the diagonal. */
static zd_status read_pad(zd_tflite_reader *in, const zd_tflite_step *s)
{
    const zd_tflite_value *pads = zd_tflite_input(in, s, 1);
    int from = line_of(s->in);
    if (from < 0 || pads == NULL || pads->type != ZD_TFLITE_I32 || pads->count != 8 ||
        pads->constant.count != 32)
    {
        return zd_tflite_fail(in, s, "its widths are not a constant");
    }
    int width[8];
    zd_flat_vector list = { pads->constant.at, 8 };
    for (size_t i = 0; i < 8; i++) {
        width[i] = zd_flat_int(&in->flat, list, i);
        if (i < 7 && width[i] != 0) {
            return zd_tflite_fail(in, s, "only channels at the end are added");
        }
    }
    int channels = in->lines[from].channels;
    if (width[7] < 0 || width[7] > 4096) {
        return zd_tflite_fail(in, s, "too many channels are added");
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
    zd_tflite_line *made = add_line(in, s, channels + width[7]);
    snprintf(made->text, ZD_TFLITE_LINE_SIZE, "conv %s%d %s%d k=1 s=1 p=0 o=%d bias=0", in->prefix,
             in->line_count - 1, in->prefix, from, channels + width[7]);
    return ZD_OK;
}

/** Reshaped values are the same results, joined values several. */
static zd_status read_joined(zd_tflite_reader *in, const zd_tflite_step *s)
{
    size_t count = s->code == OP_RESHAPE ? 1 : s->inputs.count;
    for (size_t i = 0; i < count; i++) {
        const zd_tflite_value *from = zd_tflite_input(in, s, i);
        if (from == NULL || from->part_count == 0 ||
            s->result->part_count + from->part_count > ZD_TFLITE_MAX_PARTS)
        {
            return zd_tflite_fail(in, s, "it joins too much, or what is not made yet");
        }
        for (int p = 0; p < from->part_count; p++) {
            s->result->parts[s->result->part_count++] = from->parts[p];
        }
    }
    return ZD_OK;
}

zd_status zd_tflite_operator(zd_tflite_reader *in, zd_tflite_step *s)
{
    if (s->in == NULL || s->result == NULL || s->result->part_count != 0) {
        return zd_tflite_fail(in, s, "its inputs or outputs are not there");
    }
    switch (s->code) {
    case OP_DEQUANTIZE:
        s->result->constant = s->in->constant;
        s->result->type = s->in->type;
        return s->result->count == s->in->count ? ZD_OK : zd_tflite_fail(in, s, "its sizes differ");
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
        return zd_tflite_fail(in, s, "this operator is not read");
    }
}
