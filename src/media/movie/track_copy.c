/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Packets are put between those of the picture in the order of their time. Sound that the container
 * cannot hold goes through media/track_encode.h where that is asked for. */

#include "media/track_copy.h"

#include <assert.h>
#include <string.h>

#include "media/av_input.h"
#include "media/av_versions.h"
#include "media/timeline.h"
#include "media/track_encode.h"

/* Tracks lie in a file in turns of up to a second. */
enum { LONGEST_TURN_US = 1000000 };

typedef struct copied_track {
    int target;              /* the output's stream; -1: left out */
    zd_track_encode *encode; /* what writes it instead, or NULL */
    int64_t shift;           /* in the source's time base */
    int64_t lead;            /* and how far before 0 the container itself hides packets */
    int64_t late;            /* and how much later the muxer wants them */
    int64_t last;            /* time of the packet written last, in the output's time base */
    int64_t last_us;         /* and in the source's time */
    bool has_last;
    bool is_done; /* the end was seen */
} copied_track;

struct zd_track_copy {
    zd_context *ctx;
    char *path;
    AVFormatContext *input;
    AVFormatContext *output;
    copied_track *tracks; /* one for each stream of the input */
    AVPacket *packet;
    zd_timeline timeline;
    bool has_picture; /* whose clock the timeline follows */
    bool has_tracks;
    bool is_pending; /* `packet` was read and lies after the time copied so far */
    bool is_ended;
    int64_t from_us;
};

void zd_track_copy_close(zd_track_copy **copy)
{
    zd_track_copy *doomed = *copy;
    *copy = NULL;
    if (doomed != NULL) {
        av_packet_free(&doomed->packet);
        for (unsigned i = 0; doomed->tracks != NULL && i < doomed->input->nb_streams; i++) {
            zd_track_encode_close(&doomed->tracks[i].encode);
        }
        avformat_close_input(&doomed->input);
        zd_free(doomed->ctx, doomed->tracks);
        zd_free(doomed->ctx, doomed->path);
        zd_free(doomed->ctx, doomed);
    }
}

static zd_status open_input(zd_track_copy *copy, zd_error *err)
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
    return code < 0 ? zd_av_fail(err, code, "cannot read the sound of '%s'", copy->path) : ZD_OK;
}

static AVStream *add_stream(AVFormatContext *output, const AVStream *from)
{
    AVStream *to = avformat_new_stream(output, NULL);
    if (to == NULL || avcodec_parameters_copy(to->codecpar, from->codecpar) < 0) {
        return NULL;
    }
    to->codecpar->codec_tag = 0;
    to->time_base = from->time_base;
    return to;
}

/* Whether a container takes a track. What a muxer says about codecs is not all: some refuse only when
 * they write the header, so one is written to memory. */
static bool is_held(const zd_track_copy *copy, const AVStream *from)
{
    const AVOutputFormat *format = copy->output->oformat;
    AVFormatContext *trial = NULL;
    uint8_t *bytes = NULL;
    if (avformat_query_codec(format, from->codecpar->codec_id, FF_COMPLIANCE_NORMAL) == 0 ||
        avformat_alloc_output_context2(&trial, format, NULL, NULL) < 0)
    {
        return false;
    }
    bool held = add_stream(trial, from) != NULL && avio_open_dyn_buf(&trial->pb) >= 0 &&
                avformat_write_header(trial, NULL) >= 0;
    if (trial->pb != NULL) {
        avio_close_dyn_buf(trial->pb, &bytes);
        av_free(bytes);
    }
    avformat_free_context(trial);
    return held;
}

static void tell_left_out(const zd_track_copy *copy, int index, bool was_tried)
{
    const AVCodecParameters *from = copy->input->streams[index]->codecpar;
    bool is_sound = from->codec_type == AVMEDIA_TYPE_AUDIO;
    zd_log_write(zd_context_log(copy->ctx), ZD_LOG_WARN, "media",
                 "%s track %d of '%s' (%s) cannot be copied into %s%s and is left out; a .mkv "
                 "holds it%s",
                 is_sound ? "audio" : "subtitle", index, copy->path,
                 avcodec_get_name(from->codec_id), copy->output->oformat->name,
                 was_tried ? ", nor encoded," : "",
                 is_sound && !was_tried && copy->output->oformat->audio_codec != AV_CODEC_ID_NONE
                     ? ", and --encode-audio encodes it"
                     : "");
}

