/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Pictures as decoders give them: what their tags mean, how codes of each pixel format become values by the
 * formulas of ITU-T H.273, chroma by its place, turned pictures and foreign layouts. Formats and their layouts
 * are also a text, tests/media/format_table.txt, which ZD_UPDATE=1 writes anew. */

#include "core/file.h"
#include "core/size.h"
#include "core/text.h"
#include "media/frame_internal.h"
#include "media_test.h"

#include <libavcodec/avcodec.h>
#include <libavutil/imgutils.h>

enum { TABLE_VERSION = 59, W = 37, H = 22 };

static AVFrame *new_av(enum AVPixelFormat format, int width, int height)
{
    AVFrame *av = NULL;
    REQUIRE_OK(zd_frame_allocate(width, height, format, NULL, &av, &err));
    return av;
}

/* Every byte another, and none that depends on padding. */
static void fill_bytes(AVFrame *av, unsigned long long seed)
{
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    for (int p = 0; p < av_pix_fmt_count_planes((enum AVPixelFormat) av->format); p++) {
        bool is_chroma = (p == 1 || p == 2) && (format->flags & AV_PIX_FMT_FLAG_RGB) == 0;
        int rows = is_chroma ? zd_frame_ceil_shift(av->height, format->log2_chroma_h) : av->height;
        int bytes = av_image_get_linesize((enum AVPixelFormat) av->format, av->width, p);
        int depth = format->comp[0].depth;
        for (int y = 0; y < rows; y++) {
            uint8_t *row = av->data[p] + (ptrdiff_t) y * av->linesize[p];
            for (int i = 0; i < bytes; i++) {
                row[i] = (uint8_t) (zd_test_random(&seed) >> 56);
            }
            for (int i = 1; i < bytes && depth > 8 && depth < 16; i += 2) {
                row[i] = (uint8_t) (row[i] & ((1 << (depth - 8)) - 1));
            }
        }
    }
}

/* ---- tags ---- */

