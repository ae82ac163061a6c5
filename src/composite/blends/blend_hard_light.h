/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_HARD_LIGHT_H
#define ZD_COMPOSITE_BLENDS_BLEND_HARD_LIGHT_H

/* Multiply where the source is dark, screen where it is light. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_hard_light(const zd_blend_pair *p)
{
    return p->outside + zd_blend_lit_hard(p->s, p->as, p->d, p->ab);
}

#endif
