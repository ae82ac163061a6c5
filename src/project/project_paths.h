/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_PROJECT_PROJECT_PATHS_H
#define ZD_PROJECT_PROJECT_PATHS_H

/* Relative paths in a project's file are meant from the file's folder, so that a project that is moved
 * with its footage goes on working; in a project at work they are meant from the current folder, as
 * everywhere. Absolute ones stay what they are. */

#include "project/project.h"

/** What a path in the file `project` means to this process. Of a file that is read, and that only the
 *  current folder has, it is that one, as projects of earlier versions meant it. Release with zd_free;
 *  NULL without memory. */
char *zd_project_path_read(zd_context *ctx, const char *project, const char *path, bool is_read);

/** Makes every relative path of a project one that is written into the file `project`. */
ZD_MUST_USE zd_status zd_project_paths_to_write(zd_project *at_work, const char *project,
                                                zd_error *err);

/** After zd_project_paths_to_write: makes those absolute paths relative that lead to the folder of the
 *  file `project` or below it. */
ZD_MUST_USE zd_status zd_project_paths_to_carry(zd_project *to_write, const char *project,
                                                zd_error *err);

#endif
