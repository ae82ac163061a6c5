/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_MOVIE_TAGS_H
#define ZD_MEDIA_MOVIE_TAGS_H

/* What a movie says about itself beside its pictures: title, time of creation, timecode, chapters.
 * Inside the media module only. */

#include "media/av_support.h"
#include "media/reader.h"

/** Copies it to an output whose header is not written yet. `like` tells the range: the timecode and
 *  the chapters begin with its first frame. What describes the file and not the footage (brands, the
 *  encoder, sizes of tracks, a rotation that was applied) stays behind. */
ZD_MUST_USE zd_status zd_movie_tags_copy(const AVFormatContext *from, const zd_reader_info *like,
                                         AVFormatContext *to, AVStream *picture, zd_error *err);

#endif
