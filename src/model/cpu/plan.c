/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shapes of every tensor for a working size, and where each lives: values that only their own
 * stage needs in the thread's slot, the others in one arena in which memory is used again as soon
 * as its last reader is done. */

#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/network_internal.h"

/* No list of operators can make products of such sides, or sums of such tensors or of their bytes,
 * run over: a window of 16 rows with its border fits in an int, all tensors of a list in a size_t. */
#define TENSOR_SIDE_MAX   (1LL << 20)
#define ROW_FLOATS_MAX    ((size_t) 1 << 26)
#define TENSOR_FLOATS_MAX ((size_t) 1 << 31)
#define ARENA_FLOATS_MAX  ((size_t) 1 << 33)

static zd_status fail_large(const zd_network *net, const zd_op *op, zd_error *err)
{
    return zd_fail(err, ZD_ERR_LIMIT, "tensor '%s' is too large at %d x %d", op->name, net->width,
                   net->height);
}

static zd_status shape_picture(zd_network *net, int index, zd_error *err)
{
    const zd_op *op = &net->graph.ops[index];
    zd_value *value = &net->values[index];
    const zd_value *from = &net->values[op->inputs[0]];
    const zd_value *like = &net->values[op->like < 0 ? op->inputs[0] : op->like];
    long long height = from->height;
    long long width = from->width;
    switch ((int) op->kind) {
    case ZD_OP_CONV:
        height += 2 * op->padding - op->kernel;
        width += 2 * op->padding - op->kernel;
        height = height < 0 || width < 0 ? 0 : height / op->stride + 1;
        width = width / op->stride + 1;
        break;
    case ZD_OP_CONVT:
        height *= op->kernel;
        width *= op->kernel;
        break;
    case ZD_OP_UP2:
        height *= 2;
        width *= 2;
        break;
    case ZD_OP_RESIZE:
        height = op->factor > 0 ? height * op->factor : like->height;
        width = op->factor > 0 ? width * op->factor : like->width;
        break;
    case ZD_OP_AVG2:
    case ZD_OP_MAX2:
        height /= 2;
        width /= 2;
        break;
    case ZD_OP_GAP:
        height = 1;
        width = 1;
        break;
    case ZD_OP_TOKENS:
        height = height * width + 1;
        width = 1;
        break;
    case ZD_OP_GRID:
        height = like->height;
        width = like->width;
        break;
    case ZD_OP_SHAPE:
        width = op->like < 0 ? 1 : like->width;
        height = op->like < 0 ? (long long) from->height * from->width : like->height;
        break;
    case ZD_OP_FIRST:
        height = 1;
        break;
    default:
        break;
    }
    if (height < 1 || width < 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a picture of %d x %d is too small for '%s'",
                       net->width, net->height, op->name);
    }
    if (height > TENSOR_SIDE_MAX || width > TENSOR_SIDE_MAX) {
        return fail_large(net, op, err);
    }
    value->height = (int) height;
    value->width = (int) width;
    return ZD_OK;
}

static bool same_size(const zd_value *a, const zd_value *b)
{
    return a->height == b->height && a->width == b->width;
}

/** Inputs that must agree in size, which the list's text cannot show. */
static zd_status check_inputs(zd_network *net, int index, zd_error *err)
{
    const zd_op *op = &net->graph.ops[index];
    zd_value *values = net->values;
    const zd_value *first = &values[op->inputs[0]];
    bool fits = true;
    if (op->kind == ZD_OP_ADD || op->kind == ZD_OP_MUL) {
        const zd_value *second = &values[op->inputs[1]];
        fits = same_size(first, second) || (second->height == 1 && second->width == 1);
    } else if (op->kind == ZD_OP_CAT) {
        for (int i = 1; i < op->input_count; i++) {
            fits = fits && same_size(first, &values[op->inputs[i]]);
        }
    } else if (op->kind == ZD_OP_GRID) {
        long long cells = (long long) values[index].height * values[index].width;
        fits = first->width == 1 && first->height == cells + 1;
    } else if (op->kind == ZD_OP_SHAPE) {
        fits = (long long) first->height * first->width ==
               (long long) values[index].height * values[index].width;
    } else if (op->kind == ZD_OP_ROPE) {
        const zd_value *like = &values[op->like];
        fits = first->width == 1 &&
               (op->is_flat || first->height <= (long long) like->height * like->width + 1);
    } else if (op->kind == ZD_OP_FIRST || op->kind == ZD_OP_TIME) {
        fits = first->width == 1 && op->channels <= 4096;
    } else if (op->kind == ZD_OP_OUTPUT) {
        fits = first->height == net->height && first->width == net->width;
    } else if (op->kind == ZD_OP_ATTENTION) {
        /* A view is not made by any item, so none would pack it. */
        fits = first->width == 1 && first->height < (1 << 18) && op->channels / op->heads <= 1024 &&
               !zd_op_is_view(&net->graph.ops[op->inputs[0]]);
    }
    return fits ? ZD_OK
                : zd_fail(err, ZD_ERR_UNSUPPORTED, "the inputs of '%s' do not fit at %d x %d",
                          op->name, net->width, net->height);
}

