/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Cuts the operator list into stages and stages into items. */

#include "core/size.h"
#include "model/cpu/network_internal.h"

enum {
    TOKEN_ROWS = 70,               /* five gemm tiles; enough work for each byte of weights read */
    BAND_FLOATS = (384 << 10) / 4, /* what a band's input may take of a core's second-level cache */
    LEAST_ITEMS = 12,
};

/** Whether an operator needs no other rows of its inputs than its own. */
static bool is_row_local(const zd_op *op)
{
    switch ((int) op->kind) {
    case ZD_OP_CONV:
        return op->kernel == 1 && op->stride == 1 && op->padding == 0 && op->groups == 1;
    case ZD_OP_ADD:
    case ZD_OP_MUL:
    case ZD_OP_CAT:
    case ZD_OP_NORM:
    case ZD_OP_MARK:
    case ZD_OP_HEAD_NORM:
    case ZD_OP_ROPE:
    case ZD_OP_PLACE:
    case ZD_OP_GEGLU:
    case ZD_OP_PRELU:
    case ZD_OP_OUTPUT:
    case ZD_OP_RESULT:
        return true;
    default:
        return false;
    }
}

static void count_consumers(zd_network *net)
{
    for (int i = 0; i < net->graph.count; i++) {
        net->values[i].consumers = 0;
        net->values[i].is_virtual = false;
        net->values[i].is_global = false;
        net->values[i].last_stage = -1;
        net->values[i].pack_for = -1;
        net->values[i].pack_next = -1;
        net->values[i].sum = -1;
        net->values[i].is_made = false;
        net->values[i].is_held = false;
        net->values[i].is_of_window = false;
        net->values[i].frame_step = 0;
    }
    for (int i = 0; i < net->graph.count; i++) {
        for (int j = 0; j < net->graph.ops[i].input_count; j++) {
            net->values[net->graph.ops[i].inputs[j]].consumers++;
        }
    }
}

/** Enlargements whose one reader is a windowed convolution are computed while it loads its band. */
static void find_virtual(zd_network *net)
{
    for (int i = 0; i < net->graph.count && !net->params.keep_tensors; i++) {
        const zd_op *op = &net->graph.ops[i];
        if (op->kind != ZD_OP_CONV || is_row_local(op)) {
            continue;
        }
        const zd_op *from = &net->graph.ops[op->inputs[0]];
        zd_value *value = &net->values[op->inputs[0]];
        value->is_virtual = (from->kind == ZD_OP_UP2 || from->kind == ZD_OP_RESIZE) &&
                            from->act == ZD_ACT_NONE && value->consumers == 1;
    }
}

/** Whether an operator can go on with the rows of the stage before it. */
static bool can_join(const zd_network *net, const zd_stage *stage, int index)
{
    const zd_op *op = &net->graph.ops[index];
    const zd_value *value = &net->values[index];
    const zd_value *lead = &net->values[stage->last];
    if (stage->is_across || !is_row_local(op) || value->height != lead->height ||
        value->width != lead->width)
    {
        return false;
    }
    for (int j = 0; j < op->input_count; j++) {
        const zd_value *input = &net->values[op->inputs[j]];
        bool inside = op->inputs[j] >= stage->first;
        if (inside && (input->height != value->height || input->width != value->width)) {
            return false;
        }
    }
    return true;
}

static double op_flop(const zd_network *net, int index)
{
    const zd_op *op = &net->graph.ops[index];
    const zd_value *value = &net->values[index];
    double cells = (double) value->height * value->width;
    if (op->kind == ZD_OP_CONV || op->kind == ZD_OP_CONVT) {
        int from = net->graph.ops[op->inputs[0]].channels / zd_int_max(op->groups, 1);
        double taps = op->kind == ZD_OP_CONV ? op->kernel * op->kernel : 1;
        return 2.0 * cells * taps * from * op->channels;
    }
    return op->kind == ZD_OP_ATTENTION ? 4.0 * cells * cells * op->channels : 0.0;
}

/** How many rows one item takes. A function of shapes only. */
static int item_rows(const zd_network *net, const zd_stage *stage)
{
    const zd_op *op = &net->graph.ops[stage->first];
    const zd_value *value = &net->values[stage->first];
    if (op->kind == ZD_OP_GAP || op->kind == ZD_OP_GROUP_NORM || value->height == 1) {
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
        for (int j = 0; j < net->graph.ops[i].input_count; j++) {
            size_t other = net->values[net->graph.ops[i].inputs[j]].row * (size_t) op->stride;
            row = other > row ? other : row;
        }
    }
    int rows = (int) (BAND_FLOATS / (row > 0 ? row : 1));
    rows = zd_int_clamp(rows, 1, zd_int_max(1, value->height / LEAST_ITEMS));
    if (op->kind == ZD_OP_CONVT) {
        rows = (rows + op->kernel - 1) / op->kernel * op->kernel;
    }
    return rows;
}

