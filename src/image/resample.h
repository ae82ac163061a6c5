/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_RESAMPLE_H
#define ZD_IMAGE_RESAMPLE_H

/* Resizing of float32 pictures, separable, with half-pixel centres and clamped borders. When a side
 * shrinks the filter is widened by the same factor, so that nothing aliases. */

#include "image/image.h"

typedef enum zd_resample_filter {
    ZD_RESAMPLE_LINEAR, /* triangle; never overshoots */
    ZD_RESAMPLE_CUBIC,  /* Catmull-Rom (Keys 1981, a = -1/2); sharp, may overshoot */
} zd_resample_filter;

/** Resizes `from` into `to`: float32, equal channel counts. Colours must be premultiplied where
 *  there is alpha. The result has the same bits for any number of threads. */
ZD_MUST_USE zd_status zd_resample(zd_context *ctx, zd_resample_filter filter, zd_view from,
                                  zd_view to, zd_error *err);

#endif