zd_status zd_network_shape(zd_network *net, int width, int height, zd_error *err)
{
    net->width = width;
    net->height = height;
    for (int i = 0; i < net->graph.count; i++) {
        zd_value *value = &net->values[i];
        const zd_op *op = &net->graph.ops[i];
        if (op->kind == ZD_OP_INPUT) {
            value->height = height;
            value->width = width;
        } else {
            ZD_TRY(shape_picture(net, i, err));
            ZD_TRY(check_inputs(net, i, err));
        }
        size_t floats;
        if (!zd_size_mul((size_t) value->width, (size_t) op->channels, &value->row) ||
            !zd_size_mul(value->row, (size_t) value->height, &floats) ||
            value->row > ROW_FLOATS_MAX || floats > TENSOR_FLOATS_MAX)
        {
            return fail_large(net, op, err);
        }
    }
    return ZD_OK;
}

static size_t value_floats(const zd_network *net, int op)
{
    return zd_round_floats(net->values[op].row * (size_t) net->values[op].height);
}

static void lease(zd_network *net, size_t floats, int first, int last, size_t *offset)
{
    net->leases[net->lease_count++] = (zd_lease){ zd_round_floats(floats), first, last, offset };
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
static int group_edge(const zd_network *net, int stage, int step)
{
    int group = net->stages[stage].group;
    while (stage + step >= 0 && stage + step < net->stage_count &&
           net->stages[stage + step].group == group)
    {
        stage += step;
    }
    return stage;
}

static void lease_value(zd_network *net, int index)
{
    zd_value *value = &net->values[index];
    size_t floats = value_floats(net, index);
    int first = value->first_stage;
    int last = zd_int_min(value->last_stage, net->stage_count - 1);
    if (value->is_of_window) {
        /* The stages of a group run again and again, so it is there for all of them. */
        first = value->is_held ? 0 : group_edge(net, first, -1);
        last = value->is_held ? net->stage_count : group_edge(net, last, 1);
        value->frame_step = floats;
        floats *= (size_t) net->frames;
    }
    bool is_kept = net->params.keep_tensors || net->graph.ops[index].kind == ZD_OP_RESULT;
    lease(net, floats, first, is_kept ? net->stage_count : last, &value->offset);
}

/** Global values and the workspace of attentions. */
static size_t place_global(zd_network *net)
{
    net->lease_count = 0;
    for (int i = 0; i < net->graph.count; i++) {
        zd_value *value = &net->values[i];
        const zd_op *op = &net->graph.ops[i];
        if (op->kind == ZD_OP_ATTENTION) {
            lease(net, zd_attention_pack_floats(net, i), net->values[op->inputs[0]].first_stage,
                  value->first_stage, &value->pack_offset);
        }
        if (value->is_global && !zd_op_is_view(op) && op->kind != ZD_OP_OUTPUT) {
            lease_value(net, i);
        }
    }
    size_t total = place_leases(net->leases, net->lease_count);
    for (int i = 0; i < net->graph.count; i++) {
        const zd_op *op = &net->graph.ops[i];
        if (zd_op_is_view(op)) {
            /* The same memory; a grid is the tokens without the first. */
            const zd_value *from = &net->values[op->inputs[0]];
            net->values[i].offset = from->offset + (op->kind == ZD_OP_GRID ? from->row : 0);
            net->values[i].frame_step = from->frame_step;
        }
    }
    return total;
}

/** The last operator of a stage that reads a value. */
static int last_reader(const zd_network *net, const zd_stage *stage, int index)
{
    int last = index;
    for (int i = index + 1; i <= stage->last; i++) {
        for (int j = 0; j < net->graph.ops[i].input_count; j++) {
            last = net->graph.ops[i].inputs[j] == index ? i : last;
        }
    }
    return last;
}

/** The operator of a stage that makes a value. */
static int made_by(const zd_network *net, const zd_stage *stage, int index)
{
    int by = index;
    for (int i = stage->first; i < index && net->values[index].is_made; i++) {
        by = net->values[i].sum == index ? i : by;
    }
    return by;
}

/** Values and temporary memory of one stage's item. Returns the floats of a slot. */
static size_t place_stage(zd_network *net, zd_stage *stage)
{
    size_t temp = 0;
    size_t rows = (size_t) stage->rows_per_item;
    net->lease_count = 0;
    for (int i = stage->first; i <= stage->last; i++) {
        zd_value *value = &net->values[i];
        if (!value->is_global && !value->is_virtual && value->sum < 0) {
            lease(net, value->row * rows, made_by(net, stage, i), last_reader(net, stage, i),
                  &value->offset);
        }
        size_t floats = zd_op_temp_floats(net, i, stage->rows_per_item);
        temp = floats > temp ? floats : temp;
    }
    stage->peak_offset = place_leases(net->leases, net->lease_count);
    stage->temp_offset = stage->peak_offset + zd_round_floats(rows);
    return stage->temp_offset + zd_round_floats(temp);
}

zd_status zd_network_place(zd_network *net, zd_error *err)
{
    size_t slot = 0;
    net->leases = zd_alloc_zeroed(net->ctx, (size_t) net->graph.count * 2, sizeof *net->leases);
    if (net->leases == NULL) {
        return zd_fail_memory(err, "the memory plan");
    }
    net->arena_floats = place_global(net);
    for (int s = 0; s < net->stage_count; s++) {
        size_t floats = place_stage(net, &net->stages[s]);
        slot = floats > slot ? floats : slot;
    }
    zd_free(net->ctx, net->leases);
    net->leases = NULL;
    net->slot_floats = slot;
    net->slot_count = zd_pool_threads(zd_context_pool(net->ctx));
    size_t bytes;
    if (!zd_size_mul3(slot, (size_t) net->slot_count, sizeof(float), &bytes) ||
        net->arena_floats > ARENA_FLOATS_MAX || bytes / sizeof(float) > ARENA_FLOATS_MAX)
    {
        return zd_fail(err, ZD_ERR_LIMIT, "%d x %d needs too much memory", net->width, net->height);
    }
    net->arena = zd_alloc(net->ctx, net->arena_floats * sizeof(float));
    net->slots = zd_alloc(net->ctx, bytes);
    net->slot_taken = zd_alloc_zeroed(net->ctx, (size_t) net->slot_count, sizeof(atomic_flag));
    if (net->arena == NULL || net->slots == NULL || net->slot_taken == NULL) {
        return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for %zu MiB of activations",
                       (net->arena_floats * sizeof(float) + bytes) >> 20);
    }
    for (int i = 0; i < net->slot_count; i++) {
        atomic_flag_clear(&net->slot_taken[i]);
    }
    return ZD_OK;
}

void zd_network_unplan(zd_network *net)
{
    for (int i = 0; net->values != NULL && i < net->graph.count; i++) {
        zd_value *value = &net->values[i];
        zd_axis *axes[2] = { &value->across, &value->down };
        for (int a = 0; a < 2; a++) {
            zd_free(net->ctx, axes[a]->index);
            zd_free(net->ctx, axes[a]->step);
            zd_free(net->ctx, axes[a]->t);
            *axes[a] = (zd_axis){ 0 };
        }
        zd_free(net->ctx, value->position);
        value->position = NULL;
    }
    zd_free(net->ctx, net->leases);
    zd_free(net->ctx, net->arena);
    zd_free(net->ctx, net->slots);
    zd_free(net->ctx, net->slot_taken);
    zd_free(net->ctx, net->stages);
    zd_free(net->ctx, net->group_is_across);
    zd_stream_destroy(net);
    net->group_is_across = NULL;
    net->frames = 0;
    net->leases = NULL;
    net->arena = NULL;
    net->slots = NULL;
    net->slot_taken = NULL;
    net->stages = NULL;
    net->stage_count = 0;
    net->width = 0;
    net->height = 0;
}
