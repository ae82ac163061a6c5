/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The raw map: near white, far black, NaN is black. */

#include "core/size.h"
#include "matte/view_drawing.h"

enum { PIECE = 512 }; /* columns at a time; a roi may be of any width */

static void draw(const zd_matte_view_source *source, zd_view out)
{
    float depth[PIECE];
    for (int y = 0; y < out.height; y++) {
        float *to = zd_view_row_f32(out, y);
        zd_matte_view_source piece = *source;
        for (int x = source->roi.x0; x < source->roi.x1; x = piece.roi.x1) {
            piece.roi.x0 = x;
            piece.roi.x1 = zd_int_min(x + PIECE, source->roi.x1);
            zd_matte_view_depth_row(&piece, source->roi.y0 + y, depth);
            for (int i = 0; i < piece.roi.x1 - x; i++, to += out.format.channels) {
                zd_matte_view_put(to, out.format.channels, depth[i], depth[i], depth[i]);
            }
        }
    }
}

const zd_matte_view zd_matte_view_depth = { .draw = draw, .needs_matte = false };
