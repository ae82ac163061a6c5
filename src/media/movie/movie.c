/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Opening: one stream is chosen, decoded once for its true format, and counted where the file
 * does not tell. */

#include "media/movie.h"

#include <assert.h>
#include <libavutil/imgutils.h>
#include <libavutil/intreadwrite.h>
#include <stdio.h>
#include <string.h>

#include "core/pool.h"
#include "media/av_input.h"
#include "media/av_versions.h"
#include "media/hdr.h"
#include "media/movie_internal.h"
#include "media/still_tags.h"

static void close_streams(zd_movie *movie)
{
    zd_movie_end_sending(movie);
    av_frame_free(&movie->first);
    av_packet_free(&movie->packet);
    avcodec_free_context(&movie->codec);
    avformat_close_input(&movie->format);
}

void zd_movie_close(zd_movie **movie)
{
    zd_movie *doomed = *movie;
    *movie = NULL;
    if (doomed != NULL) {
        close_streams(doomed);
        zd_free(doomed->ctx, doomed->times);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

/* Whether a file begins as QuickTime and MP4 files do. */
static bool has_movie_head(const char *path)
{
    static const char *const boxes[] = { "ftyp", "moov", "mdat", "wide", "free", "skip" };
    char head[8] = { 0 };
    FILE *file = fopen(path, "rb");
    size_t count = file != NULL ? fread(head, 1, sizeof head, file) : 0;
    if (file != NULL) {
        fclose(file);
    }
    for (size_t i = 0; count == sizeof head && i < sizeof boxes / sizeof *boxes; i++) {
        if (memcmp(head + 4, boxes[i], 4) == 0) {
            return true;
        }
    }
    return false;
}

static zd_status open_failed(const char *path, int code, zd_error *err)
{
    if (code != AVERROR_INVALIDDATA && code != AVERROR_EOF) {
        return zd_av_fail(err, code, "cannot open '%s'", path);
    }
    if (strstr(zd_av_last_message(), "moov atom not found") != NULL && has_movie_head(path)) {
        return zd_fail(
            err, ZD_ERR_CORRUPT,
            "'%s' is cut off or was never finished: its index (moov) is missing; copy or "
            "export it again",
            path);
    }
    return zd_fail(err, ZD_ERR_CORRUPT,
                   "'%s' is not a movie or picture, or its beginning is damaged", path);
}

static zd_status open_container(zd_movie *movie, zd_error *err)
{
    int code = zd_av_open_input(movie->ctx, movie->path, &movie->format);
    if (code < 0) {
        return code == AVERROR_DEMUXER_NOT_FOUND ? zd_av_fail_format(movie->ctx, movie->path, err)
                                                 : open_failed(movie->path, code, err);
    }
    code = avformat_find_stream_info(movie->format, NULL);
    return code < 0 ? open_failed(movie->path, code, err) : ZD_OK;
}

static zd_status choose_stream(zd_movie *movie, zd_error *err)
{
    int wanted = movie->params.stream;
    int found = -1;
    int videos = 0;
    if (wanted == 0) {
        found = av_find_best_stream(movie->format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    }
    for (unsigned i = 0; i < movie->format->nb_streams; i++) {
        bool is_cover = (movie->format->streams[i]->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
        if (movie->format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !is_cover) {
            videos++;
            found = wanted > 0 && videos == wanted ? (int) i : found;
        }
    }
    if (videos == 0) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED, "'%s' has no video stream%s", movie->path,
                       found >= 0 ? ", only a cover picture" : "");
    }
    if (found < 0) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s' has no video stream %d; its video streams are 1 to %d", movie->path,
                       wanted, videos);
    }
    movie->stream = movie->format->streams[found];
    for (unsigned i = 0; i < movie->format->nb_streams; i++) {
        movie->format->streams[i]->discard = (int) i == found ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
    }
    return ZD_OK;
}

