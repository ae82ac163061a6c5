/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Frames share FFmpeg's buffers and are copied when one of their holders writes. */

#include "media/frame.h"

#include <assert.h>
#include <libavutil/mathematics.h>
#include <stdio.h>
#include <string.h>

#include "core/require.h"
#include "media/frame_internal.h"

zd_frame *zd_frame_ref(zd_frame *frame)
{
    if (frame != NULL) {
        atomic_fetch_add_explicit(&frame->references, 1, memory_order_relaxed);
    }
    return frame;
}

void zd_frame_unref(zd_frame **frame)
{
    zd_frame *doomed = *frame;
    *frame = NULL;
    if (doomed != NULL &&
        atomic_fetch_sub_explicit(&doomed->references, 1, memory_order_acq_rel) == 1) {
        av_frame_free(&doomed->av);
        zd_free(doomed->ctx, doomed);
    }
}

const zd_frame_info *zd_frame_info_get(const zd_frame *frame)
{
    return &frame->info;
}

void zd_frame_set_time(zd_frame *frame, int64_t pts, int64_t duration)
{
    assert(frame != NULL && frame->av != NULL);
    frame->info.pts = pts;
    frame->info.duration = duration;
    frame->av->pts = pts;
}

void zd_frame_set_index(zd_frame *frame, int64_t index)
{
    frame->info.index = index;
}

int64_t zd_frame_time_us(const zd_frame *frame)
{
    const zd_frame_info *info = &frame->info;
    if (info->time_base.denominator == 0) {
        return 0;
    }
    return av_rescale_q(info->pts,
                        (AVRational){ info->time_base.numerator, info->time_base.denominator },
                        (AVRational){ 1, 1000000 });
}

zd_status zd_frame_allocate(int width, int height, enum AVPixelFormat format, const AVFrame *like,
                            AVFrame **out, zd_error *err)
{
    ZD_REQUIRE(err, width > 0 && height > 0);
    AVFrame *av = av_frame_alloc();
    *out = NULL;
    if (av != NULL) {
        av->width = width;
        av->height = height;
        av->format = format;
    }
    if (av == NULL || (like != NULL && av_frame_copy_props(av, like) < 0) ||
        av_frame_get_buffer(av, 0) < 0)
    {
        av_frame_free(&av);
        return zd_fail(err, ZD_ERR_NO_MEMORY, "not enough memory for a frame of %dx%d", width,
                       height);
    }
    *out = av;
    return ZD_OK;
}

static zd_rational aspect_of(AVRational sar)
{
    return sar.num > 0 && sar.den > 0 ? (zd_rational){ sar.num, sar.den } : (zd_rational){ 1, 1 };
}

static void fill_info(zd_frame *frame, const zd_frame_info *like, bool is_still)
{
    const AVFrame *av = frame->av;
    zd_frame_info *info = &frame->info;
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    *info = (zd_frame_info){
        .width = av->width,
        .height = av->height,
        .index = like != NULL ? like->index : 0,
        .pts = av->pts,
        .duration = like != NULL ? like->duration : 0,
        .time_base = like != NULL ? like->time_base : (zd_rational){ 0, 0 },
        .sample_aspect = aspect_of(av->sample_aspect_ratio),
        .bit_depth = descriptor->comp[0].depth,
        .is_float = (descriptor->flags & AV_PIX_FMT_FLAG_FLOAT) != 0,
        .has_alpha = frame->layout.has_alpha,
        .is_premultiplied = like != NULL && like->is_premultiplied && frame->layout.has_alpha,
        .colour = zd_frame_colour_of(av, is_still),
    };
    snprintf(info->pixel_format, sizeof info->pixel_format, "%s", descriptor->name);
}

zd_status zd_frame_wrap(zd_context *ctx, AVFrame *av, const zd_frame_info *like, bool is_still,
                        zd_frame **out, zd_error *err)
{
    ZD_REQUIRE(err, av != NULL);
    zd_status status = zd_frame_convert_native(&av, err);
    zd_frame *frame = zd_alloc_zeroed(ctx, 1, sizeof *frame);
    *out = NULL;
    if (status == ZD_OK && frame == NULL) {
        status = zd_fail_memory(err, "a frame");
    }
    if (status == ZD_OK) {
        zd_media_colour colour = zd_frame_colour_of(av, is_still);
        if (!zd_layout_describe((enum AVPixelFormat) av->format, &colour, &frame->layout)) {
            status = zd_fail(err, ZD_ERR_UNSUPPORTED,
                             "the colour matrix '%s' is not supported; convert the footage to "
                             "bt709 or bt2020nc first",
                             av_color_space_name((enum AVColorSpace) colour.matrix_id));
        }
    }
    if (status != ZD_OK) {
        zd_free(ctx, frame);
        av_frame_free(&av);
        return status;
    }
    frame->ctx = ctx;
    atomic_init(&frame->references, 1);
    frame->av = av;
    fill_info(frame, like, is_still);
    *out = frame;
    return ZD_OK;
}

zd_status zd_frame_share(const zd_frame *frame, zd_rational time_base, int64_t pts, zd_frame **out,
                         zd_error *err)
{
    ZD_REQUIRE(err, time_base.numerator > 0 && time_base.denominator > 0);
    zd_frame *copy = zd_alloc_zeroed(frame->ctx, 1, sizeof *copy);
    AVFrame *av = av_frame_clone(frame->av);
    *out = NULL;
    if (copy == NULL || av == NULL) {
        av_frame_free(&av);
        zd_free(frame->ctx, copy);
        return zd_fail_memory(err, "a frame");
    }
    copy->ctx = frame->ctx;
    atomic_init(&copy->references, 1);
    copy->av = av;
    copy->info = frame->info;
    copy->layout = frame->layout;
    copy->info.time_base = time_base;
    zd_frame_set_time(copy, pts, 1);
    *out = copy;
    return ZD_OK;
}
