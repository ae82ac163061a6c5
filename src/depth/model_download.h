/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_DEPTH_MODEL_DOWNLOAD_H
#define ZD_DEPTH_MODEL_DOWNLOAD_H

/* One file over HTTP into a partial file that later calls continue. All of libcurl is here. */

#include <stdint.h>

#include "core/context.h"
#include "core/task.h"

typedef struct zd_download {
    const char *address;
    const char *partial; /* written from its end on */
    int64_t bytes;       /* the size the file must have */
    int attempts;
    int retry_delay_ms;
    int stall_timeout_s;
} zd_download;

/** Completes the partial file to exactly `bytes` bytes. More than that is never written. What is
 *  there is kept on failure. One process at a time downloads a file. */
ZD_MUST_USE zd_status zd_download_run(const zd_download *download, const zd_task *task,
                                      zd_error *err);

#endif
