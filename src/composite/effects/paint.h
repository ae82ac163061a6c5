/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_PAINT_H
#define ZD_COMPOSITE_PAINT_H

/* Paint: an oil-painting look by the filter of Kuwahara (1976) with soft weights in the manner of
 * Papari et al. (2007). It is a plain filter, not a neural style transfer. Needs no nearness. */

#include "composite/effect.h"

typedef struct zd_paint {
    float brush;     /* side of the brush, fraction of the height, 0..0.05; 0 leaves as is */
    float sharpness; /* 1..16: how clearly one stroke ends and the next begins; 8 is usual */
    float levels;    /* 0: any tone; 2..64: tones are drawn towards this many levels */
} zd_paint;

ZD_MUST_USE zd_status zd_paint_apply(zd_context *ctx, const zd_paint *paint, const zd_effect_io *io,
                                     zd_error *err);

#endif
