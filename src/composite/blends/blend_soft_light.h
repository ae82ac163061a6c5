/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_SOFT_LIGHT_H
#define ZD_COMPOSITE_BLENDS_BLEND_SOFT_LIGHT_H

/* The W3C's soft light, by its square root and its cubic below a quarter. */

#include <math.h>

#include "composite/blend_pair.h"

static inline zd_vec4 zd_blend_sqrt(zd_vec4 v)
{
    zd_vec4 root = { sqrtf(v[0]), sqrtf(v[1]), sqrtf(v[2]), sqrtf(v[3]) };
    return root;
}

static inline zd_vec4 zd_blend_lit_soft(zd_vec4 s, zd_vec4 as, zd_vec4 d, zd_vec4 ab)
{
    const zd_vec4 zero = zd_vec4_splat(0.0f);
    const zd_vec4 one = zd_vec4_splat(1.0f);
    zd_vec4 cb = d / zd_vec4_max(ab, zd_vec4_splat(1e-30f));
    zd_vec4 cubic = ((zd_vec4_splat(16.0f) * cb - zd_vec4_splat(12.0f)) * cb + zd_vec4_splat(4.0f));
    zd_vec4 root = zd_blend_sqrt(zd_vec4_max(cb, zero));
    zd_vec4 raised = zd_vec4_select(cb <= zd_vec4_splat(0.25f), cubic * cb, root);
    zd_vec4 slope = s + s - as;
    zd_vec4 darker = as * d + slope * d * zd_vec4_max(one - cb, zero);
    zd_vec4 lighter = as * d + slope * ab * zd_vec4_max(raised - cb, zero);
    return zd_vec4_select(s + s <= as, darker, lighter);
}

static inline __attribute__((always_inline)) zd_vec4 zd_blend_soft_light(const zd_blend_pair *p)
{
    return p->outside + zd_blend_lit_soft(p->s, p->as, p->d, p->ab);
}

#endif
