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
enum { JOINED_LEFT = 1, JOINED_ABOVE = 2 };
enum { STEEP_RUN = 3 }; /* where no value is flat for longer, neighbours may be some steps apart */
enum {
    FLAT_SHARE = 20
}; /* of so many samples of a quantised map one is like its neighbours, at least */
enum { NO_CODE = 0xffff };
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

static double gap_at(const float *levels, int i)
{
    return (double) levels[i] - (double) levels[i - 1];
}

/* The smallest gap, if most others are about whole multiples of it; else 0. */
static double even_step(const float *levels, int count)
{
    double step = HUGE_VAL;
    int whole = 0;
    for (int i = 1; i < count; i++) {
        step = fmin(step, gap_at(levels, i));
    }
    for (int i = 1; i < count; i++) {
        double times = gap_at(levels, i) / step;
        whole += fabs(times - floor(times + 0.5)) < 0.1 && times < 16.0;
    }
    return whole * 10 >= (count - 1) * 9 ? step : 0.0;
}

/* The mean gap, if most are about as large as the next: codes that were put into others (55 of 255), or through a
 * curve. Else 0. */
static double uneven_step(const float *levels, int count)
{
    int alike = 0;
    for (int i = 1; i + 1 < count; i++) {
        double ratio = gap_at(levels, i + 1) / gap_at(levels, i);
        alike += ratio > 0.45 && ratio < 2.2;
    }
    double step = ((double) levels[count - 1] - (double) levels[0]) / (count - 1);
    return alike * 10 >= (count - 2) * 9 ? step : 0.0;
}

static double find_step(const float *levels, int count)
{
    double step = even_step(levels, count);
    return step > 0.0 ? step : uneven_step(levels, count);
}

typedef struct smoother {
    zd_view raw;
    zd_view out;
    const float *levels;
    int level_count;
    double step;
    double spread;        /* of the filter, in runs */
    unsigned char *flats; /* of each sample: how far the values about it are flat the shorter way */
    unsigned char *joined; /* of each sample: with which of those before it */
    uint16_t *codes;       /* of each sample: which level it has */
} smoother;

/* The last level that is not above a value. */
static uint16_t code_of(const smoother *s, float v)
{
    int low = 0;
    int high = s->level_count;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        if (s->levels[middle] <= v) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return isfinite(v) ? (uint16_t) low : NO_CODE;
}

/* Half the way to the next level above or below one: half floats have several. */
static float half_way(const smoother *s, int from, int to)
{
    int next = to < 0 || to >= s->level_count ? 2 * from - to : to;
    double gap = fabs((double) s->levels[next] - (double) s->levels[from]);
    return (float) (0.5 * fmin(gap, STEPS_ACROSS * s->step));
}

/* A line of the map: a row, or a column. */
typedef struct line {
    const float *raw;
    float *out;
    unsigned char *flat;
    unsigned char *joined;
    const uint16_t *code;
    unsigned char before; /* the bit of joined that is this line's */
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
                   s->joined + (size_t) y * (size_t) s->raw.width,
                   s->codes + (size_t) y * (size_t) s->raw.width,
                   JOINED_LEFT,
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
                   s->joined + x,
                   s->codes + x,
                   JOINED_ABOVE,
                   s->raw.stride_bytes / (ptrdiff_t) sizeof(float),
                   s->out.stride_bytes / (ptrdiff_t) sizeof(float),
                   s->raw.width,
                   s->raw.height };
}

/* Neighbours whose levels are next to each other belong together; others do where values change all the time, and
 * are an edge where they are flat. */
static bool is_joined(const smoother *s, const line *l, int i)
{
    int one = l->code[(i - 1) * l->flat_next];
    int other = l->code[i * l->flat_next];
    double apart = fabs((double) l->raw[(i - 1) * l->raw_next] - (double) l->raw[i * l->raw_next]);
    int flat = zd_int_max(l->flat[(i - 1) * l->flat_next], l->flat[i * l->flat_next]);
    return one != NO_CODE && other != NO_CODE && apart <= STEPS_ACROSS * s->step &&
           (flat <= STEEP_RUN || abs(one - other) <= 1);
}