static zd_status open_decoder(zd_movie *movie, zd_error *err)
{
    const AVCodecParameters *parameters = movie->stream->codecpar;
    const AVCodec *decoder = avcodec_find_decoder(parameters->codec_id);
    /* FFmpeg's own VP8 and VP9 decoders leave the alpha out; libvpx gives it. */
    const AVDictionaryEntry *alpha = av_dict_get(movie->stream->metadata, "alpha_mode", NULL, 0);
    if (alpha != NULL && strcmp(alpha->value, "1") == 0) {
        const char *name = parameters->codec_id == AV_CODEC_ID_VP9   ? "libvpx-vp9"
                           : parameters->codec_id == AV_CODEC_ID_VP8 ? "libvpx"
                                                                     : "";
        const AVCodec *other = avcodec_find_decoder_by_name(name);
        decoder = other != NULL ? other : decoder;
    }
    if (decoder == NULL) {
        return zd_fail(
            err, ZD_ERR_UNSUPPORTED,
            "'%s' is coded in %s, which this FFmpeg cannot decode; convert it to ProRes, "
            "H.264 or FFV1 first",
            movie->path, avcodec_get_name(parameters->codec_id));
    }
    movie->codec = avcodec_alloc_context3(decoder);
    movie->packet = av_packet_alloc();
    if (movie->codec == NULL || movie->packet == NULL) {
        return zd_fail_memory(err, movie->path);
    }
    int code = avcodec_parameters_to_context(movie->codec, parameters);
    movie->codec->pkt_timebase = movie->stream->time_base;
    movie->codec->thread_count = movie->params.threads;
    movie->codec->max_pixels = (int64_t) zd_context_max_dimension(movie->ctx) * 65536;
    if (code >= 0) {
        code = avcodec_open2(movie->codec, decoder, NULL);
    }
    return code < 0 ? zd_av_fail(err, code, "cannot decode '%s'", movie->path) : ZD_OK;
}

/* Opens from the beginning; also how a movie is rewound, which every format allows. */
zd_status zd_movie_restart(zd_movie *movie, zd_error *err)
{
    close_streams(movie);
    movie->next_index = 0;
    movie->packets = 0;
    movie->is_draining = false;
    movie->damage = NULL;
    movie->is_last_broken = false;
    movie->last_pts = AV_NOPTS_VALUE;
    movie->frame_offset = 0;
    ZD_TRY(open_container(movie, err));
    ZD_TRY(choose_stream(movie, err));
    zd_timeline_begin(&movie->timeline, movie->stream);
    return open_decoder(movie, err);
}

static bool is_still_format(const zd_movie *movie)
{
    const char *name = movie->format->iformat->name;
    size_t length = strlen(name);
    return strcmp(name, "image2") == 0 || (length > 5 && strcmp(name + length - 5, "_pipe") == 0);
}

static void count_frames(const zd_movie *movie, zd_reader_info *info)
{
    const AVStream *stream = movie->stream;
    int64_t duration = stream->duration != AV_NOPTS_VALUE && stream->duration > 0
                           ? av_rescale_q(stream->duration, stream->time_base, ZD_AV_MICROSECONDS)
                       : movie->format->duration != AV_NOPTS_VALUE ? movie->format->duration
                                                                   : 0;
    info->duration_us = duration;
    if (movie->expected_packets > 0) {
        info->frame_count = movie->expected_packets;
        info->is_frame_count_exact = true;
    } else if (movie->shown_packets > 0 || stream->nb_frames > 0) {
        info->frame_count = movie->shown_packets > 0 ? movie->shown_packets : stream->nb_frames;
    } else if (info->frame_rate.denominator > 0) {
        info->frame_count =
            av_rescale_q(duration, ZD_AV_MICROSECONDS, av_inv_q(zd_to_av(info->frame_rate)));
    }
}

static bool is_variable(const AVStream *stream)
{
    double average = av_q2d(stream->avg_frame_rate);
    double base = av_q2d(stream->r_frame_rate);
    return stream->avg_frame_rate.den > 0 && stream->r_frame_rate.den > 0 &&
           (average < base * 0.999 || average > base * 1.001);
}

