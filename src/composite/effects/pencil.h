/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_PENCIL_H
#define ZD_COMPOSITE_PENCIL_H

/* Pencil: a drawing on paper, lines along edges and hatching in the shadows. The hatching stands still
 * in the frame, as on paper. Needs no nearness.
 */

#include "composite/effect.h"

typedef struct zd_pencil {
    float line;   /* width of the lines, fraction of the height, 0.0005..0.01 */
    float lines;  /* 0..1: how dark the lines are */
    float hatch;  /* distance of the hatching's strokes, fraction of the height, 0..0.05; 0 none */
    float shade;  /* 0..1: how dark the hatching is */
    float colour; /* 0..1: how much of the picture's colour the pencils have; 0 is graphite */
} zd_pencil;

ZD_MUST_USE zd_status zd_pencil_apply(zd_context *ctx, const zd_pencil *pencil,
                                      const zd_effect_io *io, zd_error *err);

#endif
