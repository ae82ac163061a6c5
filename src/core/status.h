/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_STATUS_H
#define ZD_CORE_STATUS_H

/* How every fallible function of the engine answers: a code for programs and a message for people.
 * The message is written at the place of the failure, lives in the caller's storage and is never
 * logged by the library as well. */

#include <stddef.h>

#if defined(__MINGW32__) /* its printf is C's own, as meson.build asks for */
#    define ZD_PRINTF_KIND gnu_printf
#else
#    define ZD_PRINTF_KIND printf
#endif
#if defined(__GNUC__)
#    define ZD_MUST_USE __attribute__((warn_unused_result))
#    define ZD_PRINTF(format_index, first_argument) \
        __attribute__((format(ZD_PRINTF_KIND, format_index, first_argument)))
#else
#    define ZD_MUST_USE
#    define ZD_PRINTF(format_index, first_argument)
#endif

typedef enum zd_status {
    ZD_OK = 0,
    ZD_ERR_INVALID_ARGUMENT, /* the caller's value is out of its documented range */
    ZD_ERR_NO_MEMORY,
    ZD_ERR_IO,          /* the operating system refused: no file, no permission, full disk */
    ZD_ERR_CORRUPT,     /* a file is damaged, truncated or hostile */
    ZD_ERR_UNSUPPORTED, /* valid, and we cannot do it */
    ZD_ERR_LIMIT,       /* larger than a limit of the context */
    ZD_ERR_CANCELLED,
    ZD_ERR_MISSING, /* something that can be installed is not there: a model, a GL driver */
    ZD_ERR_END,     /* no more frames; not an error for a reader's caller */
} zd_status;

enum { ZD_ERROR_MESSAGE_SIZE = 480 };

typedef struct zd_error {
    zd_status status;
    char message[ZD_ERROR_MESSAGE_SIZE]; /* one line, UTF-8, no full stop at its end */
} zd_error;

/** Records a failure and returns `status`. `err` may be NULL. An earlier message is replaced. */
zd_status zd_fail(zd_error *err, zd_status status, const char *format, ...) ZD_PRINTF(3, 4);

/** Puts "context: " before the message that `err` holds and returns `status` unchanged.
 *  For outer layers that know which file or frame the failure belongs to. `err` may be NULL. */
zd_status zd_fail_context(zd_error *err, zd_status status, const char *format, ...) ZD_PRINTF(3, 4);

/** A short constant name of a status, such as "corrupt". Never NULL. */
const char *zd_status_name(zd_status status);

/** Returns early from a function that returns zd_status when the expression fails. */
#define ZD_TRY(expression)                       \
    do {                                         \
        zd_status zd_try_status_ = (expression); \
        if (zd_try_status_ != ZD_OK) {           \
            return zd_try_status_;               \
        }                                        \
    } while (0)

#endif
