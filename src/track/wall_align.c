/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The brightness of the key's points, I, and of the picture's there, J, are to agree but for a factor and an
 * offset: e = J(W(x)) - (1 + a) I(x) - b. W is the pose after a small change of the key's plane, whose numbers,
 * and those of the light, are solved for together. */

#include "track/wall_internal.h"

#include <assert.h>
#include <math.h>

#include "core/size.h"

enum {
    STEPS = 24,  /* at most, on each level */
    BINS = 256,  /* of the differences */
    SQUARE = 16, /* side of a chequerboard's, in pixels */
};

#define STILL       0.002 /* pixels of the first level: a step that changes nothing */
#define LONGEST     6.0   /* pixels of the level that one step may go */
#define LEAST_NOISE 0.012 /* of the brightness: less is not believed */
#define CUT         0.1   /* a difference that is no more worse the larger it is */
#define BELIEVED    1.0   /* error in pixels from which on a fit is none */

size_t zd_wall_scratch_floats(void)
{
    return ZD_WALL_POINTS;
}

/* How many pixels of the picture a pixel of the key becomes in the middle. */
static double scale_of(const zd_homography *h, double x, double y)
{
    double a[2];
    double b[2];
    double c[2];
    if (!zd_homography_apply(h, x, y, a) || !zd_homography_apply(h, x + 1.0, y, b) ||
        !zd_homography_apply(h, x, y + 1.0, c))
    {
        return 1.0;
    }
    double area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]);
    return sqrt(fmax(fabs(area), 1e-6));
}

/* The picture's level that shows as much detail as the key's. */
static int level_for(const zd_wall_look *l, int level, const zd_homography *pose)
{
    double scale = scale_of(pose, l->middle[0], l->middle[1]);
    return zd_int_clamp(level + (int) lround(log2(scale)), 0, l->picture->luma->count - 1);
}

static bool is_of_part(const zd_wall_look *l, int i)
{
    int colour = ((int) l->points->x[i] / SQUARE + (int) l->points->y[i] / SQUARE) % 2;
    return l->part == 0 || colour == l->part - 1;
}

/* Takes the differences of all points. */
static void compare(zd_wall_look *l, int level, const zd_homography *pose)
{
    int at = level_for(l, level, pose);
    const zd_pyramid_level *luma = &l->picture->luma->levels[at];
    double size = 1.0 / (double) (1 << at);
    l->seen = 0;
    l->inside = 0;
    for (int i = 0; i < l->points->count; i++) {
        double p[2];
        float value;
        l->difference[i] = NAN;
        if (!is_of_part(l, i) ||
            !zd_homography_apply(pose, (double) l->points->x[i], (double) l->points->y[i], p) ||
            !zd_pyramid_level_at(luma, p[0] * size, p[1] * size, &value))
        {
            continue;
        }
        l->inside++;
        if (!zd_wall_is_hidden(l->picture, p[0], p[1])) {
            l->difference[i] =
                (float) ((double) value - l->gain * (double) l->points->value[i] - l->offset);
            l->seen++;
        }
    }
}

/* The noise by the median of the differences (Rousseeuw and Croux, 1993: 1.4826 of it). */
static void measure_noise(zd_wall_look *l)
{
    int counts[BINS] = { 0 };
    int below = 0;
    int bin = 0;
    for (int i = 0; i < l->points->count; i++) {
        if (l->difference[i] == l->difference[i]) {
            counts[zd_int_min((int) (fabsf(l->difference[i]) * (2.0f * BINS)), BINS - 1)]++;
        }
    }
    while (bin < BINS - 1 && 2 * (below + counts[bin]) < l->seen) {
        below += counts[bin++];
    }
    l->grain = 1.4826 * (bin + 0.5) / (2.0 * BINS);
    l->noise = fmax(l->grain, LEAST_NOISE);
}

/* How far a change moves the corners of the box, at most. */
static double reach_of(const zd_wall_look *l, const zd_homography *change)
{
    double most = 0.0;
    const zd_wall_box *b = &l->key->box;
    for (int i = 0; i < 4; i++) {
        double p[2];
        double x = i % 2 == 0 ? b->x0 : b->x1;
        double y = i < 2 ? b->y0 : b->y1;
        if (!zd_homography_apply(change, x, y, p)) {
            return INFINITY;
        }
        most = fmax(most, hypot(p[0] - x, p[1] - y));
    }
    return most;
}

/* The share of the key's contrast that the differences leave. */
static double agreement_of(const zd_wall_look *l)
{
    double mean = 0.0;
    double left = 0.0;
    double all = 0.0;
    for (int i = 0; i < l->points->count; i++) {
        bool is_seen = l->difference[i] == l->difference[i];
        mean += is_seen ? (double) l->points->value[i] / l->seen : 0.0;
    }
    for (int i = 0; i < l->points->count; i++) {
        if (l->difference[i] == l->difference[i]) {
            double e = fmin(fabs((double) l->difference[i]), CUT);
            double c = fmin(fabs((double) l->points->value[i] - mean), CUT);
            left += e * e;
            all += c * c;
        }
    }
    return all > 0.0 ? fmax(1.0 - left / all, 0.0) : 0.0;
}

