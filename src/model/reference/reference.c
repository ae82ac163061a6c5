/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The reference backend: every operator the plain way, whole tensors, one thread, each result in memory
 * of its own. The others are tested against it; it is slow. */

#include <assert.h>
#include <string.h>

#include "core/size.h"
#include "model/operator.h"

typedef struct reference {
    zd_network_model *model;
    const zd_plan *plan;
    zd_op_data *data; /* of every operator */
    float **values;   /* [frames] of each, one after the other; NULL: a view or an output */
} reference;

static size_t floats_of(const reference *r, int op)
{
    zd_op_size size = r->plan->sizes[op];
    return (size_t) size.height * (size_t) size.width * (size_t) r->model->graph.ops[op].channels;
}

static float *value_of(const reference *r, int op, int frame)
{
    assert(frame >= 0 && frame < r->plan->frames);
    const zd_op *ops = r->model->graph.ops;
    size_t skipped = 0;
    for (; zd_op_is_view(&ops[op]); op = ops[op].inputs[0]) {
        skipped += (size_t) zd_op_type_of(&ops[op])->skipped_rows * (size_t) ops[op].channels;
    }
    return r->values[op] != NULL ? r->values[op] + (size_t) frame * floats_of(r, op) + skipped
                                 : NULL;
}

static zd_status open_reference(zd_network_model *model, void **state, zd_error *err)
{
    reference *r = zd_alloc_zeroed(model->ctx, 1, sizeof *r);
    size_t count = (size_t) model->graph.count;
    *state = r;
    if (r == NULL) {
        return zd_fail_memory(err, "a network");
    }
    r->model = model;
    r->data = zd_alloc_zeroed(model->ctx, count, sizeof *r->data);
    r->values = zd_alloc_zeroed(model->ctx, count, sizeof *r->values);
    model->info.precision = ZD_PRECISION_EXACT;
    model->info.arithmetic = "reference";
    return r->data != NULL && r->values != NULL ? ZD_OK : zd_fail_memory(err, "a network");
}

static void release_data(reference *r)
{
    for (int i = 0; r->data != NULL && i < r->model->graph.count; i++) {
        zd_op_data_release(r->model->ctx, &r->data[i]);
    }
}

static zd_status load(void *state, zd_error *err)
{
    reference *r = state;
    zd_status status = ZD_OK;
    for (int i = 0; i < r->model->graph.count && status == ZD_OK; i++) {
        const zd_op *op = &r->model->graph.ops[i];
        int from = op->input_count > 0 ? r->model->graph.ops[op->inputs[0]].channels : 0;
        zd_op_reader reader = { r->model, op, from, &r->data[i] };
        if (zd_op_type_of(op)->read != NULL) {
            status = zd_op_type_of(op)->read(&reader, err);
        }
    }
    if (status != ZD_OK) {
        release_data(r);
    }
    return status;
}

static void unplan(void *state)
{
    reference *r = state;
    for (int i = 0; r->values != NULL && r->data != NULL && i < r->model->graph.count; i++) {
        zd_free(r->model->ctx, r->values[i]);
        zd_free(r->model->ctx, r->data[i].table);
        r->values[i] = NULL;
        r->data[i].table = NULL;
    }
    r->plan = NULL;
}

static zd_status plan(void *state, const zd_plan *plan, zd_error *err)
{
    reference *r = state;
    zd_context *ctx = r->model->ctx;
    r->plan = plan;
    for (int i = 0; i < r->model->graph.count; i++) {
        const zd_op *op = &r->model->graph.ops[i];
        zd_op_size picture = { plan->height, plan->width };
        zd_op_sizes sizes = zd_op_sizes_of(&r->model->graph, plan->sizes, i, picture);
        size_t bytes;
        if (zd_op_type_of(op)->prepare != NULL) {
            ZD_TRY(zd_op_type_of(op)->prepare(r->model, op, &sizes, &r->data[i], err));
        }
        if (zd_op_is_view(op) || op->kind == ZD_OP_OUTPUT) {
            continue;
        }
        if (zd_size_mul3(floats_of(r, i), (size_t) plan->frames, sizeof(float), &bytes)) {
            r->values[i] = zd_alloc(ctx, bytes);
        }
        if (r->values[i] == NULL) {
            return zd_fail_memory(err, op->name);
        }
    }
    return ZD_OK;
}

