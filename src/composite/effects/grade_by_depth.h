/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_GRADE_BY_DEPTH_H
#define ZD_COMPOSITE_GRADE_BY_DEPTH_H

/* Grade by depth: exposure, saturation and warmth, each a curve over the depth through three values: at the
 * furthest, in the middle, at the nearest. Pointwise. */

#include "composite/effect.h"

typedef struct zd_grade_by_depth {
    float middle;        /* normalised depth of the middle, 0.01..0.99 */
    float exposure[3];   /* far, middle, near: -10..10 stops */
    float saturation[3]; /* far, middle, near: 0 gray, 1 as it is, ..4 */
    float warmth[3];     /* far, middle, near: -2..2: stops that red gains and blue loses, halved */
} zd_grade_by_depth;

ZD_MUST_USE zd_status zd_grade_by_depth_apply(zd_context *ctx, const zd_grade_by_depth *grade,
                                              const zd_effect_io *io, zd_error *err);

#endif
