/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_DEINTERLACE_H
#define ZD_MEDIA_DEINTERLACE_H

/* The frames of an interlaced movie as whole pictures, as many as there are frames: each keeps the lines
 * of its first field, and its others are found from them and from the frames before and after it
 * (FFmpeg's bwdif). A frame is the same whether it was sought or read up to. Inside the media module
 * only.
 *
 * Thread-safety: one thread at a time uses one. */

#include "media/movie.h"

typedef struct zd_deinterlace zd_deinterlace;

/** Stands before the first frame of `movie`, which is borrowed. */
ZD_MUST_USE zd_status zd_deinterlace_open(zd_context *ctx, zd_movie *movie,
                                          const zd_reader_info *info, zd_deinterlace **out,
                                          zd_error *err);
void zd_deinterlace_close(zd_deinterlace **deinterlace);

/** As zd_movie_next and zd_movie_seek. */
ZD_MUST_USE zd_status zd_deinterlace_next(zd_deinterlace *deinterlace, zd_frame **out,
                                          zd_error *err);
ZD_MUST_USE zd_status zd_deinterlace_seek(zd_deinterlace *deinterlace, int64_t index,
                                          zd_error *err);

/** To be called after the movie was put back to its first frame by others. */
void zd_deinterlace_rewind(zd_deinterlace *deinterlace);

#endif
