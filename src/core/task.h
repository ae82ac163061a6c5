/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_TASK_H
#define ZD_CORE_TASK_H

/* What a long call takes along: a way to stop it and a way to tell how far it is. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/atomic.h"
#include "core/status.h"

/** Tells how far a job is. `total` is 0 when unknown. May be called from any thread, one at a time. */
typedef void (*zd_progress)(void *user, const char *stage, int64_t done, int64_t total);

/** Set by anyone, at any time, to end a job early. Lock-free, so a signal handler may set it. */
typedef struct zd_cancel {
    atomic_bool requested;
} zd_cancel;

typedef struct zd_task {
    zd_cancel *cancel;    /* may be NULL */
    zd_progress progress; /* may be NULL */
    void *progress_user;
    bool (*abort)(void *user); /* asked too, by the thread that called; may be NULL */
    void *abort_user;
} zd_task;

static inline bool zd_task_cancelled(const zd_task *task)
{
    if (task == NULL) {
        return false;
    }
    return (task->cancel != NULL &&
            atomic_load_explicit(&task->cancel->requested, memory_order_relaxed)) ||
           (task->abort != NULL && task->abort(task->abort_user));
}

/** Fails with ZD_ERR_CANCELLED when the task is to end. */
static inline zd_status zd_task_check(const zd_task *task, zd_error *err)
{
    return zd_task_cancelled(task) ? zd_fail(err, ZD_ERR_CANCELLED, "cancelled") : ZD_OK;
}

static inline void zd_task_report(const zd_task *task, const char *stage, int64_t done,
                                  int64_t total)
{
    if (task != NULL && task->progress != NULL) {
        task->progress(task->progress_user, stage, done, total);
    }
}

#endif
