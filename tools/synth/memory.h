/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Allocation for a command-line generator: running out of memory ends the program with a message. */

#ifndef ZD_SYNTH_MEMORY_H
#define ZD_SYNTH_MEMORY_H

#include <stddef.h>

/** Zeroed memory for count items; never NULL. The caller frees it with free(). */
void *sy_alloc(size_t count, size_t size);

/** Grows an array to hold at least need items, keeping its contents. */
void *sy_grow(void *array, size_t *capacity, size_t need, size_t size);

/** Prints a message and ends the program with status 1. */
_Noreturn void sy_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
