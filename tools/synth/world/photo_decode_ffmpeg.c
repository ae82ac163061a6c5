/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* One picture through libavcodec's JPEG decoder and libswscale. */

#include "world/photo_decode.h"

#include "render/memory.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>

static AVPacket *read_packet(const char *path)
{
    FILE *file = fopen(path, "rb");
    if (!file) {
        return NULL;
    }
    AVPacket *packet = av_packet_alloc();
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    bool ok = packet && size > 0 && size < (64 << 20) && fseek(file, 0, SEEK_SET) == 0 &&
              av_new_packet(packet, (int) size) == 0 &&
              fread(packet->data, 1, (size_t) size, file) == (size_t) size;
    fclose(file);
    if (!ok) {
        av_packet_free(&packet);
    }
    return packet;
}

static uint8_t *to_rgb(const AVFrame *frame)
{
    struct SwsContext *sws =
        sws_getContext(frame->width, frame->height, frame->format, frame->width, frame->height,
                       AV_PIX_FMT_RGB24, SWS_BILINEAR, NULL, NULL, NULL);
    if (!sws) {
        return NULL;
    }
    /* libswscale may write past the width in whole vectors, so it gets padded rows. */
    int stride = 3 * ((frame->width + 63) / 64 * 64), row = 3 * frame->width;
    uint8_t *padded = sy_alloc((size_t) stride, (size_t) frame->height + 1);
    uint8_t *rgb = sy_alloc((size_t) row, (size_t) frame->height);
    uint8_t *planes[4] = { padded, NULL, NULL, NULL };
    int strides[4] = { stride, 0, 0, 0 };
    sws_scale(sws, (const uint8_t *const *) frame->data, frame->linesize, 0, frame->height, planes,
              strides);
    sws_freeContext(sws);
    for (int y = 0; y < frame->height; y++) {
        memcpy(rgb + (size_t) y * (size_t) row, padded + (size_t) y * (size_t) stride,
               (size_t) row);
    }
    free(padded);
    return rgb;
}

uint8_t *sy_photo_decode(const char *path, int *width, int *height)
{
    uint8_t *rgb = NULL;
    av_log_set_level(AV_LOG_ERROR);
    const AVCodec *codec = avcodec_find_decoder(AV_CODEC_ID_MJPEG);
    AVCodecContext *context = codec ? avcodec_alloc_context3(codec) : NULL;
    AVPacket *packet = read_packet(path);
    AVFrame *frame = av_frame_alloc();
    if (context && packet && frame && avcodec_open2(context, codec, NULL) == 0 &&
        avcodec_send_packet(context, packet) == 0 && avcodec_receive_frame(context, frame) == 0)
    {
        *width = frame->width;
        *height = frame->height;
        rgb = to_rgb(frame);
    }
    av_frame_free(&frame);
    av_packet_free(&packet);
    avcodec_free_context(&context);
    return rgb;
}
