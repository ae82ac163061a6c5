/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs: of one picture, of windows of frames and of streams. Groups of operators run frame by frame, an
 * operator that sees all frames is a group of its own. What `hold` marks stays, so that a frame need not
 * go through the first group again when the window moves on. A stream keeps keys and values of earlier
 * frames instead, and runs one frame at a time. */

#include <assert.h>
#include <string.h>

#include "core/require.h"
#include "model/network_internal.h"
#include "model/operator.h"

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

static zd_status run_group(zd_network *net, int group, const zd_run *run, zd_error *err)
{
    net->shown = run->frame;
    net->backend->run(net->state, group, run);
    return zd_task_cancelled(run->task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

/** All groups, of one frame. */
static zd_status run_groups(zd_network *net, const zd_run *run, zd_error *err)
{
    for (int g = 0; g < net->plan.group_count; g++) {
        ZD_TRY(run_group(net, g, run, err));
    }
    net->runs++;
    return ZD_OK;
}

zd_status zd_network_run(zd_network *net, const zd_network_io *io, const zd_task *task,
                         zd_error *err)
{
    const zd_run run = { .window = 1, .io = io, .task = task };
    if (net->plan.width == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the network is run before it is planned");
    }
    ZD_REQUIRE(err, io->rgb != NULL);
    return run_groups(net, &run, err);
}

/** Whether what a window's last group makes of a frame can be seen without being one of its outputs. */
static bool leaves_tensors(const zd_network_model *model)
{
    bool leaves = model->params.keep_tensors;
    for (int i = 0; i < model->graph.count && !leaves; i++) {
        leaves = model->graph.ops[i].kind == ZD_OP_RESULT;
    }
    return leaves;
}

static bool is_asked(const zd_network_io *io)
{
    bool asked = false;
    for (int i = 0; i < ZD_NETWORK_MAX_OUTPUTS; i++) {
        asked = asked || io->outputs[i] != NULL;
    }
    return asked;
}

/** A group of a window, frame by frame or of all frames; the last only of frames that are asked for. */
static zd_status run_frames(zd_network *net, int group, const zd_network_window *window,
                            const zd_task *task, zd_error *err)
{
    const zd_plan *plan = &net->plan;
    int frames = plan->sees_frames[group] ? 1 : window->count;
    bool is_for_outputs = group > 0 && group == plan->group_count - 1 &&
                          !plan->sees_frames[group] && !leaves_tensors(&net->model);
    for (int t = 0; t < frames; t++) {
        zd_network_io io = { .rgb = window->rgb[t], .is_normalised = window->is_normalised };
        zd_run run = { .frame = t, .window = window->count, .io = &io, .task = task };
        memcpy(io.outputs, window->outputs[t], sizeof io.outputs);
        if (is_for_outputs ? is_asked(&io) : group > 0 || io.rgb != NULL) {
            ZD_TRY(run_group(net, group, &run, err));
        }
    }
    return ZD_OK;
}

zd_status zd_network_run_window(zd_network *net, const zd_network_window *window,
                                const zd_task *task, zd_error *err)
{
    const zd_plan *plan = &net->plan;
    if (plan->width == 0 || window->count < 1 || window->count > plan->frames) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a window of %d frames; the plan is for %d",
                       window->count, plan->width == 0 ? 0 : plan->frames);
    }
    for (int g = 0; g < plan->group_count; g++) {
        ZD_TRY(run_frames(net, g, window, task, err));
    }
    net->runs++;
    return ZD_OK;
}

zd_status zd_network_encode(zd_network *net, int place, const zd_network_io *io,
                            const zd_task *task, zd_error *err)
{
    const zd_plan *plan = &net->plan;
    const zd_run run = { .frame = place, .window = plan->frames, .io = io, .task = task };
    if (plan->width == 0 || place < 0 || place >= plan->frames) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "place %d of a window of %d", place,
                       plan->width == 0 ? 0 : plan->frames);
    }
    ZD_REQUIRE(err, io->rgb != NULL);
    return run_group(net, 0, &run, err);
}

void zd_network_show_frame(zd_network *net, int frame)
{
    assert(frame >= 0 && frame < net->plan.frames);
    net->shown = frame;
}

void zd_network_move_held(zd_network *net, int from, int to)
{
    assert(from >= 0 && from < net->plan.frames && to >= 0 && to < net->plan.frames);
    if (from != to) {
        net->backend->move_held(net->state, from, to);
    }
}

void zd_stream_destroy(zd_network *net)
{
    if (net->stream == NULL) {
        return;
    }
    zd_context *ctx = net->model.ctx;
    for (int i = 0; net->stream->kept != NULL && i < net->model.graph.count; i++) {
        zd_free(ctx, net->stream->kept[i]);
    }
    zd_free(ctx, net->stream->kept);
    zd_free(ctx, net->stream);
    net->stream = NULL;
}

