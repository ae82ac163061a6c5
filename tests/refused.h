/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_TESTS_REFUSED_H
#define ZD_TESTS_REFUSED_H

/* Contracts that a test breaks: the refusal names the function and the condition (core/require.h). */

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

#endif
