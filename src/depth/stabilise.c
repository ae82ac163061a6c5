/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Alignment by a robust straight line, then a recursive mean along the motion whose gain falls as
 * one over the age of a pixel (a Kalman filter for a constant), down to a least gain, and rises
 * where picture or depth have changed.
 *
 * The line is fitted with errors in both variables (Deming): plain least squares would shrink the
 * depth a little in every frame, which is a lot after ten thousand. */

#include "depth/stabilise.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"
#include "depth/motion.h"

enum { BLOCK = ZD_MOTION_BLOCK, FIT_ROUNDS = 4, NOISE_BINS = 512 };

#define LEAST_GAIN      0.08f /* of a new frame where nothing moves */
#define NOISE_RATIO     0.06  /* variance of the estimate over that of a frame */
#define PICTURE_FLOOR   0.008f
#define PICTURE_STILL   2.5f /* times the noise: the picture has not changed */
#define PICTURE_CHANGED 5.0f
#define DEPTH_STILL     3.0f
#define DEPTH_CHANGED   7.0f
#define DEPTH_GAIN      0.5f /* the most that a change of depth alone does */

typedef struct line {
    float scale;
    float shift;
} line;

struct zd_stabiliser {
    zd_context *ctx;
    int width;
    int height;
    int across; /* blocks */
    int down;
    float *memory;
    bool started;
    bool follows; /* `followed` holds the estimate of the other plane */
    bool fresh;   /* the last frame was the first: followers copy */
    zd_luma lumas[2];
    int now; /* index of the last frame's luma */
    float *estimate;
    float *warped; /* the estimate moved to the new frame */
    float *age;
    float *warped_age;
    float *change; /* of the picture along the motion, smoothed */
    float *gain;
    float *followed;
    float *warped_followed;
    float *vectors;
    float *vector_scratch;
    float *block_depth; /* means over blocks, for the fit */
    float *block_estimate;
    float *block_weight;
};

/* One frame on its way through the rows. */
typedef struct frame_job {
    zd_stabiliser *s;
    zd_view depth;
    zd_view out;
    line fit;
    float picture_noise;
    float depth_noise;
    float strength;
} frame_job;

zd_status zd_stabiliser_create(zd_context *ctx, int map_width, int map_height, zd_stabiliser **out,
                               zd_error *err)
{
    *out = NULL;
    if (map_width < 1 || map_height < 1 || map_width > zd_context_max_dimension(ctx) ||
        map_height > zd_context_max_dimension(ctx))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "a depth map of %dx%d; each side must be 1 to %d",
                       map_width, map_height, zd_context_max_dimension(ctx));
    }
    size_t pixels = (size_t) map_width * (size_t) map_height;
    int across = (map_width + BLOCK - 1) / BLOCK;
    int down = (map_height + BLOCK - 1) / BLOCK;
    size_t blocks = (size_t) across * (size_t) down;
    size_t luma = zd_luma_floats(map_width, map_height);
    zd_stabiliser *s = zd_alloc_zeroed(ctx, 1, sizeof *s);
    float *memory = zd_alloc_zeroed(ctx, 8 * pixels + 7 * blocks + 2 * luma, sizeof(float));
    if (s == NULL || memory == NULL) {
        zd_free(ctx, memory);
        zd_free(ctx, s);
        return zd_fail_memory(err, "the depth stabiliser");
    }
    *s = (zd_stabiliser){ .ctx = ctx, .width = map_width, .height = map_height };
    s->across = across;
    s->down = down;
    s->memory = memory;
    float **planes[8] = { &s->estimate, &s->warped, &s->age,      &s->warped_age,
                          &s->change,   &s->gain,   &s->followed, &s->warped_followed };
    for (int i = 0; i < 8; i++, memory += pixels) {
        *planes[i] = memory;
    }
    float **grids[7] = { &s->vectors,        NULL,
                         &s->vector_scratch, NULL,
                         &s->block_depth,    &s->block_estimate,
                         &s->block_weight };
    for (int i = 0; i < 7; i++, memory += blocks) {
        if (grids[i] != NULL) {
            *grids[i] = memory;
        }
    }
    zd_luma_init(&s->lumas[0], memory, map_width, map_height);
    zd_luma_init(&s->lumas[1], memory + luma, map_width, map_height);
    *out = s;
    return ZD_OK;
}

void zd_stabiliser_destroy(zd_stabiliser **stabiliser)
{
    if (*stabiliser != NULL) {
        zd_free((*stabiliser)->ctx, (*stabiliser)->memory);
        zd_free((*stabiliser)->ctx, *stabiliser);
        *stabiliser = NULL;
    }
}

void zd_stabiliser_reset(zd_stabiliser *stabiliser)
{
    stabiliser->started = false;
    stabiliser->follows = false;
}

