/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth studio: becomes the desktop application, which is a program of its own. */

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/front.h"
#include "cli/verb_list.h"

enum { MAX_FILES = 16 };

static const char studio_name[] = "zdepth-studio";

static zd_status run_studio(zd_cli *cli, zd_args *args, zd_error *err)
{
    char path[PATH_MAX];
    const char *words[MAX_FILES + 2] = { studio_name };
    (void) cli;
    for (int i = 0; i < args->positional_count; i++) {
        words[i + 1] = args->positional[i];
    }
    bool is_beside = zd_cli_find_beside(studio_name, path, sizeof path) && access(path, X_OK) == 0;
    const char *program = is_beside ? path : studio_name;
    execvp(program, (char **) words);
    return zd_fail(err, ZD_ERR_MISSING,
                   "cannot start '%s': %s; it is built where GTK 4 and libadwaita are", program,
                   strerror(errno));
}

const zd_verb zd_verb_studio = {
    .name = "studio",
    .summary = "Open the desktop application.",
    .synopsis = "[CLIP | PROJECT | SCENE]",
    .text = "Starts Zdepth Studio, in which the whole job is done by hand (docs/studio.md).",
    .examples = "  zdepth studio walk.mp4\n  zdepth studio relief.zscene\n",
    .max_positional = MAX_FILES,
    .run = run_studio,
};
