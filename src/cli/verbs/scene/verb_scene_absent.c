/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Stands in for verb_scene.c in a build without EGL, libepoxy or assimp. */

#include "cli/front.h"
#include "cli/verb_list.h"

static zd_status run_scene(zd_cli *cli, zd_args *args, zd_error *err)
{
    (void) cli;
    (void) args;
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "this zdepth was built without the 3D surface (EGL, libepoxy and assimp)");
}

bool zd_cli_describe_gl(zd_context *ctx, char *to, size_t size)
{
    (void) ctx;
    snprintf(to, size, "not in this build");
    return false;
}

zd_status zd_cli_tour_scene(zd_cli *cli, const char *folder, const char *picture, zd_error *err)
{
    (void) folder;
    (void) picture;
    return run_scene(cli, NULL, err);
}

const zd_verb zd_verb_scene = {
    .name = "scene",
    .summary = "Render a 3D scene of surfaces with depth (not in this build).",
    .synopsis =
        "init|render|check|print|add-map|create-map|apply-media|import|export|zsnap SCENE [NODE|FILE] [FLAGS]",
    .text = "This build has no 3D surface: EGL, libepoxy or assimp was missing.",
    .examples = "",
    .max_positional = 3,
    .run = ZD_CLI_RUN(run_scene),
};
