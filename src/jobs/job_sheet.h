/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_SHEET_H
#define ZD_JOBS_JOB_SHEET_H

/* The contact sheet of a job: source, depth, thresholded view and result of one moment. */

#include "clip/layers.h"
#include "jobs/job.h"

typedef struct zd_job_sheet zd_job_sheet;

/** Opens the sheet's file. The caller closes *out, also on failure. */
ZD_MUST_USE zd_status zd_job_sheet_open(zd_context *ctx, const zd_job *job, const zd_clip *clip,
                                        zd_job_sheet **out, zd_error *err);
void zd_job_sheet_close(zd_job_sheet **sheet);

/** Whether this frame is the one on the sheet. `sheet` may be NULL. */
bool zd_job_sheet_wants(const zd_job_sheet *sheet, const zd_layered_frame *frame);

/** Keeps the frame as it came, its depth and its thresholded view. zd_layers_look must have been
 *  called for it. */
ZD_MUST_USE zd_status zd_job_sheet_add(zd_job_sheet *sheet, zd_layers *layers,
                                       const zd_layered_frame *frame, zd_error *err);

/** Adds the result and writes the sheet. */
ZD_MUST_USE zd_status zd_job_sheet_write(zd_job_sheet *sheet, const zd_frame *result,
                                         zd_error *err);

/** Writes a whole picture, RGB u8, display-referred, of footage that is `info`. */
ZD_MUST_USE zd_status zd_job_sheet_write_picture(zd_context *ctx, const char *path,
                                                 const zd_reader_info *info, zd_view rgb,
                                                 zd_error *err);

#endif
