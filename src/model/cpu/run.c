/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a planned network: stage after stage, the items of a stage on the pool. */

#include <assert.h>
#include <string.h>
#include <time.h>

#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/runner_internal.h"
#include "model/network_internal.h"

typedef struct stage_run {
    zd_runner *cpu;
    zd_stage *stage;
} stage_run;

/** Takes a free slot. There are as many as threads, so one is always found. */
static int take_slot(zd_runner *cpu)
{
    for (int i = 0;; i = (i + 1) % cpu->slot_count) {
        if (!atomic_flag_test_and_set_explicit(&cpu->slot_taken[i], memory_order_acquire)) {
            return i;
        }
    }
}

static void give_slot(zd_runner *cpu, int slot)
{
    atomic_flag_clear_explicit(&cpu->slot_taken[slot], memory_order_release);
}

static zd_op_tensor tensor_of(const zd_band *band, int op)
{
    const zd_runner *cpu = band->cpu;
    const zd_value *value = &cpu->values[op];
    zd_op_tensor out = { .size = { value->height, value->width },
                         .channels = cpu->graph->ops[op].channels,
                         .row = value->row };
    out.first = value->is_global ? 0 : band->stage_y0;
    out.data = zd_value_row(band, op, out.first);
    return out;
}

/** The operator's own file computes it. */
static void run_plain(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    zd_op_call call = { .model = cpu->model,
                        .op = op,
                        .data = &cpu->values[band->op].data,
                        .out = tensor_of(band, band->op),
                        .io = cpu->run->io,
                        .frames = band->frames,
                        .frame = cpu->run->frame,
                        .y0 = band->y0,
                        .y1 = band->y1 };
    for (int i = 0; i < op->input_count; i++) {
        call.in[i] = tensor_of(band, op->inputs[i]);
    }
    if (op->like >= 0) {
        call.like = cpu->plan->sizes[op->like];
    }
    zd_op_type_of(op)->run(&call);
    zd_finish_band(band);
}

static void run_op(const zd_band *band)
{
    const zd_runner_own *own = zd_runner_op(&band->cpu->graph->ops[band->op]);
    if (band->cpu->values[band->op].is_made) {
        return;
    }
    if (own->run != NULL) {
        own->run(band);
    } else {
        run_plain(band);
    }
}

/** Whether a run is to end, for any thread: a task's `abort` is asked by the thread that called alone. */
static bool is_to_end(const zd_task *task)
{
    return task != NULL && task->cancel != NULL &&
           atomic_load_explicit(&task->cancel->requested, memory_order_relaxed);
}

static void run_item(void *user, int item)
{
    const stage_run *run = user;
    zd_runner *cpu = run->cpu;
    if (is_to_end(cpu->run->task)) {
        return;
    }
    int slot = take_slot(cpu);
    zd_peaks peaks = { .op = -1 };
    zd_band band = { .cpu = cpu, .peaks = &peaks, .frames = &cpu->frames };
    band.y0 = item * run->stage->rows_per_item;
    band.y1 = zd_int_min(band.y0 + run->stage->rows_per_item, run->stage->rows);
    band.stage_y0 = band.y0;
    assert(band.y0 < band.y1);
    band.slot = cpu->slots + (size_t) slot * cpu->slot_floats;
    band.temp = band.slot + run->stage->temp_offset;
    peaks.rows = band.slot + run->stage->peak_offset;
    for (int op = run->stage->first; op <= run->stage->last; op++) {
        band.op = op;
        run_op(&band);
        for (int i = cpu->values[op].pack_for; i >= 0; i = cpu->values[i].pack_next) {
            zd_attention_pack(cpu, i, band.y0, band.y1);
        }
    }
    give_slot(cpu, slot);
}

/** Rows of an operator's result between the arena, where frames are apart, and a fused stage's slot. */
static void move_rows(const zd_band *band, int op, int first, int rows, bool to_slot)
{
    const zd_runner *cpu = band->cpu;
    const zd_value *value = &cpu->values[op];
    size_t floats = value->row * (size_t) rows;
    for (int t = 0; t < cpu->run->window; t++) {
        float *far = cpu->arena + value->offset + (size_t) t * value->frame_step +
                     (size_t) first * value->row;
        float *near = zd_value_row(band, op, t * rows);
        memcpy(to_slot ? near : far, to_slot ? far : near, floats * sizeof(float));
    }
}

/** Where an operator along time finds the frames of a fused stage's item. */
static zd_op_frames item_frames(const zd_band *band, int op, int rows)
{
    const zd_runner *cpu = band->cpu;
    size_t width = (size_t) cpu->graph->ops[op].channels;
    const zd_run window = { .window = cpu->run->window };
    zd_op_frames out;
    zd_run_frames(&window, op, (zd_op_size){ rows, 1 }, (int) width,
                  zd_value_row(band, cpu->graph->ops[op].inputs[0], 0), 3 * width * (size_t) rows,
                  zd_value_row(band, op, 0), width * (size_t) rows, &out);
    return out;
}

