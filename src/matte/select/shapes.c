/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A pixel's cover is a ramp of the distance from its centre to the outline, one pixel wide or as wide as
 * the feather; inside is by the even-odd rule. Times of keys rise. */

#include "matte/shapes.h"

#include <assert.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/pool.h"
#include "core/size.h"

#define FEATHER_MOST 20.0f
#define PLACE_MOST   10.0f /* how far outside the frame a point may lie, in frames */
#define EXPECTED                                                                                \
    "write garbage or holdout, then three points X,Y or more in fractions of the frame, as in " \
    "'garbage 0.1,0.2 0.4,0.2 0.4,0.9'"

typedef struct point {
    float x;
    float y;
} point;

typedef struct shape {
    bool holdout;
    float feather;
    int point_count; /* of each key */
    int key_count;
    double *times;
    point *points; /* key after key */
} shape;

struct zd_shapes {
    zd_context *ctx;
    int count;
    shape shapes[ZD_SHAPES_MAX];
};

/* ---- reading ---- */

typedef struct reader {
    zd_context *ctx;
    const char *text;
    const char *at;
} reader;

static zd_status bad(const reader *r, const char *why, zd_error *err)
{
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "shape '%.40s': %s; " EXPECTED, r->text, why);
}

static void skip_space(reader *r)
{
    while (isspace((unsigned char) *r->at)) {
        r->at++;
    }
}

static bool take_word(reader *r, const char *word)
{
    size_t length = strlen(word);
    skip_space(r);
    if (strncmp(r->at, word, length) != 0 || isalnum((unsigned char) r->at[length])) {
        return false;
    }
    r->at += length;
    return true;
}

static bool take_number(reader *r, double least, double most, double *out)
{
    char *end;
    *out = strtod(r->at, &end);
    bool taken = end != r->at && *out >= least && *out <= most;
    r->at = end;
    return taken;
}

static bool take_point(reader *r, point *out)
{
    double x;
    double y;
    if (!take_number(r, -(double) PLACE_MOST, (double) PLACE_MOST, &x) || *r->at++ != ',' ||
        !take_number(r, -(double) PLACE_MOST, (double) PLACE_MOST, &y))
    {
        return false;
    }
    *out = (point){ (float) x, (float) y };
    return true;
}

/* One key's points, up to the next key or the end of the shape. */
static zd_status read_points(reader *r, point points[ZD_SHAPE_POINTS_MAX], int *count,
                             zd_error *err)
{
    *count = 0;
    for (skip_space(r); *r->at != '\0' && *r->at != ';' && *r->at != '@'; skip_space(r)) {
        if (*count == ZD_SHAPE_POINTS_MAX) {
            return bad(r, "more than 256 points", err);
        }
        if (!take_point(r, &points[*count])) {
            return bad(r, "a point is no X,Y", err);
        }
        (*count)++;
    }
    return *count >= 3 ? ZD_OK : bad(r, "fewer than three points", err);
}

static zd_status grow(reader *r, shape *s, const point *points, double time_s, zd_error *err)
{
    size_t key = (size_t) s->key_count;
    size_t count = (size_t) s->point_count;
    double *times = zd_alloc_zeroed(r->ctx, key + 1, sizeof *times);
    point *all = zd_alloc_zeroed(r->ctx, (key + 1) * count, sizeof *all);
    if (times == NULL || all == NULL) {
        zd_free(r->ctx, times);
        zd_free(r->ctx, all);
        return zd_fail_memory(err, "a shape");
    }
    if (key > 0) {
        memcpy(times, s->times, key * sizeof *times);
        memcpy(all, s->points, key * count * sizeof *all);
    }
    times[key] = time_s;
    memcpy(all + key * count, points, count * sizeof *all);
    zd_free(r->ctx, s->times);
    zd_free(r->ctx, s->points);
    s->times = times;
    s->points = all;
    s->key_count++;
    return ZD_OK;
}

static zd_status read_key(reader *r, shape *s, zd_error *err)
{
    point points[ZD_SHAPE_POINTS_MAX];
    double time_s = 0.0;
    int count;
    skip_space(r);
    if (*r->at == '@') {
        r->at++;
        if (!take_number(r, 0.0, 1e9, &time_s)) {
            return bad(r, "after @ comes a time in seconds", err);
        }
    }
    ZD_TRY(read_points(r, points, &count, err));
    if (s->key_count > 0 && count != s->point_count) {
        return bad(r, "its keys differ in points", err);
    }
    if (s->key_count > 0 && !(time_s > s->times[s->key_count - 1])) {
        return bad(r, "times of keys must rise", err);
    }
    if (s->key_count == ZD_SHAPE_KEYS_MAX) {
        return bad(r, "more than 1024 keys", err);
    }
    s->point_count = count;
    return grow(r, s, points, time_s, err);
}

static zd_status read_shape(reader *r, shape *s, zd_error *err)
{
    s->holdout = take_word(r, "holdout");
    if (!s->holdout && !take_word(r, "garbage")) {
        return bad(r, "its kind is missing", err);
    }
    if (take_word(r, "feather")) {
        double feather;
        if (!take_number(r, 0.0, (double) FEATHER_MOST, &feather)) {
            return bad(r, "after feather comes 0 to 20 percent of the height", err);
        }
        s->feather = (float) feather;
    }
    do {
        ZD_TRY(read_key(r, s, err));
        skip_space(r);
    } while (*r->at == '@');
    return ZD_OK;
}

