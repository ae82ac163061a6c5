/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See depth_shift.h. With k = nearness - zero, the ray of the new pixel p passes the filmed pixel
 * s(k) = (p - k X + k zoom c) / (1 + k zoom), c the frame's middle, at the height k. */

#include "composite/effects/depth_shift_internal.h"

#include <string.h>

#include "core/block.h"
#include "core/pool.h"
#include "core/require.h"

enum { MOST_STEPS = 400, SQUARE = 16 };

/* ---- the relief ---- */

typedef struct widening {
    zd_view from;
    zd_view across; /* the largest within reach along rows, then along columns */
    zd_view to;
    int reach;
} widening;

static void widen_across(void *user, int item)
{
    const widening *w = user;
    zd_effect_io io = { .nearness = w->from };
    int width = w->from.width;
    for (int y = item * ZD_EFFECT_BAND; y < zd_int_min((item + 1) * ZD_EFFECT_BAND, w->to.height);
         y++) {
        float *near = zd_view_row_f32(w->to, y); /* for a while */
        float *row = zd_view_row_f32(w->across, y);
        for (int x = 0; x < width; x++) {
            near[x] = zd_effect_nearness(&io, x, y);
        }
        memcpy(row, near, (size_t) width * sizeof *row);
        for (int k = 1; k <= zd_int_min(w->reach, width - 1); k++) {
            for (int x = 0; x < width - k; x++) {
                row[x] = near[x + k] > row[x] ? near[x + k] : row[x];
                row[x + k] = near[x] > row[x + k] ? near[x] : row[x + k];
            }
        }
    }
}

static void widen_down(void *user, int item)
{
    const widening *w = user;
    int height = w->to.height;
    for (int y = item * ZD_EFFECT_BAND; y < zd_int_min((item + 1) * ZD_EFFECT_BAND, height); y++) {
        float *row = zd_view_row_f32(w->to, y);
        int last = zd_int_min(y + w->reach, height - 1);
        memcpy(row, zd_view_row_f32(w->across, y), (size_t) w->to.width * sizeof *row);
        for (int k = zd_int_max(y - w->reach, 0); k <= last; k++) {
            const float *other = zd_view_row_f32(w->across, k);
            for (int x = 0; x < w->to.width; x++) {
                row[x] = other[x] > row[x] ? other[x] : row[x];
            }
        }
    }
}

/* The largest of each square, and of what lies within reach of it, in squares. */
typedef struct squares {
    zd_view relief;
    zd_view own;
    zd_view most;
    int reach_x;
    int reach_y;
} squares;

static void square_rows(void *user, int item)
{
    const squares *s = user;
    float *row = zd_view_row_f32(s->own, item);
    int last = zd_int_min((item + 1) * SQUARE, s->relief.height);
    memset(row, 0, (size_t) s->own.width * sizeof *row);
    for (int y = item * SQUARE; y < last; y++) {
        const float *from = zd_view_row_f32(s->relief, y);
        for (int x = 0; x < s->relief.width; x++) {
            row[x / SQUARE] = from[x] > row[x / SQUARE] ? from[x] : row[x / SQUARE];
        }
    }
}

static void find_most(void *user, int item)
{
    const squares *s = user;
    float *row = zd_view_row_f32(s->most, item);
    for (int x = 0; x < s->own.width; x++) {
        row[x] = 0.0f;
        for (int y = zd_int_max(item - s->reach_y, 0);
             y <= zd_int_min(item + s->reach_y, s->own.height - 1); y++)
        {
            const float *from = zd_view_row_f32(s->own, y);
            int last = zd_int_min(x + s->reach_x, s->own.width - 1);
            for (int i = zd_int_max(x - s->reach_x, 0); i <= last; i++) {
                row[x] = fmaxf(row[x], from[i]);
            }
        }
    }
}

static zd_view plane_of(float *data, int width, int height)
{
    return (zd_view){ data, width, height, (ptrdiff_t) width * (ptrdiff_t) sizeof *data,
                      ZD_GRAY_F32 };
}

/* Squares that a ray can go over: its pixels, and one for the neighbours of samples. */
static int squares_of(float pixels)
{
    return 1 + (int) ceilf((pixels + 2.0f) / SQUARE);
}

static void make_squares(zd_context *ctx, const zd_shift *shift, zd_view relief, float *memory,
                         zd_shift_scene *out)
{
    int width = (relief.width + SQUARE - 1) / SQUARE;
    int height = (relief.height + SQUARE - 1) / SQUARE;
    float zoom = fabsf(shift->zoom) / (1.0f - fabsf(shift->zoom));
    squares s = { relief, plane_of(memory, width, height),
                  plane_of(memory + (size_t) width * (size_t) height, width, height), 0, 0 };
    s.reach_x = squares_of(1.5f * fabsf(shift->x) + zoom * (float) relief.width * 0.5f);
    s.reach_y = squares_of(1.5f * fabsf(shift->y) + zoom * (float) relief.height * 0.5f);
    zd_pool_run(zd_context_pool(ctx), height, square_rows, &s);
    zd_pool_run(zd_context_pool(ctx), height, find_most, &s);
    out->most = s.most;
}

