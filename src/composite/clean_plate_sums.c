/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pushing and pulling, see clean_plate.h. */

#include <assert.h>
#include <math.h>
#include <string.h>

#include "composite/clean_plate_internal.h"
#include "core/vector.h"

zd_plate_sums zd_plate_sums_crop(const zd_plate_sums *sums, zd_rect rect)
{
    assert(rect.x0 >= 0 && rect.x1 <= sums->width && rect.y0 >= 0 && rect.y1 <= sums->height);
    ptrdiff_t at = rect.y0 * sums->stride + rect.x0;
    return (zd_plate_sums){ .light = sums->light + at,
                            .trust = sums->trust + at,
                            .near = sums->near != NULL ? sums->near + at : NULL,
                            .width = rect.x1 - rect.x0,
                            .height = rect.y1 - rect.y0,
                            .stride = sums->stride };
}

void zd_plate_sums_clear(const zd_plate_sums *sums)
{
    for (int y = 0; y < sums->height; y++) {
        ptrdiff_t at = y * sums->stride;
        size_t count = (size_t) sums->width;
        memset(sums->light + at, 0, count * sizeof *sums->light);
        memset(sums->trust + at, 0, count * sizeof *sums->trust);
        if (sums->near != NULL) {
            memset(sums->near + at, 0, count * sizeof *sums->near);
        }
    }
}

void zd_plate_sums_trust(const zd_plate_sums *sums)
{
    for (int y = 0; y < sums->height; y++) {
        for (int x = 0; x < sums->width; x++) {
            sums->trust[y * sums->stride + x] = 1.0f;
        }
    }
}

ZD_VECTORISED static void weigh_row(zd_vec4 *light, float *trust, float *near, int count)
{
    for (int x = 0; x < count; x++) {
        zd_vec4 v = light[x];
        bool is_lit = trust[x] > 0.0f && isfinite(v[0] + v[1] + v[2] + v[3]);
        trust[x] = is_lit ? trust[x] : 0.0f;
        light[x] = is_lit ? v * trust[x] : (zd_vec4){ 0 };
    }
    for (int x = 0; near != NULL && x < count; x++) {
        float given = isfinite(near[x]) ? near[x] : 0.0f; /* furthest, as effects take it */
        near[x] = given * trust[x];
    }
}

void zd_plate_sums_weigh(const zd_plate_sums *sums)
{
    for (int y = 0; y < sums->height; y++) {
        ptrdiff_t at = y * sums->stride;
        weigh_row(sums->light + at, sums->trust + at, sums->near != NULL ? sums->near + at : NULL,
                  sums->width);
    }
}

/* ---- push ---- */

typedef struct sum {
    zd_vec4 light;
    float trust;
    float near;
} sum;

static inline sum sum_at(const zd_plate_sums *s, int x, int y)
{
    sum here = { { 0 }, 0.0f, 0.0f };
    if (x < s->width && y < s->height) {
        ptrdiff_t at = y * s->stride + x;
        here.light = s->light[at];
        here.trust = s->trust[at];
        here.near = s->near != NULL ? s->near[at] : 0.0f;
    }
    return here;
}

static inline sum bounded(sum all)
{
    if (all.trust > 1.0f) {
        float part = 1.0f / all.trust;
        all.light *= zd_vec4_splat(part);
        all.near *= part;
        all.trust *= part;
    }
    return all;
}

static inline void put_sum(const zd_plate_sums *s, ptrdiff_t at, sum all)
{
    s->light[at] = all.light;
    s->trust[at] = all.trust;
    if (s->near != NULL) {
        s->near[at] = all.near;
    }
}

ZD_VECTORISED static void push_row(const zd_plate_sums *from, const zd_plate_sums *to, int y)
{
    for (int x = 0; x < to->width; x++) {
        sum a = sum_at(from, 2 * x, 2 * y);
        sum b = sum_at(from, 2 * x + 1, 2 * y);
        sum c = sum_at(from, 2 * x, 2 * y + 1);
        sum d = sum_at(from, 2 * x + 1, 2 * y + 1);
        sum all = { (a.light + b.light) + (c.light + d.light),
                    (a.trust + b.trust) + (c.trust + d.trust),
                    (a.near + b.near) + (c.near + d.near) };
        put_sum(to, y * to->stride + x, bounded(all));
    }
}

void zd_plate_sums_push(const zd_plate_sums *from, const zd_plate_sums *to)
{
    assert(to->width == (from->width + 1) / 2 && to->height == (from->height + 1) / 2);
    for (int y = 0; y < to->height; y++) {
        push_row(from, to, y);
    }
}

