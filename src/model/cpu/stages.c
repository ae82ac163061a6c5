/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts the operator list into stages and stages into items. */

#include <assert.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

enum {
    TOKEN_ROWS = 70,               /* five gemm tiles; enough work for each byte of weights read */
    BAND_FLOATS = (384 << 10) / 4, /* what a band's input may take of a core's second-level cache */
    LEAST_ITEMS = 12,
};

static void count_consumers(zd_runner *cpu)
{
    for (int i = 0; i < cpu->graph->count; i++) {
        cpu->values[i].consumers = 0;
        cpu->values[i].is_virtual = false;
        cpu->values[i].is_global = false;
        cpu->values[i].last_stage = -1;
        cpu->values[i].pack_for = -1;
        cpu->values[i].pack_next = -1;
        cpu->values[i].sum = -1;
        cpu->values[i].is_made = false;
        cpu->values[i].is_held = false;
        cpu->values[i].is_of_window = false;
        cpu->values[i].frame_step = 0;
    }
    for (int i = 0; i < cpu->graph->count; i++) {
        for (int j = 0; j < cpu->graph->ops[i].input_count; j++) {
            cpu->values[cpu->graph->ops[i].inputs[j]].consumers++;
        }
    }
}

/** Enlargements whose one reader is a windowed convolution are computed while it loads its band. */
static void find_virtual(zd_runner *cpu)
{
    for (int i = 0; i < cpu->graph->count && !cpu->model->params.keep_tensors; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        if (op->kind != ZD_OP_CONV || op->is_row_local) {
            continue;
        }
        const zd_op *from = &cpu->graph->ops[op->inputs[0]];
        zd_value *value = &cpu->values[op->inputs[0]];
        value->is_virtual = (from->kind == ZD_OP_UP2 || from->kind == ZD_OP_RESIZE) &&
                            from->act == ZD_ACT_NONE && value->consumers == 1;
    }
}

/** Whether an operator can go on with the rows of the stage before it. */
static bool can_join(const zd_runner *cpu, const zd_stage *stage, int index)
{
    const zd_op *op = &cpu->graph->ops[index];
    const zd_value *value = &cpu->values[index];
    const zd_value *lead = &cpu->values[stage->last];
    if (stage->is_across || !op->is_row_local || value->height != lead->height ||
        value->width != lead->width)
    {
        return false;
    }
    for (int j = 0; j < op->input_count; j++) {
        const zd_value *input = &cpu->values[op->inputs[j]];
        bool inside = op->inputs[j] >= stage->first;
        bool needs_all = (zd_op_type_of(op)->needs_all >> j & 1U) != 0;
        if (inside && (needs_all || input->height != value->height || input->width != value->width))
        {
            return false;
        }
    }
    return true;
}

static double op_flop(const zd_runner *cpu, int index)
{
    const zd_op *op = &cpu->graph->ops[index];
    const zd_op_type *type = zd_op_type_of(op);
    int from = op->input_count > 0 ? cpu->graph->ops[op->inputs[0]].channels : 0;
    return type->flop != NULL ? type->flop(op, from, cpu->plan->sizes[index]) : 0.0;
}

/** How many cells an item of a fused stage takes, each in all frames. */
static int fused_cells(const zd_runner *cpu, const zd_stage *stage)
{
    size_t row = 1;
    for (int i = stage->first; i <= stage->last; i++) {
        row = cpu->values[i].row > row ? cpu->values[i].row : row;
    }
    int rows = zd_int_clamp((int) (BAND_FLOATS / row), TOKEN_ROWS, 4 * TOKEN_ROWS);
    return zd_int_max(1, rows / cpu->plan->frames);
}

/** How many rows one item takes. A function of shapes only. */
static int item_rows(const zd_runner *cpu, const zd_stage *stage)
{
    const zd_op *op = &cpu->graph->ops[stage->first];
    const zd_value *value = &cpu->values[stage->first];
    if (stage->is_fused) {
        return fused_cells(cpu, stage);
    }
    if (zd_op_type_of(op)->rows == ZD_ROWS_ALL || value->height == 1) {
        return value->height;
    }
    if (value->width == 1) {
        /* Items of equal size, even for zd_attention_pack. */
        int items = (value->height + TOKEN_ROWS - 1) / TOKEN_ROWS;
        int rows = (value->height + items - 1) / items;
        return rows + rows % 2;
    }
    size_t row = value->row;
    for (int i = stage->first; i <= stage->last; i++) {
        for (int j = 0; j < cpu->graph->ops[i].input_count; j++) {
            size_t other = cpu->values[cpu->graph->ops[i].inputs[j]].row * (size_t) op->stride;
            row = other > row ? other : row;
        }
    }
    int rows = (int) (BAND_FLOATS / (row > 0 ? row : 1));
    rows = zd_int_clamp(rows, 1, zd_int_max(1, value->height / LEAST_ITEMS));
    if (value->packed.is_winograd) {
        /* Two rows more are loaded than are made, so not too few; and a band needs not stay near. */
        int tiles = zd_int_max(rows, zd_int_min(8, value->height / LEAST_ITEMS)) / ZD_WINOGRAD_TILE;
        rows = zd_int_max(tiles, 1) * ZD_WINOGRAD_TILE;
    }
    if (op->kind == ZD_OP_CONVT) {
        rows = (rows + op->kernel - 1) / op->kernel * op->kernel;
    }
    return rows;
}

