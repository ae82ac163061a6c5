/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TRACK_WALL_INTERNAL_H
#define ZD_TRACK_WALL_INTERNAL_H

/* What laying a wall on a picture (wall_align.c) and its normal equations (wall_normal.c) share. */

#include "track/wall_align.h"

enum {
    ZD_WALL_NUMBERS = 8,               /* of a plane's change */
    ZD_WALL_ALL = ZD_WALL_NUMBERS + 2, /* and of the light */
    ZD_WALL_LEAST_POINTS = 24,         /* fewer are none */
};

/* A level's points in the picture. */
typedef struct zd_wall_look {
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
} zd_wall_look;

/* Sums of a weighted least squares problem. */
typedef struct zd_wall_sums {
    int count;
    int points;
    double square[ZD_WALL_ALL][ZD_WALL_ALL];
    double right[ZD_WALL_ALL];
} zd_wall_sums;

static inline int zd_wall_numbers(zd_wall_model model)
{
    return model == ZD_WALL_PERSPECTIVE ? 8 : model == ZD_WALL_SIMILAR ? 4 : 2;
}

/** The homography of a change's numbers, in the key's pixels. */
zd_homography zd_wall_change(const zd_wall_look *l, zd_wall_model model, const double *n);

/** Sums over the points; `least`: what the squared slope of a point's brightness must be. */
void zd_wall_gather(const zd_wall_look *l, zd_wall_model model, double least, zd_wall_sums *s);

/** Adds what was expected: see wall_normal.c. */
void zd_wall_add_expected(const zd_wall_look *l, zd_wall_model model, const zd_homography *pose,
                          zd_wall_sums *s);

/** Cholesky's factor in place; false: the problem has no single answer. Then the answer, in place. */
bool zd_wall_factor(zd_wall_sums *s);
void zd_wall_solve(const zd_wall_sums *s, double *x);

/** The error in pixels of the last differences' pose; INFINITY: it is not told. */
double zd_wall_expected_error(const zd_wall_look *l, zd_wall_model model);

#endif
