/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Decoding times go up, so one that goes back is a restart. Where a format may jump (MPEG streams,
 * whose clocks wrap after 26 hours), so is one that lies more than ten seconds ahead, the threshold
 * of FFmpeg's own tools. */

#include "media/timeline.h"

#include <assert.h>

enum { FAR_AHEAD_S = 10, MOST_STEPS_BACK = 3 };

void zd_timeline_begin(zd_timeline *timeline, const AVStream *picture)
{
    assert(picture->index >= 0);
    *timeline = (zd_timeline){ .picture = picture->index };
}

static int64_t step_of(const AVFormatContext *format, const AVStream *stream,
                       const AVPacket *packet)
{
    AVRational rate = av_guess_frame_rate((AVFormatContext *) (uintptr_t) format,
                                          (AVStream *) (uintptr_t) stream, NULL);
    int64_t step = packet->duration;
    if (step <= 0 && rate.num > 0) {
        step = av_rescale_q(1, av_inv_q(rate), stream->time_base);
    }
    return step > 0 ? step : 1;
}

/* Whether a time, moved, does not go on from the one before. */
static bool is_restart(const zd_timeline *timeline, const AVFormatContext *format,
                       const AVStream *stream, int64_t time)
{
    int64_t second = av_rescale_q(1000000, ZD_AV_MICROSECONDS, stream->time_base);
    int64_t back = timeline->is_decoding ? MOST_STEPS_BACK * timeline->step : second;
    bool may_jump = (format->iformat->flags & AVFMT_TS_DISCONT) != 0;
    return time < timeline->last - back ||
           (may_jump && time > timeline->last + FAR_AHEAD_S * second);
}

static void look_at_picture(zd_timeline *timeline, const AVFormatContext *format,
                            const AVPacket *packet)
{
    const AVStream *stream = format->streams[packet->stream_index];
    int64_t raw = packet->dts != AV_NOPTS_VALUE ? packet->dts : packet->pts;
    if (raw == AV_NOPTS_VALUE) {
        return;
    }
    int64_t time = raw + timeline->offset;
    bool is_decoding = packet->dts != AV_NOPTS_VALUE;
    bool is_alike = timeline->has_last && timeline->is_decoding == is_decoding;
    if (is_alike && is_restart(timeline, format, stream, time)) {
        timeline->offset += timeline->last + timeline->step - time;
        timeline->joins++;
        time = raw + timeline->offset;
    }
    timeline->last = time;
    timeline->step = step_of(format, stream, packet);
    timeline->has_last = true;
    timeline->is_decoding = is_decoding;
}

void zd_timeline_pass(zd_timeline *timeline, const AVFormatContext *format, AVPacket *packet)
{
    assert(packet->stream_index >= 0 && packet->stream_index < (int) format->nb_streams);
    if (packet->stream_index == timeline->picture) {
        look_at_picture(timeline, format, packet);
    }
    int64_t offset = av_rescale_q(timeline->offset, format->streams[timeline->picture]->time_base,
                                  format->streams[packet->stream_index]->time_base);
    packet->pts += packet->pts != AV_NOPTS_VALUE ? offset : 0;
    packet->dts += packet->dts != AV_NOPTS_VALUE ? offset : 0;
}
