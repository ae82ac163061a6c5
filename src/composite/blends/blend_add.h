/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_ADD_H
#define ZD_COMPOSITE_BLENDS_BLEND_ADD_H

/* Light on light. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_add(const zd_blend_pair *p)
{
    return p->s + p->d;
}

#endif
