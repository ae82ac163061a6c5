/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The picture: (rgb - mean) / std. */

#include <string.h>

#include "model/operator.h"

static void run(const zd_op_call *call)
{
    const zd_network_info *info = &call->model->info;
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = call->io->rgb + (size_t) y * call->out.row;
        float *out = zd_op_row(&call->out, y);
        if (call->io->is_normalised) {
            memcpy(out, from, call->out.row * sizeof(float));
            continue;
        }
        for (int x = 0; x < call->out.size.width; x++) {
            for (int c = 0; c < 3; c++) {
                out[x * 3 + c] = (from[x * 3 + c] - info->mean[c]) / info->std[c];
            }
        }
    }
}

static void shape(const zd_op *op, const zd_op_sizes *sizes, long long *height, long long *width)
{
    (void) op;
    *height = sizes->picture.height;
    *width = sizes->picture.width;
}

const zd_op_type zd_op_type_input = {
    .name = "input",
    .needs = ZD_OP_FIELD(C),
    .rows = ZD_ROWS_ANY,
    .shape = shape,
    .run = run,
};
