/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The curve kernel for eight floats at once. Built with AVX2 and without FMA, whose different
 * rounding would change the bits. */

#define ZD_LANES 8
#include "image/curve_kernel.h"

void zd_curve_apply_avx2(const zd_curve *curve, float *values, int count, bool skip_fourth)
{
    curve_apply(curve, values, count, skip_fourth);
}
