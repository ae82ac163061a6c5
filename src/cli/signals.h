/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_SIGNALS_H
#define ZD_CLI_SIGNALS_H

/* What a signal does to the program: it asks the work to end, and sees that it does. */

#include "core/task.h"

/** Watches SIGINT, SIGTERM and SIGHUP (not the last when it is ignored, as under nohup), for the
 *  rest of the program. The first sets the returned flag, so that the work ends and removes what is
 *  not complete; the second, and `patience_s` seconds after the first, end the program at once.
 *  A broken pipe and a file above its limit become errors where they happen. */
zd_cancel *zd_signals_watch(unsigned patience_s);

/** The exit status of a program that a signal asked to end: 128 and the signal's number. */
int zd_signals_exit_status(void);

#endif
