/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_IMAGE_VEC4_H
#define ZD_IMAGE_VEC4_H

/* Four floats at once: one RGBA pixel, in the vector extension that GCC and Clang share, so that
 * the same source is SSE, NEON or plain C and always gives the same bits. */

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

typedef float zd_vec4 __attribute__((vector_size(16)));
typedef int32_t zd_mask4 __attribute__((vector_size(16)));

/** Eight floats that lie anywhere. Read and written through pointers to it they are one move where the processor has
 *  one; memcpy of 32 bytes is two in functions that are compiled a second time for AVX2 (core/vector.h), and what is
 *  written in two halves is read as a whole only after a wait. */
typedef float zd_vec8_at __attribute__((vector_size(32), aligned(4), may_alias));

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

/** Whether four floats in memory are all +0, bit for bit. */
static inline bool zd_vec4_is_nothing(const float *pixel)
{
    uint64_t bits[2];
    memcpy(bits, pixel, sizeof bits);
    return (bits[0] | bits[1]) == 0;
}

/** All lanes set when all four are finite, none otherwise. */
static inline zd_mask4 zd_vec4_is_finite(zd_vec4 v)
{
    zd_vec4 zero = v * zd_vec4_splat(0.0f); /* NaN for NaN and infinity */
    zero += __builtin_shufflevector(zero, zero, 2, 3, 0, 1);
    zero += __builtin_shufflevector(zero, zero, 1, 0, 3, 2);
    return zero == zero; /* NOLINT(misc-redundant-expression): NaN is not */
}

/** Whether a number is finite and within +-limit. As integers the sizes of floats compare alike, and
 *  infinity and NaN are the largest. */
static inline int zd_vec4_is_within(float value, float limit)
{
    int32_t bits;
    int32_t most;
    memcpy(&bits, &value, sizeof bits);
    memcpy(&most, &limit, sizeof most);
    return (bits & INT32_MAX) <= most;
}

/** The same of all of them. */
static inline int zd_floats_are_within(const float *values, int count, float limit)
{
    const zd_mask4 sizes = { INT32_MAX, INT32_MAX, INT32_MAX, INT32_MAX };
    const zd_mask4 most = (zd_mask4) zd_vec4_splat(limit);
    zd_mask4 beyond = { 0, 0, 0, 0 };
    int i = 0;
    for (; i + 4 <= count; i += 4) {
        beyond |= ((zd_mask4) zd_vec4_load(values + i) & sizes) > most;
    }
    int within = (beyond[0] | beyond[1] | beyond[2] | beyond[3]) == 0;
    for (; i < count; i++) {
        within &= zd_vec4_is_within(values[i], limit);
    }
    return within;
}

#endif
