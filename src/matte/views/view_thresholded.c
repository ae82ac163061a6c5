/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The foreground as filmed, the background in the colours of its depth: blue is furthest. */

#include <math.h>

#include "core/size.h"
#include "matte/view_drawing.h"

void zd_matte_view_depth_colour(float normalised, float rgb[3])
{
    float t = 4.0f * zd_float_clamp(normalised, 0.0f, 1.0f);
    rgb[0] = zd_float_clamp(t - 2.0f, 0.0f, 1.0f);
    rgb[1] = t < 2.0f ? fminf(t, 1.0f) : zd_float_clamp(4.0f - t, 0.0f, 1.0f);
    rgb[2] = zd_float_clamp(2.0f - t, 0.0f, 1.0f);
}

/* The pixels of a row whose columns are found, from column `first` of the roi on. */
static void draw_row(const zd_matte_view_source *source, const zd_matte_view_columns *columns,
                     int first, int y, zd_view out)
{
    float depth[ZD_MATTE_VIEW_PIECE];
    const float *m = zd_view_row_f32(source->matte, y) + first;
    const float *from =
        zd_view_row_f32(source->picture, y) + (ptrdiff_t) first * source->picture.format.channels;
    float *to = zd_view_row_f32(out, y) + (ptrdiff_t) first * out.format.channels;
    zd_matte_view_depth_row(source, columns, source->roi.y0 + y, depth);
    for (int i = 0; i < columns->count; i++) {
        float rgb[3];
        zd_matte_view_depth_colour(depth[i], rgb);
        for (int c = 0; c < 3; c++) {
            rgb[c] = m[i] * from[c] + (1.0f - m[i]) * rgb[c];
        }
        zd_matte_view_put(to, out.format.channels, rgb[0], rgb[1], rgb[2]);
        from += source->picture.format.channels;
        to += out.format.channels;
    }
}

static void draw(const zd_matte_view_source *source, zd_view out)
{
    for (int x = 0; x < out.width; x += ZD_MATTE_VIEW_PIECE) {
        zd_matte_view_columns columns;
        zd_matte_view_find_columns(source, source->roi.x0 + x, &columns);
        for (int y = 0; y < out.height; y++) {
            draw_row(source, &columns, x, y, out);
        }
    }
}

const zd_matte_view zd_matte_view_thresholded = { .draw = draw, .needs_matte = true };
