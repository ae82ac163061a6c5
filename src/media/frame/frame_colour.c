/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Colour tags: what FFmpeg says, completed by what everybody assumes when it says nothing. */

#include "media/frame_internal.h"

zd_transfer zd_frame_transfer_of(int transfer_id, bool is_rgb_or_still)
{
    switch (transfer_id) {
    case AVCOL_TRC_UNSPECIFIED:
    case AVCOL_TRC_RESERVED0:
        return is_rgb_or_still ? ZD_TRANSFER_SRGB : ZD_TRANSFER_BT709;
    case AVCOL_TRC_GAMMA22:
        return ZD_TRANSFER_GAMMA22;
    case AVCOL_TRC_GAMMA28:
        return ZD_TRANSFER_GAMMA28;
    case AVCOL_TRC_LINEAR:
        return ZD_TRANSFER_LINEAR;
    case AVCOL_TRC_IEC61966_2_1:
        return ZD_TRANSFER_SRGB;
    case AVCOL_TRC_SMPTE2084:
        return ZD_TRANSFER_PQ;
    case AVCOL_TRC_ARIB_STD_B67:
        return ZD_TRANSFER_HLG;
    default: /* BT.709, SMPTE 170M and BT.2020 share their curve; the rest is near it */
        return ZD_TRANSFER_BT709;
    }
}

/* Unspecified YUV is BT.601 in the sizes of standard definition and BT.709 above; stills (JPEG)
 * are BT.601 by JFIF. */
static int matrix_of(const AVFrame *av, bool is_rgb, bool is_still)
{
    if (is_rgb) {
        return AVCOL_SPC_RGB;
    }
    if (av->colorspace != AVCOL_SPC_UNSPECIFIED && av->colorspace != AVCOL_SPC_RGB) {
        return av->colorspace;
    }
    if (is_still) {
        return AVCOL_SPC_BT470BG;
    }
    return av->width >= 1280 || av->height > 576 ? AVCOL_SPC_BT709 : AVCOL_SPC_SMPTE170M;
}

static bool is_full_range(const AVFrame *av, const AVPixFmtDescriptor *descriptor)
{
    switch (av->format) {
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUVJ444P:
    case AV_PIX_FMT_YUVJ440P:
    case AV_PIX_FMT_YUVJ411P:
        return true;
    default:
        break;
    }
    if ((descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_FLOAT)) != 0) {
        return true;
    }
    if (descriptor->nb_components <= 2) { /* gray is full range unless it says otherwise */
        return av->color_range != AVCOL_RANGE_MPEG;
    }
    return av->color_range == AVCOL_RANGE_JPEG;
}

zd_media_colour zd_frame_colour_of(const AVFrame *av, bool is_still)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    bool is_rgb = (descriptor->flags & AV_PIX_FMT_FLAG_RGB) != 0 || descriptor->nb_components <= 2;
    return (zd_media_colour){
        .transfer = zd_frame_transfer_of(av->color_trc, is_rgb || is_still),
        .transfer_id = av->color_trc,
        .primaries_id = av->color_primaries,
        .matrix_id = matrix_of(av, is_rgb, is_still),
        .chroma_site_id = av->chroma_location,
        .is_full_range = is_full_range(av, descriptor),
    };
}
