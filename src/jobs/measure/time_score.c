/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See time_score.h. tests/model/make_time_vectors.py computes TAE in numpy from the same words. */

#include "jobs/measure/time_score.h"

#include <math.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "depth/motion.h"
#include "depth/range.h"

enum { BLOCK = ZD_MOTION_BLOCK };

#define COLOUR_WEIGHT 50.0
#define LEAST_DEPTH   1e-3
#define MOST_DEPTH    10.0

struct zd_temporal_meter {
    zd_context *ctx;
    int width;
    int height;
    float *memory;
    zd_luma lumas[2];
    float *maps[2];
    float *pictures[2];
    float *vectors;
    float *scratch;
    int now;
    int frames;              /* of the shot */
    zd_range_extent ends[2]; /* of the two frames before */
    zd_range_estimator *range;
    double warp; /* sums over pairs and triples */
    double shake;
    int64_t pairs;
    int64_t triples;
};

zd_status zd_temporal_meter_create(zd_context *ctx, int width, int height, zd_temporal_meter **out,
                                   zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    size_t cells = (size_t) width * (size_t) height;
    size_t blocks =
        (size_t) ((width + BLOCK - 1) / BLOCK) * (size_t) ((height + BLOCK - 1) / BLOCK);
    size_t luma = zd_luma_floats(width, height);
    zd_temporal_meter *m = zd_alloc_zeroed(ctx, 1, sizeof *m);
    *out = m;
    if (m == NULL) {
        return zd_fail_memory(err, "a meter of depth over time");
    }
    m->ctx = ctx;
    m->width = width;
    m->height = height;
    m->memory = zd_alloc_zeroed(ctx, 8 * cells + 4 * blocks + 2 * luma, sizeof(float));
    zd_status status = m->memory != NULL ? zd_range_estimator_create(ctx, &m->range, err)
                                         : zd_fail_memory(err, "a meter of depth over time");
    if (status != ZD_OK) {
        zd_temporal_meter_destroy(out);
        return status;
    }
    float *at = m->memory;
    for (int i = 0; i < 2; i++, at += 4 * cells + luma) {
        m->maps[i] = at;
        m->pictures[i] = at + cells;
        zd_luma_init(&m->lumas[i], at + 4 * cells, width, height);
    }
    m->vectors = at;
    m->scratch = at + 2 * blocks;
    return ZD_OK;
}

void zd_temporal_meter_destroy(zd_temporal_meter **meter)
{
    if (*meter != NULL) {
        zd_range_estimator_destroy(&(*meter)->range);
        zd_free((*meter)->ctx, (*meter)->memory);
        zd_free((*meter)->ctx, *meter);
        *meter = NULL;
    }
}

void zd_temporal_meter_cut(zd_temporal_meter *meter)
{
    meter->frames = 0;
}

/* How a pixel's depth differs from what was there, weighed by how alike the colours are. */
static double warp_error(const zd_temporal_meter *m, int x, int y)
{
    int across = (m->width + BLOCK - 1) / BLOCK;
    const float *vector = m->vectors + 2 * ((ptrdiff_t) (y / BLOCK) * across + x / BLOCK);
    int px = zd_int_clamp(x + (int) lroundf(vector[0]), 0, m->width - 1);
    int py = zd_int_clamp(y + (int) lroundf(vector[1]), 0, m->height - 1);
    ptrdiff_t here = (ptrdiff_t) y * m->width + x;
    ptrdiff_t there = (ptrdiff_t) py * m->width + px;
    double colour = 0.0;
    for (int c = 0; c < 3; c++) {
        double d = (double) m->pictures[m->now][3 * here + c] -
                   (double) m->pictures[1 - m->now][3 * there + c];
        colour += d * d;
    }
    double depth = (double) m->maps[m->now][here] - (double) m->maps[1 - m->now][there];
    return isfinite(depth) ? exp(-COLOUR_WEIGHT * colour) * fabs(depth) : 0.0;
}

