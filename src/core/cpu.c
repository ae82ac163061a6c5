/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What the compiler's builtins know of CPUID, and leaf 7 by hand for what they do not. */

#include "core/cpu.h"

#include <stdatomic.h>
#include <stddef.h>

#if defined(__x86_64__)

#    include <cpuid.h>

static uint32_t leaf7_features(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    uint32_t features = 0;
    if (__get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & (1U << 5)) != 0) {
        features |= ZD_CPU_BF16;
    }
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d)) {
        unsigned amx = (1U << 22) | (1U << 24) | (1U << 25);
        features |= (d & amx) == amx ? ZD_CPU_AMX : 0;
    }
    return features;
}

uint32_t zd_cpu_features(void)
{
    __builtin_cpu_init();
    uint32_t features = 0;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
        features |= ZD_CPU_AVX2;
    }
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl"))
    {
        features |= ZD_CPU_AVX512;
        features |= __builtin_cpu_supports("avx512vnni") ? ZD_CPU_VNNI : 0;
        features |= leaf7_features();
    }
    return features;
}

static bool find_sha(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    __builtin_cpu_init();
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
           (b & (1U << 29)) != 0;
}

/* CPUID takes microseconds in a virtual machine, and its answer never changes. */
bool zd_cpu_has_sha(void)
{
    static atomic_int known; /* 0: not asked yet; 1: no; 2: yes */
    int answer = atomic_load_explicit(&known, memory_order_relaxed);
    if (answer == 0) {
        answer = find_sha() ? 2 : 1;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == 2;
}

#else

uint32_t zd_cpu_features(void)
{
    return 0;
}

bool zd_cpu_has_sha(void)
{
    return false;
}

#endif

const char *zd_cpu_feature_name(int index)
{
    static const char *const names[] = { "avx2", "avx512", "vnni", "bf16", "amx" };
    int count = (int) (sizeof names / sizeof names[0]);
    return index >= 0 && index < count ? names[index] : NULL;
}
