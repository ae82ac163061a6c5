/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_CONTEXT_H
#define ZD_CORE_CONTEXT_H

/* A context carries what every part of the engine needs: the allocator, the log, the thread pool
 * and the limits. It is created once by a front end and outlives everything created with it.
 *
 * Thread-safety: safe. A context does not change after its creation. */

#include <stddef.h>
#include <stdint.h>

#include "core/log.h"
#include "core/status.h"

typedef struct zd_context zd_context;

/** Memory hooks. Both must be safe to call from any thread. */
typedef struct zd_allocator {
    void *(*allocate)(void *user, size_t bytes, size_t alignment); /* NULL when out of memory */
    void (*release)(void *user, void *memory);                     /* never called with NULL */
    void *user;
} zd_allocator;

/** How to make a context. `{0}` gives the defaults. */
typedef struct zd_context_params {
    zd_allocator allocator; /* allocate == NULL: the C library */
    zd_log log;             /* callback == NULL: silent */
    int threads;            /* 0: one for each processor; else 1..256 */
    uint32_t cpu_mask;      /* CPU features to leave unused (see core/cpu.h), for tests */
    int max_dimension;      /* largest image side accepted; 0: 65536 */
} zd_context_params;

/** For programs, once, before the first context: tells the C library to give large blocks back to the
 *  system at once and to keep few heaps. Pictures come and go all the time; without this they cut
 *  its heaps to pieces, and the peak is a third higher. Huge pages are refused, which encoders ask for and
 *  fill in part. Libraries leave their host's heap alone. */
void zd_heap_for_pictures(void);

/** Creates a context. The caller owns *out and releases it with zd_context_destroy. */
ZD_MUST_USE zd_status zd_context_create(const zd_context_params *params, zd_context **out,
                                        zd_error *err);

/** Releases a context and sets it to NULL. Accepts a pointer to NULL. Everything that was created
 *  with the context must be gone. */
void zd_context_destroy(zd_context **ctx);

/** Memory of at least `bytes` bytes, aligned to 64, uninitialised; NULL when there is none. A size
 *  of 0 gives a valid pointer. Release with zd_free. Thread-safety: safe. */
void *zd_alloc(zd_context *ctx, size_t bytes);

/** The same for count * size bytes, set to zero; NULL also when the product overflows. */
void *zd_alloc_zeroed(zd_context *ctx, size_t count, size_t size);

/** A copy of a string; NULL when out of memory. */
char *zd_strdup(zd_context *ctx, const char *text);

/** Releases memory from zd_alloc and its siblings. Accepts NULL. */
void zd_free(zd_context *ctx, void *memory);

/** Records an out-of-memory error that says what could not be made. */
zd_status zd_fail_memory(zd_error *err, const char *what);

struct zd_pool *zd_context_pool(zd_context *ctx);
const zd_log *zd_context_log(const zd_context *ctx);
uint32_t zd_context_cpu(const zd_context *ctx); /* usable ZD_CPU_ features */
int zd_context_max_dimension(const zd_context *ctx);

#endif
