/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Softness: a separable Gaussian over the valid pixels, optionally bilateral in log z. */

#include "scene/depth_convert.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"

/* A neighbour whose z differs by this part counts 0.6 in the edge-aware mode. */
#define EDGE_SIGMA 0.03f

#define SURFACE_SHARE 0.02 /* softness of what light is read off, of the shorter side */

enum { MOST_TAPS = 10 }; /* a side, where not every neighbour is asked */

typedef struct blur_job {
    zd_view from;
    zd_view to;
    const float *weights; /* of the taps 0..radius */
    int radius;           /* taps a side */
    int stride;           /* samples from tap to tap */
    bool is_vertical;
    bool edge_aware;
} blur_job;

static float neighbour(const blur_job *job, int x, int y, int offset)
{
    if (job->is_vertical) {
        y = zd_int_clamp(y + offset, 0, job->from.height - 1);
    } else {
        x = zd_int_clamp(x + offset, 0, job->from.width - 1);
    }
    return zd_view_row_f32(job->from, y)[x];
}

static float blur_at(const blur_job *job, int x, int y)
{
    float centre = zd_view_row_f32(job->from, y)[x];
    if (isnan(centre)) {
        return centre;
    }
    double sum = 0.0;
    double total = 0.0;
    for (int i = -job->radius; i <= job->radius; i++) {
        float z = neighbour(job, x, y, i * job->stride);
        if (isnan(z)) {
            continue;
        }
        double weight = (double) job->weights[i < 0 ? -i : i];
        if (job->edge_aware && z != centre) { /* a height may be 0, which is far from all others */
            float apart = (z - centre) / (EDGE_SIGMA * centre);
            weight *= (double) expf(-0.5f * apart * apart);
        }
        sum += weight * (double) z;
        total += weight;
    }
    return (float) (sum / total);
}

static void blur_row(void *user, int y)
{
    const blur_job *job = user;
    float *to = zd_view_row_f32(job->to, y);
    for (int x = 0; x < job->to.width; x++) {
        to[x] = blur_at(job, x, y);
    }
}

static zd_status blur(zd_context *ctx, blur_job *job, double softness, zd_error *err)
{
    double sigma = 0.5 * softness;
    job->radius = (int) ceil(3.0 * sigma / job->stride);
    float *weights = zd_alloc(ctx, (size_t) (job->radius + 1) * sizeof *weights);
    if (weights == NULL) {
        return zd_fail_memory(err, "a blur");
    }
    for (int i = 0; i <= job->radius; i++) {
        double away = i * job->stride / sigma;
        weights[i] = (float) exp(-0.5 * away * away);
    }
    job->weights = weights;
    zd_pool_run(zd_context_pool(ctx), job->to.height, blur_row, job);
    zd_free(ctx, weights);
    return ZD_OK;
}

/* Both ways by a job that says how; softness in x, then y. */
static zd_status soften(zd_context *ctx, zd_view z, const double softness[2], const blur_job *how,
                        zd_error *err)
{
    assert(z.format.sample == ZD_SAMPLE_F32 && z.format.channels == 1);
    zd_image *copy = NULL;
    zd_status status = ZD_OK;
    if (softness[0] <= 0.0 && softness[1] <= 0.0) {
        return ZD_OK;
    }
    ZD_TRY(zd_image_create(ctx, z.width, z.height, ZD_GRAY_F32, &copy, err));
    for (int pass = 0; pass < 2 && status == ZD_OK; pass++) {
        if (softness[pass] > 0.0) {
            blur_job job = *how;
            zd_view_copy(z, zd_image_view(copy));
            job.from = zd_image_view(copy);
            job.to = z;
            job.is_vertical = pass == 1;
            status = blur(ctx, &job, softness[pass], err);
        }
    }
    zd_image_unref(&copy);
    return status;
}

zd_status zd_scene_depth_soften(zd_context *ctx, zd_view z, double softness_x, double softness_y,
                                bool edge_aware, zd_error *err)
{
    ZD_REQUIRE(err, z.format.sample == ZD_SAMPLE_F32 && z.format.channels == 1);
    const double softness[2] = { softness_x, softness_y };
    const blur_job how = { .stride = 1, .edge_aware = edge_aware };
    return soften(ctx, z, softness, &how, err);
}

zd_status zd_scene_depth_even(zd_context *ctx, zd_view z, zd_error *err)
{
    ZD_REQUIRE(err, z.format.sample == ZD_SAMPLE_F32 && z.format.channels == 1);
    double size = SURFACE_SHARE * zd_int_min(z.width, z.height);
    const double softness[2] = { size, size };
    const blur_job how = { .stride = zd_int_max(1, (int) (1.5 * size / MOST_TAPS)),
                           .edge_aware = true };
    return soften(ctx, z, softness, &how, err);
}
