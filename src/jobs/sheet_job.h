/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_SHEET_JOB_H
#define ZD_JOBS_SHEET_JOB_H

/* The contact sheet of a job: source, depth, thresholded view and result of one moment. */

#include "clip/layers.h"
#include "jobs/job.h"

typedef struct zd_sheet_job zd_sheet_job;

/** Opens the sheet's file. The caller closes *out, also on failure. */
ZD_MUST_USE zd_status zd_sheet_job_open(zd_context *ctx, const zd_job *job, const zd_clip *clip,
                                        zd_sheet_job **out, zd_error *err);
void zd_sheet_job_close(zd_sheet_job **sheet);

/** Whether this frame is the one on the sheet. `sheet` may be NULL. */
bool zd_sheet_job_wants(const zd_sheet_job *sheet, const zd_layered_frame *frame);

/** Keeps the frame as it came, its depth and its thresholded view. zd_layers_look must have been
 *  called for it. */
ZD_MUST_USE zd_status zd_sheet_job_add(zd_sheet_job *sheet, zd_layers *layers,
                                       const zd_layered_frame *frame, zd_error *err);

/** Adds the result and writes the sheet. */
ZD_MUST_USE zd_status zd_sheet_job_write(zd_sheet_job *sheet, const zd_frame *result,
                                         zd_error *err);

#endif
