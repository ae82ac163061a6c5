/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The very codes in another layout: packed, half packed and planar formats of one kind. */

#include "media/frame_internal.h"

static bool is_alike(const AVComponentDescriptor *a, const AVComponentDescriptor *b)
{
    return a->depth == b->depth;
}

bool zd_frame_can_repack(const zd_frame *frame, enum AVPixelFormat format)
{
    const AVPixFmtDescriptor *from = av_pix_fmt_desc_get((enum AVPixelFormat) frame->av->format);
    const AVPixFmtDescriptor *to = av_pix_fmt_desc_get(format);
    const uint64_t kinds = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_FLOAT;
    bool ok = zd_layout_supports(format) && from->nb_components == to->nb_components &&
              (from->flags & kinds) == (to->flags & kinds) &&
              from->log2_chroma_w == to->log2_chroma_w && from->log2_chroma_h == to->log2_chroma_h;
    for (int i = 0; ok && i < from->nb_components; i++) {
        ok = is_alike(&from->comp[i], &to->comp[i]);
    }
    return ok;
}

static void repack_row(const zd_layout *from, const zd_frame_component *a, const uint8_t *in,
                       const zd_frame_component *b, uint8_t *out, int count)
{
    if (from->code == ZD_CODE_U8) {
        for (int x = 0; x < count; x++) {
            out[b->offset + x * b->step] = in[a->offset + x * a->step];
        }
    } else if (from->code == ZD_CODE_U16) {
        const uint16_t *wide = (const uint16_t *) (const void *) in;
        uint16_t *to = (uint16_t *) (void *) out;
        for (int x = 0; x < count; x++) {
            unsigned code = (unsigned) wide[a->offset + x * a->step] >> a->shift;
            to[b->offset + x * b->step] = (uint16_t) (code << b->shift);
        }
    } else {
        const float *values = (const float *) (const void *) in;
        float *to = (float *) (void *) out;
        for (int x = 0; x < count; x++) {
            to[b->offset + x * b->step] = values[a->offset + x * a->step];
        }
    }
}

static void repack_component(const zd_frame *frame, const zd_frame_component *a, AVFrame *to,
                             const zd_frame_component *b)
{
    int width = zd_frame_ceil_shift(frame->info.width, a->log2_w);
    int height = zd_frame_ceil_shift(frame->info.height, a->log2_h);
    for (int y = 0; y < height; y++) {
        repack_row(&frame->layout, a, zd_frame_component_row(frame->av, a, y), b,
                   (uint8_t *) (uintptr_t) zd_frame_component_row(to, b, y), width);
    }
}

zd_status zd_frame_repack(const zd_frame *frame, enum AVPixelFormat format, AVFrame **out,
                          zd_error *err)
{
    zd_layout to;
    *out = NULL;
    if (!zd_frame_can_repack(frame, format) ||
        !zd_layout_describe(format, &frame->info.colour, &to)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "the codes of '%s' are not those of '%s'",
                       frame->info.pixel_format, av_get_pix_fmt_name(format));
    }
    ZD_TRY(zd_frame_allocate(frame->info.width, frame->info.height, format, frame->av, out, err));
    for (int i = 0; i < to.colour_count; i++) {
        repack_component(frame, &frame->layout.colour[i], *out, &to.colour[i]);
    }
    if (to.has_alpha) {
        repack_component(frame, &frame->layout.alpha, *out, &to.alpha);
    }
    return ZD_OK;
}
