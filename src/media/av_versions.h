/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_AV_VERSIONS_H
#define ZD_MEDIA_AV_VERSIONS_H

/* What FFmpeg's libraries tell in other ways since some version: 5.1 to 7.1 and later. */

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <stdbool.h>

/** What an encoder takes, as lists that end with AV_PIX_FMT_NONE, AV_SAMPLE_FMT_NONE and 0; NULL: anything. */
const enum AVPixelFormat *zd_av_pixel_formats(const AVCodec *codec);
const enum AVSampleFormat *zd_av_sample_formats(const AVCodec *codec);
const int *zd_av_sample_rates(const AVCodec *codec);

/** Whether a frame's rows are of two fields, and whether the upper one comes first. */
bool zd_av_is_interlaced(const AVFrame *frame);
bool zd_av_is_top_first(const AVFrame *frame);
void zd_av_set_fields(AVFrame *frame, bool is_interlaced, bool is_top_first);

/** Samples at the beginning of a track with `codecpar`, its encoder's delay, that a muxer lets lie before time 0 because readers
 *  leave them out: Matroska's CodecDelay. `*late`: how many samples later than they are packets have to be given to the muxer,
 *  which writes that delay and forgets it in their times. */
int zd_av_muxed_delay(const AVOutputFormat *format, const AVCodecParameters *codecpar, int *late);

#endif
