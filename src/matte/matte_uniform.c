/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where a matte is all 0 or all 1, told by the extremes of what its pixels are interpolated between. Most tiles of
 * a frame are, and cost nothing else. */

#include <math.h>

#include "matte/matte_internal.h"

#define ROUNDING 1e-5f /* of the range: more than interpolating and comparing depths is off by */

static void widen(zd_plane plane, int x0, int x1, int y0, int y1, float *low, float *high)
{
    for (int y = y0; y <= y1; y++) {
        const float *row = zd_plane_row(plane, y);
        for (int x = x0; x <= x1; x++) {
            *low = row[x] < *low ? row[x] : *low;
            *high = row[x] > *high ? row[x] : *high;
        }
    }
}

/* The extremes of a plane of the field's size under a rectangle. */
static void field_extremes(const zd_matte *matte, zd_plane plane, zd_rect rect, float *low,
                           float *high)
{
    float share;
    int y0 = zd_field_position(rect.y0, matte->size.frame_height, plane.height, &share);
    int y1 = zd_field_position(rect.y1 - 1, matte->size.frame_height, plane.height, &share);
    widen(plane, matte->columns[rect.x0],
          zd_int_min(matte->columns[rect.x1 - 1] + 1, plane.width - 1), y0,
          zd_int_min(y1 + 1, plane.height - 1), low, high);
}

bool zd_matte_keeps_all(const zd_matte *matte, zd_rect rect)
{
    float low = INFINITY;
    float high = -INFINITY;
    field_extremes(matte, matte->keep, rect, &low, &high);
    return low >= 1.0f;
}

/* Numbers between two ends. */
typedef struct bounds {
    float low;
    float high;
} bounds;

static const bounds no_bounds = { INFINITY, -INFINITY };

/* The extremes of a plane of nodes that pixels of a rectangle lie between. */
static void widen_by_nodes(const zd_matte *matte, int plane, zd_rect rect, bounds *b)
{
    widen(matte->nodes[plane], zd_matte_node_before(matte, rect.x0),
          zd_matte_node_before(matte, rect.x1 - 1) + 1, zd_matte_node_before(matte, rect.y0),
          zd_matte_node_before(matte, rect.y1 - 1) + 1, &b->low, &b->high);
}

static bounds shift_bounds(zd_subject_shift shift, bounds probability)
{
    float a = zd_subject_shift_of(shift, probability.low);
    float b = zd_subject_shift_of(shift, probability.high);
    return (bounds){ a < b ? a : b, a > b ? a : b }; /* 0 between them, where their signs differ */
}

/* The matte of all depths and probabilities within bounds: 0, 1, or -1 where it is not one. A ramp around a
 * threshold has `margin` to each side. */
static int matte_within(zd_thresholds t, bounds depth, bounds probability, float margin)
{
    bounds at_low = shift_bounds(t.at_low, probability);
    bounds at_high = shift_bounds(t.at_high, probability);
    if (depth.high + at_low.high + margin < t.low || depth.low - at_high.high - margin > t.high) {
        return 0;
    }
    bool is_inside =
        depth.low + at_low.low - margin >= t.low && depth.high - at_high.low + margin <= t.high;
    return is_inside ? 1 : -1;
}

/* Whether a rectangle whose depth alone gives `all` stays so where layers have a say: none has, or the band
 * is closed, or both layers give the same. */
static bool layers_agree(const zd_pixel_job *job, zd_rect rect, int all, float margin)
{
    const zd_matte *matte = job->matte;
    bounds jump = no_bounds;
    bounds band = no_bounds;
    bounds depth = no_bounds;
    bounds probability = { ZD_MATTE_UNKNOWN, ZD_MATTE_UNKNOWN };
    widen_by_nodes(matte, ZD_MATTE_NODE_JUMP, rect, &jump);
    if (jump.high <= 0.0f) {
        return true;
    }
    widen_by_nodes(matte, all == 1 ? ZD_MATTE_NODE_LEAST : ZD_MATTE_NODE_MOST, rect, &band);
    if (all == 1 ? band.low >= 1.0f : band.high <= 0.0f) {
        return true;
    }
    for (int p = 0; p < 2; p++) {
        widen_by_nodes(matte, ZD_MATTE_NODE_NEAR + p, rect, &depth);
        if (zd_pixel_job_heeds_subject(job)) {
            widen_by_nodes(matte, ZD_MATTE_NODE_NEAR_PROBABILITY + p, rect, &probability);
        }
    }
    return matte_within(job->thresholds, depth, probability, margin) == all;
}

int zd_matte_pixels_uniform(const zd_pixel_job *job, zd_rect rect)
{
    const zd_matte *matte = job->matte;
    bounds depth = no_bounds;
    bounds probability = { ZD_MATTE_UNKNOWN, ZD_MATTE_UNKNOWN };
    bounds slope = { 0.0f, 0.0f };
    field_extremes(matte, matte->field, rect, &depth.low, &depth.high);
    if (zd_pixel_job_heeds_subject(job)) {
        field_extremes(matte, matte->probability, rect, &probability.low, &probability.high);
    }
    if (job->soft) {
        widen_by_nodes(matte, ZD_MATTE_NODE_SLOPE, rect, &slope);
    }
    float margin = ROUNDING + 0.5f * slope.high;
    int all = matte_within(job->thresholds, depth, probability, margin);
    if (all < 0 || (job->layered && !layers_agree(job, rect, all, margin))) {
        return -1;
    }
    if (all == 0 || !job->keep) {
        return all;
    }
    bounds keep = no_bounds;
    field_extremes(matte, matte->keep, rect, &keep.low, &keep.high);
    return keep.low >= 1.0f ? 1 : keep.high <= 0.0f ? 0 : -1;
}
