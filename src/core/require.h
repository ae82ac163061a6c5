/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_REQUIRE_H
#define ZD_CORE_REQUIRE_H

/* What a caller must keep, said where a function begins. For what only this code's own mistakes can
 * break there is assert. What users, files and hosts can break gets a message of its own instead. */

#include "core/status.h"

/** Fails with ZD_ERR_INVALID_ARGUMENT and the function's name and the condition, when it is false. */
#define ZD_REQUIRE(err, condition)                                                                \
    do {                                                                                          \
        if (!(condition)) {                                                                       \
            return zd_fail((err), ZD_ERR_INVALID_ARGUMENT, "%s must be called with %s", __func__, \
                           #condition);                                                           \
        }                                                                                         \
    } while (0)

#endif
