/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_FLOAT_PLAN_H
#define ZD_DEPTH_FLOAT_PLAN_H

/* The memory of an object for maps of one size, in one block: a function that takes all its planes runs twice,
 * to count them and to hand them out. */

#include <assert.h>
#include <stddef.h>

/** `{0}` counts; with `base`, of as many floats as were counted, planes are handed out. */
typedef struct zd_float_plan {
    float *base;
    size_t used;
} zd_float_plan;

/** The next `count` floats; NULL while they are counted. */
static inline float *zd_float_plan_take(zd_float_plan *plan, size_t count)
{
    float *taken = plan->base != NULL ? plan->base + plan->used : NULL;
    assert(plan->used + count >= plan->used);
    plan->used += count;
    return taken;
}

#endif