static void transfers_are_those_of_their_numbers(void)
{
    static const struct {
        int id;
        zd_transfer video;
        zd_transfer still;
    } cases[] = {
        { 0, ZD_TRANSFER_BT709, ZD_TRANSFER_SRGB },
        { 1, ZD_TRANSFER_BT709, ZD_TRANSFER_BT709 },
        { 2, ZD_TRANSFER_BT709, ZD_TRANSFER_SRGB },
        { 4, ZD_TRANSFER_GAMMA22, ZD_TRANSFER_GAMMA22 },
        { 5, ZD_TRANSFER_GAMMA28, ZD_TRANSFER_GAMMA28 },
        { 6, ZD_TRANSFER_BT709, ZD_TRANSFER_BT709 },
        { 8, ZD_TRANSFER_LINEAR, ZD_TRANSFER_LINEAR },
        { 13, ZD_TRANSFER_SRGB, ZD_TRANSFER_SRGB },
        { 14, ZD_TRANSFER_BT709, ZD_TRANSFER_BT709 },
        { 16, ZD_TRANSFER_PQ, ZD_TRANSFER_PQ },
        { 18, ZD_TRANSFER_HLG, ZD_TRANSFER_HLG },
        { 99, ZD_TRANSFER_BT709, ZD_TRANSFER_BT709 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        REQUIRE_INT(zd_frame_transfer_of(cases[i].id, false), cases[i].video);
        REQUIRE_INT(zd_frame_transfer_of(cases[i].id, true), cases[i].still);
    }
}

static void untagged_pictures_are_what_everybody_assumes(void)
{
    static const struct {
        enum AVPixelFormat format;
        int width;
        int height;
        int space;
        int range;
        bool is_still;
        int matrix;
        bool is_full;
        zd_transfer transfer;
    } cases[] = {
        { AV_PIX_FMT_YUV420P, 720, 576, 2, 0, false, 6, false, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 720, 577, 2, 0, false, 1, false, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 1279, 576, 2, 0, false, 6, false, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 1280, 576, 2, 0, false, 1, false, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 1280, 720, 0, 2, false, 1, true, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 1280, 720, 9, 1, false, 9, false, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUV420P, 1280, 720, 2, 0, true, 5, false, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_YUVJ444P, 64, 48, 2, 1, false, 6, true, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_YUVJ411P, 64, 48, 2, 0, false, 6, true, ZD_TRANSFER_BT709 },
        { AV_PIX_FMT_RGB24, 64, 48, 1, 1, false, 0, true, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_GBRPF32LE, 64, 48, 2, 1, false, 0, true, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_GRAY8, 64, 48, 2, 0, false, 0, true, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_GRAY8, 64, 48, 2, 1, false, 0, false, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_GRAY16LE, 64, 48, 2, 2, false, 0, true, ZD_TRANSFER_SRGB },
        { AV_PIX_FMT_YA8, 64, 48, 2, 0, false, 0, true, ZD_TRANSFER_SRGB },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AVFrame *av = av_frame_alloc();
        av->format = cases[i].format;
        av->width = cases[i].width;
        av->height = cases[i].height;
        av->colorspace = (enum AVColorSpace) cases[i].space;
        av->color_range = (enum AVColorRange) cases[i].range;
        av->color_primaries = AVCOL_PRI_BT2020;
        av->chroma_location = AVCHROMA_LOC_TOPLEFT;
        zd_media_colour c = zd_frame_colour_of(av, cases[i].is_still);
        av_frame_free(&av);
        if (c.matrix_id != cases[i].matrix || c.is_full_range != cases[i].is_full ||
            c.transfer != cases[i].transfer || c.primaries_id != 9 || c.chroma_site_id != 3 ||
            c.transfer_id != 2)
        {
            ZD_TEST_FAIL("case %zu: matrix %d, full %d, transfer %d", i, c.matrix_id,
                         (int) c.is_full_range, (int) c.transfer);
        }
    }
}

/* ---- layouts ---- */

static void formats_are_as_written(void)
{
    char path[1024];
    char *stored = NULL;
    size_t bytes;
    zd_text text;
    const char *folder = getenv("ZD_SOURCE");
    zd_media_colour limited = { .matrix_id = 1 };
    if (avcodec_version() >> 16 != TABLE_VERSION) {
        SKIP("the table of formats is that of libavcodec %d", TABLE_VERSION);
    }
    zd_text_init(&text, ctx);
    zd_text_add(
        &text,
        "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n# SPDX-License-Identifier: Apache-2.0\n"
        "# How pixel formats are read, by tests/media/test_pictures.c: each component's plane, first sample,\n"
        "# step, shift, subsampling, largest code, zero and span; or the format that it is brought to.\n");
    for (const AVPixFmtDescriptor *d = NULL; (d = av_pix_fmt_desc_next(d)) != NULL;) {
        enum AVPixelFormat format = av_pix_fmt_desc_get_id(d);
        zd_layout layout;
        if ((d->flags & AV_PIX_FMT_FLAG_HWACCEL) != 0) {
            continue;
        }
        zd_text_format(&text, "%s:", d->name);
        if (!zd_layout_describe(format, &limited, &layout)) {
            zd_text_format(&text, " to %s\n", av_get_pix_fmt_name(zd_layout_nearest(format)));
            continue;
        }
        REQUIRE(zd_layout_nearest(format) == format);
        zd_text_format(&text, " %s%s",
                       layout.code == ZD_CODE_U8    ? "u8"
                       : layout.code == ZD_CODE_U16 ? "u16"
                                                    : "f32",
                       layout.is_yuv ? " yuv" : "");
        for (int i = 0; i < layout.colour_count + layout.has_alpha; i++) {
            const zd_frame_component *c =
                i < layout.colour_count ? &layout.colour[i] : &layout.alpha;
            zd_text_format(&text, "%s %d+%d/%d>>%d", i < layout.colour_count ? "," : ", alpha",
                           c->plane, c->offset, c->step, c->shift);
            zd_text_format(&text, " %d%d %d %g %g", c->log2_w, c->log2_h, c->max_code,
                           (double) c->zero, (double) c->code_scale);
        }
        zd_text_add(&text, "\n");
    }
    snprintf(path, sizeof path, "%s/tests/media/format_table.txt", folder != NULL ? folder : ".");
    if (getenv("ZD_UPDATE") != NULL) {
        REQUIRE_OK(zd_file_write(ctx, path, text.data, text.length, &err));
    }
    REQUIRE_OK(zd_file_read_text(ctx, path, 1 << 20, &stored, &bytes, &err));
    for (size_t i = 0, begin = 0, line = 1; i <= text.length; i++) {
        if (text.data[i] != stored[i]) {
            ZD_TEST_FAIL("%s:%zu: the table now says\n%.160s", path, line, text.data + begin);
        }
        line += text.data[i] == '\n';
        begin = text.data[i] == '\n' ? i + 1 : begin;
    }
    zd_free(ctx, stored);
    zd_text_release(&text);
}

/* No sample of a format that is read as it lies is outside its row, or is that of another pixel. */
static void samples_lie_within_their_rows(void)
{
    zd_media_colour limited = { .matrix_id = 1 };
    for (const AVPixFmtDescriptor *d = NULL; (d = av_pix_fmt_desc_next(d)) != NULL;) {
        enum AVPixelFormat format = av_pix_fmt_desc_get_id(d);
        zd_layout layout;
        if (!zd_layout_describe(format, &limited, &layout)) {
            continue;
        }
        int bytes = layout.code == ZD_CODE_U8 ? 1 : layout.code == ZD_CODE_U16 ? 2 : 4;
        for (int width = 1; width < 40; width++) {
            for (int i = 0; i < layout.colour_count + layout.has_alpha; i++) {
                const zd_frame_component *c =
                    i < layout.colour_count ? &layout.colour[i] : &layout.alpha;
                int last = c->offset + (zd_frame_ceil_shift(width, c->log2_w) - 1) * c->step;
                /* Chroma pairs of odd widths are whole in memory. */
                int row = av_image_get_linesize(format, (width + 3) / 4 * 4, c->plane);
                if ((last + 1) * bytes > row) {
                    ZD_TEST_FAIL(
                        "%s: sample %d of component %d at a width of %d is beyond %d bytes",
                        d->name, last, i, width, row);
                }
            }
        }
    }
}

static void matrices_are_those_of_h273(void)
{
    static const double weights[][3] = { { 1, 0.2126, 0.0722 }, { 4, 0.30, 0.11 },
                                         { 5, 0.299, 0.114 },   { 6, 0.299, 0.114 },
                                         { 7, 0.212, 0.087 },   { 9, 0.2627, 0.0593 },
                                         { 10, 0.2627, 0.0593 } };
    zd_layout layout;
    for (size_t i = 0; i < sizeof weights / sizeof *weights; i++) {
        double kr = weights[i][1];
        double kb = weights[i][2];
        REQUIRE(zd_matrix_set((int) weights[i][0], &layout));
        for (int c = 0; c < 3; c++) { /* of a pure colour */
            double rgb[3] = { c == 0, c == 1, c == 2 };
            double y = kr * rgb[0] + (1.0 - kr - kb) * rgb[1] + kb * rgb[2];
            double u = (rgb[2] - y) / (2.0 * (1.0 - kb));
            double v = (rgb[0] - y) / (2.0 * (1.0 - kr));
            REQUIRE_NEAR(layout.from_rgb[0][c], y, 1e-6);
            REQUIRE_NEAR(layout.from_rgb[1][c], u, 1e-6);
            REQUIRE_NEAR(layout.from_rgb[2][c], v, 1e-6);
            for (int k = 0; k < 3; k++) {
                REQUIRE_NEAR(y + (double) layout.to_rgb[k][0] * u +
                                 (double) layout.to_rgb[k][1] * v,
                             rgb[k], 1e-6);
            }
        }
    }
    REQUIRE(zd_matrix_set(AVCOL_SPC_YCGCO, &layout));
    const double rgb[3] = { 0.3, 0.8, 0.1 };
    double codes[3];
    for (int i = 0; i < 3; i++) {
        codes[i] = 0.0;
        for (int c = 0; c < 3; c++) {
            codes[i] += (double) layout.from_rgb[i][c] * rgb[c];
        }
    }
    REQUIRE_NEAR(codes[0], 0.25 * 0.3 + 0.5 * 0.8 + 0.25 * 0.1, 1e-6);
    REQUIRE_NEAR(codes[1], 0.5 * 0.8 - 0.25 * 0.3 - 0.25 * 0.1, 1e-6); /* Cg */
    REQUIRE_NEAR(codes[2], 0.5 * 0.3 - 0.5 * 0.1, 1e-6);
    for (int k = 0; k < 3; k++) {
        REQUIRE_NEAR(codes[0] + (double) layout.to_rgb[k][0] * codes[1] +
                         (double) layout.to_rgb[k][1] * codes[2],
                     rgb[k], 1e-6);
    }
    REQUIRE(!zd_matrix_set(AVCOL_SPC_ICTCP, &layout) &&
            !zd_matrix_set(AVCOL_SPC_SMPTE2085, &layout));
}

/* ---- values ---- */

/* The code of a component at a pixel of its plane, by FFmpeg's descriptor. */
static double code_at(const AVFrame *av, int component, int x, int y)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    uint16_t code = 0;
    av_read_image_line2(&code, (const uint8_t **) av->data, av->linesize, d, x, y, component, 1, 0,
                        2);
    return code;
}

