/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_STYLISE_H
#define ZD_COMPOSITE_STYLISE_H

/* Style transfer: the picture painted anew by a network, which the caller has (zd_effect_io.painter).
 * The network sees the whole picture, whatever the roi, so a rectangle has the bits of the whole. It
 * thinks in sRGB codes of 0..1: light above white becomes white. Needs no nearness. */

#include "composite/effect.h"

enum { ZD_STYLISE_LAST = 7 };

typedef struct zd_stylise {
    float style;    /* 0..7: which of the file's styles, rounded */
    float strength; /* 0..1 */
    float size;     /* 0.5..4: of the strokes */
    float
        colour; /* 0..1: how much of the picture's own colours stays, under the style's lightness */
    float steady; /* 0..1: how much of the frame before stays */
} zd_stylise;

ZD_MUST_USE zd_status zd_stylise_apply(zd_context *ctx, const zd_stylise *stylise,
                                       const zd_effect_io *io, zd_error *err);

#endif
