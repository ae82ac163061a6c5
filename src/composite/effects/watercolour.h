/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_WATERCOLOUR_H
#define ZD_COMPOSITE_WATERCOLOUR_H

/* Watercolour: pigment that flows to the rim of each wash and settles in the paper's grain, as in
 * Bousseau, Kaplan, Thollot and Sillion, "Interactive watercolor rendering" (2006), section 4. Laid over
 * zpaint, which makes the washes. Needs no nearness.
 */

#include "composite/effect.h"

typedef struct zd_watercolour {
    float rim;   /* width of a wash's dark rim, fraction of the height, 0.0005..0.01 */
    float edges; /* 0..4: how much pigment gathers there */
    float grain; /* size of the paper's grain, fraction of the height, 0..0.02; 0 smooth */
    float rough; /* 0..1: how much pigment the grain takes */
    float wash;  /* 0..1: how light everything becomes, as water thins it */
} zd_watercolour;

ZD_MUST_USE zd_status zd_watercolour_apply(zd_context *ctx, const zd_watercolour *watercolour,
                                           const zd_effect_io *io, zd_error *err);

#endif
