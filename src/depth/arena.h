/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_ARENA_H
#define ZD_DEPTH_ARENA_H

/* The memory of an object for maps of one size, in one block: a function that takes all its planes runs twice,
 * to count them and to hand them out. */

#include <assert.h>
#include <stddef.h>

/** `{0}` counts; with `base`, of as many floats as were counted, planes are handed out. */
typedef struct zd_arena {
    float *base;
    size_t used;
} zd_arena;

/** The next `count` floats; NULL while they are counted. */
static inline float *zd_arena_take(zd_arena *arena, size_t count)
{
    float *taken = arena->base != NULL ? arena->base + arena->used : NULL;
    assert(arena->used + count >= arena->used);
    arena->used += count;
    return taken;
}

#endif
