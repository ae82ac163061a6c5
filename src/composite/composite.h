/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_COMPOSITE_H
#define ZD_COMPOSITE_COMPOSITE_H

/* The compositor: lays any number of inserts between the depth layers of one picture.
 *
 * All colours are linear light, premultiplied by alpha, float32. For a footage pixel C, of which
 * the part m (0..1) is in front of the insert, an insert pixel I with alpha a, and B, the colour
 * of what is behind the insert,
 *
 *     out = C + (1 - m) * (blend(I over B) - B)
 *
 * so the foreground's own part of the pixel stays as it was filmed. Without an estimate of B it is
 * the picture itself. Inserts are laid on far to near; each sees the ones behind it.
 *
 * What always holds, bit for bit: where m is 1, or a is 0 with a black insert pixel, or the
 * opacity is 0, the picture keeps its bits; where m is 0 the result is zd_blend_pixel of the
 * insert and the picture; a rectangle gives the same pixels as the whole frame; so does any number
 * of threads. A NaN or infinity in an insert, matte, background or depth stays in its pixel and
 * counts as "nothing there": no insert, no foreground, no estimate, no depth.
 *
 * Thread-safety: safe for different pictures. */

#include <stdbool.h>

#include "composite/blend.h"
#include "image/depth_map.h"
#include "image/placed.h"

/** One insert. */
typedef struct zd_composite_layer {
    zd_placed_view picture; /* RGBA f32 linear premultiplied; nothing outside its rectangle */

    /* How much of each footage pixel is in front of this insert, 0..1, gray f32. Must cover the
     * part of the picture inside the roi. Not given: 0, the insert is in front of everything. */
    zd_placed_view matte;

    /* The colour of the background alone, from decontamination: RGB or RGBA f32, linear,
     * premultiplied; RGB takes the footage's alpha. Used where 0 < matte < 1; must cover the same
     * part as the matte. Not given: the picture itself. */
    zd_placed_view background;

    /* The insert's own depth per pixel in the kind of zd_composite.depth, gray f32, same rectangle
     * as `picture`. Where the footage is nearer, it hides the insert; together with a matte the
     * stronger hides. NaN: no depth there, the matte alone decides. */
    zd_placed_view z;
    float z_softness; /* >= 0, the kind's unit: depth difference over which hiding fades; 0 hard */

    float depth;    /* for the order: larger is nearer; equal depths keep the order given */
    float opacity;  /* 0..1; a layer of zeros is invisible */
    zd_blend blend; /* ZD_BLEND_ */
} zd_composite_layer;

/** One picture with its inserts. */
typedef struct zd_composite {
    zd_placed_view picture; /* RGBA f32 linear premultiplied; read and written */
    zd_placed_view depth;   /* the footage's depth, gray f32; needed only by layers with z */
    zd_depth_kind depth_kind;
    const zd_composite_layer *layers; /* any order */
    int count;                        /* 0..ZD_COMPOSITE_MAX_LAYERS */
} zd_composite;

enum { ZD_COMPOSITE_MAX_LAYERS = 256 };

/** The pixels that zd_composite_render may change: the union of the visible layers' rectangles
 *  inside `frame`. Only these need to be converted to linear float and back. */
zd_rect zd_composite_bounds(const zd_composite_layer *layers, int count, zd_rect frame);

/** Lays the inserts on the pixels of `roi`, which must lie inside the picture. Where two inserts
 *  with their own z overlap, their order is decided for each pixel. Fails with
 *  ZD_ERR_INVALID_ARGUMENT for views of a wrong format or that do not cover what they must; the
 *  picture is then unchanged. */
ZD_MUST_USE zd_status zd_composite_render(zd_context *ctx, const zd_composite *composite,
                                          zd_rect roi, zd_error *err);

#endif
