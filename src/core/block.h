/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_BLOCK_H
#define ZD_CORE_BLOCK_H

/* Large blocks of memory that come and go with every frame: pictures and scratch. A context keeps those
 * given back for the next who wants as many bytes, since the system empties every page of new memory: at
 * 8K that is a fifth of all work. What nobody has wanted for a while is released.
 *
 * Thread-safety: safe. */

#include "core/context.h"

typedef struct zd_blocks zd_blocks;

/** A block of at least `bytes` bytes, aligned to 64, of undefined content; NULL when there is none. */
void *zd_block_take(zd_context *ctx, size_t bytes);

/** Gives a block back that was taken for so many bytes. Accepts NULL. */
void zd_block_give(zd_context *ctx, void *block, size_t bytes);

/** For the context itself. */
zd_blocks *zd_context_blocks(zd_context *ctx);
ZD_MUST_USE zd_status zd_blocks_create(zd_context *ctx, zd_blocks **out, zd_error *err);
void zd_blocks_destroy(zd_context *ctx, zd_blocks **blocks);

#endif