/* GIF and palettes have one colour that may be transparent; where the first frame does not use it
 * there is no alpha to speak of. */
static bool is_opaque_by_colour(const zd_movie *movie)
{
    const AVFrame *first = movie->first;
    bool is_palette = first->format == AV_PIX_FMT_PAL8;
    if (!is_palette &&
        (first->format != AV_PIX_FMT_BGRA || movie->codec->codec_id != AV_CODEC_ID_GIF)) {
        return false;
    }
    for (int y = 0; y < first->height; y++) {
        const uint8_t *row = first->data[0] + (ptrdiff_t) y * first->linesize[0];
        for (int x = 0; x < first->width; x++) {
            const uint8_t *colour = is_palette ? first->data[1] + 4 * row[x] : row + 4 * x;
            if (AV_RN32(colour) >> 24 < 255) {
                return false;
            }
        }
    }
    return true;
}

/* Frames tell for sure; containers mean several things by their words. */
static zd_fields fields_of(const zd_movie *movie)
{
    const AVFrame *first = movie->first;
    enum AVFieldOrder order = movie->stream->codecpar->field_order;
    if (zd_av_is_interlaced(first)) {
        return zd_av_is_top_first(first) ? ZD_FIELDS_TOP_FIRST : ZD_FIELDS_BOTTOM_FIRST;
    }
    return order == AV_FIELD_TT || order == AV_FIELD_TB   ? ZD_FIELDS_TOP_FIRST
           : order == AV_FIELD_BB || order == AV_FIELD_BT ? ZD_FIELDS_BOTTOM_FIRST
                                                          : ZD_FIELDS_NONE;
}

static void fill_picture(const zd_movie *movie, zd_reader_info *info)
{
    const AVFrame *first = movie->first;
    const AVPixFmtDescriptor *format = av_pix_fmt_desc_get((enum AVPixelFormat) first->format);
    bool is_sideways = movie->rotation_deg == 90 || movie->rotation_deg == 270;
    AVRational aspect =
        av_guess_sample_aspect_ratio(movie->format, movie->stream, (AVFrame *) (uintptr_t) first);
    info->width = is_sideways ? first->height : first->width;
    info->height = is_sideways ? first->width : first->height;
    info->sample_aspect = (zd_rational){ 1, 1 };
    if (aspect.num > 0 && aspect.den > 0) {
        info->sample_aspect = is_sideways ? (zd_rational){ aspect.den, aspect.num }
                                          : (zd_rational){ aspect.num, aspect.den };
    }
    info->bit_depth = format->comp[0].depth;
    info->fields = fields_of(movie);
    info->field_order_id = (int) movie->stream->codecpar->field_order;
    info->is_float = (format->flags & AV_PIX_FMT_FLAG_FLOAT) != 0;
    info->has_alpha = (format->flags & (AV_PIX_FMT_FLAG_ALPHA | AV_PIX_FMT_FLAG_PAL)) != 0 &&
                      !is_opaque_by_colour(movie);
    info->colour = zd_frame_colour_of(first, info->kind == ZD_MEDIA_STILL);
    snprintf(info->pixel_format, sizeof info->pixel_format, "%s", format->name);
}

