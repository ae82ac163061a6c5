/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a planned network: stage after stage, the items of a stage on the pool. */

#include <time.h>

#include "core/pool.h"
#include "core/size.h"
#include "model/cpu/network_internal.h"

typedef struct stage_run {
    zd_network *net;
    zd_stage *stage;
} stage_run;

size_t zd_op_temp_floats(const zd_network *net, int op, int rows)
{
    switch ((int) net->graph.ops[op].kind) {
    case ZD_OP_CONV:
    case ZD_OP_CONVT:
        return zd_conv_temp_floats(net, op, rows);
    case ZD_OP_ATTENTION:
        return zd_attention_temp_floats(net, op);
    case ZD_OP_TIME:
        return zd_across_temp_floats(net, op);
    case ZD_OP_UP2:
    case ZD_OP_RESIZE:
        return net->values[net->graph.ops[op].inputs[0]].row;
    default:
        return 0;
    }
}

/** Takes a free slot. There are as many as threads, so one is always found. */
static int take_slot(zd_network *net)
{
    for (int i = 0;; i = (i + 1) % net->slot_count) {
        if (!atomic_flag_test_and_set_explicit(&net->slot_taken[i], memory_order_acquire)) {
            return i;
        }
    }
}

static void give_slot(zd_network *net, int slot)
{
    atomic_flag_clear_explicit(&net->slot_taken[slot], memory_order_release);
}

static void run_op(const zd_band *band)
{
    if (band->net->values[band->op].is_made) {
        return;
    }
    switch ((int) band->net->graph.ops[band->op].kind) {
    case ZD_OP_CONV:
        zd_run_conv(band);
        break;
    case ZD_OP_CONVT:
        zd_run_convt(band);
        break;
    case ZD_OP_ATTENTION:
        zd_run_attention(band);
        break;
    case ZD_OP_UP2:
    case ZD_OP_RESIZE:
        zd_run_resize(band);
        break;
    case ZD_OP_TIME:
        zd_run_time(band);
        break;
    case ZD_OP_MARK:
    case ZD_OP_FIRST:
    case ZD_OP_GROUP_NORM:
    case ZD_OP_HEAD_NORM:
    case ZD_OP_ROPE:
    case ZD_OP_PLACE:
    case ZD_OP_GEGLU:
        zd_run_transformer(band);
        break;
    default:
        zd_run_simple(band);
        break;
    }
}

static void run_item(void *user, int item)
{
    const stage_run *run = user;
    zd_network *net = run->net;
    if (zd_task_cancelled(net->task)) {
        return;
    }
    int slot = take_slot(net);
    zd_peaks peaks = { .op = -1 };
    zd_band band = { .net = net, .peaks = &peaks };
    band.y0 = item * run->stage->rows_per_item;
    band.y1 = zd_int_min(band.y0 + run->stage->rows_per_item, run->stage->rows);
    band.stage_y0 = band.y0;
    band.slot = net->slots + (size_t) slot * net->slot_floats;
    band.temp = band.slot + run->stage->temp_offset;
    peaks.rows = band.slot + run->stage->peak_offset;
    for (int op = run->stage->first; op <= run->stage->last; op++) {
        band.op = op;
        run_op(&band);
        for (int i = net->values[op].pack_for; i >= 0; i = net->values[i].pack_next) {
            zd_attention_pack(net, i, band.y0, band.y1);
        }
    }
    give_slot(net, slot);
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

static void run_stage(zd_network *net, zd_stage *stage)
{
    stage_run run = { net, stage };
    double start = now(CLOCK_MONOTONIC);
    double cpu = now(CLOCK_PROCESS_CPUTIME_ID);
    if (net->is_streaming && stage->is_across) {
        zd_stream_keep(net, stage->first);
    }
    zd_pool_run(zd_context_pool(net->ctx), stage->items, run_item, &run);
    stage->seconds += now(CLOCK_MONOTONIC) - start;
    stage->cpu_seconds += now(CLOCK_PROCESS_CPUTIME_ID) - cpu;
}

zd_status zd_network_run_group(zd_network *net, int group, const zd_network_io *io,
                               const zd_task *task, zd_error *err)
{
    net->io = io;
    net->task = task;
    for (int s = 0; s < net->stage_count; s++) {
        if (net->stages[s].group == group && !zd_task_cancelled(task)) {
            run_stage(net, &net->stages[s]);
        }
    }
    return zd_task_cancelled(task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

zd_status zd_network_run(zd_network *net, const zd_network_io *io, const zd_task *task,
                         zd_error *err)
{
    if (net->width == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "the network is run before it is planned");
    }
    net->frame = 0;
    net->window = 1;
    for (int g = 0; g < net->group_count; g++) {
        ZD_TRY(zd_network_run_group(net, g, io, task, err));
    }
    net->runs++;
    return ZD_OK;
}

void zd_network_profile_start(zd_network *net)
{
    for (int s = 0; s < net->stage_count; s++) {
        net->stages[s].seconds = 0.0;
        net->stages[s].cpu_seconds = 0.0;
    }
    net->runs = 0;
}

int zd_network_stage_count(const zd_network *net)
{
    return net->stage_count;
}

zd_network_cost zd_network_stage_cost(const zd_network *net, int stage)
{
    const zd_stage *of = &net->stages[stage];
    int runs = net->runs > 0 ? net->runs : 1;
    return (zd_network_cost){ .name = net->graph.ops[of->last].name,
                              .kind = zd_op_kind_name(net->graph.ops[of->first].kind),
                              .seconds = of->seconds / runs,
                              .cpu_seconds = of->cpu_seconds / runs,
                              .flop = of->flop };
}
