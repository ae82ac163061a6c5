/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The raw map: near white, far black, NaN is black. */

#include "matte/view_drawing.h"

static void draw_columns(const zd_matte_view_source *source, const zd_matte_view_columns *columns,
                         int first, zd_view out)
{
    float depth[ZD_MATTE_VIEW_PIECE];
    int channels = out.format.channels;
    for (int y = 0; y < out.height; y++) {
        float *to = zd_view_row_f32(out, y) + (ptrdiff_t) first * channels;
        zd_matte_view_depth_row(source, columns, source->roi.y0 + y, depth);
        for (int i = 0; i < columns->count; i++, to += channels) {
            zd_matte_view_put(to, channels, depth[i], depth[i], depth[i]);
        }
    }
}

static void draw(const zd_matte_view_source *source, zd_view out)
{
    for (int x = 0; x < out.width; x += ZD_MATTE_VIEW_PIECE) {
        zd_matte_view_columns columns;
        zd_matte_view_find_columns(source, source->roi.x0 + x, &columns);
        draw_columns(source, &columns, x, out);
    }
}

const zd_matte_view zd_matte_view_depth = { .draw = draw, .needs_matte = false };
