/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_DIGEST_H
#define ZD_JOBS_JOB_DIGEST_H

/* What decides the pictures of a job, in one number: when it is the same, pictures that a run finished
 * before it was broken off need not be made again. */

#include "clip/clip.h"

/** `what` names what is made: "matte". Of the range nothing counts, for a frame is the same in every
 *  range, unless it is taken alone. False when it cannot be told, for a file is no plain one. */
bool zd_job_digest(const zd_clip *clip, const char *what, zd_digest *out);

#endif
