/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MATTE_DECONTAMINATE_H
#define ZD_MATTE_DECONTAMINATE_H

/* The pure colours of half-transparent edges. A pixel C of an edge is m F + (1 - m) B; to put
 * something between the layers, or to take the foreground elsewhere, F and B must be known. They
 * are estimated as blurred, matte-weighted averages corrected to explain C (Forte, "Approximate
 * Fast Foreground Colour Estimation", ICIP 2021), at several scales.
 *
 * With B, a compositor puts a layer of colour I and alpha a between the two by
 *     out = C + (1 - m) a (I - B)
 * which is m F + (1 - m)(a I + (1 - a) B) and leaves no rim of the old background. B is never more
 * than C / (1 - m), so that the result is not negative. Where m is 0, B is C; where m is 1, F is C,
 * bit for bit. */

#include "image/image.h"
#include "matte/matte.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_decontaminator zd_decontaminator;

ZD_MUST_USE zd_status zd_decontaminator_create(zd_context *ctx, int frame_width, int frame_height,
                                               zd_decontaminator **out, zd_error *err);
void zd_decontaminator_destroy(zd_decontaminator **decontaminator);

/** How many pixels around a roi are read. */
int zd_decontaminator_margin(const zd_decontaminator *decontaminator);

/** The same for frames of a height. */
int zd_decontaminator_margin_of(int frame_height);

/** Estimates the background and foreground colours inside `roi`.
 *
 *  picture     RGB or RGBA float32 of the frame's size in the light in which layers will be mixed
 *              (the compositor: linear light), not premultiplied
 *  matte       ZD_GRAY_F32 of the frame's size, not inverted; only the roi and its margin are read
 *  background  ZD_RGB_F32 of the roi's size; NULL: not wanted
 *  foreground  ZD_RGB_F32 of the roi's size; NULL: not wanted
 *
 *  A tile equals the same part of the whole frame, and any thread count gives the same bits. */
ZD_MUST_USE zd_status zd_matte_estimate_colours(zd_decontaminator *decontaminator,
                                                const zd_view *picture, const zd_view *matte,
                                                zd_rect roi, const zd_view *background,
                                                const zd_view *foreground, zd_error *err);

/** The background at the mixed pixels (0 < m < 1) alone: other pixels of `background` keep what they
 *  hold, and of the picture only the margin around mixed pixels is read. The same bits there. */
ZD_MUST_USE zd_status zd_matte_estimate_edges(zd_decontaminator *decontaminator,
                                              const zd_view *picture, const zd_view *matte,
                                              zd_rect roi, const zd_view *background,
                                              zd_error *err);

#endif
