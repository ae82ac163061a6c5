/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_TONE_H
#define ZD_COMPOSITE_TONE_H

/* Tone: the square root of a linear luminance, near what the eye sees as evenly spaced. The drawing
 * effects (paint, posterise, pencil, comic, watercolour) think in it. */

#include <math.h>

#include "core/size.h"
#include "image/vec4.h"

/** BT.709 luminance of a linear colour. */
static inline float zd_tone_luminance(zd_vec4 c)
{
    return 0.2126f * c[0] + 0.7152f * c[1] + 0.0722f * c[2];
}

/** Tone of a linear colour; 0 for one that is not finite or below black. */
static inline float zd_tone_of(zd_vec4 c)
{
    float light = zd_tone_luminance(c);
    return light > 0.0f && light < INFINITY ? sqrtf(light) : 0.0f;
}

/** `colour` as bright as `tone` says; a black one becomes gray. Alpha stays. */
static inline zd_vec4 zd_tone_set(zd_vec4 colour, float tone)
{
    float light = zd_tone_luminance(colour);
    zd_vec4 made =
        light > 0.0f ? colour * zd_vec4_splat(tone * tone / light) : zd_vec4_splat(tone * tone);
    return zd_vec4_with_alpha(made, colour);
}

/** Draws a tone towards `levels` (2 or more) even steps; the way from one to the next takes `soft` of a
 *  step, above 0 and at most 1. Increasing in `tone`. */
static inline float zd_tone_step(float tone, float levels, float soft)
{
    float at = tone * (levels - 1.0f);
    float level = floorf(at);
    float sharp = 1.0f / soft;
    float step = zd_float_clamp(sharp * (at - level) - (0.5f * sharp - 0.5f), 0.0f, 1.0f);
    return (level + step * step * (3.0f - 2.0f * step)) / (levels - 1.0f);
}

#endif
