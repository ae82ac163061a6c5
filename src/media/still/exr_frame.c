/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Which channels of an EXR make a picture, and the picture made of them. */

#include <assert.h>
#include <libavutil/rational.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "media/exr.h"
#include "media/frame_internal.h"
#include "media/overscan.h"
#include "media/still.h"

enum { ZD_EXR_PLANES = 4 };

typedef struct picture_channels {
    int index[ZD_EXR_PLANES]; /* R, G, B, A; gray repeats; -1: none */
    bool is_gray;
} picture_channels;

static int find_in_layer(const zd_exr *exr, int part, const char *layer, const char *name)
{
    char full[256];
    if (layer == NULL || layer[0] == '\0') {
        return zd_exr_find_channel(exr, part, name);
    }
    snprintf(full, sizeof full, "%s.%s", layer, name);
    return zd_exr_find_channel(exr, part, full);
}

static void list_channels(zd_context *ctx, const zd_exr *exr, int part, char *to, size_t size)
{
    assert(size > 0);
    zd_text text;
    zd_text_init(&text, ctx);
    for (int i = 0; i < zd_exr_channel_count(exr, part) && text.length < size; i++) {
        zd_text_format(&text, "%s%s", i > 0 ? ", " : "", zd_exr_channel(exr, part, i).name);
    }
    snprintf(to, size, "%s", text.data != NULL ? text.data : "none");
    zd_text_release(&text);
}

static bool choose_channels(const zd_exr *exr, int part, const char *layer, picture_channels *out)
{
    static const char *const names[ZD_EXR_PLANES] = { "R", "G", "B", "A" };
    for (int i = 0; i < ZD_EXR_PLANES; i++) {
        out->index[i] = find_in_layer(exr, part, layer, names[i]);
    }
    out->is_gray = false;
    if (out->index[0] >= 0 && out->index[1] >= 0 && out->index[2] >= 0) {
        return true;
    }
    int gray = find_in_layer(exr, part, layer, "Y");
    if (gray < 0 && layer != NULL) {
        gray = zd_exr_find_channel(exr, part, layer);
    }
    if (gray < 0 && layer == NULL && zd_exr_channel_count(exr, part) == 1) {
        gray = 0;
    }
    bool is_luma_chroma = layer == NULL && zd_exr_find_channel(exr, part, "RY") >= 0;
    out->is_gray = true;
    out->index[0] = out->index[1] = out->index[2] = gray;
    return gray >= 0 && !is_luma_chroma;
}

static zd_status check_part(const zd_exr *exr, const char *path, int part, zd_error *err)
{
    int parts = zd_exr_part_count(exr);
    if (part < 0 || part >= parts) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' has no part %d; its parts are 0 to %d",
                       path, part, parts - 1);
    }
    return ZD_OK;
}

/* The format with the fewest planes that holds what there is. */
static enum AVPixelFormat format_of(const picture_channels *channels)
{
    if (channels->index[3] >= 0) {
        return AV_PIX_FMT_GBRAPF32LE;
    }
    return channels->is_gray ? AV_PIX_FMT_GRAYF32LE : AV_PIX_FMT_GBRPF32LE;
}

static zd_view plane_view(const AVFrame *av, int plane)
{
    return (zd_view){ av->data[plane], av->width, av->height, av->linesize[plane], ZD_GRAY_F32 };
}

static zd_status read_planes(zd_context *ctx, zd_exr *exr, const zd_reader_params *params,
                             zd_exr_place from, const picture_channels *channels, AVFrame *av,
                             zd_error *err)
{
    static const int planes[ZD_EXR_PLANES] = { 2, 0, 1, 3 }; /* R, G, B, A in GBRA */
    zd_exr_wanted wanted[ZD_EXR_PLANES];
    int count = 0;
    int64_t bad = 0;
    bool is_gray_plane = av->format == AV_PIX_FMT_GRAYF32LE;
    int used = is_gray_plane || channels->is_gray ? 1 : 3;
    for (int i = 0; i < used; i++) {
        wanted[count++] =
            (zd_exr_wanted){ channels->index[i], plane_view(av, is_gray_plane ? 0 : planes[i]), 0 };
    }
    if (channels->index[3] >= 0) {
        wanted[count++] = (zd_exr_wanted){ channels->index[3], plane_view(av, 3), 0 };
    }
    ZD_TRY(zd_exr_read_any(exr, params->part, from, wanted, count, &bad, err));
    if (channels->is_gray && !is_gray_plane) {
        zd_view_copy(plane_view(av, 2), plane_view(av, 0));
        zd_view_copy(plane_view(av, 2), plane_view(av, 1));
    }
    if (bad > 0) {
        zd_log_write(zd_context_log(ctx), ZD_LOG_WARN, "media",
                     "'%s' has %lld samples that are NaN or infinite", zd_exr_path(exr),
                     (long long) bad);
    }
    return ZD_OK;
}

