/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_DETAIL_H
#define ZD_DEPTH_DETAIL_H

/* One plane from two runs of a network: layout from the picture at the working size, detail from the
 * same picture at twice that size, where a small network sees outlines but loses the layout.
 *
 *     out = low(coarse) + fine - low(fine)
 *
 * `low` is a Gaussian of a 48th of the height, which three box filters come near to (Kovesi, "Fast
 * almost-Gaussian filtering", DICTA 2010), so the cost does not depend on its width. */

#include "core/context.h"

/** How fine a network's depth is found. */
typedef enum zd_detail {
    ZD_DETAIL_OFF,
    ZD_DETAIL_2X, /* a second run at twice the size gives the outlines */
    ZD_DETAIL_COUNT,
} zd_detail;

/** Puts the layout of `coarse` under the detail of `fine`, in place.
 *
 *  fine    width x height values, row by row; holds the result, never below 0
 *  coarse  the same picture's plane of the same size, enlarged; becomes scratch
 *  most    the largest value of the result: 1 for a probability, INFINITY for nearness
 *
 *  Fails with ZD_ERR_NO_MEMORY. Both planes are finite. Thread-safe for different planes. */
ZD_MUST_USE zd_status zd_detail_merge(zd_context *ctx, float *fine, float *coarse, int width,
                                      int height, float most, zd_error *err);

#endif
