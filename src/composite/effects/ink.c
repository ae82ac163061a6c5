/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Lines by the difference of Gaussians. */

#include "composite/effects/ink.h"

#include <assert.h>

static const float ratio = 1.6f;

float zd_ink_sigma(float width, const zd_effect_io *io)
{
    return fmaxf(0.5f * width * (float) io->picture.height, 0.4f);
}

int zd_ink_reach(float sigma)
{
    return zd_effect_reach(ratio * sigma);
}

void zd_ink_draw(const zd_effect_tile *tile, const zd_ink *ink, int from, int to, int spare)
{
    assert(ink->full > ink->from && spare + 2 < ZD_EFFECT_PLANES);
    assert(tile->halo >= zd_ink_reach(ink->sigma));
    zd_effect_tile_blur(tile, from, spare, spare + 1, ink->sigma);
    zd_effect_tile_blur(tile, from, spare, spare + 2, ratio * ink->sigma);
    float scale = 1.0f / (ink->full - ink->from);
    for (int y = tile->halo; y < tile->height - tile->halo; y++) {
        for (int x = tile->halo; x < tile->width - tile->halo; x++) {
            ptrdiff_t at = (ptrdiff_t) y * tile->width + x;
            float below = tile->planes[spare + 2][at] - tile->planes[spare + 1][at];
            float line = zd_float_clamp((below - ink->from) * scale, 0.0f, 1.0f);
            tile->planes[to][at] = line * line * (3.0f - 2.0f * line);
        }
    }
}