void zd_plate_sums_gather(const zd_plate_sums *row, int columns, const zd_plate_sums *to)
{
    assert(to->width == (row->width + columns - 1) / columns);
    for (int i = 0; i < to->width; i++) {
        sum all = sum_at(to, i, 0);
        for (int x = i * columns; x < (i + 1) * columns && x < row->width; x++) {
            sum one = sum_at(row, x, 0);
            all.light += one.light;
            all.trust += one.trust;
            all.near += one.near;
        }
        put_sum(to, i, all);
    }
}

void zd_plate_sums_bound(const zd_plate_sums *sums)
{
    for (int y = 0; y < sums->height; y++) {
        for (int x = 0; x < sums->width; x++) {
            put_sum(sums, y * sums->stride + x, bounded(sum_at(sums, x, y)));
        }
    }
}

/* ---- pull ---- */

/* Two rows of a level: the one that a pixel of the next larger lies in, and the one beside it. */
typedef struct rows {
    ptrdiff_t row;
    ptrdiff_t other;
} rows;

static inline rows rows_at(const zd_plate_sums *s, int y)
{
    int y0 = y / 2;
    int y1 = y % 2 == 0 ? y0 - 1 : y0 + 1;
    y1 = y1 < 0 ? 0 : y1 < s->height ? y1 : s->height - 1;
    return (rows){ y0 * s->stride, y1 * s->stride };
}

static inline float mix4(const float *values, ptrdiff_t a, ptrdiff_t b, ptrdiff_t c, ptrdiff_t d)
{
    return values[a] * 0.5625f + (values[b] + values[c]) * 0.1875f + values[d] * 0.0625f;
}

/* A level at the middle of a pixel of the next larger, by its four nearest, 9 3 3 1. */
static inline sum smaller_at(const zd_plate_sums *s, rows r, int x)
{
    int x0 = x / 2;
    int x1 = x % 2 == 0 ? x0 - 1 : x0 + 1;
    x1 = x1 < 0 ? 0 : x1 < s->width ? x1 : s->width - 1;
    ptrdiff_t a = r.row + x0;
    ptrdiff_t b = r.row + x1;
    ptrdiff_t c = r.other + x0;
    ptrdiff_t d = r.other + x1;
    return (sum){ s->light[a] * zd_vec4_splat(0.5625f) +
                      (s->light[b] + s->light[c]) * zd_vec4_splat(0.1875f) +
                      s->light[d] * zd_vec4_splat(0.0625f),
                  mix4(s->trust, a, b, c, d), s->near != NULL ? mix4(s->near, a, b, c, d) : 0.0f };
}

void zd_plate_sums_pull(const zd_plate_sums *from, const zd_plate_sums *to, int y0, int y1)
{
    assert(from->width == (to->width + 1) / 2 && y1 <= to->height);
    for (int y = y0; y < y1; y++) {
        rows r = rows_at(from, y);
        for (int x = 0; x < to->width; x++) {
            ptrdiff_t at = y * to->stride + x;
            float gap = 1.0f - to->trust[at];
            if (gap > 0.0f) {
                sum up = smaller_at(from, r, x);
                to->light[at] += up.light * zd_vec4_splat(gap);
                to->trust[at] += up.trust * gap;
                if (to->near != NULL) {
                    to->near[at] += up.near * gap;
                }
            }
        }
    }
}

void zd_plate_sums_fill(const zd_plate_sums *from, const zd_plate_sums *sums, int x, int y,
                        float *made, float *near)
{
    rows r = rows_at(from, y);
    for (int i = 0; i < sums->width; i++) {
        if (sums->trust[i] < 1.0f) {
            float own = sums->trust[i];
            sum mine = { { 0 }, 0.0f, 0.0f };
            sum up = smaller_at(from, r, x + i);
            zd_vec4 light = zd_vec4_load(made + 4 * (ptrdiff_t) i);
            if (own > 0.0f && isfinite(light[0] + light[1] + light[2] + light[3])) {
                mine.light = light * own;
                mine.trust = own;
                mine.near = near != NULL && isfinite(near[i]) ? near[i] * own : 0.0f;
            }
            float gap = 1.0f - mine.trust;
            zd_vec4_store(made + 4 * (ptrdiff_t) i, mine.light + up.light * zd_vec4_splat(gap));
            if (near != NULL) {
                near[i] = mine.near + up.near * gap;
            }
        }
    }
}
