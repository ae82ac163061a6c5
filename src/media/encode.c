/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Options are gathered from defaults, quality and user, and what the encoder does not know is
 * named. */

#include "media/encode.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "media/ffv1_slices.h"
#include "media/output_format.h"

static zd_status parse_options(AVDictionary **options, const char *text, const char *what,
                               zd_error *err)
{
    if (text == NULL || text[0] == '\0') {
        return ZD_OK;
    }
    if (av_dict_parse_string(options, text, "=", ":", 0) < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "%s '%s' must be written as key=value, with ':' between several", what,
                       text);
    }
    return ZD_OK;
}

/* Defaults first, then the quality, then what was asked for: the last one wins. */
static zd_status gather_options(const zd_output_plan *plan, const zd_writer_params *params,
                                AVDictionary **options, zd_error *err)
{
    const zd_encoder *defaults = plan->defaults;
    if (defaults != NULL) {
        ZD_TRY(parse_options(options, defaults->options, "the options", err));
        if (plan->content == ZD_CONTENT_ALPHA) {
            ZD_TRY(parse_options(options, defaults->alpha_options, "the options", err));
        }
    }
    if (zd_output_profile(plan) != NULL) {
        av_dict_set(options, "profile", zd_output_profile(plan), 0);
    }
    bool is_ffv1 = strcmp(plan->codec_name, "ffv1") == 0;
    bool is_tiny = plan->picture.width < 16 || plan->picture.height < 16;
    if (is_ffv1 && is_tiny) {
        /* FFmpeg 5.1 loses the pixels of pictures that are smaller than its grid of slices. */
        av_dict_set(options, "level", "1", 0);
        av_dict_set(options, "slicecrc", NULL, 0);
    }
    if (params->has_quality && (defaults == NULL || defaults->quality_key == NULL)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the encoder %s takes no quality number; give its own options instead",
                       plan->codec_name);
    }
    if (defaults != NULL && defaults->quality_key != NULL &&
        strcmp(defaults->quality_key, "qscale") != 0)
    {
        int quality = params->has_quality ? params->quality : defaults->quality;
        bool has_other = params->options != NULL && strncmp(params->options, "qp=", 3) == 0;
        has_other =
            has_other || (params->options != NULL && strstr(params->options, ":qp=") != NULL);
        if (!has_other || params->has_quality) {
            av_dict_set_int(options, defaults->quality_key, quality, 0);
        }
    }
    ZD_TRY(parse_options(options, params->options, "the encoder options", err));
    return is_ffv1 && !is_tiny ? zd_ffv1_choose_slices(plan->picture.width, plan->picture.height,
                                                       plan->format, options, err)
                               : ZD_OK;
}

static void set_picture(AVCodecContext *codec, const zd_output_plan *plan,
                        const zd_writer_params *params)
{
    const zd_media_colour *colour = &plan->picture.colour;
    codec->width = plan->picture.width;
    codec->height = plan->picture.height;
    codec->pix_fmt = plan->format;
    codec->time_base = zd_to_av(plan->picture.time_base);
    if (plan->codec->id == AV_CODEC_ID_WRAPPED_AVFRAME) { /* Y4M tells its rate by it */
        codec->time_base = av_inv_q(zd_to_av(params->like->frame_rate));
    }
    if (params->like->fields != ZD_FIELDS_NONE && plan->ending->kind == ZD_OUTPUT_MOVIE) {
        codec->flags |= AV_CODEC_FLAG_INTERLACED_DCT;
        enum AVFieldOrder plain =
            params->like->fields == ZD_FIELDS_TOP_FIRST ? AV_FIELD_TT : AV_FIELD_BB;
        codec->field_order = params->like->field_order_id > AV_FIELD_PROGRESSIVE
                                 ? (enum AVFieldOrder) params->like->field_order_id
                                 : plain;
    }
    if (params->like->field_order_id == AV_FIELD_PROGRESSIVE) {
        codec->field_order = AV_FIELD_PROGRESSIVE;
    }
    codec->framerate = zd_to_av(params->like->frame_rate);
    codec->sample_aspect_ratio = zd_to_av(plan->picture.sample_aspect);
    codec->color_primaries = (enum AVColorPrimaries) colour->primaries_id;
    codec->color_trc = (enum AVColorTransferCharacteristic) colour->transfer_id;
    codec->colorspace = (enum AVColorSpace) colour->matrix_id;
    codec->color_range = colour->is_full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec->chroma_sample_location = (enum AVChromaLocation) colour->chroma_site_id;
    if (params->is_gray) { /* numbers, not colours */
        codec->color_primaries = AVCOL_PRI_UNSPECIFIED;
        codec->color_trc = AVCOL_TRC_UNSPECIFIED;
    }
    const zd_encoder *defaults = plan->defaults;
    if (defaults != NULL && defaults->quality_key != NULL &&
        strcmp(defaults->quality_key, "qscale") == 0)
    {
        int quality = params->has_quality ? params->quality : defaults->quality;
        codec->flags |= AV_CODEC_FLAG_QSCALE;
        codec->global_quality = quality * FF_QP2LAMBDA;
    }
}

