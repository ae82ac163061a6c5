/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* zdepth and zdepth-run: see cli/front.h. */

#include "cli/command.h"

int main(int argc, char **argv)
{
    return zd_cli_run(argc, argv);
}
