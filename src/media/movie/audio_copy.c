/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Packets are put between those of the picture in the order of their time. */

#include "media/audio_copy.h"

#include <string.h>

#include "media/av_input.h"

/* Tracks lie in a file in turns of up to a second. */
enum { LONGEST_TURN_US = 1000000 };

typedef struct audio_track {
    int target;    /* the output's stream; -1: not copied */
    int64_t shift; /* in the source's time base */
    bool is_done;  /* the end was seen */
} audio_track;

struct zd_audio_copy {
    zd_context *ctx;
    char *path;
    AVFormatContext *input;
    AVFormatContext *output;
    audio_track *tracks; /* one for each stream of the input */
    AVPacket *packet;
    bool is_pending; /* `packet` was read and lies after the time copied so far */
    bool is_ended;
    int64_t from_us;
};

void zd_audio_copy_close(zd_audio_copy **copy)
{
    zd_audio_copy *doomed = *copy;
    *copy = NULL;
    if (doomed != NULL) {
        av_packet_free(&doomed->packet);
        avformat_close_input(&doomed->input);
        zd_free(doomed->ctx, doomed->tracks);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status open_input(zd_audio_copy *copy, zd_error *err)
{
    copy->packet = av_packet_alloc();
    if (copy->packet == NULL) {
        return zd_fail_memory(err, copy->path);
    }
    int code = zd_av_open_input(copy->ctx, copy->path, &copy->input);
    if (code == AVERROR_DEMUXER_NOT_FOUND) {
        return zd_av_fail_format(copy->ctx, copy->path, err);
    }
    if (code >= 0) {
        code = avformat_find_stream_info(copy->input, NULL);
    }
    return code < 0 ? zd_av_fail(err, code, "cannot read the audio of '%s'", copy->path) : ZD_OK;
}

static zd_status add_track(zd_audio_copy *copy, int index, zd_error *err)
{
    const AVStream *from = copy->input->streams[index];
    int fits =
        avformat_query_codec(copy->output->oformat, from->codecpar->codec_id, FF_COMPLIANCE_NORMAL);
    if (fits == 0) {
        zd_log_write(zd_context_log(copy->ctx), ZD_LOG_WARN, "media",
                     "audio track %d of '%s' (%s) cannot be copied into %s and is left out", index,
                     copy->path, avcodec_get_name(from->codecpar->codec_id),
                     copy->output->oformat->name);
        return ZD_OK;
    }
    AVStream *to = avformat_new_stream(copy->output, NULL);
    if (to == NULL || avcodec_parameters_copy(to->codecpar, from->codecpar) < 0 ||
        av_dict_copy(&to->metadata, from->metadata, 0) < 0)
    {
        return zd_fail_memory(err, copy->path);
    }
    to->codecpar->codec_tag = 0;
    to->time_base = from->time_base;
    to->disposition = from->disposition;
    copy->tracks[index].target = to->index;
    return ZD_OK;
}

static zd_status add_tracks(zd_audio_copy *copy, int *count, zd_error *err)
{
    *count = 0;
    copy->tracks = zd_alloc_zeroed(copy->ctx, copy->input->nb_streams + 1, sizeof *copy->tracks);
    if (copy->tracks == NULL) {
        return zd_fail_memory(err, copy->path);
    }
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        AVStream *stream = copy->input->streams[i];
        copy->tracks[i].target = -1;
        stream->discard = AVDISCARD_ALL;
        if (stream->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            ZD_TRY(add_track(copy, (int) i, err));
        }
        if (copy->tracks[i].target >= 0) {
            stream->discard = AVDISCARD_DEFAULT;
            (*count)++;
        }
    }
    return ZD_OK;
}

zd_status zd_audio_copy_open(zd_context *ctx, const char *path, AVFormatContext *output,
                             zd_audio_copy **out, zd_error *err)
{
    int count = 0;
    *out = NULL;
    ZD_TRY(zd_av_check_file(path, err));
    zd_audio_copy *copy = zd_alloc_zeroed(ctx, 1, sizeof *copy);
    if (copy == NULL || (copy->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, copy);
        return zd_fail_memory(err, path);
    }
    copy->ctx = ctx;
    copy->output = output;
    copy->from_us = INT64_MIN;
    zd_status status = open_input(copy, err);
    if (status == ZD_OK) {
        status = add_tracks(copy, &count, err);
    }
    if (status != ZD_OK || count == 0) {
        zd_audio_copy_close(&copy);
    }
    *out = copy;
    return status;
}

void zd_audio_copy_start(zd_audio_copy *copy, int64_t from_us, int64_t shift_us)
{
    copy->from_us = from_us;
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        copy->tracks[i].shift =
            av_rescale_q(shift_us, ZD_AV_MICROSECONDS, copy->input->streams[i]->time_base);
    }
    if (from_us > 1000000) {
        /* A seek that fails only costs time: what comes too early is dropped anyway. */
        avformat_seek_file(copy->input, -1, INT64_MIN, from_us - 1000000, from_us - 1000000, 0);
    }
}

