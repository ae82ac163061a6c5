/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_BLENDS_BLEND_MULTIPLY_H
#define ZD_COMPOSITE_BLENDS_BLEND_MULTIPLY_H

/* cs cb. */

#include "composite/blend_pair.h"

static inline __attribute__((always_inline)) zd_vec4 zd_blend_multiply(const zd_blend_pair *p)
{
    return p->outside + p->s * p->d;
}

#endif
