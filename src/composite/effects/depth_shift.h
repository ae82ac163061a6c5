/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_DEPTH_SHIFT_H
#define ZD_COMPOSITE_DEPTH_SHIFT_H

/* The picture as a camera beside the filmed one sees it: every pixel moves in proportion to its nearness, and
 * what comes to light behind what moved aside is filled with its own kind. Stereo pairs and parallax moves
 * are made of it.
 *
 * The depth is a relief, and a pixel of the new picture is found by marching along its ray from the nearest to
 * the furthest (parallax occlusion mapping: Tatarchuk, Dynamic Parallax Occlusion Mapping, I3D 2006). The
 * relief's walls, between a thing and what is behind it, are no surface: a ray goes through them, and where it
 * then meets nothing, the background is mirrored at the edge. What is near is taken 0.3 % of the height larger
 * than its depth: pixels at its rim hold some of its colour, and go with it. */

#include "composite/effect_internal.h"

typedef struct zd_shift {
    float x; /* pixels that the nearest moves to the right and down against the furthest */
    float y;
    float
        zoom; /* how much the nearest grows against the furthest, as a camera that goes forward sees it */
    float zero; /* nearness that stays in its place */
} zd_shift;

/** An effect's pictures with the depth that is marched through. */
typedef struct zd_shift_scene {
    zd_effect_io io;
    zd_view most; /* the nearest of the relief that rays of a square of pixels can meet */
    zd_context *ctx;
    void *block;
    size_t bytes;
} zd_shift_scene;

/** For shifts of that size, either way along both axes; NULL: for rows alone. Takes memory, which zd_shift_scene_close gives
 *  back when this has not failed. */
ZD_MUST_USE zd_status zd_shift_scene_open(zd_context *ctx, const zd_effect_io *io,
                                          const zd_shift *shift, zd_shift_scene *out,
                                          zd_error *err);
void zd_shift_scene_close(zd_shift_scene *scene);

/** A place of the picture, in pixels with middles at .5. */
typedef struct zd_shift_place {
    float x;
    float y;
} zd_shift_place;

/** The place of the filmed picture that is seen at one of the new picture. */
zd_shift_place zd_shift_find(const zd_shift_scene *scene, const zd_shift *shift, float x, float y);

/** Places along a row of the new picture. */
typedef struct zd_shift_span {
    float y;    /* of the row, a pixel's middle or between two */
    float step; /* from one to the next, at least 1; the middles are at (first + i + 0.5) step */
    int first;
    int count;
} zd_shift_span;

enum { ZD_SHIFT_SPAN = 512 };

/** The places of the filmed picture that are seen along a row, by a shift that goes across alone; at most
 *  ZD_SHIFT_SPAN of them. A pixel's look takes no march: each piece of the relief between two pixels goes where it is seen,
 *  and of two the nearer stays. */
void zd_shift_find_row(const zd_shift_scene *scene, const zd_shift *shift, zd_shift_span span,
                       float *places);

/** A pixel and a share of the next one on either side of a place along a row of pixels' middles, by what the
 *  relief's memory says beyond the frame. */
zd_vec4 zd_shift_colour_row(const zd_shift_scene *scene, float x, int y, zd_vec4 own);

/** The colour there with alpha 1, as if opaque; `own` where there is nothing finite. */
zd_vec4 zd_shift_colour(const zd_shift_scene *scene, zd_shift_place place, zd_vec4 own);

/** A pixel with what an effect has made of it, opaque. */
static inline zd_vec4 zd_shift_mix(zd_vec4 colour, zd_vec4 made, float strength)
{
    made *= zd_vec4_alpha(colour);
    return zd_vec4_with_alpha(colour + zd_vec4_splat(strength) * (made - colour), colour);
}

/** Both. */
static inline zd_vec4 zd_shift_at(const zd_shift_scene *scene, const zd_shift *shift, float x,
                                  float y, zd_vec4 own)
{
    return zd_shift_colour(scene, zd_shift_find(scene, shift, x, y), own);
}

#endif
