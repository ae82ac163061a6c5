/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_MEDIA_OVERSCAN_H
#define ZD_MEDIA_OVERSCAN_H

/* What an EXR holds outside its display window. It travels with the picture of the display window, through
 * all copies of it, and is written again around the result. Inside the media module only. */

#include <libavutil/frame.h>

#include "core/status.h"

typedef struct zd_overscan {
    uint64_t mark; /* that it is one */
    int x;         /* of `whole` in the display window; 0 or less */
    int y;
    AVFrame *whole; /* display and data window together, planar floats */
} zd_overscan;

/** Gives a picture an overscan, which takes `whole`, also on failure. */
ZD_MUST_USE zd_status zd_overscan_attach(AVFrame *picture, AVFrame *whole, int x, int y,
                                         zd_error *err);

/** The overscan of a picture; NULL: it has none. Valid as long as the picture. */
const zd_overscan *zd_overscan_of(const AVFrame *picture);

#endif
