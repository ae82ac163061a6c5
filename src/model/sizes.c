/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The size of every result for a working size, and which operators run frame by frame. */

#include <assert.h>

#include "core/size.h"
#include "model/network_internal.h"
#include "model/operator.h"

/* No list of operators can make products of such sides, or sums of such tensors or of their bytes,
 * run over: a window of 16 rows with its border fits in an int, all tensors of a list in a size_t. */
#define TENSOR_SIDE_MAX   (1LL << 20)
#define ROW_FLOATS_MAX    ((size_t) 1 << 26)
#define TENSOR_FLOATS_MAX ((size_t) 1 << 31)

static zd_status fail_large(const zd_plan *plan, const zd_op *op, zd_error *err)
{
    return zd_fail(err, ZD_ERR_LIMIT, "tensor '%s' is too large at %d x %d", op->name, plan->width,
                   plan->height);
}

static zd_status size_of(const zd_network_model *model, int index, zd_plan *plan, zd_error *err)
{
    const zd_op *op = &model->graph.ops[index];
    const zd_op_type *type = zd_op_type_of(op);
    zd_op_size picture = { plan->height, plan->width };
    zd_op_sizes sizes = zd_op_sizes_of(&model->graph, plan->sizes, index, picture);
    long long height = sizes.from[0].height;
    long long width = sizes.from[0].width;
    size_t row;
    size_t floats;
    if (type->shape != NULL) {
        type->shape(op, &sizes, &height, &width);
    }
    if (height < 1 || width < 1) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "a picture of %d x %d is too small for '%s'",
                       plan->width, plan->height, op->name);
    }
    if (height > TENSOR_SIDE_MAX || width > TENSOR_SIDE_MAX) {
        return fail_large(plan, op, err);
    }
    plan->sizes[index] = (zd_op_size){ (int) height, (int) width };
    if (type->fits != NULL && !type->fits(op, &sizes, plan->sizes[index])) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the inputs of '%s' do not fit at %d x %d",
                       op->name, plan->width, plan->height);
    }
    if (!zd_size_mul((size_t) width, (size_t) op->channels, &row) ||
        !zd_size_mul(row, (size_t) height, &floats) || row > ROW_FLOATS_MAX ||
        floats > TENSOR_FLOATS_MAX)
    {
        return fail_large(plan, op, err);
    }
    return ZD_OK;
}

static void find_groups(const zd_graph *graph, zd_plan *plan)
{
    bool begins = false; /* what comes next */
    int group = 0;
    plan->sees_frames[0] = false;
    for (int i = 0; i < graph->count; i++) {
        const zd_op *op = &graph->ops[i];
        const zd_op_type *type = zd_op_type_of(op);
        begins = begins || op->kind == ZD_OP_HOLD;
        if (!type->is_view) {
            if (i > 0 && (begins || type->sees_frames)) {
                plan->sees_frames[++group] = type->sees_frames;
            }
            begins = type->sees_frames;
        }
        plan->groups[i] = group;
    }
    plan->group_count = group + 1;
    assert(plan->group_count >= 1 && plan->group_count <= graph->count);
}

zd_status zd_plan_make(const zd_network_model *model, int width, int height, int frames,
                       zd_plan *plan, zd_error *err)
{
    assert(width > 0 && height > 0 && frames >= 1 && frames <= ZD_NETWORK_WINDOW);
    plan->width = width;
    plan->height = height;
    plan->frames = frames;
    for (int i = 0; i < model->graph.count; i++) {
        ZD_TRY(size_of(model, i, plan, err));
    }
    find_groups(&model->graph, plan);
    return ZD_OK;
}
