/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One job at a time: a generation counter wakes the workers, an atomic counter hands out items,
 * and the caller works along with them. It waits for those that have joined and not for those that wake when
 * nothing is left, as on a busy machine. */

#include "core/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>

struct zd_pool {
    pthread_mutex_t owner; /* held by the caller whose job is running */
    pthread_mutex_t lock;  /* guards everything below but `next` */
    pthread_cond_t wake;
    pthread_cond_t idle;
    zd_pool_item item; /* NULL: no job is open */
    void *user;
    int count;
    atomic_int next;
    int busy_workers; /* that have joined the job */
    unsigned generation;
    bool stop;
    int worker_count;
    pthread_t workers[];
};

static void run_items(zd_pool *pool, zd_pool_item item, void *user, int count)
{
    for (;;) {
        int index = atomic_fetch_add_explicit(&pool->next, 1, memory_order_relaxed);
        if (index >= count) {
            return;
        }
        item(user, index);
    }
}

static void *worker_main(void *argument)
{
    zd_pool *pool = argument;
    unsigned seen = 0;
    pthread_mutex_lock(&pool->lock);
    for (;;) {
        while (!pool->stop && pool->generation == seen) {
            pthread_cond_wait(&pool->wake, &pool->lock);
        }
        if (pool->stop) {
            break;
        }
        seen = pool->generation;
        zd_pool_item item = pool->item;
        if (item == NULL) {
            continue; /* the job ended without this thread */
        }
        pool->busy_workers++;
        void *user = pool->user;
        int count = pool->count;
        pthread_mutex_unlock(&pool->lock);
        run_items(pool, item, user, count);
        pthread_mutex_lock(&pool->lock);
        pool->busy_workers--;
        if (pool->busy_workers == 0) {
            pthread_cond_signal(&pool->idle);
        }
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void stop_workers(zd_pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    for (int i = 0; i < pool->worker_count; i++) {
        pthread_join(pool->workers[i], NULL);
    }
}

zd_status zd_pool_create(zd_context *ctx, int threads, zd_pool **out, zd_error *err)
{
    int workers = threads > 1 ? threads - 1 : 0;
    *out = NULL;
    zd_pool *pool = zd_alloc_zeroed(ctx, 1, sizeof *pool + (size_t) workers * sizeof(pthread_t));
    if (pool == NULL) {
        return zd_fail_memory(err, "the thread pool");
    }
    pthread_mutex_init(&pool->owner, NULL);
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->wake, NULL);
    pthread_cond_init(&pool->idle, NULL);
    for (int i = 0; i < workers; i++) {
        if (pthread_create(&pool->workers[i], NULL, worker_main, pool) != 0) {
            zd_pool_destroy(ctx, &pool);
            return zd_fail(err, ZD_ERR_NO_MEMORY, "could not start thread %d of %d", i + 1,
                           threads);
        }
        pool->worker_count++;
    }
    *out = pool;
    return ZD_OK;
}

void zd_pool_destroy(zd_context *ctx, zd_pool **pool)
{
    if (*pool == NULL) {
        return;
    }
    stop_workers(*pool);
    pthread_cond_destroy(&(*pool)->idle);
    pthread_cond_destroy(&(*pool)->wake);
    pthread_mutex_destroy(&(*pool)->lock);
    pthread_mutex_destroy(&(*pool)->owner);
    zd_free(ctx, *pool);
    *pool = NULL;
}

static void run_alone(int count, zd_pool_item item, void *user)
{
    for (int i = 0; i < count; i++) {
        item(user, i);
    }
}

void zd_pool_run(zd_pool *pool, int count, zd_pool_item item, void *user)
{
    assert(count >= 0 && item != NULL);
    if (pool->worker_count == 0 || count < 2 || pthread_mutex_trylock(&pool->owner) != 0) {
        run_alone(count, item, user);
        return;
    }
    pthread_mutex_lock(&pool->lock);
    pool->item = item;
    pool->user = user;
    pool->count = count;
    atomic_store_explicit(&pool->next, 0, memory_order_relaxed);
    pool->generation++;
    pthread_cond_broadcast(&pool->wake);
    pthread_mutex_unlock(&pool->lock);
    run_items(pool, item, user, count);
    pthread_mutex_lock(&pool->lock);
    pool->item = NULL;
    while (pool->busy_workers > 0) {
        pthread_cond_wait(&pool->idle, &pool->lock);
    }
    pthread_mutex_unlock(&pool->lock);
    pthread_mutex_unlock(&pool->owner);
}

void zd_pool_run_on(zd_pool *pool, int64_t pixels, int count, zd_pool_item item, void *user)
{
    const int64_t few = 32768; /* a host's tile with what lies around it */
    if (pixels <= few) {
        run_alone(count, item, user);
    } else {
        zd_pool_run(pool, count, item, user);
    }
}

int zd_pool_threads(const zd_pool *pool)
{
    return pool->worker_count + 1;
}