/* Some encoders (x264, MPEG-2) make other bits with another number of threads: it is one number on every
 * machine, so that a result is one as well. */
enum { ENCODER_THREADS = 4 };

zd_status zd_encoder_open(const zd_output_plan *plan, const zd_writer_params *params,
                          bool has_global_header, AVCodecContext **out, AVDictionary **left,
                          zd_error *err)
{
    AVCodecContext *codec = avcodec_alloc_context3(plan->codec);
    *out = codec;
    *left = NULL;
    if (codec == NULL) {
        return zd_fail_memory(err, "an encoder");
    }
    set_picture(codec, plan, params);
    codec->thread_count = params->threads > 0 ? params->threads : ENCODER_THREADS;
    if (has_global_header) {
        codec->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    ZD_TRY(gather_options(plan, params, left, err));
    int code = avcodec_open2(codec, plan->codec, left);
    if (code < 0) {
        const char *said = zd_av_last_message();
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "the encoder %s refuses %dx%d %s with these options%s%s", plan->codec_name,
                       plan->picture.width, plan->picture.height, av_get_pix_fmt_name(plan->format),
                       said[0] != '\0' ? ": " : "", said);
    }
    return ZD_OK;
}

/* Whether a frame's codes mean the same in the output, if laid out in another way. */
static bool is_same_picture(const zd_output_plan *plan, const zd_frame *frame)
{
    const zd_frame_info *info = &frame->info;
    const zd_media_colour *from = &info->colour;
    const zd_media_colour *to = &plan->picture.colour;
    return !plan->is_converted && (plan->icc == NULL || plan->keeps_icc) &&
           from->is_full_range == to->is_full_range &&
           (!frame->layout.is_yuv || from->matrix_id == to->matrix_id) &&
           (!info->has_alpha || info->is_premultiplied == plan->picture.is_premultiplied);
}

/* The very codes in the output's format; NULL when only arithmetic makes them. */
static zd_status take_codes(const zd_output_plan *plan, const zd_frame *frame, AVFrame **out,
                            zd_error *err)
{
    *out = NULL;
    if (!is_same_picture(plan, frame)) {
        return ZD_OK;
    }
    if (frame->av->format == (int) plan->create_format) {
        *out = av_frame_clone(frame->av);
        return *out != NULL ? ZD_OK : zd_fail_memory(err, "a frame");
    }
    return zd_frame_can_repack(frame, plan->create_format)
               ? zd_frame_repack(frame, plan->create_format, out, err)
               : ZD_OK;
}

/* A picture of an output that holds a colour profile carries it. */
static zd_status attach_profile(const zd_output_plan *plan, AVFrame *av, zd_error *err)
{
    if (plan->icc == NULL || !plan->keeps_icc ||
        av_frame_get_side_data(av, AV_FRAME_DATA_ICC_PROFILE) != NULL)
    {
        return ZD_OK;
    }
    AVBufferRef *copy = av_buffer_ref(plan->icc);
    if (copy == NULL ||
        av_frame_new_side_data_from_buf(av, AV_FRAME_DATA_ICC_PROFILE, copy) == NULL) {
        av_buffer_unref(&copy);
        return zd_fail_memory(err, "a colour profile");
    }
    return ZD_OK;
}

/* Gives a picture of the format that was made the encoder's own: swapped bytes, or JPEG's names. */
static zd_status relabel(const zd_output_plan *plan, AVFrame **av, zd_error *err)
{
    assert((*av)->width == plan->picture.width && (*av)->height == plan->picture.height);
    if (plan->create_format == plan->format) {
        return ZD_OK;
    }
    if (av_pix_fmt_swap_endianness(plan->format) == plan->create_format) {
        zd_status status = zd_frame_swap_bytes(av, err);
        if (status != ZD_OK) {
            av_frame_free(av);
        }
        return status;
    }
    (*av)->format = plan->format;
    return ZD_OK;
}