/* Chroma between its samples: these lie at every second pixel, or between two, and so do rows. */
static double chroma_at(const AVFrame *av, int component, int x, int y, bool left, bool top)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    double sx = 1 << d->log2_chroma_w;
    double sy = 1 << d->log2_chroma_h;
    double u = left || sx == 1.0 ? x / sx : (x + 0.5) / sx - 0.5;
    double v = top || sy == 1.0 ? y / sy : (y + 0.5) / sy - 0.5;
    int w = zd_frame_ceil_shift(av->width, d->log2_chroma_w);
    int h = zd_frame_ceil_shift(av->height, d->log2_chroma_h);
    double sum = 0.0;
    for (int i = 0; i < 4; i++) {
        int cx = (int) floor(u) + i % 2;
        int cy = (int) floor(v) + i / 2;
        double share = (1.0 - fabs(u - cx)) * (1.0 - fabs(v - cy));
        sum += share > 0.0 ? share * code_at(av, component, zd_int_clamp(cx, 0, w - 1),
                                             zd_int_clamp(cy, 0, h - 1))
                           : 0.0;
    }
    return sum;
}

static void expect_yuv(const AVFrame *av, const zd_media_colour *c, int x, int y, double rgb[3])
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat) av->format);
    double unit = 1 << (d->comp[0].depth - 8);
    double most = (1 << d->comp[0].depth) - 1;
    int site = c->chroma_site_id;
    bool left = site == 0 || site == 1 || site == 3 || site == 5;
    bool top = site == 3 || site == 4;
    double luma = c->is_full_range ? code_at(av, 0, x, y) / most
                                   : (code_at(av, 0, x, y) - 16.0 * unit) / (219.0 * unit);
    double u = (chroma_at(av, 1, x, y, left, top) - 128.0 * unit) /
               (c->is_full_range ? most : 224.0 * unit);
    double v = (chroma_at(av, 2, x, y, left, top) - 128.0 * unit) /
               (c->is_full_range ? most : 224.0 * unit);
    double kr = c->matrix_id == 9 ? 0.2627 : c->matrix_id == 1 ? 0.2126 : 0.299;
    double kb = c->matrix_id == 9 ? 0.0593 : c->matrix_id == 1 ? 0.0722 : 0.114;
    rgb[0] = luma + 2.0 * (1.0 - kr) * v;
    rgb[2] = luma + 2.0 * (1.0 - kb) * u;
    rgb[1] = (luma - kr * rgb[0] - kb * rgb[2]) / (1.0 - kr - kb);
}

