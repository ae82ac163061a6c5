/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_CLIP_H
#define ZD_SCENE_JOB_SCENE_JOB_CLIP_H

/* The depth of footage that a scene analyses, as `zdepth depth` gives it: the same cache, the same
 * shots, steadied, with the picture's edges.
 *
 * Thread-safety: one thread at a time for each object. */

#include "clip/clip.h"
#include "scene/scene_services.h"

typedef struct zd_scene_job_clip zd_scene_job_clip;

typedef struct zd_scene_job_clip_params {
    const char *path;
    const char *model;      /* NULL: the default */
    const char *face_model; /* the same */
    zd_scene_measure what;
    double region[4]; /* left, top, width, height in fractions of the frame */
    int first;        /* the numbers of the frames that the scene's range asks for */
    int last;
    const zd_clip_options *options;
} zd_scene_job_clip_params;

/** Opens footage and analyses the shots that the range touches; more of them when a frame asks for
 *  it. The caller owns *out. */
ZD_MUST_USE zd_status zd_scene_job_clip_open(zd_context *ctx,
                                             const zd_scene_job_clip_params *params,
                                             const zd_task *task, zd_scene_job_clip **out,
                                             zd_error *err);
void zd_scene_job_clip_close(zd_scene_job_clip **clip); /* accepts a pointer to NULL */

/** Whether the clip was opened with these parameters, whatever their range. */
bool zd_scene_job_clip_is(const zd_scene_job_clip *clip, const zd_scene_job_clip_params *params);

/** The depth of a frame: nearness, 0 to 1 over its shot's range (and beyond), gray float32 of the
 *  footage's size; owned by the caller. Numbers beyond the footage mean its first or last frame. */
ZD_MUST_USE zd_status zd_scene_job_clip_depth(zd_scene_job_clip *clip, int number,
                                              const zd_task *task, zd_image **out, zd_error *err);

#endif
