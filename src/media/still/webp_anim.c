/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* libwebp lays the frames over one another. A frame of 10 ms or less is shown for 100, as browsers do. */

#include "media/webp_anim.h"

#include <stdio.h>
#include <string.h>
#include <webp/demux.h>

#include "core/file.h"
#include "media/av_support.h"
#include "media/frame_internal.h"
#include "media/still_tags.h"

enum { SHORTEST_MS = 10, USUAL_MS = 100 };

struct zd_webp_anim {
    zd_context *ctx;
    char *path;
    zd_mapping file;
    WebPAnimDecoder *decoder;
    int width;
    int height;
    bool has_alpha;
    int64_t *ends_ms; /* of each frame */
    int64_t count;
    int64_t next;
};

bool zd_webp_anim_is(const char *path)
{
    return zd_still_tags_is_animated_webp(path);
}

void zd_webp_anim_close(zd_webp_anim **anim)
{
    zd_webp_anim *doomed = *anim;
    *anim = NULL;
    if (doomed != NULL) {
        WebPAnimDecoderDelete(doomed->decoder);
        zd_file_unmap(&doomed->file);
        zd_free(doomed->ctx, doomed->ends_ms);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status fail_damaged(const zd_webp_anim *anim, zd_error *err)
{
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' is an animated WebP that is damaged at frame %lld",
                   anim->path, (long long) anim->next);
}

/* How long each frame is shown. */
static zd_status list_times(zd_webp_anim *anim, zd_error *err)
{
    const WebPDemuxer *demux = WebPAnimDecoderGetDemuxer(anim->decoder);
    WebPIterator at;
    int64_t end = 0;
    anim->ends_ms = zd_alloc_zeroed(anim->ctx, (size_t) anim->count, sizeof *anim->ends_ms);
    if (anim->ends_ms == NULL) {
        return zd_fail_memory(err, anim->path);
    }
    for (int64_t i = 0; i < anim->count; i++) {
        if (!WebPDemuxGetFrame(demux, (int) i + 1, &at)) {
            anim->next = i;
            return fail_damaged(anim, err);
        }
        end += at.duration > SHORTEST_MS ? at.duration : USUAL_MS;
        anim->ends_ms[i] = end;
        WebPDemuxReleaseIterator(&at);
    }
    return ZD_OK;
}

static zd_status open_all(zd_webp_anim *anim, zd_error *err)
{
    WebPAnimDecoderOptions options;
    WebPAnimInfo info;
    int limit = zd_context_max_dimension(anim->ctx);
    ZD_TRY(zd_file_map(anim->path, &anim->file, err));
    WebPData data = { anim->file.data, anim->file.bytes };
    if (!WebPAnimDecoderOptionsInit(&options)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "libwebp is of another version than it was built for");
    }
    options.color_mode = MODE_RGBA;
    anim->decoder = WebPAnimDecoderNew(&data, &options);
    if (anim->decoder == NULL || !WebPAnimDecoderGetInfo(anim->decoder, &info) ||
        info.frame_count == 0) {
        return fail_damaged(anim, err);
    }
    anim->width = (int) info.canvas_width;
    anim->height = (int) info.canvas_height;
    anim->count = info.frame_count;
    if (anim->width > limit || anim->height > limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' is %dx%d; each side must be 1 to %d", anim->path,
                       anim->width, anim->height, limit);
    }
    uint32_t flags = WebPDemuxGetI(WebPAnimDecoderGetDemuxer(anim->decoder), WEBP_FF_FORMAT_FLAGS);
    anim->has_alpha = (flags & ALPHA_FLAG) != 0;
    return list_times(anim, err);
}

int64_t zd_webp_anim_time_us(const zd_webp_anim *anim, int64_t index)
{
    int64_t before = index <= 0 ? -1 : index < anim->count ? index - 1 : anim->count - 1;
    return before < 0 ? 0 : anim->ends_ms[before] * 1000;
}

int64_t zd_webp_anim_find(const zd_webp_anim *anim, int64_t time_us)
{
    int64_t index = 0;
    while (index < anim->count && anim->ends_ms[index] * 1000 <= time_us) {
        index++;
    }
    return index;
}

static bool is_even(const zd_webp_anim *anim)
{
    bool is_even = true;
    for (int64_t i = 1; i < anim->count; i++) {
        is_even = is_even && anim->ends_ms[i] == (i + 1) * anim->ends_ms[0];
    }
    return is_even;
}

