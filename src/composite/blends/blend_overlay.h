/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_OVERLAY_H
#define ZD_COMPOSITE_BLENDS_BLEND_OVERLAY_H

/* Hard light with the roles exchanged: the backdrop decides. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_overlay(const zd_blend_pair *p)
{
    return p->outside + zd_blend_lit_hard(p->d, p->ab, p->s, p->as);
}

#endif
