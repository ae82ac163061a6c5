/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_MOVIE_H
#define ZD_MEDIA_MOVIE_H

/* One video stream of a movie file, decoded frame by frame, with exact seeking. A still picture
 * that FFmpeg reads is a movie of one frame. Inside the media module only. */

#include "core/task.h"
#include "media/av_support.h"
#include "media/reader.h"

typedef struct zd_movie zd_movie;

/** Opens a file and decodes its first frame, so that everything in `info` is known and not
 *  guessed. Ranges in `params` are not looked at. info->audio is left empty. */
ZD_MUST_USE zd_status zd_movie_open(zd_context *ctx, const char *path,
                                    const zd_reader_params *params, zd_movie **out,
                                    zd_reader_info *info, zd_error *err);
void zd_movie_close(zd_movie **movie);

/** The first frame as decoded, until it is read. */
const AVFrame *zd_movie_first(const zd_movie *movie);

/** A task whose cancel ends decoding and seeking from now on; borrowed. NULL: none. */
void zd_movie_set_task(zd_movie *movie, const zd_task *task);

/** The next frame, its index counted from the file's first. */
ZD_MUST_USE zd_status zd_movie_next(zd_movie *movie, zd_frame **out, zd_error *err);

/** Makes a frame, counted from the file's first, the next one. Past the end: ZD_ERR_END follows. */
ZD_MUST_USE zd_status zd_movie_seek(zd_movie *movie, int64_t index, zd_error *err);

/** The index of the frame that is shown at a time after the first frame's; frames past the end
 *  give the number of frames. May scan the file. */
ZD_MUST_USE zd_status zd_movie_find(zd_movie *movie, int64_t time_us, int64_t *index,
                                    zd_error *err);

/** Counts the frames by reading all packets; 0 when that is not possible. The next frame is the first
 *  afterwards. */
ZD_MUST_USE zd_status zd_movie_count(zd_movie *movie, int64_t *frames, zd_error *err);

/** The time of a frame after the first frame's, in microseconds; by the rate when not known. */
int64_t zd_movie_time(const zd_movie *movie, int64_t index);

/** Lists the audio tracks: fills at most `room` and returns how many there are. */
int zd_movie_audio(const zd_movie *movie, zd_audio_info *audio, int room);

#endif
