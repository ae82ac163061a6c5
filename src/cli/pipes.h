/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_PIPES_H
#define ZD_CLI_PIPES_H

/* "-" as footage and as output. Footage is read twice, once for its depth and once for the result, so what
 * comes from a pipe is kept in a file without a name until the program ends. */

#include "cli/cli.h"

/** Reads the standard input to its end, once, and gives the path of what it held. The path is valid as
 *  long as the tool. */
ZD_MUST_USE zd_status zd_pipe_take_input(zd_cli *cli, const char **path, zd_error *err);

/** Refuses an output that goes to the standard output beside something else, or to a terminal. */
ZD_MUST_USE zd_status zd_pipe_check_output(const zd_cli *cli, const zd_args *args, zd_error *err);

/** "-" for the file of the input, else the path itself. */
const char *zd_pipe_shown(const char *path);

/** Puts "-" where a message names the file of the input. */
void zd_pipe_name_input(const zd_cli *cli, char *message);

/** Lets go of the input. */
void zd_pipe_finish(zd_cli *cli);

#endif
