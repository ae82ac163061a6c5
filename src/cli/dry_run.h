/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_DRY_RUN_H
#define ZD_CLI_DRY_RUN_H

/* What --dry-run does: a job's range is tried on a few frames, and time and disk of the whole are told
 * from them. Nothing is written. */

#include "cli/cli.h"
#include "jobs/estimate.h"

/** "0.7 KiB", "12.0 MiB". */
void zd_dry_run_size(double bytes, char *to, size_t size);

/** Bytes that the disk of a file to be written has for us, whose folders need not be there yet; below 0: unknown. */
double zd_dry_run_room(zd_context *ctx, const char *path);

/** Goes on with a line on the terminal: what the disk has; nothing where that is unknown. */
void zd_dry_run_say_room(double room);

/** A line: the file, its size (below 0: unknown), what the disk has, and whether something is replaced. */
void zd_dry_run_say_result(const char *output, double bytes, double room);

/** --dry-run: tries some frames of a job and tells what it would do. */
ZD_MUST_USE zd_status zd_dry_run(zd_cli *cli, const zd_args *args, const zd_job *job,
                                 zd_job_runner runner, void *user, zd_error *err);

#endif
