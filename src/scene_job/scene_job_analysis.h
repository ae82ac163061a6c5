/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_ANALYSIS_H
#define ZD_SCENE_JOB_SCENE_JOB_ANALYSIS_H

/* Global and face analysis of a scene's media: footage goes through the engine like everything else. */

#include "clip/clip.h"
#include "core/digest.h"
#include "core/task.h"
#include "scene/scene.h"
#include "scene/scene_services.h"

typedef struct zd_scene_job_analysis zd_scene_job_analysis;

/** The networks of maps that name none, by name or file; NULL: the embedded ones. */
typedef struct zd_scene_job_networks {
    const char *depth;
    const char *faces;
} zd_scene_job_networks;

/** The networks' names and the cache's folder are borrowed. */
ZD_MUST_USE zd_status zd_scene_job_analysis_create(zd_context *ctx, zd_scene_job_networks networks,
                                                   const zd_clip_options *cache,
                                                   zd_scene_job_analysis **out, zd_error *err);
void zd_scene_job_analysis_destroy(zd_scene_job_analysis **analysis);

/** Lets a long analysis be cancelled; NULL ends that. */
void zd_scene_job_analysis_set_task(zd_scene_job_analysis *analysis, const zd_task *task);

/** Adds which networks a scene may ask for; false when that cannot be told. */
bool zd_scene_job_analysis_identify(const zd_scene_job_analysis *analysis, const zd_scene *scene,
                                    zd_hasher *hasher);

/** The analyse function of a zd_scene_analyser whose user is a zd_scene_job_analysis. */
zd_status zd_scene_job_analysis_run(void *user, const zd_scene_measure_request *request,
                                    zd_scene_measured *out, zd_error *err);

#endif
