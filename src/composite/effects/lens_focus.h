/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_LENS_FOCUS_H
#define ZD_COMPOSITE_LENS_FOCUS_H

/* Beside the blur itself: where the focus lies, what a highlight gains, and the picture of what is sharp. */

#include "composite/effects/lens_blur.h"
#include "image/vec4.h"

/** The focus that is meant: io->focus where someone has found it, else the nearness at the lens's place in this
 *  frame, else the lens's number. */
float zd_lens_focus_of(const zd_lens_blur *lens, const zd_effect_io *io);

/** The nearness at a place of the frame, in fractions of its width and height: the median of a square of 2 % of the
 *  height around it. */
float zd_lens_focus_around(const zd_effect_io *io, float x, float y);

/** What a colour counts as in a blur of that many levels, 0 or more: from 0.7 on it gains, with the square of
 *  what it has above, up to 1 + bloom times at white, and as much less as the blur is below one level. */
zd_vec4 zd_lens_bloom(float bloom, zd_vec4 colour, float levels);

/** Draws what is sharp as it is, gray and red what lies in front of it, gray and blue what is behind, the more
 *  the more it is blurred. `span`: nearness over which the blur grows to the whole. */
void zd_lens_focus_view(zd_context *ctx, const zd_lens_blur *lens, float span,
                        const zd_effect_io *io);

#endif