zd_status zd_shift_scene_open(zd_context *ctx, const zd_effect_io *io, const zd_shift *shift,
                              zd_shift_scene *out, zd_error *err)
{
    ZD_REQUIRE(err, io->nearness.width > 0 && io->nearness.height > 0);
    zd_view near = io->nearness;
    size_t pixels = 0;
    size_t small =
        (size_t) ((near.width - 1) / SQUARE + 1) * (size_t) ((near.height - 1) / SQUARE + 1);
    *out = (zd_shift_scene){ .io = *io, .ctx = ctx };
    if (!zd_size_mul((size_t) near.width, (size_t) near.height, &pixels) ||
        !zd_size_mul(pixels + small, 2 * sizeof(float), &out->bytes) ||
        (out->block = zd_block_take(ctx, out->bytes)) == NULL)
    {
        return zd_fail_memory(err, "the relief");
    }
    float *planes = out->block;
    int width = near.width;
    int height = near.height;
    widening w = { .from = near,
                   .across = plane_of(planes, width, height),
                   .to = plane_of(planes + pixels, width, height) };
    w.reach = zd_int_clamp((int) lroundf(0.003f * (float) near.height), 1, 8);
    int bands = (near.height + ZD_EFFECT_BAND - 1) / ZD_EFFECT_BAND;
    zd_pool_run(zd_context_pool(ctx), bands, widen_across, &w);
    zd_pool_run(zd_context_pool(ctx), bands, widen_down, &w);
    out->io.nearness = w.to;
    if (shift != NULL) {
        make_squares(ctx, shift, w.to, planes + 2 * pixels, out);
    }
    return ZD_OK;
}

void zd_shift_scene_close(zd_shift_scene *scene)
{
    zd_block_give(scene->ctx, scene->block, scene->bytes);
    scene->block = NULL;
}

/* ---- rays ---- */

typedef zd_shift_place point;

typedef struct ray {
    const zd_shift_scene *scene;
    const zd_effect_io *io;
    const zd_shift *shift;
    point at; /* the new pixel */
    point middle;
} ray;

static point passes(const ray *r, float nearness)
{
    float k = nearness - r->shift->zero;
    if (r->shift->zoom == 0.0f) {
        return (point){ r->at.x - k * r->shift->x, r->at.y - k * r->shift->y };
    }
    float zoom = k * r->shift->zoom;
    float scale = 1.0f / (1.0f + zoom);
    return (point){ (r->at.x - k * r->shift->x + zoom * r->middle.x) * scale,
                    (r->at.y - k * r->shift->y + zoom * r->middle.y) * scale };
}

typedef struct square {
    int x[2];
    int y[2];
    float right;
    float down;
} square;

/* The four pixels around a place. */
static inline square around(const zd_effect_io *io, point at)
{
    square q;
    int left = zd_shift_before(at.x, &q.right);
    int above = zd_shift_before(at.y, &q.down);
    q.x[0] = zd_shift_inside(left, io->picture.width);
    q.x[1] = zd_shift_inside(left + 1, io->picture.width);
    q.y[0] = zd_shift_inside(above, io->picture.height);
    q.y[1] = zd_shift_inside(above + 1, io->picture.height);
    return q;
}

static inline float relief_at(const zd_effect_io *io, point at)
{
    square q = around(io, at);
    const float *row = zd_view_row_f32(io->nearness, q.y[0]);
    float above = row[q.x[0]] + q.right * (row[q.x[1]] - row[q.x[0]]);
    if (q.down == 0.0f) { /* rays along rows */
        return above;
    }
    const float *next = zd_view_row_f32(io->nearness, q.y[1]);
    float below = next[q.x[0]] + q.right * (next[q.x[1]] - next[q.x[0]]);
    return above + q.down * (below - above);
}

/* Undivided by alpha, which is the sum's fourth. */
static zd_vec4 colour_at(const zd_effect_io *io, point at, zd_vec4 own)
{
    square q = around(io, at);
    zd_vec4 sum = zd_vec4_splat(0.0f);
    zd_vec4 right = zd_vec4_splat(q.right);
    zd_vec4 left = zd_vec4_splat(1.0f - q.right);
    zd_vec4 above = left * zd_vec4_load(zd_effect_in(io, q.x[0], q.y[0])) +
                    right * zd_vec4_load(zd_effect_in(io, q.x[1], q.y[0]));
    zd_vec4 below = left * zd_vec4_load(zd_effect_in(io, q.x[0], q.y[1])) +
                    right * zd_vec4_load(zd_effect_in(io, q.x[1], q.y[1]));
    zd_vec4 all = above + zd_vec4_splat(q.down) * (below - above);
    if (zd_vec4_is_finite(all)[0]) {
        return all[3] > 0.0f ? all / zd_vec4_alpha(all) : own;
    }
    for (int i = 0; i < 4; i++) {
        float across = (i & 1) != 0 ? q.right : 1.0f - q.right;
        float along = i > 1 ? q.down : 1.0f - q.down;
        zd_vec4 c = zd_vec4_load(zd_effect_in(io, q.x[i & 1], q.y[i >> 1]));
        if (zd_vec4_is_finite(c)[0]) {
            sum += c * zd_vec4_splat(across * along);
        }
    }
    return sum[3] > 0.0f ? sum / zd_vec4_alpha(sum) : own;
}

