/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_LEDGER_H
#define ZD_MEDIA_LEDGER_H

/* Which pictures of a sequence are finished, so that a job that was broken off goes on. A ledger is a
 * hidden file beside them, ".NAME.ledger" with '#' for '%', which is there from the first finished
 * picture until the job is. It holds a digest of all that decides the job, and for each picture its
 * number, size and time of change: one that is not just as it was written counts as not finished.
 *
 * A ledger only spares work: where it cannot be kept, or another run keeps it, there is none and every
 * picture is made.
 *
 * Thread-safety: one thread adds; any thread may ask what an earlier run had finished. */

#include <stdbool.h>
#include <stdint.h>

#include "core/context.h"
#include "core/digest.h"

typedef struct zd_ledger zd_ledger;

/** Opens the ledger of the files that `pattern` stands for, and forgets what it tells of another job.
 *  NULL when there can be none. */
zd_ledger *zd_ledger_open(zd_context *ctx, const char *pattern, const zd_digest *job);

/** Whether an earlier run of the same job has finished the picture, and `path` is still that file.
 *  `ledger` may be NULL. */
bool zd_ledger_has(const zd_ledger *ledger, int64_t number, const char *path);

/** Notes a picture that has its final name. `ledger` may be NULL. */
void zd_ledger_add(zd_ledger *ledger, int64_t number, const char *path);

/** The job is done: the ledger goes. Accepts a pointer to NULL, sets it to NULL. */
void zd_ledger_finish(zd_ledger **ledger);

/** The job is broken off: the ledger stays where it tells of anything. Likewise. */
void zd_ledger_close(zd_ledger **ledger);

#endif
