/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where every tensor of a plan lives: values that only their own
 * stage needs in the thread's slot, the others in one arena in which memory is used again as soon
 * as its last reader is done. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/os.h"
#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/runner_internal.h"

/* Sums of a list's tensors fit in a size_t (sizes.c); this is what a machine may have. */
#define ARENA_FLOATS_MAX ((size_t) 1 << 33)

static size_t value_floats(const zd_runner *cpu, int op)
{
    return zd_round_floats(cpu->values[op].row * (size_t) cpu->values[op].height);
}

static void lease(zd_runner *cpu, size_t floats, int first, int last, size_t *offset)
{
    assert(first <= last);
    assert(cpu->lease_count < 3 * cpu->graph->count);
    cpu->leases[cpu->lease_count++] = (zd_lease){ zd_round_floats(floats), first, last, offset };
}

static int compare_leases(const void *a, const void *b)
{
    const zd_lease *x = a;
    const zd_lease *y = b;
    if (x->floats != y->floats) {
        return x->floats > y->floats ? -1 : 1;
    }
    return x->first != y->first ? x->first - y->first : x->last - y->last;
}

/** Puts the last of some leases, which has its offset, among the others, which go by theirs. */
static void sort_last(zd_lease *leases, int count)
{
    zd_lease last = leases[count - 1];
    int at = count - 1;
    for (; at > 0 && *leases[at - 1].offset > *last.offset; at--) {
        leases[at] = leases[at - 1];
    }
    leases[at] = last;
}

/** First fit, largest first: the lowest offset that no lease of an overlapping time covers.
 *  Returns the floats needed in all. */
static size_t place_leases(zd_lease *leases, int count)
{
    size_t total = 0;
    qsort(leases, (size_t) count, sizeof *leases, compare_leases);
    for (int i = 0; i < count; i++) {
        size_t at = 0;
        size_t floats = leases[i].floats;
        /* Those that have a place go by it, so the first gap that is wide enough is the lowest. */
        for (int j = 0; j < i && *leases[j].offset < at + floats; j++) {
            const zd_lease *other = &leases[j];
            size_t end = *other->offset + other->floats;
            bool together = other->first <= leases[i].last && leases[i].first <= other->last;
            at = together && end > at ? end : at;
        }
        *leases[i].offset = at;
        total = at + floats > total ? at + floats : total;
        sort_last(leases, i + 1);
    }
    return total;
}

/** The first or, counted from the end, the last stage of a stage's group. */
static int group_edge(const zd_runner *cpu, int stage, int step)
{
    assert(stage >= 0 && stage < cpu->stage_count);
    int group = cpu->stages[stage].group;
    while (stage + step >= 0 && stage + step < cpu->stage_count &&
           cpu->stages[stage + step].group == group)
    {
        stage += step;
    }
    return stage;
}

static void lease_value(zd_runner *cpu, int index)
{
    zd_value *value = &cpu->values[index];
    size_t floats = value_floats(cpu, index);
    int first = value->first_stage;
    int last = zd_int_min(value->last_stage, cpu->stage_count - 1);
    if (value->is_of_window) {
        /* The stages of a group run again and again, so it is there for all of them. */
        first = value->is_held ? 0 : group_edge(cpu, first, -1);
        last = value->is_held ? cpu->stage_count : group_edge(cpu, last, 1);
        value->frame_step = floats;
        floats *= (size_t) cpu->plan->frames;
    }
    bool is_kept = cpu->model->params.keep_tensors || cpu->graph->ops[index].kind == ZD_OP_RESULT;
    lease(cpu, floats, first, is_kept ? cpu->stage_count : last, &value->offset);
}

/** Global values and the workspace of attentions. */
static size_t place_global(zd_runner *cpu)
{
    cpu->lease_count = 0;
    for (int i = 0; i < cpu->graph->count; i++) {
        zd_value *value = &cpu->values[i];
        const zd_op *op = &cpu->graph->ops[i];
        if (op->kind == ZD_OP_ATTENTION) {
            lease(cpu, zd_attention_pack_floats(cpu, i), cpu->values[op->inputs[0]].first_stage,
                  value->first_stage, &value->pack_offset);
        }
        if (value->is_global && !zd_op_is_view(op) && op->kind != ZD_OP_OUTPUT) {
            lease_value(cpu, i);
        }
    }
    size_t total = place_leases(cpu->leases, cpu->lease_count);
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        if (zd_op_is_view(op)) {
            /* The same memory. */
            const zd_value *from = &cpu->values[op->inputs[0]];
            cpu->values[i].offset =
                from->offset + (size_t) zd_op_type_of(op)->skipped_rows * from->row;
            cpu->values[i].frame_step = from->frame_step;
        }
    }
    return total;
}

/** The last operator of a stage that reads a value. */
static int last_reader(const zd_runner *cpu, const zd_stage *stage, int index)
{
    int last = index;
    for (int i = index + 1; i <= stage->last; i++) {
        for (int j = 0; j < cpu->graph->ops[i].input_count; j++) {
            last = cpu->graph->ops[i].inputs[j] == index ? i : last;
        }
    }
    return last;
}

