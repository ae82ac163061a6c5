/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A movie being written: encoder, muxer, copied sound, and a hidden name until it is complete. */

#include <stdio.h>
#include <string.h>

#include "core/part.h"
#include "media/av_versions.h"
#include "media/hdr.h"
#include "media/movie_tags.h"
#include "media/track_copy.h"
#include "media/writer_internal.h"

struct zd_movie_out {
    zd_context *ctx;
    char *path;
    zd_part part; /* exists on the disk until it is renamed or removed */
    AVFormatContext *format;
    AVCodecContext *codec;
    AVStream *stream;
    AVPacket *packet;
    AVPacket *held;        /* the last one: the end decides how long it lasts */
    zd_track_copy *tracks; /* of the footage; or NULL */
    AVRational time_base;  /* of what comes in */
    int64_t start_pts;     /* of the clip that the frames come from */
    zd_fields fields;
    bool is_counted; /* Y4M has no times, only a rate */
    int64_t frames;
    bool is_to_end;
    bool is_started;
    int64_t shift; /* taken off every pts */
    int64_t first_pts;
    int64_t first_dts; /* of the packets, shifted */
    int64_t last_pts;  /* in the time base of what comes in, before the shift */
    int64_t last_duration;
};

void zd_movie_out_close(zd_movie_out **movie)
{
    zd_movie_out *doomed = *movie;
    *movie = NULL;
    if (doomed == NULL) {
        return;
    }
    zd_track_copy_close(&doomed->tracks);
    av_packet_free(&doomed->packet);
    av_packet_free(&doomed->held);
    avcodec_free_context(&doomed->codec);
    if (doomed->format != NULL) {
        avio_closep(&doomed->format->pb);
        avformat_free_context(doomed->format);
    }
    zd_part_discard(doomed->ctx, &doomed->part);
    zd_free(doomed->ctx, doomed->path);
    zd_free(doomed->ctx, doomed);
}

static zd_status open_stream(zd_movie_out *movie, const char *muxer, zd_error *err)
{
    int code = avformat_alloc_output_context2(&movie->format, NULL, muxer, "pipe:1");
    if (code >= 0) {
        code = avio_open(&movie->format->pb, "pipe:1", AVIO_FLAG_WRITE);
    }
    return code < 0 ? zd_av_fail(err, code, "cannot write '%s'", movie->path) : ZD_OK;
}

static zd_status open_file(zd_movie_out *movie, const char *muxer, zd_error *err)
{
    if (zd_writer_is_stream(movie->path)) {
        return open_stream(movie, muxer, err);
    }
    ZD_TRY(zd_part_create(movie->ctx, movie->path, &movie->part, err));
    char *url = zd_av_url(movie->ctx, movie->part.path);
    if (url == NULL) {
        return zd_fail_memory(err, movie->path);
    }
    /* The muxer opens the name again when it brings the index to the front. */
    int code = avformat_alloc_output_context2(&movie->format, NULL, muxer, url);
    if (code >= 0) {
        code = avio_open(&movie->format->pb, url, AVIO_FLAG_WRITE);
    }
    zd_free(movie->ctx, url);
    if (code < 0) {
        return zd_av_fail(err, code, "cannot write '%s'", movie->path);
    }
    return ZD_OK;
}

