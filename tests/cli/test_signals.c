/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A signal ends the program whatever it is stuck in. Each case is a process of its own. */

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "cli/signals.h"
#include "zd_test.h"

static void wait_ms(long ms)
{
    struct timespec t = { ms / 1000, ms % 1000 * 1000000L };
    while (nanosleep(&t, &t) != 0) {
    }
}

/* Looks at the flag, as the work does between frames. */
static void work(zd_cancel *cancel)
{
    while (!atomic_load(&cancel->requested)) {
        wait_ms(5);
    }
    _Exit(zd_signals_exit_status());
}

/* Hangs, as in a call that never returns. */
static void hang(zd_cancel *cancel)
{
    (void) cancel;
    for (;;) {
        wait_ms(1000);
    }
}

static pid_t start(void (*body)(zd_cancel *), unsigned patience_s)
{
    int ready[2];
    char byte = 0;
    REQUIRE_INT(pipe(ready), 0);
    fflush(NULL);
    pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        zd_cancel *cancel = zd_signals_watch(patience_s);
        if (write(ready[1], &byte, 1) == 1) {
            body(cancel);
        }
        _Exit(1);
    }
    REQUIRE_INT(read(ready[0], &byte, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return child;
}

static int status_of(pid_t child)
{
    int status = 0;
    REQUIRE_INT(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void the_work_is_asked_to_end(void)
{
    static const int signals[] = { SIGINT, SIGTERM, SIGHUP };
    for (int i = 0; i < 3; i++) {
        pid_t child = start(work, 60);
        REQUIRE_INT(kill(child, signals[i]), 0);
        REQUIRE_INT(status_of(child), 128 + signals[i]);
    }
}

/* Once, a job that hung in a full disk could only be killed. */
static void a_stuck_program_ends_after_a_while(void)
{
    pid_t child = start(hang, 1);
    REQUIRE_INT(kill(child, SIGTERM), 0);
    REQUIRE_INT(status_of(child), 128 + SIGTERM);
}

static void the_second_signal_means_now(void)
{
    pid_t child = start(hang, 60);
    REQUIRE_INT(kill(child, SIGINT), 0);
    wait_ms(100);
    REQUIRE_INT(kill(child, SIGTERM), 0);
    REQUIRE_INT(status_of(child), 128 + SIGTERM);
}

static void nohup_is_heeded(void)
{
    void (*before)(int) = signal(SIGHUP, SIG_IGN);
    pid_t child = start(work, 60);
    signal(SIGHUP, before);
    REQUIRE_INT(kill(child, SIGHUP), 0);
    wait_ms(100);
    REQUIRE_INT(kill(child, SIGINT), 0);
    REQUIRE_INT(status_of(child), 128 + SIGINT);
}

/* Writes where nobody reads, and above the limit: both must be errors. */
static void write_badly(zd_cancel *cancel)
{
    int ends[2];
    (void) cancel;
    struct rlimit limit = { 0, 0 };
    FILE *file = tmpfile();
    bool is_good = pipe(ends) == 0 && close(ends[0]) == 0 && write(ends[1], "a", 1) == -1 &&
                   file != NULL && setrlimit(RLIMIT_FSIZE, &limit) == 0 &&
                   write(fileno(file), "a", 1) == -1;
    _Exit(is_good ? 0 : 2);
}

static void pipes_and_limits_give_errors(void)
{
    REQUIRE_INT(status_of(start(write_badly, 60)), 0);
}

int main(void)
{
    signal(SIGHUP, SIG_DFL); /* nohup may have begun the tests */
    RUN(the_work_is_asked_to_end);
    RUN(a_stuck_program_ends_after_a_while);
    RUN(the_second_signal_means_now);
    RUN(nohup_is_heeded);
    RUN(pipes_and_limits_give_errors);
    return zd_test_finish();
}
