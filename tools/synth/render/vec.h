/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Three-component vectors and rigid-plus-scale transforms, in float. x right, y up, z forward. */

#ifndef ZD_SYNTH_RENDER_VEC_H
#define ZD_SYNTH_RENDER_VEC_H

#include <math.h>

#define SY_PI 3.14159265f

typedef struct vec3 {
    float x, y, z;
} vec3;

/** Affine map: p -> ax * p.x + ay * p.y + az * p.z + origin. */
typedef struct sy_xform {
    vec3 ax, ay, az, origin;
} sy_xform;

static inline vec3 v3(float x, float y, float z)
{
    return (vec3){ x, y, z };
}

static inline vec3 v3_add(vec3 a, vec3 b)
{
    return v3(a.x + b.x, a.y + b.y, a.z + b.z);
}

static inline vec3 v3_sub(vec3 a, vec3 b)
{
    return v3(a.x - b.x, a.y - b.y, a.z - b.z);
}

static inline vec3 v3_mul(vec3 a, vec3 b)
{
    return v3(a.x * b.x, a.y * b.y, a.z * b.z);
}

static inline vec3 v3_scale(vec3 a, float s)
{
    return v3(a.x * s, a.y * s, a.z * s);
}

/** a + b * s. */
static inline vec3 v3_madd(vec3 a, vec3 b, float s)
{
    return v3(a.x + b.x * s, a.y + b.y * s, a.z + b.z * s);
}

static inline float v3_dot(vec3 a, vec3 b)
{
    return a.x * b.x + a.y * b.y + a.z * b.z;
}

static inline vec3 v3_cross(vec3 a, vec3 b)
{
    return v3(a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x);
}

static inline float v3_length(vec3 a)
{
    return sqrtf(v3_dot(a, a));
}

static inline vec3 v3_normalize(vec3 a)
{
    float l = v3_length(a);
    return l > 1e-20f ? v3_scale(a, 1.0f / l) : v3(0, 1, 0);
}

static inline vec3 v3_lerp(vec3 a, vec3 b, float t)
{
    return v3_madd(a, v3_sub(b, a), t);
}

static inline float clampf(float x, float lo, float hi)
{
    return x < lo ? lo : (x > hi ? hi : x);
}

/* Plain comparisons: the library calls keep rules about NaN that cost a call each. */
static inline float minf(float a, float b)
{
    return a < b ? a : b;
}

static inline float maxf(float a, float b)
{
    return a > b ? a : b;
}

/** floor() as an integer, for values within its range. */
static inline int floor_int(float x)
{
    int i = (int) x;
    return i - (x < (float) i);
}

static inline int clampi(int x, int lo, int hi)
{
    return x < lo ? lo : (x > hi ? hi : x);
}

static inline float mixf(float a, float b, float t)
{
    return a + (b - a) * t;
}

static inline float smoothf(float lo, float hi, float x)
{
    float t = clampf((x - lo) / (hi - lo), 0.0f, 1.0f);
    return t * t * (3.0f - 2.0f * t);
}

/** A colour written as a person sees it (0..1, gamma about 2) as linear light. */
static inline vec3 sy_rgb(float r, float g, float b)
{
    return v3(r * r, g * g, b * b);
}

static inline sy_xform sy_xform_identity(void)
{
    return (sy_xform){ { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 }, { 0, 0, 0 } };
}

static inline vec3 sy_xform_dir(const sy_xform *m, vec3 d)
{
    return v3_add(v3_add(v3_scale(m->ax, d.x), v3_scale(m->ay, d.y)), v3_scale(m->az, d.z));
}

static inline vec3 sy_xform_point(const sy_xform *m, vec3 p)
{
    return v3_add(sy_xform_dir(m, p), m->origin);
}

/** The map that applies b first, then a. */
static inline sy_xform sy_xform_mul(const sy_xform *a, const sy_xform *b)
{
    return (sy_xform){ sy_xform_dir(a, b->ax), sy_xform_dir(a, b->ay), sy_xform_dir(a, b->az),
                       sy_xform_point(a, b->origin) };
}

static inline sy_xform sy_xform_rotate_x(float rad)
{
    float c = cosf(rad), s = sinf(rad);
    return (sy_xform){ { 1, 0, 0 }, { 0, c, s }, { 0, -s, c }, { 0, 0, 0 } };
}

static inline sy_xform sy_xform_rotate_y(float rad)
{
    float c = cosf(rad), s = sinf(rad);
    return (sy_xform){ { c, 0, -s }, { 0, 1, 0 }, { s, 0, c }, { 0, 0, 0 } };
}

static inline sy_xform sy_xform_rotate_z(float rad)
{
    float c = cosf(rad), s = sinf(rad);
    return (sy_xform){ { c, s, 0 }, { -s, c, 0 }, { 0, 0, 1 }, { 0, 0, 0 } };
}

#endif
