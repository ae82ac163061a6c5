/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A parallax across alone moves a pixel along its row: s, of nearness n, is seen at t(s) = s + (n - zero) X. Between
 * two pixels both are linear. Where t stretches by more than a wall's slope nothing is seen of the piece, and what
 * then is seen of nothing is the background before the wall, mirrored, as the march of depth_shift.c has it. */

#include <assert.h>
#include <string.h>

#include "composite/effects/depth_shift_internal.h"

/* A row on its way; the relief is gone through in the order in which rays come down. */
typedef struct row {
    const zd_shift_scene *scene;
    zd_shift_span span;
    float parallax; /* its size */
    float zero;     /* of what is added to s at nearness 0, in the way's direction */
    int way;        /* 1: rays go to the right as they come down, -1: to the left */
    const float *near[2];
    float down;
    float *places;
    float seen[ZD_SHIFT_SPAN]; /* the nearness at each place; below 0: nothing */
    float wall_at;             /* the pixel before the wall at hand, */
    float wall_near;           /* and its nearness; below 0: none is at hand */
    float rim;
} row;

static inline float relief(const row *r, int x)
{
    int at = zd_shift_inside(x, r->scene->io.picture.width);
    float near = r->near[0][at];
    return r->down == 0.0f ? near : near + r->down * (r->near[1][at] - near);
}

/* Where t is among the places of the span, which are whole numbers; a little before the first and behind the
 * last one counts as there. */
static inline float place_of(const row *r, float t)
{
    float at = t / r->span.step - 0.5f - (float) r->span.first;
    return zd_float_clamp(at, -1.0f, (float) r->span.count);
}

static inline int not_before(float at)
{
    int whole = (int) at;
    return whole + ((float) whole < at);
}

static inline int behind(float at)
{
    int whole = (int) at;
    return whole + ((float) whole <= at);
}

typedef struct piece {
    float from; /* s, in the frame */
    float near;
    float rise;
    float t; /* where it begins to be seen, and how far it goes from there */
    float length;
} piece;

/* What is seen of a piece between two pixels, which belong to it. */
static void see(row *r, const piece *p, float low, float high)
{
    int last = zd_int_min(behind(place_of(r, high)), r->span.count);
    for (int i = zd_int_max(not_before(place_of(r, low)), 0); i < last; i++) {
        float t = ((float) (r->span.first + i) + 0.5f) * r->span.step;
        float part = (t - p->t) / p->length;
        float near = p->near + part * p->rise;
        if (near > r->seen[i]) {
            r->seen[i] = near;
            r->places[i] = p->from + part * (float) r->way;
        }
    }
}

/* Behind a wall: what lies before it, mirrored. */
static void fill(row *r, float low, float high)
{
    int last = zd_int_min(not_before(place_of(r, high)), r->span.count);
    for (int i = zd_int_max(not_before(place_of(r, low)), 0); i < last; i++) {
        float t = ((float) (r->span.first + i) + 0.5f) * r->span.step;
        float end = t - (float) r->way * (r->wall_near - r->zero) * r->parallax;
        float depth = (float) r->way * (end - r->wall_at) + r->rim;
        if (r->seen[i] < 0.0f) {
            r->places[i] = r->wall_at - (float) r->way * depth;
        }
    }
}

static bool is_wall(const row *r, float rise)
{
    return rise * r->parallax > ZD_SHIFT_WALL;
}

static void take(row *r, const piece *p)
{
    float end = p->t + p->length;
    float low = fminf(p->t, end);
    float high = fmaxf(p->t, end);
    float forward =
        (float) r->way * p->length; /* below 0: it is folded, and something is before it */
    bool is_wall = forward > 1.0f + ZD_SHIFT_WALL;
    if (!is_wall) {
        r->wall_near = -1.0f;
        if (forward > 0.0f) {
            see(r, p, low, high);
        }
        return;
    }
    if (r->wall_near < 0.0f) {
        r->wall_near = p->near;
        r->wall_at = p->from;
    }
    fill(r, low, high);
}

static piece piece_at(const row *r, int x, float near, float next)
{
    float at = (float) x + 0.5f;
    return (piece){ at, near, next - near, at + (float) r->way * (near - r->zero) * r->parallax,
                    (float) r->way * (1.0f + (next - near) * r->parallax) };
}

static void go(row *r)
{
    const zd_shift_span *s = &r->span;
    int reach = (int) r->parallax + 3;
    int from = (int) ((float) s->first * s->step) - reach;
    int to = (int) ((float) (s->first + s->count) * s->step) + 1 + reach;
    int x = r->way > 0 ? from : to;
    int end = r->way > 0 ? to : from;
    float near = relief(r, x);
    for (float before = relief(r, x - r->way); is_wall(r, near - before);
         before = relief(r, x - r->way))
    { /* from the foot of a wall on */
        x -= r->way;
        near = before;
    }
    for (; x != end; x += r->way) {
        float next = relief(r, x + r->way);
        piece p = piece_at(r, x, near, next);
        take(r, &p);
        near = next;
    }
}

void zd_shift_find_row(const zd_shift_scene *scene, const zd_shift *shift, zd_shift_span span,
                       float *places)
{
    assert(span.count <= ZD_SHIFT_SPAN && shift->y == 0.0f && shift->zoom == 0.0f);
    int height = scene->io.picture.height;
    row r = { .scene = scene,
              .span = span,
              .parallax = fabsf(shift->x),
              .zero = shift->zero,
              .way = shift->x < 0.0f ? -1 : 1,
              .places = places,
              .wall_near = -1.0f,
              .rim = zd_shift_rim(&scene->io) };
    int above = zd_shift_before(span.y, &r.down);
    for (int i = 0; i < 2; i++) {
        r.near[i] = zd_view_row_f32(scene->io.nearness, zd_shift_inside(above + i, height));
    }
    for (int i = 0; i < span.count; i++) {
        r.seen[i] = -1.0f;
        places[i] = ((float) (span.first + i) + 0.5f) * span.step;
    }
    go(&r);
}

zd_vec4 zd_shift_colour_row(const zd_shift_scene *scene, float x, int y, zd_vec4 own)
{
    float share;
    const zd_effect_io *io = &scene->io;
    int left = zd_shift_before(x, &share);
    const float *pixels = zd_view_row_f32(io->picture, y);
    zd_vec4 a = zd_vec4_load(pixels + 4 * (ptrdiff_t) zd_shift_inside(left, io->picture.width));
    zd_vec4 b = zd_vec4_load(pixels + 4 * (ptrdiff_t) zd_shift_inside(left + 1, io->picture.width));
    zd_vec4 all = a + zd_vec4_splat(share) * (b - a);
    if (!zd_vec4_is_finite(all)[0]) {
        return zd_shift_colour(scene, (zd_shift_place){ x, (float) y + 0.5f }, own);
    }
    return all[3] > 0.0f ? zd_vec4_with_alpha(all / zd_vec4_alpha(all), zd_vec4_splat(1.0f))
                         : zd_vec4_with_alpha(own, zd_vec4_splat(1.0f));
}
