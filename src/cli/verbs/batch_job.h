/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERBS_BATCH_JOB_H
#define ZD_CLI_VERBS_BATCH_JOB_H

/* A batch's preset as the job of one clip, and what all of them would take. */

#include "cli/batch.h"
#include "jobs/job.h"

typedef struct zd_batch_job {
    zd_project project;
    zd_job job; /* of the project, so that this stays where it is */
} zd_batch_job;

/** Ends with zd_batch_job_end, also on failure. */
ZD_MUST_USE zd_status zd_batch_job_begin(zd_cli *cli, const zd_batch *batch,
                                         const zd_batch_clip *clip, zd_batch_job *out,
                                         zd_error *err);
void zd_batch_job_end(zd_batch_job *work);

/** --dry-run: lists the clips and what would be made of them, and adds up their time and size. */
ZD_MUST_USE zd_status zd_batch_dry_run(zd_cli *cli, zd_batch *batch, zd_error *err);

#endif
