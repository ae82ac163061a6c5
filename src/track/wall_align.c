/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The brightness of the key's points, I, and of the picture's there, J, are to agree but for a factor and an
 * offset: e = J(W(x)) - (1 + a) I(x) - b. W is the pose after a small change of the key's plane, whose numbers,
 * and those of the light, are solved for together. */

#include "track/wall_align.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "core/size.h"

enum {
    MOST = 8,          /* numbers of a plane's change */
    ALL = MOST + 2,    /* and of the light */
    STEPS = 24,        /* at most, on each level */
    BINS = 256,        /* of the differences */
    LEAST_POINTS = 24, /* fewer are none */
    SQUARE = 16,       /* side of a chequerboard's, in pixels */
};

#define STILL       0.002 /* pixels of the first level: a step that changes nothing */
#define LONGEST     6.0   /* pixels of the level that one step may go */
#define LEAST_NOISE 0.012 /* of the brightness: less is not believed */
/* Noise of s between two pictures, smoothed by (1 2 1) / 4, makes slopes of 0.46 s over a pixel in either: four times
 * that is no accident. */
#define ABOVE_GRAIN 1.83
#define CUT         0.1 /* a difference that is no more worse the larger it is */
#define NEIGHBOURS  3.0 /* points beside each other do not err by themselves */
#define EXPECTED    0.5 /* pixels that a pose is off from what was expected, commonly */
#define BELIEVED    1.0 /* error in pixels from which on a fit is none */

/* A level's points in the picture. */
typedef struct look {
    const zd_wall_key *key;
    const zd_wall_points *points;
    const zd_wall_picture *picture;
    const zd_homography
        *expected;    /* the pose that is as good as any where nothing is seen, or NULL */
    double middle[2]; /* of the box, and half its longer side: what the numbers are counted in */
    double half;
    double gain; /* of the light: 1 + a, and b */
    double offset;
    double noise;
    double grain;      /* the same, however little */
    float *difference; /* of each point; NAN: not seen */
    int part;          /* 0: all points; 1, 2: those on squares of one colour of a chequerboard */
    int seen;
    int inside;
} look;

size_t zd_wall_scratch_floats(void)
{
    return ZD_WALL_POINTS;
}

