/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Decoder, a filter graph that brings the sound into the encoder's form, encoder. Gaps in the sound
 * become silence, so that it stays with the picture. */

#include "media/track_encode.h"

#include <assert.h>
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <stdio.h>
#include <string.h>

#include "media/av_versions.h"

enum { BITS_A_CHANNEL = 96000 };

struct zd_track_encode {
    zd_context *ctx;
    AVFormatContext *output;
    AVStream *stream;
    AVRational from_base;
    AVCodecContext *decoder;
    AVCodecContext *encoder;
    AVFilterGraph *graph; /* made with the first frame */
    AVFilterContext *source;
    AVFilterContext *sink;
    AVFrame *frame;
    AVPacket *packet;
    int64_t from;
    int64_t shift;
    int late; /* how many samples later the muxer wants the packets */
};

void zd_track_encode_close(zd_track_encode **track)
{
    zd_track_encode *doomed = *track;
    *track = NULL;
    if (doomed != NULL) {
        avfilter_graph_free(&doomed->graph);
        avcodec_free_context(&doomed->decoder);
        avcodec_free_context(&doomed->encoder);
        av_frame_free(&doomed->frame);
        av_packet_free(&doomed->packet);
        zd_free(doomed->ctx, doomed);
    }
}

/* The first encoder that is there and whose sound the container holds: what plays everywhere first. */
static const AVCodec *find_encoder(const AVOutputFormat *format)
{
    static const char *const names[] = { "aac", "libopus", "libvorbis", "flac", "pcm_s16le" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const AVCodec *codec = avcodec_find_encoder_by_name(names[i]);
        if (codec != NULL && avformat_query_codec(format, codec->id, FF_COMPLIANCE_NORMAL) == 1) {
            return codec;
        }
    }
    return NULL;
}

/* The least rate of the encoder that is not below the sound's; else its highest. */
static int rate_for(const AVCodec *codec, int rate)
{
    int best = 0;
    int highest = 0;
    for (const int *at = zd_av_sample_rates(codec); at != NULL && *at != 0; at++) {
        highest = *at > highest ? *at : highest;
        best = *at >= rate && (best == 0 || *at < best) ? *at : best;
    }
    return best > 0 ? best : highest > 0 ? highest : rate;
}

static int open_decoder(zd_track_encode *track, const AVStream *from)
{
    const AVCodec *codec = avcodec_find_decoder(from->codecpar->codec_id);
    track->decoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (track->decoder == NULL) {
        return codec != NULL ? AVERROR(ENOMEM) : AVERROR_DECODER_NOT_FOUND;
    }
    int code = avcodec_parameters_to_context(track->decoder, from->codecpar);
    track->decoder->pkt_timebase = from->time_base;
    return code < 0 ? code : avcodec_open2(track->decoder, codec, NULL);
}

static int open_encoder(zd_track_encode *track, const AVCodecParameters *like)
{
    const AVCodec *codec = find_encoder(track->output->oformat);
    track->encoder = codec != NULL ? avcodec_alloc_context3(codec) : NULL;
    if (track->encoder == NULL) {
        return codec != NULL ? AVERROR(ENOMEM) : AVERROR_ENCODER_NOT_FOUND;
    }
    AVCodecContext *encoder = track->encoder;
    encoder->sample_rate = rate_for(codec, like->sample_rate);
    const enum AVSampleFormat *formats = zd_av_sample_formats(codec);
    encoder->sample_fmt = formats != NULL ? formats[0] : AV_SAMPLE_FMT_S16;
    encoder->time_base = (AVRational){ 1, encoder->sample_rate };
    if (like->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
        av_channel_layout_default(&encoder->ch_layout, like->ch_layout.nb_channels);
    } else if (av_channel_layout_copy(&encoder->ch_layout, &like->ch_layout) < 0) {
        return AVERROR(ENOMEM);
    }
    encoder->bit_rate = (int64_t) encoder->ch_layout.nb_channels * BITS_A_CHANNEL;
    if ((track->output->oformat->flags & AVFMT_GLOBALHEADER) != 0) {
        encoder->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    }
    return avcodec_open2(encoder, codec, NULL);
}

