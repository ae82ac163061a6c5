/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_HDR_H
#define ZD_MEDIA_HDR_H

/* What HDR footage says about its light, between FFmpeg's side data and ours. Inside the media
 * module only. */

#include "media/av_support.h"
#include "media/reader.h"

/** What a stream, or else its first frame, says. */
void zd_hdr_read(const AVStream *stream, const AVFrame *first, zd_hdr_light *out);

/** Makes an output stream say it. */
ZD_MUST_USE zd_status zd_hdr_write(const zd_hdr_light *light, AVStream *stream, zd_error *err);

#endif
