/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of views, and the depth at the frame's size that some of them show. */

#include "matte/views.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"
#include "matte/matte_internal.h"
#include "matte/view_drawing.h"

static void draw_none(const zd_matte_view_source *source, zd_view out)
{
    zd_view_copy(source->picture, out);
}

static const zd_matte_view none = { draw_none, false };

static const zd_matte_view *const views[ZD_MATTE_VIEW_COUNT] = { [ZD_MATTE_VIEW_NONE] = &none,
#define ROW(id, view, word) [ZD_MATTE_VIEW_##id] = &zd_matte_view_##view,
                                                                 ZD_MATTE_VIEWS(ROW)
#undef ROW
};

bool zd_matte_view_needs_matte(zd_matte_view_kind kind)
{
    assert(kind < ZD_MATTE_VIEW_COUNT);
    return views[kind]->needs_matte;
}

void zd_matte_view_draw(zd_matte_view_kind kind, const zd_matte_view_source *source, zd_view out)
{
    assert(kind < ZD_MATTE_VIEW_COUNT);
    assert(out.width == source->roi.x1 - source->roi.x0);
    assert(out.height == source->roi.y1 - source->roi.y0);
    views[kind]->draw(source, out);
}

static float sample_depth(zd_view depth, float x_share, int x, float y_share, int y)
{
    const float *top = zd_view_row_f32(depth, y);
    const float *bottom = zd_view_row_f32(depth, zd_int_min(y + 1, depth.height - 1));
    int right = zd_int_min(x + 1, depth.width - 1);
    float a = top[x] + (top[right] - top[x]) * x_share;
    float b = bottom[x] + (bottom[right] - bottom[x]) * x_share;
    return a + (b - a) * y_share;
}

void zd_matte_view_depth_row(const zd_matte_view_source *source, int y, float *row)
{
    assert(y >= 0 && y < source->frame_height);
    assert(source->depth.format.channels == 1);
    zd_view depth = source->depth;
    float y_share;
    int map_y = zd_field_position(y, source->frame_height, depth.height, &y_share);
    for (int x = source->roi.x0; x < source->roi.x1; x++) {
        float x_share;
        int map_x = zd_field_position(x, source->frame_width, depth.width, &x_share);
        float value = sample_depth(depth, x_share, map_x, y_share, map_y);
        float normalised = zd_depth_to_normalised(source->range, value);
        row[x - source->roi.x0] = normalised >= 0.0f ? fminf(normalised, 1.0f) : 0.0f;
    }
}