static zd_status add_video(zd_movie_out *movie, const zd_output_plan *plan,
                           const zd_writer_params *params, zd_error *err)
{
    movie->stream = avformat_new_stream(movie->format, NULL);
    movie->packet = av_packet_alloc();
    movie->held = av_packet_alloc();
    movie->first_dts = AV_NOPTS_VALUE;
    if (movie->stream == NULL || movie->packet == NULL || movie->held == NULL ||
        avcodec_parameters_from_context(movie->stream->codecpar, movie->codec) < 0)
    {
        return zd_fail_memory(err, movie->path);
    }
    movie->stream->time_base = movie->codec->time_base;
    movie->stream->avg_frame_rate = movie->codec->framerate;
    movie->stream->sample_aspect_ratio = movie->codec->sample_aspect_ratio;
    if (plan->codec->id == AV_CODEC_ID_HEVC) {
        movie->stream->codecpar->codec_tag = MKTAG('h', 'v', 'c', '1'); /* what Apple plays */
        if (strcmp(movie->format->oformat->name, "mp4") != 0 &&
            strcmp(movie->format->oformat->name, "mov") != 0)
        {
            movie->stream->codecpar->codec_tag = 0;
        }
    }
    /* How WebM and Matroska say that a second picture holds the alpha. */
    if (plan->content == ZD_CONTENT_ALPHA && plan->codec->id == AV_CODEC_ID_VP9) {
        av_dict_set(&movie->stream->metadata, "alpha_mode", "1", 0);
    }
    if (!plan->is_converted && !params->is_gray) {
        return zd_hdr_write(&params->like->light, movie->stream, err);
    }
    return ZD_OK;
}

static zd_status write_header(zd_movie_out *movie, const zd_writer_params *params,
                              AVDictionary **options, zd_error *err)
{
    for (const char *const *at = params->metadata; at != NULL && at[0] != NULL; at += 2) {
        av_dict_set(&movie->format->metadata, at[0], at[1], 0);
    }
    const char *muxer = movie->format->oformat->name;
    if (strcmp(muxer, "mp4") == 0 || strcmp(muxer, "mov") == 0) {
        const AVDictionaryEntry *flags = av_dict_get(*options, "movflags", NULL, 0);
        if (flags == NULL) { /* names of our own need Apple's way, which few players look at */
            av_dict_set(options, "movflags",
                        params->metadata != NULL ? "+faststart+use_metadata_tags+write_colr"
                                                 : "+faststart+write_colr",
                        0);
        }
        if (strcmp(muxer, "mp4") == 0 &&
            av_dict_get(movie->stream->metadata, "timecode", NULL, 0) != NULL) {
            av_dict_set(options, "write_tmcd", "1", AV_DICT_DONT_OVERWRITE);
        }
    }
    if (strcmp(muxer, "yuv4mpegpipe") == 0) { /* its own words for more than 8 bits and for alpha */
        movie->format->strict_std_compliance = FF_COMPLIANCE_UNOFFICIAL;
    }
    int code = avformat_write_header(movie->format, options);
    avio_flush(movie->format->pb); /* a full disk is told before the first frame's work */
    if (movie->format->pb->error < 0) {
        return zd_av_fail(err, movie->format->pb->error, "cannot write '%s'", movie->path);
    }
    if (code < 0) {
        const char *said = zd_av_last_message();
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' cannot hold %s%s%s", movie->path,
                       avcodec_get_name(movie->codec->codec_id), said[0] != '\0' ? ": " : "", said);
    }
    const AVDictionaryEntry *unknown = av_dict_get(*options, "", NULL, AV_DICT_IGNORE_SUFFIX);
    if (unknown != NULL) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "neither the encoder %s nor the container %s knows the option '%s'",
                       movie->codec->codec->name, muxer, unknown->key);
    }
    return ZD_OK;
}

/* The footage's own file, of which sound, subtitles and tags are kept. */
static zd_status open_source(zd_movie_out *movie, const zd_writer_params *params, zd_error *err)
{
    zd_track_kinds kinds = { .sound = params->copies_sound,
                             .subtitles = params->copies_tags,
                             .encodes = params->encodes_sound };
    ZD_TRY(zd_track_copy_open(movie->ctx, params->source_path, kinds, movie->format, &movie->tracks,
                              err));
    if (params->copies_tags) {
        ZD_TRY(zd_movie_tags_copy(zd_track_copy_source(movie->tracks), params->like, movie->format,
                                  movie->stream, err));
    }
    if (!zd_track_copy_has_tracks(movie->tracks)) {
        zd_track_copy_close(&movie->tracks);
    }
    return ZD_OK;
}

