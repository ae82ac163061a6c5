/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_TRACK_COPY_H
#define ZD_MEDIA_TRACK_COPY_H

/* Copies the packets of all sound tracks and subtitles of one file into another, not decoding them,
 * cut to a range of time at packet borders. Inside the media module only. */

#include "media/av_support.h"

typedef struct zd_track_copy zd_track_copy;

typedef struct zd_track_kinds {
    bool sound;
    bool subtitles;
    bool encodes; /* sound that the container cannot hold is encoded for it */
} zd_track_kinds;

/** Opens the file and adds a stream to `output` for each track of the kinds asked for that its
 *  container can hold; others are encoded or left out with a warning. */
ZD_MUST_USE zd_status zd_track_copy_open(zd_context *ctx, const char *path, zd_track_kinds kinds,
                                         AVFormatContext *output, zd_track_copy **out,
                                         zd_error *err);
void zd_track_copy_close(zd_track_copy **copy);

/** The file, for what it says about itself. */
const AVFormatContext *zd_track_copy_source(const zd_track_copy *copy);

/** Whether a track is copied. */
bool zd_track_copy_has_tracks(const zd_track_copy *copy);

/** Says where the range begins: packets that end at or before `from_us` are dropped, but for those that the
 *  decoder needs before the first and the container hides, and `shift_us` is taken off every time. To be called before the first zd_track_copy_until. */
void zd_track_copy_start(zd_track_copy *copy, int64_t from_us, int64_t shift_us);

/** Copies the packets that lie in the file before the first that begins at or after a time of the
 *  source. */
ZD_MUST_USE zd_status zd_track_copy_until(zd_track_copy *copy, int64_t time_us, zd_error *err);

/** Copies all packets that are left and begin before a time of the source, of every track; INT64_MAX
 *  is the end of the file. */
ZD_MUST_USE zd_status zd_track_copy_finish(zd_track_copy *copy, int64_t end_us, zd_error *err);

#endif
