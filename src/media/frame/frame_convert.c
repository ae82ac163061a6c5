/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures as decoders give them into pictures that the kernels can read: other byte order by
 * swapping, everything else (palettes, packed 10 bit, Bayer) through swscale. Rotation. */

#include <assert.h>
#include <libavutil/imgutils.h>
#include <libavutil/intreadwrite.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "media/frame_internal.h"

static void swap_row(const uint8_t *from, uint8_t *to, size_t bytes, int sample_bytes)
{
    assert(sample_bytes == 2 || sample_bytes == 4);
    if (sample_bytes == 4) {
        for (size_t i = 0; i + 3 < bytes; i += 4) {
            AV_WB32(to + i, AV_RL32(from + i));
        }
    } else {
        for (size_t i = 0; i + 1 < bytes; i += 2) {
            AV_WB16(to + i, AV_RL16(from + i));
        }
    }
}

static void swap_bytes(const AVFrame *from, AVFrame *to)
{
    enum AVPixelFormat format = (enum AVPixelFormat) to->format;
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    int sample_bytes = descriptor->comp[0].depth > 16 ? 4 : 2;
    int planes = av_pix_fmt_count_planes(format);
    for (int plane = 0; plane < planes; plane++) {
        int bytes = av_image_get_linesize(format, to->width, plane);
        bool is_chroma =
            (plane == 1 || plane == 2) && (descriptor->flags & AV_PIX_FMT_FLAG_RGB) == 0;
        int rows =
            is_chroma ? zd_frame_ceil_shift(to->height, descriptor->log2_chroma_h) : to->height;
        for (int y = 0; y < rows; y++) {
            swap_row(from->data[plane] + (ptrdiff_t) y * from->linesize[plane],
                     to->data[plane] + (ptrdiff_t) y * to->linesize[plane], (size_t) bytes,
                     sample_bytes);
        }
    }
}

/* Same range and matrix on both sides, so that only the layout of the codes changes. */
static bool scale_setup(struct SwsContext *sws, const AVFrame *from, enum AVPixelFormat to)
{
    zd_media_colour colour = zd_frame_colour_of(from, false);
    const int *table =
        sws_getCoefficients(colour.matrix_id == AVCOL_SPC_RGB ? SWS_CS_DEFAULT : colour.matrix_id);
    int range = colour.is_full_range;
    av_opt_set_int(sws, "srcw", from->width, 0);
    av_opt_set_int(sws, "srch", from->height, 0);
    av_opt_set_int(sws, "src_format", from->format, 0);
    av_opt_set_int(sws, "dstw", from->width, 0);
    av_opt_set_int(sws, "dsth", from->height, 0);
    av_opt_set_int(sws, "dst_format", to, 0);
    av_opt_set_int(
        sws, "sws_flags",
        SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT, 0);
    sws_setColorspaceDetails(sws, table, range, table, range, 0, 1 << 16, 1 << 16);
    return sws_init_context(sws, NULL, NULL) >= 0;
}

static zd_status scale_format(const AVFrame *from, AVFrame *to, zd_error *err)
{
    struct SwsContext *sws = sws_alloc_context();
    bool ok = sws != NULL && scale_setup(sws, from, (enum AVPixelFormat) to->format) &&
              sws_scale(sws, (const uint8_t *const *) from->data, from->linesize, 0, from->height,
                        to->data, to->linesize) == from->height;
    sws_freeContext(sws);
    if (!ok) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "pixel format '%s' cannot be converted",
                       av_get_pix_fmt_name((enum AVPixelFormat) from->format));
    }
    return ZD_OK;
}

static zd_status convert_to(AVFrame **av, enum AVPixelFormat format, zd_error *err)
{
    AVFrame *from = *av;
    AVFrame *to = NULL;
    ZD_TRY(zd_frame_allocate(from->width, from->height, format, from, &to, err));
    if (av_pix_fmt_swap_endianness((enum AVPixelFormat) from->format) == format) {
        swap_bytes(from, to);
    } else {
        zd_status status = scale_format(from, to, err);
        if (status != ZD_OK) {
            av_frame_free(&to);
            return status;
        }
    }
    av_frame_free(av);
    *av = to;
    return ZD_OK;
}

zd_status zd_frame_swap_bytes(AVFrame **av, zd_error *err)
{
    return convert_to(av, av_pix_fmt_swap_endianness((enum AVPixelFormat)(*av)->format), err);
}

zd_status zd_frame_convert_native(AVFrame **av, zd_error *err)
{
    enum AVPixelFormat format = (enum AVPixelFormat)(*av)->format;
    enum AVPixelFormat wanted = zd_layout_nearest(format);
    return wanted == format ? ZD_OK : convert_to(av, wanted, err);
}

/* Where source pixel (0, 0) lies in the turned plane, and the steps of its x and y. */
typedef struct turn {
    ptrdiff_t origin;
    ptrdiff_t step_x;
    ptrdiff_t step_y;
} turn;

