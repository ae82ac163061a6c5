/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_COMPOSITE_EFFECT_INTERNAL_H
#define ZD_COMPOSITE_EFFECT_INTERNAL_H

/* What effects share: pixels of their input and output by footage coordinates, the strength of the matte
 * there, and the loop that runs an effect of single pixels in bands over the pool. */

#include <math.h>

#include "composite/effect.h"
#include "core/size.h"
#include "image/vec4.h"

enum { ZD_EFFECT_BAND = 16 };

/** How strongly the effect applies to a pixel, 0..1; 0 where the matte is not a number. */
static inline float zd_effect_strength(const zd_effect_io *io, int x, int y)
{
    if (io->matte.data == NULL) {
        return 1.0f;
    }
    float matte = zd_view_row_f32(io->matte, y)[x];
    return matte - matte == 0.0f ? zd_float_clamp(matte, 0.0f, 1.0f) : 0.0f;
}

/** The nearness of a pixel, 0..1; 0 where it has none. */
static inline float zd_effect_nearness(const zd_effect_io *io, int x, int y)
{
    float nearness = zd_view_row_f32(io->nearness, y)[x];
    return nearness > 0.0f ? (nearness < 1.0f ? nearness : 1.0f) : 0.0f;
}

static inline const float *zd_effect_in(const zd_effect_io *io, int x, int y)
{
    return zd_view_row_f32(io->picture, y) + 4 * (ptrdiff_t) x;
}

static inline float *zd_effect_out(const zd_effect_io *io, int x, int y)
{
    return zd_view_row_f32(io->out, y - io->roi.y0) + 4 * (ptrdiff_t) (x - io->roi.x0);
}

/** Makes one pixel: its place, its colour, and how much of the effect it gets (above 0). */
typedef zd_vec4 (*zd_effect_pixel)(const void *params, const zd_effect_io *io, int x, int y,
                                   zd_vec4 colour, float strength);

/** Runs a pointwise effect over the roi. */
void zd_effect_run_pixels(zd_context *ctx, const zd_effect_io *io, zd_effect_pixel pixel,
                          const void *params);

#endif
