/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* max(0, x) + slope min(0, x) (He et al. 2015). gain: the slopes, one for each channel. */

#include "model/operator.h"

static zd_status read(const zd_op_reader *in, zd_error *err)
{
    return zd_op_read(in, "slope", (size_t) in->op->channels, &in->out->gain, err);
}

static void run(const zd_op_call *call)
{
    int channels = call->op->channels;
    for (int y = call->y0; y < call->y1; y++) {
        const float *from = zd_op_row(&call->in[0], y);
        float *out = zd_op_row(&call->out, y);
        for (int x = 0; x < call->out.size.width; x++, from += channels, out += channels) {
            for (int c = 0; c < channels; c++) {
                out[c] = from[c] < 0.0f ? from[c] * call->data->gain[c] : from[c];
            }
        }
    }
}

const zd_op_type zd_op_type_prelu = {
    .name = "prelu",
    .low_inputs = 1,
    .high_inputs = 1,
    .allows = ZD_OP_FIELD(W),
    .read = read,
    .run = run,
};