static void fill_info(const zd_webp_anim *anim, zd_reader_info *info)
{
    AVRational rate;
    int64_t total = anim->ends_ms[anim->count - 1];
    AVFrame like = { .format = anim->has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24 };
    like.color_range = AVCOL_RANGE_JPEG;
    like.colorspace = AVCOL_SPC_RGB;
    like.color_trc = AVCOL_TRC_UNSPECIFIED;
    like.color_primaries = AVCOL_PRI_UNSPECIFIED;
    like.width = anim->width;
    like.height = anim->height;
    av_reduce(&rate.num, &rate.den, anim->count * 1000, total, INT32_MAX);
    *info = (zd_reader_info){ .kind = ZD_MEDIA_MOVIE,
                              .width = anim->width,
                              .height = anim->height,
                              .frame_rate = zd_from_av(rate),
                              .time_base = { 1, 1000 },
                              .sample_aspect = { 1, 1 },
                              .frame_count = anim->count,
                              .is_frame_count_exact = true,
                              .duration_us = total * 1000,
                              .is_variable_rate = !is_even(anim),
                              .bit_depth = 8,
                              .has_alpha = anim->has_alpha,
                              .colour = zd_frame_colour_of(&like, true) };
    snprintf(info->container, sizeof info->container, "webp");
    snprintf(info->codec, sizeof info->codec, "webp");
    snprintf(info->pixel_format, sizeof info->pixel_format, "%s",
             anim->has_alpha ? "rgba" : "rgb24");
}

zd_status zd_webp_anim_open(zd_context *ctx, const char *path, zd_webp_anim **out,
                            zd_reader_info *info, zd_error *err)
{
    *out = NULL;
    zd_webp_anim *anim = zd_alloc_zeroed(ctx, 1, sizeof *anim);
    if (anim == NULL || (anim->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, anim);
        return zd_fail_memory(err, path);
    }
    anim->ctx = ctx;
    zd_status status = open_all(anim, err);
    if (status != ZD_OK) {
        zd_webp_anim_close(&anim);
        return status;
    }
    fill_info(anim, info);
    *out = anim;
    return ZD_OK;
}

/* The canvas as a picture, without alpha where the file has none. */
static void copy_canvas(const zd_webp_anim *anim, const uint8_t *canvas, AVFrame *to)
{
    for (int y = 0; y < anim->height; y++) {
        const uint8_t *from = canvas + (size_t) y * (size_t) anim->width * 4;
        uint8_t *row = to->data[0] + (ptrdiff_t) y * to->linesize[0];
        if (anim->has_alpha) {
            memcpy(row, from, (size_t) anim->width * 4);
        }
        for (int x = 0; x < anim->width && !anim->has_alpha; x++) {
            memcpy(row + (ptrdiff_t) x * 3, from + (ptrdiff_t) x * 4, 3);
        }
    }
}

zd_status zd_webp_anim_next(zd_webp_anim *anim, zd_frame **out, zd_error *err)
{
    uint8_t *canvas = NULL;
    int end_ms = 0;
    AVFrame *av = NULL;
    *out = NULL;
    if (anim->next >= anim->count) {
        return zd_fail(err, ZD_ERR_END, "the end of '%s'", anim->path);
    }
    if (!WebPAnimDecoderGetNext(anim->decoder, &canvas, &end_ms)) {
        return fail_damaged(anim, err);
    }
    ZD_TRY(zd_frame_allocate(anim->width, anim->height,
                             anim->has_alpha ? AV_PIX_FMT_RGBA : AV_PIX_FMT_RGB24, NULL, &av, err));
    copy_canvas(anim, canvas, av);
    av->color_range = AVCOL_RANGE_JPEG;
    av->colorspace = AVCOL_SPC_RGB;
    av->pts = zd_webp_anim_time_us(anim, anim->next) / 1000;
    zd_frame_info like = { .index = anim->next,
                           .time_base = { 1, 1000 },
                           .duration = anim->ends_ms[anim->next] - av->pts };
    anim->next++;
    return zd_frame_wrap(anim->ctx, av, &like, true, out, err);
}

zd_status zd_webp_anim_seek(zd_webp_anim *anim, int64_t index, zd_error *err)
{
    uint8_t *canvas;
    int end_ms;
    if (index < anim->next) {
        WebPAnimDecoderReset(anim->decoder);
        anim->next = 0;
    }
    for (; anim->next < index && anim->next < anim->count; anim->next++) {
        if (!WebPAnimDecoderGetNext(anim->decoder, &canvas, &end_ms)) {
            return fail_damaged(anim, err);
        }
    }
    return ZD_OK;
}
