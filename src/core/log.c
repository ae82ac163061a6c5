/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A message is made in a fixed buffer and handed to whoever listens; without a listener it is
 * lost. */

#include "core/log.h"

#include <stdarg.h>
#include <stdio.h>

void zd_log_write(const zd_log *log, zd_log_level level, const char *domain, const char *format,
                  ...)
{
    if (log == NULL || log->callback == NULL || level > log->level) {
        return;
    }
    char message[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(message, sizeof message, format, args);
    va_end(args);
    log->callback(log->user, level, domain, message);
}
