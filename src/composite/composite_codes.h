/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_COMPOSITE_CODES_H
#define ZD_COMPOSITE_COMPOSITE_CODES_H

/* Inserts on a picture of code values: decoded, composited and encoded piece by piece, so that a
 * pixel crosses the memory once. The one way of the command line and of the plug-ins. Pixels where
 * no insert shows keep their very codes and are not even decoded. */

#include "composite/composite.h"
#include "image/colour.h"

/** Gives a layer's picture inside a piece: linear, premultiplied. From any thread. */
typedef void (*zd_composite_codes_fetch)(void *user, zd_rect piece, zd_view out);

/** Takes a finished piece: code values, and the footage's own ones, which are the same view where
 *  nothing changed. From any thread; pieces do not overlap and cover the roi. */
typedef void (*zd_composite_codes_put)(void *user, zd_rect piece, zd_view result, zd_view display);

enum { ZD_COMPOSITE_CODES_FETCH_MAX = 140 }; /* layers of a job with a fetch */

typedef struct zd_composite_codes {
    zd_transfer transfer;
    zd_view display;  /* the frame: RGBA f32, unpremultiplied codes */
    bool needs_bound; /* it may hold colours that are to be bounded first (zd_linear_bound) */
    zd_composite_layer *layers; /* as for zd_composite_render, without z */
    int count;
    zd_composite_codes_fetch fetch; /* may be NULL: all layers have their pictures */
    int fetched;                    /* which layer's it gives; it counts in every piece */
    zd_composite_codes_put put;
    void *user;
} zd_composite_codes;

/** Lays the layers inside `roi`. *changed says whether any pixel did. Runs on the pool. On failure
 *  some pieces may have been put. */
ZD_MUST_USE zd_status zd_composite_codes_run(zd_context *ctx, const zd_composite_codes *lay,
                                             zd_rect roi, bool *changed, zd_error *err);

#endif
