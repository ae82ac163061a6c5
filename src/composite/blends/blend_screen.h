/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_SCREEN_H
#define ZD_COMPOSITE_BLENDS_BLEND_SCREEN_H

/* 1 - (1 - cs) (1 - cb). */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_screen(const zd_blend_pair *p)
{
    return p->s + p->d - zd_vec4_min(p->s, p->as) * zd_vec4_min(p->d, p->ab);
}

#endif
