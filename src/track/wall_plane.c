/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The normal is (a, b, c). On the plane u runs level, as the camera's own x axis projected onto it, and v at a
 * right angle to it; a step along either is as long as one beside the place where the picture hangs. */

#include "track/wall_plane.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

enum { ROUNDS = 12, TRIES = 128, LEAST_POINTS = 30 };

#define STEEPEST 70.0  /* degrees */
#define NEAR_IT  0.125 /* of a point's distance: it is on the plane */
#define HALF_PI  1.57079632679489662
#define DEGREE   (HALF_PI / 90.0)

typedef struct vector {
    double x;
    double y;
    double z;
} vector;

static vector add(vector a, vector b, double scale)
{
    return (vector){ a.x + scale * b.x, a.y + scale * b.y, a.z + scale * b.z };
}

static double dot(vector a, vector b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static vector unit(vector a)
{
    double length = sqrt(dot(a, a));
    return length > 0.0 ? (vector){ a.x / length, a.y / length, a.z / length } : a;
}

static vector cross(vector a, vector b)
{
    return (vector){ a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x };
}

/* Sums over a part of the map. */
typedef struct fit {
    zd_view inverse;
    zd_rect part;
    zd_wall_camera camera;
    double numbers[3];
    double width; /* of what still agrees */
    int count;
} fit;

static vector ray(const fit *f, int x, int y)
{
    double fx = (x + 0.5) / f->inverse.width - 0.5;
    double fy = (y + 0.5) / f->inverse.height - 0.5;
    return (vector){ fx * f->camera.aspect / f->camera.focal, fy / f->camera.focal, 1.0 };
}

static double at(const fit *f, vector r)
{
    return f->numbers[0] * r.x + f->numbers[1] * r.y + f->numbers[2];
}

/* Solves the three normal equations by Cramer's rule. */
static bool solve(double m[3][3], const double right[3], double out[3])
{
    vector rows[3];
    for (int i = 0; i < 3; i++) {
        rows[i] = (vector){ m[i][0], m[i][1], m[i][2] };
    }
    double all = dot(rows[0], cross(rows[1], rows[2]));
    if (!(fabs(all) > 1e-30)) {
        return false;
    }
    for (int i = 0; i < 3; i++) {
        double with[3][3];
        for (int k = 0; k < 9; k++) {
            with[k / 3][k % 3] = k % 3 == i ? right[k / 3] : m[k / 3][k % 3];
        }
        vector a = { with[0][0], with[0][1], with[0][2] };
        vector b = { with[1][0], with[1][1], with[1][2] };
        vector c = { with[2][0], with[2][1], with[2][2] };
        out[i] = dot(a, cross(b, c)) / all;
    }
    return true;
}

/* One round of least squares, with less weight for what disagrees with the plane so far. */
static bool fit_round(fit *f)
{
    double m[3][3] = { { 0 } };
    double right[3] = { 0 };
    double square = 0.0;
    double total = 0.0;
    for (int y = f->part.y0; y < f->part.y1; y++) {
        for (int x = f->part.x0; x < f->part.x1; x++) {
            double value = (double) zd_view_row_f32(f->inverse, y)[x];
            if (!isfinite(value)) {
                continue;
            }
            vector r = ray(f, x, y);
            double off = value - at(f, r);
            double far = off / f->width;
            double weight = 1.0 / ((1.0 + far * far) * (1.0 + far * far));
            double row[3] = { r.x, r.y, 1.0 };
            for (int k = 0; k < 9; k++) {
                m[k / 3][k % 3] += weight * row[k / 3] * row[k % 3];
            }
            for (int k = 0; k < 3; k++) {
                right[k] += weight * row[k] * value;
            }
            square += weight * off * off;
            total += weight;
        }
    }
    f->width = fmax(2.0 * sqrt(square / total), 1e-3 * fabs(f->numbers[2]) + 1e-12);
    return solve(m, right, f->numbers);
}

/* The share of the points that are on the plane. */
static double share_on(const fit *f)
{
    int on = 0;
    for (int y = f->part.y0; y < f->part.y1; y++) {
        for (int x = f->part.x0; x < f->part.x1; x++) {
            double value = (double) zd_view_row_f32(f->inverse, y)[x];
            double there = at(f, ray(f, x, y));
            on += isfinite(value) && fabs(value - there) <= NEAR_IT * fabs(there);
        }
    }
    return f->count > 0 ? (double) on / f->count : 0.0;
}

static int count_points(const fit *f)
{
    int count = 0;
    for (int y = f->part.y0; y < f->part.y1; y++) {
        for (int x = f->part.x0; x < f->part.x1; x++) {
            count += isfinite(zd_view_row_f32(f->inverse, y)[x]);
        }
    }
    return count;
}

/* A number below `below`, the next of a row that is always the same. */
static int pick(unsigned *state, int below)
{
    assert(below > 0);
    *state = *state * 1664525U + 1013904223U;
    return (int) ((uint64_t) *state * (uint64_t) below >> 32);
}

/* The plane through three points. */
static bool try_points(fit *f, unsigned *state)
{
    double m[3][3];
    double right[3];
    for (int i = 0; i < 3; i++) {
        int x = f->part.x0 + pick(state, f->part.x1 - f->part.x0);
        int y = f->part.y0 + pick(state, f->part.y1 - f->part.y0);
        vector r = ray(f, x, y);
        m[i][0] = r.x;
        m[i][1] = r.y;
        m[i][2] = 1.0;
        right[i] = (double) zd_view_row_f32(f->inverse, y)[x];
    }
    return isfinite(right[0] + right[1] + right[2]) && solve(m, right, f->numbers);
}

/* Where the fit begins: of many planes through three points each, the one that most points are on (Fischler and
 * Bolles, Random Sample Consensus, 1981). */
static double begin(fit *f)
{
    unsigned state = 1;
    double best = -1.0;
    double numbers[3] = { 0.0, 0.0, 0.0 };
    for (int i = 0; i < TRIES; i++) {
        double share = try_points(f, &state) ? share_on(f) : -1.0;
        if (share > best) {
            best = share;
            memcpy(numbers, f->numbers, sizeof numbers);
        }
    }
    memcpy(f->numbers, numbers, sizeof numbers);
    f->width = NEAR_IT * fabs(numbers[2]) + 1e-12;
    return best;
}

zd_wall_plane zd_wall_plane_fit(zd_view inverse, zd_rect part, zd_wall_camera camera)
{
    zd_wall_plane out = { .c = 1.0 };
    zd_rect all = { 0, 0, inverse.width, inverse.height };
    fit f = { .inverse = inverse, .part = zd_rect_intersect(part, all), .camera = camera };
    f.count = count_points(&f);
    if (f.count < LEAST_POINTS || begin(&f) < 0.0) {
        return out;
    }
    for (int i = 0; i < ROUNDS; i++) {
        if (!fit_round(&f)) {
            return out;
        }
    }
    out.agreement = share_on(&f);
    out.is_found = isfinite(f.numbers[0]) && isfinite(f.numbers[1]) && f.numbers[2] > 0.0;
    if (out.is_found) {
        out.a = f.numbers[0] / f.numbers[2];
        out.b = f.numbers[1] / f.numbers[2];
        out.inverse = f.numbers[2];
    }
    return out;
}

/* The normal, turned back to STEEPEST where it is more. */
static vector normal_of(const zd_wall_plane *plane)
{
    double flat = hypot(plane->a, plane->b);
    double most = plane->c * tan(STEEPEST * DEGREE);
    double by = flat > most ? most / flat : 1.0;
    return unit((vector){ plane->a * by, plane->b * by, plane->c });
}

double zd_wall_plane_distance(const zd_wall_plane *plane, zd_wall_camera camera, double x, double y)
{
    double inverse = plane->a * (x - 0.5) * camera.aspect / camera.focal +
                     plane->b * (y - 0.5) / camera.focal + plane->c;
    inverse *= plane->inverse;
    return inverse > 0.0 ? 1.0 / inverse : 0.0;
}

void zd_wall_plane_turn(const zd_wall_plane *plane, double *right, double *up)
{
    vector n = normal_of(plane);
    *right = atan2(-n.x, n.z) / DEGREE;
    *up = atan2(n.y, n.z) / DEGREE;
}

zd_homography zd_wall_plane_lay(const zd_wall_plane *plane, zd_wall_camera camera, double x,
                                double y)
{
    vector n = normal_of(plane);
    vector along = { 1.0, 0.0, 0.0 };
    vector u = unit(add(along, n, -n.x));
    vector v = cross(n, u);
    double px = (x - 0.5) * camera.aspect;
    double py = y - 0.5;
    vector place = { px / camera.focal, py / camera.focal, 1.0 }; /* at distance 1 */
    double step = 1.0 / camera.focal;
    /* Heights of the frame from the place, (s, t, 1), become place + step (s u + t v), and are seen at
     * focal (X / Z, Y / Z). */
    zd_homography seen = { { camera.focal * step * u.x, camera.focal * step * v.x,
                             camera.focal * place.x, camera.focal * step * u.y,
                             camera.focal * step * v.y, camera.focal * place.y, step * u.z,
                             step * v.z, place.z } };
    zd_homography to = zd_homography_scaled(camera.aspect, 1.0, -x * camera.aspect, -y);
    zd_homography from = zd_homography_scaled(1.0 / camera.aspect, 1.0, 0.5, 0.5);
    return zd_homography_normal(zd_homography_chain(zd_homography_chain(to, seen), from));
}
