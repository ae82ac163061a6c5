/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The views: each a function and a row of the table at the end. */

#include "matte/views.h"

#include <math.h>

#include "core/size.h"
#include "matte/matte.h"

/* Where a frame pixel's centre lies in a map: index of the sample before it and the share of the
 * one after it. Half-pixel centres, clamped at the border. */
static int map_position(int pixel, int frame_size, int map_size, float *share)
{
    float at = ((float) pixel + 0.5f) * (float) map_size / (float) frame_size - 0.5f;
    float low = floorf(at);
    int index = zd_int_clamp((int) low, 0, map_size - 1);
    *share = low < 0.0f || index >= map_size - 1 ? 0.0f : at - low;
    return index;
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

static float display_depth(zd_depth_range range, float value)
{
    float normalised = zd_depth_to_normalised(range, value);
    return normalised >= 0.0f ? fminf(normalised, 1.0f) : 0.0f; /* NaN is black */
}

static void put(float *pixel, int channels, const float rgb[3])
{
    pixel[0] = rgb[0];
    pixel[1] = rgb[1];
    pixel[2] = rgb[2];
    if (channels == 4) {
        pixel[3] = 1.0f;
    }
}

void zd_matte_view_draw_depth(zd_view depth, zd_depth_range range, int frame_width,
                              int frame_height, zd_rect roi, zd_view out)
{
    for (int y = roi.y0; y < roi.y1; y++) {
        float *row = zd_view_row_f32(out, y - roi.y0);
        float y_share;
        int map_y = map_position(y, frame_height, depth.height, &y_share);
        for (int x = roi.x0; x < roi.x1; x++) {
            float x_share;
            int map_x = map_position(x, frame_width, depth.width, &x_share);
            float gray = display_depth(range, sample_depth(depth, x_share, map_x, y_share, map_y));
            put(row, out.format.channels, (float[3]){ gray, gray, gray });
            row += out.format.channels;
        }
    }
}

void zd_matte_view_depth_colour(float normalised, float rgb[3])
{
    float t = 4.0f * zd_float_clamp(normalised, 0.0f, 1.0f);
    rgb[0] = zd_float_clamp(t - 2.0f, 0.0f, 1.0f);
    rgb[1] = t < 2.0f ? fminf(t, 1.0f) : zd_float_clamp(4.0f - t, 0.0f, 1.0f);
    rgb[2] = zd_float_clamp(2.0f - t, 0.0f, 1.0f);
}

void zd_matte_view_draw_thresholded(zd_view picture, zd_view matte, zd_view depth,
                                    zd_depth_range range, int frame_width, int frame_height,
                                    zd_rect roi, zd_view out)
{
    for (int y = roi.y0; y < roi.y1; y++) {
        const float *from = zd_view_row_f32(picture, y - roi.y0);
        const float *m = zd_view_row_f32(matte, y - roi.y0);
        float *to = zd_view_row_f32(out, y - roi.y0);
        float y_share;
        int map_y = map_position(y, frame_height, depth.height, &y_share);
        for (int x = roi.x0; x < roi.x1; x++) {
            float x_share;
            float rgb[3];
            int map_x = map_position(x, frame_width, depth.width, &x_share);
            float share = m[x - roi.x0];
            zd_matte_view_depth_colour(
                display_depth(range, sample_depth(depth, x_share, map_x, y_share, map_y)), rgb);
            for (int c = 0; c < 3; c++) {
                rgb[c] = share * from[c] + (1.0f - share) * rgb[c];
            }
            put(to, out.format.channels, rgb);
            from += picture.format.channels;
            to += out.format.channels;
        }
    }
}

void zd_matte_view_draw_opacity(zd_view picture, zd_view matte, zd_view out)
{
    for (int y = 0; y < out.height; y++) {
        const float *from = zd_view_row_f32(picture, y);
        const float *m = zd_view_row_f32(matte, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            float opacity = 0.5f + 0.5f * m[x];
            put(to, out.format.channels,
                (float[3]){ opacity * from[0], opacity * from[1], opacity * from[2] });
            from += picture.format.channels;
            to += out.format.channels;
        }
    }
}

void zd_matte_view_draw_matte(zd_view matte, zd_view out)
{
    for (int y = 0; y < out.height; y++) {
        const float *m = zd_view_row_f32(matte, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < out.width; x++) {
            put(to, out.format.channels, (float[3]){ m[x], m[x], m[x] });
            to += out.format.channels;
        }
    }
}

static void draw_none(const zd_matte_view_source *s, zd_view out)
{
    zd_view_copy(s->picture, out);
}

static void draw_depth(const zd_matte_view_source *s, zd_view out)
{
    zd_matte_view_draw_depth(s->depth, s->range, s->frame_width, s->frame_height, s->roi, out);
}

static void draw_thresholded(const zd_matte_view_source *s, zd_view out)
{
    zd_matte_view_draw_thresholded(s->picture, s->matte, s->depth, s->range, s->frame_width,
                                   s->frame_height, s->roi, out);
}

static void draw_opacity(const zd_matte_view_source *s, zd_view out)
{
    zd_matte_view_draw_opacity(s->picture, s->matte, out);
}

static void draw_matte(const zd_matte_view_source *s, zd_view out)
{
    zd_matte_view_draw_matte(s->matte, out);
}

/* A row a view. */
static const struct {
    void (*draw)(const zd_matte_view_source *source, zd_view out);
    bool needs_matte;
} views[] = {
    [ZD_MATTE_VIEW_NONE] = { draw_none, false },
    [ZD_MATTE_VIEW_DEPTH] = { draw_depth, false },
    [ZD_MATTE_VIEW_THRESHOLDED] = { draw_thresholded, true },
    [ZD_MATTE_VIEW_OPACITY] = { draw_opacity, true },
    [ZD_MATTE_VIEW_MATTE] = { draw_matte, true },
};

bool zd_matte_view_needs_matte(zd_matte_view_kind kind)
{
    return views[kind].needs_matte;
}

void zd_matte_view_draw(zd_matte_view_kind kind, const zd_matte_view_source *source, zd_view out)
{
    views[kind].draw(source, out);
}