/* The motion vector at a pixel, between those of the blocks' centres. */
static void vector_at(const zd_stabiliser *s, int x, int y, float *u, float *v)
{
    float bx = zd_float_clamp(((float) x + 0.5f) / BLOCK - 0.5f, 0.0f, (float) (s->across - 1));
    float by = zd_float_clamp(((float) y + 0.5f) / BLOCK - 0.5f, 0.0f, (float) (s->down - 1));
    int x0 = (int) bx;
    int y0 = (int) by;
    int x1 = zd_int_min(x0 + 1, s->across - 1);
    int y1 = zd_int_min(y0 + 1, s->down - 1);
    float fx = bx - (float) x0;
    float fy = by - (float) y0;
    const float *top = s->vectors + 2 * (ptrdiff_t) y0 * s->across;
    const float *bottom = s->vectors + 2 * (ptrdiff_t) y1 * s->across;
    for (int i = 0; i < 2; i++) {
        float a = top[2 * x0 + i] + (top[2 * x1 + i] - top[2 * x0 + i]) * fx;
        float b = bottom[2 * x0 + i] + (bottom[2 * x1 + i] - bottom[2 * x0 + i]) * fx;
        *(i == 0 ? u : v) = a + (b - a) * fy;
    }
}

/* Where a pixel of the new frame was, as four samples and two shares. */
typedef struct source {
    int x0;
    int x1;
    int y0;
    int y1;
    float fx;
    float fy;
} source;

static source source_of(const zd_stabiliser *s, int x, int y)
{
    float u;
    float v;
    vector_at(s, x, y, &u, &v);
    float px = zd_float_clamp((float) x + u, 0.0f, (float) (s->width - 1));
    float py = zd_float_clamp((float) y + v, 0.0f, (float) (s->height - 1));
    source from = { (int) px, 0, (int) py, 0, px - floorf(px), py - floorf(py) };
    from.x1 = zd_int_min(from.x0 + 1, s->width - 1);
    from.y1 = zd_int_min(from.y0 + 1, s->height - 1);
    return from;
}

static float sample(const float *plane, ptrdiff_t stride, source at)
{
    const float *top = plane + at.y0 * stride;
    const float *bottom = plane + at.y1 * stride;
    float a = top[at.x0] + (top[at.x1] - top[at.x0]) * at.fx;
    float b = bottom[at.x0] + (bottom[at.x1] - bottom[at.x0]) * at.fx;
    return a + (b - a) * at.fy;
}

/* Moves the past to the new frame and finds how much the picture differs from it. */
static void warp_row(void *user, int y)
{
    const frame_job *job = user;
    zd_stabiliser *s = job->s;
    const zd_luma *now = &s->lumas[s->now];
    const zd_luma *before = &s->lumas[1 - s->now];
    const float *here = now->levels[0] + (ptrdiff_t) y * now->stride[0];
    ptrdiff_t row = (ptrdiff_t) y * s->width;
    for (int x = 0; x < s->width; x++) {
        source from = source_of(s, x, y);
        s->warped[row + x] = sample(s->estimate, s->width, from);
        s->warped_age[row + x] = sample(s->age, s->width, from);
        if (s->follows) {
            s->warped_followed[row + x] = sample(s->followed, s->width, from);
        }
        s->gain[row + x] = fabsf(here[x] - sample(before->levels[0], before->stride[0], from));
    }
}

/* Means of the raw differences over three by three pixels. */
static void smooth_change_row(void *user, int y)
{
    const frame_job *job = user;
    zd_stabiliser *s = job->s;
    for (int x = 0; x < s->width; x++) {
        float sum = 0.0f;
        for (int i = -1; i <= 1; i++) {
            const float *row =
                s->gain + (ptrdiff_t) zd_int_clamp(y + i, 0, s->height - 1) * s->width;
            sum += row[zd_int_max(x - 1, 0)] + row[x] + row[zd_int_min(x + 1, s->width - 1)];
        }
        s->change[(ptrdiff_t) y * s->width + x] = sum * (1.0f / 9.0f);
    }
}

/* The median of non-negative values, from a histogram up to `most`. */
static float median(const float *values, int count, float most)
{
    int bins[NOISE_BINS] = { 0 };
    float scale = (float) NOISE_BINS / most;
    int valid = 0;
    for (int i = 0; i < count; i++) {
        if (values[i] >= 0.0f) {
            bins[zd_int_min((int) fminf(values[i] * scale, 1e6f), NOISE_BINS - 1)]++;
            valid++;
        }
    }
    int bin = 0;
    for (int below = bins[0]; below * 2 < valid && bin < NOISE_BINS - 1; below += bins[bin]) {
        bin++;
    }
    return ((float) bin + 0.5f) / scale;
}

