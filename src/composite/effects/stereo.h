/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_STEREO_H
#define ZD_COMPOSITE_STEREO_H

/* Stereo: two eyes out of one picture and its depth. Near the middle of the depth things stand on the screen,
 * nearer ones before it. Whatever is asked for, no parallax exceeds the comfort limit. */

#include "composite/effect.h"

typedef struct zd_stereo {
    float
        depth; /* parallax between the furthest and the nearest, fraction of the frame's width, 0..0.1 */
    float zero; /* normalised depth that stands on the screen, 0..1 */
    float
        comfort; /* the most parallax before or behind the screen, fraction of the width, 0.001..0.1 */
    float
        layout; /* 0 side by side, 1 one over the other (both squeezed), 2 red and cyan, 3 the left eye, 4 the right */
} zd_stereo;

ZD_MUST_USE zd_status zd_stereo_apply(zd_context *ctx, const zd_stereo *stereo,
                                      const zd_effect_io *io, zd_error *err);

#endif
