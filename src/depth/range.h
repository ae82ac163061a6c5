/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_RANGE_H
#define ZD_DEPTH_RANGE_H

/* The furthest and nearest depth of a shot, measured so that neither sparks of noise nor something
 * that passes the lens for a moment moves them.
 *
 * The range is known only when the whole shot has been seen: the analysis pass collects it while
 * depth is computed or read from the cache, and the pass that makes mattes uses the finished
 * range from its first frame on. In each frame the 0.5th and 99.5th percentiles are taken, which
 * ignores sparks. Over the frames, values far beyond what three quarters of the shot hold are left
 * out, which ignores what is there for less than a quarter of it; the range is that of the rest. */

#include <stdbool.h>

#include "image/depth_map.h"

/** The extremes of one frame in nearness order: for metres, `furthest` is the larger number. */
typedef struct zd_range_extent {
    float furthest;
    float nearest;
    bool valid; /* false for a frame without any depth */
} zd_range_extent;

/** Measures one frame. A pure function: cache its result with the depth. The work per call is two
 *  passes over the map; no memory is taken. Thread-safety: safe. */
zd_range_extent zd_range_measure(const zd_depth_map *map);

/** Collects the extents of a shot: 12 bytes a frame. */
typedef struct zd_range_estimator zd_range_estimator;

ZD_MUST_USE zd_status zd_range_estimator_create(zd_context *ctx, zd_range_estimator **out,
                                                zd_error *err);
void zd_range_estimator_destroy(zd_range_estimator **estimator);

/** Starts another shot. */
void zd_range_estimator_reset(zd_range_estimator *estimator);

ZD_MUST_USE zd_status zd_range_estimator_add(zd_range_estimator *estimator, zd_range_extent extent,
                                             zd_error *err);

/** The range of what was added so far; { 0, 1 } ({ 1, 0 } for metres) when there was nothing. The
 *  two ends always differ. */
zd_depth_range zd_range_estimator_result(const zd_range_estimator *estimator, zd_depth_kind kind);

#endif