static void close_stage(zd_network *net, zd_stage *stage)
{
    stage->rows = net->values[stage->first].height;
    stage->rows_per_item = item_rows(net, stage);
    stage->items = (stage->rows + stage->rows_per_item - 1) / stage->rows_per_item;
    stage->flop = 0.0;
    stage->seconds = 0.0;
    stage->cpu_seconds = 0.0;
    for (int i = stage->first; i <= stage->last; i++) {
        stage->flop += op_flop(net, i);
    }
}

/** Marks what must outlive its stage, and until when. */
static void find_lifetimes(zd_network *net)
{
    zd_value *values = net->values;
    for (int i = 0; i < net->graph.count; i++) {
        const zd_op *op = &net->graph.ops[i];
        values[i].is_global = values[i].is_global || net->params.keep_tensors ||
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
    for (int i = net->graph.count - 1; i >= 0; i--) {
        const zd_op *op = &net->graph.ops[i];
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
    for (int i = 0; i < net->graph.count; i++) {
        values[i].last_stage = values[i].last_stage > values[i].first_stage ? values[i].last_stage
                                                                            : values[i].first_stage;
    }
}

/** What a window needs once for each frame: what outlives its group, and what is held. */
static void find_windows(zd_network *net)
{
    zd_value *values = net->values;
    for (int i = net->graph.count - 1; i >= 0 && net->frames > 1; i--) {
        const zd_op *op = &net->graph.ops[i];
        const zd_stage *stages = net->stages;
        values[i].is_held = values[i].is_held || op->kind == ZD_OP_HOLD;
        if (zd_op_is_view(op)) {
            zd_value *input = &values[op->inputs[0]];
            input->is_held = input->is_held || values[i].is_held;
        }
        int last = zd_int_min(values[i].last_stage, net->stage_count - 1);
        int first = zd_int_min(values[i].first_stage, net->stage_count - 1);
        values[i].is_of_window = values[i].is_held || net->params.keep_tensors ||
                                 stages[first].is_across ||
                                 stages[first].group != stages[last].group;
    }
}

/** Numbers the stages' groups. `was_held`: whether a stage is the first after something was held. */
static void find_groups(zd_network *net)
{
    int group = 0;
    for (int s = 0; s < net->stage_count; s++) {
        zd_stage *stage = &net->stages[s];
        bool begins =
            stage->is_across || stage->is_after_hold || (s > 0 && net->stages[s - 1].is_across);
        group += s > 0 && begins;
        stage->group = group;
        net->group_is_across[group] = stage->is_across;
    }
    net->group_count = group + 1;
}

/** A sum whose one operand is a convolution of its stage that nothing else reads is made by it, tile
 *  by tile. */
static void find_sums(zd_network *net)
{
    for (int i = 0; i < net->graph.count && !net->params.keep_tensors; i++) {
        const zd_op *op = &net->graph.ops[i];
        if (op->kind != ZD_OP_ADD || op->act != ZD_ACT_NONE) {
            continue;
        }
        for (int j = 0; j < 2 && !net->values[i].is_made; j++) {
            int conv = op->inputs[j];
            int other = op->inputs[1 - j];
            zd_value *value = &net->values[conv];
            if (net->graph.ops[conv].kind == ZD_OP_CONV && net->graph.ops[conv].groups <= 1 &&
                net->graph.ops[conv].act == ZD_ACT_NONE && value->consumers == 1 &&
                value->first_stage == net->values[i].first_stage && other < conv &&
                net->values[other].height == value->height &&
                net->values[other].width == value->width)
            {
                value->sum = i;
                net->values[i].is_made = true;
            }
        }
    }
}

/** Attentions by what they read. */
static void find_packs(zd_network *net)
{
    for (int i = net->graph.count - 1; i >= 0; i--) {
        if (net->graph.ops[i].kind == ZD_OP_ATTENTION) {
            zd_value *input = &net->values[net->graph.ops[i].inputs[0]];
            net->values[i].pack_next = input->pack_for;
            input->pack_for = i;
        }
    }
}

void zd_network_stages(zd_network *net)
{
    zd_stage *stage = NULL;
    bool is_after_hold = false;
    net->stage_count = 0;
    count_consumers(net);
    find_virtual(net);
    for (int i = 0; i < net->graph.count; i++) {
        zd_value *value = &net->values[i];
        bool is_view = value->is_virtual || zd_op_is_view(&net->graph.ops[i]);
        if (is_view) {
            is_after_hold = is_after_hold || net->graph.ops[i].kind == ZD_OP_HOLD;
            /* Nothing to run: it belongs to the stage that would have come next. */
            if (stage != NULL) {
                close_stage(net, stage);
            }
            stage = NULL;
            value->first_stage = net->stage_count;
            continue;
        }
        if (stage == NULL || !can_join(net, stage, i)) {
            if (stage != NULL) {
                close_stage(net, stage);
            }
            stage = &net->stages[net->stage_count++];
            *stage = (zd_stage){ .first = i,
                                 .is_across = net->graph.ops[i].kind == ZD_OP_TIME,
                                 .is_after_hold = is_after_hold };
            is_after_hold = false;
        }
        stage->last = i;
        value->first_stage = net->stage_count - 1;
    }
    close_stage(net, stage);
    find_lifetimes(net);
    find_groups(net);
    find_windows(net);
    find_sums(net);
    find_packs(net);
}
