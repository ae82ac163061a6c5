/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Twenty-eight sums, which no instruction waits for: as many as the engine's tile has. */

#include "peak.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#if defined(__x86_64__) && defined(__GNUC__)
#    define HAS_PEAK
#endif

enum { SUMS = 28, TURNS = 200000, TRIES = 5 };

void peak_name(char *out, size_t size)
{
    char line[256];
    FILE *file = fopen("/proc/cpuinfo", "r");
    snprintf(out, size, "unknown");
    while (file != NULL && fgets(line, sizeof line, file) != NULL) {
        char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            snprintf(out, size, "%.*s", (int) strcspn(colon + 2, "\n"), colon + 2);
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
}

#ifdef HAS_PEAK
/* clang-format never comes to rest on strings side by side. */
/* clang-format off */
#    define FOUR(name, a, b, c, d)             \
        name " %%zmm31, %%zmm31, %%zmm" #a "\n" \
        name " %%zmm31, %%zmm31, %%zmm" #b "\n" \
        name " %%zmm31, %%zmm31, %%zmm" #c "\n" \
        name " %%zmm31, %%zmm31, %%zmm" #d "\n"
#    define ALL(name)             \
        FOUR(name, 0, 1, 2, 3)     \
        FOUR(name, 4, 5, 6, 7)     \
        FOUR(name, 8, 9, 10, 11)   \
        FOUR(name, 12, 13, 14, 15) \
        FOUR(name, 16, 17, 18, 19) \
        FOUR(name, 20, 21, 22, 23) \
        FOUR(name, 24, 25, 26, 27)
/* clang-format on */
/* A loop of one instruction over all sums; a compiler would keep them in memory. */
#    define SUM_LOOP(function, features, name)                                                     \
        static __attribute__((target(features), noinline)) void function(void)                     \
        {                                                                                          \
            long turns = TURNS;                                                                    \
            __asm__ volatile("vpxord %%zmm31, %%zmm31, %%zmm31\n1:\n" ALL(name) "dec %0\njnz 1b\n" \
                             : "+r"(turns)                                                         \
                             :                                                                     \
                             : "cc", "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6",       \
                               "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13",         \
                               "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20",      \
                               "xmm21", "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27",      \
                               "xmm31");                                                           \
        }

SUM_LOOP(sum_f32, "avx512f", "vfmadd231ps")
SUM_LOOP(sum_i16, "avx512f,avx512vnni", "vpdpwssd")
#    undef SUM_LOOP
#    undef ALL
#    undef FOUR

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec * 1e-9;
}

double peak_rate(bool is_i16)
{
    double best = 0.0;
    bool can =
        is_i16 ? __builtin_cpu_supports("avx512vnni") != 0 : __builtin_cpu_supports("avx512f") != 0;
    for (int i = 0; i < TRIES && can; i++) {
        double start = now();
        if (is_i16) {
            sum_i16();
        } else {
            sum_f32();
        }
        double rate = (double) TURNS * SUMS * (is_i16 ? 64 : 32) / (now() - start) * 1e-9;
        best = rate > best ? rate : best;
    }
    return best;
}
#else
double peak_rate(bool is_i16)
{
    (void) is_i16;
    return 0.0;
}
#endif