/* All sites, ranges and depths; also formats that are brought to others first. */
static void codes_become_values_by_the_formula(void)
{
    static const enum AVPixelFormat formats[] = {
        AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV411P,
        AV_PIX_FMT_YUV440P, AV_PIX_FMT_NV12,        AV_PIX_FMT_NV21,        AV_PIX_FMT_YUV420P10BE,
        AV_PIX_FMT_YUV410P, AV_PIX_FMT_YUYV422,     AV_PIX_FMT_UYVY422
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        for (int site = 0; site <= 6; site++) {
            AVFrame *av = new_av(formats[i], W, H);
            zd_frame *frame = NULL;
            zd_image *image = NULL;
            zd_view view = new_picture(W, H, 3, &image);
            fill_bytes(av, i * 7 + (unsigned) site + 1);
            av->colorspace = site % 3 == 0   ? AVCOL_SPC_BT709
                             : site % 3 == 1 ? AVCOL_SPC_BT2020_NCL
                                             : AVCOL_SPC_SMPTE170M;
            av->color_range = site % 2 == 0 ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG;
            av->chroma_location = (enum AVChromaLocation) site;
            if (formats[i] == AV_PIX_FMT_YUV420P10BE) { /* its bytes are the other way round */
                for (int p = 0; p < 3; p++) {
                    for (int k = 0; k < (p == 0 ? H : H / 2); k++) {
                        for (int b = 0; b + 1 < av->linesize[p]; b += 2) {
                            uint8_t *at = av->data[p] + (ptrdiff_t) k * av->linesize[p] + b;
                            at[0] = at[1] & 3;
                        }
                    }
                }
            }
            AVFrame *kept = av_frame_clone(av);
            REQUIRE_OK(zd_frame_wrap(ctx, av, NULL, false, &frame, &err));
            REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, W, H }, view, &err));
            zd_media_colour colour = zd_frame_info_get(frame)->colour;
            REQUIRE(colour.is_full_range == (site % 2 != 0) && colour.chroma_site_id == site);
            for (int at = 0; at < W * H; at++) {
                double rgb[3];
                expect_yuv(kept, &colour, at % W, at / W, rgb);
                for (int c = 0; c < 3; c++) {
                    REQUIRE_NEAR(zd_view_row_f32(view, at / W)[at % W * 3 + c], rgb[c], 2e-4);
                }
            }
            av_frame_free(&kept);
            zd_frame_unref(&frame);
            zd_image_unref(&image);
        }
    }
}

