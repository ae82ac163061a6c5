/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_ENGINE_ENGINE_SHOTS_H
#define ZD_ENGINE_ENGINE_SHOTS_H

/* Collects what a clip's shots are like while its depth passes by, frame after frame. */

#include "depth/sample.h"
#include "depth/shot_list.h"
#include "project/project.h"

/** Thread-safety: one thread at a time for each object. */
typedef struct zd_engine_shots zd_engine_shots;

/** Refuses parameters that no analysis could follow: a list of cuts that is none. For those who open
 *  a clip, so that it is said before the work. */
ZD_MUST_USE zd_status zd_engine_shots_check(const zd_params *params, zd_error *err);

ZD_MUST_USE zd_status zd_engine_shots_create(zd_context *ctx, const zd_project *project,
                                             int map_width, int map_height, zd_engine_shots **out,
                                             zd_error *err);
void zd_engine_shots_destroy(zd_engine_shots **analysis);

/** Before the first frame: begins in the middle of a clip. The frames that come are numbered from
 *  `first`, which starts a shot; boxes that lie at or before `previous_time_s`, the time of the
 *  frame before it, are not theirs. `known` tells where shots begin, and none are looked for; it is
 *  borrowed. NULL: they are looked for. */
void zd_engine_shots_begin(zd_engine_shots *analysis, int64_t first, double previous_time_s,
                           const zd_shot_list *known);

/** The shots that a list of cuts, or "none", tells of without looking, all of them pending and the
 *  list partial; false for "auto". */
ZD_MUST_USE zd_status zd_engine_shots_listed(const zd_params *params, zd_shot_list *out,
                                             bool *listed, zd_error *err);

/** Sees each frame's steadied sample before it is forgotten. */
typedef void (*zd_engine_shots_witness)(void *user, int64_t frame, const zd_depth_sample *sample);

/** Before the first frame. */
void zd_engine_shots_watch(zd_engine_shots *analysis, zd_engine_shots_witness witness, void *user);

/** Takes the next frame's sample, which becomes the analysis's own, also on failure. */
ZD_MUST_USE zd_status zd_engine_shots_push(zd_engine_shots *analysis, zd_depth_sample *sample,
                                           double time_s, zd_error *err);

/** After the last frame: moves the shots found to *out. */
ZD_MUST_USE zd_status zd_engine_shots_finish(zd_engine_shots *analysis, zd_shot_list *out,
                                             zd_error *err);

#endif
