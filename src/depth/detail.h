/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_DETAIL_H
#define ZD_DEPTH_DETAIL_H

/* One plane from two runs of a network: layout from the picture at the working size, detail from the
 * same picture at twice that size, where a small network sees outlines but loses the layout. The small
 * picture is seen mirrored, too, and both are averaged: a network errs otherwise on either.
 *
 *     out = low(coarse) + fine - low(fine)
 *
 * `low` is a Gaussian of a 48th of the height, which three box filters come near to (Kovesi, "Fast
 * almost-Gaussian filtering", DICTA 2010), so the cost does not depend on its width.
 *
 * A probability is seen well at both sizes, and each errs by itself: its odds are the geometric mean of both
 * (a logarithmic pool of opinions: Genest and Zidek, "Combining Probability Distributions", Statistical
 * Science 1986).
 *
 * And one plane from two networks: levels from one that is steady over time, outlines from one that sees a
 * single picture well,
 *
 *     out = steady + r (low(steady) + a (fine - low(fine)) - steady)
 *
 * with a and r, the ratio of deviations and the squared correlation of both within `low`, found as a guided
 * filter finds its lines (He, Sun, Tang, "Guided Image Filtering", PAMI 2013). */

#include "core/context.h"

/** How fine a network's depth is found. */
typedef enum zd_detail {
    ZD_DETAIL_AUTO, /* as 2X of a still by a network that is quick, else as OFF */
    ZD_DETAIL_OFF,
    ZD_DETAIL_2X, /* a second run at twice the size gives the outlines; of a network for video, one of
                     a network for stills */
    ZD_DETAIL_COUNT,
} zd_detail;

/** Puts the layout of `coarse` under the detail of `fine`, in place.
 *
 *  fine    width x height values, row by row; holds the result, never below 0
 *  coarse  the same picture's plane of the same size, enlarged; becomes scratch
 *
 *  Fails with ZD_ERR_NO_MEMORY. Both planes are finite. Thread-safe for different planes. */
ZD_MUST_USE zd_status zd_detail_merge(zd_context *ctx, float *fine, float *coarse, int width,
                                      int height, zd_error *err);

/** Pools two probabilities of the same things, 0..1, in place: the odds of the result, in `fine`, are the
 *  geometric mean of both. 0 against 1 is a half. Thread-safe for different planes. */
void zd_detail_pool(float *fine, const float *coarse, ptrdiff_t samples);

/** The mean of two planes, in `plane`. Thread-safe for different planes. */
void zd_detail_mean(float *plane, const float *other, ptrdiff_t samples);

/** Puts the outlines of `fine` into `steady`, in place. The scale and shift of `fine`, over the picture and
 *  from frame to frame, do not matter. Where the two do not agree `steady` stays: what only one frame's
 *  look shows does not come in.
 *
 *  steady  width x height values, row by row, enlarged smoothly; holds the result, never below 0
 *  fine    the still network's plane of the same picture and size; becomes scratch
 *
 *  Fails with ZD_ERR_NO_MEMORY. Both planes are finite. Thread-safe for different planes. */
ZD_MUST_USE zd_status zd_detail_fuse(zd_context *ctx, float *steady, float *fine, int width,
                                     int height, zd_error *err);

#endif
