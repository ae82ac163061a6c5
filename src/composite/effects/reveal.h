/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_REVEAL_H
#define ZD_COMPOSITE_REVEAL_H

/* Reveal: a sheet of light that sweeps through the depth, and what it has not reached yet hidden in the
 * dark. Keyed or stepped from far to near it uncovers a shot.
 */

#include "composite/effect.h"

typedef struct zd_reveal {
    float at;    /* normalised depth of the sheet, -1..2; outside 0..1 it has passed everything */
    float width; /* of the sheet, normalised depth, 0.001..1 */
    float glow;  /* 0..20: brightness of the sheet */
    float hide;  /* 0..1: how dark it is where the sheet has not been: nearer than it */
    float colour[3]; /* of the sheet, linear, 0..10 */
} zd_reveal;

ZD_MUST_USE zd_status zd_reveal_apply(zd_context *ctx, const zd_reveal *reveal,
                                      const zd_effect_io *io, zd_error *err);

#endif
