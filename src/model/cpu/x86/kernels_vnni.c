/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The kernels for AVX-512 with VNNI, whose 16-bit dot product does twice the multiply-adds of a
 * float32 instruction. */

#include <string.h>

#include "model/cpu/x86/vectors_avx512.h"

#define BODY_LANES 16
#define BODY_ROWS  14
#define BODY_NAME  zd_kernels_vnni
#define BODY_TITLE "avx512-vnni"
#define BODY_DOT16

static inline vi v_dot16(vi sum, vi a, vi b)
{
#if defined(__clang__)
    return _mm512_dpwssd_epi32(sum, a, b);
#else
    /* GCC 12 spills the sums of a tile when it is given the intrinsic: 158 instead of 380 Gop/s. */
    __asm__("vpdpwssd %2, %1, %0" : "+v"(sum) : "v"(a), "v"(b));
    return sum;
#endif
}

static inline vf v_from_int(vi a)
{
    return _mm512_cvtepi32_ps(a);
}

/** Two vectors as 16-bit integers, in order. */
static inline void v_store16(int16_t *at, vf a, vf b)
{
    /* Packing goes by lanes of 128 bits: four of a, four of b. */
    const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
    __m512i both = _mm512_packs_epi32(_mm512_cvtps_epi32(a), _mm512_cvtps_epi32(b));
    both = _mm512_permutexvar_epi64(order, both);
    memcpy(at, &both, sizeof both);
}

/** 2^x for x <= 0, relative error 3e-6 (a minimax polynomial of the fraction); 0 far below. */
static inline vf v_exp2_coarse(vf x)
{
    x = _mm512_max_ps(x, _mm512_set1_ps(-126.0f));
    vf t = _mm512_reduce_ps(x, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC);
    vf p = _mm512_set1_ps(0.013534168f);
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.05201146f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.24144275f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(0.69300383f));
    p = _mm512_fmadd_ps(p, t, _mm512_set1_ps(1.0000026f));
    return _mm512_scalef_ps(p, x); /* by the whole part */
}

#include "model/cpu/kernel_body.h"
