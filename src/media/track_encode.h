/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_TRACK_ENCODE_H
#define ZD_MEDIA_TRACK_ENCODE_H

/* A sound track that the output's container cannot hold, decoded and encoded anew. Inside the media
 * module only. */

#include "media/av_support.h"

typedef struct zd_track_encode zd_track_encode;

/** Opens a decoder of the track and an encoder that the container holds, and adds its stream. *out is
 *  NULL with ZD_OK where there is no such decoder or encoder. `output` outlives *out. */
ZD_MUST_USE zd_status zd_track_encode_open(zd_context *ctx, const AVStream *from,
                                           AVFormatContext *output, zd_track_encode **out,
                                           zd_error *err);
void zd_track_encode_close(zd_track_encode **track);

/** The output's stream. */
AVStream *zd_track_encode_stream(const zd_track_encode *track);

/** Says which time of the source is the beginning, and what is taken off every time; what lies before
 *  the beginning is cut at the sample. INT64_MIN: nothing is cut. In the source's time base. */
void zd_track_encode_start(zd_track_encode *track, int64_t from, int64_t shift);

/** Takes the next packet of the source, NULL after the last one, and writes what is ready. */
ZD_MUST_USE zd_status zd_track_encode_put(zd_track_encode *track, const AVPacket *packet,
                                          zd_error *err);

#endif
