/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Alignment by a robust straight line, then a recursive mean along the motion whose gain falls as
 * one over the age of a pixel (a Kalman filter for a constant), down to a least gain, and rises
 * where picture or depth have changed. */

#include "depth/stabilise_internal.h"

#include <math.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "core/vector.h"
#include "depth/carver.h"
#include "depth/line_fit.h"
#include "image/vec4.h"

enum { BLOCK = ZD_MOTION_BLOCK, NOISE_BINS = 512, PICTURE = 4 /* floats of a pixel */, PIECE = 64 };

_Static_assert(ZD_PAST_COUNT == 8, "one vector");

#define LEAST_GAIN    0.08f /* of a new frame where nothing moves */
#define ANCHOR_GAIN   1e-4f /* of a new frame in the anchor, at least */
#define SETTLED_AGE   6.0f  /* frames after which a pixel has its full say in the alignment */
#define PICTURE_FLOOR 0.008f
#define DEPTH_STILL   3.0f
#define DEPTH_CHANGED 7.0f
#define SHEAR_LEAST   0.5f /* pixels: where motion parts, edges are renewed */
#define SHEAR_SURE    2.0f
#define SHEAR_GAIN    0.75f
#define EDGE_CRAWL    0.4f /* pixels that an edge may move by itself */
#define DEPTH_GAIN    0.5f /* the most that a change of depth alone does */

/* One frame on its way through the rows. */
typedef struct frame_job {
    zd_stabiliser *s;
    zd_view depth;
    zd_view out;
    zd_line fit;
    float picture_noise;
    float depth_noise;
    float strength;
} frame_job;

/* Hands out the memory, or counts it. */
static size_t plan(zd_stabiliser *s, float *base)
{
    zd_carver p = { .base = base };
    size_t pixels = (size_t) s->width * (size_t) s->height;
    size_t blocks = (size_t) s->across * (size_t) s->down;
    float **planes[7] = { &s->warped,        &s->warped_age,        &s->change, &s->gain,
                          &s->warped_anchor, &s->warped_anchor_age, &s->shear };
    float **grids[4] = { &s->block_depth, &s->block_estimate, &s->block_weight, &s->block_shear };
    s->past = zd_carver_take(&p, ZD_PAST_COUNT * pixels);
    for (int i = 0; i < 7; i++) {
        *planes[i] = zd_carver_take(&p, pixels);
    }
    for (int i = 0; i < ZD_FOLLOWER_COUNT; i++) {
        s->warped_followed[i] = zd_carver_take(&p, pixels);
    }
    for (int i = 0; i < ZD_MEMORY_COUNT; i++) {
        s->warped_sure[i] = zd_carver_take(&p, pixels);
    }
    s->vectors = zd_carver_take(&p, 2 * blocks);
    s->vector_scratch = zd_carver_take(&p, 2 * blocks);
    for (int i = 0; i < 4; i++) {
        *grids[i] = zd_carver_take(&p, blocks);
    }
    for (int i = 0; i < 2; i++) {
        s->pictures[i] = zd_carver_take(&p, PICTURE * pixels);
        float *luma = zd_carver_take(&p, zd_luma_floats(s->width, s->height));
        if (luma != NULL) {
            zd_luma_init(&s->lumas[i], luma, s->width, s->height);
        }
    }
    return p.used;
}

