/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Sound goes into the output packet by packet, in step with the pictures. */

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "media/av_versions.h"
#include "media_test.h"

enum { FRAMES = 72, RATE = 48000, MOST_PACKETS = 1000 };

typedef struct packet_note {
    int64_t pts_us;
    uint64_t hash;
} packet_note;

typedef struct sound {
    packet_note packets[MOST_PACKETS];
    int count;
    int tracks;
} sound;

static uint64_t hash_of(const uint8_t *data, int size)
{
    uint64_t hash = 14695981039346656037ULL;
    for (int i = 0; i < size; i++) {
        hash = (hash ^ data[i]) * 1099511628211ULL;
    }
    return hash;
}

/* Notes the packets of the nth audio track. */
static void read_sound(const char *path, int track, sound *out)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    int stream = -1;
    *out = (sound){ 0 };
    REQUIRE(avformat_open_input(&format, path, NULL, NULL) >= 0);
    REQUIRE(avformat_find_stream_info(format, NULL) >= 0);
    for (unsigned i = 0; i < format->nb_streams; i++) {
        if (format->streams[i]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
            stream = out->tracks++ == track ? (int) i : stream;
        }
    }
    while (stream >= 0 && av_read_frame(format, packet) >= 0) {
        if (packet->stream_index == stream && out->count < MOST_PACKETS) {
            AVRational base = format->streams[stream]->time_base;
            REQUIRE_INT(packet->dts,
                        packet->pts); /* sound is decoded in the order in which it is heard */
            packet_note *note = &out->packets[out->count++];
            note->pts_us = av_rescale_q(packet->pts, base, (AVRational){ 1, 1000000 });
            note->hash = hash_of(packet->data, packet->size);
        }
        av_packet_unref(packet);
    }
    avformat_close_input(&format);
    av_packet_free(&packet);
}

static void encode_second(AVCodecContext *codec, AVFormatContext *output, AVStream *stream,
                          AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    avcodec_send_frame(codec, frame);
    while (avcodec_receive_packet(codec, packet) >= 0) {
        av_packet_rescale_ts(packet, codec->time_base, stream->time_base);
        packet->stream_index = stream->index;
        REQUIRE(av_interleaved_write_frame(output, packet) >= 0);
    }
    av_packet_free(&packet);
}

/* A sound file of three seconds of a gliding tone, in one or two tracks. */
static void make_sound(const char *path, const char *muxer, const char *codec_name, int tracks)
{
    AVFormatContext *output = NULL;
    AVCodecContext *codecs[2] = { NULL };
    REQUIRE(avformat_alloc_output_context2(&output, NULL, muxer, path) >= 0);
    const AVCodec *encoder = avcodec_find_encoder_by_name(codec_name);
    REQUIRE(encoder != NULL);
    for (int t = 0; t < tracks; t++) {
        codecs[t] = avcodec_alloc_context3(encoder);
        codecs[t]->sample_rate = RATE;
        codecs[t]->sample_fmt = zd_av_sample_formats(encoder)[0];
        av_channel_layout_default(&codecs[t]->ch_layout, 1);
        codecs[t]->time_base = (AVRational){ 1, RATE };
        codecs[t]->bit_rate = 64000;
        codecs[t]->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
        REQUIRE(avcodec_open2(codecs[t], encoder, NULL) >= 0);
        AVStream *stream = avformat_new_stream(output, NULL);
        avcodec_parameters_from_context(stream->codecpar, codecs[t]);
        stream->time_base = codecs[t]->time_base;
        av_dict_set(&stream->metadata, "language", t == 0 ? "eng" : "fra", 0);
    }
    REQUIRE(avio_open(&output->pb, path, AVIO_FLAG_WRITE) >= 0);
    REQUIRE(avformat_write_header(output, NULL) >= 0);
    int size = codecs[0]->frame_size > 0 ? codecs[0]->frame_size : RATE / 2;
    for (int64_t at = 0; at < 3 * RATE; at += size) {
        for (int t = 0; t < tracks; t++) {
            AVFrame *frame = av_frame_alloc();
            frame->nb_samples = size;
            frame->format = codecs[t]->sample_fmt;
            frame->sample_rate = RATE;
            av_channel_layout_copy(&frame->ch_layout, &codecs[t]->ch_layout);
            REQUIRE(av_frame_get_buffer(frame, 0) >= 0);
            for (int i = 0; i < size; i++) {
                double time = (double) (at + i) / RATE;
                double value = 0.4 * sin(6.283 * (200.0 + 300.0 * time + 50.0 * t) * time);
                if (frame->format == AV_SAMPLE_FMT_FLTP) {
                    ((float *) (void *) frame->data[0])[i] = (float) value;
                } else {
                    ((int16_t *) (void *) frame->data[0])[i] = (int16_t) (value * 32767.0);
                }
            }
            frame->pts = at;
            encode_second(codecs[t], output, output->streams[t], frame);
            av_frame_free(&frame);
        }
    }
    for (int t = 0; t < tracks; t++) {
        encode_second(codecs[t], output, output->streams[t], NULL);
        avcodec_free_context(&codecs[t]);
    }
    av_write_trailer(output);
    avio_closep(&output->pb);
    avformat_free_context(output);
}

