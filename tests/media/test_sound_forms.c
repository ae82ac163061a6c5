/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The form that a sound track takes where a container cannot hold it: codec, rate, channels and bit rate. */

#include "media/av_versions.h"
#include "media/track_encode.h"
#include "media_test.h"

typedef struct form {
    const char *container;
    int rate; /* of the source */
    int channels;
    uint64_t layout; /* 0: the source tells only how many there are */
    enum AVCodecID codec;
    int to_rate;
    uint64_t to_layout;
} form;

/* AAC has rates of 7350 to 96000 (ISO/IEC 14496-3, table 1.18), Opus five (RFC 6716, 2); the first that is not
 * lower is taken. */
static const form forms[] = {
    { "mp4", 48000, 1, AV_CH_LAYOUT_MONO, AV_CODEC_ID_AAC, 48000, AV_CH_LAYOUT_MONO },
    { "mp4", 44100, 2, 0, AV_CODEC_ID_AAC, 44100, AV_CH_LAYOUT_STEREO },
    { "mp4", 11000, 6, AV_CH_LAYOUT_5POINT1_BACK, AV_CODEC_ID_AAC, 11025,
      AV_CH_LAYOUT_5POINT1_BACK },
    { "mp4", 7000, 1, 0, AV_CODEC_ID_AAC, 7350, AV_CH_LAYOUT_MONO },
    { "mp4", 192000, 2, AV_CH_LAYOUT_STEREO, AV_CODEC_ID_AAC, 96000, AV_CH_LAYOUT_STEREO },
    { "webm", 44100, 2, AV_CH_LAYOUT_STEREO, AV_CODEC_ID_OPUS, 48000, AV_CH_LAYOUT_STEREO },
    { "webm", 22050, 1, 0, AV_CODEC_ID_OPUS, 24000, AV_CH_LAYOUT_MONO },
    { "webm", 8000, 1, 0, AV_CODEC_ID_OPUS, 8000, AV_CH_LAYOUT_MONO },
    { "webm", 96000, 1, 0, AV_CODEC_ID_OPUS, 48000, AV_CH_LAYOUT_MONO },
};

static void describe(AVCodecParameters *to, const form *f)
{
    to->codec_type = AVMEDIA_TYPE_AUDIO;
    to->codec_id = AV_CODEC_ID_PCM_S16LE;
    to->format = AV_SAMPLE_FMT_S16;
    to->sample_rate = f->rate;
    if (f->layout != 0) {
        REQUIRE(av_channel_layout_from_mask(&to->ch_layout, f->layout) >= 0);
    } else {
        to->ch_layout.order = AV_CHANNEL_ORDER_UNSPEC;
        to->ch_layout.nb_channels = f->channels;
    }
}

static void check_form(const form *f)
{
    AVFormatContext *from = avformat_alloc_context();
    AVFormatContext *output = NULL;
    zd_track_encode *track = NULL;
    AVStream *stream = avformat_new_stream(from, NULL);
    describe(stream->codecpar, f);
    stream->time_base = (AVRational){ 1, f->rate };
    REQUIRE(avformat_alloc_output_context2(&output, NULL, f->container, NULL) >= 0);
    REQUIRE_OK(zd_track_encode_open(ctx, stream, output, &track, &err));
    REQUIRE(track != NULL);
    REQUIRE_INT(output->nb_streams, 1);
    REQUIRE(zd_track_encode_stream(track) == output->streams[0]);
    const AVCodecParameters *made = output->streams[0]->codecpar;
    REQUIRE_INT(made->codec_id, f->codec);
    REQUIRE_INT(made->sample_rate, f->to_rate);
    REQUIRE_INT(made->ch_layout.order, AV_CHANNEL_ORDER_NATIVE);
    REQUIRE_INT(made->ch_layout.u.mask, f->to_layout);
    REQUIRE_INT(made->ch_layout.nb_channels, f->channels);
    REQUIRE(f->codec != AV_CODEC_ID_AAC || f->rate < 44100 ||
            made->bit_rate == 96000LL * f->channels);
    REQUIRE(made->extradata_size > 0); /* both containers want it in their header */
    zd_track_encode_close(&track);
    zd_track_encode_close(&track);
    avformat_free_context(output);
    avformat_free_context(from);
}

static void each_takes_the_form_of_its_container(void)
{
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        check_form(&forms[i]);
    }
}

/* A container of pictures holds no sound; what nobody decodes is no error either. */
static void what_cannot_be_is_left_out(void)
{
    static const enum AVCodecID codecs[] = { AV_CODEC_ID_PCM_S16LE, AV_CODEC_ID_NONE };
    static const char *const containers[] = { "gif", "mp4" };
    for (int i = 0; i < 2; i++) {
        AVFormatContext *from = avformat_alloc_context();
        AVFormatContext *output = NULL;
        zd_track_encode *track = NULL;
        AVStream *stream = avformat_new_stream(from, NULL);
        describe(stream->codecpar, &forms[0]);
        stream->codecpar->codec_id = codecs[i];
        REQUIRE(avformat_alloc_output_context2(&output, NULL, containers[i], NULL) >= 0);
        REQUIRE_OK(zd_track_encode_open(ctx, stream, output, &track, &err));
        REQUIRE(track == NULL);
        REQUIRE_INT(output->nb_streams, 0);
        avformat_free_context(output);
        avformat_free_context(from);
    }
}

int main(void)
{
    media_begin(1);
    RUN(each_takes_the_form_of_its_container);
    RUN(what_cannot_be_is_left_out);
    return media_end();
}
