/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_COLOUR_FAST_H
#define ZD_IMAGE_COLOUR_FAST_H

/* Rows of transfer functions at speed. Only for files of this folder and their tests.
 *
 * Every curve here is a straight piece near black and a power above it. The kernels give the same
 * bits for any vector width; they are within 2e-6 * max(1, |result|) of the scalar functions. */

#include <stdbool.h>

#include "image/colour.h"

typedef struct zd_curve {
    float linear_end; /* below: value * linear_slope */
    float linear_slope;
    float pre_scale;  /* from there: post_scale * (pre_scale * value + pre_offset)^power */
    float pre_offset; /*             + post_offset */
    float power;
    float post_scale;
    float post_offset;
} zd_curve;

/** False for a transfer that is not such a curve (linear, PQ, HLG). */
bool zd_curve_find(zd_transfer transfer, bool encode, zd_curve *out);

/** Applies the curve to `count` floats with odd symmetry. With `skip_fourth` every fourth float
 *  stays as it is. All values must be finite and within +-65536. `count` is a multiple of 16. */
typedef void (*zd_curve_kernel)(const zd_curve *curve, float *values, int count, bool skip_fourth);

void zd_curve_apply_c(const zd_curve *curve, float *values, int count, bool skip_fourth);
#if defined(__x86_64__)
void zd_curve_apply_avx2(const zd_curve *curve, float *values, int count, bool skip_fourth);
void zd_curve_apply_avx512(const zd_curve *curve, float *values, int count, bool skip_fourth);
#endif

#endif
