/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_LINEAR_H
#define ZD_IMAGE_LINEAR_H

/* Between the code values of footage and the linear premultiplied light in which layers are mixed. */

#include <stdbool.h>

#include "image/colour.h"

/** Colours of footage are far below this; what is beyond has no light of its own as float. */
#define ZD_LINEAR_LIMIT 65504.0f

/** Bounds RGBA pixels to it; NaN is left alone. */
void zd_linear_bound(zd_view view);

/** Multiplies the colours of an RGBA picture by its alpha. */
void zd_linear_premultiply(zd_view view);

/** Linear light, multiplied by its alpha, of a display-referred, unpremultiplied RGBA picture; both of
 *  one size, or one view. Runs on the pool. */
void zd_linear_decode(zd_context *ctx, zd_transfer transfer, zd_view display, zd_view linear);

/** Code values of a premultiplied linear picture, where it differs in any bit from what it was;
 *  elsewhere the code values that were there. All views are RGBA f32 of one size; `out` may be
 *  `linear`. Returns whether any pixel differs. Runs on the pool. */
bool zd_linear_encode_changed(zd_context *ctx, zd_transfer transfer, zd_view linear_was,
                              zd_view linear, zd_view display_was, zd_view out);

/** Linear light, not premultiplied, of the pixels of `rect` that lie within `margin` of a pixel with
 *  0 < matte < 1; other pixels of `linear` may keep what they hold. All views are of the frame's
 *  size; the matte is read inside `rect`. Runs on the pool. */
ZD_MUST_USE zd_status zd_linear_decode_edges(zd_context *ctx, zd_transfer transfer, zd_view display,
                                             zd_view matte, zd_rect rect, int margin,
                                             zd_view linear, zd_error *err);

/** processed = was + matte * (processed - was), with exactly `was` where the matte is 0 and exactly
 *  `processed` where it is 1. RGBA f32, the matte gray f32, all of one size. */
void zd_linear_mix(zd_view was, zd_view processed, zd_view matte);

#endif