static void close_reference(void *state)
{
    reference *r = state;
    if (r == NULL) {
        return;
    }
    zd_context *ctx = r->model->ctx;
    unplan(r);
    release_data(r);
    zd_free(ctx, r->data);
    zd_free(ctx, r->values);
    zd_free(ctx, r);
}

static zd_op_tensor tensor_of(const reference *r, int op, const zd_run *run)
{
    zd_op_size size = r->plan->sizes[op];
    int channels = r->model->graph.ops[op].channels;
    bool is_output = r->model->graph.ops[op].kind == ZD_OP_OUTPUT;
    return (zd_op_tensor){ .data = is_output ? zd_network_plane(r->model, run->io, op)
                                             : value_of(r, op, run->frame),
                           .size = size,
                           .channels = channels,
                           .row = (size_t) size.width * (size_t) channels };
}

static void run_op(const reference *r, int index, const zd_run *run)
{
    const zd_op *op = &r->model->graph.ops[index];
    const zd_op_type *type = zd_op_type_of(op);
    zd_op_frames frames;
    zd_op_call call = { .model = r->model,
                        .op = op,
                        .data = &r->data[index],
                        .out = tensor_of(r, index, run),
                        .io = run->io,
                        .frames = &frames,
                        .frame = run->frame,
                        .y1 = r->plan->sizes[index].height };
    for (int i = 0; i < op->input_count; i++) {
        call.in[i] = tensor_of(r, op->inputs[i], run);
    }
    if (op->like >= 0) {
        call.like = r->plan->sizes[op->like];
    }
    if (type->sees_frames) {
        zd_run_frames(run, index, r->plan->sizes[index], op->channels, call.in[0].data,
                      floats_of(r, op->inputs[0]), call.out.data, floats_of(r, index), &frames);
    }
    type->run(&call);
    for (size_t i = 0;
         op->act != ZD_ACT_NONE && op->kind != ZD_OP_OUTPUT && i < floats_of(r, index); i++)
    {
        call.out.data[i] = zd_op_activate(op->act, call.out.data[i]);
    }
}

static void run_group(void *state, int group, const zd_run *run)
{
    const reference *r = state;
    for (int i = 0; i < r->model->graph.count; i++) {
        if (r->plan->groups[i] == group && !zd_op_is_view(&r->model->graph.ops[i]) &&
            !zd_task_cancelled(run->task))
        {
            run_op(r, i, run);
        }
    }
}

static void move_held(void *state, int from, int to)
{
    const reference *r = state;
    for (int i = 0; i < r->model->graph.count; i++) {
        if (r->model->graph.ops[i].kind == ZD_OP_HOLD) {
            memcpy(value_of(r, i, to), value_of(r, i, from), floats_of(r, i) * sizeof(float));
        }
    }
}

static const float *find(const void *state, int op, int frame)
{
    return value_of(state, op, frame);
}

static void memory(const void *state, size_t *weights, size_t *activations)
{
    const reference *r = state;
    *weights = 0;
    *activations = 0;
    for (int i = 0; i < r->model->graph.count; i++) {
        *weights += r->data[i].bytes;
        if (r->plan != NULL && r->values[i] != NULL) {
            *activations += floats_of(r, i) * (size_t) r->plan->frames * sizeof(float);
        }
    }
}

const zd_backend zd_backend_reference = {
    .name = "reference",
    .open = open_reference,
    .close = close_reference,
    .load = load,
    .plan = plan,
    .unplan = unplan,
    .run = run_group,
    .move_held = move_held,
    .find = find,
    .memory = memory,
};
