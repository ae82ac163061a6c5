/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_NORMAL_H
#define ZD_COMPOSITE_BLENDS_BLEND_NORMAL_H

/* The source over the backdrop. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_normal(const zd_blend_pair *p)
{
    return p->over;
}

#endif
