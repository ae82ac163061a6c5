/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The curve kernel for sixteen floats at once. Built with AVX-512 F and DQ; products
 * and sums stay separate operations (-ffp-contract=off), as one rounding would change the bits. */

#define ZD_LANES 16
#include "image/curve_kernel.h"

void zd_curve_apply_avx512(const zd_curve *curve, float *values, int count, bool skip_fourth)
{
    curve_apply(curve, values, count, skip_fourth);
}
