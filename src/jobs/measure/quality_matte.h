/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_QUALITY_MATTE_H
#define ZD_JOBS_QUALITY_MATTE_H

/* The matte that an editor gets, against a mask. */

#include "core/task.h"
#include "image/image.h"
#include "project/params.h"

/** Renders the matte of a picture with the given parameters, all else as the program does by itself
 *  (thresholds, detail, edges), and sets *iou to its overlap with `mask` (gray f32, above 0.5 is the
 *  object): the area in which both lie over that in which one does; of the matte what covers half a
 *  pixel or more. It is drawn at the mask's size. Nothing is read from the cache or written to it. */
ZD_MUST_USE zd_status zd_quality_matte(zd_context *ctx, const zd_params *params, const char *path,
                                       zd_view mask, const zd_task *task, double *iou,
                                       zd_error *err);

#endif
