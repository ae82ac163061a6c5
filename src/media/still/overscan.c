/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* FFmpeg copies a frame's opaque reference with its other properties. */

#include "media/overscan.h"

#include <libavutil/buffer.h>
#include <libavutil/mem.h>

#include "core/context.h"

static const uint64_t overscan_mark = UINT64_C(0x7a646f7665727363);

static void release(void *opaque, uint8_t *data)
{
    zd_overscan *overscan = (zd_overscan *) (void *) data;
    (void) opaque;
    av_frame_free(&overscan->whole);
    av_free(overscan);
}

zd_status zd_overscan_attach(AVFrame *picture, AVFrame *whole, int x, int y, zd_error *err)
{
    zd_overscan *overscan = av_malloc(sizeof *overscan);
    AVBufferRef *buffer = overscan != NULL
                              ? av_buffer_create((uint8_t *) overscan, sizeof *overscan, release,
                                                 NULL, AV_BUFFER_FLAG_READONLY)
                              : NULL;
    if (buffer == NULL) {
        av_free(overscan);
        av_frame_free(&whole);
        return zd_fail_memory(err, "overscan");
    }
    *overscan = (zd_overscan){ .mark = overscan_mark, .x = x, .y = y, .whole = whole };
    av_buffer_unref(&picture->opaque_ref);
    picture->opaque_ref = buffer;
    return ZD_OK;
}

const zd_overscan *zd_overscan_of(const AVFrame *picture)
{
    const AVBufferRef *buffer = picture->opaque_ref;
    const zd_overscan *overscan = buffer != NULL && buffer->size == sizeof *overscan
                                      ? (const zd_overscan *) (const void *) buffer->data
                                      : NULL;
    return overscan != NULL && overscan->mark == overscan_mark ? overscan : NULL;
}