/* Block means of the new depth and of the moved estimate, where the picture has not changed. */
static void average_blocks(const frame_job *job)
{
    zd_stabiliser *s = job->s;
    for (int block = 0; block < s->across * s->down; block++) {
        int x0 = block % s->across * BLOCK;
        int y0 = block / s->across * BLOCK;
        int x1 = zd_int_min(x0 + BLOCK, s->width);
        int y1 = zd_int_min(y0 + BLOCK, s->height);
        float depth = 0.0f;
        float estimate = 0.0f;
        int count = 0;
        for (int y = y0; y < y1; y++) {
            const float *row = zd_view_row_f32(job->depth, y);
            for (int x = x0; x < x1; x++) {
                ptrdiff_t at = (ptrdiff_t) y * s->width + x;
                float both = row[x] + s->warped[at];
                if (isfinite(both) && s->change[at] < PICTURE_STILL * job->picture_noise) {
                    depth += row[x];
                    estimate += s->warped[at];
                    count++;
                }
            }
        }
        float scale = count > 0 ? 1.0f / (float) count : 0.0f;
        s->block_depth[block] = depth * scale;
        s->block_estimate[block] = estimate * scale;
        s->block_weight[block] = (float) count;
    }
}

/* One weighted Deming fit. Returns false when there is too little to fit a slope to. */
static bool fit_line(const zd_stabiliser *s, const float *weights, line *out)
{
    double w = 0.0;
    double x = 0.0;
    double y = 0.0;
    int count = s->across * s->down;
    for (int i = 0; i < count; i++) {
        w += (double) weights[i];
        x += (double) weights[i] * (double) s->block_depth[i];
        y += (double) weights[i] * (double) s->block_estimate[i];
    }
    if (!(w >= 0.05 * s->width * s->height)) {
        return false;
    }
    x /= w;
    y /= w;
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (int i = 0; i < count; i++) {
        double dx = (double) s->block_depth[i] - x;
        double dy = (double) s->block_estimate[i] - y;
        xx += (double) weights[i] * dx * dx;
        yy += (double) weights[i] * dy * dy;
        xy += (double) weights[i] * dx * dy;
    }
    double scale = 1.0;
    double d = yy - NOISE_RATIO * xx;
    if (xy > 0.5 * sqrt(xx * yy) && xy > 0.0) {
        scale = (d + sqrt(d * d + 4.0 * NOISE_RATIO * xy * xy)) / (2.0 * xy);
        scale = fmin(fmax(scale, 0.5), 2.0);
    }
    *out = (line){ (float) scale, (float) (y - scale * x) };
    return true;
}

/* Fits again and again with less weight for what disagrees (Geman-McClure). */
static line align(zd_stabiliser *s)
{
    line fit = { 1.0f, 0.0f };
    int count = s->across * s->down;
    float *weights = s->vector_scratch; /* free by now; two floats a block */
    memcpy(weights, s->block_weight, (size_t) count * sizeof *weights);
    for (int round = 0; round < FIT_ROUNDS; round++) {
        if (!fit_line(s, weights, &fit)) {
            break;
        }
        double sum = 0.0;
        double total = 1e-9;
        for (int i = 0; i < count; i++) {
            float residual = fit.scale * s->block_depth[i] + fit.shift - s->block_estimate[i];
            sum += (double) (weights[i] * fabsf(residual));
            total += (double) weights[i];
        }
        float width = 2.0f * (float) (sum / total) + 1e-9f;
        for (int i = 0; i < count; i++) {
            float residual = fit.scale * s->block_depth[i] + fit.shift - s->block_estimate[i];
            float r = residual / width;
            weights[i] = s->block_weight[i] / ((1.0f + r * r) * (1.0f + r * r));
        }
    }
    return fit;
}

static float ramp(float value, float low, float high)
{
    return zd_float_clamp((value - low) / (high - low), 0.0f, 1.0f);
}

/* The steepest change of the moved estimate around a pixel. */
static float steepness(const zd_stabiliser *s, int x, int y)
{
    const float *row = s->warped + (ptrdiff_t) y * s->width;
    const float *above = s->warped + (ptrdiff_t) zd_int_max(y - 1, 0) * s->width;
    const float *below = s->warped + (ptrdiff_t) zd_int_min(y + 1, s->height - 1) * s->width;
    float across = fabsf(row[zd_int_min(x + 1, s->width - 1)] - row[zd_int_max(x - 1, 0)]);
    return 0.5f * fmaxf(across, fabsf(below[x] - above[x]));
}