zd_status zd_stabiliser_create(zd_context *ctx, int map_width, int map_height, zd_stabiliser **out,
                               zd_error *err)
{
    ZD_REQUIRE(err, map_width > 0 && map_height > 0);
    *out = NULL;
    if (map_width < 1 || map_height < 1 || map_width > zd_context_max_dimension(ctx) ||
        map_height > zd_context_max_dimension(ctx))
    {
        return zd_fail(err, ZD_ERR_LIMIT, "a depth map of %dx%d; each side must be 1 to %d",
                       map_width, map_height, zd_context_max_dimension(ctx));
    }
    zd_stabiliser *s = zd_alloc_zeroed(ctx, 1, sizeof *s);
    if (s == NULL) {
        return zd_fail_memory(err, "the depth stabiliser");
    }
    s->ctx = ctx;
    s->width = map_width;
    s->height = map_height;
    s->across = (map_width + BLOCK - 1) / BLOCK;
    s->down = (map_height + BLOCK - 1) / BLOCK;
    s->memory = zd_alloc_zeroed(ctx, plan(s, NULL), sizeof(float));
    if (s->memory == NULL) {
        zd_stabiliser_destroy(&s);
        return zd_fail_memory(err, "the depth stabiliser");
    }
    plan(s, s->memory);
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
    memset(stabiliser->follows, 0, sizeof stabiliser->follows);
}

/* A place between four samples. */
typedef struct source {
    int x0;
    int x1;
    int y0;
    int y1;
    float fx;
    float fy;
} source;

/* Where a pixel lies between the blocks' centres. */
static source between_blocks(const zd_stabiliser *s, int x, int y)
{
    float bx = zd_float_clamp(((float) x + 0.5f) / BLOCK - 0.5f, 0.0f, (float) (s->across - 1));
    float by = zd_float_clamp(((float) y + 0.5f) / BLOCK - 0.5f, 0.0f, (float) (s->down - 1));
    source at = { (int) bx, 0, (int) by, 0, bx - floorf(bx), by - floorf(by) };
    at.x1 = zd_int_min(at.x0 + 1, s->across - 1);
    at.y1 = zd_int_min(at.y0 + 1, s->down - 1);
    return at;
}

static float mix(float a, float b, float c, float d, float fx, float fy)
{
    float top = a + (b - a) * fx;
    float bottom = c + (d - c) * fx;
    return top + (bottom - top) * fy;
}

/* What blocks have, `step` floats apart, at pixels x .. x+count-1 of a row, between the blocks' centres. */
static inline void spread_blocks(const zd_stabiliser *s, const float *blocks, int step, int x,
                                 int y, int count, float *restrict out)
{
    int end = x + count;
    for (int first = x; first < end;) {
        source at = between_blocks(s, first, y);
        const float *top = blocks + step * (ptrdiff_t) at.y0 * s->across;
        const float *bottom = blocks + step * (ptrdiff_t) at.y1 * s->across;
        float a = top[step * at.x0];
        float b = top[step * at.x1];
        float c = bottom[step * at.x0];
        float d = bottom[step * at.x1];
        int last = (first + BLOCK / 2) / BLOCK * BLOCK + BLOCK / 2; /* the next block's centre */
        last = zd_int_min(last, end);
        for (int i = first; i < last; i++) {
            float bx =
                zd_float_clamp(((float) i + 0.5f) / BLOCK - 0.5f, 0.0f, (float) (s->across - 1));
            out[i - x] = mix(a, b, c, d, bx - (float) at.x0, at.fy);
        }
        first = last;
    }
}

/* How much the motion of each block differs from its neighbours'. */
static void find_shear(zd_stabiliser *s)
{
    for (int block = 0; block < s->across * s->down; block++) {
        int x = block % s->across;
        int y = block / s->across;
        float most = 0.0f;
        for (int v = zd_int_max(y - 1, 0); v <= zd_int_min(y + 1, s->down - 1); v++) {
            for (int u = zd_int_max(x - 1, 0); u <= zd_int_min(x + 1, s->across - 1); u++) {
                const float *other = s->vectors + 2 * ((ptrdiff_t) v * s->across + u);
                most = zd_float_max(most, fabsf(other[0] - s->vectors[2 * block]));
                most = zd_float_max(most, fabsf(other[1] - s->vectors[2 * block + 1]));
            }
        }
        s->block_shear[block] = most;
    }
}

