/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_RELIGHT_H
#define ZD_COMPOSITE_RELIGHT_H

/* Relight: a light of one's own on the surface that the depth map describes. What faces the camera stays
 * as bright as it was filmed; what turns to the light gains, what turns away loses.
 */

#include "composite/effect.h"

typedef struct zd_relight {
    float x;         /* where the light stands, fractions of the frame's width and height; */
    float y;         /* may lie outside, -2..3 */
    float height;    /* how far before the picture, fraction of the frame's height, 0.05..4 */
    float relief;    /* depth of the whole range, fraction of the frame's height, 0..2 */
    float smooth;    /* blur of the surface, fraction of the height, 0..0.02 */
    float amount;    /* 0..2 */
    float colour[3]; /* of the light's gain, linear, 0..10 */
} zd_relight;

ZD_MUST_USE zd_status zd_relight_apply(zd_context *ctx, const zd_relight *relight,
                                       const zd_effect_io *io, zd_error *err);

#endif
