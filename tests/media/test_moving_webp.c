/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* A moving WebP, made by FFmpeg's encoder: its frames in order, by number, and back. */

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "media_test.h"

enum { FRAMES = 5, WIDTH = 16, HEIGHT = 12 };

static void put_packets(AVCodecContext *encoder, AVFormatContext *output, const AVFrame *frame)
{
    AVPacket *packet = av_packet_alloc();
    REQUIRE(avcodec_send_frame(encoder, frame) >= 0);
    while (avcodec_receive_packet(encoder, packet) >= 0) {
        av_packet_rescale_ts(packet, encoder->time_base, output->streams[0]->time_base);
        REQUIRE(av_write_frame(output, packet) >= 0);
        av_packet_unref(packet);
    }
    av_packet_free(&packet);
}

/* Whole frames of one gray each, a tenth of a second long. */
static void write_webp(const AVCodec *codec, const char *path)
{
    AVCodecContext *encoder = avcodec_alloc_context3(codec);
    AVFormatContext *output = NULL;
    AVFrame *frame = av_frame_alloc();
    encoder->width = frame->width = WIDTH;
    encoder->height = frame->height = HEIGHT;
    encoder->pix_fmt = AV_PIX_FMT_RGB32;
    frame->format = AV_PIX_FMT_RGB32;
    encoder->time_base = (AVRational){ 1, 10 };
    REQUIRE(av_frame_get_buffer(frame, 0) >= 0);
    REQUIRE(avcodec_open2(encoder, codec, NULL) >= 0);
    REQUIRE(avformat_alloc_output_context2(&output, NULL, "webp", path) >= 0);
    AVStream *stream = avformat_new_stream(output, NULL);
    stream->time_base = encoder->time_base;
    REQUIRE(avcodec_parameters_from_context(stream->codecpar, encoder) >= 0);
    REQUIRE(avio_open(&output->pb, path, AVIO_FLAG_WRITE) >= 0);
    REQUIRE(avformat_write_header(output, NULL) >= 0);
    for (int i = 0; i < FRAMES; i++) {
        REQUIRE(av_frame_make_writable(frame) >= 0);
        for (int at = 0; at < frame->linesize[0] * HEIGHT; at++) {
            frame->data[0][at] = at % 4 == 3 ? 255 : (uint8_t) (40 * i + 20);
        }
        frame->pts = i;
        put_packets(encoder, output, frame);
    }
    put_packets(encoder, output, NULL);
    REQUIRE(av_write_trailer(output) >= 0);
    avio_closep(&output->pb);
    avformat_free_context(output);
    avcodec_free_context(&encoder);
    av_frame_free(&frame);
}

static int next_one(zd_reader *reader)
{
    zd_frame *frame = NULL;
    zd_image *image = NULL;
    zd_view view = new_picture(1, 1, 3, &image);
    REQUIRE_OK(zd_reader_next(reader, &frame, &err));
    REQUIRE_OK(zd_frame_read_small(frame, view, &err));
    int shown = (int) lrintf((zd_view_row_f32(view, 0)[1] * 255.0f - 20.0f) / 40.0f);
    REQUIRE_INT(zd_frame_info_get(frame)->index, shown);
    zd_frame_unref(&frame);
    zd_image_unref(&image);
    return shown;
}

static void frames_come_in_any_order(void)
{
    static const int order[] = { 3, 0, 4, 1, 1, 2 };
    const AVCodec *codec = avcodec_find_encoder_by_name("libwebp_anim");
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    if (codec == NULL) {
        SKIP("this FFmpeg makes no moving WebP");
    }
    write_webp(codec, in_scratch("moves.webp"));
    zd_status status = zd_reader_open(ctx, in_scratch("moves.webp"), NULL, &reader, &err);
    if (status == ZD_ERR_UNSUPPORTED) {
        SKIP("%s", err.message);
    }
    REQUIRE_INT(status, ZD_OK);
    REQUIRE_INT(zd_reader_info_get(reader)->frame_count, FRAMES);
    REQUIRE_INT(zd_reader_info_get(reader)->width, WIDTH);
    for (int i = 0; i < FRAMES; i++) {
        REQUIRE_INT(next_one(reader), i);
    }
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        REQUIRE_OK(zd_reader_seek_frame(reader, order[i], &err));
        REQUIRE_INT(next_one(reader), order[i]);
    }
    zd_reader_close(&reader);
}

int main(void)
{
    media_begin(1);
    RUN(frames_come_in_any_order);
    return media_end();
}
