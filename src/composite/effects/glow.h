/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_GLOW_H
#define ZD_COMPOSITE_GLOW_H

/* Glow by depth: the light of what is bright runs over its surroundings, by as much as its depth says; so lamps
 * in the distance glow and a shirt in front does not. */

#include "composite/effect.h"

typedef struct zd_glow {
    float amount;    /* 0..10 */
    float far;       /* how much of what is furthest glows, 0..1 */
    float near;      /* and of what is nearest */
    float threshold; /* brightness from which on something glows, linear, 0..10 */
    float radius;    /* of the light's fall, fraction of the frame's height, 0.001..0.1 */
} zd_glow;

ZD_MUST_USE zd_status zd_glow_apply(zd_context *ctx, const zd_glow *glow, const zd_effect_io *io,
                                    zd_error *err);

#endif
