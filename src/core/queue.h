/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_QUEUE_H
#define ZD_CORE_QUEUE_H

/* A bounded first-in first-out queue between two threads: the producer waits while it is full, the
 * consumer while it is empty, so that decoding, work and encoding overlap in bounded memory.
 *
 * Thread-safety: safe. */

#include <stdbool.h>

#include "core/context.h"

typedef struct zd_queue zd_queue;

ZD_MUST_USE zd_status zd_queue_create(zd_context *ctx, int capacity, zd_queue **out, zd_error *err);

/** The queue must be empty or its items owned by someone else. Accepts a pointer to NULL. */
void zd_queue_destroy(zd_context *ctx, zd_queue **queue);

/** Appends an item; false when the queue was closed (the item stays the caller's). */
bool zd_queue_push(zd_queue *queue, void *item);

/** Waits until nothing is in it, for who makes large items one by one; false when it was closed. */
bool zd_queue_await_empty(zd_queue *queue);

/** Takes the oldest item; NULL when the queue is closed and empty. */
void *zd_queue_pop(zd_queue *queue);

/** Wakes everyone; what is in the queue can still be taken, nothing can be added. */
void zd_queue_close(zd_queue *queue);

#endif
