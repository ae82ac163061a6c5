/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_CLONE_H
#define ZD_COMPOSITE_CLONE_H

/* Clone: the layer once more, aside and as it was some frames ago, behind itself or in front. */

#include "composite/effect.h"

typedef struct zd_clone {
    float x;       /* how far to the right, fraction of the frame's height, -2..2 */
    float y;       /* and down */
    float delay;   /* frames, 0..48 */
    float front;   /* 1: before the layer */
    float opacity; /* 0..1 */
} zd_clone;

ZD_MUST_USE zd_status zd_clone_apply(zd_context *ctx, const zd_clone *clone, const zd_effect_io *io,
                                     zd_error *err);

#endif
