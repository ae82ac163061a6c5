/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Finding frame n. Where the container's index shows that all frames are equally long, its time is
 * computed; otherwise the packets are read once, without decoding, and their times sorted. Then the
 * demuxer goes to a key frame at or before that time and what comes too early is dropped. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/require.h"
#include "core/size.h"
#include "media/movie_internal.h"

/* Where a seek was cancelled: behind every frame, so that each is sought. */
#define NOWHERE (INT64_MAX / 2)

/* Only the demuxers of QuickTime files hold a complete index after opening. */
void zd_movie_expect(zd_movie *movie)
{
    AVStream *stream = movie->stream;
    int entries = avformat_index_get_entries_count(stream);
    int64_t step = 0;
    int64_t before = 0;
    movie->expected_packets = 0;
    movie->shown_packets = 0;
    movie->uniform_step = 0;
    if (strncmp(movie->format->iformat->name, "mov", 3) != 0 || stream->nb_frames < entries) {
        return;
    }
    bool is_uniform = entries > 1;
    int64_t wanted = 0;
    for (int i = 0; i < entries; i++) {
        const AVIndexEntry *entry = avformat_index_get_entry(stream, i);
        if ((entry->flags & AVINDEX_DISCARD_FRAME) != 0) {
            is_uniform = false;
        } else {
            wanted++;
        }
        if (i > 0) {
            is_uniform = is_uniform && (i == 1 || entry->timestamp - before == step);
            step = entry->timestamp - before;
        }
        before = entry->timestamp;
    }
    movie->shown_packets = wanted;
    if (wanted == entries && stream->nb_frames == entries) {
        movie->expected_packets = wanted;
        movie->uniform_step = is_uniform && step > 0 ? step : 0;
    }
}

static int compare_times(const void *a, const void *b)
{
    int64_t first = *(const int64_t *) a;
    int64_t second = *(const int64_t *) b;
    return first < second ? -1 : first > second;
}

static zd_status append_time(zd_movie *movie, size_t *room, int64_t pts, zd_error *err)
{
    assert(movie->time_count <= *room);
    if (movie->time_count == *room) {
        size_t grown = *room == 0 ? 1024 : *room * 2;
        int64_t *times = zd_alloc_zeroed(movie->ctx, grown, sizeof *times);
        if (times == NULL) {
            return zd_fail_memory(err, "the index of a movie");
        }
        if (movie->time_count > 0) {
            memcpy(times, movie->times, movie->time_count * sizeof *times);
        }
        zd_free(movie->ctx, movie->times);
        movie->times = times;
        *room = grown;
    }
    movie->times[movie->time_count++] = pts;
    return ZD_OK;
}

/* Times go up, as zd_movie_decode makes them; true where they did not. */
static bool raise_equal_times(zd_movie *movie)
{
    assert(movie->times != NULL);
    bool is_any = false;
    for (size_t i = 1; i < movie->time_count; i++) {
        if (movie->times[i] <= movie->times[i - 1]) {
            movie->times[i] = movie->times[i - 1] + 1;
            is_any = true;
        }
    }
    return is_any;
}

/* Reads all packets once. Those before the first frame belong to a group whose key frame is missing
 * and give none. Leaves times NULL where a packet has none: then only counting helps. */
static zd_status scan(zd_movie *movie, zd_error *err)
{
    size_t room = 0;
    bool is_complete = true;
    zd_timeline timeline;
    zd_status status = zd_movie_restart(movie, err);
    movie->time_count = 0;
    movie->packet_count = 0;
    timeline = movie->timeline;
    while (status == ZD_OK && av_read_frame(movie->format, movie->packet) >= 0) {
        const AVPacket *packet = movie->packet;
        zd_timeline_pass(&timeline, movie->format, movie->packet);
        if (packet->stream_index == movie->stream->index &&
            (packet->flags & AV_PKT_FLAG_DISCARD) == 0) {
            movie->packet_count++;
            is_complete = is_complete && packet->pts != AV_NOPTS_VALUE;
            if (packet->pts >= movie->first_pts) {
                status = append_time(movie, &room, packet->pts, err);
            }
        }
        av_packet_unref(movie->packet);
    }
    if (status == ZD_OK && is_complete && movie->time_count > 0) {
        qsort(movie->times, movie->time_count, sizeof *movie->times, compare_times);
        movie->is_rough = raise_equal_times(movie) || timeline.joins > 0 || movie->is_rough;
    } else {
        zd_free(movie->ctx, movie->times);
        movie->times = NULL;
        movie->time_count = 0;
    }
    if (status == ZD_OK) {
        status = zd_movie_restart(movie, err);
    }
    return status;
}

static zd_status need_times(zd_movie *movie, zd_error *err)
{
    if (movie->uniform_step > 0 || movie->times != NULL) {
        return ZD_OK;
    }
    zd_context *previous = zd_av_enter(movie->ctx);
    zd_status status = scan(movie, err);
    zd_av_leave(previous);
    return status;
}

/* Decodes and drops frames until `index` is next. */
static zd_status skip_to(zd_movie *movie, int64_t index, zd_error *err)
{
    while (movie->next_index < index) {
        zd_frame *frame = NULL;
        zd_status status = zd_movie_next(movie, &frame, err);
        zd_frame_unref(&frame);
        if (status == ZD_ERR_END) {
            return ZD_OK;
        }
        ZD_TRY(status);
    }
    return ZD_OK;
}

/* Goes to a key frame at or before `target` and decodes up to the first frame that is wanted, which
 * is kept as the next one. *exact tells whether it is the one. */
