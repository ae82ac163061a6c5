/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* From FFmpeg's pixel format descriptors to layouts, and the colour matrices of ITU-T H.273. */

#include <assert.h>
#include <string.h>

#include "media/frame_internal.h"

static bool component_describe(const AVComponentDescriptor *from, zd_code code,
                               zd_frame_component *out)
{
    int bytes = code == ZD_CODE_U8 ? 1 : code == ZD_CODE_U16 ? 2 : 4;
    if (from->offset % bytes != 0 || from->step % bytes != 0 || from->step < bytes) {
        return false;
    }
    if (code == ZD_CODE_U8 ? from->depth != 8 || from->shift != 0
                           : code == ZD_CODE_U16 && from->depth + from->shift > 16)
    {
        return false;
    }
    *out = (zd_frame_component){
        .plane = from->plane,
        .offset = from->offset / bytes,
        .step = from->step / bytes,
        .shift = from->shift,
        .max_code = code == ZD_CODE_F32 ? 0 : (1 << from->depth) - 1,
    };
    return true;
}

static void component_range(zd_frame_component *component, int depth, bool is_chroma, bool is_full)
{
    assert(depth >= 8 && depth <= 16 && component->max_code > 0);
    int unit = 1 << (depth - 8);
    float span = (float) component->max_code;
    if (!is_full) {
        span = (float) ((is_chroma ? 224 : 219) * unit);
        component->zero = (float) (16 * unit);
    }
    if (is_chroma) {
        component->zero = (float) (128 * unit);
    }
    component->scale = 1.0f / span;
    component->code_scale = span;
}

/* Formats whose descriptor looks readable and whose codes are something else. */
static bool is_odd_format(const AVPixFmtDescriptor *descriptor)
{
    const uint64_t odd = AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_HWACCEL |
                         AV_PIX_FMT_FLAG_BAYER;
    bool is_wide = descriptor->comp[0].depth > 8;
    /* Pixels that are not alike, U Y Y V Y Y: their first component has no step of its own. */
    bool is_uneven = av_pix_fmt_count_planes(av_pix_fmt_desc_get_id(descriptor)) == 1 &&
                     av_get_padded_bits_per_pixel(descriptor) != 8 * descriptor->comp[0].step;
    return (descriptor->flags & odd) != 0 || is_uneven ||
           strncmp(descriptor->name, "xyz", 3) == 0 ||
           (is_wide && (descriptor->flags & AV_PIX_FMT_FLAG_BE) != 0);
}

static bool describe_components(const AVPixFmtDescriptor *descriptor, zd_layout *out)
{
    bool is_float = (descriptor->flags & AV_PIX_FMT_FLAG_FLOAT) != 0;
    int depth = descriptor->comp[0].depth;
    out->code = is_float ? ZD_CODE_F32 : depth > 8 ? ZD_CODE_U16 : ZD_CODE_U8;
    if (is_float ? depth != 32 : depth < 8 || depth > 16) {
        return false;
    }
    out->has_alpha = (descriptor->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    out->colour_count = descriptor->nb_components - (out->has_alpha ? 1 : 0);
    if (out->colour_count != 1 && out->colour_count != 3) {
        return false;
    }
    for (int i = 0; i < out->colour_count; i++) {
        if (!component_describe(&descriptor->comp[i], out->code, &out->colour[i])) {
            return false;
        }
    }
    return !out->has_alpha ||
           component_describe(&descriptor->comp[out->colour_count], out->code, &out->alpha);
}

bool zd_layout_describe(enum AVPixelFormat format, const zd_media_colour *colour, zd_layout *out)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    *out = (zd_layout){ 0 };
    if (descriptor == NULL || is_odd_format(descriptor) || !describe_components(descriptor, out)) {
        return false;
    }
    out->is_yuv = out->colour_count == 3 && (descriptor->flags & AV_PIX_FMT_FLAG_RGB) == 0;
    for (int i = 0; i < out->colour_count && out->code != ZD_CODE_F32; i++) {
        bool is_chroma = out->is_yuv && i > 0;
        bool is_rgb = out->colour_count == 3 && !out->is_yuv;
        component_range(&out->colour[i], descriptor->comp[i].depth, is_chroma,
                        is_rgb || colour->is_full_range);
        if (is_chroma) {
            out->colour[i].log2_w = descriptor->log2_chroma_w;
            out->colour[i].log2_h = descriptor->log2_chroma_h;
        }
    }
    if (out->has_alpha && out->code != ZD_CODE_F32) {
        component_range(&out->alpha, descriptor->comp[out->colour_count].depth, false, true);
    }
    int site = colour->chroma_site_id;
    out->is_site_left =
        site != AVCHROMA_LOC_CENTER && site != AVCHROMA_LOC_TOP && site != AVCHROMA_LOC_BOTTOM;
    out->is_site_top = site == AVCHROMA_LOC_TOPLEFT || site == AVCHROMA_LOC_TOP;
    return zd_matrix_set(out->is_yuv ? colour->matrix_id : AVCOL_SPC_BT709, out);
}

