/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Conversions in place. Whatever has no depth is furthest, by one rule for all kinds of maps. */

#include "depth/supplied.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

enum { MAP_MAX_SIDE = 1024 };

#define NOTHING_M    1e9f   /* renderers write 1e10 where there is nothing */
#define CLIP_LEAST_M 100.0f /* a far clip plane is no nearer, */
#define CLIP_GAP     4.0f   /* and so many times as far as all that is seen */

void zd_supplied_size(int width, int height, int *small_width, int *small_height)
{
    assert(width > 0 && height > 0);
    double shrink = fmin(1.0, (double) MAP_MAX_SIDE / zd_int_max(width, height));
    *small_width = zd_int_max(1, (int) lround(width * shrink));
    *small_height = zd_int_max(1, (int) lround(height * shrink));
}

void zd_supplied_pick(zd_view from, zd_view to)
{
    assert(from.format.channels == 1 && to.format.channels == 1);
    assert(to.width <= from.width && to.height <= from.height);
    for (int y = 0; y < to.height; y++) {
        int source_y = (int) (((int64_t) 2 * y + 1) * from.height / (2 * to.height));
        const float *in = zd_view_row_f32(from, source_y);
        float *out = zd_view_row_f32(to, y);
        for (int x = 0; x < to.width; x++) {
            out[x] = in[((int64_t) 2 * x + 1) * from.width / (2 * to.width)];
        }
    }
}

/* A far clip plane shows as a plateau: many pixels of one very same value, far behind all else. */
typedef struct far_plane {
    float value;  /* at and beyond it there is no surface */
    float behind; /* the furthest value before it */
    int64_t count;
} far_plane;

static void note_far(far_plane *far, float value)
{
    if (value > far->value) {
        far->behind = far->count > 0 ? far->value : far->behind;
        far->value = value;
        far->count = 1;
    } else if (value == far->value) {
        far->count++;
    } else {
        far->behind = value > far->behind ? value : far->behind;
    }
}

/* From where on a distance means that there is nothing: what no camera sees, or the far clip. */
static float no_surface_from(zd_view view, float sign)
{
    enum { LEAST_SHARE = 1000 };
    far_plane far = { 0 };
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            float value = sign * row[x];
            if (value > 0.0f && value < NOTHING_M) {
                note_far(&far, value);
            }
        }
    }
    int64_t pixels = (int64_t) view.width * view.height;
    bool is_plane = far.value >= CLIP_LEAST_M && far.behind > 0.0f &&
                    far.behind * CLIP_GAP < far.value && far.count * LEAST_SHARE >= pixels;
    return is_plane ? far.value : NOTHING_M;
}

static bool is_behind_camera(zd_view view)
{
    int64_t negative = 0;
    int64_t positive = 0;
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            negative += row[x] < 0.0f;
            positive += row[x] > 0.0f;
        }
    }
    return negative > positive;
}

bool zd_supplied_is_negative(zd_supplied_type type, zd_view view)
{
    bool is_distance = type == ZD_SUPPLIED_DISTANCE || type == ZD_SUPPLIED_METRES;
    return is_distance && is_behind_camera(view);
}

static void convert_distance(zd_supplied_type type, zd_view view)
{
    float sign = is_behind_camera(view) ? -1.0f : 1.0f;
    float nothing = no_surface_from(view, sign);
    bool is_metres = type == ZD_SUPPLIED_METRES;
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            float raw = sign * row[x];
            bool is_surface = raw > 1e-6f && raw < nothing;
            float none = is_metres ? INFINITY : 0.0f;
            row[x] = !is_surface ? none : is_metres ? raw : 1.0f / raw;
        }
    }
}

/* The nearness of nothing: 0, an infinite distance, or less where the map's own scale has less. */
static void fill_nearness(zd_view view)
{
    float furthest = 0.0f;
    for (int y = 0; y < view.height; y++) {
        const float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            furthest = isfinite(row[x]) && row[x] < furthest ? row[x] : furthest;
        }
    }
    for (int y = 0; y < view.height; y++) {
        float *row = zd_view_row_f32(view, y);
        for (int x = 0; x < view.width; x++) {
            row[x] = isfinite(row[x]) ? row[x] : furthest;
        }
    }
}

zd_depth_kind zd_supplied_convert(zd_supplied_type type, zd_view view)
{
    assert(type < ZD_SUPPLIED_COUNT);
    static const zd_depth_kind kinds[] = { ZD_DEPTH_NEARNESS, ZD_DEPTH_NORMALISED,
                                           ZD_DEPTH_NEARNESS, ZD_DEPTH_METRES };
    if (type == ZD_SUPPLIED_DISTANCE || type == ZD_SUPPLIED_METRES) {
        convert_distance(type, view);
    } else {
        fill_nearness(view);
    }
    return kinds[type];
}
