/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_CPU_H
#define ZD_CORE_CPU_H

/* What the processor can do. Kernels are chosen by these bits when an object is created. */

#include <stdbool.h>
#include <stdint.h>

enum {
    ZD_CPU_AVX2 = 1 << 0,   /* AVX2, FMA and F16C together */
    ZD_CPU_AVX512 = 1 << 1, /* AVX-512 F, BW, DQ and VL together */
    ZD_CPU_VNNI = 1 << 2,   /* AVX-512 VNNI: 8 and 16 bit integer dot products */
    ZD_CPU_BF16 = 1 << 3,   /* AVX-512 BF16 */
    ZD_CPU_AMX = 1 << 4,    /* AMX tile, int8 and bf16 */
};

/** The features of this processor that the operating system lets programs use. */
uint32_t zd_cpu_features(void);

/** Whether there are the SHA instructions of x86; asked of the processor once a process. */
bool zd_cpu_has_sha(void);

/** The name of one feature bit, such as "avx2"; NULL past the last. */
const char *zd_cpu_feature_name(int index);

#endif
