/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* HEIC photographs through libheif, which turns and crops them as the file says. */

#include <libheif/heif.h>
#include <stdio.h>
#include <string.h>

#include "core/size.h"
#include "media/frame_internal.h"
#include "media/still.h"

typedef struct heif_job {
    zd_context *ctx;
    const char *path;
    struct heif_context *heif;
    struct heif_image_handle *handle;
    struct heif_image *image;
    AVFrame *av;
    bool is_deep; /* more than 8 bit */
    bool has_alpha;
} heif_job;

static zd_status check(const heif_job *job, struct heif_error error, zd_error *err)
{
    return error.code == heif_error_Ok
               ? ZD_OK
               : zd_fail(err,
                         error.code == heif_error_Unsupported_filetype ||
                                 error.code == heif_error_Unsupported_feature
                             ? ZD_ERR_UNSUPPORTED
                             : ZD_ERR_CORRUPT,
                         "'%s' is a HEIC picture that cannot be read: %s", job->path,
                         error.message);
}

static zd_status decode(heif_job *job, zd_error *err)
{
    int limit = zd_context_max_dimension(job->ctx);
    ZD_TRY(check(job, heif_context_read_from_file(job->heif, job->path, NULL), err));
    ZD_TRY(check(job, heif_context_get_primary_image_handle(job->heif, &job->handle), err));
    int width = heif_image_handle_get_width(job->handle);
    int height = heif_image_handle_get_height(job->handle);
    if (width < 1 || height < 1 || width > limit || height > limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' is %dx%d; each side must be 1 to %d", job->path,
                       width, height, limit);
    }
    job->is_deep = heif_image_handle_get_luma_bits_per_pixel(job->handle) > 8;
    job->has_alpha = heif_image_handle_has_alpha_channel(job->handle) != 0;
    enum heif_chroma chroma = job->is_deep ? job->has_alpha ? heif_chroma_interleaved_RRGGBBAA_LE
                                                            : heif_chroma_interleaved_RRGGBB_LE
                              : job->has_alpha ? heif_chroma_interleaved_RGBA
                                               : heif_chroma_interleaved_RGB;
    return check(
        job, heif_decode_image(job->handle, &job->image, heif_colorspace_RGB, chroma, NULL), err);
}

/* Codes of 10 or 12 bit to 16: the largest code stays the largest. */
static void widen_row(const uint8_t *from, uint16_t *to, int samples, int bits)
{
    unsigned most = (1u << bits) - 1;
    for (int i = 0; i < samples; i++) {
        unsigned code = (unsigned) from[2 * i] | (unsigned) from[2 * i + 1] << 8;
        to[i] = (uint16_t) ((zd_int_min((int) code, (int) most) * 65535u + most / 2) / most);
    }
}

static zd_status copy_pixels(heif_job *job, zd_error *err)
{
    int stride = 0;
    int width = heif_image_get_width(job->image, heif_channel_interleaved);
    int height = heif_image_get_height(job->image, heif_channel_interleaved);
    int bits = heif_image_get_bits_per_pixel_range(job->image, heif_channel_interleaved);
    const uint8_t *from =
        heif_image_get_plane_readonly(job->image, heif_channel_interleaved, &stride);
    int samples = job->has_alpha ? 4 : 3;
    enum AVPixelFormat format = job->is_deep
                                    ? job->has_alpha ? AV_PIX_FMT_RGBA64LE : AV_PIX_FMT_RGB48LE
                                : job->has_alpha ? AV_PIX_FMT_RGBA
                                                 : AV_PIX_FMT_RGB24;
    if (from == NULL || width < 1 || height < 1 || bits < 8 || bits > 16) {
        return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is a HEIC picture without pixels", job->path);
    }
    ZD_TRY(zd_frame_allocate(width, height, format, NULL, &job->av, err));
    for (int y = 0; y < height; y++) {
        const uint8_t *row = from + (ptrdiff_t) y * stride;
        uint8_t *to = job->av->data[0] + (ptrdiff_t) y * job->av->linesize[0];
        if (job->is_deep) {
            widen_row(row, (uint16_t *) (void *) to, width * samples, bits);
        } else {
            memcpy(to, row, (size_t) width * (size_t) samples);
        }
    }
    return ZD_OK;
}

/* Its colours: an ICC profile, or code points of H.273. */
static void read_colour(const heif_job *job)
{
    struct heif_color_profile_nclx *nclx = NULL;
    size_t bytes = heif_image_handle_get_raw_color_profile_size(job->handle);
    job->av->color_range = AVCOL_RANGE_JPEG;
    job->av->colorspace = AVCOL_SPC_RGB;
    if (bytes > 0 && bytes <= ZD_STILL_ICC_MOST) {
        AVFrameSideData *side = av_frame_new_side_data(job->av, AV_FRAME_DATA_ICC_PROFILE, bytes);
        if (side != NULL) {
            heif_image_handle_get_raw_color_profile(job->handle, side->data);
        }
    }
    if (heif_image_handle_get_nclx_color_profile(job->handle, &nclx).code == heif_error_Ok) {
        job->av->color_primaries = (enum AVColorPrimaries) nclx->color_primaries;
        job->av->color_trc = (enum AVColorTransferCharacteristic) nclx->transfer_characteristics;
        heif_nclx_color_profile_free(nclx);
    }
}

zd_status zd_still_load_heif(zd_context *ctx, const char *path, const zd_reader_params *params,
                             zd_still *out, zd_error *err)
{
    (void) params;
    heif_job job = { .ctx = ctx, .path = path, .heif = heif_context_alloc() };
    zd_status status = job.heif != NULL ? decode(&job, err) : zd_fail_memory(err, path);
    if (status == ZD_OK) {
        status = copy_pixels(&job, err);
    }
    if (status == ZD_OK) {
        read_colour(&job);
        job.av->pts = 0;
    }
    heif_image_release(job.image);
    heif_image_handle_release(job.handle);
    heif_context_free(job.heif);
    if (status != ZD_OK) {
        av_frame_free(&job.av);
        return status;
    }
    snprintf(out->codec, sizeof out->codec, "heic");
    zd_frame_info like = { .duration = 1, .time_base = { 1, 24 } };
    return zd_frame_wrap(ctx, job.av, &like, true, &out->frame, err);
}
