/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From a name, the footage and the wishes to an encoder, a pixel format and colour tags. */

#include <stdio.h>
#include <string.h>

#include "core/file.h"
#include "core/place_hint.h"
#include "core/require.h"
#include "media/av_versions.h"
#include "media/output_format.h"

bool zd_writer_is_stream(const char *path)
{
    return path[0] == '-' && (path[1] == '\0' || (path[1] == '.' && strchr(path, '/') == NULL));
}

/* A pipe without more is NUT, which holds every picture, its time, alpha and sound. */
static const zd_ending *ending_of(const char *path)
{
    return zd_ending_find(strcmp(path, "-") == 0 ? "nut" : zd_path_extension(path));
}

/* Of a stream nothing can be changed when more is known. */
static bool is_streamed(const zd_ending *ending)
{
    static const char *const muxers[] = { "nut", "yuv4mpegpipe", "matroska", "webm" };
    for (size_t i = 0; i < sizeof muxers / sizeof *muxers && ending->muxer != NULL; i++) {
        if (strcmp(ending->muxer, muxers[i]) == 0) {
            return true;
        }
    }
    return false;
}

zd_output_kind zd_writer_kind(const char *path)
{
    const zd_ending *ending = ending_of(path);
    return ending != NULL ? ending->kind : ZD_OUTPUT_UNKNOWN;
}

bool zd_writer_knows(const char *path)
{
    return zd_writer_kind(path) != ZD_OUTPUT_UNKNOWN;
}

bool zd_writer_holds_alpha(const char *path)
{
    const zd_ending *ending = ending_of(path);
    return ending != NULL && ending->codec[ZD_CONTENT_ALPHA] != NULL;
}

static zd_output_content content_of(const zd_writer_params *params)
{
    zd_transfer transfer = params->like->colour.transfer;
    if (params->is_gray) {
        return ZD_CONTENT_GRAY;
    }
    if (params->alpha != ZD_ALPHA_NONE) {
        return ZD_CONTENT_ALPHA;
    }
    bool is_hdr = transfer == ZD_TRANSFER_PQ || transfer == ZD_TRANSFER_HLG;
    return is_hdr ? ZD_CONTENT_HDR : ZD_CONTENT_OPAQUE;
}

static zd_status find_ending(const char *path, zd_output_plan *plan, zd_error *err)
{
    char known[160];
    plan->ending = ending_of(path);
    if (plan->ending == NULL) {
        zd_ending_list(known, sizeof known);
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "cannot tell the format of '%s' from its name; known endings are %s%s", path,
                       known, zd_place_hint_write(path));
    }
    if (zd_writer_is_stream(path) && !is_streamed(plan->ending)) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' cannot go down a pipe; '-' (NUT), '-.y4m', '-.mkv' and '-.webm' can",
                       path);
    }
    return ZD_OK;
}

/* The encoder that makes what the footage is coded in. */
static const char *codec_like(const zd_reader_info *like)
{
    static const char *const makers[][2] = {
        { "h264", "libx264" },   { "hevc", "libx265" },  { "vp8", "libvpx" },
        { "vp9", "libvpx-vp9" }, { "av1", "libsvtav1" }, { "prores", "prores_ks" },
    };
    for (size_t i = 0; i < sizeof makers / sizeof *makers; i++) {
        if (strcmp(like->codec, makers[i][0]) == 0) {
            return makers[i][1];
        }
    }
    return like->codec;
}

static zd_status check_container(const char *path, const zd_output_plan *plan, zd_error *err)
{
    const char *muxer = plan->ending->muxer;
    const AVOutputFormat *format = muxer != NULL ? av_guess_format(muxer, NULL, NULL) : NULL;
    if (format == NULL || plan->codec == NULL ||
        avformat_query_codec(format, plan->codec->id, FF_COMPLIANCE_NORMAL) != 0)
    {
        return ZD_OK;
    }
    return zd_fail(err, ZD_ERR_UNSUPPORTED,
                   "'%s' cannot hold %s, the footage's codec; give it the footage's ending, or "
                   "leave out --like-source",
                   path, avcodec_get_name(plan->codec->id));
}

/* What plays everywhere has 8 bits; footage of more goes where HDR goes. */
static const char *default_codec(const zd_output_plan *plan, const zd_writer_params *params)
{
    bool is_deep = params->like->bit_depth > 8 || params->like->is_float;
    bool is_h264 = plan->content == ZD_CONTENT_OPAQUE && plan->ending->codec[0] != NULL &&
                   strcmp(plan->ending->codec[0], "libx264") == 0;
    return plan->ending->codec[is_deep && is_h264 ? ZD_CONTENT_HDR : plan->content];
}

