/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How much of the sky the network sees: 0 none, 1 and more sky. */

#include "core/size.h"
#include "matte/view_drawing.h"

static float shade(float sky)
{
    return zd_float_clamp(sky, 0.0f, 1.0f);
}

static void draw(const zd_matte_view_source *source, zd_view out)
{
    zd_matte_view_draw_plane(source, source->sky, shade, out);
}

const zd_matte_view zd_matte_view_sky = { .draw = draw, .needs_matte = false };
