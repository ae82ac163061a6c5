/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Takes a depth map in: normalised by the shot's range, bounded, and without holes. A hole takes
 * the farther of its neighbours to the left and right, since holes are mostly what a near object
 * hides from a second camera; so poison never leaves its own place. */

#include <assert.h>
#include <math.h>

#include "matte/matte_internal.h"

enum { ROWS_PER_ITEM = 64 };

#define SHARP_JUMP  0.08f /* of the range, over four samples */
#define SHARP_SHARE 0.45  /* of it, between two samples: a step has 0.5, a network's edge 0.3 */

typedef struct load_job {
    zd_plane field;
    zd_view values;
    float furthest;
    float extent;
    bool infinite_is_far;
} load_job;

int zd_field_position(int pixel, int frame_size, int map_size, float *share)
{
    assert(frame_size > 0 && map_size > 0);
    float at = ((float) pixel + 0.5f) * (float) map_size / (float) frame_size - 0.5f;
    float low = floorf(at);
    int index = zd_int_clamp((int) low, 0, map_size - 1);
    *share = low < 0.0f || index >= map_size - 1 ? 0.0f : at - low;
    return index;
}

static void fill_row(float *row, int width)
{
    for (int x = 0; x < width;) {
        if (!isnan(row[x])) {
            x++;
            continue;
        }
        int end = x;
        while (end < width && isnan(row[end])) {
            end++;
        }
        float left = x > 0 ? row[x - 1] : NAN;
        float right = end < width ? row[end] : NAN;
        float fill = fminf(left, right); /* NaN only when the whole row is */
        for (; x < end; x++) {
            row[x] = fill;
        }
    }
}

static void load_rows(void *user, int item)
{
    const load_job *job = user;
    int end = zd_int_min((item + 1) * ROWS_PER_ITEM, job->field.height);
    for (int y = item * ROWS_PER_ITEM; y < end; y++) {
        const float *from = zd_view_row_f32(job->values, y);
        float *to = zd_plane_row(job->field, y);
        int holes = 0;
        for (int x = 0; x < job->field.width; x++) {
            float n = (from[x] - job->furthest) / job->extent;
            float beyond = 2.0f - 1.0f / n;
            float below = 1.0f / (1.0f - n) - 1.0f;
            float bounded = n > 1.0f ? beyond : n < 0.0f ? below : n;
            int hole = !(fabsf(n) < INFINITY) && !(job->infinite_is_far && n < 0.0f);
            to[x] = hole ? NAN : bounded;
            holes += hole;
        }
        if (holes > 0) {
            fill_row(to, job->field.width);
        }
    }
}

/* Rows without any depth repeat the one above, or the first one below that has. */
static void fill_empty_rows(zd_plane field)
{
    int first = 0;
    while (first < field.height && isnan(zd_plane_row(field, first)[0])) {
        first++;
    }
    for (int y = 0; y < field.height; y++) {
        float *row = zd_plane_row(field, y);
        if (!isnan(row[0])) {
            continue;
        }
        const float *from = first == field.height ? NULL
                            : y < first           ? zd_plane_row(field, first)
                                                  : zd_plane_row(field, y - 1);
        for (int x = 0; x < field.width; x++) {
            row[x] = from != NULL ? from[x] : 0.0f;
        }
    }
}

zd_plane zd_field_load(zd_context *ctx, const zd_depth_map *map, zd_depth_range range,
                       float *storage)
{
    zd_view values = zd_image_view(map->values);
    zd_plane field = { storage, values.width, values.height, values.width };
    float extent = range.nearest - range.furthest;
    load_job job = { field, values, range.furthest, extent != 0.0f ? extent : 1.0f,
                     map->kind == ZD_DEPTH_METRES };
    int items = (values.height + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM;
    zd_pool_run(zd_context_pool(ctx), items, load_rows, &job);
    fill_empty_rows(field);
    return field;
}

void zd_field_plan_columns(zd_matte *matte)
{
    for (int x = 0; x < matte->size.frame_width; x++) {
        matte->columns[x] = zd_field_position(x, matte->size.frame_width, matte->field.width,
                                              &matte->column_shares[x]);
    }
}

bool zd_field_is_fine(const zd_matte *matte)
{
    zd_plane field = matte->field;
    double steps = 0.0;
    double jumps = 0.0;
    if (4 * field.width < 3 * matte->size.frame_width ||
        4 * field.height < 3 * matte->size.frame_height)
    {
        return false;
    }
    for (int y = 0; y < field.height; y += 4) {
        const float *row = zd_plane_row(field, y);
        for (int x = 2; x < field.width - 2; x++) {
            float jump = fabsf(row[x + 2] - row[x - 2]);
            if (jump > SHARP_JUMP) {
                float before = fabsf(row[x] - row[x - 1]);
                float after = fabsf(row[x + 1] - row[x]);
                steps += (double) (before > after ? before : after);
                jumps += (double) jump;
            }
        }
    }
    return steps > SHARP_SHARE * jumps;
}

void zd_field_load_plane(zd_plane *plane, float *storage, const zd_view *view)
{
    if (view == NULL) {
        *plane = (zd_plane){ 0 };
        return;
    }
    *plane = (zd_plane){ storage, view->width, view->height, view->width };
    for (int y = 0; y < view->height; y++) {
        const float *from = zd_view_row_f32(*view, y);
        float *to = zd_plane_row(*plane, y);
        for (int x = 0; x < view->width; x++) {
            to[x] = from[x] > 0.0f ? fminf(from[x], 1.0f) : 0.0f; /* NaN is 0 */
        }
    }
}