/* A TIFF of floats, which FFmpeg does not write. */
static bool is_float_tiff(const zd_output_plan *plan, const zd_writer_params *params)
{
    const char *usual = plan->ending->codec[ZD_CONTENT_OPAQUE];
    return params->pix_fmt != NULL && usual != NULL && strcmp(usual, "tiff") == 0 &&
           plan->content != ZD_CONTENT_ALPHA &&
           (strcmp(params->pix_fmt, "grayf32le") == 0 || strcmp(params->pix_fmt, "gbrpf32le") == 0);
}

static zd_status find_codec(const char *path, const zd_writer_params *params, zd_output_plan *plan,
                            zd_error *err)
{
    bool is_like = params->like_source && params->codec == NULL && !params->is_gray &&
                   plan->ending->kind == ZD_OUTPUT_MOVIE;
    const char *wanted = is_like ? codec_like(params->like) : params->codec;
    static const char *const contents[] = { "pictures", "alpha", "gray maps", "HDR" };
    const char *name = wanted != NULL ? wanted : default_codec(plan, params);
    bool is_floats = is_float_tiff(plan, params);
    name = is_floats ? ZD_ENCODER_FLOAT_TIFF : name;
    if (name == NULL) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' cannot hold %s; use %s", path,
                       contents[plan->content], plan->ending->instead);
    }
    plan->defaults = zd_encoder_find(name);
    snprintf(plan->codec_name, sizeof plan->codec_name, "%s", name);
    if (plan->ending->kind == ZD_OUTPUT_CHANNELS || is_floats) {
        return ZD_OK;
    }
    plan->codec = avcodec_find_encoder_by_name(name);
    if (plan->codec == NULL) {
        const AVCodecDescriptor *codec = avcodec_descriptor_get_by_name(name);
        plan->codec = codec != NULL ? avcodec_find_encoder(codec->id) : NULL;
    }
    if (plan->codec == NULL || plan->codec->type != AVMEDIA_TYPE_VIDEO) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "this FFmpeg has no video encoder '%s' for '%s'; `ffmpeg -encoders` lists "
                       "those it has",
                       name, path);
    }
    plan->defaults = zd_encoder_find(plan->codec->name);
    snprintf(plan->codec_name, sizeof plan->codec_name, "%s", plan->codec->name);
    return is_like ? check_container(path, plan, err) : ZD_OK;
}

static zd_status fail_format(const zd_output_plan *plan, const char *name, zd_error *err)
{
    char known[200] = "";
    size_t used = 0;
    const enum AVPixelFormat *at = plan->codec != NULL ? zd_av_pixel_formats(plan->codec) : NULL;
    for (; at != NULL && *at != AV_PIX_FMT_NONE && used + 24 < sizeof known; at++) {
        enum AVPixelFormat create;
        if (zd_output_is_makeable(*at, &create)) {
            used += (size_t) snprintf(known + used, sizeof known - used, "%s%s",
                                      used > 0 ? ", " : "", av_get_pix_fmt_name(*at));
        }
    }
    return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                   "pixel format '%s' cannot be used with the encoder %s; it takes %s", name,
                   plan->codec_name, used > 0 ? known : "its own formats only");
}

static zd_status find_format(const zd_writer_params *params, zd_output_plan *plan, zd_error *err)
{
    plan->format = params->pix_fmt != NULL ? av_get_pix_fmt(params->pix_fmt)
                                           : zd_output_default_format(plan, params);
    bool is_floats = strcmp(plan->codec_name, ZD_ENCODER_FLOAT_TIFF) == 0;
    if (plan->codec == NULL && params->pix_fmt != NULL && !is_floats) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "an EXR or PFM has float channels and takes no pixel format '%s'",
                       params->pix_fmt);
    }
    if (is_floats && params->is_gray) {
        plan->format = AV_PIX_FMT_GRAYF32LE;
    }
    if (plan->format == AV_PIX_FMT_NONE || !zd_output_is_encodable(plan->codec, plan->format) ||
        !zd_output_is_makeable(plan->format, &plan->create_format))
    {
        const char *name =
            params->pix_fmt != NULL ? params->pix_fmt : av_get_pix_fmt_name(plan->format);
        return fail_format(plan, name != NULL ? name : "none", err);
    }
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(plan->format);
    if (plan->content == ZD_CONTENT_ALPHA && (descriptor->flags & AV_PIX_FMT_FLAG_ALPHA) == 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "pixel format '%s' has no alpha; use one such as yuva444p10le or rgba",
                       descriptor->name);
    }
    return ZD_OK;
}