static zd_status make_picture(zd_context *ctx, const zd_output_plan *plan, zd_view view,
                              AVFrame **out, zd_error *err)
{
    zd_frame *frame = NULL;
    ZD_TRY(zd_frame_create_from_rgba(ctx, &plan->picture, view, &frame, err));
    *out = av_frame_clone(frame->av);
    zd_frame_unref(&frame);
    return *out != NULL ? relabel(plan, out, err) : zd_fail_memory(err, "a frame");
}

static zd_status check_size(const zd_output_plan *plan, int width, int height, zd_error *err)
{
    if (width != plan->picture.width || height != plan->picture.height) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "a frame of %dx%d cannot go into an output of %dx%d", width, height,
                       plan->picture.width, plan->picture.height);
    }
    return ZD_OK;
}

/* Values of the footage become those of the output. */
static zd_status change_colours(const zd_output_plan *plan, zd_view view, zd_error *err)
{
    if (plan->icc != NULL && !plan->keeps_icc) {
        ZD_TRY(zd_icc_to_srgb((zd_icc){ plan->icc->data, plan->icc->size }, view, err));
    }
    if (plan->is_converted) {
        zd_transfer_decode_view(plan->from, view);
        zd_transfer_encode_view(plan->picture.colour.transfer, view);
    }
    return ZD_OK;
}

static zd_status convert_values(zd_context *ctx, const zd_output_plan *plan, const zd_frame *frame,
                                AVFrame **out, zd_error *err)
{
    zd_image *image = NULL;
    ZD_TRY(zd_image_create(ctx, frame->info.width, frame->info.height, ZD_RGBA_F32, &image, err));
    zd_view view = zd_image_view(image);
    zd_status status = zd_frame_read(frame, zd_frame_whole(frame), view, err);
    if (status == ZD_OK) {
        status = change_colours(plan, view, err);
    }
    if (status == ZD_OK) {
        status = make_picture(ctx, plan, view, out, err);
    }
    zd_image_unref(&image);
    return status;
}

zd_status zd_output_convert(zd_context *ctx, const zd_output_plan *plan, const zd_frame *frame,
                            AVFrame **out, zd_error *err)
{
    *out = NULL;
    ZD_TRY(check_size(plan, frame->info.width, frame->info.height, err));
    ZD_TRY(take_codes(plan, frame, out, err));
    if (*out == NULL) {
        ZD_TRY(convert_values(ctx, plan, frame, out, err));
    } else {
        (*out)->pict_type = AV_PICTURE_TYPE_NONE;
        ZD_TRY(relabel(plan, out, err));
    }
    return attach_profile(plan, *out, err);
}

zd_status zd_output_convert_view(zd_context *ctx, const zd_output_plan *plan, zd_view view,
                                 AVFrame **out, zd_error *err)
{
    ZD_REQUIRE(err, view.format.channels >= 1 && view.format.channels <= 4);
    zd_image *image = NULL;
    bool is_changed = plan->is_converted || (plan->icc != NULL && !plan->keeps_icc);
    *out = NULL;
    ZD_TRY(check_size(plan, view.width, view.height, err));
    if (!is_changed || view.format.channels < 3) {
        ZD_TRY(make_picture(ctx, plan, view, out, err));
        return attach_profile(plan, *out, err);
    }
    ZD_TRY(zd_image_create(ctx, view.width, view.height, view.format, &image, err));
    zd_view copy = zd_image_view(image);
    zd_view_copy(view, copy);
    zd_status status = change_colours(plan, copy, err);
    if (status == ZD_OK) {
        status = make_picture(ctx, plan, copy, out, err);
    }
    zd_image_unref(&image);
    return status;
}

zd_status zd_output_begin(zd_context *ctx, const zd_output_plan *plan, zd_frame **out,
                          zd_error *err)
{
    const zd_frame_info *picture = &plan->picture;
    return zd_frame_create_black(ctx, picture, picture->width, picture->height, out, err);
}

zd_status zd_output_add_rows(const zd_output_plan *plan, zd_frame *frame, int y, zd_view rows,
                             zd_error *err)
{
    if (rows.format.channels >= 3) {
        ZD_TRY(change_colours(plan, rows, err));
    }
    zd_frame_add_rows(frame, y, rows);
    return ZD_OK;
}

zd_status zd_output_end(const zd_output_plan *plan, const zd_frame *frame, AVFrame **out,
                        zd_error *err)
{
    *out = av_frame_clone(frame->av);
    if (*out == NULL) {
        return zd_fail_memory(err, "a frame");
    }
    ZD_TRY(relabel(plan, out, err));
    return attach_profile(plan, *out, err);
}
