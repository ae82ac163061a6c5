/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_SCRATCH_H
#define ZD_CORE_SCRATCH_H

/* Working memory for the items of a pool's job: one block for each thread, taken from the system once
 * and not once an item.
 *
 * Thread-safety: zd_scratch_take and zd_scratch_give may be called from all items at a time. */

#include "core/atomic.h"

#include "core/context.h"

enum { ZD_SCRATCH_MOST = 256 }; /* what a context's threads may be */

typedef struct zd_scratch {
    zd_context *ctx;
    char *memory;
    size_t block_bytes;
    int count;
    atomic_bool taken[ZD_SCRATCH_MOST];
} zd_scratch;

/** Makes a block of at least `bytes` bytes, aligned to 64, for each thread of the context's pool. The
 *  caller closes *out. */
ZD_MUST_USE zd_status zd_scratch_open(zd_context *ctx, size_t bytes, zd_scratch *out,
                                      const char *what, zd_error *err);

/** Accepts one that could not be opened. */
void zd_scratch_close(zd_scratch *scratch);

/** A block, whose content is what the item before left; there is always one for an item of the pool. */
void *zd_scratch_take(zd_scratch *scratch);
void zd_scratch_give(zd_scratch *scratch, void *block);

#endif
