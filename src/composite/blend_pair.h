/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLEND_PAIR_H
#define ZD_COMPOSITE_BLEND_PAIR_H

/* What a blend formula works on: premultiplied pixels. With S = as*cs, D = ab*cb, the W3C's
 *
 *     co = as*(1-ab)*cs + ab*(1-as)*cb + as*ab*B(cb, cs)
 *
 * becomes S*(1-ab) + D*(1-as) + X where X = as*ab*B is written without a division wherever B
 * allows. Products of two complements are kept from turning round above 1 by bounding a factor. */

#include "image/vec4.h"

typedef struct zd_blend_pair {
    zd_vec4 s;  /* the source, RGBA */
    zd_vec4 as; /* its alpha, four times */
    zd_vec4 d;  /* the backdrop */
    zd_vec4 ab;
    zd_vec4 over;    /* s + d (1 - as) */
    zd_vec4 outside; /* s (1 - ab) + d (1 - as): what is not in both */
} zd_blend_pair;

/** as*ab*screen(x, y), where ax and ay are the alphas of x and y. */
static inline zd_vec4 zd_blend_screened(zd_vec4 x, zd_vec4 ax, zd_vec4 y, zd_vec4 ay)
{
    return ay * x + ax * y - zd_vec4_min(x, ax) * zd_vec4_min(y, ay);
}

/** as*ab*hard-light: `by` decides between multiply and screen. Overlay is the same with the roles
 *  of the two exchanged. */
static inline zd_vec4 zd_blend_lit_hard(zd_vec4 by, zd_vec4 a_by, zd_vec4 on, zd_vec4 a_on)
{
    zd_vec4 twice = by + by;
    zd_vec4 light = zd_blend_screened(on, a_on, twice - a_by, a_by);
    return zd_vec4_select(twice <= a_by, twice * on, light);
}

#endif
