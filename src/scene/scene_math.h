/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_SCENE_MATH_H
#define ZD_SCENE_SCENE_MATH_H

/* Vectors and matrices in double precision. A chain of axes in float (cglm's only type) loses more
 * than the 1e-4 pixels of Z that a scene of 500 pixels' depth has to hold, so places are computed
 * in double and reach the graphics card, already in camera space, as float.
 *
 * Matrices are row-major and multiply column vectors. */

#include <math.h>
#include <stdbool.h>

typedef struct zd_vec3 {
    double x, y, z;
} zd_vec3;

typedef struct zd_mat4 {
    double m[4][4];
} zd_mat4;

static inline zd_vec3 zd_vec3_add(zd_vec3 a, zd_vec3 b)
{
    return (zd_vec3){ a.x + b.x, a.y + b.y, a.z + b.z };
}

static inline zd_vec3 zd_vec3_sub(zd_vec3 a, zd_vec3 b)
{
    return (zd_vec3){ a.x - b.x, a.y - b.y, a.z - b.z };
}

static inline zd_vec3 zd_vec3_scale(zd_vec3 a, double s)
{
    return (zd_vec3){ a.x * s, a.y * s, a.z * s };
}

static inline double zd_vec3_dot(zd_vec3 a, zd_vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline zd_vec3 zd_vec3_cross(zd_vec3 a, zd_vec3 b)
{
    return (zd_vec3){ a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x };
}

static inline double zd_vec3_length(zd_vec3 a)
{
    return sqrt(zd_vec3_dot(a, a));
}

/** Length 1; a vector without length stays as it is. */
static inline zd_vec3 zd_vec3_unit(zd_vec3 a)
{
    double length = zd_vec3_length(a);
    return length > 0.0 ? zd_vec3_scale(a, 1.0 / length) : a;
}

static inline zd_vec3 zd_mat4_point(const zd_mat4 *a, zd_vec3 p)
{
    return (zd_vec3){ a->m[0][0] * p.x + a->m[0][1] * p.y + a->m[0][2] * p.z + a->m[0][3],
                      a->m[1][0] * p.x + a->m[1][1] * p.y + a->m[1][2] * p.z + a->m[1][3],
                      a->m[2][0] * p.x + a->m[2][1] * p.y + a->m[2][2] * p.z + a->m[2][3] };
}

static inline zd_vec3 zd_mat4_direction(const zd_mat4 *a, zd_vec3 p)
{
    return (zd_vec3){ a->m[0][0] * p.x + a->m[0][1] * p.y + a->m[0][2] * p.z,
                      a->m[1][0] * p.x + a->m[1][1] * p.y + a->m[1][2] * p.z,
                      a->m[2][0] * p.x + a->m[2][1] * p.y + a->m[2][2] * p.z };
}

static inline zd_vec3 zd_mat4_column(const zd_mat4 *a, int column)
{
    return (zd_vec3){ a->m[0][column], a->m[1][column], a->m[2][column] };
}

zd_mat4 zd_mat4_identity(void);
zd_mat4 zd_mat4_multiply(const zd_mat4 *a, const zd_mat4 *b);
zd_mat4 zd_mat4_translation(zd_vec3 offset);
zd_mat4 zd_mat4_scaling(zd_vec3 factors);

/** About x, then y, then z. */
zd_mat4 zd_mat4_rotation(zd_vec3 degrees);

/** Inverts an affine matrix; false when it flattens space. */
bool zd_mat4_invert(const zd_mat4 *a, zd_mat4 *out);

/** Carries normals: the transposed inverse of the linear part, not scaled to length 1. */
zd_vec3 zd_mat4_normal(const zd_mat4 *inverse, zd_vec3 normal);

/** A frame at `from` whose -z points to `to` and whose y is as upright as can be. */
zd_mat4 zd_mat4_looking(zd_vec3 from, zd_vec3 to);

#endif
