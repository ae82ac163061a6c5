/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The matte as a gray picture. */

#include "matte/view_drawing.h"

static void draw(const zd_matte_view_source *source, zd_view out)
{
    for (int y = 0; y < out.height; y++) {
        const float *m = zd_view_row_f32(source->matte, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++, to += out.format.channels) {
            zd_matte_view_put(to, out.format.channels, m[x], m[x], m[x]);
        }
    }
}

const zd_matte_view zd_matte_view_matte = { .draw = draw, .needs_matte = true };
