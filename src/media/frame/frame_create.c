/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Frames made from nothing but float values: black in the wanted format and tags, then changed. */

#include <assert.h>
#include <string.h>

#include "media/frame_internal.h"

static void fill_row(const zd_layout *layout, const zd_frame_component *component, uint8_t *row,
                     int width)
{
    int code = (int) component->zero << component->shift;
    if (layout->code == ZD_CODE_U8 && component->step == 1) {
        memset(row + component->offset, code, (size_t) width);
        return;
    }
    for (int x = 0; x < width && layout->code != ZD_CODE_F32; x++) {
        ptrdiff_t at = component->offset + (ptrdiff_t) x * component->step;
        if (layout->code == ZD_CODE_U8) {
            row[at] = (uint8_t) code;
        } else {
            ((uint16_t *) (void *) row)[at] = (uint16_t) code;
        }
    }
}

static void fill_component(AVFrame *av, const zd_layout *layout,
                           const zd_frame_component *component)
{
    assert(component->log2_w >= 0 && component->log2_h >= 0);
    int width = zd_frame_ceil_shift(av->width, component->log2_w);
    int height = zd_frame_ceil_shift(av->height, component->log2_h);
    for (int y = 0; y < height; y++) {
        fill_row(layout, component, (uint8_t *) zd_frame_component_row(av, component, y), width);
    }
}

static void fill_black(zd_frame *frame)
{
    for (int i = 0; i < frame->layout.colour_count; i++) {
        fill_component(frame->av, &frame->layout, &frame->layout.colour[i]);
    }
    if (frame->layout.has_alpha) {
        fill_component(frame->av, &frame->layout, &frame->layout.alpha);
    }
}

static void set_tags(AVFrame *av, const zd_frame_info *info)
{
    const zd_media_colour *colour = &info->colour;
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    bool is_rgb = (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    bool is_yuv = !is_rgb && descriptor->nb_components > 2;
    av->color_trc = (enum AVColorTransferCharacteristic) colour->transfer_id;
    av->color_primaries = (enum AVColorPrimaries) colour->primaries_id;
    av->colorspace = (enum AVColorSpace)(is_rgb ? AVCOL_SPC_RGB : colour->matrix_id);
    if (is_yuv && av->colorspace == AVCOL_SPC_RGB) {
        av->colorspace = AVCOL_SPC_BT709;
    }
    av->color_range = is_rgb || colour->is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    av->chroma_location = (enum AVChromaLocation) colour->chroma_site_id;
    av->sample_aspect_ratio =
        (AVRational){ info->sample_aspect.numerator, info->sample_aspect.denominator };
    av->pts = info->pts;
}

zd_status zd_frame_create_black(zd_context *ctx, const zd_frame_info *info, int width, int height,
                                zd_frame **out, zd_error *err)
{
    AVFrame *av = NULL;
    enum AVPixelFormat format = av_get_pix_fmt(info->pixel_format);
    *out = NULL;
    if (format == AV_PIX_FMT_NONE || !zd_layout_supports(format)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "pixel format '%s' cannot be written; yuv420p, yuv422p10le, yuva444p12le, "
                       "rgb24, rgba64le, gray16le and gbrapf32le are some that can",
                       info->pixel_format);
    }
    ZD_TRY(zd_frame_allocate_kept(ctx, width, height, format, NULL, &av, err));
    set_tags(av, info);
    ZD_TRY(zd_frame_wrap(ctx, av, info, false, out, err));
    zd_frame_set_time(*out, info->pts, info->duration);
    fill_black(*out);
    return ZD_OK;
}

zd_status zd_frame_create_from_rgba(zd_context *ctx, const zd_frame_info *info, zd_view view,
                                    zd_frame **out, zd_error *err)
{
    *out = NULL;
    if (view.width < 1 || view.height < 1 || view.format.sample != ZD_SAMPLE_F32) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a frame cannot be made from a picture of %dx%d", view.width, view.height);
    }
    ZD_TRY(zd_frame_create_black(ctx, info, view.width, view.height, out, err));
    zd_frame_add_rows(*out, 0, view);
    return ZD_OK;
}
