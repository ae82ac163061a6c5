/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_H
#define ZD_COMPOSITE_EFFECT_H

/* What the built-in effects have in common. Each effect is one file with one parameter structure:
 * lens_blur, fog, grade, paint and so on (effect_list.h). Lengths are fractions of the frame's height, never pixels, so that
 * a proxy and the full frame look alike.
 *
 * An effect leaves the bits of every pixel whose matte is 0; a rectangle gives the same pixels as
 * the whole frame; so does any number of threads. A NaN or infinite colour stays in its pixel. */

#include "image/placed.h"

/** How a painter is to paint. */
typedef struct zd_effect_painting {
    int style;
    float size;   /* of its strokes, 1 as it was made */
    float steady; /* 0..1 */
} zd_effect_painting;

/** Who paints a whole picture anew for effects that ask for it: a network, which is not this module's. */
typedef struct zd_effect_painter {
    /** Paints RGB f32 of display codes, 0..1, in place. */
    zd_status (*paint)(void *user, const zd_effect_painting *how, zd_view picture, zd_error *err);
    void *user;
} zd_effect_painter;

/** A layer of another frame, cut to where it is: light as of `picture`, and its matte. */
typedef struct zd_effect_layer {
    zd_placed_view picture; /* without data: there is none */
    zd_placed_view matte;
} zd_effect_layer;

typedef struct zd_effect_io {
    zd_view picture;  /* the whole frame, RGBA f32 linear premultiplied */
    zd_view nearness; /* the whole frame, gray f32, normalised: 0 furthest .. 1 nearest; NaN counts
                         as furthest. Without data only where the effect says so */
    zd_view matte; /* the whole frame, gray f32, 0..1: where the effect applies; without data: 1 */
    bool has_focus;
    float
        focus; /* nearness of what a lens with a place follows, by who sees more than this frame */
    double time_s; /* of the clip, for what moves by itself */
    zd_rect roi;   /* the pixels to make */
    zd_view out;   /* the size of roi, RGBA f32; for pointwise effects (fog, grade) it may be the
                         roi of `picture` itself, otherwise it must not overlap the picture */
    const zd_effect_painter *painter; /* NULL: there is none */
    /* For effects that move layers (ZD_EFFECT_MOVES_LAYERS), which get no matte: */
    zd_view plate;        /* the frame without the layer at hand; without data: there is no layer */
    zd_view layer;        /* that layer's matte */
    zd_effect_layer held; /* what was held of it */
} zd_effect_io;

struct zd_effect_desc; /* effect_list.h */

/** Checks an effect's numbers by its table, and formats and sizes. Messages name the effect as it is written. */
ZD_MUST_USE zd_status zd_effect_check(const struct zd_effect_desc *effect, const void *params,
                                      const zd_effect_io *io, bool needs_nearness, zd_error *err);

#endif