static zd_status open_all(zd_movie_out *movie, const zd_output_plan *plan,
                          const zd_writer_params *params, zd_error *err)
{
    AVDictionary *options = NULL;
    ZD_TRY(open_file(movie, plan->ending->muxer, err));
    bool has_global_header = (movie->format->oformat->flags & AVFMT_GLOBALHEADER) != 0;
    zd_status status =
        zd_encoder_open(plan, params, has_global_header, &movie->codec, &options, err);
    if (status == ZD_OK) {
        status = add_video(movie, plan, params, err);
    }
    bool is_webp = strcmp(params->like->container, "webp") == 0; /* which FFmpeg may not open */
    if (status == ZD_OK && params->source_path != NULL && !is_webp) {
        status = open_source(movie, params, err);
    }
    if (status == ZD_OK) {
        status = write_header(movie, params, &options, err);
    }
    av_dict_free(&options);
    return status;
}

zd_status zd_movie_out_open(zd_context *ctx, const char *path, const zd_output_plan *plan,
                            const zd_writer_params *params, zd_movie_out **out, zd_error *err)
{
    *out = NULL;
    zd_movie_out *movie = zd_alloc_zeroed(ctx, 1, sizeof *movie);
    if (movie == NULL) {
        return zd_fail_memory(err, path);
    }
    movie->ctx = ctx;
    movie->time_base = zd_to_av(plan->picture.time_base);
    movie->start_pts = params->like->start_pts;
    movie->fields = params->like->fields;
    movie->is_to_end = params->like->is_to_end;
    movie->is_counted = plan->codec->id == AV_CODEC_ID_WRAPPED_AVFRAME;
    movie->path = zd_strdup(ctx, path);
    zd_status status =
        movie->path != NULL ? open_all(movie, plan, params, err) : zd_fail_memory(err, path);
    if (status != ZD_OK) {
        zd_movie_out_close(&movie);
    }
    *out = movie;
    return status;
}

static zd_status write_failed(const zd_movie_out *movie, int code, zd_error *err)
{
    return zd_av_fail(err, code, "cannot write '%s'", movie->path);
}

/** x265 (3.5) reads a delay that it has not set yet when a movie has no more frames than it holds
 *  back; its decoding times are then anything. Such short movies are not reordered. */
static void mend_decoding_time(AVPacket *packet)
{
    const int64_t longest_delay = INT64_C(1) << 40;
    bool is_known = packet->pts != AV_NOPTS_VALUE && packet->dts != AV_NOPTS_VALUE;
    if (is_known && (packet->dts > packet->pts || packet->dts < packet->pts - longest_delay)) {
        packet->dts = packet->pts;
    }
}

static zd_status write_held(zd_movie_out *movie, zd_error *err)
{
    AVPacket *packet = movie->held;
    if (packet->size == 0) {
        return ZD_OK;
    }
    if (packet->pts == movie->last_pts - movie->shift && packet->duration <= 1) {
        packet->duration = movie->last_duration;
    }
    av_packet_rescale_ts(packet, movie->codec->time_base, movie->stream->time_base);
    packet->stream_index = movie->stream->index;
    int code = av_interleaved_write_frame(movie->format, packet);
    return code < 0 ? write_failed(movie, code, err) : ZD_OK;
}

/* Takes what the encoder has ready to the file, but for the last packet. */
static zd_status drain(zd_movie_out *movie, zd_error *err)
{
    for (;;) {
        int code = avcodec_receive_packet(movie->codec, movie->packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return ZD_OK;
        }
        if (code < 0) {
            return zd_av_fail(err, code, "the encoder of '%s' failed", movie->path);
        }
        mend_decoding_time(movie->packet);
        if (movie->first_dts == AV_NOPTS_VALUE) {
            movie->first_dts = movie->packet->dts;
        }
        ZD_TRY(write_held(movie, err));
        AVPacket *taken = movie->held;
        movie->held = movie->packet;
        movie->packet = taken;
    }
}

/* Nobody but the last frame tells how long it is shown. Matroska asks the packet that is shown last,
 * QuickTime the one that comes last. */
