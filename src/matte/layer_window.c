/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* For any processor. */

#include "matte/layer_window.h"

void zd_layer_window_sum_c(const zd_layer_window *window, float totals[2][ZD_SUM_COUNT])
{
    zd_layer_window_sum_body(window, totals);
}
