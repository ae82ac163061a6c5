/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_FOG_H
#define ZD_COMPOSITE_FOG_H

/* Fog: light of the fog's colour scattered between the camera and what is seen, by the law of
 * Beer and Lambert over the depth. Pointwise. */

#include "composite/effect.h"

typedef struct zd_fog {
    float colour[3]; /* linear light */
    float density;   /* 0 none; 1 hides 1 - 1/e = 63 % of the furthest point; up to 20 */
    float near;    /* normalised nearness at which the fog begins, 0..1; 1: at the nearest point */
    float falloff; /* > 0: 1 even fog; larger gathers it in the distance */
} zd_fog;

ZD_MUST_USE zd_status zd_fog_apply(zd_context *ctx, const zd_fog *fog, const zd_effect_io *io,
                                   zd_error *err);

#endif
