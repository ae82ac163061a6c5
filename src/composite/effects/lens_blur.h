/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_LENS_BLUR_H
#define ZD_COMPOSITE_LENS_BLUR_H

/* Lens blur: depth of field from the depth map.
 *
 * What is in focus keeps its bits, unless an out-of-focus foreground spreads over it. What is
 * behind the focus is blurred from its own kind only, so nothing in focus or nearer leaks into it;
 * what is in front of the focus spreads over its surroundings, and what it uncovers is filled from
 * the pixels beside it. The picture is split into layers of equal blur, each is filtered by the
 * aperture's shape, and the layers are put together far to near.
 * Alpha stays as it is. A 2160 line frame is blurred by up to 128 pixels. */

#include "composite/effect.h"

typedef struct zd_lens_blur {
    float focus;   /* normalised nearness that is sharp, 0..1 */
    float range;   /* >= 0: nearness within focus +- range is perfectly sharp */
    float radius;  /* of the blur at the far or near end, fraction of the height, 0..0.1 */
    float blades;  /* of the aperture: 3..12, a polygon with a corner up; below 3: a disc */
    float turn;    /* of the polygon, clockwise in turns, -1..1 */
    float squeeze; /* how much narrower than high it is, 0..0.8: 0 round, 0.5 anamorphic */
    float bloom;   /* how much more than white clipped highlights count in the blur, 0..50 */
    float show;    /* from 0.5 on: the picture of what is sharp, lens_focus.h, not the blur */
    float x;       /* where in the frame the focus is taken, fractions of its width and height, */
    float y;       /* instead of `focus`; either 0: nowhere. See zd_effect_io.focus */
    float follow;  /* for who sees many frames: from 0.5 on the thing at that place is followed */
    float pull;    /* likewise: seconds in which the focus goes to another place, 0..60 */
} zd_lens_blur;

/** The matte scales the blur of each pixel: 0 keeps a pixel sharp. */
ZD_MUST_USE zd_status zd_lens_blur_apply(zd_context *ctx, const zd_lens_blur *blur,
                                         const zd_effect_io *io, zd_error *err);

#endif