static void compare(zd_temporal_meter *m)
{
    double sum = 0.0;
    zd_motion_find(m->ctx, &m->lumas[m->now], &m->lumas[1 - m->now], m->vectors, m->scratch);
    for (int y = 0; y < m->height; y++) {
        for (int x = 0; x < m->width; x++) {
            sum += warp_error(m, x, y);
        }
    }
    m->warp += sum / ((double) m->width * m->height);
    m->pairs++;
}

static double shake_of(float a, float b, float c)
{
    return 0.5 * fabs((double) a - 2.0 * (double) b + (double) c);
}

static void add_ends(zd_temporal_meter *m, zd_range_extent now)
{
    if (m->frames >= 2) {
        m->shake += 0.5 * (shake_of(m->ends[0].nearest, m->ends[1].nearest, now.nearest) +
                           shake_of(m->ends[0].furthest, m->ends[1].furthest, now.furthest));
        m->triples++;
    }
    m->ends[0] = m->ends[1];
    m->ends[1] = now;
}

zd_status zd_temporal_meter_add(zd_temporal_meter *m, const zd_depth_map *nearness, zd_view picture,
                                zd_error *err)
{
    zd_view map = zd_image_view(nearness->values);
    ZD_REQUIRE(err, map.width == m->width && map.height == m->height);
    ZD_REQUIRE(err, picture.width == m->width && picture.height == m->height);
    size_t row = (size_t) m->width;
    m->now = 1 - m->now;
    zd_luma_load(&m->lumas[m->now], picture);
    for (int y = 0; y < m->height; y++) {
        memcpy(m->maps[m->now] + (size_t) y * row, zd_view_row_f32(map, y), row * sizeof(float));
        memcpy(m->pictures[m->now] + (size_t) y * 3 * row, zd_view_row_f32(picture, y),
               3 * row * sizeof(float));
    }
    zd_range_extent extent = zd_range_measure(nearness);
    ZD_TRY(zd_range_estimator_add(m->range, extent, err));
    if (m->frames > 0) {
        compare(m);
    }
    add_ends(m, extent);
    m->frames++;
    return ZD_OK;
}

zd_temporal_figures zd_temporal_meter_result(const zd_temporal_meter *m)
{
    zd_depth_range range = zd_range_estimator_result(m->range, ZD_DEPTH_NEARNESS);
    double percent = 100.0 / ((double) range.nearest - (double) range.furthest);
    return (zd_temporal_figures){ .opw = m->pairs > 0 ? percent * m->warp / (double) m->pairs : 0.0,
                                  .wander = m->triples > 0
                                                ? percent * m->shake / (double) m->triples
                                                : 0.0,
                                  .tae = -1.0,
                                  .pairs = m->pairs };
}

/* ---- TAE ---- */

typedef struct line {
    double scale;
    double shift;
} line;

/* Least squares of the clip's nearness onto one over the truth, over all that is known. */
static zd_status fit_clip(const zd_temporal_clip *clip, line *out, zd_error *err)
{
    double n = 0.0;
    double p = 0.0;
    double pp = 0.0;
    double t = 0.0;
    double pt = 0.0;
    for (int f = 0; f < clip->count; f++) {
        for (int y = 0; y < clip->maps[f].height; y++) {
            const float *map = zd_view_row_f32(clip->maps[f], y);
            const float *truth = zd_view_row_f32(clip->truths[f], y);
            for (int x = 0; x < clip->maps[f].width; x++) {
                double depth = (double) truth[x];
                double near = (double) map[x];
                if (depth > LEAST_DEPTH && depth < MOST_DEPTH && isfinite(near)) {
                    n += 1.0;
                    p += near;
                    pp += near * near;
                    t += 1.0 / depth;
                    pt += near / depth;
                }
            }
        }
    }
    double det = n * pp - p * p;
    if (n < 2.0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "no depth of the clip is known");
    }
    out->scale = det > 0.0 ? (n * pt - p * t) / det : 0.0;
    out->shift = (t - out->scale * p) / n;
    return ZD_OK;
}