static void blend_row(void *user, int y)
{
    const frame_job *job = user;
    zd_stabiliser *s = job->s;
    const float *depth = zd_view_row_f32(job->depth, y);
    float *out = zd_view_row_f32(job->out, y);
    for (int x = 0; x < s->width; x++) {
        ptrdiff_t at = (ptrdiff_t) y * s->width + x;
        float here = job->fit.scale * depth[x] + job->fit.shift;
        float past = s->warped[at];
        float gain = 1.0f;
        if (isfinite(past) && isfinite(here)) {
            float tolerance = job->depth_noise + steepness(s, x, y);
            float by_depth =
                DEPTH_GAIN * ramp(fabsf(here - past) / tolerance, DEPTH_STILL, DEPTH_CHANGED);
            float by_picture =
                ramp(s->change[at] / job->picture_noise, PICTURE_STILL, PICTURE_CHANGED);
            float steady = fmaxf(LEAST_GAIN, 1.0f / (s->warped_age[at] + 1.0f));
            gain = fmaxf(steady, fmaxf(by_depth, by_picture));
            gain = 1.0f - job->strength * (1.0f - gain);
            here = past + gain * (here - past);
        }
        s->gain[at] = gain;
        s->age[at] = 1.0f / gain;
        s->estimate[at] = here;
        out[x] = here;
    }
}

/* Takes the frame as it is. */
static void start(zd_stabiliser *s, zd_view depth, zd_view out)
{
    for (int y = 0; y < s->height; y++) {
        memcpy(s->estimate + (ptrdiff_t) y * s->width, zd_view_row_f32(depth, y),
               (size_t) s->width * sizeof(float));
        memmove(zd_view_row_f32(out, y), zd_view_row_f32(depth, y),
                (size_t) s->width * sizeof(float));
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t) s->width * s->height; i++) {
        s->age[i] = 1.0f;
    }
    s->started = true;
    s->fresh = true;
}

static void find_noise(frame_job *job)
{
    zd_stabiliser *s = job->s;
    int count = s->width * s->height;
    job->picture_noise = PICTURE_FLOOR + median(s->change, count, 0.25f);
    average_blocks(job);
    job->fit = align(s);
    job->fit.scale = 1.0f + job->strength * (job->fit.scale - 1.0f);
    job->fit.shift *= job->strength;
    float most = 0.0f;
    float least = 0.0f;
    for (int y = 0; y < s->height; y++) {
        const float *row = zd_view_row_f32(job->depth, y);
        for (int x = 0; x < s->width; x++) {
            ptrdiff_t at = (ptrdiff_t) y * s->width + x;
            float residual = fabsf(job->fit.scale * row[x] + job->fit.shift - s->warped[at]);
            s->gain[at] = residual < INFINITY ? residual : -1.0f; /* NaN does not count */
            most = fmaxf(most, fabsf(s->warped[at]) < 1e30f ? s->warped[at] : 0.0f);
            least = fminf(least, fabsf(s->warped[at]) < 1e30f ? s->warped[at] : 0.0f);
        }
    }
    float extent = fmaxf(most - least, 1e-6f);
    job->depth_noise = 1.48f * median(s->gain, count, 0.1f * extent) + 0.002f * extent;
}

zd_status zd_stabiliser_process(zd_stabiliser *s, zd_view depth, zd_view rgb, float strength,
                                zd_view out, zd_error *err)
{
    if (depth.width != s->width || depth.height != s->height || rgb.width != s->width ||
        rgb.height != s->height || out.width != s->width || out.height != s->height)
    {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "depth of %dx%d and picture of %dx%d; the stabiliser was made for %dx%d",
                       depth.width, depth.height, rgb.width, rgb.height, s->width, s->height);
    }
    zd_pool *pool = zd_context_pool(s->ctx);
    s->now = 1 - s->now;
    zd_luma_load(&s->lumas[s->now], rgb);
    if (!s->started || !(strength > 0.0f)) {
        start(s, depth, out);
        return ZD_OK;
    }
    frame_job job = { .s = s, .depth = depth, .out = out, .strength = fminf(strength, 1.0f) };
    zd_motion_find(s->ctx, &s->lumas[s->now], &s->lumas[1 - s->now], s->vectors, s->vector_scratch);
    zd_pool_run(pool, s->height, warp_row, &job);
    zd_pool_run(pool, s->height, smooth_change_row, &job);
    find_noise(&job);
    zd_pool_run(pool, s->height, blend_row, &job);
    s->fresh = false;
    return ZD_OK;
}

void zd_stabiliser_follow(zd_stabiliser *s, zd_view plane, zd_view out)
{
    for (int y = 0; y < s->height; y++) {
        const float *from = zd_view_row_f32(plane, y);
        float *to = zd_view_row_f32(out, y);
        for (int x = 0; x < s->width; x++) {
            ptrdiff_t at = (ptrdiff_t) y * s->width + x;
            float past = s->warped_followed[at];
            bool mixes = s->follows && !s->fresh && isfinite(past) && isfinite(from[x]);
            to[x] = mixes ? past + s->gain[at] * (from[x] - past) : from[x];
            s->followed[at] = to[x];
        }
    }
    s->follows = true;
}
