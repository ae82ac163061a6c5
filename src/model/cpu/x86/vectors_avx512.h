/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODEL_CPU_X86_VECTORS_AVX512_H
#define ZD_MODEL_CPU_X86_VECTORS_AVX512_H

/* Vectors of sixteen for kernel_body.h, shared by the two AVX-512 tables. */

#include <immintrin.h>
#include <stddef.h>
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

#define BODY_TURN

/** Sixteen rows of sixteen values times a factor become columns: pairs of rows, of pairs, of quarters. */
static inline void v_turn(const float *x, ptrdiff_t step, vf factor, float *out, ptrdiff_t out_step)
{
    __m512 a[16];
    __m512 b[16];
    for (int i = 0; i < 16; i += 2) {
        __m512 even = _mm512_loadu_ps(x + i * step) * factor;
        __m512 odd = _mm512_loadu_ps(x + (i + 1) * step) * factor;
        a[i] = _mm512_unpacklo_ps(even, odd);
        a[i + 1] = _mm512_unpackhi_ps(even, odd);
    }
    for (int i = 0; i < 16; i += 4) {
        for (int j = 0; j < 2; j++) {
            b[i + 2 * j] = _mm512_shuffle_ps(a[i + j], a[i + j + 2], 0x44);
            b[i + 2 * j + 1] = _mm512_shuffle_ps(a[i + j], a[i + j + 2], 0xee);
        }
    }
    for (int i = 0; i < 4; i++)
    { /* b[4 q + i]: rows 4 q .. 4 q + 3 of columns i, i + 4, i + 8, i + 12 */
        __m512 low = _mm512_shuffle_f32x4(b[i], b[i + 4], 0x88);
        __m512 high = _mm512_shuffle_f32x4(b[i], b[i + 4], 0xdd);
        __m512 low_2 = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0x88);
        __m512 high_2 = _mm512_shuffle_f32x4(b[i + 8], b[i + 12], 0xdd);
        _mm512_storeu_ps(out + i * out_step, _mm512_shuffle_f32x4(low, low_2, 0x88));
        _mm512_storeu_ps(out + (i + 8) * out_step, _mm512_shuffle_f32x4(low, low_2, 0xdd));
        _mm512_storeu_ps(out + (i + 4) * out_step, _mm512_shuffle_f32x4(high, high_2, 0x88));
        _mm512_storeu_ps(out + (i + 12) * out_step, _mm512_shuffle_f32x4(high, high_2, 0xdd));
    }
}

#endif
