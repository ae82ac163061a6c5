/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* How sure the network is of its depth. Its own confidence goes from 1, not at all, without an end;
 * the view is 1 - 1 / confidence. */

#include "matte/view_drawing.h"

static float shade(float confidence)
{
    return confidence > 1.0f ? 1.0f - 1.0f / confidence : 0.0f;
}

static void draw(const zd_matte_view_source *source, zd_view out)
{
    zd_matte_view_draw_plane(source, source->confidence, shade, out);
}

const zd_matte_view zd_matte_view_confidence = { .draw = draw, .needs_matte = false };
