/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_FILES_H
#define ZD_SCENE_JOB_SCENE_JOB_FILES_H

/* The pictures of a scene's media, from files: stills, numbered sequences, movies, and channels of
 * EXR files by name. A movie's first frame is frame 1; past its end its last frame stays. */

#include "media/reader.h"
#include "scene/scene_services.h"
#include "scene_job/scene_job_colour.h"

typedef struct zd_scene_job_files zd_scene_job_files;

/** `ocio` is as in zd_scene_job_colour_create. */
ZD_MUST_USE zd_status zd_scene_job_files_create(zd_context *ctx, const char *ocio,
                                                zd_scene_job_files **out, zd_error *err);

/** The colours that media are decoded by. */
zd_scene_job_colour *zd_scene_job_files_colour(const zd_scene_job_files *files);
void zd_scene_job_files_destroy(zd_scene_job_files **files);

/** The load function of a zd_scene_loader whose user is a zd_scene_job_files. */
zd_status zd_scene_job_files_load(void *user, const zd_scene_request *request, zd_scene_loaded *out,
                                  zd_error *err);

#endif
