/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The defaults are visually lossless and, where a format is made for playing, play everywhere:
 * 4:2:0, 8-bit H.264 in MP4, and 10-bit H.265 for footage of more than 8 bits. Movies that go on to other tools are better
 * written as ProRes or FFV1, or with pixel format and options given. */

#include "media/encoder_defaults.h"

#include <assert.h>
#include <stdio.h>
#include <strings.h>

#define OPAQUE [ZD_CONTENT_OPAQUE]
#define ALPHA  [ZD_CONTENT_ALPHA]
#define GRAY   [ZD_CONTENT_GRAY]
#define HDR    [ZD_CONTENT_HDR]
/* Pictures handed to the muxer as they are. */
#define Y4M "wrapped_avframe"
#define ANY(encoder)                       \
    {                                      \
        encoder, encoder, encoder, encoder \
    }

static const zd_ending endings[] = {
    { .ending = "mp4",
      .kind = ZD_OUTPUT_MOVIE,
      .muxer = "mp4",
      .codec = { OPAQUE = "libx264", GRAY = "libx264", HDR = "libx265" },
      .instead = ".mov, .webm or .mkv" },
    { .ending = "m4v",
      .kind = ZD_OUTPUT_MOVIE,
      .muxer = "mp4",
      .codec = { OPAQUE = "libx264", GRAY = "libx264", HDR = "libx265" },
      .instead = ".mov, .webm or .mkv" },
    { .ending = "mov",
      .kind = ZD_OUTPUT_MOVIE,
      .muxer = "mov",
      .codec = { OPAQUE = "libx264", ALPHA = "prores_ks", GRAY = "prores_ks", HDR = "libx265" } },
    { .ending = "mkv",
      .kind = ZD_OUTPUT_MOVIE,
      .muxer = "matroska",
      .codec = { OPAQUE = "libx264", ALPHA = "ffv1", GRAY = "ffv1", HDR = "libx265" } },
    { .ending = "webm", .kind = ZD_OUTPUT_MOVIE, .muxer = "webm", .codec = ANY("libvpx-vp9") },
    { .ending = "nut", .kind = ZD_OUTPUT_MOVIE, .muxer = "nut", .codec = ANY("rawvideo") },
    { .ending = "y4m",
      .kind = ZD_OUTPUT_MOVIE,
      .muxer = "yuv4mpegpipe",
      .codec = { OPAQUE = Y4M, GRAY = Y4M, HDR = Y4M },
      .instead = ".nut or .mkv" },
    { .ending = "png", .kind = ZD_OUTPUT_STILL, .codec = ANY("png") },
    { .ending = "tif", .kind = ZD_OUTPUT_STILL, .codec = ANY("tiff") },
    { .ending = "tiff", .kind = ZD_OUTPUT_STILL, .codec = ANY("tiff") },
    { .ending = "exr", .kind = ZD_OUTPUT_CHANNELS, .codec = ANY("exr") },
    { .ending = "pfm",
      .kind = ZD_OUTPUT_CHANNELS,
      .codec = { OPAQUE = "pfm", GRAY = "pfm", HDR = "pfm" },
      .instead = ".exr" },
    { .ending = "jpg",
      .kind = ZD_OUTPUT_STILL,
      .codec = { OPAQUE = "mjpeg", GRAY = "mjpeg" },
      .instead = ".png, .tif or .exr" },
    { .ending = "jpeg",
      .kind = ZD_OUTPUT_STILL,
      .codec = { OPAQUE = "mjpeg", GRAY = "mjpeg" },
      .instead = ".png, .tif or .exr" },
};

