/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_VECTOR_H
#define ZD_CORE_VECTOR_H

/* Loops over pixels for the processor at hand. */

/** Before a function of loops that compilers vectorise: it is compiled a second time for AVX2, and the
 *  program's loader takes the one that the processor has. Both give the same bits: AVX2 alone brings no
 *  fused multiply-add, and without -ffast-math no sum is put in another order. What such a function calls
 *  in its own file is compiled into it. GCC on ELF only; sanitizers start after the loader has chosen. */
#if defined(__x86_64__) && defined(__ELF__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#    define ZD_VECTORISED __attribute__((flatten, target_clones("avx2", "default")))
#else
#    define ZD_VECTORISED
#endif

/** fmaxf and fminf, but for the sign of zeros, without a call: a number and NaN give the number. */
static inline float zd_float_max(float a, float b)
{
    return a > b || b != b ? a : b;
}

static inline float zd_float_min(float a, float b)
{
    return a < b || b != b ? a : b;
}

#endif
