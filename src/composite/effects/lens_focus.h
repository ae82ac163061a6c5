/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_LENS_FOCUS_H
#define ZD_COMPOSITE_LENS_FOCUS_H

/* Beside the blur itself: the lens's numbers, where the focus lies, what a highlight gains, and the picture of what is sharp. */

#include "composite/effect_list.h"
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

/** What a lens is, for the table of an effect whose structure has these members as zd_lens_blur has. */
#define ZD_LENS_FIELDS(effect)                                                              \
    { .name = "radius",                                                                     \
      .offset = offsetof(effect, radius),                                                   \
      .count = 1,                                                                           \
      .min = 0,                                                                             \
      .max = 0.1f,                                                                          \
      .initial = 0.015f,                                                                    \
      .help = "largest blur, fraction of the height" },                                     \
        { .name = "blades",                                                                 \
          .offset = offsetof(effect, blades),                                               \
          .count = 1,                                                                       \
          .min = 0,                                                                         \
          .max = 12,                                                                        \
          .initial = 0,                                                                     \
          .help = "of the aperture: 3 to 12, a polygon; below 3 a disc" },                  \
        { .name = "turn",                                                                   \
          .offset = offsetof(effect, turn),                                                 \
          .count = 1,                                                                       \
          .min = -1,                                                                        \
          .max = 1,                                                                         \
          .initial = 0,                                                                     \
          .help = "of the polygon, clockwise in turns" },                                   \
        { .name = "squeeze",                                                                \
          .offset = offsetof(effect, squeeze),                                              \
          .count = 1,                                                                       \
          .min = 0,                                                                         \
          .max = 0.8f,                                                                      \
          .initial = 0,                                                                     \
          .help = "how much narrower than high the aperture is; 0.5 anamorphic" },          \
        { .name = "bloom",                                                                  \
          .offset = offsetof(effect, bloom),                                                \
          .count = 1,                                                                       \
          .min = 0,                                                                         \
          .max = 50,                                                                        \
          .initial = 0,                                                                     \
          .help = "how much brighter than white clipped highlights count in the blur" },    \
    {                                                                                       \
        .name = "show", .offset = offsetof(effect, show), .count = 1, .min = 0, .max = 1,   \
        .initial = 0, .help = "1 shows what is sharp: red lies in front of it, blue behind" \
    }

#endif
