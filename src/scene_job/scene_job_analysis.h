/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_ANALYSIS_H
#define ZD_SCENE_JOB_SCENE_JOB_ANALYSIS_H

/* Global analysis: the project's depth network on a scene's media, one picture at a time. */

#include "core/digest.h"
#include "core/task.h"
#include "scene/scene_services.h"

typedef struct zd_scene_job_analysis zd_scene_job_analysis;

ZD_MUST_USE zd_status zd_scene_job_analysis_create(zd_context *ctx, const char *model,
                                                   zd_scene_job_analysis **out, zd_error *err);
void zd_scene_job_analysis_destroy(zd_scene_job_analysis **analysis);

/** Lets a long analysis be cancelled; NULL ends that. */
void zd_scene_job_analysis_set_task(zd_scene_job_analysis *analysis, const zd_task *task);

/** Adds which network it is, if there is one; false when that cannot be told. */
bool zd_scene_job_analysis_identify(const zd_scene_job_analysis *analysis, zd_hasher *hasher);

/** The analyse function of a zd_scene_analyser whose user is a zd_scene_job_analysis. */
zd_status zd_scene_job_analysis_run(void *user, zd_scene_measure what, zd_view rgb, zd_rect roi,
                                    zd_image **values, zd_depth_range *range, zd_error *err);

#endif
