/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_QUALITY_SCORE_H
#define ZD_JOBS_QUALITY_SCORE_H

/* The figures by which depth is judged against the truth. Both maps are gray f32 of one size;
 * truth is inverse depth (larger is nearer) and NaN where it is not known. */

#include <stdbool.h>

#include "image/image.h"

enum { ZD_QUALITY_BASELINES = 9 };

typedef struct zd_quality_score {
    double pairs; /* share of random pairs of points in the right order, 0..1; ties count half */
    double
        abs_rel;   /* mean |d - d*| / d* of depth after the best scale and shift of inverse depth */
    double delta1; /* share with max(d/d*, d* /d) < 1.25 */
    double baselines[ZD_QUALITY_BASELINES]; /* pairs of ramp, centre, and seven mixtures */
    bool valid;
} zd_quality_score;

typedef struct zd_mask_score {
    double best;      /* IoU at the best single threshold */
    double automatic; /* IoU at the threshold given */
} zd_mask_score;

/** Scores a map. `seed` chooses the random pairs. Needs 50 known points; *out is invalid else. */
ZD_MUST_USE zd_status zd_quality_depth(zd_context *ctx, zd_view nearness, zd_view truth,
                                       unsigned long long seed, zd_quality_score *out,
                                       zd_error *err);

/** Scores a map against a mask (gray f32, above 0.5 is the object). */
zd_mask_score zd_quality_mask(zd_view nearness, zd_view mask, float threshold);

#endif
