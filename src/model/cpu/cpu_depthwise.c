/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The convolution that filters each channel by itself, of mobile networks. Its arithmetic is little
 * beside the loads, so it runs on a band that is loaded once with its border, panel by panel. */

#include "core/size.h"
#include "model/cpu/runner_internal.h"

void zd_run_depthwise(const zd_band *band)
{
    const zd_runner *cpu = band->cpu;
    const zd_op *op = &cpu->graph->ops[band->op];
    const zd_value *value = &cpu->values[band->op];
    const zd_value *from = &cpu->values[op->inputs[0]];
    ptrdiff_t channels = op->channels;
    ptrdiff_t row = ((ptrdiff_t) from->width + 2 * op->padding) * channels;
    int rows = zd_window_rows(op, band->y1 - band->y0);
    float *loaded = band->temp;
    zd_conv_load_band(band, rows, (size_t) row, loaded,
                      loaded + zd_round_floats((size_t) row * (size_t) rows));
    for (int y = band->y0; y < band->y1; y++) {
        for (int panel = 0; panel < value->packed.panels; panel++) {
            int first = panel * ZD_PANEL;
            zd_depthwise of = {
                .a = loaded + (y - band->y0) * op->stride * row + first,
                .step = op->stride * channels,
                .tap_step = channels,
                .row_step = row,
                .kernel = op->kernel,
                .weights = value->packed.f32 + (size_t) (first * value->packed.depth),
                .bias = value->packed.bias != NULL ? value->packed.bias + first : NULL,
                .c = zd_value_row(band, band->op, y) + first,
                .c_step = channels,
                .columns = zd_int_min(ZD_PANEL, op->channels - first),
            };
            cpu->kernels->depthwise(&of, value->width);
        }
    }
}
