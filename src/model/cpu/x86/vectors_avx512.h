/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_CPU_X86_VECTORS_AVX512_H
#define ZD_MODEL_CPU_X86_VECTORS_AVX512_H

/* Vectors of sixteen for kernel_body.h, shared by the two AVX-512 tables. */

#include <immintrin.h>
#include <stdint.h>

typedef __m512 vf;
typedef float vf_u __attribute__((vector_size(64), aligned(4), may_alias));
typedef __m512i vi;

static inline vf v_set1(float x)
{
    return _mm512_set1_ps(x);
}

static inline vf v_fma(vf a, vf b, vf c)
{
    return _mm512_fmadd_ps(a, b, c);
}

static inline vf v_accumulate(vf c, vf a, vf b)
{
    return _mm512_fmadd_ps(a, b, c);
}

static inline vf v_min(vf a, vf b)
{
    return _mm512_min_ps(a, b);
}

static inline vf v_max(vf a, vf b)
{
    return _mm512_max_ps(a, b);
}

static inline vf v_abs(vf a)
{
    return _mm512_abs_ps(a);
}

static inline vf v_round(vf a)
{
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}

static inline vf v_scale2(vf a, vf power)
{
    return _mm512_scalef_ps(a, power);
}

static inline float s_fma(float a, float b, float c)
{
    return _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c)));
}

static inline float v_hmax(vf a)
{
    return _mm512_reduce_max_ps(a);
}

#endif
