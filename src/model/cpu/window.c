/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Windows of frames and streams. The stages of a list fall into groups: a group's stages run frame by
 * frame, an operator that sees all frames is a group of its own. What one group leaves for another
 * is in the arena once for each frame; what `hold` marks stays there, so that a frame need not go
 * through the first group again when the window moves on. A stream keeps keys and values of earlier
 * frames instead, and runs one frame at a time. */

#include <string.h>

#include "model/cpu/network_internal.h"

/* The stream's list of frames as published: 32 times the first, then one more for each frame; from
 * frame 11 on the second is taken out. A frame attends to the first two and the last 29 of them. */
enum { STREAM_FULL = 42, STREAM_SLOTS = STREAM_FULL + 1, STREAM_LAST = 29, STREAM_SHRINKS_AT = 11 };

struct zd_stream {
    int slots[STREAM_SLOTS]; /* the list: where each frame's keys and values are */
    int count;
    int current;  /* slot of the frame that is worked on */
    int frames;   /* that were fed before it */
    float **kept; /* for each operator, or NULL: [STREAM_SLOTS][cells][2 * channels] */
};

zd_status zd_network_run_window(zd_network *net, const zd_network_window *window,
                                const zd_task *task, zd_error *err)
{
    if (net->width == 0 || window->count < 1 || window->count > net->frames) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a window of %d frames; the plan is for %d",
                       window->count, net->width == 0 ? 0 : net->frames);
    }
    net->window = window->count;
    for (int g = 0; g < net->group_count; g++) {
        bool is_across = net->group_is_across[g];
        for (int t = 0; t < (is_across ? 1 : window->count); t++) {
            zd_network_io io = { .rgb = window->rgb[t], .is_normalised = window->is_normalised };
            memcpy(io.outputs, window->outputs[t], sizeof io.outputs);
            net->frame = t;
            if (g > 0 || io.rgb != NULL) {
                ZD_TRY(zd_network_run_group(net, g, &io, task, err));
            }
        }
    }
    net->runs++;
    return ZD_OK;
}

zd_status zd_network_encode(zd_network *net, int place, const zd_network_io *io,
                            const zd_task *task, zd_error *err)
{
    if (net->width == 0 || place < 0 || place >= net->frames) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "place %d of a window of %d", place,
                       net->width == 0 ? 0 : net->frames);
    }
    net->frame = place;
    return zd_network_run_group(net, 0, io, task, err);
}

void zd_network_show_frame(zd_network *net, int frame)
{
    net->frame = frame;
}

void zd_network_move_held(zd_network *net, int from, int to)
{
    for (int i = 0; i < net->graph.count && from != to; i++) {
        const zd_value *value = &net->values[i];
        if (value->is_held && !zd_op_is_view(&net->graph.ops[i])) {
            float *data = net->arena + value->offset;
            memcpy(data + (size_t) to * value->frame_step, data + (size_t) from * value->frame_step,
                   value->row * (size_t) value->height * sizeof(float));
        }
    }
}

void zd_stream_destroy(zd_network *net)
{
    if (net->stream == NULL) {
        return;
    }
    for (int i = 0; net->stream->kept != NULL && i < net->graph.count; i++) {
        zd_free(net->ctx, net->stream->kept[i]);
    }
    zd_free(net->ctx, net->stream->kept);
    zd_free(net->ctx, net->stream);
    net->stream = NULL;
}

static zd_status create_stream(zd_network *net, zd_error *err)
{
    zd_stream *stream = zd_alloc_zeroed(net->ctx, 1, sizeof *stream);
    net->stream = stream;
    if (stream == NULL) {
        return zd_fail_memory(err, "a stream");
    }
    stream->kept = zd_alloc_zeroed(net->ctx, (size_t) net->graph.count, sizeof *stream->kept);
    for (int i = 0; stream->kept != NULL && i < net->graph.count; i++) {
        const zd_value *value = &net->values[i];
        if (net->graph.ops[i].kind != ZD_OP_TIME) {
            continue;
        }
        stream->kept[i] = zd_alloc(net->ctx, STREAM_SLOTS * 2 * value->row *
                                                 (size_t) value->height * sizeof(float));
        if (stream->kept[i] == NULL) {
            return zd_fail_memory(err, "what a stream remembers");
        }
    }
    return stream->kept != NULL ? ZD_OK : zd_fail_memory(err, "a stream");
}

