/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels for any processor: vectors of four, one row a tile. Always built. */

#include <math.h>
#include <stdint.h>

#define BODY_LANES 4
#define BODY_ROWS  1
#define BODY_NAME  zd_kernels_portable
#define BODY_TITLE "portable"

typedef float vf __attribute__((vector_size(16)));
typedef float vf_u __attribute__((vector_size(16), aligned(4), may_alias));
typedef int32_t vi __attribute__((vector_size(16)));

static inline vf v_set1(float x)
{
    return (vf){ x, x, x, x };
}

static inline vf v_fma(vf a, vf b, vf c)
{
    return a * b + c;
}

static inline vf v_accumulate(vf c, vf a, vf b)
{
    return c + a * b;
}

/** Bits of a where the mask is set, of b elsewhere. */
static inline vf v_choose(vi mask, vf a, vf b)
{
    return (vf) ((mask & (vi) a) | (~mask & (vi) b));
}

static inline vf v_min(vf a, vf b)
{
    return v_choose(a < b, a, b);
}

static inline vf v_max(vf a, vf b)
{
    return v_choose(a > b, a, b);
}

static inline vf v_abs(vf a)
{
    return v_max(a, -a);
}

static inline vf v_round(vf a)
{
    return (vf){ rintf(a[0]), rintf(a[1]), rintf(a[2]), rintf(a[3]) };
}

static inline vf v_scale2(vf a, vf power)
{
    vi bits = { (int32_t) power[0], (int32_t) power[1], (int32_t) power[2], (int32_t) power[3] };
    return a * (vf) ((bits + 127) << 23);
}

static inline float s_fma(float a, float b, float c)
{
    return a * b + c;
}

static inline float v_hmax(vf a)
{
    float x = a[0] > a[1] ? a[0] : a[1];
    float y = a[2] > a[3] ? a[2] : a[3];
    return x > y ? x : y;
}

#include "model/cpu/kernel_body.h"