static void rgb_and_alpha_are_shares_of_the_largest_code(void)
{
    static const enum AVPixelFormat formats[] = { AV_PIX_FMT_RGB24,     AV_PIX_FMT_BGRA,
                                                  AV_PIX_FMT_ARGB,      AV_PIX_FMT_RGBA64LE,
                                                  AV_PIX_FMT_RGB48BE,   AV_PIX_FMT_GBRP10LE,
                                                  AV_PIX_FMT_GBRAP12LE, AV_PIX_FMT_BGR0 };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        AVFrame *av = new_av(formats[i], W, H);
        zd_frame *frame = NULL;
        zd_image *image = NULL;
        zd_view view = new_picture(W, H, 4, &image);
        const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(formats[i]);
        bool has_alpha = (d->flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
        double most = (1 << d->comp[0].depth) - 1;
        fill_bytes(av, i + 40);
        AVFrame *kept = av_frame_clone(av);
        REQUIRE_OK(zd_frame_wrap(ctx, av, NULL, false, &frame, &err));
        REQUIRE_OK(zd_frame_read(frame, (zd_rect){ 0, 0, W, H }, view, &err));
        REQUIRE(zd_frame_info_get(frame)->has_alpha == has_alpha);
        for (int at = 0; at < W * H; at++) {
            for (int c = 0; c < 4; c++) {
                double expected =
                    c == 3 && !has_alpha ? 1.0 : code_at(kept, c, at % W, at / W) / most;
                REQUIRE_NEAR(zd_view_row_f32(view, at / W)[at % W * 4 + c], expected, 1e-5);
            }
        }
        av_frame_free(&kept);
        zd_frame_unref(&frame);
        zd_image_unref(&image);
    }
}

/* ---- turned ---- */

static void turned_pixels_are_where_they_belong(void)
{
    static const enum AVPixelFormat formats[] = { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUVA444P10LE,
                                                  AV_PIX_FMT_RGB24,   AV_PIX_FMT_GRAY16LE,
                                                  AV_PIX_FMT_NV12,    AV_PIX_FMT_GBRPF32LE,
                                                  AV_PIX_FMT_RGBA };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        for (int turn = 0; turn < 8; turn++) {
            int degrees = turn % 4 * 90;
            bool mirror = turn >= 4;
            bool is_sideways = degrees == 90 || degrees == 270;
            AVFrame *av = new_av(formats[i], 36, 22);
            fill_bytes(av, i * 8 + (unsigned) turn + 3);
            av->sample_aspect_ratio = (AVRational){ 4, 3 };
            av->pts = 77;
            AVFrame *kept = av_frame_clone(av);
            REQUIRE_OK(zd_frame_rotate(&av, degrees, mirror, &err));
            REQUIRE(av->format == (int) formats[i] && av->pts == 77);
            REQUIRE(av->width == (is_sideways ? 22 : 36) && av->height == (is_sideways ? 36 : 22));
            REQUIRE(av->sample_aspect_ratio.num == (is_sideways ? 3 : 4) &&
                    av->sample_aspect_ratio.den == (is_sideways ? 4 : 3));
            const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(formats[i]);
            for (int c = 0; c < d->nb_components && formats[i] != AV_PIX_FMT_GBRPF32LE; c++) {
                bool is_chroma = d->log2_chroma_w > 0 && (c == 1 || c == 2);
                int w = is_chroma ? 18 : 36;
                int h = is_chroma ? 11 : 22;
                for (int at = 0; at < w * h; at++) {
                    int x = mirror ? w - 1 - at % w : at % w;
                    int y = at / w;
                    int tx = degrees == 0     ? x
                             : degrees == 90  ? h - 1 - y
                             : degrees == 180 ? w - 1 - x
                                              : y;
                    int ty = degrees == 0     ? y
                             : degrees == 90  ? x
                             : degrees == 180 ? h - 1 - y
                                              : w - 1 - x;
                    REQUIRE(code_at(av, c, tx, ty) == code_at(kept, c, at % w, y));
                }
            }
            av_frame_free(&kept);
            av_frame_free(&av);
        }
    }
}

