/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_FFV1_SLICES_H
#define ZD_MEDIA_FFV1_SLICES_H

/* FFV1's slices. Inside the media module only. */

#include <libavutil/dict.h>
#include <libavutil/pixfmt.h>

#include "core/status.h"

/** Completes the encoder's options (the user's among them) so that no chroma of a picture of
 *  width x height pixels is lost: sets "slices" where the encoder's own number loses some. Refuses a number of
 *  slices that does. Where no number serves, the picture is one slice (level 1). Sizes from 1 pixel on; of format, only
 *  how its chroma is subsampled counts. */
ZD_MUST_USE zd_status zd_ffv1_choose_slices(int width, int height, enum AVPixelFormat format,
                                            AVDictionary **options, zd_error *err);

#endif