/* How far the ray goes over the picture, in pixels: as many steps are taken. */
static int steps_of(const ray *r)
{
    point near = passes(r, 1.0f);
    point far = passes(r, 0.0f);
    float length = fmaxf(fabsf(near.x - far.x), fabsf(near.y - far.y));
    return zd_int_clamp((int) ceilf(length), 1, MOST_STEPS);
}

/* A ray on its way down. */
typedef struct descent {
    float now;   /* its nearness */
    float over;  /* how far it is above the relief */
    float foot;  /* nearness where the wall begins that it is at; negative: it is at none */
    float above; /* how far it was above the relief there */
} descent;

/* The last step before anything near is as near as the ray. */
static int first_step(const ray *r, int steps)
{
    zd_view most = r->scene->most;
    int x = zd_int_clamp((int) r->at.x / SQUARE, 0, most.width - 1);
    int y = zd_int_clamp((int) r->at.y / SQUARE, 0, most.height - 1);
    float above = 1.0f - zd_view_row_f32(most, y)[x];
    return zd_int_max((int) (above * (float) steps) - 1, 0);
}

/* One step down; says whether the ray goes through a surface that is no wall, or comes down before one. */
static bool meets(const ray *r, descent *d, float now, float *hit)
{
    float step = d->now - now;
    float over = now - relief_at(r->io, passes(r, now));
    bool is_wall = d->over - over - step > ZD_SHIFT_WALL * step;
    if (is_wall && d->foot < 0.0f) {
        d->foot = d->now;
        d->above = d->over;
    }
    bool falls = d->over > 0.0f && over <= 0.0f;
    float ground = d->foot - d->above;
    *hit = is_wall ? ground : d->now - step * d->over / (d->over - over);
    if (falls && (!is_wall || now <= ground)) {
        return true;
    }
    if (!is_wall && !(over <= 0.0f)) { /* while it is inside, the wall behind it counts */
        d->foot = -1.0f;
    }
    d->now = now;
    d->over = over;
    return false;
}

/* Where the ray meets the relief for good; *edge is the last place over the background before a wall that
 * it never left again, else negative. */
static point march(const ray *r, float *edge)
{
    int steps = steps_of(r);
    int first = first_step(r, steps);
    float hit = 1.0f - (float) first / (float) steps;
    descent d = { .now = hit, .foot = -1.0f };
    d.over = hit - relief_at(r->io, passes(r, hit));
    if (d.over <= 0.0f) {
        return passes(r, hit);
    }
    for (int i = first + 1; i <= steps; i++) {
        if (meets(r, &d, 1.0f - (float) i / (float) steps, &hit)) {
            return passes(r, hit);
        }
    }
    *edge = d.over <= 0.0f ? d.foot : -1.0f;
    return passes(r, 0.0f);
}

/* Not hypotf(): plug-ins run on systems whose C library has an older one. */
static float distance(point a, point b)
{
    float x = b.x - a.x;
    float y = b.y - a.y;
    return sqrtf(x * x + y * y);
}

/* Behind the wall that the ray entered at the nearness `edge`: what lies before the wall, mirrored, a little
 * away from it, where pixels are mixed with the thing's. */
static point mirrored(const ray *r, float edge)
{
    point wall = passes(r, edge);
    point away = passes(r, fminf(edge + 0.25f, 2.0f)); /* along the ray's path, out of the thing */
    point end = passes(r, relief_at(r->io, wall));
    float along_x = away.x - wall.x;
    float along_y = away.y - wall.y;
    float length = distance(wall, away);
    float depth = distance(wall, end) + zd_shift_rim(r->io);
    if (!(length > 0.0f)) {
        return wall;
    }
    return (point){ wall.x + along_x / length * depth, wall.y + along_y / length * depth };
}

zd_shift_place zd_shift_find(const zd_shift_scene *scene, const zd_shift *shift, float x, float y)
{
    const zd_effect_io *io = &scene->io;
    point middle = { 0.5f * (float) io->picture.width, 0.5f * (float) io->picture.height };
    ray r = { scene, io, shift, { x, y }, middle };
    float edge = -1.0f;
    point hit = march(&r, &edge);
    return edge >= 0.0f ? mirrored(&r, edge) : hit;
}

zd_vec4 zd_shift_colour(const zd_shift_scene *scene, zd_shift_place place, zd_vec4 own)
{
    return zd_vec4_with_alpha(colour_at(&scene->io, place, own), zd_vec4_splat(1.0f));
}
