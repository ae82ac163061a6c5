/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_INSERT_LIGHT_H
#define ZD_COMPOSITE_INSERT_LIGHT_H

/* What makes an insert stand in the scene: light that wraps around edges, and soft shadows where things touch.
 *
 *  - Light wrap: the light of what is behind the insert, blurred, spills over the insert's edge; and the insert's
 *    light over the edge of what stands before it.
 *  - Contact shadows: the insert, a pane that faces the camera at its depth, throws a shadow on the footage that is
 *    nearly as deep, and what stands shortly before it throws one on the insert.
 *
 * All in linear light, all lengths fractions of the frame's height. docs/composite.md has the formulas.
 * Thread-safety: safe for different outputs. */

#include "composite/blend.h"
#include "image/placed.h"

typedef struct zd_composite_light {
    float wrap;             /* of the light around it over the insert's edge, 0 or more */
    float wrap_front;       /* of the insert's light over what stands before it, 0 or more */
    float wrap_width;       /* sigma of the blur, above 0 */
    float shadow;           /* of the insert on the footage, 0..1 */
    float shadow_front;     /* of what stands before it on the insert, 0..1 */
    float shadow_softness;  /* sigma of the shadow at the whole reach, above 0 */
    float shadow_direction; /* where shadows fall, degrees: 0 to the right, 90 down */
    float shadow_length;    /* how far aside they fall at the whole reach */
    float
        shadow_reach; /* difference of normalised depth at which there is none any more, above 0 */
} zd_composite_light;

/** An insert in its frame. Views of the frame's size; the alpha of a pixel that is not finite is 0. */
typedef struct zd_composite_light_scene {
    zd_view picture;       /* what is behind it: RGBA f32, linear, premultiplied */
    zd_view nearness;      /* of the footage, gray f32, normalised */
    zd_view matte;         /* the part of each pixel before the insert, gray f32 */
    zd_placed_view insert; /* RGBA f32, linear, premultiplied */
    float opacity;
    zd_blend blend;
    float depth; /* normalised */
} zd_composite_light_scene;

/** Whether anything is to be done. */
bool zd_composite_light_is_on(const zd_composite_light *light);

/** How far from the insert's rectangle the footage may change, in pixels. */
int zd_composite_light_margin(const zd_composite_light *light, int frame_height);

/** Makes the pixels of `roi`, which lies in the frame: in `lit` the insert as it is lit there, where its rectangle
 *  is; in `air` what is laid on the footage before the insert, with normal blending. Both RGBA f32 of the frame's
 *  size. A rectangle has the bits of the whole. */
ZD_MUST_USE zd_status zd_composite_light_make(zd_context *ctx, const zd_composite_light *light,
                                              const zd_composite_light_scene *scene, zd_rect roi,
                                              zd_view lit, zd_view air, zd_error *err);

#endif
