/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_PREPROCESS_H
#define ZD_DEPTH_PREPROCESS_H

/* From a frame to a network's working picture: its size, and the scaling exactly as the networks
 * were trained with. */

#include "image/image.h"
#include "model/network.h"

typedef enum zd_scaler {
    ZD_SCALER_CUBIC, /* A = -0.75, half-pixel centres, edges repeated, no antialiasing, no clamp */
    ZD_SCALER_AREA,  /* mean of the covered rectangle; bilinear where a side grows */
} zd_scaler;

/** The working size for pictures of a size: the short side becomes `short_side` (0: the
 *  network's own), the aspect is kept as far as multiples allow. Pictures longer than eight times
 *  their short side are worked on at eight times. */
ZD_MUST_USE zd_status zd_working_size(const zd_network_info *network, int short_side, int width,
                                      int height, int *out_width, int *out_height, zd_error *err);

/** Scales the RGB of `from` (float32, 3 or 4 channels) to `to` (RGB float32). Samples of `from`
 *  outside 0..1 are limited to it; what is not a number counts as 0. */
ZD_MUST_USE zd_status zd_scale_picture(zd_context *ctx, zd_view from, zd_scaler scaler, zd_view to,
                                       zd_error *err);

#endif
