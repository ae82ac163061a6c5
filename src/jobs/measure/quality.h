/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_QUALITY_H
#define ZD_JOBS_QUALITY_H

/* Measures a model against depth or masks in a folder.
 *
 * The folder holds manifest.tsv with a header line and the columns `id`, `source` (optional) and
 * `kind` (for depth), and for each id ID.jpg and ID.png. `kind` says what the PNG holds: depth_mm,
 * depth_rel and depth_m_x25.5 (small is near), disparity and disp_rel (large is near), 0 is
 * unknown. Without the column `kind` the PNG is a mask of the object. ID.person.png beside a depth
 * map is a mask too. */

#include "core/task.h"
#include "jobs/measure/quality_score.h"
#include "project/params.h"

typedef struct zd_quality_row {
    char source[48];
    int depth_count;
    zd_quality_score depth; /* means */
    double best_baseline;
} zd_quality_row;

enum { ZD_QUALITY_MAX_SOURCES = 64 };

typedef struct zd_quality_report {
    zd_quality_row rows[ZD_QUALITY_MAX_SOURCES];
    int row_count;
    int mask_count;
    zd_mask_score mask;     /* means: best by nearness alone, automatic as the matte does it */
    double mask_best_moved; /* best threshold of depths moved by the foreground probability */
    double mask_matte;      /* mean IoU of the finished matte, its edges found in the picture */
    int skipped;            /* pictures that could not be read */
} zd_quality_report;

/** Runs the model that `params` names over the folder's pictures, at most `limit` (0: all), spread
 *  evenly. */
ZD_MUST_USE zd_status zd_quality_run(zd_context *ctx, const zd_params *params, const char *folder,
                                     const char *prefix, int limit, const zd_task *task,
                                     zd_quality_report *out, zd_error *err);

#endif
