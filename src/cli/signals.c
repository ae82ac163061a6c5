/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Signals. Their handlers know no caller, so what they touch is the file's own. */

#include "cli/signals.h"

#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

static zd_cancel cancel;
static volatile sig_atomic_t first_signal = SIGINT;
static unsigned patience;

int zd_signals_exit_status(void)
{
    return 128 + first_signal;
}

static void interrupted(int number)
{
    if (atomic_exchange(&cancel.requested, true)) {
        _Exit(128 + number); /* the second time means now */
    }
    first_signal = number;
    alarm(patience); /* whatever the work is stuck in */
}

static void out_of_patience(int number)
{
    (void) number;
    _Exit(zd_signals_exit_status());
}

zd_cancel *zd_signals_watch(unsigned patience_s)
{
    struct sigaction action = { .sa_handler = interrupted };
    struct sigaction end = { .sa_handler = out_of_patience };
    struct sigaction before;
    patience = patience_s;
    sigaction(SIGALRM, &end, NULL);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (sigaction(SIGHUP, NULL, &before) == 0 && before.sa_handler != SIG_IGN) {
        sigaction(SIGHUP, &action, NULL);
    }
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    return &cancel;
}