static void join_line(const smoother *s, const line *l)
{
    for (int i = 1; i < l->count; i++) {
        l->joined[i * l->flat_next] |= is_joined(s, l, i) ? l->before : 0;
    }
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
    double flat = LEAST_RUN + 0.5 * (l->flat[(i - 1) * l->flat_next] + l->flat[i * l->flat_next]);
    return (l->joined[i * l->flat_next] & l->before) != 0 ? exp(-M_SQRT2 / (s->spread * flat))
                                                          : 0.0;
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

static void join_row(void *user, int y)
{
    line l = row_of(user, y);
    join_line(user, &l);
}

static void join_column(void *user, int x)
{
    line l = column_of(user, x);
    join_line(user, &l);
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

static void code_row(void *user, int y)
{
    const smoother *s = user;
    const float *raw = zd_view_row_f32(s->raw, y);
    uint16_t *code = s->codes + (size_t) y * (size_t) s->raw.width;
    for (int x = 0; x < s->raw.width; x++) {
        code[x] = x > 0 && raw[x] == raw[x - 1] ? code[x - 1] : code_of(s, raw[x]);
    }
}

static void clamp_row(void *user, int y)
{
    const smoother *s = user;
    const float *raw = zd_view_row_f32(s->raw, y);
    const uint16_t *code = s->codes + (size_t) y * (size_t) s->raw.width;
    float *out = zd_view_row_f32(s->out, y);
    for (int x = 0; x < s->raw.width; x++) {
        if (code[x] == NO_CODE) {
            out[x] = raw[x];
        } else {
            float least = raw[x] - half_way(s, code[x], code[x] - 1);
            float most = raw[x] + half_way(s, code[x], code[x] + 1);
            out[x] = fminf(fmaxf(out[x], least), most);
        }
    }
}

/* Values that change from each sample to the next are no codes, however even their steps are. */
static bool has_flats(zd_context *ctx, smoother *s)
{
    zd_pool *pool = zd_context_pool(ctx);
    size_t total = (size_t) s->raw.width * (size_t) s->raw.height;
    size_t flat = 0;
    memset(s->flats, LONGEST_RUN, total);
    zd_pool_run(pool, s->raw.height, measure_row, s);
    zd_pool_run(pool, s->raw.width, measure_column, s);
    for (size_t i = 0; i < total; i++) {
        flat += s->flats[i] > 1;
    }
    return flat >= total / FLAT_SHARE;
}

static void smooth(zd_context *ctx, smoother *s)
{
    static const double spreads[ROUNDS] = { 0.5, 0.42, 0.36, 0.36, 0.36 };
    zd_pool *pool = zd_context_pool(ctx);
    zd_pool_run(pool, s->raw.height, code_row, s);
    zd_pool_run(pool, s->raw.height, join_row, s);
    zd_pool_run(pool, s->raw.width, join_column, s);
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
    s.joined = zd_alloc_zeroed(ctx, (size_t) raw.width, (size_t) raw.height);
    s.codes = zd_alloc_zeroed(ctx, (size_t) raw.width * sizeof *s.codes, (size_t) raw.height);
    bool good = levels != NULL && s.flats != NULL && s.joined != NULL && s.codes != NULL;
    if (good) {
        s.level_count = find_levels(raw, levels);
        s.step = s.level_count > 0 ? find_step(levels, s.level_count) : 0.0;
        s.step = s.step > 0.0 && has_flats(ctx, &s) ? s.step : 0.0;
        zd_view_copy(raw, out);
    }
    if (s.step > 0.0) {
        smooth(ctx, &s);
    }
    zd_free(ctx, levels);
    zd_free(ctx, s.flats);
    zd_free(ctx, s.joined);
    zd_free(ctx, s.codes);
    *step = s.step;
    return good ? ZD_OK : zd_fail_memory(err, "the steps of a depth map");
}
