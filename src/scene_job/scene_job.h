/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_SCENE_JOB_SCENE_JOB_H
#define ZD_SCENE_JOB_SCENE_JOB_H

/* Where scenes meet files: media are read, depth is measured on them, frames are written. */

#include "clip/clip.h"
#include "core/task.h"
#include "scene/render.h"

typedef struct zd_scene_job zd_scene_job;

/** What surrounds a scene; all is borrowed. */
typedef struct zd_scene_job_options {
    const char *model;      /* a network's name or file; NULL: the embedded one */
    const char *face_model; /* what finds faces, alike; NULL: embedded-faces */
    const char *ocio;       /* an OpenColorIO configuration in place of the scene's; NULL: none */
    zd_clip_options cache;  /* of measured depth */
} zd_scene_job_options;

/** Reads and checks a scene, and the colour spaces that it names. The caller owns *out. The network is
 *  loaded only when a map asks for analysis, whose depth goes through the cache. */
ZD_MUST_USE zd_status zd_scene_job_open(zd_context *ctx, const char *path,
                                        const zd_scene_job_options *options, zd_scene_job **out,
                                        zd_error *err);

/** The same of a text, for which `path` stands in messages and as the place of relative paths. */
ZD_MUST_USE zd_status zd_scene_job_open_text(zd_context *ctx, const char *path, const char *text,
                                             const zd_scene_job_options *options,
                                             zd_scene_job **out, zd_error *err);
void zd_scene_job_close(zd_scene_job **session);

zd_scene *zd_scene_job_scene(zd_scene_job *session);
const zd_scene_services *zd_scene_job_services(zd_scene_job *session);

typedef struct zd_scene_job_params {
    const char *file;   /* NULL: the output's own */
    const char *output; /* the output node's name; NULL: all of them */
    int first;          /* both 0 with `all`: the scene's range */
    int last;
    bool all;
    const char *trial_folder; /* frames go here, after all checks of the whole; NULL: no trial */
    int trial_first;          /* and only these are rendered */
    int trial_last;
} zd_scene_job_params;

/** What a render did. */
typedef struct zd_scene_job_report {
    int frames; /* of all outputs */
    int kept;   /* of them, those that an earlier run had finished */
    int width;  /* of the last frame */
    int height;
    bool is_resumable; /* finished frames are kept for the next run of the same render */
} zd_scene_job_report;

/** Renders frames into files. ".exr" gets all passes, one file a frame; any other ending gets the
 *  beauty as a picture, a sequence or a movie: with straight alpha where a picture holds it, over
 *  black otherwise. Refuses, before anything is rendered, to write over a file that the scene reads
 *  and to write two outputs into one file. A render that is broken off leaves the finished frames of
 *  sequences, and the same render later makes the others; movies begin anew. */
ZD_MUST_USE zd_status zd_scene_job_render(zd_scene_job *session, const zd_scene_job_params *params,
                                          const zd_task *task, zd_scene_job_report *report,
                                          zd_error *err);

/** Writes a rendered frame's passes as one EXR, in the output's colour space, with what is needed to read its depth back:
 *  zdepth:depth ("planar,absolute" or "planar,normalized"), zdepth:near, zdepth:far, the digest of the
 *  scene's text; OpenEXR's standard attributes of the camera; and what cryptomatte passes mean. */
ZD_MUST_USE zd_status zd_scene_job_write_exr(zd_context *ctx, const char *path,
                                             const zd_scene_picture *picture, const zd_scene *scene,
                                             int output, const char *scene_digest, zd_error *err);

#endif
