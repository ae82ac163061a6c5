/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Movies whose frames have no times: bare H.264 and HEVC, as cameras and encoders leave them. */

#include <libavformat/avformat.h>

#include "media/frame_internal.h"
#include "media_test.h"

enum { FRAMES = 11 };

/* Copies the packets of a movie into a bare stream, which has no container to keep their times in. */
static void copy_bare(const char *from, const char *to, const char *muxer)
{
    AVFormatContext *input = NULL;
    AVFormatContext *output = NULL;
    AVPacket *packet = av_packet_alloc();
    REQUIRE(avformat_open_input(&input, from, NULL, NULL) >= 0);
    REQUIRE(avformat_alloc_output_context2(&output, NULL, muxer, to) >= 0);
    AVStream *stream = avformat_new_stream(output, NULL);
    REQUIRE(avcodec_parameters_copy(stream->codecpar, input->streams[0]->codecpar) >= 0);
    stream->codecpar->codec_tag = 0;
    stream->time_base = input->streams[0]->time_base;
    REQUIRE(avio_open(&output->pb, to, AVIO_FLAG_WRITE) >= 0);
    REQUIRE(avformat_write_header(output, NULL) >= 0);
    while (av_read_frame(input, packet) >= 0) {
        packet->stream_index = 0;
        REQUIRE(av_interleaved_write_frame(output, packet) >= 0);
    }
    REQUIRE(av_write_trailer(output) >= 0);
    avio_closep(&output->pb);
    avformat_free_context(output);
    avformat_close_input(&input);
    av_packet_free(&packet);
}

/* One frame after the other by the stream's own rate, none twice and none left out. */
static void require_even_times(const char *path)
{
    zd_reader *reader = NULL;
    zd_frame *frame = NULL;
    REQUIRE_OK(zd_reader_open(ctx, path, NULL, &reader, &err));
    zd_rational rate = zd_reader_info_get(reader)->frame_rate;
    double step_us = 1e6 * rate.denominator / rate.numerator;
    int64_t first_us = 0;
    for (int i = 0; i < FRAMES; i++) {
        REQUIRE_OK(zd_reader_next(reader, &frame, &err));
        first_us = i == 0 ? zd_frame_time_us(frame) : first_us;
        REQUIRE_NEAR(zd_frame_time_us(frame) - first_us, i * step_us, 2.0);
        zd_frame_unref(&frame);
    }
    REQUIRE_INT(zd_reader_next(reader, &frame, &err), ZD_ERR_END);
    zd_reader_close(&reader);
}

static void test_bare_streams_have_even_times(void)
{
    make_movie(in_scratch("a.mp4"), (zd_writer_params){ 0 }, 64, 48, FRAMES);
    copy_bare(in_scratch("a.mp4"), in_scratch("a.h264"), "h264");
    require_even_times(in_scratch("a.h264"));
}

int main(void)
{
    media_begin(1);
    RUN(test_bare_streams_have_even_times);
    return media_end();
}
