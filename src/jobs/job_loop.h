/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_LOOP_H
#define ZD_JOBS_JOB_LOOP_H

/* What all jobs share: open, walk over the frames in order, hand the results to the encoder,
 * finish or clean up. */

#include "clip/layers.h"
#include "jobs/job.h"
#include "jobs/job_sink.h"

struct zd_job_loop;

/** Takes a frame before or after the range, for jobs that need those around a frame to make it.
 *  *frame may be taken over. After the range, *enough ends the walk. */
typedef zd_status (*zd_job_passer)(void *user, struct zd_job_loop *loop, zd_frame **frame,
                                   bool *enough, zd_error *err);

/** Works on one frame. *frame may be changed or replaced. What is to be written is put into the
 *  loop's sink by the callee. */
typedef zd_status (*zd_job_worker)(void *user, struct zd_job_loop *loop, zd_layered_frame *layered,
                                   zd_frame **frame, zd_error *err);

typedef struct zd_job_loop {
    zd_context *ctx;
    const zd_job *job;
    zd_clip clip;
    zd_layers *layers;
    zd_job_sink *sink;
    const zd_writer
        *writer;        /* borrowed from the sink or the job: knows what is finished; or NULL */
    zd_writer *direct;  /* borrowed from the job, which writes without a sink; or NULL */
    zd_job_passer pass; /* NULL: the frames around the range are not needed */
    /* Sees the frames of the range's first shot before it, and those that an earlier run has finished, and
     * writes nothing: for what remembers. Or NULL. */
    zd_job_worker before;
    zd_job_report report;
} zd_job_loop;

/** Checks the output against the footage, then opens the clip. Release with zd_job_loop_close,
 *  also on failure. */
ZD_MUST_USE zd_status zd_job_loop_open(zd_context *ctx, const zd_job *job, zd_job_loop *out,
                                       zd_error *err);

/** How the output differs from the footage. */
typedef struct zd_sink_form {
    const char
        *what;    /* is made, so that it can be told from other jobs with the same output; NULL: a
                           job that is broken off begins anew */
    bool is_gray; /* depth and mattes */
    bool alpha;   /* needed: refused where the format has none */
    bool footage_alpha; /* the footage has some: kept where the format can hold it */
    int width;          /* 0: the footage's */
    int height;
    const char *const *metadata; /* as in zd_writer_params; may be NULL */
} zd_sink_form;

/** Opens the project's output for pictures like the footage, with the output parameters: before the
 *  analysis, so that a wrong name costs nobody an hour. The caller owns the writer. */
ZD_MUST_USE zd_status zd_job_loop_open_writer(zd_job_loop *loop, const zd_sink_form *form,
                                              zd_writer **out, zd_error *err);

/** The same as a sink, which is the loop's. */
ZD_MUST_USE zd_status zd_job_loop_open_sink(zd_job_loop *loop, const zd_sink_form *form,
                                            zd_error *err);

/** Called once after the clip's last frame, while the sink is still open; not where the passer had
 *  enough before. */
typedef zd_status (*zd_job_flusher)(void *user, zd_job_loop *loop, zd_error *err);

/** Analyses the clip and runs the worker over every frame of the range, then the flusher (may be
 *  NULL), and finishes the sink where there is one. The walk begins with the first frame of the
 *  range's first shot, so that what has a memory is as in the whole clip; with a passer, it goes from
 *  the clip's first frame to its last. */
ZD_MUST_USE zd_status zd_job_loop_run(zd_job_loop *loop, const char *stage, zd_job_worker worker,
                                      zd_job_flusher flush, void *user, zd_error *err);

/** Releases everything; an unfinished output is removed. */
void zd_job_loop_close(zd_job_loop *loop);

#endif
