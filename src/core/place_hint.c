/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* FFmpeg's pipe:0 and addresses, and the names that the system has for what is piped. */

#include "core/place_hint.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

static bool begins_as(const char *path, const char *start)
{
    return strncmp(path, start, strlen(start)) == 0;
}

static bool is_pipe(const char *path)
{
    return begins_as(path, "pipe:") || begins_as(path, "/dev/std") || begins_as(path, "/dev/fd/") ||
           begins_as(path, "/proc/self/fd/");
}

/* "rtmp://": letters, and what follows them. */
static bool is_address(const char *path)
{
    const char *at = path;
    while (isalnum((unsigned char) *at)) {
        at++;
    }
    return at > path && begins_as(at, "://");
}

const char *zd_place_hint_read(const char *path)
{
    return is_pipe(path)      ? "; what comes down a pipe is called -"
           : is_address(path) ? "; addresses are not opened: save it to a file, or pipe it in as -"
                              : "";
}

const char *zd_place_hint_write(const char *path)
{
    return is_pipe(path)      ? "; what goes down a pipe is called -, or -.mkv"
           : is_address(path) ? "; addresses are not written to: name a file, or pipe - on"
                              : "";
}
