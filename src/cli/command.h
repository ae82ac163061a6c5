/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_COMMAND_H
#define ZD_CLI_COMMAND_H

/** Does what a command line says and gives the exit status. Words of argv change places. Once a process:
 *  it sets how signals end it. */
int zd_cli_run(int argc, char **argv);

#endif
