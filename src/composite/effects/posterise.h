/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_POSTERISE_H
#define ZD_COMPOSITE_POSTERISE_H

/* Posterise: tones in a few even steps, colours kept. Needs no nearness. */

#include "composite/effect.h"

typedef struct zd_posterise {
    float levels; /* 2..64: how many tones there are */
    float soft;   /* 0.01..1: how much of a step the way to the next tone takes */
} zd_posterise;

ZD_MUST_USE zd_status zd_posterise_apply(zd_context *ctx, const zd_posterise *posterise,
                                         const zd_effect_io *io, zd_error *err);

#endif
