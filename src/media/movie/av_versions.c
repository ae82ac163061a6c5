/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The fields of AVCodec were deprecated by FFmpeg 7.1, those of AVFrame by 6.1. Since 6.1 Matroska's muxer tells every codec's
 * delay and moves the packets by it; before that it told Opus's alone and moved nothing. */

#include "media/av_versions.h"

#include <stddef.h>
#include <string.h>

#define HAS_CONFIGS     (LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100))
#define HAS_FIELD_FLAGS (LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100))
#define MOVES_BY_DELAY  (LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 16, 100))

#if HAS_CONFIGS
static const void *config_of(const AVCodec *codec, enum AVCodecConfig which)
{
    const void *list = NULL;
    return avcodec_get_supported_config(NULL, codec, which, 0, &list, NULL) >= 0 ? list : NULL;
}
#endif

const enum AVPixelFormat *zd_av_pixel_formats(const AVCodec *codec)
{
#if HAS_CONFIGS
    return config_of(codec, AV_CODEC_CONFIG_PIX_FORMAT);
#else
    return codec->pix_fmts;
#endif
}

const enum AVSampleFormat *zd_av_sample_formats(const AVCodec *codec)
{
#if HAS_CONFIGS
    return config_of(codec, AV_CODEC_CONFIG_SAMPLE_FORMAT);
#else
    return codec->sample_fmts;
#endif
}

const int *zd_av_sample_rates(const AVCodec *codec)
{
#if HAS_CONFIGS
    return config_of(codec, AV_CODEC_CONFIG_SAMPLE_RATE);
#else
    return codec->supported_samplerates;
#endif
}

bool zd_av_is_interlaced(const AVFrame *frame)
{
#if HAS_FIELD_FLAGS
    return (frame->flags & AV_FRAME_FLAG_INTERLACED) != 0;
#else
    return frame->interlaced_frame != 0;
#endif
}

bool zd_av_is_top_first(const AVFrame *frame)
{
#if HAS_FIELD_FLAGS
    return (frame->flags & AV_FRAME_FLAG_TOP_FIELD_FIRST) != 0;
#else
    return frame->top_field_first != 0;
#endif
}

void zd_av_set_fields(AVFrame *frame, bool is_interlaced, bool is_top_first)
{
#if HAS_FIELD_FLAGS
    frame->flags &= ~(AV_FRAME_FLAG_INTERLACED | AV_FRAME_FLAG_TOP_FIELD_FIRST);
    frame->flags |= is_interlaced ? AV_FRAME_FLAG_INTERLACED : 0;
    frame->flags |= is_top_first ? AV_FRAME_FLAG_TOP_FIELD_FIRST : 0;
#else
    frame->interlaced_frame = is_interlaced;
    frame->top_field_first = is_top_first;
#endif
}

int zd_av_muxed_delay(const AVOutputFormat *format, const AVCodecParameters *codecpar, int *late)
{
    bool is_matroska = strcmp(format->name, "matroska") == 0 || strcmp(format->name, "webm") == 0;
    bool is_told = MOVES_BY_DELAY || codecpar->codec_id == AV_CODEC_ID_OPUS;
    int delay = is_matroska && is_told && codecpar->initial_padding > 0 && codecpar->sample_rate > 0
                    ? codecpar->initial_padding
                    : 0;
    *late = MOVES_BY_DELAY ? 0 : delay;
    return delay;
}