static int open_all(zd_track_encode *track, const AVStream *from)
{
    track->frame = av_frame_alloc();
    track->packet = av_packet_alloc();
    int code = track->frame != NULL && track->packet != NULL ? 0 : AVERROR(ENOMEM);
    code = code < 0 ? code : open_decoder(track, from);
    code = code < 0 ? code : open_encoder(track, from->codecpar);
    if (code < 0) {
        return code;
    }
    track->stream = avformat_new_stream(track->output, NULL);
    if (track->stream == NULL) {
        return AVERROR(ENOMEM);
    }
    track->stream->time_base = track->encoder->time_base;
    code = avcodec_parameters_from_context(track->stream->codecpar, track->encoder);
    zd_av_muxed_delay(track->output->oformat, track->stream->codecpar, &track->late);
    return code;
}

zd_status zd_track_encode_open(zd_context *ctx, const AVStream *from, AVFormatContext *output,
                               zd_track_encode **out, zd_error *err)
{
    zd_track_encode *track = zd_alloc_zeroed(ctx, 1, sizeof *track);
    *out = NULL;
    if (track == NULL) {
        return zd_fail_memory(err, "a sound track");
    }
    track->ctx = ctx;
    track->output = output;
    track->from_base = from->time_base;
    track->from = INT64_MIN;
    int code = open_all(track, from);
    if (code < 0) {
        zd_track_encode_close(&track);
    }
    *out = track;
    return code == AVERROR(ENOMEM) ? zd_fail_memory(err, "a sound track") : ZD_OK;
}

AVStream *zd_track_encode_stream(const zd_track_encode *track)
{
    return track->stream;
}

void zd_track_encode_start(zd_track_encode *track, int64_t from, int64_t shift)
{
    track->from = from;
    track->shift = shift;
}

static zd_status fail(int code, zd_error *err)
{
    return zd_av_fail(err, code, "cannot encode a sound track");
}

/* What the frames go through, as FFmpeg writes it. */
static void describe(const zd_track_encode *track, int rate, char *text, size_t size)
{
    assert(size > 0);
    char layout[64];
    char cut[64] = "";
    const AVCodecContext *encoder = track->encoder;
    av_channel_layout_describe(&encoder->ch_layout, layout, sizeof layout);
    if (track->from != INT64_MIN) {
        int64_t first = av_rescale_q(track->from, track->from_base, (AVRational){ 1, rate });
        snprintf(cut, sizeof cut, "atrim=start_pts=%lld,", (long long) first); /* in samples */
    }
    bool is_any = (encoder->codec->capabilities & AV_CODEC_CAP_VARIABLE_FRAME_SIZE) != 0;
    snprintf(text, size,
             "%saresample=async=1,aformat=sample_fmts=%s:sample_rates=%d:channel_layouts=%s,"
             "asetnsamples=n=%d:p=0",
             cut, av_get_sample_fmt_name(encoder->sample_fmt), encoder->sample_rate, layout,
             is_any || encoder->frame_size <= 0 ? 1024 : encoder->frame_size);
}

static int make_ends(zd_track_encode *track, const AVFrame *first)
{
    char layout[64];
    char text[256];
    av_channel_layout_describe(&first->ch_layout, layout, sizeof layout);
    snprintf(text, sizeof text, "time_base=%d/%d:sample_rate=%d:sample_fmt=%s:channel_layout=%s",
             track->from_base.num, track->from_base.den, first->sample_rate,
             av_get_sample_fmt_name((enum AVSampleFormat) first->format), layout);
    int code = avfilter_graph_create_filter(&track->source, avfilter_get_by_name("abuffer"), "in",
                                            text, NULL, track->graph);
    return code < 0
               ? code
               : avfilter_graph_create_filter(&track->sink, avfilter_get_by_name("abuffersink"),
                                              "out", NULL, NULL, track->graph);
}

