/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLEND_KERNEL_H
#define ZD_COMPOSITE_BLEND_KERNEL_H

/* One pixel laid on another, by the formula of a mode; see blend_pair.h. */

#include "composite/blend.h"
#include "image/vec4.h"

#define ZD_BLEND_CASE(id, function, word) \
case ZD_BLEND_##id:                       \
    colour = zd_blend_##function(&pair);  \
    break;

/** One pixel; `blend` is a constant where this is inlined. */
static inline __attribute__((always_inline)) zd_vec4 zd_blend_kernel(zd_blend blend, zd_vec4 s,
                                                                     zd_vec4 d)
{
    const zd_vec4 one = zd_vec4_splat(1.0f);
    zd_blend_pair pair = { .s = s, .as = zd_vec4_alpha(s), .d = d, .ab = zd_vec4_alpha(d) };
    pair.over = s + d * (one - pair.as);
    pair.outside = s * (one - pair.ab) + d * (one - pair.as);
    zd_vec4 colour = pair.over;
    switch (blend) {
        ZD_BLENDS(ZD_BLEND_CASE)
    case ZD_BLEND_COUNT:
        break;
    }
    return zd_vec4_with_alpha(colour, pair.over);
}

#endif
