/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_ESTIMATE_H
#define ZD_JOBS_ESTIMATE_H

/* How long a job would take and how large its result would be, from a few of its frames. */

#include "jobs/job.h"

/** A job with what its caller knows of it, such as which view. */
typedef zd_status (*zd_job_runner)(void *user, zd_context *ctx, const zd_job *job,
                                   zd_job_report *report, zd_error *err);

enum { ZD_ESTIMATE_STAGES = 4 };

typedef struct zd_job_stage {
    char name[32];
    double frame_s; /* its share of what a frame costs, once it runs */
    double frame_processor_s;
} zd_job_stage;

typedef struct zd_job_estimate {
    int64_t frames; /* of the whole job; -1: the footage does not tell */
    int64_t tried;  /* how many were made to find out */
    zd_job_stage stages[ZD_ESTIMATE_STAGES];
    int stage_count;
    double start_s;     /* opening, and what only the first frames cost, by the clock */
    double total_s;     /* below 0: unknown */
    double processor_s; /* of all threads together; below 0: unknown */
    double bytes;       /* of the result, rather too many than too few; below 0: unknown */
    int width;
    int height;
    double frame_rate;
} zd_job_estimate;

/** Frames, size and rate of a job's range, from its footage alone; all else is 0. */
ZD_MUST_USE zd_status zd_job_estimate_measure(zd_context *ctx, const zd_job *job,
                                              zd_job_estimate *out, zd_error *err);

enum { ZD_TRIAL_FOLDER_SIZE = 4096 };

/** Makes a new folder below $TMPDIR for frames that are tried. */
ZD_MUST_USE zd_status zd_job_trial_begin(char folder[ZD_TRIAL_FOLDER_SIZE], zd_error *err);

/** Removes it with all that it holds, and tells how many bytes the files in it had. */
double zd_job_trial_end(zd_context *ctx, const char *folder);

/** Runs the job over some frames of its range, into a folder of its own which is removed, and stores
 *  nothing in the cache. The job is otherwise as it would be: what it refuses is refused here. */
ZD_MUST_USE zd_status zd_job_estimate_make(zd_context *ctx, const zd_job *job, zd_job_runner runner,
                                           void *user, zd_job_estimate *out, zd_error *err);

#endif
