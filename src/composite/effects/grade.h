/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_GRADE_H
#define ZD_COMPOSITE_GRADE_H

/* Grade: exposure, lift, gamma, gain, saturation, in this order, on linear light with the alpha
 * divided out. Needs no nearness. Pointwise. */

#include "composite/effect.h"

typedef struct zd_grade {
    float exposure;   /* stops, -10..10; 0 leaves as is */
    float lift[3];    /* added to black, -1..1; white stays; 0 leaves as is */
    float gamma[3];   /* 0.01..10; the result is value^(1/gamma); 1 leaves as is */
    float gain[3];    /* factor, 0..10; 1 leaves as is */
    float saturation; /* 0 gray (BT.709 luminance), 1 leaves as is, up to 4 */
} zd_grade;

/** The grade that changes nothing. */
zd_grade zd_grade_neutral(void);

ZD_MUST_USE zd_status zd_grade_apply(zd_context *ctx, const zd_grade *grade, const zd_effect_io *io,
                                     zd_error *err);

#endif