static int64_t packet_time(const AVPacket *packet)
{
    return packet->pts != AV_NOPTS_VALUE ? packet->pts : packet->dts;
}

static zd_status write_packet(zd_audio_copy *copy, zd_error *err)
{
    AVPacket *packet = copy->packet;
    const AVStream *from = copy->input->streams[packet->stream_index];
    const audio_track *track = &copy->tracks[packet->stream_index];
    const AVStream *to = copy->output->streams[track->target];
    int64_t time = packet_time(packet);
    int64_t end_us = time == AV_NOPTS_VALUE ? INT64_MAX
                                            : av_rescale_q(time + packet->duration, from->time_base,
                                                           ZD_AV_MICROSECONDS);
    if (copy->from_us != INT64_MIN && end_us <= copy->from_us) {
        av_packet_unref(packet);
        return ZD_OK;
    }
    packet->pts -= packet->pts != AV_NOPTS_VALUE ? track->shift : 0;
    packet->dts -= packet->dts != AV_NOPTS_VALUE ? track->shift : 0;
    av_packet_rescale_ts(packet, from->time_base, to->time_base);
    packet->stream_index = track->target;
    packet->pos = -1;
    int code = av_interleaved_write_frame(copy->output, packet);
    return code < 0 ? zd_av_fail(err, code, "cannot copy the audio of '%s'", copy->path) : ZD_OK;
}

/* Makes a packet of a copied track pending; false at the end of the file. */
static bool need_packet(zd_audio_copy *copy)
{
    while (!copy->is_pending && !copy->is_ended) {
        copy->is_ended = av_read_frame(copy->input, copy->packet) < 0;
        copy->is_pending = !copy->is_ended && copy->tracks[copy->packet->stream_index].target >= 0;
        if (!copy->is_pending) {
            av_packet_unref(copy->packet);
        }
    }
    return copy->is_pending;
}

/* When the pending packet begins; before everything when it does not say. */
static int64_t pending_us(const zd_audio_copy *copy)
{
    int64_t time = packet_time(copy->packet);
    AVRational base = copy->input->streams[copy->packet->stream_index]->time_base;
    return time == AV_NOPTS_VALUE ? INT64_MIN : av_rescale_q(time, base, ZD_AV_MICROSECONDS);
}

static zd_status write_pending(zd_audio_copy *copy, zd_error *err)
{
    copy->is_pending = false;
    return write_packet(copy, err);
}

zd_status zd_audio_copy_until(zd_audio_copy *copy, int64_t time_us, zd_error *err)
{
    while (need_packet(copy) && pending_us(copy) < time_us) {
        ZD_TRY(write_pending(copy, err));
    }
    return ZD_OK;
}

static bool is_all_done(const zd_audio_copy *copy)
{
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        if (copy->tracks[i].target >= 0 && !copy->tracks[i].is_done) {
            return false;
        }
    }
    return true;
}

zd_status zd_audio_copy_finish(zd_audio_copy *copy, int64_t end_us, zd_error *err)
{
    while (!is_all_done(copy) && need_packet(copy)) {
        int64_t time_us = pending_us(copy);
        if (time_us < end_us) {
            ZD_TRY(write_pending(copy, err));
            continue;
        }
        if (time_us - LONGEST_TURN_US >= end_us) {
            break;
        }
        copy->tracks[copy->packet->stream_index].is_done = true;
        copy->is_pending = false;
        av_packet_unref(copy->packet);
    }
    return ZD_OK;
}
