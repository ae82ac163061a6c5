/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_VEC4_H
#define ZD_IMAGE_VEC4_H

/* Four floats at once: one RGBA pixel, in the vector extension that GCC and Clang share, so that
 * the same source is SSE, NEON or plain C and always gives the same bits. */

#include <stdint.h>
#include <string.h>

typedef float zd_vec4 __attribute__((vector_size(16)));
typedef int32_t zd_mask4 __attribute__((vector_size(16)));

static inline zd_vec4 zd_vec4_load(const float *from)
{
    zd_vec4 v;
    memcpy(&v, from, sizeof v);
    return v;
}

static inline void zd_vec4_store(float *to, zd_vec4 v)
{
    memcpy(to, &v, sizeof v);
}

static inline zd_vec4 zd_vec4_splat(float value)
{
    return (zd_vec4){ value, value, value, value };
}

static inline zd_vec4 zd_vec4_alpha(zd_vec4 v) /* the fourth lane in all lanes */
{
    return __builtin_shufflevector(v, v, 3, 3, 3, 3);
}

static inline zd_vec4 zd_vec4_select(zd_mask4 mask, zd_vec4 yes, zd_vec4 no)
{
    return (zd_vec4) ((mask & (zd_mask4) yes) | (~mask & (zd_mask4) no));
}

static inline zd_vec4 zd_vec4_min(zd_vec4 a, zd_vec4 b)
{
    return zd_vec4_select(a < b, a, b);
}

static inline zd_vec4 zd_vec4_max(zd_vec4 a, zd_vec4 b)
{
    return zd_vec4_select(a > b, a, b);
}

/** Colour from the first, alpha from the second. */
static inline zd_vec4 zd_vec4_with_alpha(zd_vec4 colour, zd_vec4 alpha)
{
    return zd_vec4_select((zd_mask4){ -1, -1, -1, 0 }, colour, alpha);
}

/** All lanes set when all four are finite, none otherwise. */
static inline zd_mask4 zd_vec4_is_finite(zd_vec4 v)
{
    zd_vec4 zero = v * zd_vec4_splat(0.0f); /* NaN for NaN and infinity */
    zero += __builtin_shufflevector(zero, zero, 2, 3, 0, 1);
    zero += __builtin_shufflevector(zero, zero, 1, 0, 3, 2);
    return zero == zero;
}

#endif
