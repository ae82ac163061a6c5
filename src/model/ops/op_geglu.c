/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The first half of the channels times the GELU of the second (Shazeer 2020). */

#include "model/operator.h"

static const char *complete(zd_op *op, const zd_op *ops)
{
    (void) ops;
    bool is_even = op->channels % 2 == 0;
    op->channels /= 2;
    return is_even ? NULL : "an odd number of channels in";
}

static void run(const zd_op_call *call)
{
    int channels = call->op->channels;
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y);
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++, from += 2 * channels, out += channels) {
            for (int c = 0; c < channels; c++) {
                out[c] = from[c] * zd_op_activate(ZD_ACT_GELU, from[channels + c]);
            }
        }
    }
}

const zd_op_type zd_op_type_geglu = {
    .name = "geglu",
    .low_inputs = 1,
    .high_inputs = 1,
    .complete = complete,
    .run = run,
};