/* The output's stream for a track, copied or encoded; NULL: it is left out. */
static zd_status make_stream(zd_track_copy *copy, int index, bool encodes, AVStream **out,
                             zd_error *err)
{
    const AVStream *from = copy->input->streams[index];
    zd_track_encode **encode = &copy->tracks[index].encode;
    bool is_encoded = encodes && from->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
    *out = NULL;
    if (is_held(copy, from)) {
        *out = add_stream(copy->output, from);
        return *out != NULL ? ZD_OK : zd_fail_memory(err, copy->path);
    }
    if (is_encoded) {
        ZD_TRY(zd_track_encode_open(copy->ctx, from, copy->output, encode, err));
        *out = *encode != NULL ? zd_track_encode_stream(*encode) : NULL;
    }
    if (*out == NULL) {
        tell_left_out(copy, index, is_encoded);
    }
    return ZD_OK;
}

static void set_lead(const zd_track_copy *copy, copied_track *track, const AVStream *from,
                     const AVStream *to)
{
    int late = 0;
    int delay = zd_av_muxed_delay(copy->output->oformat, to->codecpar, &late);
    AVRational samples = { 1, delay > 0 ? to->codecpar->sample_rate : 1 };
    track->lead = av_rescale_q(delay, samples, from->time_base);
    track->late = av_rescale_q(late, samples, from->time_base);
}

static zd_status add_track(zd_track_copy *copy, int index, bool encodes, zd_error *err)
{
    assert(index >= 0 && index < (int) copy->input->nb_streams);
    AVStream *to = NULL;
    const AVStream *from = copy->input->streams[index];
    ZD_TRY(make_stream(copy, index, encodes, &to, err));
    if (to == NULL) {
        return ZD_OK;
    }
    if (av_dict_copy(&to->metadata, from->metadata, 0) < 0) {
        return zd_fail_memory(err, copy->path);
    }
    to->disposition = from->disposition;
    if (to->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
        set_lead(copy, &copy->tracks[index], from, to);
    }
    copy->tracks[index].target = to->index;
    copy->has_tracks = true;
    return ZD_OK;
}

static bool is_wanted(zd_track_kinds kinds, enum AVMediaType type)
{
    return (type == AVMEDIA_TYPE_AUDIO && kinds.sound) ||
           (type == AVMEDIA_TYPE_SUBTITLE && kinds.subtitles);
}

/* The picture's packets tell where joined recordings restart their clock. Those of QuickTime files
 * never do, and are not read a second time. */
static void keep_picture(zd_track_copy *copy)
{
    int index = av_find_best_stream(copy->input, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (index >= 0 && strncmp(copy->input->iformat->name, "mov", 3) != 0) {
        copy->input->streams[index]->discard = AVDISCARD_DEFAULT;
        copy->has_picture = true;
        zd_timeline_begin(&copy->timeline, copy->input->streams[index]);
    }
}

static zd_status add_tracks(zd_track_copy *copy, zd_track_kinds kinds, zd_error *err)
{
    copy->tracks = zd_alloc_zeroed(copy->ctx, copy->input->nb_streams + 1, sizeof *copy->tracks);
    if (copy->tracks == NULL) {
        return zd_fail_memory(err, copy->path);
    }
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        AVStream *stream = copy->input->streams[i];
        copy->tracks[i].target = -1;
        stream->discard = AVDISCARD_ALL;
        if (is_wanted(kinds, stream->codecpar->codec_type)) {
            ZD_TRY(add_track(copy, (int) i, kinds.encodes, err));
        }
        if (copy->tracks[i].target >= 0) {
            stream->discard = AVDISCARD_DEFAULT;
        }
    }
    keep_picture(copy);
    return ZD_OK;
}

