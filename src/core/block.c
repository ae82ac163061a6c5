/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A short list, the one given back last at its end. A block leaves it when it is taken, when others need the
 * room, or when it has seen so many other blocks taken that what it was for must be over. */

#include "core/block.h"

#include <pthread.h>
#include <string.h>

#include "core/size.h"

enum {
    LEAST_BYTES = 1 << 12,  /* below, the C library is as good */
    MOST_BYTES = 192 << 20, /* kept in all */
    SLOTS = 32,
    PATIENCE = 128, /* blocks taken while one waits */
};

/* Sanitizers want to see every block come and go. */
#if defined(__SANITIZE_ADDRESS__) || defined(ZD_KEEPS_NOTHING)
enum { IS_KEEPING = 0 };
#else
enum { IS_KEEPING = 1 };
#endif

typedef struct kept {
    void *memory;
    size_t bytes;
    uint64_t since;
} kept;

struct zd_blocks {
    pthread_mutex_t lock;
    kept list[SLOTS];
    int count;
    size_t bytes;
    uint64_t taken;
};

zd_status zd_blocks_create(zd_context *ctx, zd_blocks **out, zd_error *err)
{
    *out = zd_alloc_zeroed(ctx, 1, sizeof **out);
    if (*out == NULL) {
        return zd_fail_memory(err, "the list of blocks");
    }
    pthread_mutex_init(&(*out)->lock, NULL);
    return ZD_OK;
}

void zd_blocks_destroy(zd_context *ctx, zd_blocks **blocks)
{
    zd_blocks *doomed = *blocks;
    *blocks = NULL;
    if (doomed != NULL) {
        for (int i = 0; i < doomed->count; i++) {
            zd_free(ctx, doomed->list[i].memory);
        }
        pthread_mutex_destroy(&doomed->lock);
        zd_free(ctx, doomed);
    }
}

/* Takes a block off the list. */
static void *remove_at(zd_blocks *blocks, int index)
{
    void *memory = blocks->list[index].memory;
    blocks->bytes -= blocks->list[index].bytes;
    blocks->count--;
    memmove(&blocks->list[index], &blocks->list[index + 1],
            (size_t) (blocks->count - index) * sizeof blocks->list[0]);
    return memory;
}

void *zd_block_take(zd_context *ctx, size_t bytes)
{
    zd_blocks *blocks = zd_context_blocks(ctx);
    void *found = NULL;
    void *old = NULL;
    if (bytes < LEAST_BYTES || !IS_KEEPING) {
        return zd_alloc(ctx, bytes);
    }
    pthread_mutex_lock(&blocks->lock);
    blocks->taken++;
    for (int i = blocks->count - 1; i >= 0 && found == NULL; i--) {
        if (blocks->list[i].bytes == bytes) {
            found = remove_at(blocks, i);
        }
    }
    if (blocks->count > 0 && blocks->taken - blocks->list[0].since > PATIENCE) {
        old = remove_at(blocks, 0);
    }
    pthread_mutex_unlock(&blocks->lock);
    zd_free(ctx, old);
    return found != NULL ? found : zd_alloc(ctx, bytes);
}

void zd_block_give(zd_context *ctx, void *block, size_t bytes)
{
    zd_blocks *blocks = zd_context_blocks(ctx);
    void *doomed[SLOTS];
    int count = 0;
    if (block == NULL || bytes < LEAST_BYTES || bytes > MOST_BYTES || !IS_KEEPING) {
        zd_free(ctx, block);
        return;
    }
    pthread_mutex_lock(&blocks->lock);
    while (blocks->count == SLOTS || blocks->bytes > MOST_BYTES - bytes) {
        doomed[count++] = remove_at(blocks, 0);
    }
    blocks->list[blocks->count++] = (kept){ block, bytes, blocks->taken };
    blocks->bytes += bytes;
    pthread_mutex_unlock(&blocks->lock);
    for (int i = 0; i < count; i++) {
        zd_free(ctx, doomed[i]);
    }
}
