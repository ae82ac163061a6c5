/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_PREPARED_POOL_H
#define ZD_ENGINE_PREPARED_POOL_H

/* Places for frames at work. Finished ones keep their frame, so that another tile, the frame before,
 * or the same frame after a slider moved is found prepared.
 *
 * Thread-safety: safe; a frame that was taken is its taker's until it is given back. */

#include <pthread.h>

#include "engine/prepared.h"

enum { ZD_PREPARED_POOL_MAX = 8 };

typedef struct zd_prepared_pool {
    pthread_mutex_t lock;
    pthread_cond_t idle;
    uint64_t clock;
    int count;
    int kept; /* idle ones of a size that are kept; more are made only for frames at the same time */
    zd_prepared items[ZD_PREPARED_POOL_MAX];
} zd_prepared_pool;

/** `pool` is of zeros. */
void zd_prepared_pool_init(zd_prepared_pool *pool, int count, int kept);
void zd_prepared_pool_finish(zd_prepared_pool *pool);

/** Gives the place that holds the frame `key` at this size (it is valid then), or one of this size to be
 *  filled; waits while all are busy. */
ZD_MUST_USE zd_status zd_prepared_pool_take(zd_prepared_pool *pool, zd_pixels_hash key, int width,
                                            int height, const zd_task *task, zd_prepared **out,
                                            zd_error *err);

/** Gives it back and sets it to NULL; accepts a pointer to NULL. */
void zd_prepared_pool_give(zd_prepared_pool *pool, zd_prepared **frame);

/** Forgets all frames, none of which is at work; their memory is used again. */
void zd_prepared_pool_forget(zd_prepared_pool *pool);

/** The same, and releases their memory. */
void zd_prepared_pool_release(zd_prepared_pool *pool);

#endif
