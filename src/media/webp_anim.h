/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_WEBP_ANIM_H
#define ZD_MEDIA_WEBP_ANIM_H

/* An animated WebP, through libwebp where the build has it: FFmpeg before 8 decodes none. Frames are
 * whole canvases, RGBA or RGB in sRGB codes. Inside the media module only.
 *
 * Thread-safety: one thread at a time uses one. */

#include "media/reader.h"

typedef struct zd_webp_anim zd_webp_anim;

/** Whether a file is one, by its first bytes, and this build reads it. */
bool zd_webp_anim_is(const char *path);

/** Opens a file and fills in all of `info` but its path. The caller owns *out. */
ZD_MUST_USE zd_status zd_webp_anim_open(zd_context *ctx, const char *path, zd_webp_anim **out,
                                        zd_reader_info *info, zd_error *err);
void zd_webp_anim_close(zd_webp_anim **anim);

/** The next frame; ZD_ERR_END after the last. The caller owns one reference. */
ZD_MUST_USE zd_status zd_webp_anim_next(zd_webp_anim *anim, zd_frame **out, zd_error *err);

/** Makes a frame, counted from 0, the next one; past the end ZD_ERR_END follows. */
ZD_MUST_USE zd_status zd_webp_anim_seek(zd_webp_anim *anim, int64_t index, zd_error *err);

/** When a frame begins, and which frame is shown at a time; times past the end give the count. */
int64_t zd_webp_anim_time_us(const zd_webp_anim *anim, int64_t index);
int64_t zd_webp_anim_find(const zd_webp_anim *anim, int64_t time_us);

#endif