static int numbers_of(zd_wall_model model)
{
    return model == ZD_WALL_PERSPECTIVE ? 8 : model == ZD_WALL_SIMILAR ? 4 : 2;
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
static int level_for(const look *l, int level, const zd_homography *pose)
{
    double scale = scale_of(pose, l->middle[0], l->middle[1]);
    return zd_int_clamp(level + (int) lround(log2(scale)), 0, l->picture->luma->count - 1);
}

static bool is_of_part(const look *l, int i)
{
    int colour = ((int) l->points->x[i] / SQUARE + (int) l->points->y[i] / SQUARE) % 2;
    return l->part == 0 || colour == l->part - 1;
}

/* Takes the differences of all points. */
static void compare(look *l, int level, const zd_homography *pose)
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
static void measure_noise(look *l)
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

/* How a point's brightness changes with each of the numbers. */
static void slopes(const look *l, zd_wall_model model, int i, double out[MOST])
{
    double u = ((double) l->points->x[i] - l->middle[0]) / l->half;
    double v = ((double) l->points->y[i] - l->middle[1]) / l->half;
    double gx = (double) l->points->slope_x[i] * l->half;
    double gy = (double) l->points->slope_y[i] * l->half;
    out[0] = gx;
    out[1] = gy;
    if (model == ZD_WALL_SIMILAR) {
        out[2] = u * gx + v * gy;
        out[3] = u * gy - v * gx;
    } else if (model == ZD_WALL_PERSPECTIVE) {
        double along = u * gx + v * gy;
        out[2] = u * gx;
        out[3] = v * gx;
        out[4] = u * gy;
        out[5] = v * gy;
        out[6] = -u * along;
        out[7] = -v * along;
    }
}

/* The map of the key's plane for small numbers. */
static zd_homography change_of(const look *l, zd_wall_model model, const double *n)
{
    zd_homography h = zd_homography_scaled(1.0, 1.0, n[0], n[1]);
    if (model == ZD_WALL_SIMILAR) {
        h.m[0] += n[2];
        h.m[4] += n[2];
        h.m[1] -= n[3];
        h.m[3] += n[3];
    } else if (model == ZD_WALL_PERSPECTIVE) {
        h.m[0] += n[2];
        h.m[1] += n[3];
        h.m[3] += n[4];
        h.m[4] += n[5];
        h.m[6] += n[6];
        h.m[7] += n[7];
    }
    double by = 1.0 / l->half;
    zd_homography to = zd_homography_scaled(by, by, -l->middle[0] * by, -l->middle[1] * by);
    zd_homography from = zd_homography_scaled(l->half, l->half, l->middle[0], l->middle[1]);
    return zd_homography_chain(zd_homography_chain(to, h), from);
}

/* Sums of a weighted least squares problem. */
typedef struct sums {
    int count;
    int points;
    double square[ALL][ALL];
    double right[ALL];
} sums;

/* `least`: what the squared slope of a point's brightness must be. */
static void gather(const look *l, zd_wall_model model, double least, sums *s)
{
    int n = numbers_of(model);
    *s = (sums){ .count = n + 2 };
    for (int i = 0; i < l->points->count; i++) {
        double row[ALL];
        double e = (double) l->difference[i];
        double gx = (double) l->points->slope_x[i];
        double gy = (double) l->points->slope_y[i];
        if (e != e || gx * gx + gy * gy < least) {
            continue;
        }
        s->points++;
        double far = e / (2.5 * l->noise);
        double weight = 1.0 / ((1.0 + far * far) * (1.0 + far * far));
        slopes(l, model, i, row);
        row[n] = (double) l->points->value[i];
        row[n + 1] = 1.0;
        for (int a = 0; a < n + 2; a++) {
            for (int b = 0; b <= a; b++) {
                s->square[a][b] += weight * row[a] * row[b];
            }
            s->right[a] += weight * row[a] * e;
        }
    }
}

/* How a corner moves for each number. */
static void corner_moves(zd_wall_model model, double u, double v, double across[ALL],
                         double down[ALL])
{
    memset(across, 0, ALL * sizeof *across);
    memset(down, 0, ALL * sizeof *down);
    across[0] = 1.0;
    down[1] = 1.0;
    if (model == ZD_WALL_SIMILAR) {
        across[2] = u;
        across[3] = -v;
        down[2] = v;
        down[3] = u;
    } else if (model == ZD_WALL_PERSPECTIVE) {
        across[2] = u;
        across[3] = v;
        down[4] = u;
        down[5] = v;
        across[6] = -u * u;
        across[7] = -u * v;
        down[6] = -u * v;
        down[7] = -v * v;
    }
}

/* How far the corners are from where they were expected: the pose after a change of the key's plane, in the numbers'
 * own coordinates. False: there is no telling. */
static bool corners_off(const look *l, const zd_homography *pose, double u, double v, double off[2])
{
    double seen[2];
    double at[2];
    zd_homography back;
    double x = l->middle[0] + u * l->half;
    double y = l->middle[1] + v * l->half;
    if (!zd_homography_invert(*l->expected, &back) || !zd_homography_apply(pose, x, y, seen) ||
        !zd_homography_apply(&back, seen[0], seen[1], at))
    {
        return false;
    }
    off[0] = (at[0] - x) / l->half;
    off[1] = (at[1] - y) / l->half;
    return true;
}

/* Adds what was expected to the sums: corners that are off by EXPECTED pixels are as unlikely as the noise makes points
 * that differ by it. Where a wall tells much this counts for nothing, and where it tells little, nothing trembles. */
static void add_expected(const look *l, zd_wall_model model, const zd_homography *pose, sums *s)
{
    int n = numbers_of(model);
    const zd_wall_box *b = &l->key->box;
    double width = EXPECTED / l->half;
    double weight = NEIGHBOURS * l->noise * l->noise / (width * width);
    for (int i = 0; i < 4; i++) {
        double off[2];
        double moves[2][ALL];
        double u = (i % 2 == 0 ? -0.5 : 0.5) * (b->x1 - b->x0) / l->half;
        double v = (i < 2 ? -0.5 : 0.5) * (b->y1 - b->y0) / l->half;
        if (l->expected == NULL || !corners_off(l, pose, u, v, off)) {
            return;
        }
        corner_moves(model, u, v, moves[0], moves[1]);
        for (int k = 0; k < 2; k++) {
            for (int a = 0; a < n; a++) {
                for (int c = 0; c <= a; c++) {
                    s->square[a][c] += weight * moves[k][a] * moves[k][c];
                }
                s->right[a] += weight * moves[k][a] * off[k];
            }
        }
    }
}

/* Cholesky's factor in place; false: the problem has no single answer. */
static bool factor(sums *s)
{
    for (int a = 0; a < s->count; a++) {
        for (int b = 0; b <= a; b++) {
            double sum = s->square[a][b] * (a == b ? 1.0 + 1e-9 : 1.0);
            for (int k = 0; k < b; k++) {
                sum -= s->square[a][k] * s->square[b][k];
            }
            if (a == b && !(sum > 1e-12 * fmax(s->square[a][a], 1e-12))) {
                return false;
            }
            s->square[a][b] = a == b ? sqrt(sum) : sum / s->square[b][b];
        }
    }
    return true;
}

/* Solves with the factor, in place. */
static void solve(const sums *s, double *x)
{
    for (int a = 0; a < s->count; a++) {
        for (int k = 0; k < a; k++) {
            x[a] -= s->square[a][k] * x[k];
        }
        x[a] /= s->square[a][a];
    }
    for (int a = s->count - 1; a >= 0; a--) {
        for (int k = a + 1; k < s->count; k++) {
            x[a] -= s->square[k][a] * x[k];
        }
        x[a] /= s->square[a][a];
    }
}

/* How far a change moves the corners of the box, at most. */
static double reach_of(const look *l, const zd_homography *change)
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

/* What one corner moves by for each number, over the numbers' own uncertainty: its variance. */
static double corner_variance(const look *l, zd_wall_model model, const sums *s, double u, double v)
{
    double total = 0.0;
    double moves[2][ALL];
    corner_moves(model, u, v, moves[0], moves[1]);
    for (int axis = 0; axis < 2; axis++) {
        double x[ALL];
        memcpy(x, moves[axis], sizeof x);
        solve(s, x);
        for (int k = 0; k < s->count; k++) {
            total += x[k] * moves[axis][k];
        }
    }
    return total * l->half * l->half;
}

/* By the points alone whose slopes are no grain, since that is seen in one picture only. */
static double expected_error(const look *l, zd_wall_model model)
{
    sums s;
    double total = 0.0;
    const zd_wall_box *b = &l->key->box;
    double least = ABOVE_GRAIN * l->grain;
    gather(l, model, least * least, &s);
    if (s.points < LEAST_POINTS || !factor(&s)) {
        return INFINITY;
    }
    double u = 0.5 * (b->x1 - b->x0) / l->half;
    double v = 0.5 * (b->y1 - b->y0) / l->half;
    for (int i = 0; i < 4; i++) {
        total += corner_variance(l, model, &s, i % 2 == 0 ? -u : u, i < 2 ? -v : v);
    }
    return l->noise * sqrt(NEIGHBOURS * total / 4.0);
}

/* The share of the key's contrast that the differences leave. */
static double agreement_of(const look *l)
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

static look look_at(const zd_wall_key *key, const zd_wall_picture *picture, float *difference)
{
    const zd_wall_box *b = &key->box;
    return (look){ .key = key,
                   .picture = picture,
                   .middle = { 0.5 * (b->x0 + b->x1), 0.5 * (b->y0 + b->y1) },
                   .half = 0.5 * fmax(fmax(b->x1 - b->x0, b->y1 - b->y0), 1.0),
                   .gain = 1.0,
                   .difference = difference };
}

/* One step; *reach is how far it went. False: there is none. */
static bool step(look *l, int level, zd_wall_model model, zd_homography *pose, double *reach)
{
    sums s;
    zd_homography back;
    int n = numbers_of(model);
    compare(l, level, pose);
    if (l->seen < LEAST_POINTS) {
        return false;
    }
    measure_noise(l);
    gather(l, model, 0.0, &s);
    add_expected(l, model, pose, &s);
    if (!factor(&s)) {
        return false;
    }
    solve(&s, s.right);
    zd_homography change = change_of(l, model, s.right);
    double longest = LONGEST * (double) (1 << level);
    *reach = reach_of(l, &change);
    if (*reach > longest) {
        double part = isfinite(*reach) ? longest / *reach : 0.0;
        for (int i = 0; i < n; i++) {
            s.right[i] *= part;
        }
        change = change_of(l, model, s.right);
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
    look l = look_at(key, picture, scratch);
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
    if (l.seen < LEAST_POINTS) {
        return;
    }
    measure_noise(&l);
    fit->error_px = expected_error(&l, model);
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
        look l = look_at(key, picture, scratch);
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
    look l = look_at(key, picture, differences);
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
