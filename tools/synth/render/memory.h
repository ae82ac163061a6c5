/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Memory and files for a command-line generator: what cannot be had or written ends the program
 * with a message that gives the reason. */

#ifndef ZD_SYNTH_RENDER_MEMORY_H
#define ZD_SYNTH_RENDER_MEMORY_H

#include <stddef.h>
#include <stdio.h>

/** Zeroed memory for count items; never NULL. The caller frees it with free(). */
void *sy_alloc(size_t count, size_t size);

/** Grows an array to hold at least need items, keeping its contents. */
void *sy_grow(void *array, size_t *capacity, size_t need, size_t size);

/** A new file, never NULL, to be closed with sy_finish. */
FILE *sy_create(const char *path);

/** Closes the file of sy_create and makes sure that everything was written. */
void sy_finish(FILE *file, const char *path);

/** Prints a message and ends the program with status 1. */
_Noreturn void sy_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
