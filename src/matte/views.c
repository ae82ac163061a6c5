/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The table of views, and the depth at the frame's size that some of them show. */

#include "matte/views.h"

#include <assert.h>

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

void zd_matte_view_find_columns(const zd_matte_view_source *source, int x,
                                zd_matte_view_columns *out)
{
    out->count = zd_int_min(ZD_MATTE_VIEW_PIECE, source->roi.x1 - x);
    for (int i = 0; i < out->count; i++) {
        out->sample[i] =
            zd_field_position(x + i, source->frame_width, source->depth.width, &out->share[i]);
    }
}

static float sample_plane(zd_view plane, float x_share, int x, float y_share, int y)
{
    const float *top = zd_view_row_f32(plane, y);
    const float *bottom = zd_view_row_f32(plane, zd_int_min(y + 1, plane.height - 1));
    int right = zd_int_min(x + 1, plane.width - 1);
    float a = top[x] + (top[right] - top[x]) * x_share;
    float b = bottom[x] + (bottom[right] - bottom[x]) * x_share;
    return a + (b - a) * y_share;
}

void zd_matte_view_draw_plane(const zd_matte_view_source *source, zd_view plane,
                              float (*shade)(float value), zd_view out)
{
    for (int y = 0; y < out.height; y++) {
        float *to = zd_view_row_f32(out, y);
        float y_share = 0.0f;
        int map_y = plane.data == NULL ? 0
                                       : zd_field_position(source->roi.y0 + y, source->frame_height,
                                                           plane.height, &y_share);
        for (int x = 0; x < out.width; x++, to += out.format.channels) {
            float value = 0.0f;
            if (plane.data != NULL) {
                float x_share;
                int map_x = zd_field_position(source->roi.x0 + x, source->frame_width, plane.width,
                                              &x_share);
                value = shade(sample_plane(plane, x_share, map_x, y_share, map_y));
            }
            zd_matte_view_put(to, out.format.channels, value, value, value);
        }
    }
}

void zd_matte_view_depth_row(const zd_matte_view_source *source,
                             const zd_matte_view_columns *columns, int y, float *row)
{
    assert(y >= 0 && y < source->frame_height);
    assert(source->depth.format.channels == 1);
    zd_view depth = source->depth;
    float down;
    int map_y = zd_field_position(y, source->frame_height, depth.height, &down);
    const float *top = zd_view_row_f32(depth, map_y);
    const float *bottom = zd_view_row_f32(depth, zd_int_min(map_y + 1, depth.height - 1));
    for (int i = 0; i < columns->count; i++) {
        int left = columns->sample[i];
        int right = zd_int_min(left + 1, depth.width - 1);
        float a = top[left] + (top[right] - top[left]) * columns->share[i];
        float b = bottom[left] + (bottom[right] - bottom[left]) * columns->share[i];
        float normalised = zd_depth_to_normalised(source->range, a + (b - a) * down);
        row[i] = normalised >= 0.0f ? (normalised < 1.0f ? normalised : 1.0f) : 0.0f;
    }
}
