/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Where the whole program lies, and becoming it. */

#include "cli/front.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/print.h"

static const char whole_name[] = "zdepth-run";

bool zd_cli_find_beside(const char *name, char *out, size_t size)
{
    assert(size > strlen(name) + 1);
    ssize_t length = readlink("/proc/self/exe", out, size - strlen(name) - 1);
    char *slash = NULL;
    if (length > 0) {
        out[length] = '\0';
        slash = strrchr(out, '/');
    }
    if (slash != NULL) {
        strcpy(slash + 1, name);
    }
    return slash != NULL;
}

int zd_cli_run_whole(char **argv)
{
    char path[PATH_MAX];
    if (!zd_cli_find_beside(whole_name, path, sizeof path)) {
        strcpy(path, whole_name); /* in PATH */
    }
    execvp(path, argv);
    zd_say(stderr, "zdepth: cannot start '%s', the other half of this program: %s; install both",
           path, strerror(errno));
    return 1;
}
