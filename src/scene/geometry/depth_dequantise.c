/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Takes the steps of a quantised map out again, within half a step of its values, so that slopes can be
 * read off it. Where the values are flat for long the smoothing is wide: a recursive filter (Gastal and
 * Oliveira, Domain Transform for Edge-Aware Image and Video Processing, ACM TOG 30, 2011) whose width
 * follows the lengths of the flat runs, and which does not cross what is more than a step or two. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/require.h"
#include "core/size.h"
#include "scene/depth_convert.h"

enum { SAMPLES = 1 << 16, MOST_LEVELS = 6000, FEWEST_LEVELS = 12, ROUNDS = 5, LONGEST_RUN = 96 };
#define LEAST_RUN    1.6 /* runs of one sample are noise, too */
#define STEPS_ACROSS 4.0 /* more than so many between neighbours is another thing */

static int by_value(const void *a, const void *b)
{
    float x = *(const float *) a;
    float y = *(const float *) b;
    return (x > y) - (x < y);
}

/* The values that a map has, in order; 0 when they are too many or too few for steps. */
static int find_levels(zd_view view, float *levels)
{
    int64_t total = (int64_t) view.width * view.height;
    int64_t stride = total / SAMPLES + 1;
    int count = 0;
    for (int64_t i = 0; i < total && count < SAMPLES; i += stride) {
        float v = zd_view_row_f32(view, (int) (i / view.width))[i % view.width];
        if (isfinite(v)) {
            levels[count++] = v;
        }
    }
    qsort(levels, (size_t) count, sizeof *levels, by_value);
    int unique = 0;
    for (int i = 0; i < count; i++) {
        if (unique == 0 || levels[i] > levels[unique - 1]) {
            levels[unique++] = levels[i];
        }
    }
    return unique > MOST_LEVELS || unique < FEWEST_LEVELS ? 0 : unique;
}

/* The smallest gap, if most others are about whole multiples of it; else 0. */
static double find_step(const float *levels, int count)
{
    double step = HUGE_VAL;
    int whole = 0;
    for (int i = 1; i < count; i++) {
        step = fmin(step, (double) levels[i] - (double) levels[i - 1]);
    }
    for (int i = 1; i < count; i++) {
        double times = ((double) levels[i] - (double) levels[i - 1]) / step;
        whole += fabs(times - floor(times + 0.5)) < 0.1 && times < 16.0;
    }
    return whole * 10 >= (count - 1) * 9 ? step : 0.0;
}

typedef struct smoother {
    zd_view raw;
    zd_view out;
    const float *levels;
    int level_count;
    double step;
    double spread;        /* of the filter, in runs */
    unsigned char *flats; /* of each sample: how far the values about it are flat the shorter way */
} smoother;

/* Half the gap about a value: half floats have several. */
static float tolerance(const smoother *s, float v)
{
    int low = 0;
    int high = s->level_count - 1;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (s->levels[middle] <= v) {
            low = middle;
        } else {
            high = middle;
        }
    }
    double above = (double) s->levels[high] - (double) s->levels[low];
    double below = low > 0 ? (double) s->levels[low] - (double) s->levels[low - 1] : above;
    double gap = fmin(above, below);
    return (float) (0.5 * fmin(fmax(gap, s->step), 4.0 * s->step));
}

/* A line of the map: a row, or a column. */
typedef struct line {
    const float *raw;
    float *out;
    unsigned char *flat;
    ptrdiff_t raw_next;
    ptrdiff_t out_next;
    ptrdiff_t flat_next;
    int count;
} line;

static line row_of(const smoother *s, int y)
{
    return (line){ zd_view_row_f32(s->raw, y),
                   zd_view_row_f32(s->out, y),
                   s->flats + (size_t) y * (size_t) s->raw.width,
                   1,
                   1,
                   1,
                   s->raw.width };
}

static line column_of(const smoother *s, int x)
{
    return (line){ zd_view_row_f32(s->raw, 0) + x,
                   zd_view_row_f32(s->out, 0) + x,
                   s->flats + x,
                   s->raw.stride_bytes / (ptrdiff_t) sizeof(float),
                   s->out.stride_bytes / (ptrdiff_t) sizeof(float),
                   s->raw.width,
                   s->raw.height };
}

