/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_DRY_RUN_H
#define ZD_CLI_DRY_RUN_H

/* What --dry-run does: a job's range is tried on a few frames, and time and disk of the whole are told
 * from them. Nothing is written. */

#include "cli/cli.h"
#include "jobs/estimate.h"

/** --dry-run: tries some frames of a job and tells what it would do. */
ZD_MUST_USE zd_status zd_dry_run(zd_cli *cli, const zd_args *args, const zd_job *job,
                                 zd_job_runner runner, void *user, zd_error *err);

#endif
