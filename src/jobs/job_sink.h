/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_JOBS_JOB_SINK_H
#define ZD_JOBS_JOB_SINK_H

/* A thread that encodes and writes while the next frames are worked on. */

#include "media/writer.h"

typedef struct zd_job_sink zd_job_sink;

/** Starts writing. The writer is the sink's from here on, also on failure. */
ZD_MUST_USE zd_status zd_job_sink_start(zd_context *ctx, zd_writer *writer, zd_job_sink **out,
                                        zd_error *err);

/** Hands over a frame; the caller's reference becomes the sink's. Waits while the encoder is
 *  behind. Fails with what stopped the writer. */
ZD_MUST_USE zd_status zd_job_sink_put(zd_job_sink *sink, zd_frame *frame, zd_error *err);

/** Hands over a picture as zd_writer_put_view takes it, with its time. The reference becomes the
 *  sink's. */
ZD_MUST_USE zd_status zd_job_sink_put_image(zd_job_sink *sink, zd_image *image, int64_t pts,
                                            int64_t duration, zd_error *err);

/** Hands over a picture of zd_writer_begin with its time. The reference becomes the sink's. */
ZD_MUST_USE zd_status zd_job_sink_put_made(zd_job_sink *sink, zd_frame *made, int64_t pts,
                                           int64_t duration, zd_error *err);

/** Leaves the next picture as it is, see zd_writer_skip. */
ZD_MUST_USE zd_status zd_job_sink_skip(zd_job_sink *sink, zd_error *err);

/** Waits for all that was handed over, completes the output, releases the sink (NULL). */
ZD_MUST_USE zd_status zd_job_sink_finish(zd_job_sink **sink, zd_error *err);

/** Gives up and removes the partial output. Accepts a pointer to NULL. */
void zd_job_sink_abort(zd_job_sink **sink);

#endif
