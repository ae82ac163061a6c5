/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MODELS_MODEL_DOWNLOAD_H
#define ZD_MODELS_MODEL_DOWNLOAD_H

/* One file over HTTP into a partial file that later calls continue. All of libcurl is here. */

#include <stdint.h>

#include "core/context.h"
#include "core/task.h"

enum { ZD_DOWNLOAD_HEAD = 16, ZD_DOWNLOAD_SLOWEST = 1024 /* bytes a second; less is stalled */ };

typedef struct zd_download {
    const char *address;
    const char *shown;   /* the address as messages show it: without passwords */
    const char *partial; /* written from its end on */
    int64_t bytes;       /* the size the file must have; 0: the one that the answer tells first */
    int attempts;
    int retry_delay_ms;
    int stall_timeout_s;
    /* Whether a file of `bytes` bytes may begin like this. What does not is no answer to keep: a sign-in
     * page of a network, mostly. */
    bool (*may_begin)(const uint8_t head[ZD_DOWNLOAD_HEAD], int64_t bytes);
    /* Called with the complete file, before another process may touch it. */
    zd_status (*finish)(void *user, zd_error *err);
    void *user;
} zd_download;

/** Completes the partial file to exactly `bytes` bytes, then calls `finish`. An answer of another
 *  size is refused at its first byte, or at the first byte too many. What is there is kept for the
 *  next call when a connection breaks off or something else answers, and removed when it cannot be
 *  right. One process at a
 *  time downloads a file. */
ZD_MUST_USE zd_status zd_download_run(const zd_download *download, const zd_task *task,
                                      zd_error *err);

#endif
