/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_POOL_H
#define ZD_CORE_POOL_H

/* The thread pool. Work is cut into items by its caller, never by the number of threads, so that
 * the same items run for any thread count and the result has the same bits.
 *
 * Thread-safety: safe. When the pool is busy with another caller's job, or is called from inside
 * one of its own items, the caller runs its items itself. */

#include "core/context.h"
#include "core/status.h"
#include <stdint.h>

typedef struct zd_pool zd_pool;

/** Runs one item. `item` is 0..count-1; items may run in any order and at the same time. */
typedef void (*zd_pool_item)(void *user, int item);

ZD_MUST_USE zd_status zd_pool_create(zd_context *ctx, int threads, zd_pool **out, zd_error *err);
void zd_pool_destroy(zd_context *ctx, zd_pool **pool);

/** Runs items 0..count-1 and returns when all are done. */
void zd_pool_run(zd_pool *pool, int count, zd_pool_item item, void *user);

/** The same for work on so many pixels: where they are few, waking threads would cost more than they save,
 *  and the caller does it alone. */
void zd_pool_run_on(zd_pool *pool, int64_t pixels, int count, zd_pool_item item, void *user);

int zd_pool_threads(const zd_pool *pool);

#endif
