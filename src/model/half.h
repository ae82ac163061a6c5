/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_HALF_H
#define ZD_MODEL_HALF_H

/* Half and bfloat16 to float32, exact, without hardware support. */

#include <stdint.h>
#include <string.h>

static inline float zd_float_from_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline float zd_float_from_bfloat(uint16_t bits)
{
    return zd_float_from_bits((uint32_t) bits << 16);
}

static inline float zd_float_from_half(uint16_t half)
{
    uint32_t sign = (uint32_t) (half & 0x8000U) << 16;
    uint32_t exponent = (half >> 10) & 0x1FU;
    uint32_t mantissa = half & 0x3FFU;
    if (exponent == 31) {
        return zd_float_from_bits(sign | 0x7F800000U | mantissa << 13);
    }
    if (exponent == 0) {
        float value = (float) mantissa * (1.0f / 16777216.0f); /* 2^-24 */
        return sign != 0 ? -value : value;
    }
    return zd_float_from_bits(sign | (exponent + 112) << 23 | mantissa << 13);
}

#endif
