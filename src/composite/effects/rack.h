/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_RACK_H
#define ZD_COMPOSITE_RACK_H

/* Rack focus: the lens of lens_blur.h, whose focus goes from what stands at one place of the frame to what stands
 * at another, at rest before it and after, as an assistant with a follow focus does it. */

#include "composite/effect.h"

typedef struct zd_rack {
    float x; /* where the focus is first, fractions of the frame's width and height, 0..1 */
    float y;
    float to_x; /* where it goes to */
    float to_y;
    float start;  /* seconds of the clip at which it leaves, 0..36000 */
    float length; /* seconds that it takes, 0..600; 0: a jump */
    float follow; /* for who sees many frames: from 0.5 on both things are followed */
    float range;  /* and these as in zd_lens_blur */
    float radius;
    float blades;
    float turn;
    float squeeze;
    float bloom;
    float show;
} zd_rack;

/** How far the focus has gone at a moment, 0..1: 3t^2 - 2t^3 of the time that has passed. */
float zd_rack_way(const zd_rack *rack, double time_s);

/** The nearness that is sharp lies between those at the two places by zd_rack_way, unless io->has_focus. The matte
 *  scales the blur of each pixel: 0 keeps a pixel sharp. */
ZD_MUST_USE zd_status zd_rack_apply(zd_context *ctx, const zd_rack *rack, const zd_effect_io *io,
                                    zd_error *err);

#endif