/** The operator of a stage that makes a value. */
static int made_by(const zd_runner *cpu, const zd_stage *stage, int index)
{
    int by = index;
    for (int i = stage->first; i < index && cpu->values[index].is_made; i++) {
        by = cpu->values[i].sum == index ? i : by;
    }
    return by;
}

/** Whether an operator of a stage is the first of it that reads a value. */
static bool is_first_reader(const zd_runner *cpu, const zd_stage *stage, int op, int input)
{
    for (int i = stage->first; i < op; i++) {
        for (int j = 0; j < cpu->graph->ops[i].input_count; j++) {
            if (cpu->graph->ops[i].inputs[j] == cpu->graph->ops[op].inputs[input]) {
                return false;
            }
        }
    }
    return input == 0 || cpu->graph->ops[op].inputs[0] != cpu->graph->ops[op].inputs[input];
}

/** In a fused stage's slot there is also what comes from the arena and what goes to it. */
static void lease_fused(zd_runner *cpu, const zd_stage *stage, int op, size_t rows)
{
    const zd_op *of = &cpu->graph->ops[op];
    for (int j = 0; j < of->input_count; j++) {
        zd_value *input = &cpu->values[of->inputs[j]];
        if (of->inputs[j] < stage->first && is_first_reader(cpu, stage, op, j)) {
            lease(cpu, input->row * rows, stage->first, stage->last, &input->slot);
        }
    }
    zd_value *value = &cpu->values[op];
    if (value->sum < 0) {
        int last = value->is_global ? stage->last : last_reader(cpu, stage, op);
        lease(cpu, value->row * rows, made_by(cpu, stage, op), last, &value->slot);
    }
}

/** Values and temporary memory of one stage's item. Returns the floats of a slot. */
static size_t place_stage(zd_runner *cpu, zd_stage *stage)
{
    size_t temp = 0;
    int frames = stage->is_fused ? cpu->plan->frames : 1;
    size_t rows = (size_t) stage->rows_per_item * (size_t) frames;
    cpu->lease_count = 0;
    for (int i = stage->first; i <= stage->last; i++) {
        zd_value *value = &cpu->values[i];
        if (stage->is_fused) {
            lease_fused(cpu, stage, i, rows);
        } else if (!value->is_global && !value->is_virtual && value->sum < 0) {
            lease(cpu, value->row * rows, made_by(cpu, stage, i), last_reader(cpu, stage, i),
                  &value->offset);
        }
        const zd_runner_own *own = zd_runner_op(&cpu->graph->ops[i]);
        size_t floats = own->temp != NULL ? own->temp(cpu, i, (int) rows) : 0;
        temp = floats > temp ? floats : temp;
    }
    stage->peak_offset = place_leases(cpu->leases, cpu->lease_count);
    stage->temp_offset = stage->peak_offset + zd_round_floats(rows);
    return stage->temp_offset + zd_round_floats(temp);
}

zd_status zd_runner_place(zd_runner *cpu, zd_error *err)
{
    size_t slot = 0;
    cpu->leases = zd_alloc_zeroed(cpu->ctx, (size_t) cpu->graph->count * 3, sizeof *cpu->leases);
    if (cpu->leases == NULL) {
        return zd_fail_memory(err, "the memory plan");
    }
    cpu->arena_floats = place_global(cpu);
    for (int s = 0; s < cpu->stage_count; s++) {
        size_t floats = place_stage(cpu, &cpu->stages[s]);
        slot = floats > slot ? floats : slot;
    }
    zd_free(cpu->ctx, cpu->leases);
    cpu->leases = NULL;
    cpu->slot_floats = slot;
    cpu->slot_count = zd_pool_threads(zd_context_pool(cpu->ctx));
    size_t bytes;
    if (!zd_size_mul3(slot, (size_t) cpu->slot_count, sizeof(float), &bytes) ||
        cpu->arena_floats > ARENA_FLOATS_MAX || bytes / sizeof(float) > ARENA_FLOATS_MAX)
    {
        return zd_fail(err, ZD_ERR_LIMIT, "%d x %d needs too much memory", cpu->plan->width,
                       cpu->plan->height);
    }
    cpu->arena = zd_alloc(cpu->ctx, cpu->arena_floats * sizeof(float));
    cpu->slots = zd_alloc(cpu->ctx, bytes);
    cpu->slot_taken = zd_alloc_zeroed(cpu->ctx, (size_t) cpu->slot_count, sizeof(atomic_flag));
    if (cpu->arena == NULL || cpu->slots == NULL || cpu->slot_taken == NULL) {
        return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for %zu MiB of activations",
                       (cpu->arena_floats * sizeof(float) + bytes) >> 20);
    }
    zd_os_prefer_large_pages(cpu->arena, cpu->arena_floats * sizeof(float));
    zd_os_prefer_large_pages(cpu->slots, bytes);
    for (int i = 0; i < cpu->slot_count; i++) {
        atomic_flag_clear(&cpu->slot_taken[i]);
    }
    return ZD_OK;
}