static void fill_info(zd_movie *movie, zd_reader_info *info)
{
    AVRational rate = av_guess_frame_rate(movie->format, movie->stream, NULL);
    const char *container = movie->format->iformat->name;
    *info = (zd_reader_info){ .kind = movie->is_still ? ZD_MEDIA_STILL : ZD_MEDIA_MOVIE };
    info->time_base = zd_from_av(movie->stream->time_base);
    info->frame_rate = rate.num > 0 && rate.den > 0 ? zd_from_av(rate) : (zd_rational){ 25, 1 };
    if (movie->is_still) {
        info->frame_rate = (zd_rational){ 24, 1 };
        info->time_base = (zd_rational){ 1, 24 };
        info->frame_count = 1;
        info->is_frame_count_exact = true;
    } else {
        count_frames(movie, info);
        info->is_variable_rate = is_variable(movie->stream);
    }
    info->damage = movie->params.damage;
    info->start_pts = movie->is_still ? 0 : movie->first_pts;
    info->rotation_deg = movie->rotation_deg;
    info->is_mirrored = movie->is_mirrored;
    fill_picture(movie, info);
    zd_hdr_read(movie->stream, movie->first, &info->light);
    snprintf(info->codec, sizeof info->codec, "%s",
             avcodec_get_name(movie->stream->codecpar->codec_id));
    snprintf(info->container, sizeof info->container, "%.*s", (int) strcspn(container, ",_"),
             container);
    movie->frame_rate = zd_to_av(info->frame_rate);
    movie->sample_aspect = zd_to_av(info->sample_aspect);
}

/* The size that a PNG's header claims; else what the decoder heard of. */
static void claimed_size(const zd_movie *movie, int64_t *width, int64_t *height)
{
    uint8_t head[24];
    *width = movie->codec->width;
    *height = movie->codec->height;
    FILE *file = fopen(movie->path, "rb");
    bool is_png = file != NULL && fread(head, 1, sizeof head, file) == sizeof head &&
                  memcmp(head, "\x89PNG\r\n\x1a\n", 8) == 0 && memcmp(head + 12, "IHDR", 4) == 0;
    if (is_png) {
        *width = AV_RB32(head + 16);
        *height = AV_RB32(head + 20);
    }
    if (file != NULL) {
        fclose(file);
    }
}

/* Why nothing came: a size that cannot be, or FFmpeg's own words. */
static zd_status fail_undecodable(const zd_movie *movie, zd_error *err)
{
    int64_t width;
    int64_t height;
    const char *said = zd_av_last_message();
    int limit = zd_context_max_dimension(movie->ctx);
    claimed_size(movie, &width, &height);
    bool is_known = movie->codec->codec_id == AV_CODEC_ID_PNG || (width > 0 && height > 0);
    if (is_known && (width < 1 || height < 1 || width > limit || height > limit)) {
        return zd_fail(err, width < 1 || height < 1 ? ZD_ERR_CORRUPT : ZD_ERR_LIMIT,
                       "'%s' is %lldx%lld; each side must be 1 to %d", movie->path,
                       (long long) width, (long long) height, limit);
    }
    if (is_known && av_image_check_size((unsigned) width, (unsigned) height, 0, NULL) < 0) {
        return zd_fail(
            err, ZD_ERR_LIMIT,
            "'%s' is %lldx%lld; FFmpeg decodes pictures of less than 268 million pixels; "
            "scale it down, or save it as EXR",
            movie->path, (long long) width, (long long) height);
    }
    if (zd_still_tags_is_animated_webp(movie->path)) {
        return zd_fail(err, ZD_ERR_UNSUPPORTED,
                       "'%s' is an animated WebP, which this FFmpeg does not decode; convert it to "
                       "APNG or GIF, or its pictures to a sequence",
                       movie->path);
    }
    return zd_fail(err, ZD_ERR_CORRUPT, "'%s' has no frame that can be decoded%s%s", movie->path,
                   said[0] != '\0' ? ": " : "", said);
}

/* FFmpeg before 8 decodes the base layer alone. */
static void tell_layers(const zd_movie *movie)
{
    const AVPixFmtDescriptor *format =
        av_pix_fmt_desc_get((enum AVPixelFormat) movie->first->format);
    if (movie->layers == ZD_HEVC_BASE || (format->flags & AV_PIX_FMT_FLAG_ALPHA) != 0) {
        return;
    }
    zd_log_write(zd_context_log(movie->ctx), ZD_LOG_WARN, "media",
                 "'%s' has %s, which this FFmpeg does not decode: it is left out; %s", movie->path,
                 movie->layers == ZD_HEVC_ALPHA ? "its alpha in a second layer"
                                                : "a second layer (alpha, or a second eye)",
                 "convert it to ProRes 4444 where it was made to keep it");
}

