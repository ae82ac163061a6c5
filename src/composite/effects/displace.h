/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_DISPLACE_H
#define ZD_COMPOSITE_DISPLACE_H

/* Displace: the picture is taken from beside, by as much as the depth says, and by its slope, as through glass
 * of that shape. Nothing hides anything: for a camera that moves, see parallax.h. */

#include "composite/effect.h"

typedef struct zd_displace {
    float
        x; /* how far pixels of the nearest come from the right against those of the furthest, fraction of the frame's height, -0.2..0.2 */
    float y;    /* and from below */
    float zero; /* normalised depth that stays in its place, 0..1 */
    float
        refract; /* how far a slope of the whole depth over the frame's height moves, fraction of the height, -0.2..0.2 */
    float smooth; /* blur of the depth, fraction of the height, 0..0.02 */
} zd_displace;

ZD_MUST_USE zd_status zd_displace_apply(zd_context *ctx, const zd_displace *displace,
                                        const zd_effect_io *io, zd_error *err);

#endif
