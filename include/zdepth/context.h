/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZDEPTH_CONTEXT_H
#define ZDEPTH_CONTEXT_H

/* What everything else needs: worker threads and a log; and what long calls take along: a way to
 * stop them and a way to hear how far they are.
 *
 * Thread-safety: a context is safe; it does not change after its creation. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "zdepth/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Worker threads, memory and a log; what every other object is made with. */
typedef struct zdepth_context zdepth_context;

/** How much a message matters, the most first. */
typedef enum zdepth_log_level {
    ZDEPTH_LOG_ERROR,
    ZDEPTH_LOG_WARN,
    ZDEPTH_LOG_INFO,
    ZDEPTH_LOG_DEBUG
} zdepth_log_level;

/** Takes a message: `part` is the module that speaks, `text` one line without a line feed, both valid during
 *  the call alone. From any thread, also from several at once. It must not call this library. */
typedef void (*zdepth_log_fn)(void *user, zdepth_log_level level, const char *part,
                              const char *text);

/** How a context is made. */
typedef struct zdepth_context_options {
    size_t size;               /* sizeof(zdepth_context_options) */
    int threads;               /* 0: one for each processor; else 1 to 256 */
    zdepth_log_fn log;         /* NULL: silent */
    void *log_user;            /* handed to `log` */
    zdepth_log_level log_most; /* the most talkative level wanted; 0: errors alone */
} zdepth_context_options;

/** Makes a context. `options` may be NULL. The caller owns *out; everything made with a context must
 *  be gone before it is destroyed. */
ZDEPTH_API ZDEPTH_MUST_USE zdepth_status zdepth_context_create(
    const zdepth_context_options *options, zdepth_context **out, zdepth_error *err);

/** Ends the context's threads and sets it to NULL. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_context_destroy(zdepth_context **context);

/** Releases a text that the library gave away, of an object of this context. Accepts NULL as the text. */
ZDEPTH_API void zdepth_text_free(zdepth_context *context, char *text);

/** A request to stop, set by anyone at any time. Thread-safety: safe, also in a signal handler (but
 *  for create and destroy). */
typedef struct zdepth_cancel zdepth_cancel;

/** Makes a request that is not set. The caller owns it; it belongs to no context. NULL: no memory. */
ZDEPTH_API zdepth_cancel *zdepth_cancel_create(void);
/** Destroys it and sets it to NULL, when no call has it any more. Accepts a pointer to NULL. */
ZDEPTH_API void zdepth_cancel_destroy(zdepth_cancel **cancel);

/** Asks all calls that have it to end, which they do soon, with ZDEPTH_ERR_CANCELLED. It stays set. */
ZDEPTH_API void zdepth_cancel_request(zdepth_cancel *cancel);

/** Takes the request back, so that the next call may run. */
ZDEPTH_API void zdepth_cancel_reset(zdepth_cancel *cancel);

/** Whether it is set. */
ZDEPTH_API bool zdepth_cancel_requested(const zdepth_cancel *cancel);

/** Hears how far a long call is: `stage` such as "depth", `done` of `total` (0: unknown). From any
 *  thread, one call at a time. It holds up the work while it runs; of this library it may call what is safe
 *  from any thread, zdepth_cancel_request above all. */
typedef void (*zdepth_progress_fn)(void *user, const char *stage, int64_t done, int64_t total);

/** What a long call takes along. NULL or `{0}`: it runs to its end and tells nothing. */
typedef struct zdepth_task {
    zdepth_cancel *cancel; /* borrowed; may be NULL */
    zdepth_progress_fn progress;
    void *progress_user;
} zdepth_task;

#ifdef __cplusplus
}
#endif

#endif
