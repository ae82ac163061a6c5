/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Packets to frames. Damage does not end the work at once: what decodes is given first, then the
 * reason why there is no more. */

#include <string.h>

#include "media/movie_internal.h"

#include "core/require.h"

/* Where nothing can be read, its refusal says so. */
static void tell_noted(zd_movie *movie)
{
    bool is_timed = movie->frame_rate.num > 0;
    if (movie->noted != NULL && movie->has_decoded) {
        zd_log_write(zd_context_log(movie->ctx), ZD_LOG_WARN, "media",
                     "'%s' %s at frame %lld (%.3f s); what can be read is shown, and --strict "
                     "refuses such a file",
                     movie->path, movie->noted, (long long) movie->noted_frame,
                     is_timed ? (double) zd_movie_time(movie, movie->noted_frame) * 1e-6 : 0.0);
        movie->noted = NULL;
    }
}

/* One is enough. */
static void warn_once(zd_movie *movie, const char *what)
{
    if (!movie->is_noted) {
        movie->is_noted = true;
        movie->noted = what;
        movie->noted_frame = movie->next_index;
    }
}

/* What players go on after: packets that do not decode, and clocks that were set back. */
static void note(zd_movie *movie, const char *what)
{
    movie->is_rough = true;
    if (movie->params.damage != ZD_DAMAGE_REFUSE) {
        warn_once(movie, what);
    } else if (movie->damage == NULL) {
        movie->damage = what;
    }
}

static void note_damage(zd_movie *movie)
{
    note(movie, "is damaged");
}

static void note_times(zd_movie *movie)
{
    note(movie, "has times that do not go on");
}

/* An end that comes too early. */
static void note_end(zd_movie *movie)
{
    movie->is_noted = movie->is_noted && movie->noted == NULL;
    movie->noted = NULL;
    if (movie->params.damage == ZD_DAMAGE_TAKE) {
        warn_once(movie, "is cut off");
    } else {
        movie->is_noted = true;
        movie->damage = "is cut off";
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
    return movie->is_last_broken || strstr(zd_av_last_message(), "prematurely") != NULL;
}

static void drain(zd_movie *movie)
{
    movie->is_draining = true;
    zd_movie_send(movie, NULL);
}

/* The decoder's answer to a packet. */
static void take_answer(zd_movie *movie, bool is_broken, int code)
{
    is_broken = is_broken || (code < 0 && code != AVERROR_EOF);
    if (is_broken) {
        note_damage(movie);
    }
    if (is_broken && movie->damage != NULL) {
        drain(movie);
    }
}

/* Waits for what is on its way into the decoder; false: cancelled meanwhile. */
static bool arrive(zd_movie *movie)
{
    int code;
    bool is_end = movie->is_draining;
    if (!zd_movie_sent(movie, &code)) {
        return false;
    }
    if (!is_end) {
        take_answer(movie, movie->sends_broken, code);
    }
    return !movie->is_sending || arrive(movie);
}

/* A packet of the picture goes to the decoder, which conceals what one lacks. */
static void feed_packet(zd_movie *movie)
{
    AVPacket *packet = movie->packet;
    bool is_broken = (packet->flags & AV_PKT_FLAG_CORRUPT) != 0;
    movie->packets += movie->packets >= 0 ? 1 : 0;
    movie->is_last_broken = is_broken;
    if (movie->first_pts == AV_NOPTS_VALUE) {
        zd_hevc_layers layers = zd_hevc_find_layers(movie->stream->codecpar, packet);
        movie->layers = layers > movie->layers ? layers : movie->layers;
    }
    int joins = movie->timeline.joins;
    zd_timeline_pass(&movie->timeline, movie->format, packet);
    if (movie->timeline.joins > joins) {
        note_times(movie);
    }
    if (is_broken && movie->params.damage == ZD_DAMAGE_REFUSE) {
        note_damage(movie);
    }
    if (movie->damage != NULL) {
        drain(movie);
        return;
    }
    int code = zd_movie_send(movie, packet);
    movie->sends_broken = is_broken;
    if (!movie->is_sending) {
        take_answer(movie, is_broken, code);
    }
}

/* Feeds one packet, or the end, to the decoder. */
static void feed(zd_movie *movie)
{
    int code = av_read_frame(movie->format, movie->packet);
    if (code < 0) {
        if (is_cut_off(movie, code)) {
            note_end(movie);
        }
        tell_noted(movie);
        drain(movie);
        return;
    }
    if (movie->packet->stream_index == movie->stream->index) {
        tell_noted(movie);
        feed_packet(movie);
    }
    av_packet_unref(movie->packet);
}

static zd_status finish(zd_movie *movie, zd_error *err)
{
    tell_noted(movie);
    if (movie->damage == NULL) {
        return zd_fail(err, ZD_ERR_END, "the end of '%s'", movie->path);
    }
    return zd_fail(err, ZD_ERR_CORRUPT,
                   "'%s' %s: only its first %lld frames can be read; copy it again, or %s",
                   movie->path, movie->damage, (long long) movie->next_index,
                   movie->params.damage == ZD_DAMAGE_REFUSE
                       ? "leave out --strict"
                       : "take what is there with --no-strict");
}

/* Times go up. Where one goes back by more than a second the clock was set back; else it is a
 * stutter of the file, and the next tick is the nearest time that is left. */
static int64_t rising(zd_movie *movie, int64_t pts, int64_t step)
{
    int64_t second = av_rescale_q(1000000, ZD_AV_MICROSECONDS, movie->stream->time_base);
    pts += movie->frame_offset;
    if (movie->last_pts == AV_NOPTS_VALUE || pts > movie->last_pts) {
        return pts;
    }
    note_times(movie);
    if (movie->last_pts - pts < second) {
        return movie->last_pts + 1;
    }
    movie->frame_offset += movie->last_pts + step - pts;
    return movie->last_pts + step;
}

static void set_time(zd_movie *movie, AVFrame *frame)
{
    int64_t pts = frame->best_effort_timestamp;
    int64_t step = av_rescale_q(1, av_inv_q(movie->frame_rate), movie->stream->time_base);
    step = step > 0 ? step : 1;
    if (pts == AV_NOPTS_VALUE) {
        pts = movie->last_pts == AV_NOPTS_VALUE ? 0 : movie->last_pts + step;
    } else {
        pts = rising(movie, pts, step);
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
        if (zd_task_cancelled(movie->task) || (movie->is_sending && !arrive(movie))) {
            av_frame_free(&frame);
            return zd_fail(err, ZD_ERR_CANCELLED, "cancelled");
        }
        int code = avcodec_receive_frame(movie->codec, frame);
        if (code >= 0) {
            if (frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0) {
                note_damage(movie);
            }
            set_time(movie, frame);
            name_range(frame);
            movie->has_decoded = true;
            if (movie->is_draining) {
                tell_noted(movie);
            }
            *out = frame;
            return ZD_OK;
        }
        if (code == AVERROR(EAGAIN) && !movie->is_draining) {
            feed(movie);
        } else if (code == AVERROR_EOF || (movie->is_draining && code == AVERROR(EAGAIN))) {
            break;
        } else if (code != AVERROR(EAGAIN)) {
            note_damage(movie);
            if (movie->damage != NULL) {
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
    ZD_REQUIRE(err, movie->codec != NULL);
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