static const zd_encoder encoders[] = {
    { "libx264",
      { "yuv420p", NULL, "yuv420p", "yuv420p10le" },
      { "yuv420p10le", NULL, "yuv420p", "yuv420p10le" },
      /* A shorter look ahead: 130 MiB less at 1080p; one without frames that wait for it: 20 MiB less
       * and the same bits. */
      "preset=medium:rc-lookahead=8:x264-params=sync-lookahead=0",
      "crf",
      16,
      NULL,
      true },
    { "libx265",
      { "yuv420p", NULL, "yuv420p", "yuv420p10le" },
      { "yuv420p10le", NULL, "yuv420p10le", "yuv420p10le" },
      "preset=medium:x265-params=log-level=error\\:frame-threads=2", /* on every machine */
      "crf",
      18,
      NULL,
      true },
    { "libvpx-vp9",
      { "yuv420p", "yuva420p", "yuv420p", "yuv420p10le" },
      { "yuv420p10le", "yuva420p", "yuv420p", "yuv420p10le" },
      "b=0:row-mt=1:deadline=good:cpu-used=3",
      "crf",
      18,
      "auto-alt-ref=0",
      true },
    { "libsvtav1",
      { "yuv420p", NULL, "yuv420p", "yuv420p10le" },
      { "yuv420p10le", NULL, "yuv420p10le", "yuv420p10le" },
      "preset=6",
      "crf",
      20,
      NULL,
      true },
    { "libaom-av1",
      { "yuv420p", NULL, "yuv420p", "yuv420p10le" },
      { "yuv420p10le", NULL, "yuv420p10le", "yuv420p10le" },
      "b=0:cpu-used=6:row-mt=1",
      "crf",
      18,
      NULL,
      true },
    { "prores_ks",
      { "yuv422p10le", "yuva444p10le", "yuv422p10le", "yuv422p10le" },
      { "yuv422p10le", "yuva444p10le", "yuv422p10le", "yuv422p10le" },
      "profile=hq:vendor=apl0",
      NULL,
      0,
      "profile=4444:alpha_bits=16",
      false },
    { "dnxhd",
      { "yuv422p", NULL, "yuv422p10le", "yuv422p10le" },
      { "yuv422p10le", NULL, "yuv422p10le", "yuv422p10le" },
      "",
      NULL,
      0,
      NULL,
      false },
    { "ffv1",
      { "yuv420p", "yuva444p10le", "gray16le", "yuv420p10le" },
      { "yuv422p10le", "yuva444p10le", "gray16le", "yuv422p10le" },
      "level=3:g=1:slicecrc=1",
      NULL,
      0,
      NULL,
      false },
    { "rawvideo",
      { "yuv420p", "rgba", "gray16le", "yuv420p10le" },
      { "yuv422p10le", "rgba64le", "gray16le", "yuv422p10le" },
      "",
      NULL,
      0,
      NULL,
      true },
    { Y4M,
      { "yuv420p", NULL, "gray16le", "yuv420p10le" },
      { "yuv422p10le", NULL, "gray16le", "yuv422p10le" },
      "",
      NULL,
      0,
      NULL,
      true },
    { "png",
      { "rgb24", "rgba", "gray16be", "rgb48be" },
      { "rgb48be", "rgba64be", "gray16be", "rgb48be" },
      "pred=mixed:compression_level=4",
      NULL,
      0,
      NULL,
      true },
    { "tiff",
      { "rgb24", "rgba", "gray16le", "rgb48le" },
      { "rgb48le", "rgba64le", "gray16le", "rgb48le" },
      "compression_algo=deflate",
      NULL,
      0,
      NULL,
      true },
    { "mjpeg",
      { "yuvj444p", NULL, "yuvj444p", NULL },
      { "yuvj444p", NULL, "yuvj444p", NULL },
      "",
      "qscale",
      2,
      NULL,
      true },
    { "pfm",
      { "gbrpf32le", NULL, "grayf32le", "gbrpf32le" },
      { "gbrpf32le", NULL, "grayf32le", "gbrpf32le" },
      "",
      NULL,
      0,
      NULL,
      true },
    { ZD_ENCODER_FLOAT_TIFF,
      { "gbrpf32le", NULL, "grayf32le", "gbrpf32le" },
      { "gbrpf32le", NULL, "grayf32le", "gbrpf32le" },
      "",
      NULL,
      0,
      NULL,
      true },
    { "exr",
      { "gbrpf32le", "gbrapf32le", "grayf32le", "gbrpf32le" },
      { "gbrpf32le", "gbrapf32le", "grayf32le", "gbrpf32le" },
      "",
      NULL,
      0,
      NULL,
      true },
};

const zd_ending *zd_ending_find(const char *ending)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        if (strcasecmp(endings[i].ending, ending) == 0) {
            return &endings[i];
        }
    }
    return NULL;
}

const zd_encoder *zd_encoder_find(const char *name)
{
    for (size_t i = 0; i < sizeof encoders / sizeof *encoders; i++) {
        if (strcasecmp(encoders[i].name, name) == 0) {
            return &encoders[i];
        }
    }
    return NULL;
}

void zd_ending_list(char *text, size_t size)
{
    assert(size > 0);
    assert(size > 0);
    size_t used = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sizeof endings / sizeof *endings && used < size; i++) {
        int written =
            snprintf(text + used, size - used, "%s.%s", i > 0 ? ", " : "", endings[i].ending);
        used += written > 0 ? (size_t) written : 0;
    }
}
