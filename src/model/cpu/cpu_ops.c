/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The operators that this backend computes in its own way, with the kernels. Others are computed by
 * their own files (model/ops). */

#include "model/cpu/runner_internal.h"

static const zd_runner_own own_ops[ZD_OP_KINDS] = {
    [ZD_OP_CONV] = { zd_run_conv, zd_conv_temp_floats, zd_conv_pack },
    [ZD_OP_CONVT] = { zd_run_convt, zd_conv_temp_floats, zd_conv_pack },
    [ZD_OP_ADD] = { zd_run_pair },
    [ZD_OP_MUL] = { zd_run_pair },
    [ZD_OP_UP2] = { zd_run_resize, zd_resize_temp_floats },
    [ZD_OP_RESIZE] = { zd_run_resize, zd_resize_temp_floats },
    [ZD_OP_NORM] = { zd_run_norm },
    [ZD_OP_GROUP_NORM] = { zd_run_groupnorm, zd_groupnorm_temp_floats },
    [ZD_OP_HEAD_NORM] = { zd_run_headnorm },
    [ZD_OP_GEGLU] = { zd_run_geglu },
    [ZD_OP_TIME] = { zd_run_time, zd_across_temp_floats },
    [ZD_OP_VIEWS] = { zd_run_views, zd_views_temp_floats },
    [ZD_OP_ATTENTION] = { zd_run_attention, zd_attention_temp_floats },
    [ZD_OP_OUTPUT] = { zd_run_output },
};

const zd_runner_own *zd_runner_op(const zd_op *op)
{
    return &own_ops[op->kind];
}
