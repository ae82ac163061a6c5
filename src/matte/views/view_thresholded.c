/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The foreground as filmed, the background in the colours of its depth: blue is furthest. */

#include <math.h>

#include "core/size.h"
#include "matte/view_drawing.h"

enum { PIECE = 512 }; /* columns at a time; a roi may be of any width */

void zd_matte_view_depth_colour(float normalised, float rgb[3])
{
    float t = 4.0f * zd_float_clamp(normalised, 0.0f, 1.0f);
    rgb[0] = zd_float_clamp(t - 2.0f, 0.0f, 1.0f);
    rgb[1] = t < 2.0f ? fminf(t, 1.0f) : zd_float_clamp(4.0f - t, 0.0f, 1.0f);
    rgb[2] = zd_float_clamp(2.0f - t, 0.0f, 1.0f);
}

static void draw_piece(const zd_matte_view_source *source, zd_rect part, zd_view out)
{
    float depth[PIECE];
    zd_matte_view_source piece = *source;
    int y = part.y0 - source->roi.y0;
    int first = part.x0 - source->roi.x0;
    const float *m = zd_view_row_f32(source->matte, y) + first;
    const float *from =
        zd_view_row_f32(source->picture, y) + (ptrdiff_t) first * source->picture.format.channels;
    float *to = zd_view_row_f32(out, y) + (ptrdiff_t) first * out.format.channels;
    piece.roi = part;
    zd_matte_view_depth_row(&piece, part.y0, depth);
    for (int i = 0; i < part.x1 - part.x0; i++) {
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
    zd_rect roi = source->roi;
    for (int y = roi.y0; y < roi.y1; y++) {
        for (int x = roi.x0; x < roi.x1; x += PIECE) {
            draw_piece(source, (zd_rect){ x, y, zd_int_min(x + PIECE, roi.x1), y + 1 }, out);
        }
    }
}

const zd_matte_view zd_matte_view_thresholded = { .draw = draw, .needs_matte = true };