zd_status zd_track_copy_open(zd_context *ctx, const char *path, zd_track_kinds kinds,
                             AVFormatContext *output, zd_track_copy **out, zd_error *err)
{
    *out = NULL;
    ZD_TRY(zd_av_check_file(path, err));
    zd_track_copy *copy = zd_alloc_zeroed(ctx, 1, sizeof *copy);
    if (copy == NULL || (copy->path = zd_strdup(ctx, path)) == NULL) {
        zd_free(ctx, copy);
        return zd_fail_memory(err, path);
    }
    copy->ctx = ctx;
    copy->output = output;
    copy->from_us = INT64_MIN;
    zd_status status = open_input(copy, err);
    if (status == ZD_OK) {
        status = add_tracks(copy, kinds, err);
    }
    if (status != ZD_OK) {
        zd_track_copy_close(&copy);
    }
    *out = copy;
    return status;
}

const AVFormatContext *zd_track_copy_source(const zd_track_copy *copy)
{
    return copy->input;
}

bool zd_track_copy_has_tracks(const zd_track_copy *copy)
{
    return copy->has_tracks;
}

void zd_track_copy_start(zd_track_copy *copy, int64_t from_us, int64_t shift_us)
{
    copy->from_us = from_us;
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        AVRational base = copy->input->streams[i]->time_base;
        copied_track *track = &copy->tracks[i];
        track->shift = av_rescale_q(shift_us, ZD_AV_MICROSECONDS, base);
        if (track->encode != NULL) {
            int64_t first = shift_us == 0 && from_us == INT64_MIN ? 0 : from_us;
            zd_track_encode_start(track->encode,
                                  first != INT64_MIN ? av_rescale_q(first, ZD_AV_MICROSECONDS, base)
                                                     : first,
                                  track->shift);
        }
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

/* Whether the container can hold packets before the beginning and hide them by an edit list. */
static bool hides_lead(const zd_track_copy *copy)
{
    const char *muxer = copy->output->oformat->name;
    return strcmp(muxer, "mov") == 0 || strcmp(muxer, "mp4") == 0;
}

/* What an edit list hides before the beginning: all of it, but for a packet that reaches the
 * beginning where the container can hide it again, for the decoder starts with it, or that the
 * container hides as the encoder's delay; elsewhere what lies before by more than a half. */
static bool is_hidden(const zd_track_copy *copy, const AVPacket *packet, int64_t time)
{
    int64_t lead = copy->tracks[packet->stream_index].lead;
    bool is_discarded = (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
    if (time == AV_NOPTS_VALUE || time >= 0) {
        return is_discarded;
    }
    if (lead > 0 && time + lead >= 0) {
        return false;
    }
    return hides_lead(copy) ? is_discarded && time + packet->duration < 0
                            : is_discarded || 2 * time + packet->duration < 0;
}

/* How long a decoder needs packets before the first that is heard. A frame of MP3 takes up to 511 bytes out of those
 * before it (ISO/IEC 11172-3, main_data_begin), which in the smallest are ten. */
static int64_t run_in(const zd_track_copy *copy, const AVPacket *packet)
{
    enum { MP3_FRAMES = 10 };
    const AVStream *from = copy->input->streams[packet->stream_index];
    bool leans = from->codecpar->codec_id == AV_CODEC_ID_MP3;
    return leans && hides_lead(copy) ? MP3_FRAMES * packet->duration : 0;
}

static bool is_before(const zd_track_copy *copy, const AVPacket *packet, int64_t time,
                      AVRational base)
{
    int64_t end = time + packet->duration + run_in(copy, packet);
    return copy->from_us != INT64_MIN && time != AV_NOPTS_VALUE &&
           av_rescale_q(end, base, ZD_AV_MICROSECONDS) <= copy->from_us;
}

/* Muxers refuse decoding times that do not rise. */
static void make_rising(copied_track *track, AVPacket *packet)
{
    if (packet->dts == AV_NOPTS_VALUE) {
        return;
    }
    if (track->has_last && packet->dts <= track->last) {
        packet->dts = track->last + 1;
        packet->pts =
            packet->pts != AV_NOPTS_VALUE && packet->pts < packet->dts ? packet->dts : packet->pts;
    }
    track->last = packet->dts;
    track->has_last = true;
}

static zd_status write_packet(zd_track_copy *copy, zd_error *err)
{
    AVPacket *packet = copy->packet;
    const AVStream *from = copy->input->streams[packet->stream_index];
    copied_track *track = &copy->tracks[packet->stream_index];
    const AVStream *to = copy->output->streams[track->target];
    int64_t time = packet_time(packet);
    track->last_us = av_rescale_q(time, from->time_base, ZD_AV_MICROSECONDS);
    if (track->encode != NULL) { /* which cuts at the sample */
        zd_status status = zd_track_encode_put(track->encode, packet, err);
        av_packet_unref(packet);
        return status == ZD_OK ? ZD_OK : zd_fail_context(err, status, "'%s'", copy->path);
    }
    if (is_before(copy, packet, time, from->time_base) || is_hidden(copy, packet, time)) {
        av_packet_unref(packet);
        return ZD_OK;
    }
    int64_t shift = track->shift - track->late;
    packet->pts -= packet->pts != AV_NOPTS_VALUE ? shift : 0;
    packet->dts -= packet->dts != AV_NOPTS_VALUE ? shift : 0;
    av_packet_rescale_ts(packet, from->time_base, to->time_base);
    make_rising(track, packet);
    packet->stream_index = track->target;
    packet->pos = -1;
    int code = av_interleaved_write_frame(copy->output, packet);
    return code < 0 ? zd_av_fail(err, code, "cannot copy the sound of '%s'", copy->path) : ZD_OK;
}

/* Around a restart of the clock a track may restart before the picture does: what then lies where
 * nothing is cannot be placed. */
static bool is_stray(const zd_track_copy *copy, const AVPacket *packet)
{
    enum { FAR_US = 10000000, BACK_US = 1000000 };
    const copied_track *track = &copy->tracks[packet->stream_index];
    AVRational base = copy->input->streams[packet->stream_index]->time_base;
    int64_t time = packet_time(packet);
    if (!copy->has_picture || !copy->timeline.has_last || time == AV_NOPTS_VALUE ||
        (copy->input->iformat->flags & AVFMT_TS_DISCONT) == 0)
    {
        return false;
    }
    AVRational picture_base = copy->input->streams[copy->timeline.picture]->time_base;
    int64_t time_us = av_rescale_q(time, base, ZD_AV_MICROSECONDS);
    int64_t picture_us = av_rescale_q(copy->timeline.last, picture_base, ZD_AV_MICROSECONDS);
    return time_us > picture_us + FAR_US || (track->has_last && time_us < track->last_us - BACK_US);
}

/* Makes a packet of a copied track pending; false at the end of the file. */
static bool need_packet(zd_track_copy *copy)
{
    while (!copy->is_pending && !copy->is_ended) {
        copy->is_ended = av_read_frame(copy->input, copy->packet) < 0;
        if (!copy->is_ended && copy->has_picture) {
            zd_timeline_pass(&copy->timeline, copy->input, copy->packet);
        }
        copy->is_pending = !copy->is_ended &&
                           copy->tracks[copy->packet->stream_index].target >= 0 &&
                           !is_stray(copy, copy->packet);
        if (!copy->is_pending) {
            av_packet_unref(copy->packet);
        }
    }
    return copy->is_pending;
}

/* When the pending packet begins; before everything when it does not say. */
static int64_t pending_us(const zd_track_copy *copy)
{
    int64_t time = packet_time(copy->packet);
    AVRational base = copy->input->streams[copy->packet->stream_index]->time_base;
    return time == AV_NOPTS_VALUE ? INT64_MIN : av_rescale_q(time, base, ZD_AV_MICROSECONDS);
}

static zd_status write_pending(zd_track_copy *copy, zd_error *err)
{
    copy->is_pending = false;
    return write_packet(copy, err);
}

zd_status zd_track_copy_until(zd_track_copy *copy, int64_t time_us, zd_error *err)
{
    while (need_packet(copy) && pending_us(copy) < time_us) {
        ZD_TRY(write_pending(copy, err));
    }
    return ZD_OK;
}

static bool is_all_done(const zd_track_copy *copy)
{
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        if (copy->tracks[i].target >= 0 && !copy->tracks[i].is_done) {
            return false;
        }
    }
    return true;
}

zd_status zd_track_copy_finish(zd_track_copy *copy, int64_t end_us, zd_error *err)
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
    for (unsigned i = 0; i < copy->input->nb_streams; i++) {
        if (copy->tracks[i].encode != NULL) {
            ZD_TRY(zd_track_encode_put(copy->tracks[i].encode, NULL, err));
        }
    }
    return ZD_OK;
}