static void close_stage(zd_runner *cpu, zd_stage *stage)
{
    stage->rows = cpu->values[stage->first].height;
    stage->rows_per_item = item_rows(cpu, stage);
    assert(stage->rows > 0 && stage->rows_per_item > 0);
    stage->items = (stage->rows + stage->rows_per_item - 1) / stage->rows_per_item;
    stage->flop = 0.0;
    stage->seconds = 0.0;
    stage->cpu_seconds = 0.0;
    for (int i = stage->first; i <= stage->last; i++) {
        stage->flop += op_flop(cpu, i);
    }
}

/** Marks what must outlive its stage, and until when. */
static void find_lifetimes(zd_runner *cpu)
{
    zd_value *values = cpu->values;
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        values[i].is_global = values[i].is_global || cpu->model->params.keep_tensors ||
                              zd_op_is_view(op) || op->kind == ZD_OP_OUTPUT ||
                              op->kind == ZD_OP_RESULT;
        for (int j = 0; j < op->input_count; j++) {
            zd_value *input = &values[op->inputs[j]];
            if (input->first_stage != values[i].first_stage) {
                input->is_global = !input->is_virtual;
            }
        }
    }
    /* Readers are later in the list, so walking it backwards carries the needs of what is only
     * another view (grid, virtual enlargement) on to what it is a view of. */
    for (int i = cpu->graph->count - 1; i >= 0; i--) {
        const zd_op *op = &cpu->graph->ops[i];
        int until = values[i].first_stage;
        if (zd_op_is_view(op) || values[i].is_virtual) {
            until = values[i].last_stage > until ? values[i].last_stage : until;
        }
        for (int j = 0; j < op->input_count; j++) {
            zd_value *input = &values[op->inputs[j]];
            input->last_stage = until > input->last_stage ? until : input->last_stage;
            if (zd_op_is_view(op) || values[i].is_virtual) {
                input->is_global = true;
            }
        }
    }
    for (int i = 0; i < cpu->graph->count; i++) {
        values[i].last_stage = values[i].last_stage > values[i].first_stage ? values[i].last_stage
                                                                            : values[i].first_stage;
    }
}

/** What a window needs once for each frame: what outlives its group, and what is held. */
static void find_windows(zd_runner *cpu)
{
    zd_value *values = cpu->values;
    for (int i = cpu->graph->count - 1; i >= 0 && cpu->plan->frames > 1; i--) {
        const zd_op *op = &cpu->graph->ops[i];
        const zd_stage *stages = cpu->stages;
        values[i].is_held = values[i].is_held || op->kind == ZD_OP_HOLD;
        if (zd_op_is_view(op)) {
            zd_value *input = &values[op->inputs[0]];
            input->is_held = input->is_held || values[i].is_held;
        }
        int last = zd_int_min(values[i].last_stage, cpu->stage_count - 1);
        int first = zd_int_min(values[i].first_stage, cpu->stage_count - 1);
        values[i].is_of_window = values[i].is_held || cpu->model->params.keep_tensors ||
                                 op->kind == ZD_OP_RESULT || stages[first].is_across ||
                                 stages[first].group != stages[last].group;
    }
}

/** A sum whose one operand is a convolution of its stage that nothing else reads is made by it, tile
 *  by tile. */