/* What cannot lie on its side in its own format gets full chroma first; upright it stays. */
static void uneven_formats_get_full_chroma(void)
{
    static const enum AVPixelFormat formats[][3] = {
        { AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV422P },
        { AV_PIX_FMT_YUV422P10LE, AV_PIX_FMT_YUV444P10LE, AV_PIX_FMT_YUV422P10LE },
        { AV_PIX_FMT_YUVA422P12LE, AV_PIX_FMT_YUVA444P12LE, AV_PIX_FMT_YUVA422P12LE },
        { AV_PIX_FMT_YUV422P16LE, AV_PIX_FMT_YUV444P16LE, AV_PIX_FMT_YUV422P16LE },
        { AV_PIX_FMT_YUVA422P, AV_PIX_FMT_YUVA444P, AV_PIX_FMT_YUVA422P },
        { AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV440P },
        { AV_PIX_FMT_UYVY422, AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV444P },
        { AV_PIX_FMT_YUVA422P10LE, AV_PIX_FMT_YUVA444P10LE, AV_PIX_FMT_YUVA422P10LE },
        { AV_PIX_FMT_YUV422P12LE, AV_PIX_FMT_YUV444P12LE, AV_PIX_FMT_YUV422P12LE },
    };
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        for (int turn = 1; turn < 4; turn++) {
            AVFrame *av = new_av(formats[i][0], 36, 22);
            fill_bytes(av, i);
            REQUIRE_OK(zd_frame_rotate(&av, 90 * turn, false, &err));
            REQUIRE_INT(av->format, formats[i][turn == 2 ? 2 : 1]);
            av_frame_free(&av);
        }
    }
}

/* ---- other ways to lay the same codes ---- */