static turn make_turn(int degrees, bool mirror, int width, int height, ptrdiff_t stride, int bytes)
{
    assert(degrees >= 0 && degrees < 360 && degrees % 90 == 0 && bytes > 0);
    ptrdiff_t right = (ptrdiff_t) (width - 1);
    ptrdiff_t bottom = (ptrdiff_t) (height - 1);
    turn t;
    switch (degrees) {
    case 90: /* the left edge becomes the top; the top row the right column */
        t = (turn){ bottom * bytes, stride, -bytes };
        break;
    case 180:
        t = (turn){ bottom * stride + right * bytes, -bytes, -stride };
        break;
    case 270:
        t = (turn){ right * stride, -stride, bytes };
        break;
    default:
        t = (turn){ 0, bytes, stride };
        break;
    }
    if (mirror) {
        t.origin += right * t.step_x;
        t.step_x = -t.step_x;
    }
    return t;
}

static void turn_plane(const AVFrame *from, AVFrame *to, int plane, int width, int height,
                       int bytes, int degrees, bool mirror)
{
    assert(plane >= 0 && plane < 4);
    assert(width > 0 && height > 0 && bytes > 0);
    turn t = make_turn(degrees, mirror, width, height, to->linesize[plane], bytes);
    for (int y = 0; y < height; y++) {
        const uint8_t *source = from->data[plane] + (ptrdiff_t) y * from->linesize[plane];
        uint8_t *target = to->data[plane] + t.origin + y * t.step_y;
        for (int x = 0; x < width; x++) {
            memcpy(target, source, (size_t) bytes);
            source += bytes;
            target += t.step_x;
        }
    }
}

static void turn_planes(const AVFrame *from, AVFrame *to, int degrees, bool mirror)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get((enum AVPixelFormat) from->format);
    bool is_rgb = (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0;
    int done = 0; /* planes already turned, as bits: packed components share one */
    for (int i = 0; i < descriptor->nb_components; i++) {
        const AVComponentDescriptor *component = &descriptor->comp[i];
        bool is_chroma = !is_rgb && descriptor->nb_components > 2 && (i == 1 || i == 2);
        if ((done & (1 << component->plane)) != 0) {
            continue;
        }
        done |= 1 << component->plane;
        turn_plane(from, to, component->plane,
                   zd_frame_ceil_shift(from->width, is_chroma ? descriptor->log2_chroma_w : 0),
                   zd_frame_ceil_shift(from->height, is_chroma ? descriptor->log2_chroma_h : 0),
                   component->step, degrees, mirror);
    }
}

/* Subsampling must survive the turn: 4:2:2 on its side has no format of its own, nor has packed
 * YUV, whose pixels are not alike. */
static enum AVPixelFormat turnable_format(enum AVPixelFormat format, bool is_sideways)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    bool is_packed_yuv =
        descriptor->log2_chroma_w > 0 && descriptor->comp[1].plane == descriptor->comp[0].plane;
    bool is_uneven = descriptor->log2_chroma_w != descriptor->log2_chroma_h;
    if (!is_packed_yuv && !(is_uneven && is_sideways)) {
        return format;
    }
    bool is_alpha = (descriptor->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    switch (descriptor->comp[0].depth) {
    case 8:
        return is_alpha ? AV_PIX_FMT_YUVA444P : AV_PIX_FMT_YUV444P;
    case 10:
        return is_alpha ? AV_PIX_FMT_YUVA444P10LE : AV_PIX_FMT_YUV444P10LE;
    case 12:
        return is_alpha ? AV_PIX_FMT_YUVA444P12LE : AV_PIX_FMT_YUV444P12LE;
    default:
        return is_alpha ? AV_PIX_FMT_YUVA444P16LE : AV_PIX_FMT_YUV444P16LE;
    }
}

zd_status zd_frame_rotate(AVFrame **av, int degrees, bool mirror, zd_error *err)
{
    ZD_REQUIRE(err, degrees >= 0 && degrees < 360 && degrees % 90 == 0);
    AVFrame *to = NULL;
    bool is_sideways = degrees == 90 || degrees == 270;
    if (degrees == 0 && !mirror) {
        return ZD_OK;
    }
    ZD_TRY(zd_frame_convert_native(av, err));
    enum AVPixelFormat format = (enum AVPixelFormat)(*av)->format;
    enum AVPixelFormat turnable = turnable_format(format, is_sideways);
    if (turnable != format) {
        ZD_TRY(convert_to(av, turnable, err));
    }
    int width = is_sideways ? (*av)->height : (*av)->width;
    int height = is_sideways ? (*av)->width : (*av)->height;
    ZD_TRY(zd_frame_allocate(width, height, turnable, *av, &to, err));
    turn_planes(*av, to, degrees, mirror);
    if (is_sideways && (*av)->sample_aspect_ratio.num > 0) {
        AVRational aspect = (*av)->sample_aspect_ratio;
        to->sample_aspect_ratio = (AVRational){ aspect.den, aspect.num };
    }
    av_frame_free(av);
    *av = to;
    return ZD_OK;
}