/* Four numbers between those of four pixels. */
static zd_vec4 between(const float *const corners[4], int from, source at)
{
    zd_vec4 fx = zd_vec4_splat(at.fx);
    zd_vec4 a = zd_vec4_load(corners[0] + from);
    zd_vec4 b = zd_vec4_load(corners[2] + from);
    a = a + (zd_vec4_load(corners[1] + from) - a) * fx;
    b = b + (zd_vec4_load(corners[3] + from) - b) * fx;
    return a + (b - a) * zd_vec4_splat(at.fy);
}

/* Where the numbers of the four pixels lie; each has `step` of them. */
static void find_corners(const zd_stabiliser *s, const float *plane, int step, source at,
                         const float *corners[4])
{
    const float *top = plane + step * (ptrdiff_t) at.y0 * s->width;
    const float *bottom = plane + step * (ptrdiff_t) at.y1 * s->width;
    corners[0] = top + step * (ptrdiff_t) at.x0;
    corners[1] = top + step * (ptrdiff_t) at.x1;
    corners[2] = bottom + step * (ptrdiff_t) at.x0;
    corners[3] = bottom + step * (ptrdiff_t) at.x1;
}

/* The largest difference of the colour channels between a pixel and where it was. */
static float colour_change(const zd_stabiliser *s, int x, int y, source from)
{
    const float *corners[4];
    float difference[4];
    float most = 0.0f;
    find_corners(s, s->pictures[1 - s->now], PICTURE, from, corners);
    zd_vec4 here = zd_vec4_load(s->pictures[s->now] + PICTURE * ((ptrdiff_t) y * s->width + x));
    zd_vec4_store(difference, here - between(corners, 0, from));
    for (int c = 0; c < 3; c++) {
        float change = fabsf(difference[c]);
        most = change > most ? change : most;
    }
    return most;
}

/* Where pixels of the new frame were. */
typedef struct origins {
    int x[PIECE];
    int y[PIECE];
    float fx[PIECE];
    float fy[PIECE];
} origins;

static inline void find_origins(const zd_stabiliser *s, int x, int y, int count, origins *out)
{
    float across[PIECE];
    float down[PIECE];
    spread_blocks(s, s->vectors, 2, x, y, count, across);
    spread_blocks(s, s->vectors + 1, 2, x, y, count, down);
    for (int i = 0; i < count; i++) {
        float px = zd_float_clamp((float) (x + i) + across[i], 0.0f, (float) (s->width - 1));
        float py = zd_float_clamp((float) y + down[i], 0.0f, (float) (s->height - 1));
        out->x[i] = (int) px;
        out->y[i] = (int) py;
        out->fx[i] = px - (float) out->x[i];
        out->fy[i] = py - (float) out->y[i];
    }
}

/* What has no weight is not read: it may be a hole. */
static inline source origin_of(const origins *o, int i)
{
    int x = o->x[i];
    int y = o->y[i];
    return (source){ x,        x + (o->fx[i] > 0.0f ? 1 : 0),
                     y,        y + (o->fy[i] > 0.0f ? 1 : 0),
                     o->fx[i], o->fy[i] };
}

typedef float past_lanes __attribute__((vector_size(4 * ZD_PAST_COUNT)));

/* The planes that a past is moved to, in its order. */
static inline void list_planes(const zd_stabiliser *s, ptrdiff_t at, float *planes[ZD_PAST_COUNT])
{
    planes[ZD_PAST_ESTIMATE] = s->warped + at;
    planes[ZD_PAST_AGE] = s->warped_age + at;
    planes[ZD_PAST_ANCHOR] = s->warped_anchor + at;
    planes[ZD_PAST_ANCHOR_AGE] = s->warped_anchor_age + at;
    for (int i = 0; i < ZD_FOLLOWER_COUNT; i++) {
        planes[ZD_PAST_FOLLOWED + i] = s->warped_followed[i] + at;
    }
    for (int i = 0; i < ZD_MEMORY_COUNT; i++) {
        planes[ZD_PAST_SURE + i] = s->warped_sure[i] + at;
    }
}