static zd_status create_stream(zd_network *net, zd_error *err)
{
    zd_context *ctx = net->model.ctx;
    const zd_graph *graph = &net->model.graph;
    zd_stream *stream = zd_alloc_zeroed(ctx, 1, sizeof *stream);
    net->stream = stream;
    if (stream == NULL) {
        return zd_fail_memory(err, "a stream");
    }
    stream->kept = zd_alloc_zeroed(ctx, (size_t) graph->count, sizeof *stream->kept);
    for (int i = 0; stream->kept != NULL && i < graph->count; i++) {
        size_t cells = (size_t) net->plan.sizes[i].height;
        size_t floats = STREAM_SLOTS * 2 * (size_t) graph->ops[i].channels * cells;
        const zd_op_type *type = zd_op_type_of(&graph->ops[i]);
        if (!type->sees_frames) {
            continue;
        }
        if (type->needs_all != 0) {
            return zd_fail(err, ZD_ERR_UNSUPPORTED,
                           "'%s' sees views together; a network with it has no stream",
                           graph->ops[i].name);
        }
        stream->kept[i] = zd_alloc(ctx, floats * sizeof(float));
        if (stream->kept[i] == NULL) {
            return zd_fail_memory(err, "what a stream remembers");
        }
    }
    return stream->kept != NULL ? ZD_OK : zd_fail_memory(err, "a stream");
}

/** A slot that is not in the list. */
static int free_slot(const zd_stream *stream)
{
    assert(stream->count <= STREAM_FULL);
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
    assert(stream->count + copies <= STREAM_SLOTS);
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
    if (net->plan.width == 0 || net->plan.frames != 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a stream is planned for one frame");
    }
    ZD_REQUIRE(err, io->rgb != NULL);
    if (net->stream == NULL) {
        zd_status status = create_stream(net, err);
        if (status != ZD_OK) {
            zd_stream_destroy(net);
            return status;
        }
    }
    const zd_run run = { .window = 1, .io = io, .task = task, .stream = net->stream };
    net->stream->current = free_slot(net->stream);
    ZD_TRY(run_groups(net, &run, err));
    remember_frame(net->stream);
    return ZD_OK;
}

/** The remembered frames that the next one sees. */
static int list_seen(const zd_stream *s, int slots[ZD_NETWORK_WINDOW])
{
    int count = 0;
    if (s->frames > 0) {
        slots[count++] = s->slots[0];
        slots[count++] = s->slots[1];
        for (int i = 0; i < STREAM_LAST; i++) {
            slots[count++] = s->slots[s->count - STREAM_LAST + i];
        }
    }
    assert(count < ZD_NETWORK_WINDOW);
    return count;
}

int zd_network_stream_list(const zd_network *net, int slots[ZD_NETWORK_WINDOW])
{
    return net->stream != NULL ? list_seen(net->stream, slots) : 0;
}

/** Keys and values of the frame that is worked on go to its slot. */
static void keep_frame(const zd_stream *stream, int op, int cells, size_t channels,
                       const float *qkv)
{
    assert(stream->current >= 0 && stream->current < STREAM_SLOTS);
    size_t both = 2 * channels;
    float *to = stream->kept[op] + (size_t) stream->current * both * (size_t) cells;
    for (int i = 0; i < cells; i++, qkv += 3 * channels, to += both) {
        memcpy(to, qkv + channels, both * sizeof(float));
    }
}

void zd_run_frames(const zd_run *run, int op, zd_op_size size, int channels, const float *first,
                   size_t frame_step, float *made, size_t made_step, zd_op_frames *out)
{
    const zd_stream *stream = run->stream;
    size_t width = (size_t) channels;
    assert(stream != NULL || (run->window >= 1 && run->window <= ZD_NETWORK_WINDOW));
    *out = (zd_op_frames){ .asked_step = 3 * width };
    if (stream == NULL) {
        out->count = run->window;
        out->queries = run->window;
        for (int t = 0; t < run->window; t++) {
            out->asked[t] = first + (size_t) t * frame_step;
            out->made[t] = made + (size_t) t * made_step;
            out->keys[t] = out->asked[t] + width;
            out->step[t] = 3 * width;
        }
        return;
    }
    int slots[ZD_NETWORK_WINDOW];
    size_t slot = 2 * width * (size_t) size.height;
    keep_frame(stream, op, size.height, width, first);
    out->count = list_seen(stream, slots);
    slots[out->count++] = stream->current;
    out->queries = 1;
    out->asked[0] = first;
    out->made[0] = made;
    for (int t = 0; t < out->count; t++) {
        out->keys[t] = stream->kept[op] + (size_t) slots[t] * slot;
        out->step[t] = 2 * width;
    }
}