static zd_status jump(zd_movie *movie, int64_t target, int64_t from, bool *exact, zd_error *err)
{
    *exact = false;
    if (av_seek_frame(movie->format, movie->stream->index, from, AVSEEK_FLAG_BACKWARD) < 0) {
        return ZD_OK;
    }
    zd_movie_settle(movie);
    avcodec_flush_buffers(movie->codec);
    av_frame_free(&movie->first);
    movie->is_draining = false;
    movie->damage = NULL;
    movie->packets = -1;
    movie->last_pts = AV_NOPTS_VALUE;
    zd_timeline_begin(&movie->timeline, movie->stream);
    for (;;) {
        AVFrame *frame = NULL;
        zd_status status = zd_movie_decode(movie, &frame, err);
        if (status == ZD_ERR_END || status == ZD_ERR_CORRUPT) {
            return ZD_OK; /* an exact restart gives the same answer in order */
        }
        ZD_TRY(status);
        if (movie->is_rough) {
            av_frame_free(&frame);
            return ZD_OK; /* nobody knows which frame this is */
        }
        if (frame->pts >= target) {
            *exact = frame->pts == target;
            movie->first = frame;
            return ZD_OK;
        }
        av_frame_free(&frame);
    }
}

static zd_status seek_to_time(zd_movie *movie, int64_t index, int64_t target, zd_error *err)
{
    bool exact = false;
    int64_t second = av_rescale_q(1000000, ZD_AV_MICROSECONDS, movie->stream->time_base);
    zd_context *previous = zd_av_enter(movie->ctx);
    zd_status status = jump(movie, target, target, &exact, err);
    if (status == ZD_OK && !exact) {
        /* The frames before the key frame of an open group need the group before it. */
        status = jump(movie, target, target - 10 * second, &exact, err);
    }
    movie->next_index = status == ZD_OK ? index : NOWHERE;
    if (status == ZD_OK && !exact) {
        status = zd_movie_restart(movie, err);
        if (status == ZD_OK) {
            status = skip_to(movie, index, err);
        }
    }
    zd_av_leave(previous);
    return status;
}

zd_status zd_movie_seek(zd_movie *movie, int64_t index, zd_error *err)
{
    ZD_REQUIRE(err, index >= 0);
    if (index == movie->next_index) {
        return ZD_OK;
    }
    bool is_near = index > movie->next_index && index - movie->next_index <= 48;
    if (is_near) {
        return skip_to(movie, index, err);
    }
    /* Opening again is exact, and takes some frames' time in which no task is looked at. */
    bool is_told = movie->task != NULL && !movie->is_rough && movie->uniform_step > 0;
    if (index <= 48 && !is_told) {
        ZD_TRY(zd_movie_restart(movie, err));
        return skip_to(movie, index, err);
    }
    ZD_TRY(need_times(movie, err));
    if (!movie->is_rough && movie->uniform_step > 0 && index < movie->expected_packets) {
        return seek_to_time(movie, index, movie->first_pts + index * movie->uniform_step, err);
    }
    if (!movie->is_rough && movie->times != NULL && (uint64_t) index < movie->time_count) {
        return seek_to_time(movie, index, movie->times[index], err);
    }
    if (index < movie->next_index) {
        ZD_TRY(zd_movie_restart(movie, err));
    }
    return skip_to(movie, index, err);
}

zd_status zd_movie_find(zd_movie *movie, int64_t time_us, int64_t *index, zd_error *err)
{
    ZD_REQUIRE(err, time_us >= 0);
    int64_t pts = movie->first_pts + av_rescale_q_rnd(time_us, ZD_AV_MICROSECONDS,
                                                      movie->stream->time_base, AV_ROUND_DOWN);
    ZD_TRY(need_times(movie, err));
    if (movie->times != NULL) {
        size_t low = 0;
        size_t high = movie->time_count; /* the first time that is later lies in low..high */
        while (low < high) {
            size_t middle = low + (high - low) / 2;
            if (movie->times[middle] <= pts) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        int64_t last_end = movie->times[movie->time_count - 1] +
                           av_rescale_q(1, av_inv_q(movie->frame_rate), movie->stream->time_base);
        *index = pts >= last_end ? (int64_t) movie->time_count : (int64_t) low - 1;
    } else if (movie->uniform_step > 0) {
        *index = (pts - movie->first_pts) / movie->uniform_step;
    } else {
        *index = av_rescale_q_rnd(time_us, ZD_AV_MICROSECONDS, av_inv_q(movie->frame_rate),
                                  AV_ROUND_DOWN);
    }
    return ZD_OK;
}

zd_status zd_movie_count(zd_movie *movie, int64_t *frames, zd_error *err)
{
    *frames = 0;
    zd_context *previous = zd_av_enter(movie->ctx);
    zd_status status = scan(movie, err);
    zd_av_leave(previous);
    *frames = movie->packet_count;
    return status;
}

int64_t zd_movie_time(const zd_movie *movie, int64_t index)
{
    AVRational base = movie->stream->time_base;
    if (movie->times != NULL && index >= 0 && (uint64_t) index < movie->time_count) {
        return av_rescale_q(movie->times[index] - movie->first_pts, base, ZD_AV_MICROSECONDS);
    }
    if (movie->uniform_step > 0) {
        return av_rescale_q(index * movie->uniform_step, base, ZD_AV_MICROSECONDS);
    }
    return av_rescale_q(index, av_inv_q(movie->frame_rate), ZD_AV_MICROSECONDS);
}
