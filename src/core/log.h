/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CORE_LOG_H
#define ZD_CORE_LOG_H

/* Messages for whoever watches a run. Errors travel in zd_error instead; the log is for things
 * worth knowing that did not stop the work. */

#include "core/status.h"

typedef enum zd_log_level {
    ZD_LOG_ERROR,
    ZD_LOG_WARN,
    ZD_LOG_INFO,
    ZD_LOG_DEBUG,
} zd_log_level;

typedef struct zd_log {
    /* Receives one line without a line feed. May be called from any thread. */
    void (*callback)(void *user, zd_log_level level, const char *domain, const char *message);
    void *user;
    zd_log_level level; /* the most detailed level that is delivered */
} zd_log;

/** Writes a line to the log. `domain` is the module's name. `log` may be NULL. */
void zd_log_write(const zd_log *log, zd_log_level level, const char *domain, const char *format,
                  ...) ZD_PRINTF(4, 5);

#endif
