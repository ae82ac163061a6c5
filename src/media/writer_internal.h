/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_WRITER_INTERNAL_H
#define ZD_MEDIA_WRITER_INTERNAL_H

/* The two kinds of output behind media/writer.h: a movie and files of stills. */

#include "media/encode.h"
#include "media/exr.h"

typedef struct zd_movie_out zd_movie_out;
typedef struct zd_still_out zd_still_out;

ZD_MUST_USE zd_status zd_movie_out_open(zd_context *ctx, const char *path,
                                        const zd_output_plan *plan, const zd_writer_params *params,
                                        zd_movie_out **out, zd_error *err);

/** Takes the picture, also on failure. `pts` is in the plan's time base. */
ZD_MUST_USE zd_status zd_movie_out_put(zd_movie_out *movie, AVFrame *picture, int64_t pts,
                                       int64_t duration, zd_error *err);

/** Flushes everything and gives the file its name. The movie must be closed afterwards. */
ZD_MUST_USE zd_status zd_movie_out_finish(zd_movie_out *movie, zd_error *err);

/** Releases a movie; what is not finished is removed. */
void zd_movie_out_close(zd_movie_out **movie);

ZD_MUST_USE zd_status zd_still_out_open(zd_context *ctx, const char *path,
                                        const zd_output_plan *plan, const zd_writer_params *params,
                                        zd_still_out **out, zd_error *err);

/** Takes the picture, also on failure. */
ZD_MUST_USE zd_status zd_still_out_put(zd_still_out *still, AVFrame *picture, zd_error *err);

/** Writes the next picture's file with channels and attributes of its own. The output is EXR. */
ZD_MUST_USE zd_status zd_still_out_put_exr(zd_still_out *still, const zd_exr_file *file,
                                           zd_error *err);
ZD_MUST_USE zd_status zd_still_out_finish(zd_still_out *still, zd_error *err);
void zd_still_out_close(zd_still_out **still);

/** For zd_writer_has, zd_writer_skip and zd_writer_is_resumable. */
bool zd_still_out_has(const zd_still_out *still, int64_t index);
ZD_MUST_USE zd_status zd_still_out_skip(zd_still_out *still, zd_error *err);
bool zd_still_out_is_resumable(const zd_still_out *still);

#endif
