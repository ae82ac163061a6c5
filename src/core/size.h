/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_SIZE_H
#define ZD_CORE_SIZE_H

/* Checked arithmetic for byte counts. Every size that comes from a file or a caller passes through
 * here before it is used; each function returns false on overflow and leaves *out untouched. */

#include <stdbool.h>
#include <stddef.h>

static inline bool zd_size_mul(size_t a, size_t b, size_t *out)
{
    size_t product;
    if (__builtin_mul_overflow(a, b, &product)) {
        return false;
    }
    *out = product;
    return true;
}

static inline bool zd_size_mul3(size_t a, size_t b, size_t c, size_t *out)
{
    size_t ab;
    return zd_size_mul(a, b, &ab) && zd_size_mul(ab, c, out);
}

static inline bool zd_size_add(size_t a, size_t b, size_t *out)
{
    size_t sum;
    if (__builtin_add_overflow(a, b, &sum)) {
        return false;
    }
    *out = sum;
    return true;
}

/** Rounds up to a multiple of `alignment`, which is a power of two. */
static inline bool zd_size_align(size_t value, size_t alignment, size_t *out)
{
    size_t raised;
    if (!zd_size_add(value, alignment - 1, &raised)) {
        return false;
    }
    *out = raised & ~(alignment - 1);
    return true;
}

static inline int zd_int_min(int a, int b)
{
    return a < b ? a : b;
}

static inline int zd_int_max(int a, int b)
{
    return a > b ? a : b;
}

static inline int zd_int_clamp(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static inline float zd_float_clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

#endif