static void run_fused_op(zd_band *band, const zd_stage *stage, int first, int rows)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    bool sees_frames = zd_op_type_of(op)->sees_frames;
    zd_op_frames frames;
    for (int j = 0; j < op->input_count; j++) {
        if (op->inputs[j] < stage->first) {
            move_rows(band, op->inputs[j], first, rows, true);
        }
    }
    if (sees_frames) {
        frames = item_frames(band, band->op, rows);
        band->frames = &frames;
    }
    band->y1 = sees_frames ? rows : rows * cpu->run->window;
    run_op(band);
    if (cpu->values[band->op].is_global) {
        move_rows(band, band->op, first, rows, false);
    }
}

/** Some cells of all frames of a window. */
static void run_fused_item(void *user, int item)
{
    const stage_run *run = user;
    zd_runner *cpu = run->cpu;
    const zd_stage *stage = run->stage;
    if (is_to_end(cpu->run->task)) {
        return;
    }
    int slot = take_slot(cpu);
    int first = item * stage->rows_per_item;
    int rows = zd_int_min(stage->rows_per_item, stage->rows - first);
    zd_peaks peaks = { .op = -1 };
    zd_band band = { .cpu = cpu, .peaks = &peaks, .is_fused = true };
    band.slot = cpu->slots + (size_t) slot * cpu->slot_floats;
    band.temp = band.slot + stage->temp_offset;
    peaks.rows = band.slot + stage->peak_offset;
    for (band.op = stage->first; band.op <= stage->last; band.op++) {
        run_fused_op(&band, stage, first, rows);
    }
    give_slot(cpu, slot);
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

/** Where an operator that sees all frames finds them. */
static void find_frames(zd_runner *cpu, int op)
{
    int input = cpu->graph->ops[op].inputs[0];
    const zd_value *from = &cpu->values[input];
    const zd_value *value = &cpu->values[op];
    zd_run_frames(cpu->run, op, cpu->plan->sizes[op], cpu->graph->ops[op].channels,
                  cpu->arena + from->offset, from->frame_step, cpu->arena + value->offset,
                  value->frame_step, &cpu->frames);
}

static void run_stage(zd_runner *cpu, zd_stage *stage)
{
    stage_run run = { cpu, stage };
    double start = now(CLOCK_MONOTONIC);
    double spent = now(CLOCK_PROCESS_CPUTIME_ID);
    if (stage->is_across && !stage->is_fused) {
        find_frames(cpu, stage->first);
    }
    zd_pool_run(zd_context_pool(cpu->ctx), stage->items,
                stage->is_fused ? run_fused_item : run_item, &run);
    stage->seconds += now(CLOCK_MONOTONIC) - start;
    stage->cpu_seconds += now(CLOCK_PROCESS_CPUTIME_ID) - spent;
}

static void run_group(void *state, int group, const zd_run *run)
{
    zd_runner *cpu = state;
    cpu->run = run;
    for (int s = 0; s < cpu->stage_count; s++) {
        if (cpu->stages[s].group == group && !zd_task_cancelled(run->task)) {
            run_stage(cpu, &cpu->stages[s]);
        }
    }
    cpu->run = NULL;
}

static zd_status open_runner(zd_network_model *model, void **state, zd_error *err)
{
    zd_network_info *info = &model->info;
    zd_runner *cpu = zd_alloc_zeroed(model->ctx, 1, sizeof *cpu);
    *state = cpu;
    if (cpu == NULL) {
        return zd_fail_memory(err, "a network");
    }
    cpu->ctx = model->ctx;
    cpu->model = model;
    cpu->graph = &model->graph;
    cpu->kernels = zd_kernels_choose(zd_context_cpu(model->ctx));
    cpu->values = zd_alloc_zeroed(cpu->ctx, (size_t) cpu->graph->count, sizeof *cpu->values);
    cpu->stages = zd_alloc_zeroed(cpu->ctx, (size_t) cpu->graph->count, sizeof *cpu->stages);
    bool fast = info->precision == ZD_PRECISION_FAST && cpu->kernels->gemm_i16 != NULL;
    info->precision = fast ? ZD_PRECISION_FAST : ZD_PRECISION_EXACT;
    info->arithmetic = fast                                   ? "fast, evened"
                       : cpu->kernels == &zd_kernels_portable ? "exact, portable"
                                                              : "exact";
    return cpu->values != NULL && cpu->stages != NULL ? ZD_OK : zd_fail_memory(err, "a network");
}

static zd_status load(void *state, zd_error *err)
{
    zd_status status = zd_runner_pack(state, err);
    if (status != ZD_OK) {
        zd_runner_unpack(state);
    }
    return status;
}

/** Tables of the planned size, of operators that have one. */
static zd_status prepare(zd_runner *cpu, zd_error *err)
{
    const zd_plan *plan = cpu->plan;
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        const zd_op_type *type = zd_op_type_of(op);
        if (type->prepare != NULL) {
            zd_op_size picture = { plan->height, plan->width };
            zd_op_sizes sizes = zd_op_sizes_of(cpu->graph, plan->sizes, i, picture);
            ZD_TRY(type->prepare(cpu->model, op, &sizes, &cpu->values[i].data, err));
        }
    }
    return ZD_OK;
}