static void set_last_duration(zd_movie_out *movie)
{
    AVPacket *last = movie->held;
    const char *muxer = movie->format->oformat->name;
    bool is_by_order = strcmp(muxer, "mov") == 0 || strcmp(muxer, "mp4") == 0;
    int64_t total = movie->last_pts + movie->last_duration - movie->first_pts;
    if (is_by_order && last->dts != AV_NOPTS_VALUE && movie->first_dts != AV_NOPTS_VALUE) {
        int64_t before = last->dts - movie->first_dts;
        last->duration = total > before ? total - before : last->duration;
    }
}

/* The first frame decides the time line. A range starts at 0; a clip from its beginning keeps the
 * distance between picture and sound that it has, and all of the sound before the first frame. */
static void start(zd_movie_out *movie, int64_t pts)
{
    bool is_from_start = pts <= movie->start_pts;
    movie->is_started = true;
    movie->first_pts = pts;
    movie->shift = pts;
    if (movie->tracks != NULL) {
        int64_t first_us = av_rescale_q(pts, movie->time_base, ZD_AV_MICROSECONDS);
        if (is_from_start && pts >= 0 && first_us < 1000000) {
            movie->shift = 0;
            zd_track_copy_start(movie->tracks, INT64_MIN, 0);
        } else {
            zd_track_copy_start(movie->tracks, is_from_start ? INT64_MIN : first_us, first_us);
        }
    }
}

zd_status zd_movie_out_put(zd_movie_out *movie, AVFrame *picture, int64_t pts, int64_t duration,
                           zd_error *err)
{
    if (!movie->is_started) {
        start(movie, pts);
    } else if (pts <= movie->last_pts) {
        av_frame_free(&picture);
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT,
                       "'%s': a frame at time %lld does not come after the one at %lld",
                       movie->path, (long long) pts, (long long) movie->last_pts);
    }
    movie->last_pts = pts;
    movie->last_duration = duration;
    picture->pts = movie->is_counted ? movie->frames++ : pts - movie->shift;
    zd_av_set_fields(picture, movie->fields != ZD_FIELDS_NONE,
                     movie->fields == ZD_FIELDS_TOP_FIRST);
    int code = avcodec_send_frame(movie->codec, picture);
    av_frame_free(&picture);
    if (code < 0) {
        return zd_av_fail(err, code, "the encoder of '%s' failed", movie->path);
    }
    ZD_TRY(drain(movie, err));
    if (movie->tracks != NULL) {
        ZD_TRY(zd_track_copy_until(movie->tracks,
                                   av_rescale_q(pts, movie->time_base, ZD_AV_MICROSECONDS), err));
    }
    return ZD_OK;
}

static zd_status finish_tracks(zd_movie_out *movie, zd_error *err)
{
    int64_t end = movie->last_pts + movie->last_duration;
    if (movie->tracks == NULL) {
        return ZD_OK;
    }
    return zd_track_copy_finish(
        movie->tracks,
        movie->is_to_end ? INT64_MAX : av_rescale_q(end, movie->time_base, ZD_AV_MICROSECONDS),
        err);
}

zd_status zd_movie_out_finish(zd_movie_out *movie, zd_error *err)
{
    if (!movie->is_started) {
        return zd_fail(err, ZD_ERR_INVALID_ARGUMENT, "'%s' would have no frames", movie->path);
    }
    avcodec_send_frame(movie->codec, NULL);
    ZD_TRY(drain(movie, err));
    set_last_duration(movie);
    ZD_TRY(write_held(movie, err));
    ZD_TRY(finish_tracks(movie, err));
    int code = av_write_trailer(movie->format);
    int error = movie->format->pb->error;
    int closed = avio_closep(&movie->format->pb);
    code = code < 0 ? code : error < 0 ? error : closed;
    if (code < 0) {
        return write_failed(movie, code, err);
    }
    if (movie->part.path == NULL) {
        return ZD_OK; /* it went down a pipe */
    }
    return zd_part_commit(movie->ctx, &movie->part, movie->path, false, err);
}
