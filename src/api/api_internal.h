/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_API_API_INTERNAL_H
#define ZD_API_API_INTERNAL_H

/* What stands behind the handles of libzdepth, and the way from its own status to the public one.
 * The public enums have the numbers of the inner ones, asserted where they are used. */

#include "core/context.h"
#include "core/task.h"
#include "project/project.h"
#include "zdepth/zdepth.h"

struct zdepth_context {
    zd_context *core;
    zdepth_log_fn log;
    void *log_user;
};

struct zdepth_cancel {
    zd_cancel core;
};

struct zdepth_project {
    zdepth_context *context;
    zd_project core;
};

/** Hands a status on, and the message when it is a failure. `to` may be NULL. */
zdepth_status zd_api_answer(zd_status status, const zd_error *from, zdepth_error *to);

/** A failure of the interface itself. */
zdepth_status zd_api_refuse(zdepth_error *err, zdepth_status status, const char *format, ...)
    ZD_PRINTF(3, 4);

/** What a caller of the library must keep: fails in the function's name. As ZD_REQUIRE, for public calls. */
#define ZD_API_REQUIRE(err, condition)                                                            \
    do {                                                                                          \
        if (!(condition)) {                                                                       \
            return zd_api_refuse((err), ZDEPTH_ERR_INVALID_ARGUMENT, "%s must be called with %s", \
                                 __func__, #condition);                                           \
        }                                                                                         \
    } while (0)

/** Passes a failure on to the caller. */
#define ZD_API_TRY(call)                       \
    do {                                       \
        zdepth_status zd_api_status_ = (call); \
        if (zd_api_status_ != ZDEPTH_OK) {     \
            return zd_api_status_;             \
        }                                      \
    } while (0)

/** Copies a struct that begins with its size, of `name`, from a caller with an older or newer header; what
 *  the caller's lacks is 0, and so is all where `from` is NULL. Fails where no size was set, and where a
 *  newer struct asks for what is not known here. */
zdepth_status zd_api_take(void *to, size_t to_size, const void *from, const char *name,
                          zdepth_error *err);

/** Past the last frame. */
zdepth_status zd_api_past_end(int64_t frame, zdepth_error *err);

/** A display-referred value as a code of 8 bits; NaN is 0. */
static inline uint8_t zd_api_byte(float value)
{
    float code = value * 255.0f + 0.5f;
    return code > 0.0f ? (uint8_t) (code < 255.0f ? code : 255.0f) : 0;
}

/** The inner task of a public one, which may be NULL. */
zd_task zd_api_task(const zdepth_task *task);

#endif
