/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* See clip_plate.h. No picture of the whole frame is made: pieces of it become light, and those that are
 * filled become codes again. */

#include "clip/clip_plate.h"

#include "engine/engine_result.h"
#include "image/linear.h"

typedef struct plate_job {
    zd_context *ctx;
    const zd_layered_frame *frame;
    zd_view codes;
    const zd_frame *was;
    zd_frame *out;
} plate_job;

static zd_status read_piece(void *user, const zd_plate_piece *piece)
{
    const plate_job *job = user;
    if (job->codes.data != NULL) {
        zd_view_copy(zd_view_crop(job->codes, piece->rect), piece->codes);
    } else {
        ZD_TRY(zd_frame_read(job->was, piece->rect, piece->codes, NULL));
    }
    zd_engine_frame_light(job->ctx, job->frame, piece->codes, piece->light);
    return ZD_OK;
}

static zd_status put_piece(void *user, const zd_plate_piece *piece)
{
    const plate_job *job = user;
    zd_frame *out = job->out;
    zd_linear_encode_changed(job->ctx, job->frame->transfer, piece->light, piece->made,
                             piece->codes, piece->made);
    return zd_frame_write(&out, piece->rect, piece->codes, piece->made, NULL);
}

zd_status zd_clip_plate_make(zd_context *ctx, zd_clean_plate *plate, const zd_layered_frame *frame,
                             zd_view codes, const zd_clip_plate_layer *layer, zd_frame **media,
                             zd_error *err)
{
    zd_frame *was = zd_frame_ref(*media);
    plate_job job = { .ctx = ctx, .frame = frame, .codes = codes, .was = was };
    zd_plate_source source = { read_piece, put_piece, &job };
    zd_status status = zd_frame_make_writable(media, err);
    if (status == ZD_OK) {
        job.out = *media;
        status = zd_clean_plate_run(plate, layer->matte, layer->is_hidden, &source, err);
    }
    zd_frame_unref(&was);
    return status;
}
