/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which pixel format an output gets when none is named. Lossless encoders and those made for editing
 * take the footage's own chroma and depth; those made for playing take 4:2:0, of 10 bit where the
 * footage has more than 8. */

#include "media/output_format.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "media/av_versions.h"

bool zd_output_is_makeable(enum AVPixelFormat format, enum AVPixelFormat *create)
{
    enum AVPixelFormat swapped = av_pix_fmt_swap_endianness(format);
    *create = format;
    if (format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P ||
        format == AV_PIX_FMT_YUVJ444P) {
        *create = format == AV_PIX_FMT_YUVJ420P   ? AV_PIX_FMT_YUV420P
                  : format == AV_PIX_FMT_YUVJ422P ? AV_PIX_FMT_YUV422P
                                                  : AV_PIX_FMT_YUV444P;
        return true;
    }
    if (zd_layout_supports(format)) {
        return true;
    }
    *create = swapped;
    return swapped != AV_PIX_FMT_NONE && zd_layout_supports(swapped);
}

bool zd_output_is_encodable(const AVCodec *codec, enum AVPixelFormat format)
{
    const enum AVPixelFormat *formats = codec != NULL ? zd_av_pixel_formats(codec) : NULL;
    if (formats == NULL) {
        return true;
    }
    for (const enum AVPixelFormat *at = formats; *at != AV_PIX_FMT_NONE; at++) {
        if (*at == format) {
            return true;
        }
    }
    return false;
}

/* Whether a list "key=value:key=value" holds an entry, alone or within another's value. */
static bool has_option(const char *options, const char *entry)
{
    size_t length = strlen(entry);
    const char *at = options;
    while (at != NULL && (at = strstr(at, entry)) != NULL) {
        bool starts = at == options || at[-1] == ':' || at[-1] == '=';
        if (starts && (at[length] == '\0' || at[length] == ':')) {
            return true;
        }
        at++;
    }
    return false;
}

bool zd_output_is_lossless(const zd_output_plan *plan, const zd_writer_params *params)
{
    static const char *const always[] = { "ffv1",     "huffyuv",  "ffvhuff",        "utvideo",
                                          "magicyuv", "rawvideo", "wrapped_avframe" };
    static const char *const options[] = { "qp=0", "crf=0", "lossless=1" };
    for (size_t i = 0; i < sizeof always / sizeof *always; i++) {
        if (strcmp(plan->codec_name, always[i]) == 0) {
            return true;
        }
    }
    bool is_x264 = strcmp(plan->codec_name, "libx264") == 0;
    bool is_asked = is_x264 && params->has_quality && params->quality == 0;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        is_asked = is_asked || ((is_x264 || i == 2) && has_option(params->options, options[i]));
    }
    return is_asked;
}

/* Made for editing: they come in several chromas and depths, and lose nothing that is seen. */
static bool is_for_editing(const zd_output_plan *plan)
{
    return strcmp(plan->codec_name, "prores_ks") == 0 || strcmp(plan->codec_name, "dnxhd") == 0;
}

