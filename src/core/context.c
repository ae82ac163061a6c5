/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Memory is aligned to 64 bytes, for the widest vectors and whole cache lines. */

#include "core/context.h"

#if defined(__GLIBC__)
#    include <malloc.h>
#endif
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/block.h"
#include "core/cpu.h"
#include "core/os.h"
#include "core/pool.h"
#include "core/size.h"

enum { ZD_ALIGNMENT = 64, ZD_DEFAULT_MAX_DIMENSION = 65536, ZD_MAX_THREADS = 256 };

struct zd_context {
    zd_allocator allocator;
    zd_log log;
    zd_pool *pool;
    zd_blocks *blocks;
    uint32_t cpu;
    int max_dimension;
};

void zd_heap_for_pictures(void)
{
#if defined(__GLIBC__)
    mallopt(M_MMAP_THRESHOLD, 1 << 18);
    mallopt(M_ARENA_MAX, 2);
#endif
    zd_os_refuse_huge_pages();
}

static void *os_allocate(void *user, size_t bytes, size_t alignment)
{
    (void) user;
    return zd_os_allocate(bytes, alignment);
}

static void os_release(void *user, void *memory)
{
    (void) user;
    zd_os_release(memory);
}

static int default_threads(void)
{
    int processors = zd_os_processors();
    return processors > ZD_MAX_THREADS ? ZD_MAX_THREADS : processors;
}

zd_status zd_context_create(const zd_context_params *params, zd_context **out, zd_error *err)
{
    zd_context_params given = params != NULL ? *params : (zd_context_params){ 0 };
    *out = NULL;
    if (given.threads < 0 || given.threads > ZD_MAX_THREADS) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "%d threads asked for; 1 to %d are possible",
                       given.threads, ZD_MAX_THREADS);
    }
    if (given.allocator.allocate == NULL) {
        given.allocator = (zd_allocator){ os_allocate, os_release, NULL };
    }
    zd_context *ctx = given.allocator.allocate(given.allocator.user, sizeof *ctx, ZD_ALIGNMENT);
    if (ctx == NULL) {
        return zd_fail_memory(err, "a context");
    }
    *ctx = (zd_context){
        .allocator = given.allocator,
        .log = given.log,
        .cpu = zd_cpu_features() & ~given.cpu_mask,
        .max_dimension = given.max_dimension > 0 ? given.max_dimension : ZD_DEFAULT_MAX_DIMENSION,
    };
    int threads = given.threads > 0 ? given.threads : default_threads();
    zd_status status = zd_blocks_create(ctx, &ctx->blocks, err);
    if (status == ZD_OK) {
        status = zd_pool_create(ctx, threads, &ctx->pool, err);
    }
    if (status != ZD_OK) {
        zd_blocks_destroy(ctx, &ctx->blocks);
        given.allocator.release(given.allocator.user, ctx);
        return status;
    }
    *out = ctx;
    return ZD_OK;
}

void zd_context_destroy(zd_context **ctx)
{
    if (ctx == NULL || *ctx == NULL) {
        return;
    }
    zd_context *doomed = *ctx;
    zd_allocator allocator = doomed->allocator;
    zd_pool_destroy(doomed, &doomed->pool);
    zd_blocks_destroy(doomed, &doomed->blocks);
    allocator.release(allocator.user, doomed);
    *ctx = NULL;
}

void *zd_alloc(zd_context *ctx, size_t bytes)
{
    assert(ctx != NULL);
    return ctx->allocator.allocate(ctx->allocator.user, bytes > 0 ? bytes : 1, ZD_ALIGNMENT);
}

void *zd_alloc_zeroed(zd_context *ctx, size_t count, size_t size)
{
    size_t bytes;
    if (!zd_size_mul(count, size, &bytes)) {
        return NULL;
    }
    void *memory = zd_alloc(ctx, bytes);
    if (memory != NULL) {
        memset(memory, 0, bytes);
    }
    return memory;
}

char *zd_strdup(zd_context *ctx, const char *text)
{
    assert(ctx != NULL && text != NULL);
    size_t bytes = strlen(text) + 1;
    char *copy = zd_alloc(ctx, bytes);
    if (copy != NULL) {
        memcpy(copy, text, bytes);
    }
    return copy;
}

void zd_free(zd_context *ctx, void *memory)
{
    if (memory != NULL) {
        ctx->allocator.release(ctx->allocator.user, memory);
    }
}

zd_status zd_fail_memory(zd_error *err, const char *what)
{
    return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for %s", what);
}

zd_pool *zd_context_pool(zd_context *ctx)
{
    assert(ctx != NULL);
    return ctx->pool;
}

zd_blocks *zd_context_blocks(zd_context *ctx)
{
    assert(ctx != NULL);
    return ctx->blocks;
}

const zd_log *zd_context_log(const zd_context *ctx)
{
    assert(ctx != NULL);
    return &ctx->log;
}

uint32_t zd_context_cpu(const zd_context *ctx)
{
    return ctx->cpu;
}

int zd_context_max_dimension(const zd_context *ctx)
{
    return ctx->max_dimension;
}
