/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_LIGHTEN_H
#define ZD_COMPOSITE_BLENDS_BLEND_LIGHTEN_H

/* The lighter of the two. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_lighten(const zd_blend_pair *p)
{
    return p->outside + zd_vec4_max(p->s * p->ab, p->d * p->as);
}

#endif