/* How well a format holds another: what is lost counts first, then what is spent in vain. */
static int cost_of(const AVPixFmtDescriptor *to, const AVPixFmtDescriptor *from)
{
    enum { LOST = 1000, SPENT = 10 };
    int depth = to->comp[0].depth - from->comp[0].depth;
    int wide = from->log2_chroma_w - to->log2_chroma_w;
    int high = from->log2_chroma_h - to->log2_chroma_h;
    bool is_gray = from->nb_components <= 2;
    bool is_rgb = (from->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    bool to_rgb = (to->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    bool has_alpha = (to->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    int cost = depth < 0 ? -depth * LOST : depth * SPENT;
    cost += is_gray ? 0 : wide < 0 ? -wide * LOST : wide * SPENT;
    cost += is_gray ? 0 : high < 0 ? -high * LOST : high * SPENT;
    cost += is_rgb != to_rgb && !is_gray ? LOST : 0;
    cost += !is_gray && to->nb_components <= 2 ? 100 * LOST : 0;
    return cost + (has_alpha ? SPENT * SPENT : 0) + (to->flags & AV_PIX_FMT_FLAG_BE ? 1 : 0);
}

/* What the encoder takes. Plain pictures take every format, and are held by the container. */
static const enum AVPixelFormat *formats_of(const zd_output_plan *plan)
{
    static const enum AVPixelFormat y4m[] = {
        AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P,   AV_PIX_FMT_YUV411P,
        AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV420P12,
        AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12, AV_PIX_FMT_GRAY8,     AV_PIX_FMT_GRAY16LE,
        AV_PIX_FMT_NONE,
    };
    static const enum AVPixelFormat nut[] = {
        AV_PIX_FMT_YUV420P,   AV_PIX_FMT_YUV422P,   AV_PIX_FMT_YUV444P,   AV_PIX_FMT_YUV411P,
        AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV444P10, AV_PIX_FMT_YUV420P12,
        AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV444P12, AV_PIX_FMT_YUVA420P,  AV_PIX_FMT_YUVA444P,
        AV_PIX_FMT_RGB24,     AV_PIX_FMT_RGBA,      AV_PIX_FMT_RGB48LE,   AV_PIX_FMT_RGBA64LE,
        AV_PIX_FMT_GRAY8,     AV_PIX_FMT_GRAY16LE,  AV_PIX_FMT_NONE,
    };
    bool is_plain = plan->codec != NULL && plan->codec->id == AV_CODEC_ID_RAWVIDEO;
    bool is_y4m = plan->ending->muxer != NULL && strcmp(plan->ending->muxer, "yuv4mpegpipe") == 0;
    return is_y4m                ? y4m
           : is_plain            ? nut
           : plan->codec != NULL ? zd_av_pixel_formats(plan->codec)
                                 : NULL;
}

/* The encoder's format that holds the footage's codes best. */
static enum AVPixelFormat closest(const zd_output_plan *plan, enum AVPixelFormat source)
{
    const AVPixFmtDescriptor *from = av_pix_fmt_desc_get(source);
    const enum AVPixelFormat *at = formats_of(plan);
    enum AVPixelFormat best = AV_PIX_FMT_NONE;
    enum AVPixelFormat create;
    int least = INT32_MAX;
    for (; at != NULL && *at != AV_PIX_FMT_NONE; at++) {
        const AVPixFmtDescriptor *to = av_pix_fmt_desc_get(*at);
        bool is_alpha = (to->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
        bool is_wanted = plan->content != ZD_CONTENT_ALPHA || is_alpha;
        int cost = *at == source ? 0 : cost_of(to, from);
        if (is_wanted && cost < least && zd_output_is_makeable(*at, &create)) {
            least = cost;
            best = *at;
        }
    }
    return best;
}

/* Formats for playing need even sides; odd ones go to 4:4:4. */
static const char *for_odd_sides(const zd_output_plan *plan, const char *name)
{
    bool is_odd = plan->picture.width % 2 != 0 || plan->picture.height % 2 != 0;
    if (!is_odd || plan->ending->muxer == NULL) {
        return name;
    }
    return strcmp(name, "yuv420p") == 0       ? "yuv444p"
           : strcmp(name, "yuv420p10le") == 0 ? "yuv444p10le"
                                              : name;
}

enum AVPixelFormat zd_output_default_format(const zd_output_plan *plan,
                                            const zd_writer_params *params)
{
    bool is_deep = params->like->bit_depth > 8 || params->like->is_float;
    enum AVPixelFormat source = av_get_pix_fmt(params->like->pixel_format);
    bool is_own = params->like_source || zd_output_is_lossless(plan, params) ||
                  (is_for_editing(plan) && plan->content != ZD_CONTENT_ALPHA);
    const char *name = NULL;
    enum AVPixelFormat found = AV_PIX_FMT_NONE;
    bool has_alpha = params->like->has_alpha || plan->content != ZD_CONTENT_ALPHA;
    if (is_own && has_alpha && plan->content != ZD_CONTENT_GRAY && source != AV_PIX_FMT_NONE) {
        found = closest(plan, source);
    }
    if (found != AV_PIX_FMT_NONE) {
        return found;
    }
    if (plan->defaults != NULL) {
        name = (is_deep ? plan->defaults->deep : plan->defaults->format)[plan->content];
    }
    if (name != NULL) {
        return av_get_pix_fmt(for_odd_sides(plan, name));
    }
    enum AVPixelFormat create;
    const enum AVPixelFormat *at = plan->codec != NULL ? zd_av_pixel_formats(plan->codec) : NULL;
    while (at != NULL && *at != AV_PIX_FMT_NONE && !zd_output_is_makeable(*at, &create)) {
        at++;
    }
    return at != NULL ? *at : AV_PIX_FMT_YUV420P;
}

const char *zd_output_profile(const zd_output_plan *plan)
{
    assert(plan->format != AV_PIX_FMT_NONE);
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(plan->format);
    bool is_full = format->log2_chroma_w == 0;
    if (strcmp(plan->codec_name, "prores_ks") == 0 && is_full) {
        return "4444";
    }
    if (strcmp(plan->codec_name, "dnxhd") == 0) {
        return is_full ? "dnxhr_444" : format->comp[0].depth > 8 ? "dnxhr_hqx" : "dnxhr_hq";
    }
    return NULL;
}

void zd_output_warn_of_depth(zd_context *ctx, const char *path, const zd_output_plan *plan,
                             const zd_writer_params *params)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get(plan->format);
    bool is_deep = params->like->bit_depth > 8 || params->like->is_float;
    if (!is_deep || params->is_gray || plan->codec == NULL || format->comp[0].depth > 8) {
        return;
    }
    zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "output",
                 "'%s' keeps 8 bits (%s) of the footage's %d%s; name a deeper --pixel-format or "
                 "another --codec",
                 path, format->name, params->like->bit_depth,
                 params->like->is_float ? " (float)" : "");
}
