/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* For processors with AVX2; built with -mavx2, without contraction. */

#include "matte/layer_window.h"

void zd_layer_window_sum_avx2(const zd_layer_window *window, float totals[2][ZD_SUM_COUNT])
{
    zd_layer_window_sum_body(window, totals);
}
