/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
/* Which set of kernels a processor runs: the widest instructions that it has. */

#include "model/cpu/kernels.h"

#include "core/cpu.h"

const zd_kernels *zd_kernels_choose(uint32_t cpu)
{
#if defined(__x86_64__)
    if ((cpu & ZD_CPU_AVX512) != 0) {
        return (cpu & ZD_CPU_VNNI) != 0 ? &zd_kernels_vnni : &zd_kernels_avx512;
    }
    if ((cpu & ZD_CPU_AVX2) != 0) {
        return &zd_kernels_avx2;
    }
#else
    (void) cpu;
#endif
    return &zd_kernels_portable;
}