/* Copies a movie, or a part of it, with its sound. */
static void copy_movie(const char *from, const char *to, const zd_reader_params *range)
{
    zd_reader *reader = NULL;
    zd_writer *writer = NULL;
    zd_frame *frame = NULL;
    REQUIRE_OK(zd_reader_open(ctx, from, range, &reader, &err));
    zd_writer_params params = { .like = zd_reader_info_get(reader),
                                .source_path = from,
                                .copies_sound = true };
    REQUIRE_OK(zd_writer_open(ctx, to, &params, &writer, &err));
    while (zd_reader_next(reader, &frame, &err) == ZD_OK) {
        REQUIRE_OK(zd_writer_put(writer, frame, &err));
        zd_frame_unref(&frame);
    }
    REQUIRE_OK(zd_writer_finish(&writer, &err));
    zd_reader_close(&reader);
}

static void make_clip(const char *path, const char *muxer, const char *codec, int tracks)
{
    const char *tone = in_scratch("tone.%s", muxer);
    make_sound(tone, muxer, codec, tracks);
    make_movie(path, (zd_writer_params){ .source_path = tone, .copies_sound = true }, 64, 48,
               FRAMES);
}

static void require_same_sound(const char *a, const char *b, int track)
{
    static sound one;
    static sound two;
    read_sound(a, track, &one);
    read_sound(b, track, &two);
    REQUIRE_INT(two.tracks, one.tracks);
    REQUIRE(one.count > 20);
    REQUIRE_INT(two.count, one.count);
    for (int i = 0; i < one.count; i++) {
        REQUIRE(one.packets[i].hash == two.packets[i].hash);
        REQUIRE(llabs(one.packets[i].pts_us - two.packets[i].pts_us) <= 1000);
    }
}

static void test_sound_is_copied_packet_by_packet(void)
{
    make_clip(in_scratch("a.mp4"), "mp4", "aac", 1);
    require_same_sound(in_scratch("tone.mp4"), in_scratch("a.mp4"), 0);
    copy_movie(in_scratch("a.mp4"), in_scratch("b.mp4"), NULL);
    require_same_sound(in_scratch("a.mp4"), in_scratch("b.mp4"), 0);
    zd_reader *reader = NULL;
    REQUIRE_OK(zd_reader_open(ctx, in_scratch("b.mp4"), NULL, &reader, &err));
    const zd_reader_info *info = zd_reader_info_get(reader);
    REQUIRE_INT(info->audio_count, 1);
    REQUIRE_TEXT(info->audio[0].codec, "aac");
    REQUIRE_INT(info->audio[0].sample_rate, RATE);
    REQUIRE_INT(info->audio[0].channels, 1);
    REQUIRE_TEXT(info->audio[0].language, "eng");
    zd_reader_close(&reader);
}

static void test_all_tracks_are_copied(void)
{
    make_clip(in_scratch("two.mkv"), "matroska", "flac", 2);
    copy_movie(in_scratch("two.mkv"), in_scratch("too.mkv"), NULL);
    require_same_sound(in_scratch("two.mkv"), in_scratch("too.mkv"), 0);
    require_same_sound(in_scratch("two.mkv"), in_scratch("too.mkv"), 1);
}

/* A range has the sound of its time, moved to its beginning. */
/* Matroska keeps the times at which sound is heard as they are given, MP4 those of decoding and a difference. */
static void check_range_of_sound(const char *name, int64_t allowed_us)
{
    static sound all;
    static sound part;
    copy_movie(in_scratch("r.mp4"), in_scratch("%s", name),
               &(zd_reader_params){ .first_frame = 24, .end_frame = 48 });
    read_sound(in_scratch("r.mp4"), 0, &all);
    read_sound(in_scratch("%s", name), 0, &part);
    REQUIRE(part.count >= 46 && part.count <= 49); /* one second of 1024 samples */
    int first = 0;
    while (first < all.count && all.packets[first].hash != part.packets[0].hash) {
        first++;
    }
    REQUIRE(first + part.count <= all.count);
    for (int i = 0; i < part.count; i++) {
        REQUIRE(all.packets[first + i].hash == part.packets[i].hash);
        REQUIRE(llabs(all.packets[first + i].pts_us - 1000000 - part.packets[i].pts_us) <=
                allowed_us);
    }
}

