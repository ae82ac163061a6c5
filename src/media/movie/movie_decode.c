/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Packets to frames. Damage does not end the work at once: what decodes is given first, then the
 * reason why there is no more. */

#include <string.h>

#include "media/movie_internal.h"

static void note_damage(zd_movie *movie, const char *what)
{
    const zd_log *log = zd_context_log(movie->ctx);
    if (movie->params.tolerate_damage) {
        zd_log_write(log, ZD_LOG_WARN, "media", "'%s' %s after %lld frames", movie->path, what,
                     (long long) movie->next_index);
    } else if (movie->damage == NULL) {
        movie->damage = what;
    }
}

/* Whether the file ended before it should have. */
static bool is_cut_off(const zd_movie *movie, int code)
{
    if (code != AVERROR_EOF) {
        return true;
    }
    if (movie->expected_packets > 0 && movie->packets >= 0) {
        return movie->packets < movie->expected_packets;
    }
    return strstr(zd_av_last_message(), "prematurely") != NULL;
}

/* Feeds one packet, or the end, to the decoder. */
static void feed(zd_movie *movie)
{
    int code = av_read_frame(movie->format, movie->packet);
    if (code < 0) {
        if (is_cut_off(movie, code)) {
            note_damage(movie, "is cut off");
        }
        movie->is_draining = true;
        avcodec_send_packet(movie->codec, NULL);
        return;
    }
    if (movie->packet->stream_index == movie->stream->index) {
        bool is_partial = (movie->packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
        movie->packets += movie->packets >= 0 ? 1 : 0;
        code = is_partial ? AVERROR_INVALIDDATA : avcodec_send_packet(movie->codec, movie->packet);
        if (code < 0 && code != AVERROR_EOF) {
            note_damage(movie, is_partial ? "is cut off" : "is damaged");
            if (!movie->params.tolerate_damage) {
                movie->is_draining = true;
                avcodec_send_packet(movie->codec, NULL);
            }
        }
    }
    av_packet_unref(movie->packet);
}

static zd_status finish(zd_movie *movie, zd_error *err)
{
    if (movie->damage == NULL) {
        return zd_fail(err, ZD_ERR_END, "the end of '%s'", movie->path);
    }
    return zd_fail(err, ZD_ERR_CORRUPT,
                   "'%s' %s: only its first %lld frames can be read; copy it again, or ask to "
                   "tolerate damage",
                   movie->path, movie->damage, (long long) movie->next_index);
}

static void set_time(zd_movie *movie, AVFrame *frame)
{
    int64_t pts = frame->best_effort_timestamp;
    if (pts == AV_NOPTS_VALUE) {
        int64_t step = av_rescale_q(1, av_inv_q(movie->frame_rate), movie->stream->time_base);
        pts = movie->next_index == 0 ? 0 : movie->last_pts + (step > 0 ? step : 1);
    }
    frame->pts = pts;
    movie->last_pts = pts;
}

/* The "J" formats are the plain ones in full range. */
static void name_range(AVFrame *frame)
{
    static const enum AVPixelFormat names[][2] = {
        { AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P }, { AV_PIX_FMT_YUVJ422P, AV_PIX_FMT_YUV422P },
        { AV_PIX_FMT_YUVJ444P, AV_PIX_FMT_YUV444P }, { AV_PIX_FMT_YUVJ440P, AV_PIX_FMT_YUV440P },
        { AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P },
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (frame->format == (int) names[i][0]) {
            frame->format = names[i][1];
            frame->color_range = AVCOL_RANGE_JPEG;
        }
    }
}

zd_status zd_movie_decode(zd_movie *movie, AVFrame **out, zd_error *err)
{
    AVFrame *frame = av_frame_alloc();
    *out = NULL;
    if (frame == NULL) {
        return zd_fail_memory(err, movie->path);
    }
    for (;;) {
        if (zd_task_cancelled(movie->task)) {
            av_frame_free(&frame);
            return zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        }
        int code = avcodec_receive_frame(movie->codec, frame);
        if (code >= 0) {
            set_time(movie, frame);
            name_range(frame);
            *out = frame;
            return ZD_OK;
        }
        if (code == AVERROR(EAGAIN) && !movie->is_draining) {
            feed(movie);
        } else if (code == AVERROR_EOF || (movie->is_draining && code == AVERROR(EAGAIN))) {
            break;
        } else if (code != AVERROR(EAGAIN)) {
            note_damage(movie, "is damaged");
            if (!movie->params.tolerate_damage) {
                break;
            }
        }
    }
    av_frame_free(&frame);
    return finish(movie, err);
}

static int64_t duration_of(const zd_movie *movie, const AVFrame *frame)
{
    int64_t duration = zd_av_frame_duration(frame);
    if (duration <= 0) {
        duration = av_rescale_q(1, av_inv_q(movie->frame_rate), movie->stream->time_base);
    }
    return duration;
}

static zd_status wrap(zd_movie *movie, AVFrame *frame, zd_frame **out, zd_error *err)
{
    zd_frame_info like = { .index = movie->next_index,
                           .time_base = zd_from_av(movie->stream->time_base),
                           .duration = duration_of(movie, frame) };
    if (movie->is_still) {
        like.time_base = (zd_rational){ 1, 24 };
        like.duration = 1;
        frame->pts = 0;
    }
    zd_status status = zd_frame_rotate(&frame, movie->rotation_deg, movie->is_mirrored, err);
    if (status != ZD_OK) {
        av_frame_free(&frame);
        return status;
    }
    frame->sample_aspect_ratio = movie->sample_aspect;
    return zd_frame_wrap(movie->ctx, frame, &like, movie->is_still, out, err);
}

static zd_status next_coded(zd_movie *movie, AVFrame **frame, zd_error *err)
{
    if (movie->first != NULL) {
        *frame = movie->first;
        movie->first = NULL;
        return ZD_OK;
    }
    zd_context *previous = zd_av_enter(movie->ctx);
    zd_status status = zd_movie_decode(movie, frame, err);
    zd_av_leave(previous);
    return status;
}

zd_status zd_movie_next(zd_movie *movie, zd_frame **out, zd_error *err)
{
    AVFrame *frame = NULL;
    *out = NULL;
    ZD_TRY(next_coded(movie, &frame, err));
    if (frame->width != movie->width || frame->height != movie->height) {
        zd_status status =
            zd_fail(err, ZD_ERR_UNSUPPORTED,
                    "'%s' changes its size from %dx%d to %dx%d at frame %lld; cut it "
                    "there, or scale it to one size first",
                    movie->path, movie->width, movie->height, frame->width, frame->height,
                    (long long) movie->next_index);
        av_frame_free(&frame);
        return status;
    }
    zd_status status = wrap(movie, frame, out, err);
    if (status != ZD_OK) {
        return zd_fail_context(err, status, "'%s', frame %lld", movie->path,
                               (long long) movie->next_index);
    }
    movie->next_index++;
    return ZD_OK;
}
