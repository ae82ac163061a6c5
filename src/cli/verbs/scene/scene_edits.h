/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERBS_SCENE_SCENE_EDITS_H
#define ZD_CLI_VERBS_SCENE_SCENE_EDITS_H

/* The actions of `zdepth scene` that change the scene's file: what Flame does by a drag. */

#include "cli/cli.h"
#include "scene/scene_draft.h"
#include "scene_job/scene_job.h"

/** init, add-map, create-map and apply-media: none of them renders, and the scene may be unfinished. */
ZD_MUST_USE zd_status zd_cli_scene_edit(zd_cli *cli, zd_args *args, zd_error *err);

ZD_MUST_USE zd_status zd_cli_scene_zsnap(zd_cli *cli, zd_args *args, zd_scene_job *session,
                                         zd_error *err);

ZD_MUST_USE zd_status zd_cli_scene_export(zd_cli *cli, zd_args *args, zd_scene_job *session,
                                          zd_error *err);

/** init: the text of a scene to begin with. The caller closes *doc. */
ZD_MUST_USE zd_status zd_cli_scene_begin(zd_cli *cli, const zd_args *args, zd_scene_draft *doc,
                                         zd_error *err);

/** A path as the scene writes it: relative ones start from the scene's folder, not from where the
 *  command is run. */
ZD_MUST_USE zd_status zd_cli_scene_path(const char *scene, const char *file, char *out, size_t size,
                                        zd_error *err);

/** The pixels that --unit gives one unit of a file; 1 without it. */
ZD_MUST_USE zd_status zd_cli_scene_unit(const zd_args *args, double *unit, zd_error *err);

/** render with --dry-run: a few frames are rendered for trial. */
ZD_MUST_USE zd_status zd_cli_scene_dry_run(zd_cli *cli, zd_args *args, zd_scene_job *session,
                                           zd_error *err);

/** Reads FIRST-LAST; NULL: all frames. */
ZD_MUST_USE zd_status zd_cli_scene_frames(const char *text, zd_scene_job_params *params,
                                          zd_error *err);

#endif