static void test_range_of_sound(void)
{
    make_clip(in_scratch("r.mp4"), "mp4", "aac", 1);
    check_range_of_sound("part.mp4", 1000);
    check_range_of_sound(
        "part.mkv",
        22000); /* all begins with the packet that the range cuts: nothing is before 0 */
}

/* Uncompressed tracks lie in turns of half a second: at the end of a range the second one's last
 * packets come after packets of the first that are too late. */
static void test_range_of_tracks_in_turns(void)
{
    static sound all;
    static sound part;
    zd_reader_info like = footage(64, 48);
    like.is_to_end = false;
    make_sound(in_scratch("turns.mov"), "mov", "pcm_s16le", 2);
    make_movie(in_scratch("turns-part.mov"),
               (zd_writer_params){
                   .like = &like, .source_path = in_scratch("turns.mov"), .copies_sound = true },
               64, 48, 62);
    for (int track = 0; track < 2; track++) {
        int wanted = 0;
        read_sound(in_scratch("turns.mov"), track, &all);
        read_sound(in_scratch("turns-part.mov"), track, &part);
        while (wanted < all.count && all.packets[wanted].pts_us < 62 * 1000000 / 24) {
            wanted++;
        }
        REQUIRE(wanted > 60 && wanted < all.count);
        REQUIRE_INT(part.count, wanted);
        REQUIRE(part.packets[wanted - 1].hash == all.packets[wanted - 1].hash);
    }
}

static void test_unfit_sound_is_left_out_with_a_warning(void)
{
    make_clip(in_scratch("u.mp4"), "mp4", "aac", 1);
    warnings = 0;
    make_movie(in_scratch("u.webm"),
               (zd_writer_params){ .source_path = in_scratch("u.mp4"), .copies_sound = true }, 64,
               48, 4);
    REQUIRE_INT(warnings, 1);
    REQUIRE(strstr(last_warning, "(aac) cannot be copied into webm and is left out") != NULL);
}

