/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_INSIDE_H
#define ZD_JOBS_JOB_INSIDE_H

/* An effect's frame inside the matte and the footage's outside: codes move over as they are where the matte
 * is 1, stay where it is 0, and only those between become light and are mixed. */

#include "core/context.h"
#include "image/colour.h"
#include "media/frame.h"

/** Changes *frame to `done` inside the matte (gray f32 of their size); all three of one size, the frames of
 *  one pixel format. *changed says whether any code is another. The same codes as mixing all pixels. */
ZD_MUST_USE zd_status zd_job_inside(zd_context *ctx, zd_transfer transfer, zd_view matte,
                                    const zd_frame *done, zd_frame **frame, bool *changed,
                                    zd_error *err);

#endif