static zd_status open_all(zd_movie *movie, zd_reader_info *info, zd_error *err)
{
    movie->first_pts = AV_NOPTS_VALUE;
    ZD_TRY(zd_movie_restart(movie, err));
    movie->is_still = is_still_format(movie);
    zd_movie_expect(movie);
    zd_status status = zd_movie_decode(movie, &movie->first, err);
    if (status == ZD_ERR_END) {
        return fail_undecodable(movie, err);
    }
    if (status != ZD_OK) {
        return status;
    }
    zd_av_rotation(movie->stream, movie->first, &movie->rotation_deg, &movie->is_mirrored);
    if (movie->is_still && movie->rotation_deg == 0 && !movie->is_mirrored) {
        zd_still_tags_turn(zd_still_tags_orientation(movie->path), &movie->rotation_deg,
                           &movie->is_mirrored);
    }
    if (fields_of(movie) != ZD_FIELDS_NONE && !movie->is_still && !movie->params.deinterlaces) {
        zd_log_write(zd_context_log(movie->ctx), ZD_LOG_WARN, "media",
                     "'%s' is interlaced; depth and titles take its two fields as one picture, and "
                     "--deinterlace makes one of them",
                     movie->path);
    }
    tell_layers(movie);
    movie->width = movie->first->width;
    movie->height = movie->first->height;
    movie->first_pts = movie->first->pts;
    int limit = zd_context_max_dimension(movie->ctx);
    if (movie->width > limit || movie->height > limit) {
        return zd_fail(err, ZD_ERR_LIMIT, "'%s' is %dx%d; each side must be 1 to %d", movie->path,
                       movie->width, movie->height, limit);
    }
    fill_info(movie, info);
    return ZD_OK;
}

zd_status zd_movie_open(zd_context *ctx, const char *path, const zd_reader_params *params,
                        zd_movie **out, zd_reader_info *info, zd_error *err)
{
    *out = NULL;
    ZD_TRY(zd_av_check_file(path, err));
    zd_movie *movie = zd_alloc_zeroed(ctx, 1, sizeof *movie);
    if (movie == NULL) {
        return zd_fail_memory(err, path);
    }
    movie->ctx = ctx;
    movie->params = *params;
    if (movie->params.threads <= 0) {
        movie->params.threads = zd_pool_threads(zd_context_pool(ctx));
    }
    movie->path = zd_strdup(ctx, path);
    zd_context *previous = zd_av_enter(ctx);
    zd_status status = movie->path != NULL ? open_all(movie, info, err) : zd_fail_memory(err, path);
    zd_av_leave(previous);
    if (status != ZD_OK) {
        zd_movie_close(&movie);
        return status;
    }
    *out = movie;
    return ZD_OK;
}

int zd_movie_audio(const zd_movie *movie, zd_audio_info *audio, int room)
{
    assert(room >= 0);
    int count = 0;
    for (unsigned i = 0; i < movie->format->nb_streams; i++) {
        const AVStream *stream = movie->format->streams[i];
        if (stream->codecpar->codec_type != AVMEDIA_TYPE_AUDIO) {
            continue;
        }
        if (count < room) {
            const AVDictionaryEntry *language = av_dict_get(stream->metadata, "language", NULL, 0);
            zd_audio_info *to = &audio[count];
            *to = (zd_audio_info){ .stream = (int) i,
                                   .sample_rate = stream->codecpar->sample_rate,
                                   .channels = stream->codecpar->ch_layout.nb_channels };
            snprintf(to->codec, sizeof to->codec, "%s",
                     avcodec_get_name(stream->codecpar->codec_id));
            snprintf(to->language, sizeof to->language, "%s",
                     language != NULL ? language->value : "");
        }
        count++;
    }
    return count;
}

const AVFrame *zd_movie_first(const zd_movie *movie)
{
    return movie->first;
}

void zd_movie_set_task(zd_movie *movie, const zd_task *task)
{
    movie->task = task;
}