/* Samples of the first track, mixed to one channel at the test's rate, of which it must be. */
static int decode_sound(const char *path, float *out, int most)
{
    AVFormatContext *format = NULL;
    AVPacket *packet = av_packet_alloc();
    AVFrame *frame = av_frame_alloc();
    const AVCodec *codec = NULL;
    int count = 0;
    REQUIRE(avformat_open_input(&format, path, NULL, NULL) >= 0);
    REQUIRE(avformat_find_stream_info(format, NULL) >= 0);
    int stream = av_find_best_stream(format, AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
    REQUIRE(stream >= 0);
    AVCodecContext *decoder = avcodec_alloc_context3(codec);
    avcodec_parameters_to_context(decoder, format->streams[stream]->codecpar);
    decoder->request_sample_fmt = AV_SAMPLE_FMT_FLTP;
    REQUIRE(avcodec_open2(decoder, codec, NULL) >= 0);
    for (bool ends = false; !ends;) {
        ends = av_read_frame(format, packet) < 0;
        if (!ends && packet->stream_index != stream) {
            av_packet_unref(packet);
            continue;
        }
        avcodec_send_packet(decoder, ends ? NULL : packet);
        while (avcodec_receive_frame(decoder, frame) >= 0) {
            REQUIRE_INT(frame->sample_rate, RATE);
            bool is_float =
                frame->format == AV_SAMPLE_FMT_FLTP || frame->format == AV_SAMPLE_FMT_FLT;
            REQUIRE(is_float || frame->format == AV_SAMPLE_FMT_S16);
            for (int i = 0; i < frame->nb_samples && count < most; i++) {
                out[count++] =
                    is_float
                        ? ((const float *) (const void *) frame->data[0])[i]
                        : (float) ((const int16_t *) (const void *) frame->data[0])[i] / 32768.0f;
            }
            av_frame_unref(frame);
        }
        av_packet_unref(packet);
    }
    avcodec_free_context(&decoder);
    avformat_close_input(&format);
    av_packet_free(&packet);
    av_frame_free(&frame);
    return count;
}

/* How much `count` samples are like the tone from `start_s` on, at the best shift of up to 60 ms; the
 * shift in milliseconds. */
static double likeness(const float *samples, int count, double start_s, double *shift_ms)
{
    double best = -2.0;
    for (int shift = -60; shift <= 60; shift++) {
        double both = 0.0;
        double one = 1e-9;
        double two = 1e-9;
        for (int i = RATE / 10; i < count - RATE / 10; i += 7) {
            double t = start_s + (double) i / RATE + shift * 1e-3;
            double tone = 0.4 * sin(6.283 * (200.0 + 300.0 * t) * t);
            both += tone * (double) samples[i];
            one += tone * tone;
            two += (double) samples[i] * (double) samples[i];
        }
        double value = both / sqrt(one * two);
        if (value > best) {
            best = value;
            *shift_ms = shift;
        }
    }
    return best;
}

/* What webm cannot hold is encoded anew where that is asked for: the same tone, of the frames' time alone. */
static void test_unfit_sound_is_encoded(void)
{
    static float samples[4 * RATE];
    static const double starts[] = { 0.0, 1.25 };
    make_clip(in_scratch("e.mov"), "mov", "pcm_s16le", 1);
    for (int i = 0; i < 2; i++) {
        zd_reader_params range = { .first_frame = (int64_t) (starts[i] * 24.0 + 0.5) };
        zd_reader *reader = NULL;
        zd_writer *writer = NULL;
        zd_frame *frame = NULL;
        double shift = 0.0;
        int frames = 0;
        REQUIRE_OK(zd_reader_open(ctx, in_scratch("e.mov"), &range, &reader, &err));
        zd_writer_params params = { .like = zd_reader_info_get(reader),
                                    .source_path = in_scratch("e.mov"),
                                    .copies_sound = true,
                                    .encodes_sound = true };
        warnings = 0;
        REQUIRE_OK(zd_writer_open(ctx, in_scratch("e.webm"), &params, &writer, &err));
        while (zd_reader_next(reader, &frame, &err) == ZD_OK) {
            REQUIRE_OK(zd_writer_put(writer, frame, &err));
            zd_frame_unref(&frame);
            frames++;
        }
        REQUIRE_OK(zd_writer_finish(&writer, &err));
        zd_reader_close(&reader);
        int count = decode_sound(in_scratch("e.webm"), samples, 4 * RATE);
        REQUIRE_NEAR((double) count / RATE, frames / 24.0, 0.08);
        double like = likeness(samples, count, starts[i], &shift);
        if (like < 0.9 || fabs(shift) > 30.0) {
            ZD_TEST_FAIL("from %g s: like the tone by %g at a shift of %g ms", starts[i], like,
                         shift);
        }
    }
}

/* Frames of MP3 lean on those before: a range of it is heard from its first sample on where the container can
 * hide some (an edit list). */
static void check_lead(const char *name)
{
    static float all[4 * RATE];
    static float part[4 * RATE];
    double least = 1e30;
    int at = 0;
    copy_movie(in_scratch("lead.mkv"), in_scratch("%s", name),
               &(zd_reader_params){ .first_frame = 30, .end_frame = 60 });
    int whole = decode_sound(in_scratch("lead.mkv"), all, 4 * RATE);
    int count = decode_sound(in_scratch("%s", name), part, 4 * RATE);
    REQUIRE_NEAR((double) count / RATE, 30.0 / 24.0, 0.06);
    for (int shift = -RATE / 20; shift <= RATE / 20; shift++)
    { /* by what is long behind the beginning */
        double apart = 0.0;
        for (int i = RATE / 4; i < RATE / 2; i += 5) {
            int there = 30 * RATE / 24 + shift + i;
            REQUIRE(there < whole);
            apart += fabs((double) (all[there] - part[i]));
        }
        at = apart < least ? shift : at;
        least = fmin(apart, least);
    }
    REQUIRE(abs(at) < RATE / 20); /* decoders leave out an encoder's delay or not: 23 ms */
    for (int i = 0; i < RATE / 10; i++) {
        REQUIRE_NEAR(part[i], all[30 * RATE / 24 + at + i], 1e-3);
    }
}

static void test_range_of_mp3_is_heard_from_its_beginning(void)
{
    make_clip(in_scratch("lead.mkv"), "matroska", "libmp3lame", 1);
    check_lead("lead.mp4");
    check_lead("lead.mov");
}

static void test_missing_sound_file(void)
{
    zd_reader_info like = footage(64, 48);
    zd_writer *writer = NULL;
    zd_writer_params params = { .like = &like,
                                .source_path = "/nowhere/tone.wav",
                                .copies_sound = true };
    REQUIRE_FAILS(zd_writer_open(ctx, in_scratch("m.mp4"), &params, &writer, &err), ZD_ERR_IO,
                  "cannot open '/nowhere/tone.wav': No such file or directory");
    REQUIRE_INT(count_files("m.mp4.part"), 0);
}

int main(void)
{
    av_log_set_level(AV_LOG_ERROR);
    media_begin(2);
    RUN(test_sound_is_copied_packet_by_packet);
    RUN(test_all_tracks_are_copied);
    RUN(test_range_of_sound);
    RUN(test_range_of_tracks_in_turns);
    RUN(test_range_of_mp3_is_heard_from_its_beginning);
    RUN(test_unfit_sound_is_left_out_with_a_warning);
    RUN(test_unfit_sound_is_encoded);
    RUN(test_missing_sound_file);
    return media_end();
}