static double depth_of(line fit, float nearness)
{
    double aligned = fit.scale * (double) nearness + fit.shift;
    return fmin(fmax(1.0 / fmax(aligned, LEAST_DEPTH), LEAST_DEPTH), MOST_DEPTH);
}

/* out = turn * p, or its transpose's. */
static void turn_point(const double turn[9], bool is_back, const double p[3], double out[3])
{
    for (int i = 0; i < 3; i++) {
        out[i] = 0.0;
        for (int k = 0; k < 3; k++) {
            out[i] += (is_back ? turn[3 * k + i] : turn[3 * i + k]) * p[k];
        }
    }
}

/* Carries a frame's points into another's picture: z of each pixel that one falls on, the last one's of
 * several; else 0. */
static void project(const zd_temporal_clip *clip, line fit, int from, int to, double *z)
{
    const zd_temporal_camera *a = &clip->cameras[from];
    const zd_temporal_camera *b = &clip->cameras[to];
    zd_view map = clip->maps[from];
    memset(z, 0, (size_t) map.width * (size_t) map.height * sizeof *z);
    for (int y = 0; y < map.height; y++) {
        const float *row = zd_view_row_f32(map, y);
        for (int x = 0; x < map.width; x++) {
            double d = depth_of(fit, row[x]);
            double seen[3] = { (x - a->centre[0]) / a->focal[0] * d - a->place[0],
                               (y - a->centre[1]) / a->focal[1] * d - a->place[1],
                               d - a->place[2] };
            double world[3];
            double point[3];
            turn_point(a->turn, true, seen, world);
            turn_point(b->turn, false, world, point);
            for (int i = 0; i < 3; i++) {
                point[i] += b->place[i];
            }
            double u = nearbyint(b->focal[0] * point[0] / point[2] + b->centre[0]);
            double v = nearbyint(b->focal[1] * point[1] / point[2] + b->centre[1]);
            if (point[2] > 0.0 && u >= 0.0 && v >= 0.0 && u < map.width && v < map.height) {
                z[(ptrdiff_t) v * map.width + (ptrdiff_t) u] = point[2];
            }
        }
    }
}

static double disagreement(const zd_temporal_clip *clip, line fit, int at, const double *z)
{
    zd_view map = clip->maps[at];
    double sum = 0.0;
    double count = 0.0;
    for (int y = 0; y < map.height; y++) {
        const float *row = zd_view_row_f32(map, y);
        for (int x = 0; x < map.width; x++, z++) {
            if (*z > 0.0) {
                double d = depth_of(fit, row[x]);
                sum += fabs(d - *z) / d;
                count += 1.0;
            }
        }
    }
    return count > 0.0 ? sum / count : 0.0;
}

zd_status zd_temporal_tae(zd_context *ctx, const zd_temporal_clip *clip, double *out, zd_error *err)
{
    line fit;
    double sum = 0.0;
    if (clip->count < 2) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%d frames; two are needed to compare",
                       clip->count);
    }
    ZD_TRY(fit_clip(clip, &fit, err));
    size_t cells = (size_t) clip->maps[0].width * (size_t) clip->maps[0].height;
    double *z = zd_alloc(ctx, cells * sizeof *z);
    if (z == NULL) {
        return zd_fail_memory(err, "points carried from frame to frame");
    }
    for (int i = 0; i + 1 < clip->count; i++) {
        project(clip, fit, i, i + 1, z);
        sum += disagreement(clip, fit, i + 1, z);
        project(clip, fit, i + 1, i, z);
        sum += disagreement(clip, fit, i, z);
    }
    zd_free(ctx, z);
    *out = 100.0 * sum / (2.0 * (clip->count - 1));
    return ZD_OK;
}
