/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_SHOT_ANALYSIS_H
#define ZD_ENGINE_SHOT_ANALYSIS_H

/* Collects what a clip's shots are like while its depth passes by, frame after frame. */

#include "depth/sample.h"
#include "depth/shot_list.h"
#include "project/project.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_shot_analysis zd_shot_analysis;

/** Refuses parameters that no analysis could follow: a list of cuts that is none. For those who open
 *  a clip, so that it is said before the work. */
ZD_MUST_USE zd_status zd_shot_analysis_check(const zd_params *params, zd_error *err);

ZD_MUST_USE zd_status zd_shot_analysis_create(zd_context *ctx, const zd_project *project,
                                              int map_width, int map_height, zd_shot_analysis **out,
                                              zd_error *err);
void zd_shot_analysis_destroy(zd_shot_analysis **analysis);

/** Takes the next frame's sample, which becomes the analysis's own, also on failure. */
ZD_MUST_USE zd_status zd_shot_analysis_push(zd_shot_analysis *analysis, zd_depth_sample *sample,
                                            double time_s, zd_error *err);

/** After the last frame: moves the shots found to *out. */
ZD_MUST_USE zd_status zd_shot_analysis_finish(zd_shot_analysis *analysis, zd_shot_list *out,
                                              zd_error *err);

#endif