/* Eight pixels of eight numbers become eight numbers of eight pixels: pairs, fours, halves. */
static inline void turn(past_lanes v[8])
{
    past_lanes pairs[8];
    past_lanes fours[8];
    for (int i = 0; i < 8; i += 2) {
        pairs[i] = __builtin_shufflevector(v[i], v[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
        pairs[i + 1] = __builtin_shufflevector(v[i], v[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
    }
    for (int i = 0; i < 8; i += 4) {
        for (int k = 0; k < 2; k++) {
            past_lanes a = pairs[i + k];
            past_lanes b = pairs[i + 2 + k];
            fours[i + 2 * k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
            fours[i + 2 * k + 1] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
        }
    }
    for (int i = 0; i < 4; i++) {
        v[i] = __builtin_shufflevector(fours[i], fours[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
        v[i + 4] = __builtin_shufflevector(fours[i], fours[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
    }
}

/* Moves the past of up to eight pixels from x on. */
static inline void move_past(zd_stabiliser *s, const origins *o, int first, int count, ptrdiff_t at)
{
    past_lanes moved[8];
    float *planes[ZD_PAST_COUNT];
    memset(moved, 0, sizeof moved);
    for (int i = 0; i < count; i++) {
        const float *corners[4];
        past_lanes p[4];
        source from = origin_of(o, first + i);
        find_corners(s, s->past, ZD_PAST_COUNT, from, corners);
        for (int k = 0; k < 4; k++) {
            p[k] = *(const zd_vec8_at *) (const void *) corners[k];
        }
        p[0] += (p[1] - p[0]) * from.fx;
        p[2] += (p[3] - p[2]) * from.fx;
        moved[i] = p[0] + (p[2] - p[0]) * from.fy;
    }
    turn(moved);
    list_planes(s, at, planes);
    for (int i = 0; i < ZD_PAST_COUNT; i++) {
        if (count == 8) {
            *(zd_vec8_at *) (void *) planes[i] = moved[i];
        } else {
            memcpy(planes[i], &moved[i], (size_t) count * sizeof(float));
        }
    }
}

/* Moves the past to the new frame and finds how much the picture differs from it. */
static ZD_VECTORISED void warp_row(void *user, int y)
{
    const frame_job *job = user;
    zd_stabiliser *s = job->s;
    for (int x = 0; x < s->width; x += PIECE) {
        origins o;
        ptrdiff_t at = (ptrdiff_t) y * s->width + x;
        int count = zd_int_min(PIECE, s->width - x);
        int i = 0;
        find_origins(s, x, y, count, &o);
        for (; i + 8 <= count; i += 8) {
            move_past(s, &o, i, 8, at + i);
        }
        if (i < count) {
            move_past(s, &o, i, count - i, at + i);
        }
        for (i = 0; i < count; i++) {
            s->gain[at + i] = colour_change(s, x + i, y, origin_of(&o, i));
        }
    }
}

/* Means of the raw differences over three by three pixels. */
static ZD_VECTORISED void smooth_change_row(void *user, int y)
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
            bins[zd_int_min((int) zd_float_min(values[i] * scale, 1e6f), NOISE_BINS - 1)]++;
            valid++;
        }
    }
    int bin = 0;
    for (int below = bins[0]; below * 2 < valid && bin < NOISE_BINS - 1; below += bins[bin]) {
        bin++;
    }
    return ((float) bin + 0.5f) / scale;
}

/* Block means of the new depth and of the moved anchor, where the picture has not changed.
 * What was taken over from the last frame says nothing of the scale: its own would feed on itself. */
static ZD_VECTORISED void average_blocks(const frame_job *job)
{
    zd_stabiliser *s = job->s;
    for (int block = 0; block < s->across * s->down; block++) {
        int x0 = block % s->across * BLOCK;
        int y0 = block / s->across * BLOCK;
        int x1 = zd_int_min(x0 + BLOCK, s->width);
        int y1 = zd_int_min(y0 + BLOCK, s->height);
        float depth = 0.0f;
        float estimate = 0.0f;
        float age = 0.0f;
        int count = 0;
        for (int y = y0; y < y1; y++) {
            const float *row = zd_view_row_f32(job->depth, y);
            for (int x = x0; x < x1; x++) {
                ptrdiff_t at = (ptrdiff_t) y * s->width + x;
                float both = row[x] + s->warped_anchor[at];
                if (isfinite(both) && s->change[at] < ZD_PICTURE_STILL * job->picture_noise) {
                    depth += row[x];
                    estimate += s->warped_anchor[at];
                    age += s->warped_anchor_age[at];
                    count++;
                }
            }
        }
        float scale = count > 0 ? 1.0f / (float) count : 0.0f;
        s->block_depth[block] = depth * scale;
        s->block_estimate[block] = estimate * scale;
        s->block_weight[block] = (float) count * zd_stabiliser_ramp(age * scale, 0.9f, SETTLED_AGE);
    }
}

/* The steepest change of the moved estimate around a pixel. */
static float steepness(const zd_stabiliser *s, int x, int y)
{
    const float *row = s->warped + (ptrdiff_t) y * s->width;
    const float *above = s->warped + (ptrdiff_t) zd_int_max(y - 1, 0) * s->width;
    const float *below = s->warped + (ptrdiff_t) zd_int_min(y + 1, s->height - 1) * s->width;
    float across = fabsf(row[zd_int_min(x + 1, s->width - 1)] - row[zd_int_max(x - 1, 0)]);
    return 0.5f * zd_float_max(across, fabsf(below[x] - above[x]));
}

/* The anchor forgets only what has changed, so that errors of alignment die out like 1 / n instead
 * of adding up. */
static void update_anchor(zd_stabiliser *s, ptrdiff_t at, float here, float change)
{
    float past = s->warped_anchor[at];
    float gain = zd_float_max(change, 1.0f / (s->warped_anchor_age[at] + 1.0f));
    gain = isfinite(past) ? zd_float_max(gain, ANCHOR_GAIN) : 1.0f;
    float *now = zd_stabiliser_past(s, at);
    now[ZD_PAST_ANCHOR] = gain < 1.0f ? past + gain * (here - past) : here;
    now[ZD_PAST_ANCHOR_AGE] = 1.0f / gain;
}

static ZD_VECTORISED void blend_row(void *user, int y)
{
    const frame_job *job = user;
    zd_stabiliser *s = job->s;
    const float *depth = zd_view_row_f32(job->depth, y);
    float *out = zd_view_row_f32(job->out, y);
    spread_blocks(s, s->block_shear, 1, 0, y, s->width, s->shear + (ptrdiff_t) y * s->width);
    for (int x = 0; x < s->width; x++) {
        ptrdiff_t at = (ptrdiff_t) y * s->width + x;
        float here = job->fit.scale * depth[x] + job->fit.shift;
        float *now = zd_stabiliser_past(s, at);
        float past = s->warped[at];
        float gain = 1.0f;
        float shear = s->shear[at];
        if (!isfinite(past) || !isfinite(here)) {
            now[ZD_PAST_ANCHOR] = here;
            now[ZD_PAST_ANCHOR_AGE] = 1.0f;
        } else {
            float tolerance = job->depth_noise + EDGE_CRAWL * steepness(s, x, y);
            float by_depth = DEPTH_GAIN * zd_stabiliser_ramp(fabsf(here - past) / tolerance,
                                                             DEPTH_STILL, DEPTH_CHANGED);
            float by_picture = zd_stabiliser_ramp(s->change[at] / job->picture_noise,
                                                  ZD_PICTURE_STILL, ZD_PICTURE_CHANGED);
            float by_motion = SHEAR_GAIN * zd_stabiliser_ramp(shear, SHEAR_LEAST, SHEAR_SURE);
            float steady = zd_float_max(LEAST_GAIN, 1.0f / (s->warped_age[at] + 1.0f));
            float change = zd_float_max(by_motion, zd_float_max(by_depth, by_picture));
            gain = zd_float_max(steady, change);
            update_anchor(s, at, here, change);
            gain = 1.0f - job->strength * (1.0f - gain);
            here = past + gain * (here - past);
        }
        s->gain[at] = gain;
        now[ZD_PAST_AGE] = 1.0f / gain;
        now[ZD_PAST_ESTIMATE] = here;
        out[x] = here;
    }
}

/* Takes the frame as it is. */
static void start(zd_stabiliser *s, zd_view depth, zd_view out)
{
    for (int y = 0; y < s->height; y++) {
        const float *from = zd_view_row_f32(depth, y);
        for (int x = 0; x < s->width; x++) {
            float *now = zd_stabiliser_past(s, (ptrdiff_t) y * s->width + x);
            now[ZD_PAST_ESTIMATE] = from[x];
            now[ZD_PAST_AGE] = 1.0f;
            now[ZD_PAST_ANCHOR] = from[x];
            now[ZD_PAST_ANCHOR_AGE] = 1.0f;
        }
        memmove(zd_view_row_f32(out, y), from, (size_t) s->width * sizeof(float));
    }
    s->started = true;
    s->fresh = true;
}

static ZD_VECTORISED void find_noise(frame_job *job)
{
    zd_stabiliser *s = job->s;
    int count = s->width * s->height;
    job->picture_noise = PICTURE_FLOOR + median(s->change, count, 0.25f);
    s->picture_noise = job->picture_noise;
    average_blocks(job);
    zd_line_samples samples = { s->block_depth, s->block_estimate, s->block_weight,
                                s->across * s->down, 0.05 * count };
    job->fit = zd_line_fit(&samples, s->vector_scratch); /* free by now, and large enough */
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
            most = zd_float_max(most, fabsf(s->warped[at]) < 1e30f ? s->warped[at] : 0.0f);
            least = zd_float_min(least, fabsf(s->warped[at]) < 1e30f ? s->warped[at] : 0.0f);
        }
    }
    float extent = zd_float_max(most - least, 1e-6f);
    job->depth_noise = 1.48f * median(s->gain, count, 0.1f * extent) + 0.002f * extent;
}

static ZD_VECTORISED void load_picture(zd_stabiliser *s, zd_view rgb)
{
    float *to = s->pictures[s->now];
    for (int y = 0; y < s->height; y++) {
        const float *from = zd_view_row_f32(rgb, y);
        for (int x = 0; x < s->width; x++, to += PICTURE, from += rgb.format.channels) {
            for (int c = 0; c < 3; c++) {
                to[c] = from[c] > -1.0f ? zd_float_min(from[c], 4.0f) : 0.0f; /* NaN is 0 */
            }
        }
    }
}

zd_status zd_stabiliser_process(zd_stabiliser *s, zd_view depth, zd_view rgb, float strength,
                                zd_view out, zd_error *err)
{
    ZD_REQUIRE(err, depth.format.channels == 1 && rgb.format.channels == 3);
    ZD_REQUIRE(err, strength >= 0.0f && strength <= 1.0f);
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
    load_picture(s, rgb);
    if (!s->started || !(strength > 0.0f)) {
        start(s, depth, out);
        return ZD_OK;
    }
    s->strength = zd_float_min(strength, 1.0f);
    frame_job job = { .s = s, .depth = depth, .out = out, .strength = s->strength };
    zd_motion_find(s->ctx, &s->lumas[s->now], &s->lumas[1 - s->now], s->vectors, s->vector_scratch);
    find_shear(s);
    zd_pool_run(pool, s->height, warp_row, &job);
    zd_pool_run(pool, s->height, smooth_change_row, &job);
    find_noise(&job);
    zd_pool_run(pool, s->height, blend_row, &job);
    s->fresh = false;
    return ZD_OK;
}
