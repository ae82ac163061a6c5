/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_CARVER_H
#define ZD_DEPTH_CARVER_H

/* The memory of an object for maps of one size, in one block: a function that takes all its planes runs twice,
 * to count them and to hand them out. */

#include <assert.h>
#include <stddef.h>

/** `{0}` counts; with `base`, of as many floats as were counted, planes are handed out. */
typedef struct zd_carver {
    float *base;
    size_t used;
} zd_carver;

/** The next `count` floats; NULL while they are counted. */
static inline float *zd_carver_take(zd_carver *block, size_t count)
{
    float *taken = block->base != NULL ? block->base + block->used : NULL;
    assert(block->used + count >= block->used);
    block->used += count;
    return taken;
}

#endif