zd_status zd_shapes_parse(zd_context *ctx, const char *text, zd_shapes **out, zd_error *err)
{
    reader r = { ctx, text, text };
    zd_shapes *shapes = zd_alloc_zeroed(ctx, 1, sizeof *shapes);
    zd_status status = ZD_OK;
    *out = shapes;
    if (shapes == NULL) {
        return zd_fail_memory(err, "shapes");
    }
    shapes->ctx = ctx;
    do {
        if (shapes->count == ZD_SHAPES_MAX) {
            status = bad(&r, "more than 64 shapes", err);
            break;
        }
        status = read_shape(&r, &shapes->shapes[shapes->count++], err);
        if (status == ZD_OK) { /* else it may stand behind the end */
            skip_space(&r);
        }
    } while (status == ZD_OK && *r.at++ == ';');
    if (status != ZD_OK) {
        zd_shapes_destroy(out);
    }
    return status;
}

void zd_shapes_destroy(zd_shapes **shapes)
{
    zd_shapes *doomed = *shapes;
    if (doomed == NULL) {
        return;
    }
    for (int i = 0; i < doomed->count; i++) {
        zd_free(doomed->ctx, doomed->shapes[i].times);
        zd_free(doomed->ctx, doomed->shapes[i].points);
    }
    zd_free(doomed->ctx, doomed);
    *shapes = NULL;
}

int zd_shapes_count(const zd_shapes *shapes, bool holdout)
{
    int count = 0;
    for (int i = 0; i < shapes->count; i++) {
        count += shapes->shapes[i].holdout == holdout;
    }
    return count;
}

bool zd_shapes_are_still(const zd_shapes *shapes)
{
    for (int i = 0; i < shapes->count; i++) {
        if (shapes->shapes[i].key_count > 1) {
            return false;
        }
    }
    return true;
}

/* ---- drawing ---- */

typedef struct draw_job {
    point points[ZD_SHAPE_POINTS_MAX]; /* in pixels */
    int count;
    float width; /* of the ramp at the outline, in pixels */
    zd_rect rect;
    bool holdout;
    zd_view out;
} draw_job;

/* The points at a time, in pixels. */
static void place(const shape *s, double time_s, zd_view frame, draw_job *job)
{
    int key = 0;
    while (key + 1 < s->key_count && s->times[key + 1] <= time_s) {
        key++;
    }
    int next = zd_int_min(key + 1, s->key_count - 1);
    double span = s->times[next] - s->times[key];
    float share = span > 0.0 ? (float) fmax((time_s - s->times[key]) / span, 0.0) : 0.0f;
    const point *a = s->points + (ptrdiff_t) key * s->point_count;
    const point *b = s->points + (ptrdiff_t) next * s->point_count;
    job->count = s->point_count;
    for (int i = 0; i < s->point_count; i++) {
        job->points[i].x = (a[i].x + (b[i].x - a[i].x) * share) * (float) frame.width;
        job->points[i].y = (a[i].y + (b[i].y - a[i].y) * share) * (float) frame.height;
    }
}

/* The pixels that the shape and its ramp reach. */
static void bound(draw_job *job)
{
    float x0 = INFINITY;
    float y0 = INFINITY;
    float x1 = -INFINITY;
    float y1 = -INFINITY;
    float margin = 0.5f * job->width + 1.0f;
    for (int i = 0; i < job->count; i++) {
        x0 = fminf(x0, job->points[i].x - margin);
        y0 = fminf(y0, job->points[i].y - margin);
        x1 = fmaxf(x1, job->points[i].x + margin);
        y1 = fmaxf(y1, job->points[i].y + margin);
    }
    job->rect = zd_rect_intersect(
        (zd_rect){ (int) floorf(x0), (int) floorf(y0), (int) ceilf(x1), (int) ceilf(y1) },
        (zd_rect){ 0, 0, job->out.width, job->out.height });
}

static float cover_at(const draw_job *job, float x, float y)
{
    float least = INFINITY;
    bool inside = false;
    for (int i = 0, j = job->count - 1; i < job->count; j = i++) {
        point a = job->points[j];
        point b = job->points[i];
        float ax = b.x - a.x;
        float ay = b.y - a.y;
        float along = ((x - a.x) * ax + (y - a.y) * ay) / fmaxf(ax * ax + ay * ay, 1e-12f);
        along = zd_float_clamp(along, 0.0f, 1.0f);
        float dx = x - a.x - along * ax;
        float dy = y - a.y - along * ay;
        float square = dx * dx + dy * dy;
        least = square < least ? square : least;
        if ((a.y > y) != (b.y > y) && x < a.x + (y - a.y) * ax / ay) {
            inside = !inside;
        }
    }
    float distance = inside ? sqrtf(least) : -sqrtf(least);
    return zd_float_clamp(distance / job->width + 0.5f, 0.0f, 1.0f);
}

static void draw_row(void *user, int item)
{
    const draw_job *job = user;
    int y = job->rect.y0 + item;
    float *row = zd_view_row_f32(job->out, y);
    for (int x = job->rect.x0; x < job->rect.x1; x++) {
        float cover = cover_at(job, (float) x + 0.5f, (float) y + 0.5f);
        row[x] = job->holdout ? fmaxf(row[x], cover) : fminf(row[x], 1.0f - cover);
    }
}

void zd_shapes_draw(zd_context *ctx, const zd_shapes *shapes, double time_s, zd_view raise,
                    zd_view cap)
{
    assert(raise.width == cap.width && raise.height == cap.height);
    for (int i = 0; i < shapes->count; i++) {
        const shape *s = &shapes->shapes[i];
        draw_job job = { .holdout = s->holdout, .out = s->holdout ? raise : cap };
        job.width = fmaxf(s->feather * 0.01f * (float) raise.height, 1.0f);
        place(s, time_s, raise, &job);
        bound(&job);
        if (!zd_rect_is_empty(job.rect)) {
            zd_pool_run(zd_context_pool(ctx), job.rect.y1 - job.rect.y0, draw_row, &job);
        }
    }
}
