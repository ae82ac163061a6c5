/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Blocks of memory for a pool's items, handed out by a flag each. */

#include "core/scratch.h"

#include "core/block.h"
#include "core/pool.h"
#include "core/size.h"

zd_status zd_scratch_open(zd_context *ctx, size_t bytes, zd_scratch *out, const char *what,
                          zd_error *err)
{
    size_t all;
    out->ctx = ctx;
    out->memory = NULL;
    out->block_bytes = 0;
    out->count = zd_int_min(zd_pool_threads(zd_context_pool(ctx)), ZD_SCRATCH_MOST);
    if (zd_size_align(bytes, 64, &out->block_bytes) &&
        zd_size_mul(out->block_bytes, (size_t) out->count, &all))
    {
        out->memory = zd_block_take(ctx, all);
    }
    for (int i = 0; i < out->count; i++) {
        atomic_init(&out->taken[i], false);
    }
    return out->memory != NULL ? ZD_OK : zd_fail_memory(err, what);
}

void zd_scratch_close(zd_scratch *scratch)
{
    zd_block_give(scratch->ctx, scratch->memory, scratch->block_bytes * (size_t) scratch->count);
    scratch->memory = NULL;
}

void *zd_scratch_take(zd_scratch *scratch)
{
    for (int i = 0;; i = (i + 1) % scratch->count) {
        if (!atomic_exchange(&scratch->taken[i], true)) {
            return scratch->memory + (size_t) i * scratch->block_bytes;
        }
    }
}

void zd_scratch_give(zd_scratch *scratch, void *block)
{
    size_t index = (size_t) ((char *) block - scratch->memory) / scratch->block_bytes;
    atomic_store(&scratch->taken[index], false);
}
