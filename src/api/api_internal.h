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

/** The inner task of a public one, which may be NULL. */
zd_task zd_api_task(const zdepth_task *task);

#endif
