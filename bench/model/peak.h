/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_BENCH_MODEL_PEAK_H
#define ZD_BENCH_MODEL_PEAK_H

/* What the processor could do at most: its name, and multiply-adds with nothing but registers. */

#include <stdbool.h>
#include <stddef.h>

/** The processor's name as the system tells it, or "unknown". */
void peak_name(char *out, size_t size);

/** GFLOP/s of one core in 28 sums, of float32 or of 16-bit dot products: a multiply and a sum are two. 0:
 *  the processor has no AVX-512 or, for `is_i16`, no VNNI. Takes a few milliseconds. */
double peak_rate(bool is_i16);

#endif
