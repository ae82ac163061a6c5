/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The normal equations of a wall's change: how each point's brightness moves with the numbers of the change
 * and of the light, what was expected beside them, and how sure the answer is. */

#include "track/wall_internal.h"

#include <math.h>
#include <string.h>

/* Noise of s between two pictures, smoothed by (1 2 1) / 4, makes slopes of 0.46 s over a pixel in either: four times
 * that is no accident. */
#define ABOVE_GRAIN 1.83
#define NEIGHBOURS  3.0 /* points beside each other do not err by themselves */
#define EXPECTED    0.5 /* pixels that a pose is off from what was expected, commonly */

/* How a point's brightness changes with each of the numbers. */
static void slopes(const zd_wall_look *l, zd_wall_model model, int i, double out[ZD_WALL_NUMBERS])
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
zd_homography zd_wall_change(const zd_wall_look *l, zd_wall_model model, const double *n)
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

/* `least`: what the squared slope of a point's brightness must be. */
void zd_wall_gather(const zd_wall_look *l, zd_wall_model model, double least, zd_wall_sums *s)
{
    int n = zd_wall_numbers(model);
    *s = (zd_wall_sums){ .count = n + 2 };
    for (int i = 0; i < l->points->count; i++) {
        double row[ZD_WALL_ALL];
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
static void corner_moves(zd_wall_model model, double u, double v, double across[ZD_WALL_ALL],
                         double down[ZD_WALL_ALL])
{
    memset(across, 0, ZD_WALL_ALL * sizeof *across);
    memset(down, 0, ZD_WALL_ALL * sizeof *down);
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
static bool corners_off(const zd_wall_look *l, const zd_homography *pose, double u, double v,
                        double off[2])
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
void zd_wall_add_expected(const zd_wall_look *l, zd_wall_model model, const zd_homography *pose,
                          zd_wall_sums *s)
{
    int n = zd_wall_numbers(model);
    const zd_wall_box *b = &l->key->box;
    double width = EXPECTED / l->half;
    double weight = NEIGHBOURS * l->noise * l->noise / (width * width);
    for (int i = 0; i < 4; i++) {
        double off[2];
        double moves[2][ZD_WALL_ALL];
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
bool zd_wall_factor(zd_wall_sums *s)
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
void zd_wall_solve(const zd_wall_sums *s, double *x)
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

/* What one corner moves by for each number, over the numbers' own uncertainty: its variance. */
static double corner_variance(const zd_wall_look *l, zd_wall_model model, const zd_wall_sums *s,
                              double u, double v)
{
    double total = 0.0;
    double moves[2][ZD_WALL_ALL];
    corner_moves(model, u, v, moves[0], moves[1]);
    for (int axis = 0; axis < 2; axis++) {
        double x[ZD_WALL_ALL];
        memcpy(x, moves[axis], sizeof x);
        zd_wall_solve(s, x);
        for (int k = 0; k < s->count; k++) {
            total += x[k] * moves[axis][k];
        }
    }
    return total * l->half * l->half;
}

/* By the points alone whose slopes are no grain, since that is seen in one picture only. */
double zd_wall_expected_error(const zd_wall_look *l, zd_wall_model model)
{
    zd_wall_sums s;
    double total = 0.0;
    const zd_wall_box *b = &l->key->box;
    double least = ABOVE_GRAIN * l->grain;
    zd_wall_gather(l, model, least * least, &s);
    if (s.points < ZD_WALL_LEAST_POINTS || !zd_wall_factor(&s)) {
        return INFINITY;
    }
    double u = 0.5 * (b->x1 - b->x0) / l->half;
    double v = 0.5 * (b->y1 - b->y0) / l->half;
    for (int i = 0; i < 4; i++) {
        total += corner_variance(l, model, &s, i % 2 == 0 ? -u : u, i < 2 ? -v : v);
    }
    return l->noise * sqrt(NEIGHBOURS * total / 4.0);
}
