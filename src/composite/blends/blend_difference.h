/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_DIFFERENCE_H
#define ZD_COMPOSITE_BLENDS_BLEND_DIFFERENCE_H

/* |cs - cb|. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_difference(const zd_blend_pair *p)
{
    return p->s + p->d - zd_vec4_splat(2.0f) * zd_vec4_min(p->s * p->ab, p->d * p->as);
}

#endif
