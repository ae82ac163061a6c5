/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_FREEZE_H
#define ZD_COMPOSITE_FREEZE_H

/* Freeze: the layer of one frame stands still from there on, while the other layer goes on. What is behind it now is
 * the clean plate: the layer itself is no longer seen. */

#include "composite/effect.h"

typedef struct zd_freeze {
    float
        at; /* seconds of the clip, 0..36000; of the shot's frames the first one from there on is held */
    float opacity; /* 0..1, of the held layer over the plate */
} zd_freeze;

ZD_MUST_USE zd_status zd_freeze_apply(zd_context *ctx, const zd_freeze *freeze,
                                      const zd_effect_io *io, zd_error *err);

#endif
