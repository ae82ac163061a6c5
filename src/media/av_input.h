/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_AV_INPUT_H
#define ZD_MEDIA_AV_INPUT_H

/* The one way to FFmpeg's demuxers. A file is opened and no other: only the file protocol, no name
 * patterns, and only formats that hold their pictures and sound themselves. Playlists and lists of
 * files (HLS, DASH, ffconcat, IMF, SDP) lead elsewhere and are refused, whatever their name ends in. */

#include "media/av_support.h"

/** Opens a container as avformat_open_input does: 0, or FFmpeg's error code with *out NULL.
 *  AVERROR_DEMUXER_NOT_FOUND: its format is not one that is read; zd_av_fail_format says which. */
int zd_av_open_input(zd_context *ctx, const char *path, AVFormatContext **out);

/** Says which format a file is in that zd_av_open_input refused. */
zd_status zd_av_fail_format(zd_context *ctx, const char *path, zd_error *err);

#endif