static bool is_joined(const smoother *s, float a, float b)
{
    return fabs((double) a - (double) b) <= STEPS_ACROSS * s->step;
}

static void measure_line(const line *l)
{
    for (int start = 0; start < l->count;) {
        float v = l->raw[start * l->raw_next];
        int end = start + 1;
        while (end < l->count && l->raw[end * l->raw_next] == v) {
            end++;
        }
        for (int i = start; i < end; i++) {
            unsigned char *flat = &l->flat[i * l->flat_next];
            *flat = (unsigned char) zd_int_min(end - start, *flat);
        }
        start = end;
    }
}

/* What a sample hands on to the next: by how far the values are flat about them. */
static double feedback(const smoother *s, const line *l, int i)
{
    float a = l->raw[(i - 1) * l->raw_next];
    float b = l->raw[i * l->raw_next];
    double flat = LEAST_RUN + 0.5 * (l->flat[(i - 1) * l->flat_next] + l->flat[i * l->flat_next]);
    return is_joined(s, a, b) ? exp(-M_SQRT2 / (s->spread * flat)) : 0.0;
}

static void take(float *p, float from, double share)
{
    *p += share > 0.0 ? (float) share * (from - *p) : 0.0f; /* NaN hands nothing on */
}

static void filter_line(const smoother *s, const line *l)
{
    for (int i = 1; i < l->count; i++) {
        float *p = &l->out[i * l->out_next];
        take(p, p[-l->out_next], feedback(s, l, i));
    }
    for (int i = l->count - 2; i >= 0; i--) {
        float *p = &l->out[i * l->out_next];
        take(p, p[l->out_next], feedback(s, l, i + 1));
    }
}

static void measure_row(void *user, int y)
{
    line l = row_of(user, y);
    measure_line(&l);
}

static void measure_column(void *user, int x)
{
    line l = column_of(user, x);
    measure_line(&l);
}

static void filter_row(void *user, int y)
{
    line l = row_of(user, y);
    filter_line(user, &l);
}

static void filter_column(void *user, int x)
{
    line l = column_of(user, x);
    filter_line(user, &l);
}

static void clamp_row(void *user, int y)
{
    const smoother *s = user;
    const float *raw = zd_view_row_f32(s->raw, y);
    float *out = zd_view_row_f32(s->out, y);
    for (int x = 0; x < s->raw.width; x++) {
        float most = tolerance(s, raw[x]);
        out[x] = isfinite(raw[x]) ? fminf(fmaxf(out[x], raw[x] - most), raw[x] + most) : raw[x];
    }
}

static void smooth(zd_context *ctx, smoother *s)
{
    static const double spreads[ROUNDS] = { 0.5, 0.42, 0.36, 0.36, 0.36 };
    zd_pool *pool = zd_context_pool(ctx);
    memset(s->flats, LONGEST_RUN, (size_t) s->raw.width * (size_t) s->raw.height);
    zd_pool_run(pool, s->raw.height, measure_row, s);
    zd_pool_run(pool, s->raw.width, measure_column, s);
    for (int round = 0; round < ROUNDS; round++) {
        s->spread = spreads[round];
        zd_pool_run(pool, s->raw.height, filter_row, s);
        zd_pool_run(pool, s->raw.width, filter_column, s);
        zd_pool_run(pool, s->raw.height, clamp_row, s);
    }
}

zd_status zd_scene_depth_dequantise(zd_context *ctx, zd_view raw, zd_view out, double *step,
                                    zd_error *err)
{
    ZD_REQUIRE(err, raw.width == out.width && raw.height == out.height);
    float *levels = zd_alloc_zeroed(ctx, SAMPLES, sizeof *levels);
    smoother s = { .raw = raw, .out = out, .levels = levels };
    s.flats = zd_alloc_zeroed(ctx, (size_t) raw.width, (size_t) raw.height);
    bool good = levels != NULL && s.flats != NULL;
    if (good) {
        s.level_count = find_levels(raw, levels);
        s.step = s.level_count > 0 ? find_step(levels, s.level_count) : 0.0;
        zd_view_copy(raw, out);
    }
    if (s.step > 0.0) {
        smooth(ctx, &s);
    }
    zd_free(ctx, levels);
    zd_free(ctx, s.flats);
    *step = s.step;
    return good ? ZD_OK : zd_fail_memory(err, "the steps of a depth map");
}
