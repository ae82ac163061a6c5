/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which place a frame gets, and when places are emptied. */

#include "engine/prepared_pool.h"

#include <assert.h>

#include "core/os.h"

void zd_prepared_pool_init(zd_prepared_pool *pool, int count, int kept)
{
    assert(count > 0 && count <= ZD_PREPARED_POOL_MAX);
    pool->count = count;
    pool->kept = kept;
    pthread_mutex_init(&pool->lock, NULL);
    zd_os_cond_init(&pool->idle);
}

void zd_prepared_pool_forget(zd_prepared_pool *pool)
{
    for (int i = 0; i < pool->count; i++) {
        zd_prepared_forget(&pool->items[i]);
    }
}

void zd_prepared_pool_release(zd_prepared_pool *pool)
{
    for (int i = 0; i < pool->count; i++) {
        zd_prepared_empty(&pool->items[i]);
    }
}

void zd_prepared_pool_finish(zd_prepared_pool *pool)
{
    if (pool->count > 0) {
        zd_prepared_pool_release(pool);
        pthread_cond_destroy(&pool->idle);
        pthread_mutex_destroy(&pool->lock);
    }
}

/* How well an idle place suits. Until as many of the size are kept as shall be, a new place is best and
 * one of another size better than one of this; then it is the other way round. */
typedef enum fitness { LEAST, MIDDLE, BEST, OF_THE_FRAME } fitness;

static bool fits(const zd_prepared *p, int width, int height)
{
    return p->width == width && p->height == height;
}

static int count_idle(const zd_prepared_pool *pool, int width, int height)
{
    int count = 0;
    for (int i = 0; i < pool->count; i++) {
        count += !pool->items[i].is_busy && fits(&pool->items[i], width, height);
    }
    return count;
}

/* The idle place that suits best; of equals the one used longest ago. */
static zd_prepared *find_idle(zd_prepared_pool *pool, zd_pixels_hash key, int width, int height)
{
    zd_prepared *best = NULL;
    fitness best_rank = LEAST;
    bool has_enough = count_idle(pool, width, height) >= pool->kept;
    for (int i = 0; i < pool->count; i++) {
        zd_prepared *p = &pool->items[i];
        if (p->is_busy) {
            continue; /* all but that belongs to who has it */
        }
        fitness rank = has_enough ? LEAST : MIDDLE;
        if (p->is_valid && fits(p, width, height) && zd_pixels_hash_is_same(p->key, key)) {
            rank = OF_THE_FRAME;
        } else if (p->width == 0) {
            rank = has_enough ? MIDDLE : BEST;
        } else if (fits(p, width, height)) {
            rank = has_enough ? BEST : LEAST;
        }
        if (best == NULL || rank > best_rank || (rank == best_rank && p->used < best->used)) {
            best = p;
            best_rank = rank;
        }
    }
    return best;
}

static zd_status await_idle(zd_prepared_pool *pool, zd_pixels_hash key, int width, int height,
                            const zd_task *task, zd_prepared **out, zd_error *err)
{
    zd_status status = ZD_OK;
    pthread_mutex_lock(&pool->lock);
    while (status == ZD_OK && (*out = find_idle(pool, key, width, height)) == NULL) {
        zd_os_cond_wait_ms(&pool->idle, &pool->lock, 5);
        pthread_mutex_unlock(&pool->lock);
        status = zd_task_check(task, err);
        pthread_mutex_lock(&pool->lock);
    }
    if (*out != NULL) {
        (*out)->is_busy = true;
        (*out)->used = ++pool->clock;
    }
    pthread_mutex_unlock(&pool->lock);
    return status;
}

zd_status zd_prepared_pool_take(zd_prepared_pool *pool, zd_pixels_hash key, int width, int height,
                                const zd_task *task, zd_prepared **out, zd_error *err)
{
    *out = NULL;
    ZD_TRY(await_idle(pool, key, width, height, task, out, err));
    zd_prepared *p = *out;
    if (!fits(p, width, height)) {
        zd_prepared_empty(p);
        p->width = width;
        p->height = height;
    }
    if (!p->is_valid || !zd_pixels_hash_is_same(p->key, key)) {
        p->is_valid = false;
        p->key = key;
    }
    return ZD_OK;
}

void zd_prepared_pool_give(zd_prepared_pool *pool, zd_prepared **frame)
{
    if (*frame != NULL) {
        pthread_mutex_lock(&pool->lock);
        (*frame)->is_busy = false;
        pthread_cond_signal(&pool->idle);
        pthread_mutex_unlock(&pool->lock);
        *frame = NULL;
    }
}