static void codes_are_laid_out_anew_without_arithmetic(void)
{
    static const struct {
        enum AVPixelFormat from;
        enum AVPixelFormat to;
        bool is_possible;
    } cases[] = {
        { AV_PIX_FMT_UYVY422, AV_PIX_FMT_YUV422P, true },
        { AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P, true },
        { AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P10LE, true },
        { AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP, true },
        { AV_PIX_FMT_BGRA, AV_PIX_FMT_RGBA, true },
        { AV_PIX_FMT_YUV420P, AV_PIX_FMT_NV12, true },
        { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV422P, false },
        { AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P10LE, false },
        { AV_PIX_FMT_RGB24, AV_PIX_FMT_RGBA, false },
        { AV_PIX_FMT_GBRP, AV_PIX_FMT_YUV444P, false },
        { AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_P010LE, true },
        { AV_PIX_FMT_GRAY8, AV_PIX_FMT_YUV420P, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        AVFrame *av = new_av(cases[i].from, 36, 22);
        AVFrame *out = NULL;
        zd_frame *frame = NULL;
        fill_bytes(av, i + 90);
        if (cases[i].from == AV_PIX_FMT_P010LE) {
            for (int b = 0; b < 2 * 22; b++) {
                for (int k = 0; k + 1 < 72; k += 2) {
                    uint8_t *at = av->data[b / 22] +
                                  (ptrdiff_t) (b % 22 / (b / 22 + 1)) * av->linesize[b / 22] + k;
                    at[0] &= 0xc0;
                }
            }
        }
        AVFrame *kept = av_frame_clone(av);
        REQUIRE_OK(zd_frame_wrap(ctx, av, NULL, false, &frame, &err));
        REQUIRE_INT(zd_frame_can_repack(frame, cases[i].to), cases[i].is_possible);
        if (cases[i].is_possible) {
            REQUIRE_OK(zd_frame_repack(frame, cases[i].to, &out, &err));
            REQUIRE_INT(out->format, cases[i].to);
            const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(cases[i].to);
            for (int c = 0; c < d->nb_components; c++) {
                bool is_chroma = (c == 1 || c == 2) && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0;
                int w = is_chroma ? zd_frame_ceil_shift(36, d->log2_chroma_w) : 36;
                int h = is_chroma ? zd_frame_ceil_shift(22, d->log2_chroma_h) : 22;
                for (int at = 0; at < w * h; at++) {
                    REQUIRE(code_at(out, c, at % w, at / w) == code_at(kept, c, at % w, at / w));
                }
            }
        }
        av_frame_free(&out);
        av_frame_free(&kept);
        zd_frame_unref(&frame);
    }
}

/* ---- what a frame tells ---- */

static void frames_tell_what_they_are(void)
{
    AVFrame *av = new_av(AV_PIX_FMT_YUVA444P10LE, W, H);
    zd_frame *frame = NULL;
    zd_frame *shared = NULL;
    zd_frame_info like = {
        .index = 9, .duration = 40, .time_base = { 1, 90000 }, .is_premultiplied = true
    };
    fill_bytes(av, 5);
    av->pts = 657000; /* 7.3 s */
    av->sample_aspect_ratio = (AVRational){ 64, 45 };
    REQUIRE_OK(zd_frame_wrap(ctx, av, &like, false, &frame, &err));
    const zd_frame_info *info = zd_frame_info_get(frame);
    REQUIRE(info->width == W && info->height == H && info->index == 9 && info->pts == 657000 &&
            info->duration == 40);
    REQUIRE(info->bit_depth == 10 && !info->is_float && info->has_alpha && info->is_premultiplied);
    REQUIRE(info->sample_aspect.numerator == 64 && info->sample_aspect.denominator == 45);
    REQUIRE_TEXT(info->pixel_format, "yuva444p10le");
    REQUIRE_INT(zd_frame_time_us(frame), 7300000);
    zd_frame_set_index(frame, 3);
    zd_frame_set_time(frame, 90, 7);
    REQUIRE(info->index == 3 && info->pts == 90 && info->duration == 7 && frame->av->pts == 90);
    REQUIRE_INT(zd_frame_time_us(frame), 1000);
    REQUIRE_OK(zd_frame_share(frame, (zd_rational){ 1, 25 }, 10, &shared, &err));
    REQUIRE(zd_frame_time_us(shared) == 400000 && zd_frame_info_get(shared)->duration == 1 &&
            zd_frame_time_us(frame) == 1000);
    REQUIRE(shared->av->data[0] == frame->av->data[0]);
    zd_frame_unref(&frame);
    REQUIRE(frame == NULL && zd_frame_info_get(shared)->width == W);
    zd_frame_unref(&shared);
    zd_frame_unref(&shared);
}

static void frames_without_tags_have_none(void)
{
    zd_frame *frame = NULL;
    zd_frame_info like = { 0 };
    AVFrame *av = NULL;
    av = new_av(AV_PIX_FMT_GRAY8, W, H);
    like.is_premultiplied = true;
    REQUIRE_OK(zd_frame_wrap(ctx, av, &like, true, &frame, &err));
    REQUIRE(!zd_frame_info_get(frame)->is_premultiplied && !zd_frame_info_get(frame)->has_alpha);
    REQUIRE(zd_frame_info_get(frame)->sample_aspect.numerator == 1 &&
            zd_frame_info_get(frame)->bit_depth == 8);
    zd_frame_unref(&frame);
    av = new_av(AV_PIX_FMT_YUV420P, W, H);
    av->colorspace = AVCOL_SPC_ICTCP;
    REQUIRE_FAILS(
        zd_frame_wrap(ctx, av, NULL, false, &frame, &err), ZD_ERR_UNSUPPORTED,
        "the colour matrix 'ictcp' is not supported; convert the footage to bt709 or bt2020nc first");
    REQUIRE(frame == NULL);
    av = new_av(AV_PIX_FMT_YUV420P, W, H);
    REQUIRE_OK(zd_frame_wrap(ctx, av, NULL, false, &frame, &err)); /* without a time base */
    REQUIRE_INT(zd_frame_time_us(frame), 0);
    zd_frame_unref(&frame);
}

/* Of "UYYVYY411" the samples of brightness are two apart, then three, so a row would be read beyond its end. */
static void uneven_pixels_are_refused(void)
{
    AVFrame *av = new_av(AV_PIX_FMT_UYYVYY411, 36, 22);
    zd_frame *frame = NULL;
    fill_bytes(av, 6);
    REQUIRE_FAILS(zd_frame_wrap(ctx, av, NULL, false, &frame, &err), ZD_ERR_UNSUPPORTED,
                  "pixel format 'uyyvyy411' cannot be converted");
    REQUIRE(frame == NULL);
}

static void black_is_the_code_of_no_light(void)
{
    static const struct {
        const char *format;
        bool is_full;
        int codes[4];
    } cases[] = { { "yuv420p", false, { 16, 128, 128, 0 } },
                  { "yuv420p", true, { 0, 128, 128, 0 } },
                  { "yuv422p10le", false, { 64, 512, 512, 0 } },
                  { "rgb24", false, { 0, 0, 0, 0 } },
                  { "yuva444p12le", false, { 256, 2048, 2048, 0 } },
                  { "gray16le", false, { 4096, 0, 0, 0 } },
                  { "nv12", false, { 16, 128, 128, 0 } },
                  { "gray8", true, { 0, 0, 0, 0 } } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        zd_frame_info info = info_like(
            strcmp(cases[i].format, "gray8") == 0 ? "gray" : cases[i].format, 1, cases[i].is_full);
        zd_frame *frame = NULL;
        info.pts = 12;
        info.duration = 3;
        info.sample_aspect = (zd_rational){ 8, 9 };
        info.colour.chroma_site_id = 3;
        REQUIRE_OK(zd_frame_create_black(ctx, &info, W, H, &frame, &err));
        const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat) frame->av->format);
        for (int c = 0; c < d->nb_components; c++) {
            bool is_chroma = (c == 1 || c == 2) && (d->flags & AV_PIX_FMT_FLAG_RGB) == 0;
            int w = is_chroma ? zd_frame_ceil_shift(W, d->log2_chroma_w) : W;
            int h = is_chroma ? zd_frame_ceil_shift(H, d->log2_chroma_h) : H;
            for (int at = 0; at < w * h; at++) {
                REQUIRE_INT((int) code_at(frame->av, c, at % w, at / w), cases[i].codes[c]);
            }
        }
        const AVFrame *av = frame->av;
        REQUIRE(av->pts == 12 && zd_frame_info_get(frame)->duration == 3 &&
                av->chroma_location == AVCHROMA_LOC_TOPLEFT);
        REQUIRE(av->sample_aspect_ratio.num == 8 && av->sample_aspect_ratio.den == 9 &&
                av->color_primaries == 1 && av->color_trc == 1);
        bool is_rgb = (d->flags & AV_PIX_FMT_FLAG_RGB) != 0;
        REQUIRE(av->color_range ==
                (is_rgb || cases[i].is_full ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG));
        REQUIRE(av->colorspace == (is_rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709));
        zd_frame_unref(&frame);
    }
    zd_frame_info wrong = info_like("pal8", 1, false);
    zd_frame *frame = NULL;
    REQUIRE_INT(zd_frame_create_black(ctx, &wrong, W, H, &frame, &err), ZD_ERR_UNSUPPORTED);
    REQUIRE(strncmp(err.message, "pixel format 'pal8' cannot be written; yuv420p, ", 48) == 0);
}

int main(void)
{
    media_begin(2);
    av_log_set_level(AV_LOG_QUIET);
    RUN(transfers_are_those_of_their_numbers);
    RUN(untagged_pictures_are_what_everybody_assumes);
    RUN(samples_lie_within_their_rows);
    RUN(formats_are_as_written);
    RUN(matrices_are_those_of_h273);
    RUN(codes_become_values_by_the_formula);
    RUN(rgb_and_alpha_are_shares_of_the_largest_code);
    RUN(turned_pixels_are_where_they_belong);
    RUN(uneven_formats_get_full_chroma);
    RUN(codes_are_laid_out_anew_without_arithmetic);
    RUN(frames_tell_what_they_are);
    RUN(frames_without_tags_have_none);
    RUN(uneven_pixels_are_refused);
    RUN(black_is_the_code_of_no_light);
    return media_end();
}