static zd_wall_look look_at(const zd_wall_key *key, const zd_wall_picture *picture,
                            float *difference)
{
    const zd_wall_box *b = &key->box;
    return (zd_wall_look){ .key = key,
                           .picture = picture,
                           .middle = { 0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1) },
                           .half = 0.5 * fmax(fmax(b->x1 - b->x0, b->y1 - b->y0), 1.0),
                           .gain = 1.0,
                           .difference = difference };
}

/* One step; *reach is how far it went. False: there is none. */
static bool step(zd_wall_look *l, int level, zd_wall_model model, zd_homography *pose,
                 double *reach)
{
    zd_wall_sums s;
    zd_homography back;
    int n = zd_wall_numbers(model);
    compare(l, level, pose);
    if (l->seen < ZD_WALL_LEAST_POINTS) {
        return false;
    }
    measure_noise(l);
    zd_wall_gather(l, model, 0.0, &s);
    zd_wall_add_expected(l, model, pose, &s);
    if (!zd_wall_factor(&s)) {
        return false;
    }
    zd_wall_solve(&s, s.right);
    zd_homography change = zd_wall_change(l, model, s.right);
    double longest = LONGEST * (double) (1 << level);
    *reach = reach_of(l, &change);
    if (*reach > longest) {
        double part = isfinite(*reach) ? longest / *reach : 0.0;
        for (int i = 0; i < n; i++) {
            s.right[i] *= part;
        }
        change = zd_wall_change(l, model, s.right);
    }
    if (!zd_homography_invert(change, &back)) {
        return false;
    }
    l->gain = fmin(fmax(l->gain + s.right[n], 0.25), 4.0);
    l->offset = fmin(fmax(l->offset + s.right[n + 1], -1.0), 1.0);
    *pose = zd_homography_normal(zd_homography_chain(back, *pose));
    return true;
}

void zd_wall_align(const zd_wall_key *key, const zd_wall_picture *picture, zd_wall_model model,
                   float *scratch, zd_wall_fit *fit)
{
    assert(model != ZD_WALL_NONE);
    zd_wall_look l = look_at(key, picture, scratch);
    zd_homography pose = fit->pose;
    zd_homography expected = fit->pose;
    fit->is_found = false;
    fit->agreement = 0.0;
    fit->error_px = INFINITY;
    for (int level = key->count - 1; level >= 0; level--) {
        double reach = INFINITY;
        /* What is seen coarsely is not asked for more than turn and size. */
        zd_wall_model now = level > 1 && model == ZD_WALL_PERSPECTIVE ? ZD_WALL_SIMILAR : model;
        l.points = &key->levels[level];
        l.expected = level == 0 ? &expected : NULL;
        for (int i = 0; i < STEPS && reach > STILL * (double) (1 << level); i++) {
            if (!step(&l, level, now, &pose, &reach)) {
                fit->visible = l.points->count > 0 ? (double) l.inside / l.points->count : 0.0;
                return;
            }
        }
    }
    compare(&l, 0, &pose);
    fit->visible = l.points->count > 0 ? (double) l.inside / l.points->count : 0.0;
    if (l.seen < ZD_WALL_LEAST_POINTS) {
        return;
    }
    measure_noise(&l);
    fit->error_px = zd_wall_expected_error(&l, model);
    fit->agreement = agreement_of(&l);
    fit->is_found = fit->error_px < BELIEVED;
    fit->pose = fit->is_found ? pose : fit->pose;
}

double zd_wall_doubt(const zd_wall_key *key, const zd_wall_picture *picture, zd_wall_model model,
                     float *scratch, const zd_wall_fit *fit)
{
    zd_homography poses[2] = { fit->pose, fit->pose };
    double most = 0.0;
    for (int part = 0; part < 2; part++) {
        double reach = INFINITY;
        zd_wall_look l = look_at(key, picture, scratch);
        l.points = &key->levels[0];
        l.part = part + 1;
        for (int i = 0; i < STEPS && reach > STILL; i++) {
            if (!step(&l, 0, model, &poses[part], &reach)) {
                return INFINITY;
            }
        }
    }
    for (int i = 0; i < 4; i++) {
        double p[2];
        double q[2];
        double x = i % 2 == 0 ? key->box.x0 : key->box.x1;
        double y = i < 2 ? key->box.y0 : key->box.y1;
        if (!zd_homography_apply(&poses[0], x, y, p) || !zd_homography_apply(&poses[1], x, y, q)) {
            return INFINITY;
        }
        most = fmax(most, hypot(p[0] - q[0], p[1] - q[1]));
    }
    return 0.5 * most;
}

double zd_wall_cost(const zd_wall_key *key, const zd_wall_picture *picture,
                    const zd_homography *pose)
{
    float differences[ZD_WALL_POINTS];
    double total = 0.0;
    int level = key->count - 1;
    zd_wall_look l = look_at(key, picture, differences);
    l.points = &key->levels[level];
    compare(&l, level, pose);
    for (int i = 0; i < l.points->count; i++) {
        if (differences[i] == differences[i]) {
            total += fmin(fabs((double) differences[i]), CUT) / CUT;
        }
    }
    /* What lies outside is neither good nor bad, unless it is nearly all. */
    return 4 * l.inside < l.points->count || l.seen == 0 ? 1.0 : total / l.seen;
}
