/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_JOB_H
#define ZDEPTH_JOB_H

/* From a project to files: what the command line does. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zdepth/context.h"
#include "zdepth/engine.h"
#include "zdepth/project.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What a job writes. */
typedef enum zdepth_job_kind {
    ZDEPTH_JOB_RENDER,    /* what the project says: inserts between the layers, else the filter */
    ZDEPTH_JOB_COMPOSITE, /* inserts between the layers */
    ZDEPTH_JOB_FILTER,    /* the effect inside the matte, or the matte as transparency */
    ZDEPTH_JOB_DEPTH,     /* depth as a gray movie or pictures, or as EXR with its values */
    ZDEPTH_JOB_MATTE,     /* the matte as a gray movie or pictures */
    ZDEPTH_JOB_VIEW       /* one of the views */
} zdepth_job_kind;

/** What a project does not say about a job. */
typedef struct zdepth_job_options {
    size_t size; /* sizeof(zdepth_job_options) */
    zdepth_job_kind kind;
    zdepth_output view; /* of ZDEPTH_JOB_VIEW: depth, thresholded, opacity, matte, ... */
    const char *cache_folder;
    bool no_cache;
    bool raw_depth; /* of ZDEPTH_JOB_DEPTH: at the network's size, in its values */
} zdepth_job_options;

/** What a job did. */
typedef struct zdepth_job_report {
    int64_t frames;
    int shots;
    int64_t untouched; /* frames that kept every code */
} zdepth_job_report;

/** Runs a job to the project's "output". Long: reports the stages "depth" and one of the job's own,
 *  in frames. The output appears under its name when it is complete. `options` and `report` may be
 *  NULL. Thread-safety: safe for different projects. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_job_run(
    zdepth_context *context, const zdepth_project *project, const zdepth_job_options *options,
    const zdepth_task *task, zdepth_job_report *report, zdepth_error *err);

#ifdef __cplusplus
}
#endif

#endif
