/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_FRONT_H
#define ZD_CLI_FRONT_H

/* The program is built twice from the same files. "zdepth" is the front: it has all verbs, their help,
 * manual and completion, and runs none that needs a library for media (ZD_CLI_FRONT, ZD_CLI_RUN). For
 * those it becomes "zdepth-run", the whole, which lies beside it: some 180 shared libraries take 50 ms
 * to load, and help or completion need none of them. */

#include <stdbool.h>
#include <stddef.h>

/** What a verb runs: nothing in the front, so that nothing of it is linked. */
#if defined(ZD_CLI_FRONT)
#    define ZD_CLI_RUN(function) NULL
#else
#    define ZD_CLI_RUN(function) (function)
#endif

/** Writes where a program beside this one would be; false where a system does not tell. `out` has
 *  `size` bytes, more than the name needs. */
bool zd_cli_find_beside(const char *name, char *out, size_t size);

/** Becomes the whole program with the same command line. Comes back only where that is not there, with an
 *  exit status, after a message. */
int zd_cli_run_whole(char **argv);

#endif
