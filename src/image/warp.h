/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_WARP_H
#define ZD_IMAGE_WARP_H

/* A picture laid onto a plane that is seen from elsewhere. */

#include "core/context.h"
#include "image/homography.h"
#include "image/placed.h"

/** The pixels inside `within` that a picture can touch once `h` has moved it; all of them when a part of it
 *  comes to lie behind the eye. */
zd_rect zd_warp_bounds(zd_placed_view from, const zd_homography *h, zd_rect within);

/** Draws the pixels of `roi` into `out`, of the roi's size: RGBA f32, premultiplied, transparent where the
 *  picture is not. Each pixel is the mean of bilinear samples no further than about a pixel of `from` apart,
 *  over the square that the pixel covers there (16 by 16 at most), so that what shrinks does not glitter.
 *  A map without a way back gives nothing. Runs on the pool; the same bits for any roi and thread count. */
void zd_warp(zd_context *ctx, zd_placed_view from, const zd_homography *h, zd_rect roi,
             zd_view out);

#endif
