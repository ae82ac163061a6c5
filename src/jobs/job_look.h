/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_LOOK_H
#define ZD_JOBS_JOB_LOOK_H

/* A sheet to read selection boxes off: moments of a clip, each as filmed and as it was split, under a
 * grid of fractions. */

#include "jobs/job.h"

enum { ZD_LOOK_MOST = 8 };

/** Writes the sheet of `moments` frames, 1 to ZD_LOOK_MOST, spread evenly over the range, to the
 *  project's output. */
ZD_MUST_USE zd_status zd_job_look(zd_context *ctx, const zd_job *job, int moments,
                                  zd_job_report *report, zd_error *err);

#endif
