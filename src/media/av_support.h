/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_AV_SUPPORT_H
#define ZD_MEDIA_AV_SUPPORT_H

/* What every user of FFmpeg's libraries here needs: their log brought to ours, their error codes
 * turned into our statuses and words, and the differences between their versions. */

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "media/frame.h"

/** Sends FFmpeg's messages of this thread to the context's log, from now until zd_av_leave, which
 *  gets what zd_av_enter returned. Calls nest. The first call in a process replaces FFmpeg's global
 *  log callback; messages of threads that have not entered are dropped. */
zd_context *zd_av_enter(zd_context *ctx);
void zd_av_leave(zd_context *previous);

/** The last error or warning that FFmpeg logged on this thread since zd_av_enter, "" for none. */
const char *zd_av_last_message(void);

/** Records a failure with FFmpeg's reason behind the text: "text: reason". The status follows from
 *  the code. */
zd_status zd_av_fail(zd_error *err, int code, const char *format, ...) ZD_PRINTF(3, 4);

/** The display matrix of a stream, or else of its first frame (the orientation of a photograph), as
 *  clockwise degrees and a mirroring that goes first. */
void zd_av_rotation(const AVStream *stream, const AVFrame *first, int *degrees, bool *mirror);

/** The duration that a decoded frame carries, 0 when none. */
int64_t zd_av_frame_duration(const AVFrame *frame);

/** Fails when a path cannot be read as a file with content: missing, empty or not readable. */
ZD_MUST_USE zd_status zd_av_check_file(const char *path, zd_error *err);

/** "file:PATH", so that no part of a path is taken for a protocol. Release with zd_free. */
char *zd_av_url(zd_context *ctx, const char *path);

static inline zd_rational zd_from_av(AVRational value)
{
    return (zd_rational){ value.num, value.den };
}

static inline AVRational zd_to_av(zd_rational value)
{
    return (AVRational){ value.numerator, value.denominator };
}

#define ZD_AV_MICROSECONDS ((AVRational){ 1, 1000000 })

#endif