static zd_status plan(void *state, const zd_plan *plan, zd_error *err)
{
    zd_runner *cpu = state;
    cpu->plan = plan;
    for (int i = 0; i < cpu->graph->count; i++) {
        zd_value *value = &cpu->values[i];
        value->height = plan->sizes[i].height;
        value->width = plan->sizes[i].width;
        value->row = (size_t) value->width * (size_t) cpu->graph->ops[i].channels;
    }
    zd_runner_stages(cpu);
    ZD_TRY(zd_runner_place(cpu, err));
    ZD_TRY(zd_runner_prepare_resize(cpu, err));
    return prepare(cpu, err);
}

static void release_axis(zd_context *ctx, zd_axis *axis)
{
    zd_free(ctx, axis->index);
    zd_free(ctx, axis->step);
    zd_free(ctx, axis->t);
    *axis = (zd_axis){ 0 };
}

static void unplan(void *state)
{
    zd_runner *cpu = state;
    for (int i = 0; cpu->values != NULL && i < cpu->graph->count; i++) {
        zd_value *value = &cpu->values[i];
        release_axis(cpu->ctx, &value->across);
        release_axis(cpu->ctx, &value->down);
        zd_free(cpu->ctx, value->data.table);
        value->data.table = NULL;
    }
    zd_free(cpu->ctx, cpu->leases);
    zd_free(cpu->ctx, cpu->arena);
    zd_free(cpu->ctx, cpu->slots);
    zd_free(cpu->ctx, cpu->slot_taken);
    cpu->leases = NULL;
    cpu->arena = NULL;
    cpu->slots = NULL;
    cpu->slot_taken = NULL;
    cpu->stage_count = 0;
    cpu->plan = NULL;
}

static void close_runner(void *state)
{
    zd_runner *cpu = state;
    if (cpu == NULL) {
        return;
    }
    zd_runner_unpack(cpu);
    zd_free(cpu->ctx, cpu->values);
    zd_free(cpu->ctx, cpu->stages);
    zd_free(cpu->ctx, cpu);
}

static void move_held(void *state, int from, int to)
{
    zd_runner *cpu = state;
    assert(from >= 0 && from < cpu->plan->frames && to >= 0 && to < cpu->plan->frames);
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_value *value = &cpu->values[i];
        if (value->is_held && !zd_op_is_view(&cpu->graph->ops[i])) {
            float *data = cpu->arena + value->offset;
            memcpy(data + (size_t) to * value->frame_step, data + (size_t) from * value->frame_step,
                   value->row * (size_t) value->height * sizeof(float));
        }
    }
}

static const float *find(const void *state, int op, int frame)
{
    const zd_runner *cpu = state;
    const zd_value *value = &cpu->values[op];
    assert(frame >= 0 && frame < cpu->plan->frames);
    return cpu->arena + value->offset + (size_t) frame * value->frame_step;
}

static void memory(const void *state, size_t *weights, size_t *activations)
{
    const zd_runner *cpu = state;
    *weights = cpu->weight_bytes;
    *activations =
        (cpu->arena_floats + cpu->slot_floats * (size_t) cpu->slot_count) * sizeof(float);
}

static int stages(const void *state)
{
    const zd_runner *cpu = state;
    return cpu->stage_count;
}

static zd_network_cost cost(const void *state, int stage, int runs)
{
    const zd_runner *cpu = state;
    assert(stage >= 0 && stage < cpu->stage_count && runs > 0);
    const zd_stage *of = &cpu->stages[stage];
    return (zd_network_cost){ .name = cpu->graph->ops[of->last].name,
                              .kind = zd_op_type_of(&cpu->graph->ops[of->first])->name,
                              .seconds = of->seconds / runs,
                              .cpu_seconds = of->cpu_seconds / runs,
                              .flop = of->flop };
}

static void forget_costs(void *state)
{
    zd_runner *cpu = state;
    for (int s = 0; s < cpu->stage_count; s++) {
        cpu->stages[s].seconds = 0.0;
        cpu->stages[s].cpu_seconds = 0.0;
    }
}

const zd_backend zd_backend_cpu = {
    .name = "cpu",
    .open = open_runner,
    .close = close_runner,
    .load = load,
    .plan = plan,
    .unplan = unplan,
    .run = run_group,
    .move_held = move_held,
    .find = find,
    .memory = memory,
    .stages = stages,
    .cost = cost,
    .forget_costs = forget_costs,
};

zd_runner *zd_runner_of(const zd_network *net)
{
    return net->backend == &zd_backend_cpu ? net->state : NULL;
}