static int make_graph(zd_track_encode *track, const AVFrame *first)
{
    char text[320];
    AVFilterInOut *inputs = NULL;
    AVFilterInOut *outputs = NULL;
    track->graph = avfilter_graph_alloc();
    int code = track->graph != NULL ? make_ends(track, first) : AVERROR(ENOMEM);
    describe(track, first->sample_rate, text, sizeof text);
    code = code < 0 ? code : avfilter_graph_parse2(track->graph, text, &inputs, &outputs);
    if (code >= 0) {
        code = avfilter_link(track->source, 0, inputs->filter_ctx, (unsigned) inputs->pad_idx);
    }
    if (code >= 0) {
        code = avfilter_link(outputs->filter_ctx, (unsigned) outputs->pad_idx, track->sink, 0);
    }
    avfilter_inout_free(&inputs);
    avfilter_inout_free(&outputs);
    return code < 0 ? code : avfilter_graph_config(track->graph, NULL);
}

/* Writes the packets that the encoder has ready. */
static int write_packets(zd_track_encode *track)
{
    for (;;) {
        int code = avcodec_receive_packet(track->encoder, track->packet);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return 0;
        }
        if (code < 0) {
            return code;
        }
        track->packet->pts += track->packet->pts != AV_NOPTS_VALUE ? track->late : 0;
        track->packet->dts += track->packet->dts != AV_NOPTS_VALUE ? track->late : 0;
        av_packet_rescale_ts(track->packet, track->encoder->time_base, track->stream->time_base);
        track->packet->stream_index = track->stream->index;
        code = av_interleaved_write_frame(track->output, track->packet);
        if (code < 0) {
            return code;
        }
    }
}

/* Takes what the graph has ready to the encoder. */
static int encode_frames(zd_track_encode *track)
{
    AVRational encoder_base = track->encoder->time_base;
    for (;;) {
        int code = av_buffersink_get_frame(track->sink, track->frame);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return 0;
        }
        if (code >= 0) {
            int64_t shift = av_rescale_q(track->shift, track->from_base, encoder_base);
            track->frame->pts =
                av_rescale_q(track->frame->pts, av_buffersink_get_time_base(track->sink),
                             encoder_base) -
                shift;
            code = avcodec_send_frame(track->encoder, track->frame);
            av_frame_unref(track->frame);
        }
        code = code < 0 ? code : write_packets(track);
        if (code < 0) {
            return code;
        }
    }
}

/* Takes what the decoder has ready to the graph. A form that changes in the middle is brought into
 * the first one by nobody: such frames are left out. */
static int decode_frames(zd_track_encode *track)
{
    for (;;) {
        int code = avcodec_receive_frame(track->decoder, track->frame);
        if (code == AVERROR(EAGAIN) || code == AVERROR_EOF) {
            return 0;
        }
        if (code < 0) {
            return 0; /* a damaged packet is a gap */
        }
        track->frame->pts = track->frame->best_effort_timestamp;
        code = track->graph == NULL ? make_graph(track, track->frame) : 0;
        if (code >= 0) {
            code = av_buffersrc_add_frame(track->source, track->frame);
            code = code == AVERROR(EINVAL) ? 0 : code;
        }
        av_frame_unref(track->frame);
        code = code < 0 ? code : encode_frames(track);
        if (code < 0) {
            return code;
        }
    }
}

zd_status zd_track_encode_put(zd_track_encode *track, const AVPacket *packet, zd_error *err)
{
    avcodec_send_packet(track->decoder, packet); /* what it refuses is a gap */
    int code = decode_frames(track);
    if (code >= 0 && packet == NULL && track->graph != NULL) {
        code = av_buffersrc_add_frame(track->source, NULL);
        code = code < 0 ? code : encode_frames(track);
        code = code < 0 ? code : avcodec_send_frame(track->encoder, NULL);
        code = code < 0 ? code : write_packets(track);
    }
    return code < 0 ? fail(code, err) : ZD_OK;
}
