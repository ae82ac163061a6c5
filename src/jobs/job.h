/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_H
#define ZD_JOBS_JOB_H

/* The whole jobs: from a project to files. Each opens the clip, analyses it, and then makes frame
 * after frame while the next ones are decoded and the last ones encoded. */

#include "clip/clip.h"
#include "clip/faces_seen.h"
#include "core/task.h"
#include "matte/views.h"

typedef struct zd_job {
    const zd_project *project;
    zd_clip_options clip;
    const zd_task *task; /* may be NULL */
    const char *sheet;   /* a contact sheet goes here; NULL: none */
    double sheet_time_s; /* the moment of the clip it shows; below 0: the middle of the range */
    bool raw;            /* depth as the network gives it, at its size and in its values */
    bool is_chunk; /* of a job that is done in parts: what can only be told of all of it is not */
    const char *store; /* of a chunk: a movie's pictures go here, see zd_writer_params; or NULL */
} zd_job;

/** What a job did, for reports. */
typedef struct zd_job_report {
    int64_t frames;
    int shots;
    int64_t untouched;        /* frames that kept every code */
    int64_t due;              /* frames in which a title or insert was to be seen */
    int64_t kept;             /* pictures of `frames` that an earlier run had finished */
    zd_clip_faces_seen faces; /* by face analysis, of the range's frames */
    bool is_resumable;        /* finished pictures are kept for the next run of the same job */
    bool keeps_depth;         /* so is the depth that the network found */
} zd_job_report;

/** What the project says: the filter when it has an effect or transparency, else the compositor. */
ZD_MUST_USE zd_status zd_job_render(zd_context *ctx, const zd_job *job, zd_job_report *report,
                                    zd_error *err);

/** The output of a job whose chunks have left their pictures in `stores`, in order: encodes a movie,
 *  and leaves pictures of a sequence as they are. *frames counts them. */
ZD_MUST_USE zd_status zd_job_join(zd_context *ctx, const zd_job *job, const char *const *stores,
                                  int count, int64_t *frames, zd_error *err);

/** Whether the job gives the same pictures in parts: not where a graph of FFmpeg's remembers frames. */
ZD_MUST_USE zd_status zd_job_is_divisible(zd_context *ctx, const zd_job *job, bool *out,
                                          zd_error *err);

/** Titles and inserts between the layers, to the project's output. */
ZD_MUST_USE zd_status zd_job_composite(zd_context *ctx, const zd_job *job, zd_job_report *report,
                                       zd_error *err);

/** The project's effect inside the matte, or the matte as transparency. */
ZD_MUST_USE zd_status zd_job_filter(zd_context *ctx, const zd_job *job, zd_job_report *report,
                                    zd_error *err);

/** One of the views, ZD_MATTE_VIEW_NONE excluded. */
ZD_MUST_USE zd_status zd_job_view(zd_context *ctx, const zd_job *job, zd_matte_view_kind kind,
                                  zd_job_report *report, zd_error *err);

/** Depth as a gray movie or pictures (normalised to each shot's range), or as EXR with the values
 *  themselves and what they mean. */
ZD_MUST_USE zd_status zd_job_depth(zd_context *ctx, const zd_job *job, zd_job_report *report,
                                   zd_error *err);

/** The matte as a gray movie or pictures. */
ZD_MUST_USE zd_status zd_job_matte(zd_context *ctx, const zd_job *job, zd_job_report *report,
                                   zd_error *err);

#endif
