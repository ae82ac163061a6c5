/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_CURVE_KERNEL_H
#define ZD_IMAGE_CURVE_KERNEL_H

/* The body of the curve kernels for a vector of ZD_LANES floats, which the including file defines.
 *
 * x^p = 2^(p log2 x). The logarithm takes x apart into 2^e * m with m in sqrt(1/2)..sqrt(2) and
 * uses the odd series in s = (m - 1) / (m + 1); the exponential takes apart n + f with |f| <= 1/2.
 * Both polynomials are least-maximum fits with relative errors of 7e-10 and 2e-9. */

#include <stdint.h>
#include <string.h>

#include "image/colour_fast.h"

typedef float lanes __attribute__((vector_size(4 * ZD_LANES)));
typedef int32_t int_lanes __attribute__((vector_size(4 * ZD_LANES)));

static inline __attribute__((always_inline)) lanes splat(float value)
{
    return value - (lanes){ 0.0f };
}

static inline __attribute__((always_inline)) lanes choose(int_lanes mask, lanes yes, lanes no)
{
    return (lanes) ((mask & (int_lanes) yes) | (~mask & (int_lanes) no));
}

static inline __attribute__((always_inline)) lanes log2_lanes(lanes x)
{
    int_lanes bits = (int_lanes) x;
    int_lanes exponent = (bits - 0x3f3504f3) >> 23;
    lanes m = (lanes) (bits - (exponent << 23));
    lanes s = (m - 1.0f) / (m + 1.0f);
    lanes z = s * s;
    lanes series = ((0.4317358732223511f * z + 0.5767143964767456f) * z + 0.9617988467216492f) * z +
                   2.885390043258667f;
    return __builtin_convertvector(exponent, lanes) + s * series;
}

static inline __attribute__((always_inline)) lanes exp2_lanes(lanes x)
{
    const lanes lowest = splat(-126.0f);
    const lanes rounder = splat(12582912.0f); /* 1.5 * 2^23: adding it rounds to a whole number */
    x = choose(x > lowest, x, lowest);
    lanes shifted = x + rounder;
    lanes f = x - (shifted - rounder);
    int_lanes whole = (int_lanes) shifted - (int_lanes) rounder;
    lanes y = 0.00015353361959569156f * f + 0.0013398875016719103f;
    y = y * f + 0.00961843691766262f;
    y = y * f + 0.055503323674201965f;
    y = y * f + 0.24022647738456726f;
    y = y * f + 0.6931471824645996f;
    y = y * f + 1.0f;
    return y * (lanes) ((whole + 127) << 23);
}

static inline __attribute__((always_inline)) void curve_apply(const zd_curve *curve, float *values,
                                                              int count, bool skip_fourth)
{
    int_lanes kept;
    for (int i = 0; i < ZD_LANES; i++) {
        kept[i] = skip_fourth && i % 4 == 3 ? -1 : 0;
    }
    for (int i = 0; i < count; i += ZD_LANES) {
        lanes v;
        memcpy(&v, values + i, sizeof v);
        int_lanes sign = (int_lanes) v & INT32_MIN;
        lanes size = (lanes) ((int_lanes) v & INT32_MAX);
        lanes straight = size * curve->linear_slope;
        lanes base = size * curve->pre_scale + curve->pre_offset;
        lanes power = exp2_lanes(curve->power * log2_lanes(base));
        lanes bent = power * curve->post_scale + curve->post_offset;
        lanes y = choose(size < curve->linear_end, straight, bent);
        y = (lanes) ((int_lanes) y | sign);
        y = choose(kept, v, y);
        memcpy(values + i, &y, sizeof y);
    }
}

#endif
