/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_REFUSED_H
#define ZD_TESTS_REFUSED_H

/* Contracts that a test breaks: the refusal names the function and the condition (core/require.h). What
 * only our own mistakes can break is an assert, and ends the process where asserts are built in. */

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "zd_test.h"

/* A call was refused in its own name and by that condition. */
static inline void zd_test_refused(zd_status status, zd_error *said_by, const char *call,
                                   const char *condition)
{
    char said[200];
    snprintf(said, sizeof said, "must be called with %s", condition);
    REQUIRE_INT(status, ZD_ERR_INVALID_ARGUMENT);
    if (strstr(said_by->message, said) == NULL ||
        strncmp(said_by->message, call, strcspn(said_by->message, " ")) != 0)
    {
        ZD_TEST_FAIL("%s: it says '%s', expected '%s'", call, said_by->message, said);
    }
    said_by->message[0] = '\0';
}

/** For calls that report to the file's own `err`. */
#define REFUSED(call, condition) zd_test_refused((call), &err, #call, condition)

/** Ends a test of invariants as skipped where asserts are built out. */
static inline void zd_test_need_asserts(void)
{
#ifdef NDEBUG
    SKIP("this build has no asserts");
#endif
}

/** The call breaks an invariant and ends its process, which is another one. */
#define DIES(call)                                                     \
    do {                                                               \
        fflush(stdout);                                                \
        pid_t zd_p_ = fork();                                          \
        if (zd_p_ == 0) {                                              \
            close(STDERR_FILENO);                                      \
            (void) (call);                                             \
            _exit(0);                                                  \
        }                                                              \
        int zd_s_ = 0;                                                 \
        REQUIRE_INT(waitpid(zd_p_, &zd_s_, 0), zd_p_);                 \
        if (!WIFSIGNALED(zd_s_) || WTERMSIG(zd_s_) != SIGABRT) {       \
            ZD_TEST_FAIL("%s: no assert holds what it breaks", #call); \
        }                                                              \
    } while (0)

#endif
