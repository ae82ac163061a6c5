/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures whose codes lie in one block of the context's, which goes back when FFmpeg lets the last reference
 * go. Rows and planes are padded as av_frame_get_buffer pads them. */

#include <assert.h>
#include <libavutil/imgutils.h>

#include "core/block.h"
#include "core/size.h"
#include "media/frame_internal.h"

enum { PAD = 64, ROWS = 32 }; /* what decoders, encoders and scalers may touch beside a picture */

typedef struct kept_picture {
    zd_context *ctx;
    size_t bytes;
} kept_picture;

static void give_back(void *opaque, uint8_t *data)
{
    kept_picture *kept = opaque;
    zd_context *ctx = kept->ctx;
    zd_block_give(ctx, data, kept->bytes);
    zd_free(ctx, kept);
}

/* The planes' sizes with what lies beside them, and their sum. */
static bool plan(AVFrame *av, size_t sizes[4], size_t *bytes)
{
    ptrdiff_t strides[4];
    size_t rows = ((size_t) av->height + ROWS - 1) / ROWS * ROWS;
    int width = (av->width + PAD - 1) / PAD * PAD;
    if (av_image_fill_linesizes(av->linesize, av->format, width) < 0) {
        return false;
    }
    for (int i = 0; i < 4; i++) {
        av->linesize[i] = (av->linesize[i] + PAD - 1) / PAD * PAD;
        strides[i] = av->linesize[i];
    }
    if (av_image_fill_plane_sizes(sizes, av->format, (int) rows, strides) < 0) {
        return false;
    }
    *bytes = PAD;
    for (int i = 0; i < 4; i++) {
        if (!zd_size_add(sizes[i], PAD, &sizes[i]) || !zd_size_add(*bytes, sizes[i], bytes)) {
            return false;
        }
    }
    return true;
}

static bool take_buffer(zd_context *ctx, AVFrame *av, size_t bytes)
{
    assert(bytes > 0);
    kept_picture *kept = zd_alloc(ctx, sizeof *kept);
    uint8_t *data = zd_block_take(ctx, bytes);
    if (kept != NULL && data != NULL) {
        *kept = (kept_picture){ ctx, bytes };
        av->buf[0] = av_buffer_create(data, bytes, give_back, kept, 0);
    }
    if (av->buf[0] == NULL) {
        zd_block_give(ctx, data, bytes);
        zd_free(ctx, kept);
    }
    return av->buf[0] != NULL;
}

zd_status zd_frame_allocate_kept(zd_context *ctx, int width, int height, enum AVPixelFormat format,
                                 const AVFrame *like, AVFrame **out, zd_error *err)
{
    size_t sizes[4];
    size_t bytes;
    size_t at = 0;
    AVFrame *av = av_frame_alloc();
    *out = NULL;
    if (av != NULL) {
        av->width = width;
        av->height = height;
        av->format = format;
    }
    if (av == NULL || (like != NULL && av_frame_copy_props(av, like) < 0) ||
        !plan(av, sizes, &bytes) || !take_buffer(ctx, av, bytes))
    {
        av_frame_free(&av);
        return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for a frame of %dx%d", width,
                       height);
    }
    for (int i = 0; i < 4 && av->linesize[i] > 0; i++, at += sizes[i - 1]) {
        av->data[i] = av->buf[0]->data + at;
    }
    av->extended_data = av->data;
    *out = av;
    return ZD_OK;
}
