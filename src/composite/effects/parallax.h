/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_PARALLAX_H
#define ZD_COMPOSITE_PARALLAX_H

/* Parallax: the camera moves a little beside where it stood. Keys on its place make a move out of a still. */

#include "composite/effect.h"

typedef struct zd_parallax {
    float
        x; /* how far the nearest moves right against the furthest, fraction of the frame's height, -0.1..0.1 */
    float y;    /* and down */
    float zoom; /* how much it grows, -0.3..0.3 */
    float zero; /* normalised depth that stays in its place, 0..1 */
} zd_parallax;

ZD_MUST_USE zd_status zd_parallax_apply(zd_context *ctx, const zd_parallax *parallax,
                                        const zd_effect_io *io, zd_error *err);

#endif
