/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_TIME_QUALITY_H
#define ZD_JOBS_TIME_QUALITY_H

/* Measures how steady a model's depth is, with and without stabilisation, on drawn clips with known
 * cameras (jobs/measure/time_scene.h) or on footage. See time_score.h for the figures. */

#include "core/task.h"
#include "jobs/measure/time_score.h"
#include "project/project.h"

/** One clip's figures; [0] as the model gives them, [1] stabilised at full strength. */
typedef struct zd_temporal_row {
    char clip[96];
    int64_t frames;
    bool is_steadied; /* false: metres, which are never stabilised; [1] is empty */
    zd_temporal_figures figures[2];
} zd_temporal_row;

enum { ZD_TEMPORAL_MAX_ROWS = 4 };

typedef struct zd_temporal_report {
    zd_temporal_row rows[ZD_TEMPORAL_MAX_ROWS];
    int count;
} zd_temporal_report;

/** Runs the model that the project's parameters name over its footage; over the drawn clips when it has
 *  none, which are written to a temporary folder. */
ZD_MUST_USE zd_status zd_temporal_quality_run(zd_context *ctx, const zd_project *project,
                                              const zd_task *task, zd_temporal_report *out,
                                              zd_error *err);

#endif