/* Tags that the output can have: RGB is full range, YUV has a matrix, EXR is linear. */
static void plan_colour(const zd_writer_params *params, zd_output_plan *plan)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(plan->format);
    zd_media_colour *colour = &plan->picture.colour;
    bool is_rgb = (format->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    bool is_gray = !is_rgb && format->nb_components <= 2;
    bool is_exr = plan->codec == NULL;
    *colour = params->like->colour;
    plan->from = colour->transfer;
    if (is_exr) {
        colour->transfer = ZD_TRANSFER_LINEAR;
        colour->transfer_id = AVCOL_TRC_LINEAR;
    } else if (colour->transfer == ZD_TRANSFER_LINEAR) {
        colour->transfer =
            is_rgb || plan->ending->muxer == NULL ? ZD_TRANSFER_SRGB : ZD_TRANSFER_BT709;
        colour->transfer_id =
            colour->transfer == ZD_TRANSFER_SRGB ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
    }
    plan->is_converted = !params->is_gray && colour->transfer != plan->from;
    if (is_rgb || is_gray) {
        colour->matrix_id = is_rgb ? AVCOL_SPC_RGB : AVCOL_SPC_UNSPECIFIED;
        colour->is_full_range = true;
        return;
    }
    if (colour->matrix_id == AVCOL_SPC_RGB || colour->matrix_id == AVCOL_SPC_UNSPECIFIED) {
        const AVPixFmtDescriptor *from =
            av_pix_fmt_desc_get(av_get_pix_fmt(params->like->pixel_format));
        bool is_from_gray = from != NULL && from->nb_components <= 2; /* its codes stay as luma */
        colour->matrix_id = AVCOL_SPC_BT709;
        colour->is_full_range = colour->is_full_range && is_from_gray;
    }
    bool is_matroska =
        plan->ending->muxer != NULL &&
        (strcmp(plan->ending->muxer, "matroska") == 0 || strcmp(plan->ending->muxer, "webm") == 0);
    bool keeps_range = is_matroska || plan->defaults == NULL || plan->defaults->keeps_full_range;
    colour->is_full_range = colour->is_full_range && keeps_range && !params->is_gray;
    if (plan->create_format != plan->format && plan->ending->muxer == NULL) { /* JPEG */
        colour->matrix_id = AVCOL_SPC_BT470BG;
        colour->is_full_range = true;
        colour->chroma_site_id = AVCHROMA_LOC_CENTER;
    }
}

/* PNG and JPEG hold the footage's colour profile; for other outputs its colours become sRGB's. */
static zd_status plan_profile(const zd_writer_params *params, zd_output_plan *plan, zd_error *err)
{
    zd_icc icc = params->like->icc;
    if (icc.bytes == 0 || params->is_gray) {
        return ZD_OK;
    }
    plan->icc = av_buffer_alloc(icc.bytes);
    if (plan->icc == NULL) {
        return zd_fail_memory(err, "a colour profile");
    }
    memcpy(plan->icc->data, icc.data, icc.bytes);
    plan->keeps_icc = plan->codec != NULL &&
                      (plan->codec->id == AV_CODEC_ID_PNG || plan->codec->id == AV_CODEC_ID_MJPEG);
    return ZD_OK;
}

zd_status zd_output_plan_make(const char *path, const zd_writer_params *params, zd_output_plan *out,
                              zd_error *err)
{
    ZD_REQUIRE(err, path != NULL);
    *out = (zd_output_plan){ 0 };
    if (params->like == NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' needs footage to be like", path);
    }
    out->content = content_of(params);
    ZD_TRY(find_ending(path, out, err));
    ZD_TRY(find_codec(path, params, out, err));
    zd_frame_info *picture = &out->picture;
    picture->width = params->width > 0 ? params->width : params->like->width;
    picture->height = params->height > 0 ? params->height : params->like->height;
    picture->time_base = params->like->time_base;
    picture->sample_aspect = params->like->sample_aspect;
    picture->is_premultiplied = out->content == ZD_CONTENT_ALPHA &&
                                (params->alpha == ZD_ALPHA_PREMULTIPLIED || out->codec == NULL);
    ZD_TRY(find_format(params, out, err));
    plan_colour(params, out);
    ZD_TRY(plan_profile(params, out, err));
    snprintf(picture->pixel_format, sizeof picture->pixel_format, "%s",
             av_get_pix_fmt_name(out->create_format));
    return ZD_OK;
}

void zd_output_plan_release(zd_output_plan *plan)
{
    av_buffer_unref(&plan->icc);
}

void zd_output_plan_warn(zd_context *ctx, const char *path, zd_output_plan *plan,
                         const zd_writer_params *params)
{
    float gray[3] = { 0.5f, 0.5f, 0.5f };
    zd_view pixel = { gray, 1, 1, sizeof gray, ZD_RGB_F32 };
    zd_error why = { 0 };
    zd_output_warn_of_depth(ctx, path, plan, params);
    if (plan->icc != NULL && !plan->keeps_icc &&
        zd_icc_to_srgb((zd_icc){ plan->icc->data, plan->icc->size }, pixel, &why) != ZD_OK)
    {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "output",
                     "'%s' has a colour profile that '%s' does not get: %s", params->like->path,
                     path, why.message);
        av_buffer_unref(&plan->icc);
    }
}
