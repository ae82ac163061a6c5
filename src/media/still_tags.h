/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_STILL_TAGS_H
#define ZD_MEDIA_STILL_TAGS_H

/* What a picture's file says beside its pixels that FFmpeg does not tell: the EXIF orientation of
 * PNG, WebP and TIFF, and how TIFF stores its samples. Inside the media module only. */

#include <stdbool.h>

/** The EXIF orientation, 1 to 8; 1 when the file tells none or is of another format. */
int zd_still_tags_orientation(const char *path);

/** An orientation as clockwise degrees and a mirroring that goes first. */
void zd_still_tags_turn(int orientation, int *degrees, bool *mirror);

/** Whether a file is a TIFF of floating-point samples. */
bool zd_still_tags_is_float_tiff(const char *path);

/** Whether a file is a WebP of several frames. */
bool zd_still_tags_is_animated_webp(const char *path);

#endif