/** A slot that is not in the list. */
static int free_slot(const zd_stream *stream)
{
    for (int slot = 0;; slot++) {
        bool used = false;
        for (int i = 0; i < stream->count; i++) {
            used = used || stream->slots[i] == slot;
        }
        if (!used) {
            return slot;
        }
    }
}

/** Puts the frame that was worked on into the list. */
static void remember_frame(zd_stream *stream)
{
    int copies = stream->frames == 0 ? ZD_NETWORK_WINDOW : 1;
    for (int i = 0; i < copies; i++) {
        stream->slots[stream->count++] = stream->current;
    }
    if (stream->frames >= STREAM_SHRINKS_AT) {
        stream->count--;
        memmove(stream->slots + 1, stream->slots + 2,
                (size_t) (stream->count - 1) * sizeof stream->slots[0]);
    }
    stream->frames++;
}

zd_status zd_network_stream(zd_network *net, const zd_network_io *io, const zd_task *task,
                            zd_error *err)
{
    if (net->width == 0 || net->frames != 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a stream is planned for one frame");
    }
    if (net->stream == NULL) {
        zd_status status = create_stream(net, err);
        if (status != ZD_OK) {
            zd_stream_destroy(net);
            return status;
        }
    }
    net->stream->current = free_slot(net->stream);
    net->is_streaming = true;
    zd_status status = ZD_OK;
    for (int g = 0; g < net->group_count && status == ZD_OK; g++) {
        status = zd_network_run_group(net, g, io, task, err);
    }
    net->is_streaming = false;
    if (status == ZD_OK) {
        remember_frame(net->stream);
        net->runs++;
    }
    return status;
}

void zd_network_stream_reset(zd_network *net)
{
    if (net->stream != NULL) {
        net->stream->count = 0;
        net->stream->frames = 0;
    }
}

int zd_network_stream_list(const zd_network *net, int slots[ZD_NETWORK_WINDOW])
{
    const zd_stream *s = net->stream;
    int count = 0;
    if (s != NULL && s->frames > 0) {
        slots[count++] = s->slots[0];
        slots[count++] = s->slots[1];
        for (int i = 0; i < STREAM_LAST; i++) {
            slots[count++] = s->slots[s->count - STREAM_LAST + i];
        }
    }
    return count;
}

/** Keys and values of the frame that is worked on go to its slot. */
void zd_stream_keep(const zd_network *net, int op)
{
    int input = net->graph.ops[op].inputs[0];
    const zd_value *from = &net->values[input];
    size_t channels = net->values[op].row;
    const float *x = zd_value_data(net, input) + channels;
    float *to = net->stream->kept[op] +
                (size_t) net->stream->current * 2 * channels * (size_t) from->height;
    for (int y = 0; y < from->height; y++, x += from->row, to += 2 * channels) {
        memcpy(to, x, 2 * channels * sizeof(float));
    }
}

void zd_stream_rows(const zd_network *net, int op, zd_across_rows *out)
{
    const zd_value *from = &net->values[net->graph.ops[op].inputs[0]];
    size_t channels = net->values[op].row;
    if (!net->is_streaming) {
        *out = (zd_across_rows){ .count = net->window, .queries = net->window };
        for (int t = 0; t < out->count; t++) {
            out->keys[t] = net->arena + from->offset + (size_t) t * from->frame_step + channels;
            out->step[t] = from->row;
        }
        return;
    }
    int slots[ZD_NETWORK_WINDOW];
    size_t slot = 2 * channels * (size_t) from->height;
    *out = (zd_across_rows){ .count = zd_network_stream_list(net, slots), .queries = 1 };
    slots[out->count++] = net->stream->current;
    for (int t = 0; t < out->count; t++) {
        out->keys[t] = net->stream->kept[op] + (size_t) slots[t] * slot;
        out->step[t] = 2 * channels;
    }
}
