/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Takes a depth map in: normalised by the shot's range, bounded, and without holes. A hole takes
 * the farther of its neighbours to the left and right, since holes are mostly what a near object
 * hides from a second camera; so poison never leaves its own place. */

#include <assert.h>
#include <math.h>

#include "matte/matte_internal.h"

enum { ROWS_PER_ITEM = 64 };

#define DOUBT_SHARE 0.5f  /* of the picture's mean confidence: less is doubtful */
#define SHARP_JUMP  0.08f /* of the range, over four samples */
#define SHARP_SHARE 0.45  /* of it, between two samples: a step has 0.5, a network's edge 0.3 */

typedef struct load_job {
    zd_plane field;
    zd_view values;
    const zd_depth_map *map;
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

/* Sky is beyond every Depth In. Returns how many holes were sky. */
static int sink_sky(const float *sky, float *row, int width)
{
    int holes = 0;
    for (int x = 0; x < width; x++) {
        if (sky[x] >= ZD_DEPTH_SKY_FROM) {
            holes += isnan(row[x]) != 0;
            row[x] = zd_bound_depth(-INFINITY);
        }
    }
    return holes;
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
        if (job->map->sky != NULL) {
            holes -=
                sink_sky(zd_view_row_f32(zd_image_view(job->map->sky), y), to, job->field.width);
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
    load_job job = { field,
                     values,
                     map,
                     range.furthest,
                     extent != 0.0f ? extent : 1.0f,
                     map->kind == ZD_DEPTH_METRES };
    int items = (values.height + ROWS_PER_ITEM - 1) / ROWS_PER_ITEM;
    zd_pool_run(zd_context_pool(ctx), items, load_rows, &job);
    fill_empty_rows(field);
    return field;
}

void zd_field_load_confidence(zd_matte *matte, const zd_depth_map *map)
{
    double sum = 0.0;
    double count = 0.0;
    matte->confidence = map->confidence != NULL ? zd_image_view(map->confidence) : (zd_view){ 0 };
    matte->doubt_below = 0.0f;
    for (int y = 0; map->confidence != NULL && y < matte->confidence.height; y++) {
        const float *row = zd_view_row_f32(matte->confidence, y);
        for (int x = 0; x < matte->confidence.width; x++) {
            if (row[x] > 1.0f && row[x] < INFINITY) {
                sum += (double) logf(row[x] - 1.0f);
                count += 1.0;
            }
        }
    }
    if (count > 0.0) {
        matte->doubt_below = DOUBT_SHARE * (float) exp(sum / count);
    }
}

bool zd_matte_is_doubtful(const zd_matte *matte, int node_x, int node_y)
{
    zd_view c = matte->confidence;
    if (c.data == NULL) {
        return false;
    }
    float down = (float) (2 * node_y + 1) / (float) matte->cell_rows;
    float across = (float) (2 * node_x + 1) * (float) matte->size.frame_height /
                   ((float) matte->cell_rows * (float) matte->size.frame_width);
    int row = zd_int_min((int) (down * (float) c.height), c.height - 1);
    int column = zd_int_min((int) (across * (float) c.width), c.width - 1);
    return !(zd_view_row_f32(c, row)[column] - 1.0f >= matte->doubt_below);
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
