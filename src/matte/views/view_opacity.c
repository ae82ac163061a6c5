/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The background at half its opacity over black: picture * (0.5 + 0.5 matte). */

#include "matte/view_drawing.h"

static void draw(const zd_matte_view_source *source, zd_view out)
{
    for (int y = 0; y < out.height; y++) {
        const float *from = zd_view_row_f32(source->picture, y);
        const float *m = zd_view_row_f32(source->matte, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            float opacity = 0.5f + 0.5f * m[x];
            zd_matte_view_put(to, out.format.channels, opacity * from[0], opacity * from[1],
                              opacity * from[2]);
            from += source->picture.format.channels;
            to += out.format.channels;
        }
    }
}

const zd_matte_view zd_matte_view_opacity = { .draw = draw, .needs_matte = true };
