/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLEND_KERNEL_H
#define ZD_COMPOSITE_BLEND_KERNEL_H

/* The blend formulas on premultiplied pixels. With S = as*cs, D = ab*cb, the W3C's
 *
 *     co = as*(1-ab)*cs + ab*(1-as)*cb + as*ab*B(cb, cs)
 *
 * becomes S*(1-ab) + D*(1-as) + X where X = as*ab*B is written without a division wherever B
 * allows. Products of two complements are kept from turning round above 1 by bounding a factor. */

#include <math.h>

#include "composite/blend.h"
#include "image/vec4.h"

/* as*ab*screen(x, y), where ax and ay are the alphas of x and y. */
static inline zd_vec4 zd_blend_kernel_screen(zd_vec4 x, zd_vec4 ax, zd_vec4 y, zd_vec4 ay)
{
    return ay * x + ax * y - zd_vec4_min(x, ax) * zd_vec4_min(y, ay);
}

/* as*ab*hard-light: `by` decides between multiply and screen. Overlay is the same with the roles
 * of the two exchanged. */
static inline zd_vec4 zd_blend_kernel_hard_light(zd_vec4 by, zd_vec4 a_by, zd_vec4 on, zd_vec4 a_on)
{
    zd_vec4 twice = by + by;
    zd_vec4 light = zd_blend_kernel_screen(on, a_on, twice - a_by, a_by);
    return zd_vec4_select(twice <= a_by, twice * on, light);
}

static inline zd_vec4 zd_blend_kernel_sqrt(zd_vec4 v)
{
    return (zd_vec4){ sqrtf(v[0]), sqrtf(v[1]), sqrtf(v[2]), sqrtf(v[3]) };
}

static inline zd_vec4 zd_blend_kernel_soft_light(zd_vec4 s, zd_vec4 as, zd_vec4 d, zd_vec4 ab)
{
    const zd_vec4 zero = zd_vec4_splat(0.0f);
    const zd_vec4 one = zd_vec4_splat(1.0f);
    zd_vec4 cb = d / zd_vec4_max(ab, zd_vec4_splat(1e-30f));
    zd_vec4 cubic = ((zd_vec4_splat(16.0f) * cb - zd_vec4_splat(12.0f)) * cb + zd_vec4_splat(4.0f));
    zd_vec4 root = zd_blend_kernel_sqrt(zd_vec4_max(cb, zero));
    zd_vec4 raised = zd_vec4_select(cb <= zd_vec4_splat(0.25f), cubic * cb, root);
    zd_vec4 slope = s + s - as;
    zd_vec4 darker = as * d + slope * d * zd_vec4_max(one - cb, zero);
    zd_vec4 lighter = as * d + slope * ab * zd_vec4_max(raised - cb, zero);
    return zd_vec4_select(s + s <= as, darker, lighter);
}

/** One pixel; `blend` is a constant where this is inlined. */
static inline __attribute__((always_inline)) zd_vec4 zd_kernel_blend(zd_blend blend, zd_vec4 s,
                                                                     zd_vec4 d)
{
    const zd_vec4 one = zd_vec4_splat(1.0f);
    zd_vec4 as = zd_vec4_alpha(s);
    zd_vec4 ab = zd_vec4_alpha(d);
    zd_vec4 over = s + d * (one - as);
    zd_vec4 outside = s * (one - ab) + d * (one - as);
    zd_vec4 colour = over;
    switch (blend) {
    case ZD_BLEND_ADD:
        colour = s + d;
        break;
    case ZD_BLEND_SCREEN:
        colour = s + d - zd_vec4_min(s, as) * zd_vec4_min(d, ab);
        break;
    case ZD_BLEND_MULTIPLY:
        colour = outside + s * d;
        break;
    case ZD_BLEND_OVERLAY:
        colour = outside + zd_blend_kernel_hard_light(d, ab, s, as);
        break;
    case ZD_BLEND_SOFT_LIGHT:
        colour = outside + zd_blend_kernel_soft_light(s, as, d, ab);
        break;
    case ZD_BLEND_HARD_LIGHT:
        colour = outside + zd_blend_kernel_hard_light(s, as, d, ab);
        break;
    case ZD_BLEND_DARKEN:
        colour = outside + zd_vec4_min(s * ab, d * as);
        break;
    case ZD_BLEND_LIGHTEN:
        colour = outside + zd_vec4_max(s * ab, d * as);
        break;
    case ZD_BLEND_DIFFERENCE:
        colour = s + d - zd_vec4_splat(2.0f) * zd_vec4_min(s * ab, d * as);
        break;
    case ZD_BLEND_NORMAL:
    case ZD_BLEND_COUNT:
        return over;
    }
    return zd_vec4_with_alpha(colour, over);
}

#endif
