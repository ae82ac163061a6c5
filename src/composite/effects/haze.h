/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_HAZE_H
#define ZD_COMPOSITE_HAZE_H

/* Haze: air that thins out with height, and takes its light from the sky. The distance of a pixel is that of
 * a perspective camera, 1 at the nearest and `reach` at the furthest; a ray of length d that climbs to the
 * height h passes d (1 - e^-q) / q of the air of the camera's height, q = h / thickness: the integral of
 * e^-z along it. Pointwise but for the sky's colour, which is one of the whole frame. */

#include "composite/effect.h"

typedef struct zd_haze {
    float
        density; /* 0 none; 1 hides 1 - 1/e = 63 % of the furthest point at the height of the camera; up to 20 */
    float reach; /* how many times further the furthest is than the nearest, 1.5..1000 */
    float
        horizon; /* height of the camera in the frame, fraction of its height from the top, -1..2 */
    float
        thickness; /* height over which the air thins out to 1/e at the furthest, fraction of the frame, 0.02..10 */
    float sky;   /* 0: the haze's own colour; 1: that of the sky */
    float red;   /* its own colour, linear light */
    float green; /* likewise */
    float blue;  /* likewise */
} zd_haze;

ZD_MUST_USE zd_status zd_haze_apply(zd_context *ctx, const zd_haze *haze, const zd_effect_io *io,
                                    zd_error *err);

#endif
