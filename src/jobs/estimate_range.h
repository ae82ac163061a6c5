/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_ESTIMATE_RANGE_H
#define ZD_JOBS_ESTIMATE_RANGE_H

/* What an estimate counts in, and what a range of frames costs beside them. */

#include "jobs/job.h"

/** Seconds by the clock, and of the processor by all threads together. */
typedef struct zd_job_cost {
    double clock_s;
    double processor_s;
} zd_job_cost;

/** From some moment on; only differences mean anything. */
zd_job_cost zd_job_cost_now(void);
zd_job_cost zd_job_cost_less(zd_job_cost a, zd_job_cost b);

typedef struct zd_job_range {
    zd_job_cost
        search; /* for the cuts, from the clip's first frame until the range's last shot has ended */
    zd_job_cost walk; /* from its first shot's first frame to the range's */
    int64_t analysed; /* frames of all its shots */
} zd_job_range;

/** A range is analysed by whole shots, which are looked for here, for some seconds; what that takes for the
 *  rest is carried on, and shots that are not found by then are taken to be the range. */
ZD_MUST_USE zd_status zd_job_range_measure(zd_context *ctx, const zd_job *job,
                                           const int64_t range[2], zd_job_range *out,
                                           zd_error *err);

#endif
