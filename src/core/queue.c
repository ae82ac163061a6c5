/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A ring of pointers under one lock; one condition tells of any change. */

#include "core/queue.h"
#include "core/require.h"

#include <assert.h>
#include <pthread.h>

struct zd_queue {
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool closed;
    int capacity;
    int first;
    int count;
    void *items[];
};

zd_status zd_queue_create(zd_context *ctx, int capacity, zd_queue **out, zd_error *err)
{
    ZD_REQUIRE(err, capacity > 0);
    zd_queue *queue = zd_alloc_zeroed(ctx, 1, sizeof *queue + (size_t) capacity * sizeof(void *));
    *out = queue;
    if (queue == NULL) {
        return zd_fail_memory(err, "a queue");
    }
    pthread_mutex_init(&queue->lock, NULL);
    pthread_cond_init(&queue->changed, NULL);
    queue->capacity = capacity;
    return ZD_OK;
}

void zd_queue_destroy(zd_context *ctx, zd_queue **queue)
{
    if (*queue != NULL) {
        pthread_cond_destroy(&(*queue)->changed);
        pthread_mutex_destroy(&(*queue)->lock);
        zd_free(ctx, *queue);
        *queue = NULL;
    }
}

bool zd_queue_push(zd_queue *queue, void *item)
{
    assert(queue != NULL && item != NULL);
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == queue->capacity) {
        pthread_cond_wait(&queue->changed, &queue->lock);
    }
    bool open = !queue->closed;
    if (open) {
        queue->items[(queue->first + queue->count) % queue->capacity] = item;
        queue->count++;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return open;
}

bool zd_queue_await_empty(zd_queue *queue)
{
    assert(queue != NULL);
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count > 0) {
        pthread_cond_wait(&queue->changed, &queue->lock);
    }
    bool open = !queue->closed;
    pthread_mutex_unlock(&queue->lock);
    return open;
}

void *zd_queue_pop(zd_queue *queue)
{
    assert(queue != NULL);
    void *item = NULL;
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == 0) {
        pthread_cond_wait(&queue->changed, &queue->lock);
    }
    if (queue->count > 0) {
        item = queue->items[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->count--;
        pthread_cond_broadcast(&queue->changed);
    }
    pthread_mutex_unlock(&queue->lock);
    return item;
}

void zd_queue_close(zd_queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->changed);
    pthread_mutex_unlock(&queue->lock);
}
