/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where the whole program lies, and becoming it. */

#include "cli/front.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"

static const char whole_name[] = "zdepth-run";

/* Where the whole program is: beside this one, or, where a system does not tell that, in PATH. */
static void find_whole(char *out, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", out, size - sizeof whole_name);
    char *slash = NULL;
    if (length > 0) {
        out[length] = '\0';
        slash = strrchr(out, '/');
    }
    strcpy(slash != NULL ? slash + 1 : out, whole_name);
}

int zd_cli_run_whole(char **argv)
{
    char path[PATH_MAX];
    find_whole(path, sizeof path);
    execvp(path, argv);
    zd_say(stderr, "zdepth: cannot start '%s', the other half of this program: %s; install both",
           path, strerror(errno));
    return 1;
}