bool zd_layout_supports(enum AVPixelFormat format)
{
    zd_layout layout;
    zd_media_colour colour = { .matrix_id = AVCOL_SPC_BT709 };
    return zd_layout_describe(format, &colour, &layout);
}

enum AVPixelFormat zd_layout_nearest(enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *descriptor = av_pix_fmt_desc_get(format);
    enum AVPixelFormat swapped = av_pix_fmt_swap_endianness(format);
    if (descriptor == NULL || zd_layout_supports(format)) {
        return format;
    }
    if (swapped != AV_PIX_FMT_NONE && zd_layout_supports(swapped)) {
        return swapped;
    }
    bool is_alpha = (descriptor->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0;
    bool is_rgb = (descriptor->flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0 ||
                  strncmp(descriptor->name, "xyz", 3) == 0;
    bool is_deep = descriptor->comp[0].depth > 8;
    if (descriptor->nb_components <= 2 && !is_rgb) {
        return is_alpha ? (is_deep ? AV_PIX_FMT_YA16LE : AV_PIX_FMT_YA8)
                        : (is_deep ? AV_PIX_FMT_GRAY16LE : AV_PIX_FMT_GRAY8);
    }
    if (is_rgb) {
        return is_alpha ? (is_deep ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGBA)
                        : (is_deep ? AV_PIX_FMT_RGB48LE : AV_PIX_FMT_RGB24);
    }
    return is_alpha ? (is_deep ? AV_PIX_FMT_YUVA444P16LE : AV_PIX_FMT_YUVA444P)
                    : (is_deep ? AV_PIX_FMT_YUV444P16LE : AV_PIX_FMT_YUV444P);
}

/* Y = kr R + kg G + kb B; U = (B - Y) / (2 - 2 kb); V = (R - Y) / (2 - 2 kr). H.273, 8.3. */
static void matrix_from_weights(double kr, double kb, zd_layout *out)
{
    assert(kr > 0.0 && kb > 0.0 && kr + kb < 1.0);
    double kg = 1.0 - kr - kb;
    double u = 2.0 - 2.0 * kb;
    double v = 2.0 - 2.0 * kr;
    float from[3][3] = {
        { (float) kr, (float) kg, (float) kb },
        { (float) (-kr / u), (float) (-kg / u), 0.5f },
        { 0.5f, (float) (-kg / v), (float) (-kb / v) },
    };
    float to[3][2] = {
        { 0.0f, (float) v },
        { (float) (-kb * u / kg), (float) (-kr * v / kg) },
        { (float) u, 0.0f },
    };
    memcpy(out->from_rgb, from, sizeof from);
    memcpy(out->to_rgb, to, sizeof to);
}

static void matrix_ycgco(zd_layout *out)
{
    static const float from[3][3] = { { 0.25f, 0.5f, 0.25f },
                                      { -0.25f, 0.5f, -0.25f },
                                      { 0.5f, 0.0f, -0.5f } };
    static const float to[3][2] = { { -1.0f, 1.0f }, { 1.0f, 0.0f }, { -1.0f, -1.0f } };
    memcpy(out->from_rgb, from, sizeof from);
    memcpy(out->to_rgb, to, sizeof to);
}

bool zd_matrix_set(int matrix_id, zd_layout *layout)
{
    switch (matrix_id) {
    case AVCOL_SPC_BT709:
        matrix_from_weights(0.2126, 0.0722, layout);
        return true;
    case AVCOL_SPC_FCC:
        matrix_from_weights(0.30, 0.11, layout);
        return true;
    case AVCOL_SPC_BT470BG:
    case AVCOL_SPC_SMPTE170M:
        matrix_from_weights(0.299, 0.114, layout);
        return true;
    case AVCOL_SPC_SMPTE240M:
        matrix_from_weights(0.212, 0.087, layout);
        return true;
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: /* as FFmpeg does; exact constant luminance is not in use */
        matrix_from_weights(0.2627, 0.0593, layout);
        return true;
    case AVCOL_SPC_YCGCO:
        matrix_ycgco(layout);
        return true;
    default:
        return false;
    }
}
