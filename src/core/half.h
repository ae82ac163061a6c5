/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_HALF_H
#define ZD_CORE_HALF_H

/* IEEE 754 half precision and bfloat16, without help of the processor: not every compiler has a type for it. */

#include <stdint.h>
#include <string.h>

/** Exact; a bfloat16 is the upper half of a float. */
static inline float zd_bfloat_to_float(uint16_t bfloat)
{
    uint32_t bits = (uint32_t) bfloat << 16;
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** Exact. */
static inline float zd_half_to_float(uint16_t half)
{
    uint32_t sign = (uint32_t) (half & 0x8000u) << 16;
    uint32_t body = (uint32_t) (half & 0x7fffu) << 13;
    uint32_t bits;
    float value;
    if (body >= 0x0f800000u) { /* infinity and NaN */
        bits = body + 0x70000000u;
    } else if (body >= 0x00800000u) {
        bits = body + 0x38000000u;
    } else { /* subnormal: the same bits above 2^-14, less 2^-14 */
        float low = 6.103515625e-05f;
        bits = body + 0x38800000u;
        memcpy(&value, &bits, sizeof value);
        value -= low;
        memcpy(&bits, &value, sizeof bits);
    }
    bits |= sign;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/** Rounds to the nearest, ties to even; what is too large becomes infinite. */
static inline uint16_t zd_half_from_float(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    uint32_t sign = bits >> 16 & 0x8000u;
    bits &= 0x7fffffffu;
    if (bits > 0x7f800000u) {
        return (uint16_t) (sign | 0x7e00u);
    }
    if (bits >= 0x477ff000u) { /* 65520 and more */
        return (uint16_t) (sign | 0x7c00u);
    }
    if (bits < 0x38800000u) { /* below 2^-14: let the addition round at 2^-24 */
        float shifted;
        memcpy(&shifted, &bits, sizeof shifted);
        shifted += 0.5f;
        memcpy(&bits, &shifted, sizeof bits);
        return (uint16_t) (sign | (bits - 0x3f000000u));
    }
    bits += 0xc8000fffu + (bits >> 13 & 1u);
    return (uint16_t) (sign | bits >> 13);
}

#endif
