/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Training packs: numbered samples with exact inverse depth and foreground alpha. */

#ifndef ZD_SYNTH_PACK_H
#define ZD_SYNTH_PACK_H

#include <stdint.h>

typedef struct sy_pack_options {
    const char *out, *photos; /* photos may be NULL */
    int count, first, size, threads;
    int only; /* sy_sample_subject(), -1: all of them by their shares */
    uint64_t seed;
} sy_pack_options;

/** Writes a pack; ends the program when a file cannot be written. */
void sy_pack_write(const sy_pack_options *options);

#endif
