/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The first bytes tell EXR, PFM, HEIC and TIFF of floats; everything else is FFmpeg's. */

#include "media/still.h"

#include <stdio.h>
#include <string.h>

#include "media/av_support.h"
#include "media/frame_internal.h"
#include "media/movie.h"
#include "media/pfm.h"
#include "media/still_tags.h"

static bool is_exr(const char *path, const zd_still_head *head)
{
    (void) path;
    return memcmp(head->bytes, "\x76\x2f\x31\x01", 4) == 0;
}

static bool is_pfm(const char *path, const zd_still_head *head)
{
    const unsigned char *bytes = head->bytes;
    (void) path;
    return head->count >= 4 && bytes[0] == 'P' && (bytes[1] == 'F' || bytes[1] == 'f') &&
           (bytes[2] == '\n' || bytes[2] == ' ' || bytes[2] == '\r');
}

/* The brands of pictures coded in H.265; those in AV1 are FFmpeg's. */
static bool is_heif(const char *path, const zd_still_head *head)
{
    static const char *const brands[] = { "heic", "heix", "heim", "heis", "mif1", "msf1", "hevc" };
    (void) path;
    for (size_t i = 0; head->count == sizeof head->bytes && i < sizeof brands / sizeof *brands; i++)
    {
        if (memcmp(head->bytes + 4, "ftyp", 4) == 0 && memcmp(head->bytes + 8, brands[i], 4) == 0) {
            return i < 4 || memcmp(head->bytes + 16, "avif", 4) != 0;
        }
    }
    return false;
}

static bool is_float_tiff(const char *path, const zd_still_head *head)
{
    (void) head;
    return zd_still_tags_is_float_tiff(path);
}

/* What is not left to FFmpeg, in the order in which it is asked. */
static const struct {
    zd_still_type type;
    bool (*recognises)(const char *path, const zd_still_head *head);
    zd_status (*load)(zd_context *ctx, const char *path, const zd_reader_params *params,
                      zd_still *out, zd_error *err);
} formats[] = {
    { .type = ZD_STILL_EXR, .recognises = is_exr, .load = zd_still_load_exr },
    { .type = ZD_STILL_PFM, .recognises = is_pfm, .load = zd_still_load_pfm },
    { .type = ZD_STILL_HEIF, .recognises = is_heif, .load = zd_still_load_heif },
    { .type = ZD_STILL_TIFF, .recognises = is_float_tiff, .load = zd_still_load_tiff },
};

enum { FORMATS = sizeof formats / sizeof *formats };

zd_status zd_still_detect(const char *path, zd_still_type *type, zd_error *err)
{
    zd_still_head head = { 0 };
    *type = ZD_STILL_OTHER;
    ZD_TRY(zd_av_check_file(path, err));
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return ZD_OK; /* whoever opens it for real gives the reason */
    }
    head.count = fread(head.bytes, 1, sizeof head.bytes, file);
    fclose(file);
    for (int i = 0; i < FORMATS; i++) {
        if (formats[i].recognises(path, &head)) {
            *type = formats[i].type;
            return ZD_OK;
        }
    }
    return ZD_OK;
}

static zd_status load_other(zd_context *ctx, const char *path, const zd_reader_params *params,
                            zd_still *out, zd_error *err)
{
    zd_movie *movie = NULL;
    zd_reader_info info;
    zd_reader_params plain = { .threads = 1, .damage = params->damage };
    ZD_TRY(zd_movie_open(ctx, path, &plain, &movie, &info, err));
    zd_status status = zd_movie_next(movie, &out->frame, err);
    zd_movie_close(&movie);
    snprintf(out->codec, sizeof out->codec, "%s", info.codec);
    return status;
}

zd_status zd_still_load(zd_context *ctx, const char *path, const zd_reader_params *params,
                        zd_still *out, zd_error *err)
{
    zd_still_type type;
    *out = (zd_still){ 0 };
    ZD_TRY(zd_still_detect(path, &type, err));
    for (int i = 0; i < FORMATS; i++) {
        if (formats[i].type == type) {
            return formats[i].load(ctx, path, params, out, err);
        }
    }
    return load_other(ctx, path, params, out, err);
}

zd_status zd_still_load_pfm(zd_context *ctx, const char *path, const zd_reader_params *params,
                            zd_still *out, zd_error *err)
{
    (void) params;
    zd_image *image = NULL;
    AVFrame *av = NULL;
    ZD_TRY(zd_pfm_read(ctx, path, &image, err));
    zd_view view = zd_image_view(image);
    bool is_gray = view.format.channels == 1;
    enum AVPixelFormat format = is_gray ? AV_PIX_FMT_GRAYF32LE : AV_PIX_FMT_GBRPF32LE;
    zd_status status = zd_frame_allocate(view.width, view.height, format, NULL, &av, err);
    static const int planes[3] = { 2, 0, 1 };
    for (int y = 0; status == ZD_OK && y < view.height; y++) {
        const float *from = zd_view_row_f32(view, y);
        for (int c = 0; c < view.format.channels; c++) {
            int plane = is_gray ? 0 : planes[c];
            float *to = (float *) (void *) (av->data[plane] + (ptrdiff_t) y * av->linesize[plane]);
            for (int x = 0; x < view.width; x++) {
                to[x] = from[(ptrdiff_t) x * view.format.channels + c];
            }
        }
    }
    zd_image_unref(&image);
    if (status != ZD_OK) {
        return status;
    }
    av->color_trc = AVCOL_TRC_LINEAR;
    av->color_range = AVCOL_RANGE_JPEG;
    av->pts = 0;
    snprintf(out->codec, sizeof out->codec, "pfm");
    zd_frame_info like = { .duration = 1, .time_base = { 1, 24 } };
    return zd_frame_wrap(ctx, av, &like, true, &out->frame, err);
}
