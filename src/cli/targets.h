/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_TARGETS_H
#define ZD_CLI_TARGETS_H

/* What a command would write over. The policy, as zdepth help overwrite tells it: results of a job are
 * replaced when the new ones are complete; what the job reads, and what is not of the kind that is
 * written, never; -n keeps everything that is there. */

#include "cli/cli.h"

/** Whether two paths name one file, there or not. */
bool zd_target_same(const char *a, const char *b);

/** Refuses a job's output or contact sheet that is the other one, or a file the job reads. */
ZD_MUST_USE zd_status zd_targets_differ(const zd_args *args, const char *sheet, zd_error *err);

/** With -n refuses a target that is there; of a numbered sequence, any of its pictures. `path` may be
 *  NULL. */
ZD_MUST_USE zd_status zd_target_keep(const zd_cli *cli, const char *path, zd_error *err);

/** Refuses a target that is there, is not empty and has no `mark` in its first 512 bytes: it was not
 *  written by this program. `what` is what such a file is, "a project". */
ZD_MUST_USE zd_status zd_target_is_ours(const char *path, const char *mark, const char *what,
                                        zd_error *err);

#endif
