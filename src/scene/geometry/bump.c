/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Normals from depth: differences of unprojected positions, not of depth values, whose Sobel
 * normals are up to 37 degrees wrong under perspective. At edges the side that predicts the centre
 * from its two nearest samples, on a line in 1/z, is taken (after Matt Pettineo's and Wicked
 * Engine's reconstructions from depth buffers). */

#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "scene/zmap.h"

/* Both sides fit when their prediction of 1/z is within this part of it. */
#define FIT_TOLERANCE    2e-3
#define COARSE_TOLERANCE 1e-2 /* the same of a map that was quantised */

typedef struct bump_job {
    const zd_zmap *map;
    const zd_mat4 *object;
    zd_view field;
    double bump_depth;
    zd_view out;
    double *positions; /* x, y, z and 1/depth of each sample; 1/depth NaN: no position */
} bump_job;

static void position_row(void *user, int y)
{
    bump_job *job = user;
    const zd_zmap *map = job->map;
    zd_view field = job->field;
    const float *row = zd_view_row_f32(field, y);
    double *to = job->positions + (size_t) y * (size_t) field.width * 4;
    for (int x = 0; x < field.width; x++, to += 4) {
        zd_vec3 local = { map->card_w * ((x + 0.5) / field.width - 0.5),
                          map->card_h * (0.5 - (y + 0.5) / field.height), 0.0 };
        zd_vec3 point = zd_mat4_point(job->object, local);
        zd_vec3 moved = point;
        bool good = !isnan(row[x]) &&
                    zd_scene_relief_move(&map->relief, point, map->normal, (double) row[x], &moved);
        to[0] = moved.x;
        to[1] = moved.y;
        to[2] = moved.z;
        to[3] = good ? 1.0 / zd_camera_depth(&map->relief.camera, moved) : (double) NAN;
    }
}

static const double *at(const bump_job *job, int x, int y)
{
    zd_view field = job->field;
    if (x < 0 || y < 0 || x >= field.width || y >= field.height) {
        return NULL;
    }
    const double *p = job->positions + ((size_t) y * (size_t) field.width + (size_t) x) * 4;
    return isnan(p[3]) ? NULL : p;
}

/* How badly two samples on one side predict the centre; infinite when there are not two. */
static double misfit(const double *centre, const double *next, const double *second)
{
    if (next == NULL) {
        return HUGE_VAL;
    }
    double predicted = second != NULL ? 2.0 * next[3] - second[3] : next[3];
    return fabs(predicted - centre[3]) / fabs(centre[3]);
}

static zd_vec3 between(const double *from, const double *to)
{
    return (zd_vec3){ to[0] - from[0], to[1] - from[1], to[2] - from[2] };
}

/* The tangent along one axis of the field; false when the sample stands alone. */
static bool tangent(const bump_job *job, int x, int y, int dx, int dy, zd_vec3 *out)
{
    const double *centre = at(job, x, y);
    const double *before = at(job, x - dx, y - dy);
    const double *after = at(job, x + dx, y + dy);
    if (before == NULL && after == NULL) {
        return false;
    }
    double left = misfit(centre, before, at(job, x - 2 * dx, y - 2 * dy));
    double right = misfit(centre, after, at(job, x + 2 * dx, y + 2 * dy));
    double most = job->map->slopes != NULL ? COARSE_TOLERANCE : FIT_TOLERANCE;
    if (left < most && right < most) {
        *out = between(before, after);
    } else {
        *out = left < right ? between(before, centre) : between(centre, after);
    }
    return true;
}

static zd_vec3 normal_at(const bump_job *job, int x, int y)
{
    zd_vec3 across;
    zd_vec3 upward;
    zd_vec3 card = job->map->normal;
    if (at(job, x, y) == NULL || !tangent(job, x, y, 1, 0, &across) ||
        !tangent(job, x, y, 0, -1, &upward))
    {
        return card;
    }
    zd_vec3 normal = zd_vec3_unit(zd_vec3_cross(across, upward));
    if (job->bump_depth != 1.0) {
        zd_vec3 extra = zd_vec3_scale(card, (job->bump_depth - 1.0) * zd_vec3_dot(card, normal));
        normal = zd_vec3_unit(zd_vec3_add(normal, extra));
    }
    return zd_vec3_length(normal) > 0.5 ? normal : card;
}

static void normal_row(void *user, int y)
{
    bump_job *job = user;
    float *to = zd_view_row_f32(job->out, y);
    for (int x = 0; x < job->out.width; x++, to += 4) {
        zd_vec3 normal = normal_at(job, x, y);
        to[0] = (float) normal.x;
        to[1] = (float) normal.y;
        to[2] = (float) normal.z;
        to[3] = 1.0f;
    }
}

zd_status zd_scene_bump_normals(zd_context *ctx, const zd_zmap *map, const zd_mat4 *object,
                                zd_view field, zd_view out, zd_error *err)
{
    ZD_REQUIRE(err, out.format.sample == ZD_SAMPLE_F32 && out.format.channels == 4);
    size_t samples = (size_t) out.width * (size_t) out.height;
    bump_job job = { map, object, field, map->bump_depth, out, NULL };
    job.positions = zd_alloc_zeroed(ctx, samples, 4 * sizeof(double));
    if (job.positions == NULL) {
        return zd_fail_memory(err, "bump normals");
    }
    zd_pool_run(zd_context_pool(ctx), out.height, position_row, &job);
    zd_pool_run(zd_context_pool(ctx), out.height, normal_row, &job);
    zd_free(ctx, job.positions);
    return ZD_OK;
}