/* The data window and the display window together; true where it is more than the latter. */
static bool find_overscan(const zd_exr *exr, int part, int width, int height, zd_rect *out)
{
    int x;
    int y;
    int data_width;
    int data_height;
    int limit = zd_context_max_dimension(zd_exr_context(exr));
    zd_exr_data_window(exr, part, &x, &y, &data_width, &data_height);
    bool touches = x < width && y < height && x > -data_width && y > -data_height;
    if (!touches) { /* or lies anywhere: nothing around this picture */
        return false;
    }
    *out = (zd_rect){ x < 0 ? x : 0, y < 0 ? y : 0, x + data_width > width ? x + data_width : width,
                      y + data_height > height ? y + data_height : height };
    bool is_more = out->x0 < 0 || out->y0 < 0 || out->x1 > width || out->y1 > height;
    return is_more && out->x1 - out->x0 <= limit && out->y1 - out->y0 <= limit;
}

/* Copies the part of `whole` that begins at (x, y). */
static void crop(const AVFrame *whole, int x, int y, AVFrame *to)
{
    assert(x >= 0 && y >= 0 && x + to->width <= whole->width && y + to->height <= whole->height);
    int planes = av_pix_fmt_count_planes((enum AVPixelFormat) to->format);
    for (int p = 0; p < planes; p++) {
        for (int row = 0; row < to->height; row++) {
            memcpy(to->data[p] + (ptrdiff_t) row * to->linesize[p],
                   whole->data[p] + (ptrdiff_t) (y + row) * whole->linesize[p] +
                       (ptrdiff_t) x * (ptrdiff_t) sizeof(float),
                   (size_t) to->width * sizeof(float));
        }
    }
}

/* The picture, with what lies around the display window. */
static zd_status read_with_overscan(zd_context *ctx, zd_exr *exr, const zd_reader_params *params,
                                    const picture_channels *channels, AVFrame *av, zd_error *err)
{
    zd_rect all;
    AVFrame *whole = NULL;
    if (!find_overscan(exr, params->part, av->width, av->height, &all)) {
        return read_planes(ctx, exr, params, (zd_exr_place){ 0, 0 }, channels, av, err);
    }
    ZD_TRY(zd_frame_allocate(all.x1 - all.x0, all.y1 - all.y0, (enum AVPixelFormat) av->format,
                             NULL, &whole, err));
    zd_exr_place from = { all.x0, all.y0 };
    zd_status status = read_planes(ctx, exr, params, from, channels, whole, err);
    if (status != ZD_OK) {
        av_frame_free(&whole);
        return status;
    }
    crop(whole, -all.x0, -all.y0, av);
    return zd_overscan_attach(av, whole, all.x0, all.y0, err);
}

static bool is_all_half(const zd_exr *exr, int part, const picture_channels *channels)
{
    for (int i = 0; i < ZD_EXR_PLANES; i++) {
        if (channels->index[i] >= 0 && !zd_exr_channel(exr, part, channels->index[i]).is_half) {
            return false;
        }
    }
    return true;
}

static zd_status read_picture(zd_context *ctx, zd_exr *exr, const char *path,
                              const zd_reader_params *params, zd_still *out, zd_error *err)
{
    picture_channels channels;
    int width;
    int height;
    ZD_TRY(check_part(exr, path, params->part, err));
    if (!choose_channels(exr, params->part, params->layer, &channels)) {
        char names[160];
        list_channels(ctx, exr, params->part, names, sizeof names);
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' has no channels R, G and B%s%s; choose a layer among its channels %s",
                       path, params->layer != NULL ? " in layer " : "",
                       params->layer != NULL ? params->layer : "", names);
    }
    zd_exr_size(exr, params->part, &width, &height);
    AVFrame *av = NULL;
    ZD_TRY(zd_frame_allocate(width, height, format_of(&channels), NULL, &av, err));
    zd_status status = read_with_overscan(ctx, exr, params, &channels, av, err);
    if (status != ZD_OK) {
        av_frame_free(&av);
        return status;
    }
    av->color_trc = AVCOL_TRC_LINEAR;
    av->color_range = AVCOL_RANGE_JPEG;
    av->colorspace = AVCOL_SPC_RGB;
    av->sample_aspect_ratio = av_d2q((double) zd_exr_pixel_aspect(exr, params->part), 1000);
    av->pts = 0;
    out->is_half = is_all_half(exr, params->part, &channels);
    zd_frame_info like = { .is_premultiplied = true, .duration = 1, .time_base = { 1, 24 } };
    snprintf(out->codec, sizeof out->codec, "exr");
    return zd_frame_wrap(ctx, av, &like, true, &out->frame, err);
}

zd_status zd_still_load_exr(zd_context *ctx, const char *path, const zd_reader_params *params,
                            zd_still *out, zd_error *err)
{
    zd_exr *exr = NULL;
    ZD_TRY(zd_exr_open(ctx, path, &exr, err));
    zd_status status = read_picture(ctx, exr, path, params, out, err);
    zd_exr_close(&exr);
    return status;
}
