/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Memory and files that cannot fail, see memory.h. */

#include "render/memory.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void sy_die(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("zdepth-synth: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

void *sy_alloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size);
    if (!p) {
        sy_die("out of memory for %zu items of %zu bytes", count, size);
    }
    return p;
}

void *sy_grow(void *array, size_t *capacity, size_t need, size_t size)
{
    if (need <= *capacity) {
        return array;
    }
    size_t wanted = *capacity ? *capacity : 256;
    while (wanted < need) {
        wanted *= 2;
    }
    size_t bytes;
    if (__builtin_mul_overflow(wanted, size, &bytes)) {
        sy_die("an array of %zu items is too large", wanted);
    }
    void *p = realloc(array, bytes);
    if (!p) {
        sy_die("out of memory for %zu bytes", bytes);
    }
    *capacity = wanted;
    return p;
}

FILE *sy_create(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) {
        sy_die("cannot write '%s': %s", path, strerror(errno));
    }
    return file;
}

void sy_finish(FILE *file, const char *path)
{
    errno = 0;
    bool failed = ferror(file);
    if (fclose(file) != 0 || failed) {
        sy_die("cannot write '%s': %s", path, errno ? strerror(errno) : "the disk may be full");
    }
}
