/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Messages are cut at the size of zd_error, never allocated, so that a failure always can be
 * told. */

#include "core/status.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

zd_status zd_fail(zd_error *err, zd_status status, const char *format, ...)
{
    assert(status != ZD_OK);
    if (err != NULL) {
        va_list args;
        va_start(args, format);
        err->status = status;
        vsnprintf(err->message, sizeof err->message, format, args);
        va_end(args);
    }
    return status;
}

zd_status zd_fail_context(zd_error *err, zd_status status, const char *format, ...)
{
    assert(status != ZD_OK);
    if (err != NULL) {
        char inner[ZD_ERROR_MESSAGE_SIZE];
        char outer[ZD_ERROR_MESSAGE_SIZE];
        va_list args;
        va_start(args, format);
        vsnprintf(outer, sizeof outer, format, args);
        va_end(args);
        memcpy(inner, err->message, sizeof inner);
        inner[sizeof inner - 1] = '\0';
        err->status = status;
        int written = snprintf(err->message, sizeof err->message, "%s: ", outer);
        if (written >= 0 && (size_t) written < sizeof err->message) {
            snprintf(err->message + written, sizeof err->message - (size_t) written, "%s", inner);
        }
    }
    return status;
}

const char *zd_status_name(zd_status status)
{
    switch (status) {
    case ZD_OK:
        return "ok";
    case ZD_ERR_INVALID_ARGUMENT:
        return "invalid argument";
    case ZD_ERR_NO_MEMORY:
        return "out of memory";
    case ZD_ERR_IO:
        return "input/output error";
    case ZD_ERR_CORRUPT:
        return "corrupt";
    case ZD_ERR_UNSUPPORTED:
        return "unsupported";
    case ZD_ERR_LIMIT:
        return "over a limit";
    case ZD_ERR_CANCELLED:
        return "cancelled";
    case ZD_ERR_MISSING:
        return "missing";
    case ZD_ERR_END:
        return "end";
    }
    return "unknown";
}
