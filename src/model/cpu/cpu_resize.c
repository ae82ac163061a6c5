/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Bilinear enlargement, row by row. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"
#include "model/cpu/runner_internal.h"

static zd_status allocate_axis(zd_context *ctx, zd_axis *axis, int size, zd_error *err)
{
    axis->index = zd_alloc(ctx, (size_t) size * sizeof(int));
    axis->step = zd_alloc(ctx, (size_t) size * sizeof(int));
    axis->t = zd_alloc(ctx, (size_t) size * sizeof(float));
    return axis->index != NULL && axis->step != NULL && axis->t != NULL
               ? ZD_OK
               : zd_fail_memory(err, "an enlargement");
}

static void fill_axis(zd_axis *axis, const zd_op *op, int from, int to)
{
    for (int i = 0; i < to; i++) {
        zd_op_sample at = zd_op_sample_at(op, i, from, to);
        axis->index[i] = at.index;
        axis->step[i] = at.step;
        axis->t[i] = at.t;
    }
}

zd_status zd_runner_prepare_resize(zd_runner *cpu, zd_error *err)
{
    for (int i = 0; i < cpu->graph->count; i++) {
        const zd_op *op = &cpu->graph->ops[i];
        zd_value *value = &cpu->values[i];
        if (op->kind != ZD_OP_RESIZE && op->kind != ZD_OP_UP2) {
            continue;
        }
        const zd_value *from = &cpu->values[op->inputs[0]];
        ZD_TRY(allocate_axis(cpu->ctx, &value->across, value->width, err));
        ZD_TRY(allocate_axis(cpu->ctx, &value->down, value->height, err));
        fill_axis(&value->across, op, from->width, value->width);
        fill_axis(&value->down, op, from->height, value->height);
    }
    return ZD_OK;
}

void zd_resize_row(const zd_runner *cpu, int op, int y, float *temp, float *out)
{
    const zd_value *value = &cpu->values[op];
    assert(y >= 0 && y < value->height);
    int source = cpu->graph->ops[op].inputs[0];
    const zd_value *from = &cpu->values[source];
    const float *top = zd_value_data(cpu, source) + (size_t) value->down.index[y] * from->row;
    const float *bottom = top + (size_t) value->down.step[y] * from->row;
    cpu->kernels->mix(top, bottom, (int) from->row, value->down.t[y], temp);
    cpu->kernels->stretch(temp, cpu->graph->ops[op].channels, &value->across, value->width, out);
}

void zd_run_resize(const zd_band *band)
{
    for (int y = band->y0; y < band->y1; y++) {
        float *out = zd_value_row(band, band->op, y);
        zd_resize_row(band->cpu, band->op, y, band->temp, out);
        zd_apply_act(band->cpu->kernels, band->cpu->graph->ops[band->op].act, out,
                     band->cpu->values[band->op].row);
    }
}

size_t zd_resize_temp_floats(const zd_runner *cpu, int op, int rows)
{
    (void) rows;
    return cpu->values[cpu->graph->ops[op].inputs[0]].row;
}