static void find_sums(zd_runner *cpu)
{
    for (int i = 0; i < cpu->graph->count && !cpu->model->params.keep_tensors; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        if (op->kind != ZD_OP_ADD || op->act != ZD_ACT_NONE) {
            continue;
        }
        for (int j = 0; j < 2 && !cpu->values[i].is_made; j++) {
            int conv = op->inputs[j];
            int other = op->inputs[1 - j];
            zd_value *value = &cpu->values[conv];
            if (cpu->graph->ops[conv].kind == ZD_OP_CONV && cpu->graph->ops[conv].groups <= 1 &&
                cpu->graph->ops[conv].act == ZD_ACT_NONE && value->consumers == 1 &&
                value->first_stage == cpu->values[i].first_stage && other < conv &&
                cpu->values[other].height == value->height &&
                cpu->values[other].width == value->width)
            {
                value->sum = i;
                cpu->values[i].is_made = true;
            }
        }
    }
}

/** Attentions by what they read. */
static void find_packs(zd_runner *cpu)
{
    for (int i = cpu->graph->count - 1; i >= 0; i--) {
        if (cpu->graph->ops[i].kind == ZD_OP_ATTENTION) {
            zd_value *input = &cpu->values[cpu->graph->ops[i].inputs[0]];
            cpu->values[i].pack_next = input->pack_for;
            input->pack_for = i;
        }
    }
}

/** Whether an operator makes each row from the same row, wherever that is in the picture. */
static bool can_fuse(const zd_op *op)
{
    bool is_placeless = op->kind == ZD_OP_CONV || op->kind == ZD_OP_NORM ||
                        op->kind == ZD_OP_GEGLU || op->kind == ZD_OP_ADD;
    const zd_op_type *type = zd_op_type_of(op);
    return (type->sees_frames && type->needs_all == 0) || (is_placeless && op->is_row_local);
}

/** The last of the operators from one on that a window runs in one go, some cells of all its frames at a
 *  time, so that what lies between them never leaves the cache; -1: it does not. */
static int last_fused(const zd_runner *cpu, int first)
{
    const zd_op *ops = cpu->graph->ops;
    const zd_value *lead = &cpu->values[first];
    int last = first;
    bool sees_frames = false;
    if (cpu->plan->frames == 1 || cpu->model->params.keep_tensors || lead->width > 1) {
        return -1;
    }
    while (last < cpu->graph->count && can_fuse(&ops[last]) &&
           cpu->values[last].height == lead->height && cpu->values[last].width == 1)
    {
        sees_frames = sees_frames || zd_op_type_of(&ops[last])->sees_frames;
        last++;
    }
    return sees_frames ? last - 1 : -1;
}

/** The group in which a fused stage runs: that of its first operator along time, when the frames of the
 *  groups before are done. */
static int fused_group(const zd_runner *cpu, int first)
{
    while (!cpu->plan->sees_frames[cpu->plan->groups[first]]) {
        first++;
    }
    return cpu->plan->groups[first];
}

/** Makes operators first .. last one fused stage. */
static void add_fused(zd_runner *cpu, int first, int last)
{
    zd_stage *stage = &cpu->stages[cpu->stage_count++];
    *stage = (zd_stage){ .first = first,
                         .last = last,
                         .group = fused_group(cpu, first),
                         .is_across = true,
                         .is_fused = true };
    for (int i = first; i <= last; i++) {
        cpu->values[i].first_stage = cpu->stage_count - 1;
    }
    close_stage(cpu, stage);
}

void zd_runner_stages(zd_runner *cpu)
{
    zd_stage *stage = NULL;
    cpu->stage_count = 0;
    count_consumers(cpu);
    find_virtual(cpu);
    for (int i = 0; i < cpu->graph->count; i++) {
        zd_value *value = &cpu->values[i];
        bool is_view = value->is_virtual || zd_op_is_view(&cpu->graph->ops[i]);
        if (is_view) {
            /* Nothing to run: it belongs to the stage that would have come next. */
            if (stage != NULL) {
                close_stage(cpu, stage);
            }
            stage = NULL;
            value->first_stage = cpu->stage_count;
            continue;
        }
        int last = last_fused(cpu, i);
        if (last >= 0) {
            if (stage != NULL) {
                close_stage(cpu, stage);
            }
            stage = NULL;
            add_fused(cpu, i, last);
            i = last;
            continue;
        }
        if (stage == NULL || !can_join(cpu, stage, i)) {
            if (stage != NULL) {
                close_stage(cpu, stage);
            }
            stage = &cpu->stages[cpu->stage_count++];
            *stage = (zd_stage){ .first = i, .group = cpu->plan->groups[i] };
            stage->is_across = cpu->plan->sees_frames[stage->group];
        }
        stage->last = i;
        value->first_stage = cpu->stage_count - 1;
    }
    if (stage != NULL) {
        close_stage(cpu, stage);
    }
    find_lifetimes(cpu);
    find_windows(cpu);
    find_sums(cpu);
    find_packs(cpu);
}
